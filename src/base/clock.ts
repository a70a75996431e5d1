/** Time as the program sees it: handed in, never taken from the air, so that tests can move it. */

export interface Clock {
  /** Wall-clock time; it may jump. */
  now(): Date;
  /** Milliseconds that only grow; the origin means nothing. For durations and time-outs. */
  monotonicMs(): number;
}

export const systemClock: Clock = {
  now: () => new Date(),
  monotonicMs: () => performance.now(),
};
