import assert from 'node:assert/strict';
import { test } from 'node:test';
import { httpLimits } from '../../base/limits.ts';
import { silentLog } from '../../base/log.ts';
import { createReadiness } from './readiness.ts';

test('questions that come together share one answer, which serves for its time and not a millisecond more', async () => {
  let nowMs = 0;
  let asked = 0;
  const check = async () => {
    asked += 1;
  };
  const clock = { now: () => new Date(0), monotonicMs: () => nowMs };
  const ask = createReadiness([{ name: 'database', check }], { clock, log: silentLog });
  await Promise.all([ask(), ask(), ask()]);
  nowMs = httpLimits.readinessReuseMs - 1;
  await ask();
  assert.equal(asked, 1);
  nowMs += 1;
  await ask();
  assert.equal(asked, 2);
});

test('a part that does not answer in time has failed, and the others are told all the same', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const clock = { now: () => new Date(0), monotonicMs: () => 0 };
  const parts = [
    { name: 'stuck', check: () => new Promise<void>(() => undefined) },
    { name: 'database', check: async () => undefined },
  ];
  const answer = createReadiness(parts, { clock, log: silentLog })();
  t.mock.timers.tick(httpLimits.readinessMs);
  assert.deepEqual(await answer, { isReady: false, checks: { stuck: 'failed', database: 'ok' } });
});
