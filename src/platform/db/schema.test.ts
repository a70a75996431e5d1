import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { openTestDatabase } from '../../../testkit/database.ts';
import { appRole } from './db.ts';
import { undistributedTables } from './undistributed.ts';

const { database } = await openTestDatabase({ after });

/** One list of strings: what `text` selects. */
async function list(text: string): Promise<string[]> {
  const { rows } = await database.pool.query<{ item: string }>(text);
  return rows.map(({ item }) => item);
}

/** Ours: not PostgreSQL's, and not the job queue's, which is undistributed as a whole. */
const ours =
  "nspname not in ('pg_catalog', 'information_schema', 'pg_toast', 'graphile_worker') and nspname not like 'pg_temp%'";

test('every table that is not listed as undistributed has tenant_id in its primary key and in every unique index', async () => {
  const tables = await list(`select nspname || '.' || relname as item from pg_class
    join pg_namespace on pg_namespace.oid = relnamespace where relkind in ('r', 'p') and ${ours}`);
  const distributed = tables.filter((table) => !(table in undistributedTables));
  const keyed = await list(`select distinct nspname || '.' || relname as item from pg_index
    join pg_class on pg_class.oid = indrelid join pg_namespace on pg_namespace.oid = relnamespace
    where indisprimary and ${ours}`);
  const loose =
    await list(`select nspname || '.' || relname || ' (' || indexrelid::regclass || ')' as item from pg_index
    join pg_class on pg_class.oid = indrelid join pg_namespace on pg_namespace.oid = relnamespace
    where indisunique and ${ours} and not exists (
      select from pg_attribute where attrelid = indrelid and attnum = any(indkey) and attname = 'tenant_id')`);
  assert.deepEqual(
    distributed.filter((table) => !keyed.includes(table)),
    [],
  );
  assert.deepEqual(
    loose.filter((index) => !((index.split(' ')[0] ?? '') in undistributedTables)),
    [],
  );
});

test('every table listed as undistributed exists and is undistributed', async () => {
  const loose = await list(`select distinct nspname || '.' || relname as item from pg_class
    join pg_namespace on pg_namespace.oid = relnamespace where relkind in ('r', 'p') and ${ours} and not exists (
      select from pg_index join pg_attribute on attrelid = indrelid and attnum = any(indkey)
      where indrelid = pg_class.oid and indisprimary and attname = 'tenant_id')`);
  assert.deepEqual(Object.keys(undistributedTables).sort(), loose.sort());
});

test('the running role owns nothing and may create nothing', async () => {
  assert.deepEqual(
    await list(`select objid::text as item from pg_shdepend
    where deptype = 'o' and refobjid = '${appRole}'::regrole and dbid = (select oid from pg_database where datname = current_database())`),
    [],
  );
  assert.deepEqual(
    await list(
      `select nspname as item from pg_namespace where has_schema_privilege('${appRole}', oid, 'create') and nspname not like 'pg_temp%'`,
    ),
    [],
  );
  assert.deepEqual(
    await list(
      `select nspname as item from pg_namespace where has_schema_privilege(oid, 'create') and nspname not like 'pg_temp%'`,
    ),
    [],
  );
});

// Invariant 3: the legal trace is only ever added to.
test('the running role may only insert and select audit events', async () => {
  const privileges = ['select', 'insert', 'update', 'delete', 'truncate', 'references', 'trigger'];
  const { rows } = await database.pool.query(
    `select p from unnest($1::text[]) p where has_table_privilege('${appRole}', 'audit.event', p)`,
    [privileges],
  );
  assert.deepEqual(rows, [{ p: 'select' }, { p: 'insert' }]);
  assert.deepEqual(
    await list(`select attname as item from pg_attribute where attrelid = 'audit.event'::regclass
    and attnum > 0 and has_column_privilege('${appRole}', attrelid, attnum, 'update')`),
    [],
  );
  await assert.rejects(database.pool.query('delete from audit.event'), /permission denied/);
});

test('the running role may use the job queue and nothing of its history of migrations', async () => {
  assert.deepEqual(
    await list(`select relname as item from pg_class where relnamespace = 'graphile_worker'::regnamespace
    and relkind = 'r' and not has_table_privilege('${appRole}', oid, 'insert') order by 1`),
    ['migrations'],
  );
});
