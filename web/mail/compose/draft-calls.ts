/** Drafts at the server: saved, opened, thrown away (RFC 8621 §4.6). */
import type { Email, EmailBodyPart, Identity, JmapId, SetError } from '../../../contract/jmap/mail.ts';
import { explainSetError } from '../../api/faults.ts';
import type { Invocation, JmapClient } from '../../jmap/client.ts';
import type { EmailRef } from '../store/types.ts';
import type { SaveOutcome } from './draft-session.ts';
import {
  type Attachment,
  type ComposedMessage,
  draftField,
  emailOf,
  importanceField,
  priorityField,
  readDraftMark,
  receiptField,
} from './message.ts';
import { originalHtml } from './quoting.ts';

type Jmap = Pick<JmapClient, 'call'>;

interface SetAnswer {
  readonly created?: Readonly<Record<string, { readonly id: JmapId }>> | null;
  readonly notCreated?: Readonly<Record<string, SetError>> | null;
  readonly updated?: Readonly<Record<string, unknown>> | null;
  readonly notDestroyed?: Readonly<Record<string, SetError>> | null;
}

export interface DraftPlace {
  readonly draftsId: JmapId;
  readonly identity: Identity;
}

/**
 * In two requests: create and destroy in one `Email/set` do not stand or fall together (RFC 8620 §5.3), and a creation that is
 * refused must not take the former draft with it.
 */
export async function saveDraft(
  jmap: Jmap,
  { draftsId, identity }: DraftPlace,
  message: ComposedMessage,
  former: readonly EmailRef[],
): Promise<SaveOutcome> {
  const { accountId } = message;
  const place = { mailboxIds: { [draftsId]: true }, keywords: { $draft: true, $seen: true } } as const;
  const create = { draft: emailOf(message, identity, { place, isDraft: true }) };
  const made = (await jmap.call([['Email/set', { accountId, create }, 'save']])).of<SetAnswer>('save');
  const emailId = made.created?.['draft']?.id;
  if (emailId === undefined) {
    return { kind: 'refused', text: explainSetError(made.notCreated?.['draft'] ?? { type: 'serverFail' }) };
  }
  const next = await replaceFormer(jmap, { message, emailId, former }).catch(() => undefined);
  return { kind: 'saved', emailId, ...(next ?? { wasGone: false, left: former, blobs: new Map() }) };
}

/** The files are asked for first: those of the former draft go with it. */
async function replaceFormer(
  jmap: Jmap,
  { message, emailId, former }: { message: ComposedMessage; emailId: JmapId; former: readonly EmailRef[] },
): Promise<Pick<Extract<SaveOutcome, { kind: 'saved' }>, 'wasGone' | 'left' | 'blobs'>> {
  const { accountId, attachments } = message;
  const get: Invocation[] =
    attachments.length === 0
      ? []
      : [
          [
            'Email/get',
            { accountId, ids: [emailId], properties: ['attachments'], bodyProperties: ['blobId'] },
            'files',
          ],
        ];
  const drops = [...new Set(former.map((ref) => ref.accountId))].map(
    (each): Invocation => [
      'Email/set',
      { accountId: each, destroy: former.filter((ref) => ref.accountId === each).map((ref) => ref.emailId) },
      `drop ${each}`,
    ],
  );
  if (get.length + drops.length === 0) return { wasGone: false, left: [], blobs: new Map() };
  const answers = await jmap.call([...get, ...drops]);
  const held = get.length === 0 ? [] : (answers.of<{ list: readonly Email[] }>('files').list[0]?.attachments ?? []);
  const blobs = new Map<JmapId, JmapId>();
  // In the order in which they were given; another number would be another draft.
  if (held.length === attachments.length) {
    for (const [index, { blobId }] of attachments.entries()) blobs.set(blobId, held[index]?.blobId ?? blobId);
  }
  const [current] = former;
  const dropped = current && answers.of<SetAnswer>(`drop ${current.accountId}`).notDestroyed?.[current.emailId];
  return { wasGone: dropped?.type === 'notFound', left: [], blobs };
}

const openedProperties = [
  ...[
    'id',
    'threadId',
    'mailboxIds',
    'keywords',
    'receivedAt',
    'messageId',
    'inReplyTo',
    'references',
    'sentAt',
    'from',
  ],
  ...['to', 'cc', 'bcc', 'replyTo', 'sender', 'subject', 'textBody', 'htmlBody', 'attachments', 'bodyValues'],
  ...[draftField, priorityField, importanceField, receiptField],
] as const;
const openedBodyProperties = ['partId', 'blobId', 'size', 'name', 'type', 'disposition', 'cid'] as const;

export type OpenedEmail = Email & Readonly<Record<string, unknown>>;

/** With its text. Undefined: it is not there, or not any more. */
export async function openEmail(
  jmap: Jmap,
  { accountId, emailId }: EmailRef,
  signal?: AbortSignal,
): Promise<OpenedEmail | undefined> {
  const given = {
    accountId,
    ids: [emailId],
    properties: openedProperties,
    bodyProperties: openedBodyProperties,
    fetchTextBodyValues: true,
    fetchHTMLBodyValues: true,
  };
  const answers = await jmap.call([['Email/get', given, 'open']], signal === undefined ? {} : { signal });
  return answers.of<{ list: readonly OpenedEmail[] }>('open').list[0];
}

export function attachmentsOf(parts: readonly EmailBodyPart[]): readonly Attachment[] {
  return parts.flatMap(({ blobId, type, name, size }) =>
    blobId === null ? [] : [{ blobId, type, name: name ?? '', size }],
  );
}

/** A draft as it is written on; `accountId` has its identity found by the address it is from. */
export function messageOfDraft(
  email: OpenedEmail,
  { accountId, identityId, draftId }: Pick<ComposedMessage, 'accountId' | 'identityId' | 'draftId'>,
): ComposedMessage {
  const isRich = email.htmlBody.some(({ type }) => type === 'text/html');
  const text = email.textBody.map(({ partId }) => email.bodyValues[partId ?? '']?.value ?? '').join('\n');
  const mark = readDraftMark(email[draftField]);
  const priority = email[priorityField];
  return {
    draftId: mark?.draftId ?? draftId,
    accountId,
    identityId,
    to: email.to ?? [],
    cc: email.cc ?? [],
    bcc: email.bcc ?? [],
    subject: email.subject ?? '',
    format: isRich ? 'html' : 'text',
    html: isRich ? originalHtml(email) : '',
    text: isRich ? '' : text.replace(/\r\n/g, '\n'),
    attachments: attachmentsOf(email.attachments),
    isUrgent: typeof priority === 'string' && /^\s*[12]\b/.test(priority),
    wantsReceipt: Array.isArray(email[receiptField]) && email[receiptField].length > 0,
    inReplyTo: email.inReplyTo ?? [],
    references: email.references ?? [],
    origin: mark?.origin,
  };
}

/** From the drafts to the trash, or back. */
export async function moveDraft(jmap: Jmap, { accountId, emailId }: EmailRef, mailboxId: JmapId): Promise<boolean> {
  const update = { [emailId]: { mailboxIds: { [mailboxId]: true } } };
  const answers = await jmap.call([['Email/set', { accountId, update }, 'move']]);
  return emailId in (answers.of<SetAnswer>('move').updated ?? {});
}

/** Files of one account for a message of another (RFC 8620 §6.3). Those that could not be had are left out. */
export async function copyBlobs(
  jmap: Jmap,
  { from, to }: { readonly from: JmapId; readonly to: JmapId },
  attachments: readonly Attachment[],
): Promise<readonly Attachment[]> {
  if (attachments.length === 0 || from === to) return attachments;
  const blobIds = attachments.map(({ blobId }) => blobId);
  const answers = await jmap.call([['Blob/copy', { fromAccountId: from, accountId: to, blobIds }, 'copy']]);
  const copied = answers.of<{ copied?: Readonly<Record<JmapId, JmapId>> | null }>('copy').copied ?? {};
  return attachments.flatMap((each) => {
    const blobId = copied[each.blobId];
    return blobId === undefined ? [] : [{ ...each, blobId }];
  });
}
