/**
 * A circuit that opens after repeated failures, so that nobody waits for an interface that does not answer, and that it is left alone for as
 * long as it asks. Its state is a row that all processes share; the first question after the pause finds out.
 */
import { sql } from 'kysely';
import { liveLimits } from '../../../base/domain-limits.ts';
import type { Db } from '../../../platform/db/db.ts';

export type CircuitName = 'reading' | 'publication';

/** Until when nobody asks; undefined when anyone may. */
export async function openUntil(db: Db, name: CircuitName, now: Date): Promise<Date | undefined> {
  const found = await sql<{ until: Date }>`
    select open_until as until from directory.live_circuit
     where name = ${name} and open_until > ${now} and open_until <= ${longestPause(now)}`.execute(db);
  return found.rows[0]?.until;
}

export async function noteAnswer(db: Db, name: CircuitName): Promise<void> {
  await sql`
    update directory.live_circuit set failures = 0, open_until = null
     where name = ${name} and (failures > 0 or open_until is not null)`.execute(db);
}

/** `retryAt` is when the interface asks to be tried again. */
export async function noteFailure(db: Db, name: CircuitName, now: Date, retryAt?: Date): Promise<void> {
  const counted = await sql<{ failures: number }>`
    insert into directory.live_circuit as held (name, failures) values (${name}, 1)
    on conflict (name) do update set failures = least(held.failures + 1, 1000)
    returning failures`.execute(db);
  const until = pauseEnd(counted.rows[0]?.failures ?? 1, now, retryAt);
  if (until === undefined) return;
  // Two that fail together: the later end stays.
  await sql`
    update directory.live_circuit
       set open_until = case when open_until <= ${longestPause(now)} then greatest(open_until, ${until}) else ${until} end
     where name = ${name}`.execute(db);
}

/** What ends later was told by a clock that was put back since. */
function longestPause(now: Date): Date {
  return new Date(now.getTime() + liveLimits.pauseLongestMs);
}

function pauseEnd(failures: number, now: Date, retryAt: Date | undefined): Date | undefined {
  const { failuresBeforePause, pauseFirstMs, pauseLongestMs } = liveLimits;
  const over = failures - failuresBeforePause;
  const ownMs = over < 0 ? 0 : pauseFirstMs * 2 ** Math.min(over, 10);
  const askedMs = retryAt === undefined ? 0 : retryAt.getTime() - now.getTime();
  const pauseMs = Math.min(Math.max(ownMs, askedMs), pauseLongestMs);
  return pauseMs <= 0 ? undefined : new Date(now.getTime() + pauseMs);
}
