import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { openTestDatabase } from '../../../testkit/database.ts';
import { Temporary } from '../../base/errors.ts';
import { copyArray, copyField, copyRows } from './copy.ts';

const { database } = await openTestDatabase({ after });
const into = 'directory.staged_skill (idnps, profession_code, skill_type, skill_code)';

test('fields come out as they went in, whatever they hold', async () => {
  const values = ['', '\\N', '\\.', 'a\tb\nc\rd\\', '{"é"}', 'œ€𝄞'];
  const client = await database.pool.connect();
  try {
    const rows = values.map(
      (value, index) => `${index}\t${copyField(value)}\t${copyField(value)}\t${copyField(value)}\n`,
    );
    await copyRows(client, into, Buffer.from(rows.join('')));
    const { rows: found } = await client.query(
      'select profession_code as value from directory.staged_skill order by idnps',
    );
    assert.deepEqual(
      found.map(({ value }) => value),
      values,
    );
    const { rows: arrays } = await client.query(`select ${'$1::text[]'} as value`, [values]);
    assert.deepEqual(arrays[0]?.value, values);
  } finally {
    client.release();
  }
});

test('an array and a null are in the form of COPY', async () => {
  assert.equal(copyField(null), '\\N');
  assert.equal(copyArray([]), '{}');
  assert.equal(copyArray(['a "b"', 'c\\d']), '{"a \\\\"b\\\\"","c\\\\\\\\d"}');
});

test('a row that does not fit takes none of its block, and a connection that breaks is Temporary', async () => {
  const client = await database.pool.connect();
  await client.query('truncate directory.staged_skill');
  await assert.rejects(copyRows(client, into, Buffer.from('a\tb\tc\td\na\tb\n')), { code: '22P04' });
  const { rows } = await client.query('select from directory.staged_skill');
  assert.equal(rows.length, 0);
  const { rows: own } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  await database.pool.query('select pg_terminate_backend($1)', [own[0]?.pid]);
  await assert.rejects(copyRows(client, into, Buffer.from('a\tb\tc\td\n')), Temporary);
  client.release(true);
});
