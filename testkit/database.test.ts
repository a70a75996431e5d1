import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openTestDatabase } from './database.ts';

test('gives each test a database of its own, migrated and empty, and drops it afterwards', async (t) => {
  const cleanups: (() => Promise<void>)[] = [];
  const scope = { after: (clean: () => Promise<void>) => void cleanups.push(clean) };
  const first = await openTestDatabase(scope);
  const second = await openTestDatabase(t);
  await first.database.pool.query("insert into platform.rate_limit values ('\\x01', now(), 1)");
  const { rows } = await second.database.pool.query('select count(*) as count from platform.rate_limit');
  assert.deepEqual(rows, [{ count: 0 }]);
  const name = new URL(first.url.revealText()).pathname.slice(1);
  const exists = () => second.database.pool.query('select from pg_database where datname = $1', [name]);
  assert.equal((await exists()).rowCount, 1);
  for (const clean of cleanups) await clean();
  assert.equal((await exists()).rowCount, 0);
});

test('test processes that start at once share one cluster, which the first of them starts', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'hygie-shared-'));
  t.after(() => {
    const pidFile = join(folder, 'cluster', 'postmaster.pid');
    process.kill(Number(readFileSync(pidFile, 'utf8').split('\n')[0]), 'SIGKILL');
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  const program = `
    import { openTestDatabase } from ${JSON.stringify(new URL('./database.ts', import.meta.url).href)};
    const cleanups = [];
    const { database } = await openTestDatabase({ after: (clean) => cleanups.push(clean) });
    const { rows } = await database.pool.query("select pg_postmaster_start_time() as at");
    process.stdout.write(rows[0].at.toISOString());
    for (const clean of cleanups) await clean();`;
  const runs = Array.from({ length: 4 }, async () => {
    const env = { ...process.env, HYGIE_TEST_POSTGRES: folder };
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    const [code] = await once(child, 'close');
    assert.equal(code, 0);
    return text;
  });
  const starts = await Promise.all(runs);
  assert.match(starts[0] ?? '', /^\d{4}-/);
  assert.equal(new Set(starts).size, 1);
});
