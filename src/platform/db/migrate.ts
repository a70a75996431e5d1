/**
 * Brings a database to the schema of this program: the files `migrations/NNNN_name.sql`, in order, forward only, each in one
 * transaction with the row that records it; then the schema of the job queue.
 *
 * Safe when several processes start together (the first migrates, the others wait). Refuses, before it changes anything, when
 * an applied file has changed since (`migration-changed`) or when the database is newer than the program (`database-newer`).
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Logger, runMigrations } from 'graphile-worker';
import pg from 'pg';
import { assert } from '../../base/assert.ts';
import { Refusal } from '../../base/errors.ts';
import { databaseLimits } from '../../base/limits.ts';
import type { Log } from '../../base/log.ts';
import type { Secret } from '../../base/secret.ts';
import { appRole } from './db.ts';
import { asTemporary } from './faults.ts';
import { databaseTexts } from './texts.ts';

export interface MigrateOptions {
  /** The login that owns the tables, or will. */
  readonly ownerUrl: Secret;
  readonly log: Log;
  /** Another folder of migrations: for tests. */
  readonly folder?: string;
}

interface Migration {
  readonly number: number;
  readonly name: string;
  readonly text: string;
  readonly checksum: string;
}

/** Where the program's own migrations are. */
export const migrationsFolder = fileURLToPath(new URL('../../../migrations', import.meta.url));

/** One at a time per database; the number means nothing. */
const lockKey = 4_917_001;

/** Applies what is missing; returns the names of the files that were applied. */
export async function migrate(options: MigrateOptions): Promise<readonly string[]> {
  const migrations = readMigrations(options.folder ?? migrationsFolder);
  const pool = new pg.Pool({
    connectionString: options.ownerUrl.revealText(),
    application_name: 'hygie migrate',
    connectionTimeoutMillis: databaseLimits.connectMs,
    lock_timeout: databaseLimits.migrationLockMs,
    max: 2, // the lock, and the job queue's own migrations
  });
  // The query in flight fails with the same fault.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  try {
    const client = await pool.connect();
    try {
      return await migrateLocked(client, pool, migrations, options.log);
    } finally {
      client.release(true); // closing it gives the lock back, whatever happened
    }
  } catch (fault) {
    throw asTemporary(fault);
  } finally {
    await pool.end();
  }
}

async function migrateLocked(
  client: pg.PoolClient,
  pool: pg.Pool,
  migrations: readonly Migration[],
  log: Log,
): Promise<readonly string[]> {
  await client.query('select pg_advisory_lock($1)', [lockKey]);
  await client.query('create schema if not exists platform');
  await client.query(`create table if not exists platform.migration (
    number     integer     primary key,
    name       text        not null,
    checksum   text        not null,
    applied_at timestamptz not null default now()
  )`);
  const missing = await compare(client, migrations);
  for (const migration of missing) {
    await apply(client, migration);
    log.info('db.migrated', { migration: migration.name });
  }
  await installJobQueue(client, pool);
  return missing.map(({ name }) => name);
}

/** What the database misses. */
async function compare(client: pg.PoolClient, migrations: readonly Migration[]): Promise<readonly Migration[]> {
  const { rows } = await client.query<{ number: number; name: string; checksum: string }>(
    'select number, name, checksum from platform.migration order by number',
  );
  const known = new Map(migrations.map((migration) => [migration.number, migration]));
  const applied = new Set<number>();
  for (const row of rows) {
    const file = known.get(row.number);
    if (file === undefined) throw new Refusal('database-newer', databaseTexts.newer(row.name));
    if (file.checksum !== row.checksum)
      throw new Refusal('migration-changed', databaseTexts.migrationChanged(file.name));
    applied.add(row.number);
  }
  return migrations.filter(({ number }) => !applied.has(number));
}

async function apply(client: pg.PoolClient, migration: Migration): Promise<void> {
  await client.query('begin');
  try {
    await client.query(migration.text);
    await client.query('insert into platform.migration (number, name, checksum) values ($1, $2, $3)', [
      migration.number,
      migration.name,
      migration.checksum,
    ]);
    await client.query('commit');
  } catch (fault) {
    await client.query('rollback').catch(() => undefined);
    const code = fault instanceof Error && 'code' in fault ? fault.code : undefined;
    if (code === '42501')
      throw new Refusal('migration-not-allowed', databaseTexts.notAllowed(appRole), { cause: fault });
    throw fault;
  }
}

/** The job queue brings its own schema; the running role gets the use of it. */
async function installJobQueue(client: pg.PoolClient, pool: pg.Pool): Promise<void> {
  await runMigrations({ pgPool: pool, logger: new Logger(() => () => undefined) });
  // Its row level security, without policies, shuts out everyone but the owner: our grants say who may come in instead.
  await client.query(`do $$
    declare it regclass;
    begin
      for it in select oid from pg_class where relnamespace = 'graphile_worker'::regnamespace and relkind = 'r' and relrowsecurity loop
        execute format('alter table %s disable row level security', it);
      end loop;
    end $$`);
  await client.query(`grant usage on schema graphile_worker to ${appRole}`);
  await client.query(`grant select on all tables in schema graphile_worker to ${appRole}`);
  await client.query(`grant usage on all sequences in schema graphile_worker to ${appRole}`);
  const tables = ['_private_jobs', '_private_job_queues', '_private_tasks', '_private_known_crontabs'];
  for (const table of tables)
    await client.query(`grant insert, update, delete on graphile_worker.${table} to ${appRole}`);
}

/** The files of `folder`, in order, numbered from 1 without a gap. */
function readMigrations(folder: string): readonly Migration[] {
  const names = readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .sort();
  return names.map((file, index) => {
    const match = /^(\d{4})_[a-z0-9_]+\.sql$/.exec(file);
    assert(
      match !== null && Number(match[1]) === index + 1,
      'a migration is misnamed, or its number is missing or taken',
    );
    const text = readFileSync(join(folder, file), 'utf8');
    const checksum = createHash('sha256').update(text).digest('hex');
    return { number: index + 1, name: file.slice(0, -'.sql'.length), text, checksum };
  });
}
