/**
 * The national directory (Annuaire Santé): who can be written to, where, in which role; and how our own accounts are shown there.
 *
 * Guarantees. Readers see one edition: an import replaces what it brings, the index of the search included, in one transaction. An
 * import that fails, is killed or is refused leaves the edition before it. Odd rows are counted and listed, and stop nothing: they are
 * left out, but for a personal mailbox without a structure, which stays usable; of rows with the same key the first stays. An address on the red list is never shown, nor is one of ours that is asked to be taken out. What the live source told is kept
 * apart and gives way to the next edition.
 *
 * States of an edition: importing -> current -> superseded; importing -> refused (wrong header, would remove too much) | failed.
 * States of a listing (ours, there): waiting -> published | removed | refused; any of them -> waiting when something changes.
 *
 * Public data: no act is asked for to read or import it. Listings belong to a tenant's account: they take an `Act`.
 * Fails: `Refusal` `unknown-file`, `wrong-header`, `no-usable-row`, `older-edition`, `would-remove-too-much`, `same-source-twice`, `import-running`,
 * `bad-archive`, `query-too-long`, `page-too-far`; `Temporary` when the source, the live source or the database is away.
 * Sources: docs/trust-space.md (directory); ANS, extractions en libre accès; FHIR R4 with the profiles of the Annuaire.
 */

import type { Brand } from '../../base/brand.ts';
import type { Clock } from '../../base/clock.ts';
import type { Refusal, Temporary } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { Address } from '../../formats/address/address.ts';
import type { RowFault } from '../../formats/rpps/rows.ts';
import type { Database, Db, Transaction } from '../../platform/db/db.ts';
import type { Downloader } from '../../platform/net/download.ts';
import type { Audit } from '../audit/audit.ts';
import { type Browse, createBrowse } from './browse.ts';
import { readCard } from './cards.ts';
import { listChanges, listDeparted, listOddRows, readStatus } from './editions.ts';
import { checkFile } from './import/check-file.ts';
import { importFiles } from './import/import.ts';
import type { Annuaire } from './live/annuaire.ts';
import { createLiveSource, type LiveSource } from './live/live.ts';
import { type AccountRights, createListings, type Listings } from './publication/publication.ts';
import { createDirectorySearch } from './search.ts';
import { readStandings } from './standing.ts';

/** Types of BAL; `CAB` stands at the national source alone. */
export type ListedMailboxType = 'PER' | 'ORG' | 'APP' | 'CAB';

/** National identifier of a person: `8` and RPPS (11 digits), `0` and ADELI. */
export type Idnps = Brand<string, 'Idnps'>;

/** `practitioner/810003456789` or `mailbox/cardiologie@hopital.mssante.fr`: stays the same from edition to edition. */
export type CorrespondentId = Brand<string, 'CorrespondentId'>;

export type EditionSource = 'mailboxes' | 'activities' | 'skills' | 'diplomas';

export interface Edition {
  readonly editionId: number;
  readonly source: EditionSource;
  readonly state: 'importing' | 'current' | 'superseded' | 'refused' | 'failed';
  readonly publishedAt: Date;
  readonly startedAt: Date;
  readonly finishedAt: Date | null;
  readonly fileName: string;
  readonly rows: number;
  readonly oddRows: number;
  readonly created: number;
  readonly changed: number;
  readonly deleted: number;
  readonly reason: string | null;
}

/** A profession, a speciality …: the code of the national nomenclature and its label. */
export interface Coded {
  readonly code: string;
  readonly label: string;
}

export interface Place {
  readonly organizationId: string | null;
  readonly organization: string | null;
  readonly service: string | null;
  /** Postal lines between the name and the postcode. */
  readonly lines: readonly string[];
  readonly postcode: string | null;
  readonly town: string | null;
  readonly department: string | null;
}

export interface ListedMailbox {
  readonly address: Address;
  readonly type: ListedMailboxType;
  readonly place: Place | null;
  readonly profession: Coded | null;
  readonly speciality: Coded | null;
  readonly isPaperless: boolean | null;
  /** The extraction in force, or the live source; and when it said so. */
  readonly source: 'edition' | 'live';
  readonly seenAt: Date;
}

/** One line of results: enough to tell homonyms apart. */
export interface Correspondent {
  readonly id: CorrespondentId;
  readonly kind: 'practitioner' | 'mailbox';
  /** `Dr Marie DUPONT-DURAND`; for a shared mailbox its service or organization. */
  readonly name: string;
  readonly profession: Coded | null;
  readonly speciality: Coded | null;
  /** The place that answers the query best. */
  readonly place: Place | null;
  readonly otherPlaces: number;
  /** The best one first; empty for a professional without a known address. */
  readonly addresses: readonly Pick<ListedMailbox, 'address' | 'type'>[];
  /** Between the centres of the two departments, as the crow flies (the extractions hold no coordinates); null inside one department. */
  readonly distanceKm: number | null;
  /** Somebody else in the directory has the same family and given name. */
  readonly isHomonym: boolean;
}

/** Only what stands in all of the given sets. */
export interface SearchFilters {
  readonly professions?: readonly string[];
  readonly specialities?: readonly string[];
  readonly departments?: readonly string[];
  readonly types?: readonly ListedMailboxType[];
  /** Only who can be written to; true unless told. */
  readonly reachableOnly?: boolean;
}

export interface SearchContext {
  /** How much an account writes to an address: 0 (never) upward. */
  readonly familiar?: ReadonlyMap<Address, number>;
  /** Where the practice is. */
  readonly near?: { readonly postcode: string };
}

export interface SearchRequest {
  readonly text: string;
  readonly filters?: SearchFilters;
  readonly context?: SearchContext;
  readonly offset?: number;
  readonly limit: number;
}

export interface FacetCount extends Coded {
  readonly count: number;
}

export interface SearchAnswer {
  readonly items: readonly Correspondent[];
  readonly total: number;
  /** The most frequent values among all that match. */
  readonly facets: {
    readonly professions: readonly FacetCount[];
    readonly specialities: readonly FacetCount[];
    readonly departments: readonly FacetCount[];
    readonly types: readonly FacetCount[];
  };
  /** What was understood in another way than typed: `dupon` as `dupont`, `bdx` as `bordeaux`. */
  readonly understood: readonly { readonly typed: string; readonly as: string }[];
  /** When the edition that answered was published; null when nothing was imported yet. */
  readonly publishedAt: Date | null;
}

/** Everything known of one correspondent. */
export interface Card {
  readonly id: CorrespondentId;
  readonly kind: 'practitioner' | 'mailbox';
  readonly name: string;
  readonly family: string | null;
  readonly given: string | null;
  readonly idnps: Idnps | null;
  /** Eleven digits, when the person has one. */
  readonly rpps: string | null;
  readonly roles: readonly {
    readonly profession: Coded | null;
    readonly speciality: Coded | null;
    /** `Libéral`, `Salarié` … */
    readonly mode: Coded | null;
    readonly place: Place | null;
    readonly phone: string | null;
  }[];
  readonly skills: readonly Coded[];
  readonly mailboxes: readonly ListedMailbox[];
  /** What the extraction in force is dated. */
  readonly publishedAt: Date | null;
}

/** What is known of an address that somebody wants to write to. */
export type AddressStanding =
  | {
      readonly kind: 'listed';
      readonly correspondent: Correspondent;
      readonly namesakes: number;
      /** The first `directorySearchLimits.namesakeLines` of them, those who can be written to before the others. */
      readonly namesakeLines: readonly Correspondent[];
    }
  /** It stood in an earlier edition. */
  | { readonly kind: 'left'; readonly lastSeenAt: Date }
  | { readonly kind: 'unknown' };

/** Why a row is odd. All but `no-structure` leave it out. */
export type OddReason = RowFault | 'duplicate';

export interface OddRow {
  /** Of the file; the header is line 1. */
  readonly line: number;
  readonly reason: OddReason;
}

export interface ImportProgress {
  readonly stage: 'downloading' | 'reading' | 'merging' | 'indexing';
  /** What is read; null for an archive as a whole. */
  readonly source: EditionSource | null;
  readonly bytes: number;
  /** Null when nobody knows. */
  readonly totalBytes: number | null;
  readonly rows: number;
}

export interface ImportOptions {
  /** Takes an older edition, the one in force, or one that removes too much. */
  readonly force?: boolean;
  /** Called some times a second at most. */
  readonly onProgress?: (progress: ImportProgress) => void;
  /** Called in the transaction of the switch: what it writes comes into force with the editions, or not at all. */
  readonly onSwitch?: (tx: Transaction, editionIds: readonly number[]) => Promise<void>;
  readonly signal?: AbortSignal;
}

/** What became of one source. */
export type ImportOutcome =
  | { readonly kind: 'imported'; readonly from: string; readonly editions: readonly Edition[] }
  /** The same file is in force already. */
  | { readonly kind: 'unchanged'; readonly from: string; readonly editions: readonly Edition[] }
  /** Refused, or out of reach: what was in force of it stays. */
  | { readonly kind: 'rejected'; readonly from: string; readonly fault: Refusal | Temporary };

/** What a file holds, without importing it. */
export interface FileExamination {
  readonly source: EditionSource;
  readonly fileName: string;
  readonly publishedAt: Date | null;
  readonly rows: number;
  readonly oddRows: number;
  readonly reasons: ReadonlyMap<OddReason, number>;
  /** The first ones. */
  readonly listed: readonly OddRow[];
}

export interface DirectoryStatus {
  /** One for each source that was imported. */
  readonly current: readonly Edition[];
  /** The latest imports, the newest first. */
  readonly latest: readonly Edition[];
  readonly practitioners: number;
  readonly mailboxes: number;
}

export interface DirectoryChange {
  readonly editionId: number;
  readonly subject: 'mailbox' | 'practitioner' | 'activity' | 'organization';
  /** Address, national identifier, number, identifier of the organization. */
  readonly key: string;
  readonly kind: 'created' | 'changed' | 'deleted';
}

/** Changes in the order of their edition, subject and key; `after` is the last one seen. */
export interface ChangesPage {
  readonly since: number;
  readonly after?: DirectoryChange;
  readonly limit: number;
}

export interface Directory {
  search(db: Db, request: SearchRequest): Promise<SearchAnswer>;
  card(db: Db, id: CorrespondentId): Promise<Card | undefined>;
  /** Of each address, in its normal form. */
  standing(db: Db, addresses: readonly Address[]): Promise<ReadonlyMap<Address, AddressStanding>>;

  /** Reads the index of the search before anybody asks. */
  warm(): Promise<void>;
  /** By programs: FHIR. */
  readonly browse: Browse;
  readonly live: LiveSource;
  /** Our own accounts, there. */
  readonly listings: Listings;

  /**
   * Each source is a path or `https://…`, a text or a ZIP archive of several; what is taken of them comes into force in one switch. One
   * outcome for each, in their order. Throws when no import can go on: another one runs, the database is away, the signal.
   */
  importFiles(sources: readonly string[], options?: ImportOptions): Promise<readonly ImportOutcome[]>;
  /** Reads everything and writes nothing; one answer for each text of an archive. */
  checkFile(
    source: string,
    options?: Pick<ImportOptions, 'onProgress' | 'signal'>,
  ): Promise<readonly FileExamination[]>;
  status(db: Db): Promise<DirectoryStatus>;
  oddRows(db: Db, editionId: number): Promise<readonly OddRow[]>;
  /** What the editions after `since` changed; kept for `directoryImportLimits.changesKeptDays`. */
  changesSince(db: Db, page: ChangesPage): Promise<readonly DirectoryChange[]>;
  /** Addresses that editions after `since` deleted and none brought back, in their order, after `after`. */
  departedSince(
    db: Db,
    page: { readonly since: number; readonly after?: Address; readonly limit: number },
  ): Promise<readonly Address[]>;
  /** Ends what it listens to. */
  stop(): Promise<void>;
}

export { type Browse, type BrowsePage, createBrowse } from './browse.ts';
export { type Annuaire, openAnnuaire } from './live/annuaire.ts';
export { createLiveSource, type LiveSource } from './live/live.ts';
export {
  createListings,
  type Listing,
  type ListingHolder,
  type Listings,
  type WantedListing,
} from './publication/publication.ts';
export { buildIndex } from './search/build-index.ts';
export type { IndexDocument } from './search/index-document.ts';

/** What the directory stands on. */
export interface DirectoryParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Log;
  readonly audit: Audit;
  readonly rights: AccountRights;
  /** Undefined where no address may be asked for extractions. */
  readonly downloader: Downloader | undefined;
  /** Where downloads lie until they are read. */
  readonly workFolder: string;
  /** The share of the entries, 0 to 1, that may go from one edition to the next. */
  readonly maxRemovedShare: number;
  /** The live source, and the interface that takes our publications; undefined where none is configured. */
  readonly annuaire: Annuaire | undefined;
  readonly publicationAnnuaire: Annuaire | undefined;
}

export function createDirectory(parts: DirectoryParts): Directory {
  const { db } = parts.database;
  const search = createDirectorySearch(parts);
  return {
    search: search.search,
    warm: search.warm,
    card: readCard,
    standing: readStandings,
    browse: createBrowse(),
    live: createLiveSource(parts),
    listings: createListings({ db, audit: parts.audit, rights: parts.rights, annuaire: parts.publicationAnnuaire }),
    importFiles: (sources, options = {}) => importFiles(parts, sources, options),
    checkFile: (source, options = {}) => checkFile(parts, source, options),
    status: readStatus,
    oddRows: listOddRows,
    changesSince: listChanges,
    departedSince: listDeparted,
    stop: search.stop,
  };
}

export interface EditionAgeing {
  readonly warnAfterMs: number;
  readonly alertAfterMs: number;
}

/** The source once published nothing for ten days: thresholds below that cry wolf. Null when nothing was imported. */
export function editionAge(
  publishedAt: Date | null,
  ageing: EditionAgeing,
  now: Date,
): 'fresh' | 'old' | 'too-old' | 'none' {
  if (publishedAt === null) return 'none';
  const ageMs = now.getTime() - publishedAt.getTime();
  if (ageMs >= ageing.alertAfterMs) return 'too-old';
  return ageMs >= ageing.warnAfterMs ? 'old' : 'fresh';
}
