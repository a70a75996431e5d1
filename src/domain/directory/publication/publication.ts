/**
 * Our own accounts in the national directory: what we want to stand there, and how far that is.
 *
 * Guarantees. A wish is written with its audit event, and sent afterwards, outside of any transaction. It is sent again until the Annuaire
 * has taken it or has refused it for good; being sent twice changes nothing: each time it is first asked what stands there. Where
 * something of ours may stand is written down before it is sent, so that a crash leaves nothing behind. What is red-listed or no longer
 * wanted is hidden here at once (`directory.is_hidden`), whenever the Annuaire follows.
 *
 * States: waiting -> published | removed | refused; any of them -> waiting by a change, refused -> waiting by a new attempt.
 *
 * | the Annuaire answers                                | what happens                                                      |
 * |-----------------------------------------------------|-------------------------------------------------------------------|
 * | 200                                                 | published or removed                                              |
 * | 404, for something to show (nobody has that number) | refused, `identifier-unknown`                                     |
 * | 404, for something to take out                      | removed: it is not there                                          |
 * | 412 (several have it)                               | refused, `several-matches`                                        |
 * | 400, 422                                            | refused, `not-understood`                                         |
 * | 405, 501 (it does not offer this yet)               | refused, `not-offered`                                            |
 * | 401, 403 (our key)                                  | waiting, `key-refused`: the run ends, the others would fail alike |
 * | 429, 5xx, no answer, one that cannot be read        | waiting, `annuaire-unavailable`, no sooner than it asks           |
 *
 * Fails: `Refusal` `not-permitted`, `not-own-address`, `foreign-holder`, `bad-listing`, `no-listing`; `Temporary` when the database is away.
 */
import type { AccountId, PersonId, TenantId } from '../../../base/ids.ts';
import type { Address } from '../../../formats/address/address.ts';
import type { Db } from '../../../platform/db/db.ts';
import type { Act, Audit } from '../../audit/audit.ts';
import type { Annuaire } from '../live/annuaire.ts';
import { countListings, listListings, readListing } from './listings.ts';
import { publishDue } from './publish-due.ts';
import { changeListing, requestListing, retryListing, withdrawListing } from './wishes.ts';

export interface ListedAccount {
  readonly tenantId: TenantId;
  readonly accountId: AccountId;
}

/** Whose telecom it is. */
export type ListingHolder =
  /** `PER` of a person alone; `identifier` is the national one: `8` and RPPS. */
  | { readonly resource: 'Practitioner'; readonly identifier: string }
  /** `PER` of a person in one structure. */
  | { readonly resource: 'PractitionerRole'; readonly identifier: string; readonly organization: string }
  /** `ORG` and `APP`; the national identifier of a structure: `1` and FINESS, `2` and SIREN, `3` and SIRET. */
  | { readonly resource: 'Organization'; readonly identifier: string };

export interface WantedListing {
  readonly account: ListedAccount;
  /** One that is registered for the account. */
  readonly address: Address;
  readonly type: 'PER' | 'ORG' | 'APP';
  readonly holder: ListingHolder;
  readonly isRedListed: boolean;
  /** 1 is preferred to 2. */
  readonly rank?: number;
  /** For `ORG` and `APP` alone, as the Annuaire has it. */
  readonly service?: string;
  readonly description?: string;
  readonly responsible?: string;
}

/** What may change; what is left out stays, null takes it out. */
export interface ListingChange {
  readonly account: ListedAccount;
  readonly address?: Address;
  readonly holder?: ListingHolder;
  readonly isRedListed?: boolean;
  readonly rank?: number | null;
  readonly service?: string | null;
  readonly description?: string | null;
  readonly responsible?: string | null;
}

export type ListingFault =
  | 'identifier-unknown'
  | 'several-matches'
  | 'not-understood'
  | 'not-offered'
  | 'key-refused'
  | 'annuaire-unavailable';

export interface Listing extends Required<Omit<WantedListing, 'rank' | 'service' | 'description' | 'responsible'>> {
  readonly rank: number | null;
  readonly service: string | null;
  readonly description: string | null;
  readonly responsible: string | null;
  readonly isWanted: boolean;
  readonly state: 'waiting' | 'published' | 'removed' | 'refused';
  /** It stands there, in this or an earlier version. */
  readonly isPublished: boolean;
  readonly attempts: number;
  readonly nextAttemptAt: Date | null;
  readonly fault: ListingFault | null;
  /** What the fault means and what to do, in French. */
  readonly explanation: string | null;
  readonly changedAt: Date;
  readonly publishedAt: Date | null;
}

export type ListingCounts = Readonly<Record<Listing['state'], number>>;

/** `off`: no interface is configured; `paused`: the Annuaire does not answer, or refuses our key; `more`: something is due still. */
export interface PublicationRun {
  readonly kind: 'off' | 'idle' | 'done' | 'more' | 'paused';
  readonly published: number;
  readonly removed: number;
  readonly refused: number;
  readonly postponed: number;
}

/** Whose an address is and who may do what on an account: of `access`, which this module does not know. */
export interface AccountRights {
  rightsOn(
    db: Db,
    person: { readonly tenantId: TenantId; readonly personId: PersonId },
    account: ListedAccount,
    at: Date,
  ): Promise<ReadonlySet<string>>;
  findAddress(db: Db, address: Address): Promise<ListedAccount | undefined>;
  personsWithRights(db: Db, account: ListedAccount, at: Date): Promise<readonly PersonId[]>;
  getPerson(
    db: Db,
    person: { readonly tenantId: TenantId; readonly personId: PersonId },
  ): Promise<{ readonly rpps: string | null } | undefined>;
}

export interface ListingsParts {
  readonly db: Db;
  readonly audit: Audit;
  readonly rights: AccountRights;
  /** The interface that takes our PATCHes; undefined where none is configured: wishes are kept and wait. */
  readonly annuaire: Annuaire | undefined;
}

export interface Listings {
  requestListing(act: Act, wanted: WantedListing): Promise<void>;
  changeListing(act: Act, change: ListingChange): Promise<void>;
  /** False when the account has no listing, or when it was withdrawn already. */
  withdrawListing(act: Act, account: ListedAccount): Promise<boolean>;
  /** Tries at once what waits or was refused: somebody has put right what was wrong. */
  retryListing(act: Act, account: ListedAccount): Promise<void>;
  listingState(db: Db, account: ListedAccount): Promise<Listing | undefined>;
  /** In order of account, in pages. */
  listListings(
    db: Db,
    page: { readonly after?: ListedAccount; readonly limit: number; readonly tenantId?: TenantId },
  ): Promise<readonly Listing[]>;
  countListings(db: Db): Promise<ListingCounts>;
  /** The body of the job: sends what is due at `now`. */
  publishDue(now: Date): Promise<PublicationRun>;
}

export function createListings(parts: ListingsParts): Listings {
  return {
    requestListing: (act, wanted) => requestListing(parts.rights, act, wanted),
    changeListing: (act, change) => changeListing(parts.rights, act, change),
    withdrawListing: (act, account) => withdrawListing(parts.rights, act, account),
    retryListing: (act, account) => retryListing(parts.rights, act, account),
    listingState: readListing,
    listListings,
    countListings,
    publishDue: (now) => publishDue(parts, now),
  };
}
