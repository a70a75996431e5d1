import { randomUUID } from 'node:crypto';
import { assert } from './assert.ts';
import type { Brand } from './brand.ts';

/** A UUID version 7 (RFC 9562 §5.7) in its canonical lower-case text. */
export type Uuid = Brand<string, 'Uuid'>;

export type TenantId = Brand<Uuid, 'TenantId'>;
export type PersonId = Brand<Uuid, 'PersonId'>;
export type AccountId = Brand<Uuid, 'AccountId'>;
export type MailboxId = Brand<Uuid, 'MailboxId'>;
export type EmailId = Brand<Uuid, 'EmailId'>;
export type ThreadId = Brand<Uuid, 'ThreadId'>;
export type BlobId = Brand<Uuid, 'BlobId'>;

const canonical = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/**
 * A new identifier of kind `Id`; `at` gives its 48-bit millisecond prefix, the other 74 bits are random. They are those of
 * a version 4 UUID, whose variant bits are the same: Node draws its randomness for many of them at once.
 */
export function newId<Id extends Uuid>(at: Date = new Date()): Id {
  const time = at.getTime().toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}` as Id; // the branded constructor
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
