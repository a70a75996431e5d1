/** One import at a time in one database: a lock of PostgreSQL on a connection of its own, gone with the process that holds it. */
import type pg from 'pg';
import { Refusal } from '../../../base/errors.ts';
import { asTemporary } from '../../../platform/db/faults.ts';
import { importTexts } from './texts.ts';

/** The number means nothing. */
const importLockKey = 4_917_003;

export async function holdingImportLock<T>(pool: pg.Pool, body: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect().catch((fault: unknown) => {
    throw asTemporary(fault);
  });
  try {
    const { rows } = await client.query<{ isMine: boolean }>('select pg_try_advisory_lock($1) as "isMine"', [
      importLockKey,
    ]);
    if (rows[0]?.isMine !== true) throw new Refusal('import-running', importTexts.running);
    return await body(client);
  } catch (fault) {
    throw asTemporary(fault);
  } finally {
    await client.query('select pg_advisory_unlock($1)', [importLockKey]).catch(() => undefined);
    client.release(true); // closing it gives the lock back, whatever happened
  }
}
