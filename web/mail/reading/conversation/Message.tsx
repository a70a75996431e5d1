/** One message of a conversation: a line, or opened. */
import { Paperclip } from 'lucide-react';
import { useEffect, useMemo, useRef } from 'react';
import { explainFault } from '../../../api/faults.ts';
import { useOffice } from '../../../app/session.ts';
import { readingTexts as texts } from '../../../texts/reading.ts';
import { uiTexts } from '../../../texts/ui.ts';
import { Avatar } from '../../../ui/Avatar.tsx';
import { Button } from '../../../ui/Button.tsx';
import { ButtonLink } from '../../../ui/ButtonLink.tsx';
import { listDate } from '../../../ui/dates.ts';
import { LoadingNote, Notice, Skeleton } from '../../../ui/States.tsx';
import { useMailActions } from '../../actions/actions.ts';
import { kindOf, shownName } from '../../people.ts';
import { useEmail } from '../../store/hooks.ts';
import type { EmailRef } from '../../store/types.ts';
import { Attachments } from '../attachments/Attachments.tsx';
import { Deliveries } from '../delivery/Deliveries.tsx';
import { MessageBody } from '../message/MessageBody.tsx';
import { MessageHeader } from '../message/MessageHeader.tsx';
import { unverifiedAuthorKeyword } from '../message/sender.ts';
import { ReceiptRequest } from '../receipt/ReceiptRequest.tsx';
import { wordsOfHtml } from '../safety/html-words.ts';
import styles from './Message.module.css';
import { bodyOf, listedAttachments, type OpenedEmail, receiptAskedBy } from './opened.ts';
import { useOpenedEmail } from './useReading.ts';

export interface MessageProps {
  readonly emailRef: EmailRef;
  readonly isOpen: boolean;
  /** Undefined: it cannot be folded. */
  readonly onToggle: (() => void) | undefined;
}

export function Message({ emailRef, isOpen, onToggle }: MessageProps) {
  const held = useEmail(emailRef);
  if (held !== undefined && '$draft' in held.keywords) return <DraftLine emailRef={emailRef} />;
  return isOpen ? (
    <OpenMessage emailRef={emailRef} onFold={onToggle} />
  ) : (
    <FoldedMessage emailRef={emailRef} onOpen={onToggle ?? (() => undefined)} />
  );
}

function FoldedMessage({ emailRef, onOpen }: { readonly emailRef: EmailRef; readonly onOpen: () => void }) {
  const { session } = useOffice();
  const held = useEmail(emailRef);
  const head = held?.head;
  if (held === undefined || head === undefined) {
    return (
      <div className={styles.folded}>
        <Skeleton height="34px" />
      </div>
    );
  }
  const [author] = head.from ?? [];
  const name = author === undefined ? texts.nobody : shownName(author);
  const at = new Date(held.receivedAt);
  const now = new Date();
  return (
    <button
      type="button"
      className={styles.folded}
      aria-expanded={false}
      data-unread={!('$seen' in held.keywords) || undefined}
      onClick={onOpen}
    >
      <Avatar name={name} kind={author === undefined ? 'unknown' : kindOf(author.email, session)} />
      <span className="visually-hidden">{texts.openMessage}</span>
      <span className={styles.foldedName}>{name}</span>
      <span className={styles.foldedWords}>{head.preview}</span>
      {head.hasAttachment ? <Paperclip aria-hidden="true" /> : null}
      <time dateTime={held.receivedAt}>{listDate(at, now)}</time>
    </button>
  );
}

function DraftLine({ emailRef }: { readonly emailRef: EmailRef }) {
  const { accountId, emailId } = emailRef;
  const held = useEmail(emailRef);
  return (
    <div className={styles.folded}>
      <span className={styles.draft}>{texts.draft}</span>
      <span className={styles.foldedWords}>{held?.head?.preview}</span>
      <ButtonLink to="/ecrire/$accountId/$emailId" params={{ accountId, emailId }}>
        {texts.resume}
      </ButtonLink>
    </div>
  );
}

interface OpenMessageProps {
  readonly emailRef: EmailRef;
  readonly onFold: (() => void) | undefined;
}

function OpenMessage({ emailRef, onFold }: OpenMessageProps) {
  const { data, error, refetch } = useOpenedEmail(emailRef);
  if (error !== null) {
    return (
      <Notice kind="alarm" action={<Button onPress={() => void refetch()}>{uiTexts.retry}</Button>}>
        {explainFault(error)}
      </Notice>
    );
  }
  if (data === undefined) return <MessageSkeleton />;
  if (data === null) return <Notice kind="care">{texts.gone}</Notice>;
  return <Opened emailRef={emailRef} email={data} onFold={onFold} />;
}

export function MessageSkeleton() {
  return (
    <div className={styles.opened}>
      <div className={styles.skeletonHead}>
        <Skeleton width="34px" height="34px" />
        <div>
          <Skeleton width="220px" />
          <Skeleton width="320px" height="13px" />
        </div>
      </div>
      <div className={styles.sheet}>
        <Skeleton width="40%" />
        <Skeleton />
        <Skeleton width="85%" />
      </div>
      <LoadingNote>{texts.loading}</LoadingNote>
    </div>
  );
}

/** Once shown, it is read; marked unread again by its reader, it stays so. */
function useSeen(emailRef: EmailRef, keywords: Readonly<Record<string, true>>): void {
  const actions = useMailActions();
  const { accounts } = useOffice();
  const { accountId, emailId } = emailRef;
  const rights = accounts.find((account) => account.accountId === accountId)?.rights ?? [];
  // Who may only read leaves no mark, and is told of none that failed.
  const mayMark = rights.includes('own') || rights.includes('write');
  const isUnread = mayMark && !('$seen' in keywords) && !('$draft' in keywords);
  const told = useRef(false);
  useEffect(() => {
    if (!isUnread || told.current) return;
    const tell = (): void => {
      if (document.visibilityState !== 'visible' || told.current) return;
      told.current = true;
      void actions.markSeen([{ accountId, emailId }]);
    };
    tell();
    document.addEventListener('visibilitychange', tell);
    return () => document.removeEventListener('visibilitychange', tell);
  }, [isUnread, actions, accountId, emailId]);
}

function Opened({ emailRef, email, onFold }: OpenMessageProps & { readonly email: OpenedEmail }) {
  const { accounts } = useOffice();
  const { accountId, emailId } = emailRef;
  const keywords = useEmail(emailRef)?.keywords ?? email.keywords;
  useSeen(emailRef, keywords);
  const body = useMemo(() => bodyOf(email, wordsOfHtml), [email]);
  const attachments = useMemo(() => listedAttachments(email, body.html), [email, body.html]);
  const own = accounts.find((account) => account.accountId === accountId)?.address.toLowerCase();
  const isOurs = email.from?.some((author) => author.email.toLowerCase() === own) === true;
  return (
    <article className={styles.opened}>
      <MessageHeader
        accountId={accountId}
        email={email}
        isUnverified={unverifiedAuthorKeyword in keywords}
        onFold={onFold}
      />
      <ReceiptRequest
        emailRef={emailRef}
        subject={email.subject}
        isAsked={receiptAskedBy(email).length > 0}
        isOurs={isOurs}
        keywords={keywords}
      />
      <Attachments accountId={accountId} parts={attachments} />
      <div className={styles.sheet}>
        <MessageBody accountId={accountId} email={email} body={body} />
      </div>
      {isOurs ? <Deliveries accountId={accountId} emailId={emailId} sentAt={email.sentAt ?? email.receivedAt} /> : null}
    </article>
  );
}
