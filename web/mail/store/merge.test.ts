import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { mergeNewestFirst } from './merge.ts';

const hour = fc.integer({ min: 0, max: 99 }).map((at) => `2026-11-22T${String(at).padStart(2, '0')}`);
const account = fc.array(hour, { maxLength: 20 }).map((hours) => hours.sort().reverse());

function sourceOf(accountId: string, hours: readonly string[], shown: number) {
  const refs = hours.map((receivedAt, at) => ({ ref: { accountId, emailId: `${accountId}${at}` }, receivedAt }));
  return { refs: refs.slice(0, shown), hasMore: shown < hours.length };
}

test('several accounts come as one list, newest first, as far as it can be told', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(account, fc.nat(20)), { maxLength: 4 }), (accounts) => {
      const all = accounts.map(([hours, shown], at) => ({ hours, source: sourceOf(`a${at}`, hours, shown) }));
      const { refs, blockers, taken } = mergeNewestFirst(all.map(({ source }) => source));
      const timeOf = new Map<string, string>(
        all.flatMap(({ hours }, at) => hours.map((time, line) => [`a${at}${line}`, time] as const)),
      );
      const times = refs.map(({ emailId }) => timeOf.get(emailId) ?? '');
      // It is the beginning of what a sort of everything gives, the unseen part included.
      const whole = all
        .flatMap(({ hours }) => hours)
        .sort()
        .reverse();
      assert.deepEqual(times, whole.slice(0, times.length));
      assert.equal(
        taken.reduce((sum, each) => sum + each, 0),
        refs.length,
      );
      if (all.every(({ source }) => !source.hasMore)) assert.equal(refs.length, whole.length);
      for (const at of blockers) assert.equal(taken[at], all[at]?.source.refs.length);
    }),
    { numRuns: 300 },
  );
});

test('without accounts there is nothing, and nothing to wait for', () => {
  assert.deepEqual(mergeNewestFirst([]), { refs: [], blockers: [], taken: [] });
});
