/** A message as it is asked for to be read, and what of it is shown. */
import type { Email, EmailAddress, EmailBodyPart, JmapId } from '../../../../contract/jmap/mail.ts';
import type { Invocation, JmapClient } from '../../../jmap/client.ts';
import { rowProperties } from '../../store/types.ts';
import { readingBounds } from '../safety/bounds.ts';

const askedHeaders = {
  receiptTo: 'header:Disposition-Notification-To:asAddresses',
  priority: 'header:X-Priority:asText',
  importance: 'header:Importance:asText',
  listId: 'header:List-Id:asText',
  autoSubmitted: 'header:Auto-Submitted:asText',
  contentType: 'header:Content-Type',
} as const;

type AskedHeaders = {
  readonly [Key in Exclude<keyof typeof askedHeaders, 'contentType' | 'receiptTo'> as (typeof askedHeaders)[Key]]?:
    | string
    | null;
} & { readonly [askedHeaders.receiptTo]?: readonly EmailAddress[] | null };

export interface ReadPart extends EmailBodyPart {
  readonly 'header:Content-Type'?: string | null;
}

export interface OpenedEmail extends Omit<Email, 'textBody' | 'htmlBody' | 'attachments'>, AskedHeaders {
  readonly textBody: readonly ReadPart[];
  readonly htmlBody: readonly ReadPart[];
  readonly attachments: readonly ReadPart[];
}

const bodyArguments = {
  bodyProperties: [
    ...['partId', 'blobId', 'size', 'name', 'type', 'charset', 'disposition', 'cid'],
    askedHeaders.contentType,
  ],
  fetchTextBodyValues: true,
  fetchHTMLBodyValues: true,
  maxBodyValueBytes: 4 * readingBounds.htmlCharacters,
} as const;

const contentProperties = [
  ...['messageId', 'inReplyTo', 'references', 'sender', 'from', 'to', 'cc', 'bcc', 'replyTo', 'subject', 'sentAt'],
  ...['hasAttachment', 'preview', 'size', 'blobId', 'textBody', 'htmlBody', 'attachments', 'bodyValues'],
  askedHeaders.receiptTo,
  askedHeaders.priority,
  askedHeaders.importance,
  askedHeaders.listId,
  askedHeaders.autoSubmitted,
] as const;

export function openCall(accountId: JmapId, emailId: JmapId): Invocation {
  const properties = [...new Set<string>([...rowProperties, ...contentProperties])];
  return ['Email/get', { accountId, ids: [emailId], properties, ...bodyArguments }, 'open'];
}

/** A message inside another: it has neither mailboxes nor keywords of its own. */
export function parseCall(accountId: JmapId, blobId: JmapId): Invocation {
  return ['Email/parse', { accountId, blobIds: [blobId], properties: contentProperties, ...bodyArguments }, 'parse'];
}

/** With the conversation that it belongs to, in one request. */
export async function openConversation(
  jmap: Pick<JmapClient, 'call'>,
  { accountId, emailId, signal }: { accountId: JmapId; emailId: JmapId; signal: AbortSignal },
): Promise<{ readonly opened: OpenedEmail | undefined; readonly emailIds: readonly JmapId[] }> {
  const threadIds = { '#ids': { resultOf: 'open', name: 'Email/get', path: '/list/*/threadId' } };
  const calls: Invocation[] = [openCall(accountId, emailId), ['Thread/get', { accountId, ...threadIds }, 'thread']];
  const answers = await jmap.call(calls, { signal });
  const [opened] = answers.of<{ list: readonly OpenedEmail[] }>('open').list;
  const [thread] = answers.of<{ list: readonly { emailIds: readonly JmapId[] }[] }>('thread').list;
  return { opened, emailIds: thread?.emailIds.slice(-readingBounds.conversation) ?? [emailId] };
}

export type Priority = 'high' | 'low' | undefined;

export function priorityOf(email: OpenedEmail): Priority {
  const number = /^\s*([1-5])/.exec(email[askedHeaders.priority] ?? '')?.[1];
  const word = (email[askedHeaders.importance] ?? '').trim().toLowerCase();
  if (word === 'high' || number === '1' || number === '2') return 'high';
  return word === 'low' || number === '4' || number === '5' ? 'low' : undefined;
}

/** RFC 8098 §2.1: where the receipt is asked to go. */
export function receiptAskedBy(email: OpenedEmail): readonly EmailAddress[] {
  return email[askedHeaders.receiptTo] ?? [];
}

export function isAutomatic(email: OpenedEmail): boolean {
  const said = (email[askedHeaders.autoSubmitted] ?? 'no').trim().toLowerCase();
  return said !== 'no' && said !== '';
}

export function isFromList(email: OpenedEmail): boolean {
  return (email[askedHeaders.listId] ?? '').trim() !== '';
}

export interface Body {
  /** Parts of HTML and of plain text in their order; undefined when nothing of it is HTML. */
  readonly html: string | undefined;
  readonly text: string;
  /** Raw Content-Type of the part of plain text. */
  readonly textType: string | null | undefined;
  /** The plain text is the message's own, not made of its HTML. */
  readonly hasOwnText: boolean;
  readonly isCut: boolean;
  readonly hasEncodingProblem: boolean;
}

function escapeText(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;');
}

/** RFC 8621 §4.1.4: the parts to show, one after the other. `textOfHtml` makes words of HTML. */
export function bodyOf(
  email: Pick<OpenedEmail, 'textBody' | 'htmlBody' | 'bodyValues'>,
  textOfHtml: (html: string) => string,
): Body {
  const bodyValueOf = ({ partId }: ReadPart) => (partId === null ? undefined : email.bodyValues[partId]);
  const htmlParts = email.htmlBody.filter(({ type }) => type === 'text/html');
  const html =
    htmlParts.length === 0
      ? undefined
      : email.htmlBody
          .map((part) => {
            if (part.type.startsWith('image/') && part.cid !== null)
              return `<p><img src="cid:${encodeURIComponent(part.cid)}"></p>`;
            const value = bodyValueOf(part)?.value ?? '';
            return part.type === 'text/html' ? value : `<pre>${escapeText(value)}</pre>`;
          })
          .join('\n');
  const texts = email.textBody.map((part) => {
    const value = bodyValueOf(part)?.value ?? '';
    return part.type === 'text/html' ? textOfHtml(value) : value;
  });
  const shown = [...email.htmlBody, ...email.textBody].map(bodyValueOf);
  return {
    html,
    text: texts.join('\n\n').slice(0, readingBounds.textCharacters),
    textType: email.textBody.find(({ type }) => type === 'text/plain')?.[askedHeaders.contentType],
    hasOwnText: email.textBody.some(({ type }) => type === 'text/plain'),
    isCut: shown.some((value) => value?.isTruncated === true),
    hasEncodingProblem: shown.some((value) => value?.isEncodingProblem === true),
  };
}

/** Without the pictures that stand in the HTML. */
export function listedAttachments({ attachments }: OpenedEmail, html: string | undefined): readonly ReadPart[] {
  if (html === undefined) return attachments;
  const named = new Set(
    [...html.matchAll(/\bcid:([^"'\s>)]{1,300})/gi)].map(([, id = '']) => id.replace(/%40/gi, '@').toLowerCase()),
  );
  return attachments.filter(
    ({ cid, type }) => cid === null || !type.startsWith('image/') || !named.has(cid.toLowerCase()),
  );
}
