/** The queue's rows: what is due, who holds it, what became of it. Every function is one step of the table of states. */
import { sql } from 'kysely';
import { transferLimits } from '../../base/domain-limits.ts';
import type { AccountId, BlobId, EmailId, TenantId, Uuid } from '../../base/ids.ts';
import type { DomainName } from '../../formats/address/address.ts';
import { type Db, type Transaction, transaction } from '../../platform/db/db.ts';
import type { Cause } from './failure-policy.ts';
import type { MessageRef } from './queued-message.ts';

export type RecipientState = 'queued' | 'sending' | 'deferred' | 'accepted' | 'failed' | 'expired' | 'dropped';

/** Who holds rows, until when. */
export interface Lease {
  readonly id: Uuid;
  readonly now: Date;
  readonly until: Date;
}

export interface MessageRow {
  readonly account_id: AccountId | null;
  readonly email_id: EmailId | null;
  readonly key_version: number;
  readonly wrapped_key: Buffer | null;
  readonly sealed_envelope: Buffer | null;
  readonly sealed_content: Buffer | null;
  readonly blob_id: BlobId | null;
  readonly queued_at: Date;
  readonly expires_at: Date;
}

export interface LeasedRow {
  readonly number: number;
  readonly sealed: Buffer;
  /** This attempt included. */
  readonly attempts: number;
  readonly delay_reported: boolean;
  /** Its last attempt was never recorded: the worker that held it died, or what it learned could not be written down. */
  readonly is_abandoned: boolean;
}

/** Recipients of one message in one domain, held by one worker. */
export interface LeasedRows {
  readonly ref: MessageRef;
  readonly message: MessageRow;
  readonly recipients: readonly LeasedRow[];
}

export async function hasDue(db: Db, domain: DomainName, now: Date): Promise<boolean> {
  const found = await sql`
    select 1 from transfer.recipient where domain = ${domain} and next_attempt_at <= ${now} limit 1`.execute(db);
  return found.rows.length > 0;
}

/**
 * queued, deferred or abandoned -> sending: the message of `domain` that has been due for longest, with its recipients there.
 * Rows that another worker is taking at this moment are passed over.
 */
export async function leaseNext(db: Db, domain: DomainName, lease: Lease): Promise<LeasedRows | undefined> {
  return transaction(db, async (tx) => {
    // If the server loses this, the rows are due still: the lease need not be on disk before the sending begins.
    await sql`set local synchronous_commit = off`.execute(tx);
    const leased = await sql<LeasedRow & { tenant_id: TenantId; message_id: Uuid }>`
      with picked as (
        select tenant_id, message_id from transfer.recipient
         where domain = ${domain} and next_attempt_at <= ${lease.now}
         order by next_attempt_at limit 1 for update skip locked
      ), due as (
        select tenant_id, message_id, number, state = 'sending' as is_abandoned from transfer.recipient
         where (tenant_id, message_id) in (select tenant_id, message_id from picked)
           and domain = ${domain} and next_attempt_at <= ${lease.now}
         order by number limit ${transferLimits.recipientsPerTransaction} for update skip locked
      )
      update transfer.recipient as held
         set state = 'sending', attempts = held.attempts + 1, lease_id = ${lease.id}, next_attempt_at = ${lease.until},
             changed_at = ${lease.now}
        from due
       where held.tenant_id = due.tenant_id and held.message_id = due.message_id and held.number = due.number
      returning held.tenant_id, held.message_id, held.number, held.sealed, held.attempts, held.delay_reported,
                due.is_abandoned`.execute(tx);
    const [first] = leased.rows;
    if (first === undefined) return undefined;
    const ref = { tenantId: first.tenant_id, id: first.message_id };
    const message = await sql<MessageRow>`
      select account_id, email_id, key_version, wrapped_key, sealed_envelope, sealed_content, blob_id, queued_at, expires_at
        from transfer.message where tenant_id = ${ref.tenantId} and id = ${ref.id}`.execute(tx);
    const [row] = message.rows;
    if (row === undefined) return undefined;
    return { ref, message: row, recipients: leased.rows.toSorted((a, b) => a.number - b.number) };
  });
}

/** Keeps what a living worker holds, its slot included. */
export async function renewLease(db: Db, { id, until }: Lease): Promise<void> {
  await sql`update transfer.recipient set next_attempt_at = ${until} where lease_id = ${id}`.execute(db);
  await sql`update transfer.domain_slot set lease_until = ${until} where lease_id = ${id}`.execute(db);
}

/** Where a recipient goes from `sending`. */
export interface RecipientResult {
  readonly number: number;
  readonly state: Exclude<RecipientState, 'sending' | 'dropped'>;
  /** For `deferred`, and for `queued` when the transaction was too small for it. */
  readonly nextAttemptAt?: Date;
  readonly isDelayReported?: boolean;
  readonly code?: number;
  readonly status?: string;
  readonly cause?: Cause;
  readonly sealedAnswer?: Buffer;
  readonly host?: string;
}

/** Holds the message, so that the last two of its recipients cannot end side by side, each thinking the other still open. */
export async function lockMessage(tx: Transaction, ref: MessageRef): Promise<void> {
  await sql`select 1 from transfer.message where tenant_id = ${ref.tenantId} and id = ${ref.id} for update`.execute(tx);
}

/**
 * sending -> the state of each result; gives the numbers of those that moved. Only the holder of the lease moves a row, but
 * for `accepted`: what the peer has taken is so, even if the lease ran out meanwhile. A final state never changes.
 */
export async function moveRecipients(
  tx: Transaction,
  ref: MessageRef,
  lease: Lease,
  results: readonly RecipientResult[],
): Promise<ReadonlySet<number>> {
  const moved = new Set<number>();
  for (const result of results) {
    const row = await sql<{ number: number }>`
      update transfer.recipient
         set state = ${result.state}, next_attempt_at = ${result.nextAttemptAt ?? null}, lease_id = null,
             attempts = attempts - ${result.state === 'queued' ? 1 : 0},
             last_code = ${result.code ?? null}, last_status = ${result.status ?? null}, last_cause = ${result.cause ?? null},
             sealed_answer = ${result.sealedAnswer ?? null}, peer_host = ${result.host ?? null},
             delay_reported = delay_reported or ${result.isDelayReported ?? false}, changed_at = ${lease.now}
       where tenant_id = ${ref.tenantId} and message_id = ${ref.id} and number = ${result.number}
         and (lease_id = ${lease.id} or (${result.state === 'accepted'} and next_attempt_at is not null))
      returning number`.execute(tx);
    if (row.rows.length > 0) moved.add(result.number);
  }
  return moved;
}

/** Once every recipient is final, content and envelope go, and with them their key. */
export async function finishMessage(tx: Transaction, ref: MessageRef, now: Date): Promise<void> {
  await sql`
    update transfer.message
       set finished_at = ${now}, wrapped_key = null, sealed_envelope = null, sealed_content = null, blob_id = null
     where tenant_id = ${ref.tenantId} and id = ${ref.id} and finished_at is null
       and not exists (select 1 from transfer.recipient
                        where tenant_id = ${ref.tenantId} and message_id = ${ref.id} and next_attempt_at is not null)
    `.execute(tx);
}

/** One of the domain's slots, or false when others hold them all. A dead worker's slot frees itself. */
export async function takeSlot(db: Db, domain: DomainName, lease: Lease, slots: number): Promise<boolean> {
  for (let slot = 0; slot < slots; slot += 1) {
    const taken = await sql`
      insert into transfer.domain_slot as held (domain, slot, lease_id, lease_until)
      values (${domain}, ${slot}, ${lease.id}, ${lease.until})
      on conflict (domain, slot) do update set lease_id = excluded.lease_id, lease_until = excluded.lease_until
        where held.lease_until <= ${lease.now}
      returning slot`.execute(db);
    if (taken.rows.length > 0) return true;
  }
  return false;
}

export async function releaseSlot(db: Db, lease: Lease): Promise<void> {
  await sql`delete from transfer.domain_slot where lease_id = ${lease.id}`.execute(db);
}

/** Domains that have something due, the longest waiting first. */
export async function dueDomains(db: Db, now: Date): Promise<readonly DomainName[]> {
  const due = await sql<{ domain: DomainName }>`
    select domain from transfer.recipient where next_attempt_at <= ${now}
     group by domain order by min(next_attempt_at) limit ${transferLimits.domainsPerSweep}`.execute(db);
  return due.rows.map((row) => row.domain);
}

/** Which of these blobs hold the content of a queued message. */
export async function blobsNamed(db: Db, ids: readonly BlobId[]): Promise<ReadonlySet<BlobId>> {
  const named = await sql<{ blob_id: BlobId }>`
    select distinct blob_id from transfer.message where blob_id = any(${[...ids]}::uuid[])`.execute(db);
  return new Set(named.rows.map((row) => row.blob_id));
}
