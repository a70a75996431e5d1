import { transferLimits } from '../../base/domain-limits.ts';

const minute = 60_000;
const hour = 60 * minute;

/**
 * Pauses after each failed attempt. RFC 5321 §4.5.4.1 advises 30 minutes and lets the first attempts come sooner: most
 * refusals of the trust space are restarts and full queues, over within minutes. Then every two hours, until the message expires.
 */
const pausesMs = [1, 2, 5, 10, 20, 30, 30, 60, 60].map((minutes) => minutes * minute);
const lastPauseMs = 2 * hour;

/** The pause after `attempts` failed attempts (1 or more). */
export function pauseAfter(attempts: number): number {
  return pausesMs[attempts - 1] ?? lastPauseMs;
}

/** When to try again, or undefined when the message expires first. The last attempt comes at the very end. */
export function nextAttempt(attempts: number, now: Date, expiresAt: Date): Date | undefined {
  if (now >= expiresAt) return undefined;
  return new Date(Math.min(now.getTime() + pauseAfter(attempts), expiresAt.getTime()));
}

export interface BackOffRow {
  readonly attempt: number;
  readonly pauseMs: number;
  readonly sinceQueuedMs: number;
}

/** The whole table for a lifetime: what the CLI prints and the guide shows. */
export function backOffTable(lifetimeMs: number = transferLimits.queueLifetimeMs): readonly BackOffRow[] {
  const rows: BackOffRow[] = [{ attempt: 1, pauseMs: 0, sinceQueuedMs: 0 }];
  for (let attempt = 2, sinceQueuedMs = 0; sinceQueuedMs < lifetimeMs; attempt += 1) {
    const pauseMs = Math.min(pauseAfter(attempt - 1), lifetimeMs - sinceQueuedMs);
    sinceQueuedMs += pauseMs;
    rows.push({ attempt, pauseMs, sinceQueuedMs });
  }
  return rows;
}
