/**
 * The one engine, PostgreSQL: a pool of connections, transactions that survive a deadlock, and news between processes.
 *
 * Guarantees:
 * - A query that fails because the database is away (restart, crash, network) throws `Temporary('database-unavailable')`;
 *   one that met a bound of the server (disk, memory, connections, time-outs) throws `Temporary('database-busy')`.
 *   The pool drops broken connections and opens new ones by itself. A `Temporary` thrown by a commit means that its outcome
 *   is not known.
 * - `transaction` runs its body again, a bounded number of times, when PostgreSQL chose it as victim (40001, 40P01): the body
 *   must have no effect outside the transaction.
 * - `listen` outlives a lost connection; after each return it calls `onNews('')`, for news may have been missed meanwhile.
 *   News is a hint, never a fact: the reader reads its counters again.
 *
 * Values: `int8` (and `count(*)`) is a JS `number`, and a value beyond 2^53 is a bug; `numeric` (also `sum` of `int8`) stays a
 * string; `timestamptz` is a `Date`; `date` stays the string `YYYY-MM-DD`; `bytea` is a `Buffer`; `json` is parsed.
 *
 * Roles: an owner migrates and owns every table; the program runs as a member of `hygie_app`, which owns nothing.
 */
import { type Kysely, type Transaction as KyselyTransaction, sql } from 'kysely';
import type pg from 'pg';
import { assert } from '../../base/assert.ts';
import { databaseLimits } from '../../base/limits.ts';
import { asTemporary, isVictimOfConcurrency } from './faults.ts';
import { openNews } from './news.ts';
import { type ConnectionOptions, openPool, overPool } from './pool.ts';

/** A domain names its own tables: `db.withTables<MailTables>()`. */
export type NoTables = Record<never, never>;
export type Db = Kysely<NoTables>;
export type Transaction = KyselyTransaction<NoTables>;

/** The group role that the running program belongs to: one per cluster, it cannot log in and owns nothing. */
export const appRole = 'hygie_app';

export interface Database {
  readonly db: Db;
  /** The pool beneath `db`, for what Kysely cannot do (COPY, graphile-worker). Its faults are raw: see `asTemporary`. */
  readonly pool: pg.Pool;
  /** Calls `onNews` with the payload of each NOTIFY on `channel`, and with `''` when some may have been missed. */
  listen(channel: string, onNews: (payload: string) => void): Promise<{ stop(): Promise<void> }>;
  /** Resolves when the database answers, throws `Temporary` when it does not. */
  ping(): Promise<void>;
  /** Waits for what runs, then closes every connection. */
  close(): Promise<void>;
}

export interface DatabaseOptions extends ConnectionOptions {
  readonly maxConnections: number;
}

/** Opens the pool and proves that the database answers. */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const pool = openPool(options);
  const db = overPool<NoTables>(pool);
  const news = openNews(options);
  const database: Database = {
    db,
    pool,
    listen: news.listen,
    async ping() {
      await sql`select 1`.execute(db);
    },
    async close() {
      await news.close();
      await db.destroy();
    },
  };
  try {
    await database.ping();
  } catch (fault) {
    await database.close();
    throw fault;
  }
  return database;
}

/**
 * Runs `body` in one transaction, again when PostgreSQL chose it as victim of a conflict. The commit happens after `body`
 * returned and before this function does.
 */
export async function transaction<T>(db: Db, body: (tx: Transaction) => Promise<T>): Promise<T> {
  assert(!db.isTransaction, 'a transaction was opened inside another');
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await db.transaction().execute(body);
    } catch (fault) {
      if (!isVictimOfConcurrency(fault)) throw fault;
      if (attempt >= databaseLimits.transactionAttempts) throw asTemporary(fault);
    }
  }
}

/** Runs `body` over one instant of the database: all that it reads is of the same state. It writes nothing. */
export async function snapshot<T>(db: Db, body: (tx: Db) => Promise<T>): Promise<T> {
  if (db.isTransaction) return body(db);
  return db.transaction().setIsolationLevel('repeatable read').setAccessMode('read only').execute(body);
}
