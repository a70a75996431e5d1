/** A message being written, and how it becomes an email (RFC 8621 §4.6). */
import type { EmailAddress, Identity, JmapId } from '../../../contract/jmap/mail.ts';
import { addressKey, joinRecipients } from './addresses.ts';
import { textOfHtml } from './html-text.ts';
import type { ReplyMode } from './reply-rules.ts';

export interface Attachment {
  readonly blobId: JmapId;
  readonly type: string;
  readonly name: string;
  /** Octets. */
  readonly size: number;
}

/** What is answered or passed on. */
export interface Origin {
  readonly accountId: JmapId;
  readonly emailId: JmapId;
  readonly mode: ReplyMode;
}

export interface ComposedMessage {
  /** Of the draft in all its versions: emails cannot be changed, each save makes another. */
  readonly draftId: string;
  readonly accountId: JmapId;
  readonly identityId: JmapId;
  readonly to: readonly EmailAddress[];
  readonly cc: readonly EmailAddress[];
  readonly bcc: readonly EmailAddress[];
  readonly subject: string;
  readonly format: 'html' | 'text';
  /** The body of the format in use; the other is empty. */
  readonly html: string;
  readonly text: string;
  readonly attachments: readonly Attachment[];
  readonly isUrgent: boolean;
  readonly wantsReceipt: boolean;
  readonly inReplyTo: readonly string[];
  readonly references: readonly string[];
  readonly origin: Origin | undefined;
}

/** A field of our own, in drafts alone: what it answers is not told to those who get the message. */
export const draftField = 'header:X-Hygie-Draft:asText';
export const receiptField = 'header:Disposition-Notification-To:asAddresses';
export const priorityField = 'header:X-Priority:asText';
export const importanceField = 'header:Importance:asText';

const uuid = '[0-9a-f-]{36}';
const mark = new RegExp(
  String.raw`^(${uuid})(?:; (repondre|repondre-a-tous|transferer) ([\w-]{1,255})\.([\w-]{1,255}))?$`,
);

export function printDraftMark({ draftId, origin }: Pick<ComposedMessage, 'draftId' | 'origin'>): string {
  return origin === undefined ? draftId : `${draftId}; ${origin.mode} ${origin.accountId}.${origin.emailId}`;
}

export function readDraftMark(value: unknown): Pick<ComposedMessage, 'draftId' | 'origin'> | undefined {
  const [, draftId, mode, accountId, emailId] = mark.exec(typeof value === 'string' ? value.trim() : '') ?? [];
  if (draftId === undefined) return undefined;
  const known = (['repondre', 'repondre-a-tous', 'transferer'] as const).find((each) => each === mode);
  if (known === undefined || accountId === undefined || emailId === undefined) return { draftId, origin: undefined };
  return { draftId, origin: { mode: known, accountId, emailId } };
}

/** Everybody who gets it, once each, with those that the identity adds. */
export function allRecipients(message: Pick<ComposedMessage, 'to' | 'cc' | 'bcc'>): readonly EmailAddress[] {
  return joinRecipients([], [...message.to, ...message.cc, ...message.bcc]);
}

export function plainTextOf({ format, html, text }: Pick<ComposedMessage, 'format' | 'html' | 'text'>): string {
  return format === 'text' ? text : textOfHtml(html);
}

const frame = /^.*?<body[^>]*>(.*?)(?:<\/body>.*)?$/is;

/** Programs find the language and the character set where they look for them. */
export function printHtml(body: string): string {
  return `<!DOCTYPE html><html lang="fr"><head><meta charset="utf-8"></head><body>${body}</body></html>`;
}

export function bodyOfHtml(html: string): string {
  return frame.exec(html)?.[1] ?? html;
}

export interface EmailPlace {
  readonly mailboxIds: Readonly<Record<JmapId, true>>;
  readonly keywords: Readonly<Record<string, true>>;
}

/** The arguments of `create` in `Email/set`. `isDraft`: with what only a draft carries. */
export function emailOf(
  message: ComposedMessage,
  identity: Identity,
  { place, isDraft }: { readonly place: EmailPlace; readonly isDraft: boolean },
): Readonly<Record<string, unknown>> {
  const { to, cc, subject, inReplyTo, references } = message;
  const from = { name: identity.name === '' ? null : identity.name, email: identity.email };
  // RFC 8621 §6: what the identity says to copy, in the message and not in its draft.
  const bcc = isDraft ? message.bcc : withoutThose(joinRecipients(message.bcc, identity.bcc ?? []), [...to, ...cc]);
  const replyTo = identity.replyTo ?? [];
  return {
    ...place,
    from: [from],
    ...given('to', to),
    ...given('cc', cc),
    ...given('bcc', bcc),
    ...given('replyTo', replyTo),
    subject,
    ...given('inReplyTo', inReplyTo),
    ...given('references', references),
    ...(message.isUrgent ? { [priorityField]: '1 (Highest)', [importanceField]: 'high' } : {}),
    ...(message.wantsReceipt ? { [receiptField]: [from] } : {}), // RFC 8098 §2.1
    ...(isDraft ? { [draftField]: printDraftMark(message) } : {}),
    ...bodyOf(message),
  };
}

function given<Item>(name: string, list: readonly Item[]): Readonly<Record<string, readonly Item[]>> {
  return list.length === 0 ? {} : { [name]: list };
}

function withoutThose(list: readonly EmailAddress[], known: readonly EmailAddress[]): readonly EmailAddress[] {
  const keys = new Set(known.map(({ email }) => addressKey(email)));
  return list.filter(({ email }) => !keys.has(addressKey(email)));
}

/** RFC 2046 §5.1.4: the text first, the HTML after it; a message of plain text has no second part. */
function bodyOf(message: ComposedMessage): Readonly<Record<string, unknown>> {
  const isRich = message.format === 'html';
  const text = plainTextOf(message);
  return {
    bodyValues: {
      text: { value: text },
      ...(isRich ? { html: { value: printHtml(message.html) } } : {}),
    },
    textBody: [{ partId: 'text', type: 'text/plain' }],
    ...(isRich ? { htmlBody: [{ partId: 'html', type: 'text/html' }] } : {}),
    ...given('attachments', message.attachments.map(attachedPart)),
  };
}

/** Pictures of a text that is passed on are files here: the new text does not show them in their place. */
function attachedPart({ blobId, type, name }: Attachment): Readonly<Record<string, unknown>> {
  return { blobId, type: mediaType(type), name, disposition: 'attachment' };
}

/** Of a file that the device names badly, or not at all. */
export function mediaType(type: string): string {
  const [bare = ''] = type.toLowerCase().split(';');
  const isOne = /^[a-z0-9][a-z0-9!#$&^_.+-]{0,60}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,60}$/.test(bare.trim());
  return isOne && !bare.startsWith('multipart/') ? bare.trim() : 'application/octet-stream';
}

/** Whether there is anything in it that somebody wrote: what begins empty is not saved. */
export function isSameContent(a: ComposedMessage, b: ComposedMessage): boolean {
  return JSON.stringify(contentOf(a)) === JSON.stringify(contentOf(b));
}

function contentOf({ draftId: _id, origin: _origin, ...content }: ComposedMessage): unknown {
  return content;
}
