/** The rows of sendings. Every function is one step of the table of states in `sendings.ts`. */
import { sql } from 'kysely';
import type { AccountId, EmailId, PersonId, TenantId, Uuid } from '../../base/ids.ts';
import type { Db, Transaction } from '../../platform/db/db.ts';
import type { DataKey } from '../../platform/keys/keys.ts';
import type { AccountRef } from '../mail/mail.ts';
import type { Hold, Sending, SendingEnvelope, SendingRef, UndoStatus } from './sendings.ts';

export interface SendingRow extends Omit<Sending, 'envelope'> {
  readonly personId: PersonId | null;
  readonly messageId: Uuid | null;
  readonly keyVersion: number;
  readonly sealedEnvelope: Buffer | null;
  readonly createdAt: Date;
  /** Of what is pending: when its release failed first. */
  readonly failingSince: Date | null;
}

const columns = sql`
  id, email_id as "emailId", thread_id as "threadId", identity_id as "identityId", person_id as "personId",
  undo_status as "undoStatus", send_at as "sendAt", message_id as "messageId", key_version as "keyVersion",
  sealed_envelope as "sealedEnvelope", created_at as "createdAt",
  failing_since as "failingSince"`;

function contextOf({ tenantId, accountId, id }: SendingRef): Buffer {
  return Buffer.from(`transfer.sending.envelope/${tenantId}/${accountId}/${id}`);
}

type StoredEnvelope = Omit<SendingEnvelope, 'hold'> & {
  readonly hold?: Exclude<Hold, { kind: 'until' }> | { readonly kind: 'until'; readonly text: string };
};

function sealEnvelope(queueKey: DataKey, ref: SendingRef, envelope: SendingEnvelope): Buffer {
  return queueKey.seal(Buffer.from(JSON.stringify(envelope), 'utf8'), contextOf(ref));
}

/** Throws `IntegrityFault` when the row does not open. */
export function openEnvelope(queueKey: DataKey, ref: SendingRef, sealed: Buffer): SendingEnvelope {
  const text = queueKey.unseal(sealed, contextOf(ref)).toString('utf8');
  const { hold, ...envelope } = JSON.parse(text) as StoredEnvelope; // authenticated: it is what `sealEnvelope` wrote
  if (hold === undefined) return envelope;
  return { ...envelope, hold: hold.kind === 'for' ? hold : { ...hold, at: new Date(hold.text) } };
}

export interface NewSending
  extends Omit<SendingRow, 'keyVersion' | 'sealedEnvelope' | 'createdAt' | 'failingSince'>,
    AccountRef {
  readonly queueKey: DataKey;
  readonly envelope: SendingEnvelope;
  readonly idempotencyHash: Buffer | null;
  readonly createdAt: Date;
  readonly change: number;
}

export async function insertSending(tx: Transaction, row: NewSending): Promise<void> {
  await sql`
    insert into transfer.sending (tenant_id, account_id, id, email_id, thread_id, identity_id, person_id, undo_status,
                                  send_at, message_id, key_version, sealed_envelope, idempotency_hash, created_at,
                                  created_change, changed_change)
    values (${row.tenantId}, ${row.accountId}, ${row.id}, ${row.emailId}, ${row.threadId}, ${row.identityId},
            ${row.personId}, ${row.undoStatus}, ${row.sendAt}, ${row.messageId}, ${row.queueKey.version},
            ${sealEnvelope(row.queueKey, row, row.envelope)}, ${row.idempotencyHash}, ${row.createdAt}, ${row.change},
            ${row.change})`.execute(tx);
}

export async function readSending(db: Db, ref: SendingRef): Promise<SendingRow | undefined> {
  const found = await sql<SendingRow>`
    select ${columns} from transfer.sending
     where tenant_id = ${ref.tenantId} and account_id = ${ref.accountId} and id = ${ref.id} and not is_destroyed
    `.execute(db);
  return found.rows[0];
}

/** Of `ids`, or all of them, at most `limit`. */
export async function readSendings(
  db: Db,
  account: AccountRef,
  ids: readonly Uuid[] | undefined,
  limit: number,
): Promise<readonly SendingRow[]> {
  const those = ids === undefined ? sql`true` : sql`id = any(${[...ids]}::uuid[])`;
  const found = await sql<SendingRow>`
    select ${columns} from transfer.sending
     where tenant_id = ${account.tenantId} and account_id = ${account.accountId} and not is_destroyed and ${those}
     order by id limit ${limit}`.execute(db);
  return found.rows;
}

/** Its account is locked already. Undefined when there is none, or it was destroyed. */
export async function lockStatus(tx: Transaction, ref: SendingRef): Promise<UndoStatus | undefined> {
  const found = await sql<{ status: UndoStatus }>`
    select undo_status as status from transfer.sending
     where tenant_id = ${ref.tenantId} and account_id = ${ref.accountId} and id = ${ref.id} and not is_destroyed
       for update`.execute(tx);
  return found.rows[0]?.status;
}

/** pending -> `to`. The row is locked, and pending. */
export async function endPending(
  tx: Transaction,
  ref: SendingRef,
  to: { readonly status: 'final' | 'canceled'; readonly messageId?: Uuid; readonly change: number },
): Promise<void> {
  await sql`
    update transfer.sending
       set undo_status = ${to.status}, message_id = ${to.messageId ?? null}, changed_change = ${to.change}
     where tenant_id = ${ref.tenantId} and account_id = ${ref.accountId} and id = ${ref.id}`.execute(tx);
}

/** Of what is pending; the first failure counts. */
export async function noteFailing(db: Db, ref: SendingRef, at: Date): Promise<void> {
  await sql`
    update transfer.sending set failing_since = ${at}
     where tenant_id = ${ref.tenantId} and account_id = ${ref.accountId} and id = ${ref.id}
       and undo_status = 'pending' and failing_since is null`.execute(db);
}

/** The row stays, without envelope: it tells followers, and keeps a retry from sending again. */
export async function markDestroyed(tx: Transaction, ref: SendingRef, change: number): Promise<void> {
  await sql`
    update transfer.sending set is_destroyed = true, sealed_envelope = null, changed_change = ${change}
     where tenant_id = ${ref.tenantId} and account_id = ${ref.accountId} and id = ${ref.id}`.execute(tx);
}

export async function countPending(tx: Transaction, account: AccountRef): Promise<number> {
  const found = await sql<{ count: number }>`
    select count(*)::int4 as count from transfer.sending
     where tenant_id = ${account.tenantId} and account_id = ${account.accountId} and undo_status = 'pending'
    `.execute(tx);
  return found.rows[0]?.count ?? 0;
}

/** Emails of the account that a pending sending needs, among `ids`. */
export async function pendingEmails(
  db: Db,
  account: AccountRef,
  ids: readonly EmailId[],
): Promise<ReadonlySet<EmailId>> {
  const found = await sql<{ id: EmailId }>`
    select distinct email_id as id from transfer.sending
     where tenant_id = ${account.tenantId} and account_id = ${account.accountId}
       and email_id = any(${[...ids]}::uuid[]) and undo_status = 'pending'`.execute(db);
  return new Set(found.rows.map((row) => row.id));
}

export interface Repeated {
  readonly id: Uuid;
  readonly emailId: EmailId;
}

/** The sending that used the idempotency id after `since`. */
export async function findRepeated(
  db: Db,
  account: AccountRef,
  hash: Buffer,
  since: Date,
): Promise<Repeated | undefined> {
  const found = await sql<Repeated>`
    select id, email_id as "emailId" from transfer.sending
     where tenant_id = ${account.tenantId} and account_id = ${account.accountId} and idempotency_hash = ${hash}
       and created_at > ${since}`.execute(db);
  return found.rows[0];
}

/** Frees an idempotency id that was used too long ago to be a retry. */
export async function freeIdempotencyId(tx: Transaction, account: AccountRef, hash: Buffer): Promise<void> {
  await sql`
    update transfer.sending set idempotency_hash = null
     where tenant_id = ${account.tenantId} and account_id = ${account.accountId} and idempotency_hash = ${hash}
    `.execute(tx);
}

/** Pending ones whose time was before `at`, in the order of their times; at most `limit`. */
export async function dueSendings(db: Db, at: Date, limit: number): Promise<readonly SendingRef[]> {
  const found = await sql<{ tenantId: TenantId; accountId: AccountId; id: Uuid }>`
    select tenant_id as "tenantId", account_id as "accountId", id from transfer.sending
     where undo_status = 'pending' and send_at < ${at} order by send_at limit ${limit}`.execute(db);
  return found.rows;
}
