import { randomFillSync } from 'node:crypto';
import { assert } from './assert.ts';
import type { Brand } from './brand.ts';

/** A UUID version 7 (RFC 9562 §5.7) in its canonical lower-case text. */
export type Uuid = Brand<string, 'Uuid'>;

export type OperatorId = Brand<Uuid, 'OperatorId'>;
export type TenantId = Brand<Uuid, 'TenantId'>;
export type PersonId = Brand<Uuid, 'PersonId'>;
export type AccountId = Brand<Uuid, 'AccountId'>;
export type MailboxId = Brand<Uuid, 'MailboxId'>;
export type EmailId = Brand<Uuid, 'EmailId'>;
export type ThreadId = Brand<Uuid, 'ThreadId'>;
export type BlobId = Brand<Uuid, 'BlobId'>;

const canonical = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** A new identifier of kind `Id`; `at` gives its 48-bit millisecond prefix, the other 74 bits are random. */
export function newId<Id extends Uuid>(at: Date = new Date()): Id {
  const bytes = Buffer.alloc(16);
  randomFillSync(bytes, 6);
  bytes.writeUIntBE(at.getTime(), 0, 6);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x70;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  const text = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  return text as Id; // the branded constructor
}

/** True when `text` has the canonical form of a UUID (any version). */
export function isUuid(text: string): text is Uuid {
  return canonical.test(text);
}

/** `text` as an identifier of kind `Id`; a bug when it has another form (rows of the database, own files). */
export function asId<Id extends Uuid>(text: string): Id {
  assert(isUuid(text), 'an identifier is not a UUID');
  return text as Uuid as Id; // checked above
}
