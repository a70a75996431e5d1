/** One line of a list. It asks the store for its own email: a change of one draws one line again. */
import { CornerUpLeft, Forward, Paperclip, PenLine, Star } from 'lucide-react';
import { memo, type ReactNode } from 'react';
import { useOffice } from '../../app/session.ts';
import { figures, listTexts as texts } from '../../texts/list.ts';
import { Avatar } from '../../ui/Avatar.tsx';
import { listDate, longDate } from '../../ui/dates.ts';
import { kindOf, shownName, shownNames } from '../people.ts';
import { useEmail } from '../store/hooks.ts';
import type { EmailHead, EmailRef, HeldEmail } from '../store/types.ts';
import styles from './MailRow.module.css';
import { aroundMatch, snippetPieces } from './snippet.ts';
import { useConversation } from './useConversation.ts';
import type { DeliverySummary } from './useDeliveries.ts';
import type { Snippet } from './useSnippets.ts';

export interface RowDeeds {
  open(ref: EmailRef, index: number): void;
  toggle(ref: EmailRef, index: number): void;
  /** From the last one ticked to this one. */
  extend(ref: EmailRef, index: number): void;
  star(ref: EmailRef, isStarred: boolean): void;
  readonly isThere: (accountId: string, email: HeldEmail) => boolean;
}

export interface MailRowProps {
  /** Of the element, for the list that says which line is active. */
  readonly id: string;
  readonly index: number;
  readonly accountId: string | undefined;
  readonly emailId: string | undefined;
  readonly isActive: boolean;
  readonly isSelected: boolean;
  readonly isOpen: boolean;
  /** Something is ticked: all lines show their tick box. */
  readonly isSelecting: boolean;
  readonly isConversation: boolean;
  /** Whose message it is does not go without saying: who it went to is shown in place of who wrote. */
  readonly isOutgoing: boolean;
  readonly accountName: string | undefined;
  readonly snippet: Snippet | undefined;
  readonly delivery: DeliverySummary | undefined;
  readonly deeds: RowDeeds;
}

export const MailRow = memo(function MailRow(props: MailRowProps) {
  const { accountId, emailId } = props;
  if (accountId === undefined || emailId === undefined) return <RowShape {...props} />;
  return <KnownRow {...props} accountId={accountId} emailId={emailId} />;
});

function RowShape({ index, id }: Pick<MailRowProps, 'index' | 'id'>) {
  // biome-ignore-start lint/a11y: lines of a grid that the keyboard reaches by the grid itself.
  return (
    <div role="row" id={id} aria-rowindex={index + 1} className={styles.row} aria-busy="true">
      <div role="gridcell" className={styles.shape} />
    </div>
  );
  // biome-ignore-end lint/a11y: as above.
}

type KnownRowProps = MailRowProps & { readonly accountId: string; readonly emailId: string };

function KnownRow(props: KnownRowProps) {
  const { id, index, accountId, emailId, isActive, isSelected, isOpen, isSelecting, deeds } = props;
  const email = useEmail({ accountId, emailId });
  const conversation = useConversation({ accountId, emailId }, props.isConversation, deeds.isThere);
  if (email?.head === undefined) return <RowShape id={id} index={index} />;
  const ref = { accountId, emailId };
  const { isStarred, isUnread } = conversation;
  const who = people(email.head, props.isOutgoing);
  // biome-ignore-start lint/a11y: lines of a grid that the keyboard reaches by the grid itself.
  return (
    <div
      role="row"
      id={id}
      aria-rowindex={index + 1}
      aria-selected={isSelected}
      {...(isOpen ? { 'aria-current': 'true' as const } : {})}
      className={styles.row}
      data-active={isActive || undefined}
      data-open={isOpen || undefined}
      data-selected={isSelected || undefined}
      data-unread={isUnread || undefined}
      data-starred={isStarred || undefined}
      data-selecting={isSelecting || undefined}
      onClick={(event) => {
        if (event.shiftKey) deeds.extend(ref, index);
        else if (event.ctrlKey || event.metaKey) deeds.toggle(ref, index);
        else deeds.open(ref, index);
      }}
      onMouseDown={(event) => event.shiftKey && event.preventDefault()} // no text is to be marked
    >
      <div
        role="gridcell"
        className={styles.who}
        onClick={(event) => {
          event.stopPropagation();
          if (event.shiftKey) deeds.extend(ref, index);
          else deeds.toggle(ref, index);
        }}
      >
        <RowAvatar head={email.head} isOutgoing={props.isOutgoing} name={who} />
        <input
          type="checkbox"
          className={styles.tick}
          tabIndex={-1}
          checked={isSelected}
          readOnly
          aria-label={texts.select(who)}
        />
      </div>
      <RowWords {...props} email={email} head={email.head} who={who} conversation={conversation} />
      <div role="gridcell" className={styles.starCell}>
        <button
          type="button"
          tabIndex={-1}
          className={styles.star}
          aria-pressed={isStarred}
          aria-label={isStarred ? texts.unstar : texts.star}
          onClick={(event) => {
            event.stopPropagation();
            deeds.star(ref, isStarred);
          }}
        >
          <Star aria-hidden="true" />
        </button>
      </div>
    </div>
  );
  // biome-ignore-end lint/a11y: as above.
}

function people({ from, to }: EmailHead, isOutgoing: boolean): string {
  const listed = (isOutgoing ? to : from) ?? [];
  if (listed.length > 0) return isOutgoing ? texts.to(shownNames(listed)) : shownNames(listed);
  return isOutgoing ? texts.noRecipient : texts.noSender;
}

function RowAvatar({ head, isOutgoing, name }: { head: EmailHead; isOutgoing: boolean; name: string }) {
  const { session } = useOffice();
  const [first] = (isOutgoing ? head.to : head.from) ?? [];
  const kind = first === undefined ? 'unknown' : kindOf(first.email, session);
  return (
    <>
      <Avatar name={first === undefined ? name : shownName(first)} kind={kind} />
      <span className="visually-hidden">{kind === 'patient' ? texts.patient : texts.professional}</span>
    </>
  );
}

interface WordsProps extends KnownRowProps {
  readonly email: HeldEmail;
  readonly head: EmailHead;
  readonly who: string;
  readonly conversation: { readonly count: number; readonly isUnread: boolean };
}

function RowWords({ email, head, who, conversation, snippet, delivery, accountName, isConversation }: WordsProps) {
  const at = new Date(email.receivedAt);
  const now = new Date();
  const { keywords } = email;
  const subject = head.subject === null || head.subject === '' ? texts.noSubject : head.subject;
  return (
    // biome-ignore lint/a11y: of a line that the keyboard reaches by the grid itself.
    <div role="gridcell" className={styles.words}>
      <div className={styles.top}>
        {conversation.isUnread ? <span className={styles.dot} role="img" aria-label={texts.unread} /> : null}
        <span className={styles.name}>{who}</span>
        {isConversation && conversation.count > 1 ? (
          <span className={styles.count}>
            <span aria-hidden="true">{figures(conversation.count)}</span>
            <span className="visually-hidden">{texts.inConversation(conversation.count)}</span>
          </span>
        ) : null}
        {'$answered' in keywords ? (
          <CornerUpLeft className={styles.sign} role="img" aria-label={texts.answered} />
        ) : null}
        {'$forwarded' in keywords ? <Forward className={styles.sign} role="img" aria-label={texts.forwarded} /> : null}
        <time dateTime={email.receivedAt} title={longDate(at, now)} className={styles.time}>
          {listDate(at, now)}
        </time>
      </div>
      <div className={styles.subject}>{snippet?.subject ? <Marked snippet={snippet.subject} /> : subject}</div>
      <div className={styles.bottom}>
        {'$draft' in keywords ? (
          <Chip kind="care" icon={<PenLine aria-hidden="true" />}>
            {texts.draft}
          </Chip>
        ) : null}
        {delivery === undefined ? null : <DeliveryChip delivery={delivery} />}
        {head.hasAttachment ? (
          <span className={styles.chip}>
            <Paperclip role="img" aria-label={texts.attachment} />
          </span>
        ) : null}
        {accountName === undefined ? null : <Chip>{accountName}</Chip>}
        <span className={styles.preview}>{snippet?.preview ? <Marked snippet={snippet.preview} /> : head.preview}</span>
      </div>
    </div>
  );
}

function Chip({ kind, icon, children }: { kind?: 'care' | 'alarm'; icon?: ReactNode; children: ReactNode }) {
  return (
    <span className={styles.chip} data-kind={kind}>
      {icon}
      <span>{children}</span>
    </span>
  );
}

/** Told by a word and by how full its point is, not by colour alone. */
function DeliveryChip({ delivery: { state } }: { readonly delivery: DeliverySummary }) {
  return (
    <span className={styles.chip} data-kind={state === 'failed' ? 'alarm' : state === 'delayed' ? 'care' : undefined}>
      <span className={styles.delivery} data-state={state} aria-hidden="true" />
      <span>{texts.deliveries[state]}</span>
    </span>
  );
}

function Marked({ snippet }: { readonly snippet: string }) {
  return aroundMatch(snippetPieces(snippet)).map(({ text, isMatch }, at) => {
    // biome-ignore lint/suspicious/noArrayIndexKey: pieces of one text have no other name, and never move.
    return isMatch ? <mark key={at}>{text}</mark> : <span key={at}>{text}</span>;
  });
}
