import { sql } from 'kysely';
import { transferLimits } from '../../base/domain-limits.ts';
import type { EmailId } from '../../base/ids.ts';
import type { Address } from '../../formats/address/address.ts';
import type { Db, Transaction } from '../../platform/db/db.ts';
import type { LookupHasher } from '../../platform/keys/keys.ts';

/**
 * Transactions accepted in the last 24 hours. A peer that lost the connection before our 250 sends the message again (RFC
 * 5321 §4.1.1.4 says that the duplicate is ours to detect): it is told 250 again and the message is stored once.
 */
export interface TransactionTraits {
  /** Who hands over: a certificate's canonical name, or an account. */
  readonly source: string;
  readonly sender: Address | null;
  readonly recipients: readonly string[];
  /** SHA-256 of the sender's own bytes, without what we add. */
  readonly sha256: Buffer;
}

/** Recipients of a submission count together, whatever their order; without the key nobody can test whether a message was seen. */
export function transactionHash(lookup: LookupHasher, traits: TransactionTraits): Buffer {
  const parts = [traits.source, traits.sender ?? '', ...[...traits.recipients].sort(), traits.sha256.toString('hex')];
  return lookup.hash('transaction', JSON.stringify(parts));
}

/**
 * Claims transactions for `tx`; gives the hashes that nobody had claimed in the last 24 hours. Rows are taken in one order, so
 * that parallel batches cannot deadlock; a claim made by a transaction still running is awaited.
 */
export async function claimTransactions(
  tx: Transaction,
  hashes: readonly Buffer[],
  at: Date,
): Promise<ReadonlySet<string>> {
  const distinct = [...new Map(hashes.map((hash) => [hash.toString('hex'), hash])).entries()].sort();
  const forgottenBefore = new Date(at.getTime() - transferLimits.repeatWindowMs);
  const claimed = await sql<{ transaction_hash: Buffer }>`
    insert into transfer.accepted_transaction as held (transaction_hash, accepted_at)
    select hash, ${at} from unnest(${distinct.map(([, hash]) => hash)}::bytea[]) as given (hash) order by hash
    on conflict (transaction_hash) do update set accepted_at = excluded.accepted_at, email_id = null
      where held.accepted_at <= ${forgottenBefore}
    returning transaction_hash`.execute(tx);
  return new Set(claimed.rows.map((row) => row.transaction_hash.toString('hex')));
}

/** Gives claims back: nothing was stored for them. */
export async function releaseTransactions(tx: Transaction, hashes: readonly Buffer[]): Promise<void> {
  if (hashes.length === 0) return;
  await sql`delete from transfer.accepted_transaction where transaction_hash = any(${[...hashes]}::bytea[])`.execute(
    tx,
  );
}

/** Keeps what a repeated submission is told again. */
export async function rememberSentCopy(tx: Transaction, hash: Buffer, emailId: EmailId): Promise<void> {
  await sql`update transfer.accepted_transaction set email_id = ${emailId} where transaction_hash = ${hash}`.execute(
    tx,
  );
}

export async function findSentCopy(db: Db, hash: Buffer): Promise<EmailId | undefined> {
  const found = await sql<{ email_id: EmailId | null }>`
    select email_id from transfer.accepted_transaction where transaction_hash = ${hash}`.execute(db);
  return found.rows[0]?.email_id ?? undefined;
}

/** Forgets what no peer repeats any more; how many. */
export async function forgetTransactions(db: Db, at: Date): Promise<number> {
  const before = new Date(at.getTime() - transferLimits.repeatWindowMs);
  const forgotten = await sql`delete from transfer.accepted_transaction where accepted_at <= ${before}`.execute(db);
  return Number(forgotten.numAffectedRows ?? 0n);
}
