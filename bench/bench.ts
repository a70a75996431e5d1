/** What a benchmark says. Each stands in `bench/NAME.ts` and exports `run`; `npm run bench -- NAME` runs it. */

/** One figure of ours beside the peer's, measured in the same run on the same machine. */
export interface BenchResult {
  /** What is measured, for example `delivered, 2 kB`. */
  readonly name: string;
  readonly unit: string;
  readonly ours: number;
  /** `null` when nothing else does the same (our peak memory, our start). */
  readonly peer: number | null;
  /** How many times better than the peer: above 1 is better, whichever way the unit goes. */
  readonly ratio: number | null;
  /** Who the peer is, and what a reader must know to believe the figure. */
  readonly note?: string;
}

export interface Benchmark {
  run(): Promise<readonly BenchResult[]>;
}
