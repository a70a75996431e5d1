/** One run of the job that sends wishes: leased, sent outside of any transaction, recorded. The table of answers is in `publication.ts`. */
import { publicationLimits } from '../../../base/domain-limits.ts';
import type { Annuaire, AnnuaireFailure } from '../live/annuaire.ts';
import {
  hasDue,
  type LeasedListing,
  leaseNext,
  pauseAfter,
  recordPostponed,
  recordRefused,
  recordSettled,
} from './due-listings.ts';
import type { ListingRow } from './listings.ts';
import type { ListingFault, ListingsParts, PublicationRun } from './publication.ts';
import { settle } from './settle.ts';

type Ending = 'published' | 'removed' | 'refused' | 'postponed' | 'void';

export async function publishDue(parts: ListingsParts, now: Date): Promise<PublicationRun> {
  const counts = { published: 0, removed: 0, refused: 0, postponed: 0, void: 0 };
  const run = (kind: PublicationRun['kind']): PublicationRun => {
    const { void: _, ...told } = counts;
    return { kind, ...told };
  };
  const { annuaire } = parts;
  if (annuaire === undefined) return run('off');
  const startedMs = performance.now();
  /** The run may take long: leases and pauses count from when they begin. */
  const at = (afterMs = 0): Date => new Date(now.getTime() + performance.now() - startedMs + afterMs);

  for (let sent = 0; sent < publicationLimits.runListings; sent += 1) {
    const leased = await leaseNext(parts.db, now, at(publicationLimits.leaseMs));
    if (leased === undefined) return run(sent === 0 ? 'idle' : 'done');
    const { ending, isHopeless } = await publishOne(parts, annuaire, leased, at);
    counts[ending] += 1;
    if (isHopeless) return run('paused');
  }
  return run((await hasDue(parts.db, now)) ? 'more' : 'done');
}

async function publishOne(
  parts: ListingsParts,
  annuaire: Annuaire,
  { row, due }: LeasedListing,
  at: (afterMs?: number) => Date,
): Promise<{ readonly ending: Ending; readonly isHopeless: boolean }> {
  const settlement = await settle(annuaire, due);
  if (settlement.kind === 'failed') {
    const fault: ListingFault = settlement.fault === 'key-refused' ? 'key-refused' : 'annuaire-unavailable';
    await recordPostponed(parts.db, row, { fault, nextAttemptAt: nextAttempt(row, settlement, at) });
    return { ending: 'postponed', isHopeless: settlement.fault === 'key-refused' || settlement.fault === 'paused' };
  }
  const ending: Ending = settlement.kind === 'refused' ? 'refused' : row.is_wanted ? 'published' : 'removed';
  const isMoved = await parts.audit.act(
    { actor: { kind: 'system', task: 'publish-listings' }, reason: 'publication', silent: 'when-nothing-changed' },
    async (act) => {
      const moved = await (settlement.kind === 'refused'
        ? recordRefused(act.tx, row, settlement.fault)
        : recordSettled(act.tx, row, act.at));
      if (!moved) return false;
      const { tenant_id: tenantId, account_id: accountId } = row;
      act.record({
        tenantId,
        accountId,
        kind: `listing.${ending}`,
        object: { kind: 'account', id: accountId },
        ...(settlement.kind === 'refused' && { outcome: 'refused', facts: { fault: settlement.fault } }),
      });
      return true;
    },
  );
  return { ending: isMoved ? ending : 'void', isHopeless: false };
}

/** No sooner than the Annuaire asks, and no later than our longest pause. */
function nextAttempt(row: ListingRow, { retryAt }: AnnuaireFailure, at: (afterMs?: number) => Date): Date {
  const own = at(pauseAfter(row.attempts));
  if (retryAt === undefined) return own;
  return new Date(Math.min(Math.max(own.getTime(), retryAt.getTime()), at(publicationLimits.pauseLongestMs).getTime()));
}
