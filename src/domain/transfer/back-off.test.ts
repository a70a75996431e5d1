import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { transferLimits } from '../../base/domain-limits.ts';
import { backOffTable, nextAttempt, pauseAfter } from './back-off.ts';

const minute = 60_000;
const now = new Date('2026-11-22T10:00:00Z');

function inMs(ms: number): Date {
  return new Date(now.getTime() + ms);
}

// RFC 5321 §4.5.4.1
describe('the pause between attempts', () => {
  test('grows from one minute to two hours, and stays there', () => {
    const pauses = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 40].map((attempts) => pauseAfter(attempts) / minute);
    assert.deepEqual(pauses, [1, 2, 5, 10, 20, 30, 30, 60, 60, 120, 120]);
  });

  test('is cut so that the last attempt comes at the very end, and none after', () => {
    assert.deepEqual(nextAttempt(1, now, inMs(2 * minute)), inMs(minute));
    assert.deepEqual(nextAttempt(10, now, inMs(2 * minute)), inMs(2 * minute));
    assert.deepEqual(nextAttempt(10, now, inMs(1)), inMs(1));
    assert.equal(nextAttempt(10, now, now), undefined);
  });

  test('makes a table that ends with the lifetime of a message, and has a row before a delay is reported', () => {
    const rows = backOffTable();
    assert.equal(rows[0]?.sinceQueuedMs, 0);
    assert.equal(rows.at(-1)?.sinceQueuedMs, transferLimits.queueLifetimeMs);
    for (const [index, row] of rows.slice(1).entries()) {
      assert.equal(row.sinceQueuedMs, (rows[index]?.sinceQueuedMs ?? 0) + row.pauseMs);
    }
    assert.ok(rows.some((row) => row.sinceQueuedMs >= transferLimits.delayReportAfterMs && row.attempt < rows.length));
  });
});
