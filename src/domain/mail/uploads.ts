/**
 * Uploads: what programs bring before they make an email of it (RFC 8620 §6). Each has its own random key, wrapped by its
 * account's key; its bytes are in the blob store, durable before the row that names them (invariant 9).
 *
 *   gathered --keep--> kept --forget, or evicted for room--> destroyed (row and key gone; the sweep takes the bytes)
 *
 * An upload is kept for an hour at least, and is gone within the hour that follows `mailLimits.uploadKeptMs`.
 */
import { sql } from 'kysely';
import { assert, present } from '../../base/assert.ts';
import { mailLimits } from '../../base/domain-limits.ts';
import { Refusal } from '../../base/errors.ts';
import type { AccountId, BlobId, PersonId, TenantId } from '../../base/ids.ts';
import { smtpLimits } from '../../base/limits.ts';
import type { ByteRange, SealedBlobs } from '../../platform/blobs/blobs.ts';
import { newKey } from '../../platform/keys/keys.ts';
import type { Act } from '../audit/audit.ts';
import { fieldContext, openAccountKey, openField, sealField } from './account-key.ts';
import type { AccountRef, MailParts } from './mail.ts';
import { requireRight } from './permission.ts';
import { mailTexts } from './texts.ts';

type Parts = Pick<MailParts, 'access' | 'dataKeys' | 'blobs'>;

/** Bytes that are sealed and durable, not yet of any account. */
export interface GatheredUpload {
  readonly blobId: BlobId;
  readonly key: Buffer;
  readonly sizeBytes: number;
}

/** Takes the bytes of one upload as they come. `Refusal` `upload-too-large` past the size of a message. */
export interface UploadIntake {
  write(chunk: Uint8Array): Promise<void>;
  finish(): Promise<GatheredUpload>;
  /** Drops what was written, also after `finish`: for what could not be kept. */
  abort(): Promise<void>;
}

export type UploadOutcome =
  | { readonly kind: 'kept'; readonly id: BlobId; readonly sizeBytes: number }
  | { readonly kind: 'over-quota' }
  | { readonly kind: 'closed' }
  /** As many as an account may have that no email was made of, none of them an hour old. */
  | { readonly kind: 'too-many-uploads' };

export interface StoredUpload {
  readonly id: BlobId;
  readonly sizeBytes: number;
  /** As its sender wrote it. */
  readonly type: string;
  /** The bytes, whole or in part, also after the act. */
  read(range?: ByteRange): AsyncIterable<Buffer>;
}

export function openUploadIntake(blobs: SealedBlobs): UploadIntake {
  const key = newKey();
  const writer = blobs.create(key);
  let sizeBytes = 0;
  let isFinished = false;
  return {
    async write(chunk) {
      sizeBytes += chunk.length;
      if (sizeBytes > smtpLimits.messageBytes) throw new Refusal('upload-too-large', mailTexts.uploadTooLarge);
      await writer.write(chunk);
    },
    async finish() {
      const { id } = await writer.finish();
      isFinished = true;
      return { blobId: id, key, sizeBytes };
    },
    async abort() {
      if (isFinished) await blobs.remove(writer.id);
      else await writer.abort();
    },
  };
}

interface Room {
  readonly isClosed: boolean;
  readonly leftBytes: number;
}

export async function keepUpload(
  parts: Parts,
  { act, account }: { readonly act: Act; readonly account: AccountRef },
  gathered: GatheredUpload,
  type: string,
): Promise<UploadOutcome> {
  const { tenantId, accountId } = account;
  const { blobId: id, sizeBytes } = gathered;
  assert(type.length <= mailLimits.uploadTypeCharacters, 'the media type of an upload is too long');
  await requireRight(parts.access, act, account, 'write');
  // Under the account's lock, so that parallel uploads cannot all take the last place.
  const { isClosed, leftBytes } = await lockRoom(act, account);
  if (isClosed) return { kind: 'closed' };
  let held = await measure(act, account);
  if (!fits(held, sizeBytes)) {
    await evict(act, account);
    held = await measure(act, account);
    if (!fits(held, sizeBytes)) return { kind: 'too-many-uploads' };
  }
  if (held.bytes + sizeBytes > leftBytes) return { kind: 'over-quota' };
  const key = await openAccountKey(parts.dataKeys, act.tx, account);
  await sql`
    insert into mail.upload (tenant_id, account_id, id, key_version, wrapped_key, sealed_type, size_bytes, uploaded_by, uploaded_at)
    values (${tenantId}, ${accountId}, ${id}, ${key.version}, ${key.wrap(gathered.key, keyContext(account, id))},
            ${sealField(key, type, typeContext(account, id))}, ${sizeBytes},
            ${act.actor.kind === 'person' ? act.actor.personId : null}, ${act.at})`.execute(act.tx);
  act.record({ tenantId, accountId, kind: 'upload.kept', object: { kind: 'upload', id }, facts: { size: sizeBytes } });
  return { kind: 'kept', id, sizeBytes };
}

async function lockRoom(act: Act, account: AccountRef): Promise<Room> {
  const found = await sql<Room>`
    select closed_at is not null as "isClosed", quota_bytes - used_bytes as "leftBytes" from mail.account
     where tenant_id = ${account.tenantId} and id = ${account.accountId} for update`.execute(act.tx);
  const room = found.rows[0];
  if (room === undefined) throw new Refusal('account-unknown', mailTexts.accountUnknown);
  return room;
}

interface Held {
  readonly count: number;
  readonly bytes: number;
}

async function measure(act: Act, account: AccountRef): Promise<Held> {
  const found = await sql<Held>`
    select count(*) as count, coalesce(sum(size_bytes), 0)::int8 as bytes from mail.upload
     where tenant_id = ${account.tenantId} and account_id = ${account.accountId}`.execute(act.tx);
  return present(found.rows[0], 'an aggregate without row');
}

function fits(held: Held, sizeBytes: number): boolean {
  return held.count < mailLimits.uploads && held.bytes + sizeBytes <= mailLimits.uploadedBytes;
}

/** RFC 8620 §6: what was uploaded an hour ago and serves nothing may go to make room. */
async function evict(act: Act, account: AccountRef): Promise<void> {
  const before = new Date(act.at.getTime() - mailLimits.uploadSureMs);
  const gone = await sql<DestroyedRow>`
    delete from mail.upload
     where tenant_id = ${account.tenantId} and account_id = ${account.accountId} and uploaded_at < ${before}
    returning tenant_id as "tenantId", account_id as "accountId", id`.execute(act.tx);
  recordDestroyed(act, gone.rows);
}

interface UploadRow {
  readonly keyVersion: number;
  readonly wrappedKey: Buffer;
  readonly sealedType: Buffer;
  readonly sizeBytes: number;
  readonly uploadedBy: PersonId | null;
}

/** Undefined when the account has no such upload. Opening what another brought leaves an event. */
export async function openUpload(
  parts: Parts,
  act: Act,
  account: AccountRef,
  id: BlobId,
): Promise<StoredUpload | undefined> {
  const { tenantId, accountId } = account;
  await requireRight(parts.access, act, account, 'read');
  const found = await sql<UploadRow>`
    select key_version as "keyVersion", wrapped_key as "wrappedKey", sealed_type as "sealedType",
           size_bytes as "sizeBytes", uploaded_by as "uploadedBy"
      from mail.upload where tenant_id = ${tenantId} and account_id = ${accountId} and id = ${id}`.execute(act.tx);
  const row = found.rows[0];
  if (row === undefined) return undefined;
  const { sizeBytes, uploadedBy } = row;
  const accountKey = await openAccountKey(parts.dataKeys, act.tx, account, row.keyVersion);
  const key = accountKey.unwrap(row.wrappedKey, keyContext(account, id));
  const opened = { dataKeys: parts.dataKeys, db: act.tx };
  const type = await openField(opened, account, row.sealedType, typeContext(account, id));
  const { actor } = act;
  if (actor.kind === 'person' && actor.personId !== uploadedBy) {
    act.record({ tenantId, accountId, kind: 'upload.opened', object: { kind: 'upload', id } });
  }
  return { id, sizeBytes, type, read: (range) => parts.blobs.read(key, id, sizeBytes, range) };
}

interface DestroyedRow extends AccountRef {
  readonly tenantId: TenantId;
  readonly accountId: AccountId;
  readonly id: BlobId;
}

/** Destroys with their keys what was uploaded before `before`, at most `limit`; how many went. */
export async function forgetUploads(act: Act, before: Date, limit: number): Promise<number> {
  assert(limit <= mailLimits.maintenancePage, 'too many uploads destroyed in one transaction');
  const gone = await sql<DestroyedRow>`
    with chosen as (
      select tenant_id, account_id, id from mail.upload
       where uploaded_at < ${before} order by uploaded_at limit ${limit} for update skip locked
    )
    delete from mail.upload u using chosen
     where u.tenant_id = chosen.tenant_id and u.account_id = chosen.account_id and u.id = chosen.id
    returning u.tenant_id as "tenantId", u.account_id as "accountId", u.id`.execute(act.tx);
  recordDestroyed(act, gone.rows);
  return gone.rows.length;
}

function recordDestroyed(act: Act, rows: readonly DestroyedRow[]): void {
  for (const { tenantId, accountId, id } of rows) {
    act.record({ tenantId, accountId, kind: 'upload.destroyed', object: { kind: 'upload', id } });
  }
}

function keyContext(account: AccountRef, id: BlobId): Buffer {
  return fieldContext('upload.wrapped_key', account, id);
}

function typeContext(account: AccountRef, id: BlobId): Buffer {
  return fieldContext('upload.sealed_type', account, id);
}
