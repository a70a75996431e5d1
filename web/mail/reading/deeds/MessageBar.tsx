/** What can be done to the message that is read. */
import { useNavigate, useParams } from '@tanstack/react-router';
import {
  Archive,
  EllipsisVertical,
  FileCode,
  Flag,
  FolderInput,
  Forward,
  Mail,
  Printer,
  Reply,
  ReplyAll,
  Star,
  Trash2,
} from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useOffice } from '../../../app/session.ts';
import { readingTexts as texts } from '../../../texts/reading.ts';
import { Button, IconButton } from '../../../ui/Button.tsx';
import { Menu, type MenuAction } from '../../../ui/Menu.tsx';
import { useMailActions } from '../../actions/actions.ts';
import type { ComposeSearch } from '../../compose/compose-search.ts';
import { useEmail } from '../../store/hooks.ts';
import { downloadOne } from '../attachments/download.ts';
import type { OpenedEmail } from '../conversation/opened.ts';
import styles from './MessageBar.module.css';

const MoveDialog = lazy(async () => ({ default: (await import('../../list/MoveDialog.tsx')).MoveDialog }));
const ReportDialog = lazy(() =>
  import('./ReportDialog.tsx').then(({ ReportDialog: component }) => ({ default: component })),
);

async function print(emails: readonly OpenedEmail[]): Promise<void> {
  const { printEmails } = await import('./print.ts');
  await printEmails(emails);
}

export interface MessageBarProps {
  readonly accountId: string;
  readonly email: OpenedEmail;
  /** Of the conversation, those that are open, oldest first. */
  readonly openedEmails: () => readonly OpenedEmail[];
  readonly isOurs: boolean;
}

export function MessageBar({ accountId, email, openedEmails, isOurs }: MessageBarProps) {
  const navigate = useNavigate();
  const { view } = useParams({ from: '/messages/$view/$accountId/$emailId' });
  const actions = useMailActions();
  const ref = { accountId, emailId: email.id };
  const [asked, setAsked] = useState<'report' | 'move'>();
  const compose = (mode: Mode): void =>
    void navigate({ to: '/ecrire', search: { reponse: `${accountId}.${email.id}`, mode, compte: accountId } });
  /** Back to the list: what was read is no longer where it was. */
  const leave = (deed: Promise<boolean>): void => {
    void navigate({ to: '/messages/$view', params: { view }, search: (now) => now });
    void deed;
  };
  const others = new Set([...(email.to ?? []), ...(email.cc ?? [])].map((one) => one.email.toLowerCase()));
  return (
    <section className={styles.bar} aria-label={texts.actions}>
      <Button kind="main" icon={<Reply aria-hidden="true" />} onPress={() => compose('repondre')}>
        {texts.reply}
      </Button>
      {others.size < 2 ? null : (
        <span className={styles.replyAll}>
          <Button icon={<ReplyAll aria-hidden="true" />} onPress={() => compose('repondre-a-tous')}>
            {texts.replyAll}
          </Button>
        </span>
      )}
      <span className={styles.forward}>
        <Button icon={<Forward aria-hidden="true" />} onPress={() => compose('transferer')}>
          {texts.forward}
        </Button>
      </span>
      <span className={styles.gap} />
      <Deeds accountId={accountId} email={email} leave={leave} />
      <More {...{ accountId, email, openedEmails, isOurs, compose, leave }} ask={setAsked} />
      {asked === 'report' ? (
        <Suspense fallback={null}>
          <ReportDialog emailRef={ref} onClose={() => setAsked(undefined)} />
        </Suspense>
      ) : null}
      {asked === 'move' ? (
        <Suspense fallback={null}>
          <MoveDialog
            accountId={accountId}
            isOpen
            onClose={() => setAsked(undefined)}
            onMove={(mailboxId) => leave(actions.moveTo([ref], mailboxId))}
          />
        </Suspense>
      ) : null}
    </section>
  );
}

function useMayChange(accountId: string): boolean {
  const { accounts } = useOffice();
  const rights = accounts.find((account) => account.accountId === accountId)?.rights ?? [];
  return rights.includes('own') || rights.includes('write');
}

type Mode = NonNullable<ComposeSearch['mode']>;

interface DeedsProps extends Pick<MessageBarProps, 'accountId' | 'email'> {
  leave(deed: Promise<boolean>): void;
}

function Deeds({ accountId, email, leave }: DeedsProps) {
  const actions = useMailActions();
  const ref = { accountId, emailId: email.id };
  const keywords = useEmail(ref)?.keywords ?? email.keywords;
  const isStarred = '$flagged' in keywords;
  if (!useMayChange(accountId)) return null;
  return (
    <>
      <IconButton label={texts.archive} shortcut="e" onPress={() => leave(actions.archive([ref]))}>
        <Archive aria-hidden="true" />
      </IconButton>
      <IconButton
        label={isStarred ? texts.unstar : texts.star}
        shortcut="s"
        isPressed={isStarred}
        onPress={() => void (isStarred ? actions.unstar([ref]) : actions.star([ref]))}
      >
        <Star aria-hidden="true" fill={isStarred ? 'currentcolor' : 'none'} />
      </IconButton>
      <IconButton label={texts.trash} shortcut="#" onPress={() => leave(actions.trash([ref]))}>
        <Trash2 aria-hidden="true" />
      </IconButton>
    </>
  );
}

interface MoreProps extends MessageBarProps, DeedsProps {
  compose(mode: Mode): void;
  ask(what: 'report' | 'move'): void;
}

function More({ accountId, email, openedEmails, isOurs, compose, leave, ask }: MoreProps) {
  const { jmap } = useOffice();
  const actions = useMailActions();
  const mayChange = useMayChange(accountId);
  const source = { blobId: email.blobId, name: 'message.eml', type: 'message/rfc822' };
  const changes: readonly MenuAction[] = [
    {
      id: 'unread',
      label: texts.unread,
      icon: <Mail />,
      startsGroup: true,
      onSelect: () => leave(actions.markUnseen([{ accountId, emailId: email.id }])),
    },
    { id: 'move', label: texts.move, icon: <FolderInput />, onSelect: () => ask('move') },
  ];
  const papers: readonly MenuAction[] = [
    {
      id: 'print',
      label: texts.print,
      icon: <Printer />,
      startsGroup: true,
      onSelect: () => void print([email]),
    },
    { id: 'print-all', label: texts.printAll, icon: <Printer />, onSelect: () => void print(openedEmails()) },
    { id: 'source', label: texts.source, icon: <FileCode />, onSelect: () => downloadOne(jmap, accountId, source) },
  ];
  const report: MenuAction = {
    id: 'report',
    label: texts.report,
    icon: <Flag />,
    isAlarm: true,
    startsGroup: true,
    onSelect: () => ask('report'),
  };
  return (
    <Menu
      label={texts.more}
      trigger={
        <IconButton label={texts.more}>
          <EllipsisVertical aria-hidden="true" />
        </IconButton>
      }
      actions={[
        { id: 'reply-all', label: texts.replyAll, icon: <ReplyAll />, onSelect: () => compose('repondre-a-tous') },
        { id: 'forward', label: texts.forward, icon: <Forward />, onSelect: () => compose('transferer') },
        ...(mayChange ? changes : []),
        ...papers,
        ...(isOurs ? [] : [report]),
      ]}
    />
  );
}
