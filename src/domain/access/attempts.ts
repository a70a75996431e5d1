import { sql } from 'kysely';
import { present } from '../../base/assert.ts';
import { accessLimits } from '../../base/domain-limits.ts';
import type { Db } from '../../platform/db/db.ts';
import type { AccessParts, SignIn } from './access.ts';

/**
 * Failed sign-ins are counted per pair of login and remote address, in PostgreSQL so that ten processes count as one.
 * The pair, not the login: whoever guesses from elsewhere slows himself, never the doctor.
 */
interface Attempt {
  /** Passwords are counted apart from app passwords: a telephone that tries a withdrawn one all day locks nobody out of the web. */
  readonly kind?: 'password' | 'confirmation';
  readonly login: string;
  readonly remoteAddress: string;
  readonly at: Date;
}

function attemptKey(parts: AccessParts, attempt: Attempt): Buffer {
  const kind = attempt.kind === undefined ? '' : `${attempt.kind}\0`;
  return parts.lookup.hash('attempt', `${kind}${attempt.login.trim().toLowerCase()} ${attempt.remoteAddress}`);
}

function windowStart(at: Date): Date {
  const windowMs = accessLimits.failureWindowSeconds * 1000;
  return new Date(Math.floor(at.getTime() / windowMs) * windowMs);
}

/** `slowed` when this pair has failed too often in the present window; nothing otherwise. */
export async function failuresOf(parts: AccessParts, db: Db, attempt: Attempt): Promise<SignIn | undefined> {
  const start = windowStart(attempt.at);
  const found = await sql<{ count: number }>`
    select count from platform.rate_limit
     where key_hash = ${attemptKey(parts, attempt)} and window_start = ${start}`.execute(db);
  return (found.rows[0]?.count ?? 0) < accessLimits.failuresPerWindow ? undefined : slowed(attempt);
}

function slowed({ at }: Attempt): SignIn {
  const endMs = windowStart(at).getTime() + accessLimits.failureWindowSeconds * 1000;
  return { kind: 'slowed', retryAfterSeconds: Math.max(1, Math.ceil((endMs - at.getTime()) / 1000)) };
}

/**
 * Counts a try as failed before the work, to be forgiven when it was right: of many guesses that come at once, no more are
 * looked at than of those that come one after the other. `slowed` when it is one too many.
 */
export async function beginAttempt(parts: AccessParts, db: Db, attempt: Attempt): Promise<SignIn | undefined> {
  return (await noteFailure(parts, db, attempt)) > accessLimits.failuresPerWindow ? slowed(attempt) : undefined;
}

/** Counts the failure, gives how many there are now, and forgets a few windows that are over: whoever guesses under a million names fills no disk. */
export async function noteFailure(parts: AccessParts, db: Db, attempt: Attempt): Promise<number> {
  const noted = await sql<{ count: number }>`
    with over as (
      select key_hash, window_start from platform.rate_limit
       where window_start < ${windowStart(attempt.at)}
       order by window_start limit ${accessLimits.windowsForgotten} for update skip locked
    ), forgotten as (
      delete from platform.rate_limit as old using over
       where old.key_hash = over.key_hash and old.window_start = over.window_start
    )
    insert into platform.rate_limit as held (key_hash, window_start, count)
    values (${attemptKey(parts, attempt)}, ${windowStart(attempt.at)}, 1)
    on conflict (key_hash, window_start) do update set count = held.count + 1
    returning count`.execute(db);
  return present(noted.rows[0], 'a failure was not counted').count;
}

/** Whether there is something to forgive: a condition of a statement. */
export function hasFailures(parts: AccessParts, attempt: Attempt) {
  return sql<boolean>`exists (select from platform.rate_limit where key_hash = ${attemptKey(parts, attempt)})`;
}

export async function forgiveFailures(parts: AccessParts, db: Db, attempt: Attempt): Promise<void> {
  await sql`delete from platform.rate_limit where key_hash = ${attemptKey(parts, attempt)}`.execute(db);
}
