/** What is read beside the list: a conversation, or one message of it when the reader prefers. */
import { useQueryClient } from '@tanstack/react-query';
import { Link, Navigate, useParams } from '@tanstack/react-router';
import { ArrowLeft, MailX } from 'lucide-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { explainFault } from '../../api/faults.ts';
import { usePreferences } from '../../app/preferences/usePreferences.ts';
import { useOffice } from '../../app/session.ts';
import { readingTexts as texts } from '../../texts/reading.ts';
import { uiTexts } from '../../texts/ui.ts';
import { Button } from '../../ui/Button.tsx';
import { EmptyState, Skeleton } from '../../ui/States.tsx';
import { useMailboxes, useMailStore } from '../store/hooks.ts';
import { Message, MessageSkeleton } from './conversation/Message.tsx';
import type { OpenedEmail } from './conversation/opened.ts';
import { useConversation } from './conversation/useReading.ts';
import { MessageBar } from './deeds/MessageBar.tsx';
import { LinksProvider } from './message/Links.tsx';
import styles from './ReadingPane.module.css';

export function ReadingPane() {
  const { view, accountId, emailId } = useParams({ from: '/messages/$view/$accountId/$emailId' });
  const { data, error, refetch } = useConversation({ accountId, emailId });
  if (error !== null && data === undefined) {
    return (
      <EmptyState
        isPage
        icon={<MailX aria-hidden="true" />}
        title={texts.faultTitle}
        action={
          <Button kind="main" onPress={() => void refetch()}>
            {uiTexts.retry}
          </Button>
        }
      >
        {explainFault(error)}
      </EmptyState>
    );
  }
  if (data === undefined) {
    return (
      <div className={styles.pane}>
        <Back view={view} />
        <Skeleton width="60%" height="28px" />
        <MessageSkeleton />
      </div>
    );
  }
  const { opened, emailIds } = data;
  if (opened === undefined) {
    return (
      <EmptyState
        isPage
        icon={<MailX aria-hidden="true" />}
        title={texts.goneTitle}
        action={
          <Link to="/messages/$view" params={{ view }} search={(now) => now}>
            {texts.back}
          </Link>
        }
      >
        {texts.gone}
      </EmptyState>
    );
  }
  if ('$draft' in opened.keywords)
    return <Navigate to="/ecrire/$accountId/$emailId" params={{ accountId, emailId }} replace />;
  return (
    <LinksProvider accountId={accountId}>
      <Conversation
        key={`${accountId}/${emailId}`}
        accountId={accountId}
        opened={opened}
        emailIds={emailIds}
        view={view}
      />
    </LinksProvider>
  );
}

function Back({ view }: { readonly view: string }) {
  return (
    <Link to="/messages/$view" params={{ view }} search={(now) => now} className={styles.back ?? ''}>
      <ArrowLeft aria-hidden="true" />
      {texts.back}
    </Link>
  );
}

interface ConversationProps {
  readonly accountId: string;
  readonly opened: OpenedEmail;
  readonly emailIds: readonly string[];
  readonly view: string;
}

function Conversation({ accountId, opened, emailIds, view }: ConversationProps) {
  const { settings } = usePreferences();
  const { accounts } = useOffice();
  const queries = useQueryClient();
  const shownIds = useShownIds({ accountId, opened, emailIds, isWhole: settings.conversations });
  const { isOpen, toggle } = useOpenMessages({ accountId, opened, shownIds });
  const title = useRef<HTMLHeadingElement>(null);
  // Where the message takes the place of the list, the focus goes along; beside the list it stays there.
  useEffect(() => {
    if (window.matchMedia('(max-width: 699px)').matches) title.current?.focus({ preventScroll: true });
  }, []);
  const openedEmails = (): readonly OpenedEmail[] =>
    shownIds
      .map((id) => queries.getQueryData<OpenedEmail | null>(['reading', accountId, 'email', id]))
      .filter((email) => email !== undefined && email !== null);
  const own = accounts.find((account) => account.accountId === accountId)?.address.toLowerCase();
  const isOurs = opened.from?.some((author) => author.email.toLowerCase() === own) === true;
  return (
    <div className={styles.pane}>
      <Back view={view} />
      <h1 ref={title} tabIndex={-1}>
        {opened.subject ?? texts.noSubject}
      </h1>
      {shownIds.map((id) => (
        <Message
          key={id}
          emailRef={{ accountId, emailId: id }}
          isOpen={isOpen(id)}
          onToggle={shownIds.length === 1 ? undefined : () => toggle(id)}
        />
      ))}
      <MessageBar accountId={accountId} email={opened} openedEmails={openedEmails} isOurs={isOurs} />
    </div>
  );
}

/** Those of the conversation, without what was thrown away; the one that was asked for always. */
function useShownIds({
  accountId,
  opened,
  emailIds,
  isWhole,
}: Omit<ConversationProps, 'view'> & { readonly isWhole: boolean }): readonly string[] {
  const store = useMailStore();
  const trash = useMailboxes(accountId)?.find(({ role }) => role === 'trash')?.id;
  return useMemo(() => {
    if (!isWhole) return [opened.id];
    const isThrown = (id: string): boolean => {
      const held = store.email({ accountId, emailId: id });
      return trash !== undefined && held !== undefined && trash in held.mailboxIds;
    };
    const ids = emailIds.filter((id) => id === opened.id || !isThrown(id));
    return ids.length === 0 ? [opened.id] : ids;
  }, [isWhole, opened.id, emailIds, store, accountId, trash]);
}

/** The one that was asked for, the last one and the unread ones; then as the reader likes. */
function useOpenMessages({
  accountId,
  opened,
  shownIds,
}: {
  readonly accountId: string;
  readonly opened: OpenedEmail;
  readonly shownIds: readonly string[];
}) {
  const store = useMailStore();
  const [chosen, setChosen] = useState<ReadonlyMap<string, boolean>>(new Map());
  const [unreadAtFirst] = useState(
    () =>
      new Set(
        shownIds.filter((id) => {
          const held = store.email({ accountId, emailId: id });
          return held !== undefined && !('$seen' in held.keywords);
        }),
      ),
  );
  const isOpen = (id: string): boolean =>
    chosen.get(id) ?? (id === opened.id || id === shownIds.at(-1) || unreadAtFirst.has(id));
  return { isOpen, toggle: (id: string) => setChosen((now) => new Map(now).set(id, !isOpen(id))) };
}
