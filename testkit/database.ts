/**
 * A real PostgreSQL for each test: `openTestDatabase` clones a template in which every migration has been applied, and drops the
 * clone afterwards. The cluster is thrown away and never waits for the disk; `npm test` names its own by HYGIE_TEST_POSTGRES,
 * a lone `node --test` starts or finds the one of this machine, which runs on between runs.
 *
 * `startTestCluster` gives a cluster that is as durable as in production, for tests that kill it.
 */
import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { Refusal } from '../src/base/errors.ts';
import { silentLog } from '../src/base/log.ts';
import { Secret } from '../src/base/secret.ts';
import { type Database, type Db, openDatabase } from '../src/platform/db/db.ts';
import { type EmbeddedPostgres, startEmbedded } from '../src/platform/db/embedded/embedded.ts';
import { migrate, migrationsFolder } from '../src/platform/db/migrate.ts';
import { lockFolder } from '../src/platform/lock/lock.ts';

/** Anything that can clean up: a test's context, or `{ after }` of `node:test` for a database per file. */
export interface Scope {
  after(clean: () => Promise<void>): void;
}

export interface TestDatabase {
  /** Opened as the running program: a member of `hygie_app`. */
  readonly database: Database;
  /** Opened as the owner of the tables. */
  readonly ownerDb: Db;
  readonly url: Secret;
  readonly ownerUrl: Secret;
}

export interface TestDatabaseOptions {
  readonly maxConnections?: number;
}

const owner = 'test_owner';
const runtime = 'test_runtime';
const startWaitMs = 60_000;
const templateLockKey = 4_917_002;

/** Where the cluster of this machine and user lives when `npm test` names none. */
function testClusterFolder(): string {
  return process.env['HYGIE_TEST_POSTGRES'] ?? join(tmpdir(), `hygie-test-postgres-${userInfo().uid}`);
}

export async function openTestDatabase(scope: Scope, options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const admin = await openCluster(testClusterFolder());
  const name = `t_${process.pid}_${randomBytes(5).toString('hex')}`;
  await withClient(admin, (client) => cloneTemplate(client, admin, name));
  const log = silentLog;
  const url = loginUrl(admin, runtime, name);
  const ownerUrl = loginUrl(admin, owner, name);
  const database = await openDatabase({
    url,
    applicationName: 'test',
    maxConnections: options.maxConnections ?? 4,
    log,
  });
  const owned = await openDatabase({ url: ownerUrl, applicationName: 'test owner', maxConnections: 2, log });
  scope.after(async () => {
    await Promise.all([database.close(), owned.close()]);
    await withClient(admin, (client) => client.query(`drop database if exists ${name} with (force)`));
  });
  return { database, ownerDb: owned.db, url, ownerUrl };
}

async function cloneTemplate(client: pg.Client, admin: Secret, name: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const template = await ensureTemplate(client, admin);
    try {
      await client.query(`create database ${name} template ${template} owner ${owner}`);
      return;
    } catch (fault) {
      // A run that began with other migrations may have replaced the template at this instant.
      const isGone = fault instanceof pg.DatabaseError && fault.code === '3D000';
      if (!isGone || attempt === 3) throw fault;
    }
  }
}

/** A dedicated cluster with every durability setting of production. The caller stops it, or kills `pid()`. */
export function startTestCluster(folder: string): Promise<EmbeddedPostgres> {
  return startEmbedded({ folder, log: silentLog });
}

/** A cluster for tests, with their logins, that never waits for the disk. The caller stops it, or leaves it to others. */
export async function startThrowAwayCluster(folder: string): Promise<EmbeddedPostgres> {
  const cluster = await startEmbedded({ folder, log: silentLog, durable: false });
  await withClient(cluster.adminUrl('postgres'), prepare);
  return cluster;
}

/** Starts or finds the cluster of `folder`; returns the superuser's way in. Many processes may call this at once. */
async function openCluster(folder: string): Promise<Secret> {
  const deadline = Date.now() + startWaitMs;
  for (;;) {
    const running = await findRunning(folder);
    if (running !== undefined) return running;
    try {
      const lock = lockFolder(folder);
      try {
        const cluster = await startThrowAwayCluster(folder);
        cluster.leave();
        return cluster.adminUrl('postgres');
      } finally {
        lock.release();
      }
    } catch (fault) {
      const isBusy = fault instanceof Refusal && fault.code === 'data-folder-locked';
      if (!isBusy || Date.now() > deadline) throw fault;
      await sleep(50);
    }
  }
}

/** The cluster when it runs and has been prepared. */
async function findRunning(folder: string): Promise<Secret | undefined> {
  try {
    const { port, adminPassword }: { port: number; adminPassword: string } = JSON.parse(
      readFileSync(join(folder, 'connection.json'), 'utf8'),
    );
    const admin = new Secret(`postgres://hygie_admin:${adminPassword}@127.0.0.1:${port}/postgres`);
    const { rowCount } = await withClient(admin, (client) =>
      client.query(`select from pg_roles where rolname = '${runtime}'`),
    );
    return rowCount === 1 ? admin : undefined;
  } catch {
    return undefined;
  }
}

/** The logins of the tests, whose password is the superuser's own; and the end of what killed tests left behind. */
async function prepare(client: pg.Client): Promise<void> {
  const password = client.password ?? '';
  for (const statement of [
    'create role hygie_app nologin',
    `create role ${owner} login`,
    `create role ${runtime} login in role hygie_app`,
  ]) {
    await client.query(`do $$ begin ${statement}; exception when duplicate_object then null; end $$`);
  }
  for (const role of [owner, runtime]) await client.query(`alter role ${role} password '${password}'`);
  const { rows } = await client.query<{ datname: string }>(
    "select datname from pg_database where datname ~ '^t_[0-9]+_'",
  );
  for (const { datname } of rows) {
    if (!isAlive(Number(datname.split('_')[1]))) await client.query(`drop database if exists ${datname} with (force)`);
  }
}

/** The template for the present migrations of this checkout, made by the first who needs it. */
async function ensureTemplate(client: pg.Client, admin: Secret): Promise<string> {
  const family = `tpl_${digest([migrationsFolder]).slice(0, 8)}`;
  const template = `${family}_${digest(migrationTexts()).slice(0, 16)}`;
  const exists = 'select 1 from pg_database where datname = $1';
  if ((await client.query(exists, [template])).rowCount === 1) return template;
  await client.query('select pg_advisory_lock($1)', [templateLockKey]);
  try {
    if ((await client.query(exists, [template])).rowCount === 1) return template;
    const { rows } = await client.query<{ datname: string }>('select datname from pg_database where datname like $1', [
      `${family}%`,
    ]);
    for (const { datname } of rows) await client.query(`drop database ${datname} with (force)`);
    const making = `${family}_making`;
    await client.query(`create database ${making} owner ${owner}`);
    await migrate({ ownerUrl: loginUrl(admin, owner, making), log: silentLog });
    await client.query(`alter database ${making} rename to ${template}`);
    return template;
  } finally {
    await client.query('select pg_advisory_unlock($1)', [templateLockKey]);
  }
}

function migrationTexts(): string[] {
  return readdirSync(migrationsFolder)
    .sort()
    .flatMap((name) => [name, readFileSync(join(migrationsFolder, name), 'utf8')]);
}

function digest(parts: readonly string[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part).update('\0');
  return hash.digest('hex');
}

function loginUrl(admin: Secret, role: string, database: string): Secret {
  const url = new URL(admin.revealText());
  url.username = role;
  url.pathname = `/${database}`;
  return new Secret(url.href);
}

async function withClient<T>(url: Secret, body: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url.revealText(), connectionTimeoutMillis: 10_000 });
  client.on('error', () => undefined); // the query in flight fails with the same fault
  await client.connect();
  try {
    return await body(client);
  } finally {
    await client.end();
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (fault) {
    return fault instanceof Error && 'code' in fault && fault.code === 'EPERM';
  }
}
