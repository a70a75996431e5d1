/**
 * The Annuaire asked for one correspondent, on demand: what it tells beyond the edition in force is kept beside it, until a newer edition.
 *
 * Guarantees. Nobody is asked for twice within `liveLimits`, whichever process asks; no call runs inside a transaction; an address on the
 * red list is never kept, and hidden from then on (`directory.is_hidden`), whatever the edition says. Never throws for what the Annuaire
 * does: that is an outcome. Fails with `Temporary` when the database is away.
 */
import type { Clock } from '../../../base/clock.ts';
import type { Db } from '../../../platform/db/db.ts';
import type { CorrespondentId } from '../directory.ts';
import type { Annuaire, AnnuaireFault } from './annuaire.ts';
import { completeCorrespondent } from './complete.ts';

export type Completion =
  /** How many addresses are new, or differ from what was known. */
  | { readonly kind: 'completed'; readonly addresses: number }
  | { readonly kind: 'nothing-new' }
  /** The Annuaire does not know the correspondent. */
  | { readonly kind: 'not-found' }
  | { readonly kind: 'asked-lately'; readonly askedAt: Date }
  /** `explanation` says it in French. */
  | { readonly kind: 'unavailable'; readonly why: AnnuaireFault; readonly explanation: string }
  /** No live source is configured. */
  | { readonly kind: 'off' };

export interface LiveParts {
  readonly clock: Clock;
  /** Undefined where none is configured. */
  readonly annuaire: Annuaire | undefined;
}

export interface LiveSource {
  completeCorrespondent(db: Db, id: CorrespondentId): Promise<Completion>;
}

export function createLiveSource(parts: LiveParts): LiveSource {
  return { completeCorrespondent: (db, id) => completeCorrespondent(parts, db, id) };
}
