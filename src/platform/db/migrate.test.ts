import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, type TestContext, test } from 'node:test';
import { openTestDatabase } from '../../../testkit/database.ts';
import { AssertionFault } from '../../base/assert.ts';
import { Refusal } from '../../base/errors.ts';
import { silentLog } from '../../base/log.ts';
import { type Marker, openInstance } from './instance.ts';
import { migrate, migrationsFolder } from './migrate.ts';

/** A copy of the program's migrations and of its database, to which a test adds its own. */
async function setUp(t: TestContext) {
  const folder = join(mkdtempSync(join(tmpdir(), 'hygie-migrations-')), 'migrations');
  t.after(() => rmSync(join(folder, '..'), { recursive: true }));
  cpSync(migrationsFolder, folder, { recursive: true });
  const testDatabase = await openTestDatabase(t);
  const { ownerUrl } = testDatabase;
  const { pool } = testDatabase.database;
  const names = readdirSync(folder);
  const next = (offset: number) => String(names.length + offset).padStart(4, '0');
  return { folder, next, pool, testDatabase, run: () => migrate({ ownerUrl, log: silentLog, folder }) };
}

function isRefusal(code: string): (fault: unknown) => boolean {
  return (fault) => fault instanceof Refusal && fault.code === code;
}

test('applies what is missing, in order, and nothing twice', async (t) => {
  const { folder, next, pool, run } = await setUp(t);
  writeFileSync(
    join(folder, `${next(1)}_first.sql`),
    'create schema more; create table more.a (n int); grant usage on schema more to hygie_app; grant select on more.a to hygie_app;',
  );
  writeFileSync(join(folder, `${next(2)}_second.sql`), 'insert into more.a values (1), (2);');
  assert.deepEqual(await run(), [`${next(1)}_first`, `${next(2)}_second`]);
  assert.deepEqual(await run(), []);
  assert.deepEqual((await pool.query('select n from more.a order by n')).rows, [{ n: 1 }, { n: 2 }]);
});

test('of several that start together, one migrates and the others wait', async (t) => {
  const { folder, next, run } = await setUp(t);
  writeFileSync(
    join(folder, `${next(1)}_slow.sql`),
    'create schema more; select pg_sleep(0.3); create table more.a (n int);',
  );
  const applied = await Promise.all(Array.from({ length: 4 }, run));
  assert.deepEqual(applied.flat(), [`${next(1)}_slow`]);
});

test('a migration that fails leaves nothing of itself, and what came before stays', async (t) => {
  const { folder, next, pool, run } = await setUp(t);
  writeFileSync(join(folder, `${next(1)}_good.sql`), 'create schema more;');
  writeFileSync(join(folder, `${next(2)}_bad.sql`), 'create table more.a (n int); select 1/0;');
  await assert.rejects(run(), /division by zero/);
  assert.deepEqual((await pool.query("select from pg_tables where schemaname = 'more'")).rows, []);
  writeFileSync(join(folder, `${next(2)}_bad.sql`), 'create table more.a (n int);');
  assert.deepEqual(await run(), [`${next(2)}_bad`]);
});

test('refuses when an applied file has changed, and when the database is newer', async (t) => {
  const { folder, next, run } = await setUp(t);
  const file = join(folder, `${next(1)}_first.sql`);
  writeFileSync(file, 'create schema more;');
  await run();
  writeFileSync(file, 'create schema more; -- changed');
  writeFileSync(join(folder, `${next(2)}_second.sql`), 'create schema never;');
  await assert.rejects(run(), isRefusal('migration-changed'));
  rmSync(join(folder, `${next(2)}_second.sql`));
  rmSync(file);
  await assert.rejects(run(), isRefusal('database-newer'));
});

test('a gap or a number used twice is a bug', async (t) => {
  const { folder, next, run } = await setUp(t);
  writeFileSync(join(folder, `${next(2)}_gap.sql`), 'select 1;');
  await assert.rejects(run(), AssertionFault);
});

const { database } = await openTestDatabase({ after });

test('an installation is what it was at its first start', async () => {
  const [first, second] = await Promise.all(['a', 'b'].map(() => openInstance(database.db, 'sandbox')));
  assert.deepEqual(first, second);
  assert.equal(first?.marker, 'sandbox' satisfies Marker);
  await assert.rejects(openInstance(database.db, 'production'), isRefusal('instance-mismatch'));
});
