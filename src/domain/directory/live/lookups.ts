/** Who was asked for, and when: one process asks, and not again for a while. */
import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { liveLimits } from '../../../base/domain-limits.ts';
import type { Address } from '../../../formats/address/address.ts';
import type { Db } from '../../../platform/db/db.ts';

export type LookupSubject =
  | { readonly subject: 'practitioner'; readonly key: string }
  | { readonly subject: 'mailbox'; readonly key: Address };

type Claim = { readonly kind: 'claimed' } | { readonly kind: 'asked-lately'; readonly askedAt: Date };

/** Until it ends, a claim counts as a failure: one that a crash leaves behind does not last. */
export async function claimLookup(db: Db, subject: LookupSubject, now: Date): Promise<Claim> {
  const before = (ms: number): Date => new Date(now.getTime() - ms);
  const claimed = await sql`
    insert into directory.live_lookup as held (subject, key, asked_at, outcome)
    values (${subject.subject}, ${keyOf(subject)}, ${now}, 'failed')
    on conflict (subject, key) do update set asked_at = ${now}, outcome = 'failed'
     -- Asked after now: a clock was put back, and would keep everybody waiting for as long as it ran ahead.
     where held.asked_at > ${now} or held.asked_at <= case held.outcome when 'failed' then ${before(liveLimits.askAgainAfterFailureMs)}::timestamptz
                                              else ${before(liveLimits.askAgainMs)}::timestamptz end
    returning 1`.execute(db);
  if (claimed.rows.length > 0) return { kind: 'claimed' };
  const held = await sql<{ askedAt: Date }>`
    select asked_at as "askedAt" from directory.live_lookup
     where subject = ${subject.subject} and key = ${keyOf(subject)}`.execute(db);
  return { kind: 'asked-lately', askedAt: held.rows[0]?.askedAt ?? now };
}

export async function endLookup(db: Db, subject: LookupSubject, outcome: 'found' | 'none' | 'failed'): Promise<void> {
  await sql`
    update directory.live_lookup set outcome = ${outcome}
     where subject = ${subject.subject} and key = ${keyOf(subject)}`.execute(db);
}

/** A mailbox that turns out to be on the red list must not be kept here either. */
function keyOf({ subject, key }: LookupSubject): string {
  return subject === 'practitioner' ? key : addressDigest(key).toString('hex');
}

/** How the red list names an address without holding it. */
export function addressDigest(address: Address): Buffer {
  return createHash('sha256').update(address).digest();
}
