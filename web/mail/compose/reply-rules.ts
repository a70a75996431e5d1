/** What an answer or a message passed on starts from: to whom, from where, under which subject, in which thread. */
import type { Email, EmailAddress, Identity } from '../../../contract/jmap/mail.ts';
import { addressKey, isSameAddress, joinRecipients } from './addresses.ts';

export type ReplyMode = 'repondre' | 'repondre-a-tous' | 'transferer';

type Read = Pick<Email, 'from' | 'to' | 'cc' | 'replyTo' | 'sender'>;

export interface ReplyRecipients {
  readonly to: readonly EmailAddress[];
  readonly cc: readonly EmailAddress[];
}

/**
 * RFC 5322 §3.6.3: to Reply-To, or to the authors. What one wrote oneself is answered to those it went to. An answer to all
 * never comes back to an address of one's own, nor twice to anybody; alone with oneself, one writes to oneself.
 */
export function replyRecipients(email: Read, mode: ReplyMode, ownAddresses: readonly string[]): ReplyRecipients {
  if (mode === 'transferer') return { to: [], cc: [] };
  const own = new Set(ownAddresses.map(addressKey));
  const others = (list: readonly EmailAddress[] | null): readonly EmailAddress[] =>
    (list ?? []).filter(({ email: address }) => !own.has(addressKey(address)));
  const authors = usable(email.replyTo) ?? usable(email.from) ?? usable(email.sender) ?? [];
  const isOwn = (email.from ?? []).length > 0 && others(email.from).length === 0 && usable(email.replyTo) === undefined;
  const answered = isOwn ? (usable(others(email.to)) ?? usable(others(email.cc)) ?? authors) : authors;
  if (mode === 'repondre') return { to: joinRecipients([], answered), cc: [] };
  const to = joinRecipients([], usable(others(answered)) ?? answered);
  const taken = new Set(to.map((each) => addressKey(each.email)));
  const rest = joinRecipients(others(isOwn ? [] : email.to), others(email.cc));
  return { to, cc: rest.filter((each) => !taken.has(addressKey(each.email))) };
}

function usable(list: readonly EmailAddress[] | null | undefined): readonly EmailAddress[] | undefined {
  const found = (list ?? []).filter(({ email }) => email.includes('@'));
  return found.length === 0 ? undefined : found;
}

/** Of the account's identities, the one that the message was sent to; its first otherwise. */
export function replyIdentity(
  email: Pick<Email, 'to' | 'cc' | 'bcc' | 'from'>,
  identities: readonly Identity[],
): Identity | undefined {
  const named = [email.to, email.cc, email.bcc, email.from].flatMap((list) => list ?? []);
  for (const { email: address } of named) {
    const found = identities.find((identity) => isSameAddress(identity.email, address));
    if (found !== undefined) return found;
  }
  return identities[0];
}

/** `Re: [2]`, `RE :`, `Réf. : `, `Fwd:`, `TR :`, `Tr:` … however many there are. */
const marks = /^(?:\s*(?:re|réf|rép|aw|sv|fwd?|tr|wg|i)\s*(?:\[\d+\])?\s*[:：]\s*)+/iu;

/** French, and never twice: « Re : Re : » says nothing more. */
export function replySubject(subject: string | null, mode: ReplyMode): string {
  const bare = (subject ?? '').replace(marks, '').trim();
  return `${mode === 'transferer' ? 'Tr' : 'Re'} : ${bare}`.trimEnd();
}

/** RFC 5322 §3.6.4. Threads of years keep their first message and the last ones. */
const mostReferences = 50;

export function replyThreading(email: Pick<Email, 'messageId' | 'references' | 'inReplyTo'>): {
  readonly inReplyTo: readonly string[];
  readonly references: readonly string[];
} {
  const inReplyTo = email.messageId ?? [];
  const before = email.references ?? (email.inReplyTo?.length === 1 ? email.inReplyTo : []);
  const all = [...new Set([...before, ...inReplyTo])];
  const references = all.length <= mostReferences ? all : [...all.slice(0, 1), ...all.slice(1 - mostReferences)];
  return { inReplyTo, references };
}
