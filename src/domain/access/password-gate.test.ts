import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accessLimits } from '../../base/domain-limits.ts';
import { Temporary } from '../../base/errors.ts';
import { PasswordGate } from './password-gate.ts';

test('passwords are checked a few at once, the next wait in their order, and one too many is told to come back', async () => {
  const gate = new PasswordGate();
  const started: number[] = [];
  const ends: (() => void)[] = [];
  const check = (number: number) =>
    gate.pass(async () => {
      started.push(number);
      await new Promise<void>((resolve) => ends.push(resolve));
      if (number === 0) throw new Error('a check that fails leaves its place too');
      return number;
    });
  const most = accessLimits.passwordChecks + accessLimits.passwordChecksWaiting;
  const all = Promise.allSettled(Array.from({ length: most }, (_, number) => check(number)));
  await assert.rejects(check(most), Temporary);
  assert.deepEqual(started, [...Array(accessLimits.passwordChecks).keys()]);
  for (let ended = 1; ended <= most; ended += 1) {
    ends.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(started.length, Math.min(most, ended + accessLimits.passwordChecks));
  }
  const outcomes = await all;
  assert.deepEqual(started, [...Array(most).keys()]);
  assert.equal(outcomes.filter(({ status }) => status === 'rejected').length, 1);
  assert.equal(await gate.pass(async () => 'free'), 'free');
});
