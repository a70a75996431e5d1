/**
 * The directory as it is browsed by programs: one resource by its id, and searches in pages, over the edition in force.
 *
 * Guarantees. Each answer is read in one snapshot: an import that commits meanwhile is not half seen. Pages are cut by key, so a row that
 * stays is met exactly once while an import changes others. Addresses that must stay hidden (`directory.is_hidden`) neither appear nor
 * match. Every query is bounded in rows and in time.
 *
 * Where a mailbox stands: one of a person in a structure on the situations that the person has there (PractitionerRole); any other of a
 * person on the person; one without a person on its structure.
 *
 * Fails: `Refusal` `fhir-cursor`, `fhir-too-many`; `Temporary` when the database is away or a search takes too long.
 */
import { sql } from 'kysely';
import { fhirSearchLimits } from '../../base/end-limits.ts';
import type { DirectoryFacts } from '../../formats/fhir/directory-facts.ts';
import type { ResourceType } from '../../formats/fhir/resources.ts';
import type { SearchRequest } from '../../formats/fhir/search-request.ts';
import { type Db, type Transaction, transaction } from '../../platform/db/db.ts';
import { readByKeys, wasDeleted } from './browse/facts.ts';
import { includedWith } from './browse/included.ts';
import { keyOf } from './browse/keys.ts';
import { countMatches, findPage } from './browse/pages.ts';

export type FoundResource =
  | { readonly kind: 'found'; readonly facts: DirectoryFacts }
  /** An edition took it out. */
  | { readonly kind: 'gone' }
  | { readonly kind: 'unknown' };

export interface BrowsePage {
  readonly matches: readonly DirectoryFacts[];
  /** Brought along, each once, none that matches. */
  readonly included: readonly DirectoryFacts[];
  /** All that match; undefined when they were not counted, or are too many to count. */
  readonly total: number | undefined;
  /** Places in the pages, to be given back as `cursor`. */
  readonly next: string | undefined;
  readonly previous: string | undefined;
}

export interface Browse {
  find(db: Db, type: ResourceType, id: string): Promise<FoundResource>;
  search(db: Db, request: SearchRequest): Promise<BrowsePage>;
}

export function createBrowse(): Browse {
  return {
    find: (db, type, id) => inSnapshot(db, (tx) => find(tx, type, id)),
    search: (db, request) => inSnapshot(db, (tx) => search(tx, request)),
  };
}

function inSnapshot<T>(db: Db, body: (tx: Transaction) => Promise<T>): Promise<T> {
  return transaction(db, async (tx) => {
    await sql`set transaction isolation level repeatable read read only`.execute(tx);
    await sql`set local statement_timeout = ${sql.raw(String(fhirSearchLimits.statementMs))}`.execute(tx);
    return body(tx);
  });
}

async function find(tx: Transaction, type: ResourceType, id: string): Promise<FoundResource> {
  const key = keyOf(type, id);
  if (key === undefined) return { kind: 'unknown' };
  const [facts] = await readByKeys(tx, type, [key]);
  if (facts !== undefined) return { kind: 'found', facts };
  return { kind: (await wasDeleted(tx, type, key)) ? 'gone' : 'unknown' };
}

async function search(tx: Transaction, request: SearchRequest): Promise<BrowsePage> {
  if (request.isCountOnly) {
    const total = await countMatches(tx, request, undefined);
    return { matches: [], included: [], total, next: undefined, previous: undefined };
  }
  const page = await findPage(tx, request);
  const matches = await readByKeys(tx, request.type, page.keys);
  const included = await includedWith(tx, request, matches);
  return { matches, included, total: await totalOf(tx, request, page), next: page.next, previous: page.previous };
}

async function totalOf(
  tx: Transaction,
  request: SearchRequest,
  page: { readonly keys: readonly string[]; readonly next: string | undefined; readonly previous: string | undefined },
): Promise<number | undefined> {
  if (!request.wantsTotal) return undefined;
  if (page.next === undefined && page.previous === undefined) return page.keys.length;
  const counted = await countMatches(tx, request, fhirSearchLimits.counted + 1);
  return counted > fhirSearchLimits.counted ? undefined : counted;
}
