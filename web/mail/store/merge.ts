/** Several lists, each newest first, as one. */
import type { EmailRef } from './types.ts';

export interface Source {
  readonly refs: readonly { readonly ref: EmailRef; readonly receivedAt: string }[];
  /** There are more than `refs`, older than them all. */
  readonly hasMore: boolean;
}

export interface Merged {
  readonly refs: readonly EmailRef[];
  /** Sources that must bring more before another line can be told. */
  readonly blockers: readonly number[];
  /** How many of each source stand in `refs`. */
  readonly taken: readonly number[];
}

/** As far as it can be told: where a source with more to come runs out, nobody knows which line is next. */
export function mergeNewestFirst(sources: readonly Source[]): Merged {
  const taken = sources.map(() => 0);
  const refs: EmailRef[] = [];
  for (;;) {
    const blockers = sources.flatMap(({ refs: own, hasMore }, at) => (hasMore && taken[at] === own.length ? [at] : []));
    if (blockers.length > 0) return { refs, blockers, taken };
    let best: { at: number; ref: EmailRef; receivedAt: string } | undefined;
    for (const [at, source] of sources.entries()) {
      const next = source.refs[taken[at] ?? 0];
      if (next === undefined) continue;
      if (best === undefined || next.receivedAt > best.receivedAt) best = { at, ...next };
    }
    if (best === undefined) return { refs, blockers: [], taken };
    refs.push(best.ref);
    taken[best.at] = (taken[best.at] ?? 0) + 1;
  }
}
