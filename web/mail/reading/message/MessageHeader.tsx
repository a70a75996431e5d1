/** Who wrote, to whom and when; what of it is proved, and what is in doubt. */
import { BadgeCheck, CircleAlert, CircleHelp, TriangleAlert } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import type { EmailAddress } from '../../../../contract/jmap/mail.ts';
import { useOffice } from '../../../app/session.ts';
import { readingTexts as texts } from '../../../texts/reading.ts';
import { Avatar } from '../../../ui/Avatar.tsx';
import { Button } from '../../../ui/Button.tsx';
import { bytesText } from '../../../ui/bytes.ts';
import { dayNumbers, longDate } from '../../../ui/dates.ts';
import { Notice } from '../../../ui/States.tsx';
import { roleAndPlace } from '../../compose/standing.ts';
import { kindOf, shownName, shownNames } from '../../people.ts';
import { isAutomatic, isFromList, type OpenedEmail, priorityOf } from '../conversation/opened.ts';
import styles from './MessageHeader.module.css';
import { domainOf, doubtsAbout } from './sender.ts';
import { type Checked, useStanding } from './useStanding.ts';

export interface MessageHeaderProps {
  readonly accountId: string;
  readonly email: OpenedEmail;
  /** Nobody answers for the author. */
  readonly isUnverified: boolean;
  /** Folds the message; left out: it stays open. */
  readonly onFold?: (() => void) | undefined;
}

export function MessageHeader({ accountId, email, isUnverified, onFold }: MessageHeaderProps) {
  const { session, accounts } = useOffice();
  const [hasDetails, setDetails] = useState(false);
  const [author] = email.from ?? [];
  const address = author?.email;
  const kind = address === undefined ? 'unknown' : kindOf(address, session);
  const isOurs = accounts.some((account) => account.address.toLowerCase() === address?.toLowerCase());
  const isAsked = address !== undefined && kind === 'pro' && !isOurs;
  const standing = useStanding(accountId, isAsked ? address : undefined);
  const name = author === undefined ? texts.nobody : shownName(author);
  const at = longDate(new Date(email.receivedAt ?? email.sentAt ?? 0), new Date());
  const recipients = [...(email.to ?? []), ...(email.cc ?? [])];
  return (
    <header className={styles.header}>
      <div className={styles.author}>
        {onFold === undefined ? (
          <Avatar name={name} kind={isUnverified ? 'unknown' : kind} />
        ) : (
          <button type="button" className={styles.fold} onClick={onFold} aria-label={texts.closeMessage}>
            <Avatar name={name} kind={isUnverified ? 'unknown' : kind} />
          </button>
        )}
        <div className={styles.names}>
          <p>
            <strong>{name}</strong>
            {kind === 'patient' ? <span className={styles.mark}>{texts.patient}</span> : null}
          </p>
          <p className={styles.meta}>{address}</p>
          {isAsked && !isUnverified ? <Standing checked={standing} /> : null}
          <p className={styles.meta}>
            {at}
            {recipients.length === 0 ? null : ` · ${texts.to(shownNames(recipients))}`}
          </p>
          <Flags email={email} />
        </div>
        <Button kind="bare" aria-expanded={hasDetails} onPress={() => setDetails(!hasDetails)}>
          {texts.details}
        </Button>
      </div>
      {hasDetails ? <Details email={email} isUnverified={isUnverified} /> : null}
      <Doubts email={email} isUnverified={isUnverified} />
    </header>
  );
}

/** Of a line of its own, kept for it while the directory is asked: what comes moves nothing. */
function Standing({ checked }: { readonly checked: Checked | undefined }) {
  return (
    <p className={styles.standing}>
      <Mark checked={checked} />
      <Place checked={checked} />
    </p>
  );
}

function Mark({ checked }: { readonly checked: Checked | undefined }) {
  switch (checked?.standing.kind) {
    case 'listed':
      return (
        <span className={styles.mark} data-kind="proved">
          <BadgeCheck aria-hidden="true" />
          {texts.verified}
        </span>
      );
    case 'left':
      return (
        <span className={styles.mark} data-kind="care">
          <CircleAlert aria-hidden="true" />
          {texts.left(dayNumbers(new Date(checked.standing.lastSeenAt)))}
        </span>
      );
    case 'unknown':
      return (
        <span className={styles.mark}>
          <CircleHelp aria-hidden="true" />
          {texts.unlisted}
        </span>
      );
    default:
      return null;
  }
}

function Place({ checked }: { readonly checked: Checked | undefined }) {
  const told = checked?.standing;
  if (told?.kind !== 'listed') return null;
  const place = roleAndPlace(told.correspondent);
  return place === '' ? null : <span className={styles.place} title={place}>{` · ${place}`}</span>;
}

function Flags({ email }: { readonly email: OpenedEmail }) {
  const priority = priorityOf(email);
  const flags = [
    priority === 'high' ? texts.high : undefined,
    priority === 'low' ? texts.low : undefined,
    isAutomatic(email) ? texts.automatic : undefined,
    isFromList(email) ? texts.list : undefined,
  ].filter((flag) => flag !== undefined);
  if (flags.length === 0) return null;
  return (
    <p className={styles.flags}>
      {flags.map((flag) => (
        <span key={flag} data-care={flag === texts.high || undefined}>
          {flag}
        </span>
      ))}
    </p>
  );
}

function Doubts({ email, isUnverified }: Pick<MessageHeaderProps, 'email' | 'isUnverified'>) {
  const { otherReply, imitated } = doubtsAbout(email);
  const said: readonly (readonly ['care' | 'alarm', string])[] = [
    ...(isUnverified ? [['care', texts.unverified] as const] : []),
    ...(imitated === undefined ? [] : [['alarm', texts.nameIsAddress(imitated)] as const]),
    ...(otherReply === undefined ? [] : [['care', texts.otherReply(otherReply)] as const]),
  ];
  return said.map(([kind, text]) => (
    <Notice key={text} kind={kind} icon={<TriangleAlert aria-hidden="true" />}>
      {text}
    </Notice>
  ));
}

function Details({ email, isUnverified }: Pick<MessageHeaderProps, 'email' | 'isUnverified'>) {
  const now = new Date();
  const [author] = email.from ?? [];
  const domain = author === undefined ? undefined : domainOf(author.email);
  const isElse = email.sender?.some((one) => one.email !== author?.email) === true;
  const lines: readonly (readonly [label: string, value: ReactNode])[] = [
    [texts.from, <People key="from" people={email.from} />],
    ...(isElse ? [[texts.sender, <People key="sender" people={email.sender} />] as const] : []),
    [texts.recipients, <People key="to" people={email.to} />],
    [texts.copies, <People key="cc" people={email.cc} />],
    [texts.hiddenCopies, <People key="bcc" people={email.bcc} />],
    [texts.replyTo, <People key="replyTo" people={email.replyTo} />],
    [texts.sentAt, email.sentAt === null ? null : longDate(new Date(email.sentAt), now)],
    [texts.receivedAt, email.receivedAt === undefined ? null : longDate(new Date(email.receivedAt), now)],
    [texts.size, email.size === undefined ? null : bytesText(email.size)],
    [
      texts.operator,
      domain === undefined ? null : isUnverified ? texts.operatorUnverified(domain) : texts.operatorVerified(domain),
    ],
  ];
  return (
    <dl className={styles.details}>
      {lines.map(([label, value]) =>
        value === null || isNobody(value) ? null : (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ),
      )}
    </dl>
  );
}

function isNobody(value: ReactNode): boolean {
  if (typeof value !== 'object' || value === null || !('props' in value)) return false;
  const { people } = value.props as { people?: readonly EmailAddress[] | null }; // of `People`, above
  return people === null || people?.length === 0;
}

function People({ people }: { readonly people: readonly EmailAddress[] | null | undefined }) {
  return (
    <ul>
      {(people ?? []).map((person) => {
        const name = shownName(person);
        return (
          <li key={person.email}>
            {name === person.email ? null : `${name} `}
            <span className={styles.address}>{person.email}</span>
          </li>
        );
      })}
    </ul>
  );
}
