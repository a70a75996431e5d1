import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import { transferLimits } from '../../base/domain-limits.ts';
import { Temporary } from '../../base/errors.ts';
import { createCommitter } from './committer.ts';

interface Run {
  readonly key: string;
  readonly items: readonly number[];
  finish(): void;
}

/** A committer whose commits end when the test says so. */
function controlled(fail: (items: readonly number[]) => unknown = () => undefined) {
  const runs: Run[] = [];
  const committer = createCommitter<number, string>({
    run: (key, items) =>
      new Promise((resolve, reject) => {
        const finish = (): void => {
          const fault = fail(items);
          if (fault === undefined) resolve(items.map(String));
          else reject(fault);
        };
        runs.push({ key, items, finish });
      }),
    weigh: (item) => (item >= 1_000 ? item : 1),
    maxWeight: 2_000,
  });
  return { committer, runs };
}

/** Long enough for what waits after a commit to be under way. */
function gathered(): Promise<void> {
  return sleep(transferLimits.gatherMs + 3);
}

async function finishAll(runs: readonly Run[]): Promise<void> {
  for (let done = 0; done < runs.length; done += 1) {
    runs[done]?.finish();
    await gathered();
  }
}

describe('the committer', () => {
  test('commits alone and at once when nothing is in flight, and gathers what comes meanwhile', async () => {
    const { committer, runs } = controlled();
    const first = committer.commit('a', 1);
    assert.deepEqual(
      runs.map((run) => run.items),
      [[1]],
    );
    const others = [2, 3, 4].map((item) => committer.commit('a', item));
    assert.equal(runs.length, 1);
    runs[0]?.finish();
    assert.equal(await first, '1');
    // Who was answered comes back at once, in time for the next batch.
    others.push(committer.commit('a', 5));
    while (runs.length < 2) await turn();
    assert.deepEqual(runs[1]?.items, [2, 3, 4, 5]);
    runs[1]?.finish();
    assert.deepEqual(await Promise.all(others), ['2', '3', '4', '5']);
  });

  test('starts a second commit beside the first once it is worthwhile, never more than its bound', async () => {
    const { committer, runs } = controlled();
    const all: Promise<string>[] = [committer.commit('a', 0)];
    for (let item = 1; item < transferLimits.worthwhileBatch; item += 1) all.push(committer.commit('a', item));
    assert.equal(runs.length, 1);
    all.push(committer.commit('a', 99));
    assert.equal(runs.length, 2);
    for (let item = 0; item < 10 * transferLimits.worthwhileBatch; item += 1) all.push(committer.commit('a', item));
    assert.equal(runs.length, transferLimits.commitsInFlight);
    await finishAll(runs);
    await Promise.all(all);
  });

  test('takes as many as its bound, and no more than a batch bears', async () => {
    const { committer, runs } = controlled();
    const all = [committer.commit('a', 0), committer.commit('b', 0), committer.commit('c', 0)];
    for (let item = 1; item <= transferLimits.batchMessages + 1; item += 1) all.push(committer.commit('a', item));
    for (const item of [1_000, 1_000, 1]) all.push(committer.commit('b', item));
    all.push(committer.commit('c', 5_000));
    await finishAll(runs);
    await Promise.all(all);
    assert.deepEqual(
      runs
        .slice(3)
        .map((run) => `${run.key} ${run.items.length}`)
        .sort(),
      ['a 1', `a ${transferLimits.batchMessages}`, 'b 1', 'b 2', 'c 1'],
    );
  });

  test('keeps the items of one key together, and lets no key starve another', async () => {
    const { committer, runs } = controlled();
    const all = [committer.commit('a', 1)];
    for (let item = 0; item < 500; item += 1) all.push(committer.commit('a', item));
    all.push(committer.commit('b', 1));
    for (const run of runs.slice(0, 2)) {
      run.finish();
      await gathered();
    }
    // One batch of `a` may still have been before `b` in the line.
    assert.equal(runs[transferLimits.commitsInFlight + 1]?.key, 'b');
    await finishAll(runs);
    await Promise.all(all);
  });

  // ANS-REF2 ECO.1.2.3
  test('tries a failed batch again one by one, so that one poisoned item disturbs no other', async () => {
    const poison = new Error('poison');
    const { committer, runs } = controlled((items) => (items.includes(3) ? poison : undefined));
    const settled = Promise.allSettled([1, 2, 3, 4].map((item) => committer.commit('a', item)));
    await finishAll(runs);
    const outcomes = await settled;
    assert.deepEqual(
      outcomes.map((outcome) => outcome.status),
      ['fulfilled', 'fulfilled', 'rejected', 'fulfilled'],
    );
    assert.deepEqual(
      runs.map((run) => run.items),
      [[1], [2, 3, 4], [2], [3], [4]],
    );
  });

  test('does not try again what the world made fail: the peer will', async () => {
    const away = new Temporary('database-unavailable', 'away');
    const { committer, runs } = controlled(() => away);
    const settled = Promise.allSettled([1, 2, 3].map((item) => committer.commit('a', item)));
    await finishAll(runs);
    assert.deepEqual(
      (await settled).map((outcome) => outcome.status),
      ['rejected', 'rejected', 'rejected'],
    );
    assert.equal(runs.length, 2);
  });

  test('is idle once nothing is gathered nor in flight', async () => {
    const { committer, runs } = controlled();
    await committer.idle();
    let isIdle = false;
    const all = [committer.commit('a', 1), committer.commit('a', 2)];
    void committer.idle().then(() => {
      isIdle = true;
    });
    runs[0]?.finish();
    await turn();
    assert.equal(isIdle, false);
    await gathered();
    runs[1]?.finish();
    await Promise.all(all);
    await turn();
    assert.equal(isIdle, true);
  });
});
