import type { Clock } from '../../base/clock.ts';
import { httpLimits } from '../../base/limits.ts';
import type { Log } from '../../base/log.ts';

export interface ReadinessCheck {
  /** A word, such as `database`: it is shown. */
  readonly name: string;
  /** Resolves when this part can serve; what it throws is logged, never shown. */
  check(): Promise<void>;
}

export interface Readiness {
  readonly isReady: boolean;
  readonly checks: Readonly<Record<string, 'ok' | 'failed'>>;
}

/** Asks every check, in parallel and within bounds; questions that come together share one answer. */
export function createReadiness(checks: readonly ReadinessCheck[], { clock, log }: { clock: Clock; log: Log }) {
  let last: { readonly atMs: number; readonly answer: Promise<Readiness> } | undefined;

  const ask = async ({ name, check }: ReadinessCheck): Promise<readonly [string, 'ok' | 'failed']> => {
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error('readiness check timed out')), httpLimits.readinessMs);
    });
    try {
      await Promise.race([check(), tooLate]);
      return [name, 'ok'];
    } catch (fault) {
      log.warn('readiness-failed', { check: name, fault: fault instanceof Error ? fault.name : typeof fault });
      return [name, 'failed'];
    } finally {
      clearTimeout(timer);
    }
  };

  return (): Promise<Readiness> => {
    const nowMs = clock.monotonicMs();
    if (last === undefined || nowMs - last.atMs >= httpLimits.readinessReuseMs) {
      const answer = Promise.all(checks.map(ask)).then((results) => ({
        isReady: results.every(([, state]) => state === 'ok'),
        checks: Object.fromEntries(results),
      }));
      last = { atMs: nowMs, answer };
    }
    return last.answer;
  };
}
