/**
 * A message in the queue, at rest (invariant 9): envelope and content under the message's own key, wrapped by the tenant's
 * queue key; each recipient under that queue key itself, because the delivery history outlives the content.
 */
import { assert, present } from '../../base/assert.ts';
import type { AccountId, BlobId, EmailId, TenantId, Uuid } from '../../base/ids.ts';
import type { Address } from '../../formats/address/address.ts';
import type { NotifyEvent, OriginalRecipient } from '../../formats/smtp/envelope-commands.ts';
import type { Db } from '../../platform/db/db.ts';
import { type DataKey, type DataKeys, newKey, seal, unseal } from '../../platform/keys/keys.ts';

export interface MessageRef {
  readonly tenantId: TenantId;
  readonly id: Uuid;
}

/** What MAIL said, as it is said again to the next host. */
export interface QueuedEnvelope {
  /** Null for reports: nothing is ever sent back for them. */
  readonly sender: Address | null;
  /** Some octet of the content is above 127: BODY=8BITMIME (RFC 6152). */
  readonly is8Bit: boolean;
  /** A header field is beyond ASCII: SMTPUTF8 (RFC 6531), as when an address is. */
  readonly hasWideHeader: boolean;
  /** The last line has no CRLF. */
  readonly endsInLine?: boolean;
  readonly ret?: 'FULL' | 'HDRS';
  readonly envelopeId?: string;
}

/** What RCPT said. */
export interface QueuedRecipient {
  readonly address: Address;
  readonly notify?: readonly NotifyEvent[];
  readonly originalRecipient?: OriginalRecipient;
  /** As the header names the recipient: for the delivery lines, never sent. */
  readonly displayName?: string;
}

/** The content to send, after the trace field of a local delivery that is not for others. */
export type QueuedContent =
  | { readonly kind: 'inline'; readonly bytes: Buffer }
  | {
      readonly kind: 'blob';
      readonly blobId: BlobId;
      readonly key: Buffer;
      readonly sizeBytes: number;
      readonly skipBytes: number;
    };

/** Who sent it: an account, with the copy in its Sent mailbox; or the operator itself. */
export interface Origin {
  readonly accountId: AccountId;
  readonly emailId: EmailId;
}

interface StoredEnvelope extends QueuedEnvelope {
  readonly blob?: { readonly key: string; readonly sizeBytes: number; readonly skipBytes: number };
}

export interface SealedMessage {
  readonly keyVersion: number;
  readonly wrappedKey: Buffer;
  readonly envelope: Buffer;
  readonly content: Buffer | null;
  readonly blobId: BlobId | null;
}

function context(column: string, message: MessageRef, part = ''): Buffer {
  return Buffer.from(`transfer.${column}/${message.tenantId}/${message.id}/${part}`);
}

/** The tenant's queue key: the latest version, or the one a row names. */
export async function openQueueKey(
  dataKeys: DataKeys,
  db: Db,
  tenantId: TenantId,
  version?: number,
): Promise<DataKey | undefined> {
  const owner = { tenantId, purpose: 'queue', ownerId: tenantId } as const;
  const opened =
    version === undefined ? await dataKeys.openOrCreate(db, owner) : await dataKeys.open(db, { ...owner, version });
  return opened.state === 'open' ? opened.key : undefined;
}

export function sealMessage(
  queueKey: DataKey,
  message: MessageRef,
  { envelope, content }: { envelope: QueuedEnvelope; content: QueuedContent },
): SealedMessage {
  const key = newKey();
  const stored: StoredEnvelope =
    content.kind === 'inline'
      ? envelope
      : {
          ...envelope,
          blob: { key: content.key.toString('base64'), sizeBytes: content.sizeBytes, skipBytes: content.skipBytes },
        };
  return {
    keyVersion: queueKey.version,
    wrappedKey: queueKey.wrap(key, context('message.wrapped_key', message)),
    envelope: seal(key, Buffer.from(JSON.stringify(stored), 'utf8'), context('message.envelope', message)),
    content: content.kind === 'inline' ? seal(key, content.bytes, context('message.content', message)) : null,
    blobId: content.kind === 'blob' ? content.blobId : null,
  };
}

/** Throws `IntegrityFault` when the row does not open. */
export function openMessage(
  queueKey: DataKey,
  message: MessageRef,
  sealed: Omit<SealedMessage, 'keyVersion'>,
): { readonly envelope: QueuedEnvelope; readonly content: QueuedContent } {
  const key = queueKey.unwrap(sealed.wrappedKey, context('message.wrapped_key', message));
  const text = unseal(key, sealed.envelope, context('message.envelope', message)).toString('utf8');
  const { blob, ...envelope } = JSON.parse(text) as StoredEnvelope; // authenticated: it is what `sealMessage` wrote
  if (sealed.content !== null) {
    const bytes = unseal(key, sealed.content, context('message.content', message));
    return { envelope, content: { kind: 'inline', bytes } };
  }
  assert(blob !== undefined, 'a queued message has neither content nor blob');
  const blobId = present(sealed.blobId, 'a queued message has a blob key and no blob');
  return { envelope, content: { kind: 'blob', blobId, ...blob, key: Buffer.from(blob.key, 'base64') } };
}

export function sealRecipient(
  queueKey: DataKey,
  message: MessageRef,
  recipient: QueuedRecipient & { number: number },
): Buffer {
  const { number, ...stored } = recipient;
  return queueKey.seal(Buffer.from(JSON.stringify(stored), 'utf8'), context('recipient', message, String(number)));
}

export function openRecipient(
  queueKey: DataKey,
  message: MessageRef,
  row: { number: number; sealed: Buffer },
): QueuedRecipient {
  const text = queueKey.unseal(row.sealed, context('recipient', message, String(row.number))).toString('utf8');
  return JSON.parse(text) as QueuedRecipient; // authenticated: it is what `sealRecipient` wrote
}

/** The peer's own words: they may repeat the address. */
export function sealAnswer(queueKey: DataKey, message: MessageRef, row: { number: number; answer: string }): Buffer {
  return queueKey.seal(Buffer.from(row.answer, 'utf8'), context('answer', message, String(row.number)));
}

export function openAnswer(queueKey: DataKey, message: MessageRef, row: { number: number; sealed: Buffer }): string {
  return queueKey.unseal(row.sealed, context('answer', message, String(row.number))).toString('utf8');
}

/** The words of an operator that took the message and reports on it: they may repeat the address. */
export function sealReturned(queueKey: DataKey, message: MessageRef, row: { number: number; text: string }): Buffer {
  return queueKey.seal(Buffer.from(row.text, 'utf8'), context('returned', message, String(row.number)));
}

export function openReturned(queueKey: DataKey, message: MessageRef, row: { number: number; sealed: Buffer }): string {
  return queueKey.unseal(row.sealed, context('returned', message, String(row.number))).toString('utf8');
}
