import assert from 'node:assert/strict';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { test } from 'node:test';
import { largeWhiteList } from '../../../testkit/authority/large-white-list.ts';
import { Temporary } from '../../base/errors.ts';
import { proveWhiteList } from './verify-file.ts';

test('a large list is proven in a thread of its own, and the event loop goes on', async (t) => {
  const file = largeWhiteList();
  await proveWhiteList(Buffer.from('<x/>')); // the modules are read once
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const started = performance.now();
  const answer = await proveWhiteList(file);
  const elapsedMs = performance.now() - started;
  delay.disable();
  assert.ok(answer.outcome === 'read');
  assert.ok(answer.list.entryCount > 6000);
  t.diagnostic(`${elapsedMs.toFixed(0)} ms, longest stall ${(delay.max / 1e6).toFixed(1)} ms`);
  assert.ok(elapsedMs < 3000);
  assert.ok(delay.max / 1e6 < 100);
});

test('a thread that takes too long is ended', async () => {
  const late = proveWhiteList(largeWhiteList(), { timeoutMs: 50 });
  await assert.rejects(late, (fault) => fault instanceof Temporary && fault.code === 'white-list-verification');
});

test('a refusal crosses the thread with its code', async () => {
  assert.deepEqual(await proveWhiteList(Buffer.from('<x/>')), {
    outcome: 'refused',
    code: 'white-list-wrong-namespace',
  });
});
