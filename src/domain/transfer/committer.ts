import { assert } from '../../base/assert.ts';
import { transferLimits } from '../../base/domain-limits.ts';
import { Temporary } from '../../base/errors.ts';

/**
 * Group commit: one flush of the disk acknowledges many messages.
 *
 * What is ready is committed at once when nothing is in flight: an idle server adds no delay. While a commit is in flight
 * the next batch gathers, and it waits two milliseconds more for those whom that commit answers; another starts beside it
 * once enough has gathered to be worth a flush of its own.
 *
 * Items of one batch share their key (the actor: an audit act has one). A batch that fails for any other reason than the
 * world's (`Temporary`) is tried again item by item, so that one poisoned item disturbs no other (ANS-REF2 ECO.1.2.3).
 */
export interface Committer<Item, Result> {
  /** Resolves once the transaction that holds `item` is committed; rejects with what made it fail. */
  commit(key: string, item: Item): Promise<Result>;
  /** Resolves when nothing is gathered nor in flight. */
  idle(): Promise<void>;
}

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (fault: unknown) => void;
}

interface Line<Item, Result> {
  readonly waiting: Waiting<Item, Result>[];
  inFlight: number;
  /** A commit has just ended: those whom it answered are about to bring their next item. */
  isGathering: boolean;
}

export interface CommitterWork<Item, Result> {
  /** Commits a batch in one transaction and gives one result per item, in order. */
  readonly run: (key: string, items: readonly Item[]) => Promise<readonly Result[]>;
  /** What an item weighs, and how much one batch bears; an item that weighs more goes alone. */
  readonly weigh: (item: Item) => number;
  readonly maxWeight: number;
}

export function createCommitter<Item, Result>(work: CommitterWork<Item, Result>): Committer<Item, Result> {
  const lines = new Map<string, Line<Item, Result>>();
  const idleWaiters: (() => void)[] = [];
  let inFlight = 0;

  const startNext = (): void => {
    for (const [key, line] of lines) {
      if (inFlight >= transferLimits.commitsInFlight) return;
      const isAlone = line.inFlight === 0 && !line.isGathering;
      const isWorthwhile = isAlone || line.waiting.length >= transferLimits.worthwhileBatch;
      if (line.waiting.length === 0 || !isWorthwhile) continue;
      // Deleted and set again, the line goes behind the others: no peer starves another.
      lines.delete(key);
      lines.set(key, line);
      inFlight += 1;
      line.inFlight += 1;
      void settleBatch(work.run, key, takeBatch(work, line.waiting)).then(() => {
        inFlight -= 1;
        line.inFlight -= 1;
        if (line.inFlight === 0 && line.waiting.length === 0) lines.delete(key);
        else if (!line.isGathering) gather(line);
        startNext();
        if (lines.size === 0) for (const wake of idleWaiters.splice(0)) wake();
      });
    }
  };

  const gather = (line: Line<Item, Result>): void => {
    line.isGathering = true;
    setTimeout(() => {
      line.isGathering = false;
      startNext();
    }, transferLimits.gatherMs);
  };

  return {
    commit: (key, item) =>
      new Promise((resolve, reject) => {
        const line = lines.get(key) ?? { waiting: [], inFlight: 0, isGathering: false };
        line.waiting.push({ item, resolve, reject });
        lines.set(key, line);
        startNext();
      }),
    idle: () =>
      new Promise((resolve) => {
        if (lines.size === 0) resolve();
        else idleWaiters.push(resolve);
      }),
  };
}

function takeBatch<Item, Result>(
  work: CommitterWork<Item, Result>,
  waiting: Waiting<Item, Result>[],
): Waiting<Item, Result>[] {
  let weight = 0;
  const count = waiting.findIndex(({ item }, index) => {
    weight += work.weigh(item);
    return index > 0 && (index >= transferLimits.batchMessages || weight > work.maxWeight);
  });
  return waiting.splice(0, count === -1 ? waiting.length : count);
}

/** Settles every item of `batch`; never rejects. */
async function settleBatch<Item, Result>(
  run: (key: string, items: readonly Item[]) => Promise<readonly Result[]>,
  key: string,
  batch: readonly Waiting<Item, Result>[],
): Promise<void> {
  try {
    const results = await run(
      key,
      batch.map((waiting) => waiting.item),
    );
    assert(results.length === batch.length, 'a batch gave another number of results than it had items');
    for (const [index, result] of results.entries()) batch[index]?.resolve(result);
  } catch (fault) {
    const [only, second] = batch;
    if (fault instanceof Temporary || only === undefined || second === undefined) {
      for (const waiting of batch) waiting.reject(fault);
      return;
    }
    for (const waiting of batch) await settleBatch(run, key, [waiting]);
  }
}
