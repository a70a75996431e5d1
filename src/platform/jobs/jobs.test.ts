import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openTestDatabase, type TestDatabase } from '../../../testkit/database.ts';
import { AssertionFault } from '../../base/assert.ts';
import { Temporary } from '../../base/errors.ts';
import { jobLimits } from '../../base/limits.ts';
import { createLog, silentLog } from '../../base/log.ts';
import { transaction } from '../db/db.ts';
import { defineTask, enqueue, enqueueAll, type JobPayload } from './jobs.ts';
import { type Handler, handle, startWorker, type WorkerOptions } from './worker.ts';

const index = defineTask<{ emailId: string }>('mail.index');
const emailId = '0190b7a0-0000-7000-8000-000000000001';

async function startTestWorker(
  t: TestContext,
  testDatabase: TestDatabase,
  options: Partial<WorkerOptions>,
): Promise<void> {
  const { url } = testDatabase;
  const log = options.log ?? silentLog;
  const connection = { url, applicationName: 'test worker', log };
  const worker = await startWorker({ connection, handlers: [], concurrency: 2, ...options, log });
  t.after(() => worker.stop());
}

async function until(isDone: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 60_000; // a bound against hanging, not a measure: machines of tests are busy
  while (!(await isDone())) {
    assert.ok(Date.now() < deadline, 'waited for too long');
    await sleep(20);
  }
}

async function countJobs({ database }: TestDatabase): Promise<number> {
  const { rows } = await database.pool.query<{ count: number }>('select count(*) from graphile_worker._private_jobs');
  return rows[0]?.count ?? -1;
}

function recorder(): { seen: string[]; handler: Handler } {
  const seen: string[] = [];
  return { seen, handler: handle(index, async (payload) => void seen.push(payload.emailId)) };
}

test('runs a job once its transaction has committed, and never without', async (t) => {
  const testDatabase = await openTestDatabase(t);
  const { db } = testDatabase.database;
  const { seen, handler } = recorder();
  await startTestWorker(t, testDatabase, { handlers: [handler] });
  const undone = transaction(db, async (tx) => {
    await enqueue(tx, { task: index, payload: { emailId: 'undone' } });
    throw new Error('changed my mind');
  });
  await assert.rejects(undone, /changed my mind/);
  await transaction(db, async (tx) => {
    await enqueue(tx, { task: index, payload: { emailId } });
    await sleep(100);
    assert.deepEqual(seen, []);
  });
  await until(() => seen.length > 0);
  await until(async () => (await countJobs(testDatabase)) === 0);
  assert.deepEqual(seen, [emailId]);
});

test('enqueues a batch in one statement, up to its bound', async (t) => {
  const testDatabase = await openTestDatabase(t);
  const { db } = testDatabase.database;
  const jobs = (count: number) => Array.from({ length: count }, () => ({ task: index, payload: { emailId } }));
  await transaction(db, (tx) => enqueueAll(tx, jobs(jobLimits.batch)));
  assert.equal(await countJobs(testDatabase), jobLimits.batch);
  await assert.rejects(
    transaction(db, (tx) => enqueueAll(tx, jobs(jobLimits.batch + 1))),
    AssertionFault,
  );
});

test('a job with the key of a waiting one replaces it', async (t) => {
  const testDatabase = await openTestDatabase(t);
  await transaction(testDatabase.database.db, async (tx) => {
    await enqueue(tx, {
      task: index,
      payload: { emailId: 'first' },
      key: 'index:1',
      runAt: new Date(Date.now() + 60_000),
    });
    await enqueue(tx, { task: index, payload: { emailId: 'second' }, key: 'index:1' });
  });
  const { seen, handler } = recorder();
  await startTestWorker(t, testDatabase, { handlers: [handler] });
  await until(() => seen.length > 0);
  assert.deepEqual(seen, ['second']);
});

test('refuses a payload that carries more than identifiers', async (t) => {
  const { database } = await openTestDatabase(t);
  const free = defineTask<JobPayload>('mail.index');
  const tryValue = (value: string) => transaction(database.db, (tx) => enqueue(tx, { task: free, payload: { value } }));
  await tryValue('a'.repeat(jobLimits.tokenLength));
  for (const value of [
    'a'.repeat(jobLimits.tokenLength + 1),
    'jean.dupont@cabinet.mssante.fr',
    'deux mots',
    '255069912345612',
    '',
  ]) {
    await assert.rejects(tryValue(value), AssertionFault, value);
  }
});

test('keeps the class and code of a failure and nothing of its text', async (t) => {
  const testDatabase = await openTestDatabase(t);
  const lines: string[] = [];
  const log = createLog({ level: 'debug', write: (line) => void lines.push(line) });
  const handler = handle(index, async () => {
    throw new Temporary('peer-away', 'Madame Martin ne répond pas', { cause: new Error('Martin') });
  });
  await startTestWorker(t, testDatabase, { handlers: [handler], log });
  await transaction(testDatabase.database.db, (tx) => enqueue(tx, { task: index, payload: { emailId } }));
  const failed = async () => {
    const { rows } = await testDatabase.database.pool.query('select last_error from graphile_worker._private_jobs');
    return rows[0]?.last_error;
  };
  await until(async () => (await failed()) !== null);
  assert.equal(await failed(), 'Temporary:peer-away');
  assert.ok(lines.some((line) => line.includes('jobs.failed')));
  assert.ok(!lines.some((line) => line.includes('Martin')));
});

test('takes back the jobs of a worker that died', async (t) => {
  const testDatabase = await openTestDatabase(t);
  await transaction(testDatabase.database.db, (tx) => enqueue(tx, { task: index, payload: { emailId } }));
  await testDatabase.database.pool.query(
    "update graphile_worker._private_jobs set locked_by = 'pool-dead', locked_at = now() - interval '1 minute'",
  );
  const { seen, handler } = recorder();
  await startTestWorker(t, testDatabase, { handlers: [handler] });
  await until(() => seen.length > 0);
});

test('leaves the jobs of a living worker alone', async (t) => {
  const testDatabase = await openTestDatabase(t);
  let runs = 0;
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const slow = handle(index, async () => {
    runs += 1;
    await ended;
  });
  await startTestWorker(t, testDatabase, { handlers: [slow] });
  await startTestWorker(t, testDatabase, { handlers: [slow] });
  await transaction(testDatabase.database.db, (tx) => enqueue(tx, { task: index, payload: { emailId } }));
  await until(() => runs > 0);
  await testDatabase.database.pool.query(
    "update graphile_worker._private_jobs set locked_at = now() - interval '1 minute'",
  );
  await sleep(jobLimits.sweepMs + 500);
  assert.equal(runs, 1);
  end();
});

test('goes on after every connection was cut', async (t) => {
  const testDatabase = await openTestDatabase(t);
  const { seen, handler } = recorder();
  await startTestWorker(t, testDatabase, { handlers: [handler] });
  await testDatabase.database.pool.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'test worker'",
  );
  await transaction(testDatabase.database.db, (tx) => enqueue(tx, { task: index, payload: { emailId } }));
  await until(() => seen.length > 0);
});

for (const end of ['succeeds', 'fails'] as const) {
  test(`a job that ${end} once its database has gone takes nothing down, and ends all the same`, async (t) => {
    const testDatabase = await openTestDatabase(t);
    let runs = 0;
    const handler = handle(index, async () => {
      runs += 1;
      if (runs > 1) return;
      await testDatabase.database.pool.query(
        "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'test worker'",
      );
      if (end === 'fails') throw new Temporary('peer-away', 'away');
    });
    await startTestWorker(t, testDatabase, { handlers: [handler] });
    await transaction(testDatabase.database.db, (tx) => enqueue(tx, { task: index, payload: { emailId } }));
    // One that succeeded may be recorded over a new connection, or run again; one that failed always runs again.
    if (end === 'fails') await until(() => runs > 1);
    await until(async () => (await countJobs(testDatabase)) === 0);
    assert.ok(runs >= 1);
    const { seen, handler: next } = recorder();
    await startTestWorker(t, testDatabase, { handlers: [next] });
    await transaction(testDatabase.database.db, (tx) => enqueue(tx, { task: index, payload: { emailId } }));
    await until(() => seen.length + runs > 1);
  });
}

test('knows recurring jobs by their crontab line', async (t) => {
  const testDatabase = await openTestDatabase(t);
  const refresh = defineTask<Record<never, never>>('trust.refresh');
  const handler = handle(refresh, async () => undefined);
  await startTestWorker(t, testDatabase, { handlers: [handler], recurring: [{ task: refresh, when: '*/5 * * * *' }] });
  const { rows } = await testDatabase.database.pool.query(
    'select identifier from graphile_worker._private_known_crontabs',
  );
  assert.deepEqual(rows, [{ identifier: 'trust.refresh' }]);
});
