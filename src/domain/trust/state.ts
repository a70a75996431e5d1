import { sql } from 'kysely';
import type { Transaction } from '../../platform/db/db.ts';
import type { TrustTables } from './tables.ts';

/** The row that orders writers, and the news that a snapshot follows. */

/** The channel on which each change is told, with the new revision. */
export const trustChannel = 'trust';

/** Waits for other writers; from here to the commit this transaction is alone. */
export async function lockState(tx: Transaction): Promise<{ edition: number | null }> {
  return tx.withTables<TrustTables>().selectFrom('trust.state').select('edition').forUpdate().executeTakeFirstOrThrow();
}

/** Counts a change, and the edition now in force when it changed too. */
export async function moveState(tx: Transaction, edition?: number): Promise<void> {
  const { revision } = await tx
    .withTables<TrustTables>()
    .updateTable('trust.state')
    .set({ revision: sql`revision + 1`, ...(edition === undefined ? {} : { edition }) })
    .returning('revision')
    .executeTakeFirstOrThrow();
  await sql`select pg_notify(${trustChannel}, ${String(revision)})`.execute(tx);
}
