import { Temporary } from '../../base/errors.ts';
import { transferLimits } from '../../base/limits.ts';

/**
 * Group commit: one flush of the disk acknowledges many messages.
 *
 * What is ready is committed at once when nothing is in flight: an idle server adds no delay, and no timer waits for
 * company. While a commit is in flight the next batch gathers; a second one starts beside it once enough has gathered to
 * be worth a flush of its own.
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

/** `run` commits a batch in one transaction and gives one result per item, in order. */
export function createCommitter<Item, Result>(
  run: (key: string, items: readonly Item[]) => Promise<readonly Result[]>,
): Committer<Item, Result> {
  const gathered = new Map<string, Waiting<Item, Result>[]>();
  let inFlight = 0;
  let idleWaiters: (() => void)[] = [];

  const start = (): void => {
    for (const [key, waiting] of gathered) {
      const isEnough = inFlight === 0 || waiting.length >= transferLimits.worthwhileBatch;
      if (!isEnough || inFlight >= transferLimits.commitsInFlight) continue;
      const batch = waiting.splice(0, transferLimits.batchMessages);
      // Deleted and set again, the key goes behind the others: no peer starves another.
      gathered.delete(key);
      if (waiting.length > 0) gathered.set(key, waiting);
      inFlight += 1;
      void runBatch(run, key, batch).then(() => {
        inFlight -= 1;
        start();
      });
    }
    if (inFlight === 0 && gathered.size === 0) {
      for (const wake of idleWaiters.splice(0)) wake();
    }
  };

  return {
    commit: (key, item) =>
      new Promise((resolve, reject) => {
        const waiting = gathered.get(key) ?? [];
        waiting.push({ item, resolve, reject });
        gathered.set(key, waiting);
        start();
      }),
    idle: () =>
      new Promise((resolve) => {
        idleWaiters = [...idleWaiters, resolve];
        start();
      }),
  };
}

/** Settles every item of `batch`; never rejects. */
async function runBatch<Item, Result>(
  run: (key: string, items: readonly Item[]) => Promise<readonly Result[]>,
  key: string,
  batch: readonly Waiting<Item, Result>[],
): Promise<void> {
  try {
    const results = await run(
      key,
      batch.map((waiting) => waiting.item),
    );
    batch.forEach((waiting, index) => {
      const result = results[index];
      if (result === undefined) waiting.reject(new Error('a batch gave fewer results than it had items'));
      else waiting.resolve(result);
    });
  } catch (fault) {
    const [only, second] = batch;
    if (fault instanceof Temporary || only === undefined || second === undefined) {
      for (const waiting of batch) waiting.reject(fault);
      return;
    }
    for (const waiting of batch) await runBatch(run, key, [waiting]);
  }
}
