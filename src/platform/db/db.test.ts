import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { openTestDatabase, startTestCluster } from '../../../testkit/database.ts';
import { AssertionFault } from '../../base/assert.ts';
import { Temporary } from '../../base/errors.ts';
import { databaseLimits } from '../../base/limits.ts';
import { silentLog } from '../../base/log.ts';
import { Secret } from '../../base/secret.ts';
import { type Database, openDatabase, transaction } from './db.ts';

const shared = await openTestDatabase({ after });
const { db, pool } = shared.database;

function isTemporary(code: string): (fault: unknown) => boolean {
  return (fault) => fault instanceof Temporary && fault.code === code;
}

async function until(isDone: () => boolean): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!isDone()) {
    assert.ok(Date.now() < deadline, 'waited for too long');
    await sleep(10);
  }
}

async function one(text: string): Promise<unknown> {
  const { rows } = await pool.query<{ value: unknown }>(`select ${text} as value`);
  return rows[0]?.value;
}

test('reads values as its header says', async () => {
  assert.equal(await one('9007199254740991::bigint'), Number.MAX_SAFE_INTEGER);
  await assert.rejects(one('9007199254740992::bigint'), AssertionFault);
  assert.deepEqual(await one("'{1,null,3}'::bigint[]"), [1, null, 3]);
  assert.deepEqual(await one("'{}'::bigint[]"), []);
  assert.equal(await one('(select count(*) from pg_class) > 0'), true);
  assert.equal(await one('12.50::numeric'), '12.50');
  assert.equal(await one("date '2026-02-28'"), '2026-02-28');
  assert.deepEqual(await one("timestamptz '2026-11-22T15:00:00.123Z'"), new Date('2026-11-22T15:00:00.123Z'));
  assert.deepEqual(await one("'\\x00ff'::bytea"), Buffer.from([0, 255]));
  assert.deepEqual(await one(`'{"a":1}'::jsonb`), { a: 1 });
});

test('runs as hygie_app and within the bounds of a statement and of an idle transaction', async () => {
  assert.equal(await one("pg_has_role('hygie_app', 'usage')"), true);
  assert.equal(await one("current_setting('statement_timeout')"), `${databaseLimits.statementMs / 60_000}min`);
  assert.equal(
    await one("current_setting('idle_in_transaction_session_timeout')"),
    `${databaseLimits.idleInTransactionMs / 60_000}min`,
  );
});

test('takes a role at the start of each connection when told to', async (t) => {
  const { url } = shared;
  const database = await openDatabase({
    url,
    applicationName: 'role',
    maxConnections: 1,
    log: silentLog,
    role: 'hygie_app',
  });
  t.after(() => database.close());
  const { rows } = await database.pool.query('select current_user as role');
  assert.deepEqual(rows, [{ role: 'hygie_app' }]);
});

test('runs a transaction again when it was the victim of a deadlock, and gives up after its bound', async () => {
  let runs = 0;
  const victim = async (until: number) => {
    runs = 0;
    return transaction(db, async (tx) => {
      runs += 1;
      if (runs < until) await sql`do $$ begin raise exception 'conflict' using errcode = '40P01'; end $$`.execute(tx);
      return runs;
    });
  };
  assert.equal(await victim(databaseLimits.transactionAttempts), databaseLimits.transactionAttempts);
  await assert.rejects(victim(databaseLimits.transactionAttempts + 1), isTemporary('database-busy'));
  assert.equal(runs, databaseLimits.transactionAttempts);
});

test('undoes a transaction whose body throws, and throws the same', async () => {
  const bug = new Error('of the body');
  const undone = transaction(db, async (tx) => {
    await sql`insert into platform.rate_limit values ('\\x01', now(), 1)`.execute(tx);
    throw bug;
  });
  await assert.rejects(undone, bug);
  assert.equal(await one('(select count(*) from platform.rate_limit)'), 0);
});

test('says Temporary for a time-out, and the fault itself for a mistake of ours', async () => {
  const slow = transaction(db, async (tx) => {
    await sql`set local statement_timeout = 20`.execute(tx);
    await sql`select pg_sleep(5)`.execute(tx);
  });
  await assert.rejects(slow, isTemporary('database-busy'));
  await assert.rejects(sql`select nonsense`.execute(db), { code: '42703' });
});

test('says Temporary when nothing listens there', async () => {
  const url = new Secret('postgres://nobody:nothing@127.0.0.1:1/nowhere');
  await assert.rejects(
    openDatabase({ url, applicationName: 'x', maxConnections: 1, log: silentLog }),
    isTemporary('database-unavailable'),
  );
});

test('hears news, only while it listens', async (t) => {
  const heard: string[] = [];
  const first = await shared.database.listen('mail', (payload) => heard.push(`1:${payload}`));
  const second = await shared.database.listen('mail', (payload) => heard.push(`2:${payload}`));
  t.after(() => second.stop());
  await pool.query("select pg_notify('mail', 'a'), pg_notify('other', 'b')");
  await until(() => heard.length === 2);
  await first.stop();
  await pool.query("select pg_notify('mail', 'c')");
  await until(() => heard.length === 3);
  assert.deepEqual(heard, ['1:a', '2:a', '2:c']);
});

test('listens again after its connection was cut, and says that news may have been missed', async (t) => {
  const heard: string[] = [];
  const listening = await shared.database.listen('cut', (payload) => heard.push(payload));
  t.after(() => listening.stop());
  await pool.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name like '% news'",
  );
  await until(() => heard.length > 0);
  await pool.query("select pg_notify('cut', 'back')");
  await until(() => heard.includes('back'));
  assert.equal(heard[0], '');
});

async function openOwnCluster(t: TestContext): Promise<{ database: Database; pid: () => number }> {
  const folder = mkdtempSync(join(tmpdir(), 'hygie-db-'));
  const cluster = await startTestCluster(join(folder, 'postgres'));
  const { appUrl: url } = await cluster.ensureDatabase('practice');
  const database = await openDatabase({ url, applicationName: 'survivor', maxConnections: 3, log: silentLog });
  t.after(async () => {
    await database.close();
    await cluster.stop();
    rmSync(folder, { recursive: true });
  });
  return { database, pid: () => cluster.pid() };
}

test('survives kill -9 of the database: Temporary meanwhile, then it answers again', async (t) => {
  const { database, pid } = await openOwnCluster(t);
  let missed = false;
  await database.listen('mail', () => {
    missed = true;
  });
  const open = transaction(database.db, async (tx) => {
    await sql`select 1`.execute(tx);
    process.kill(pid(), 'SIGKILL');
    await sleep(100); // the connection breaks while nothing runs on it
    await sql`select 1`.execute(tx);
  });
  await assert.rejects(open, isTemporary('database-unavailable'));
  const deadline = Date.now() + 20_000;
  for (let isBack = false; !isBack; ) {
    assert.ok(Date.now() < deadline, 'the database did not come back');
    isBack = await database.ping().then(
      () => true,
      (fault: unknown) => {
        assert.ok(isTemporary('database-unavailable')(fault), String(fault));
        return false;
      },
    );
    await sleep(20);
  }
  await until(() => missed);
});
