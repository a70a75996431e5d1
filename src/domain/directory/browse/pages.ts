/**
 * Which keys match, a page at a time. A place in the pages is the key before it (and its instant, for searches in the order of
 * `_lastUpdated`) and the direction: it means the same whatever an import adds, changes or removes.
 */
import { type RawBuilder, sql } from 'kysely';
import { fhirRefusal } from '../../../formats/fhir/refusals.ts';
import type { ResourceType } from '../../../formats/fhir/resources.ts';
import type { SearchRequest } from '../../../formats/fhir/search-request.ts';
import { fhirSearchTexts } from '../../../formats/fhir/search-texts.ts';
import type { Transaction } from '../../../platform/db/db.ts';
import { conditionOf } from './conditions.ts';
import { isKey } from './keys.ts';

export interface KeyPage {
  readonly keys: readonly string[];
  readonly next: string | undefined;
  readonly previous: string | undefined;
}

interface Place {
  readonly direction: 'after' | 'before';
  readonly key: string;
  /** As PostgreSQL writes it, to the microsecond. */
  readonly updated?: string;
}

/** `r` is the row of the resource in every condition. */
const tables: Readonly<
  Record<ResourceType, { readonly from: RawBuilder<unknown>; readonly key: RawBuilder<unknown> }>
> = {
  Practitioner: { from: sql`directory.practitioner r`, key: sql`r.idnps` },
  PractitionerRole: { from: sql`directory.activity r`, key: sql`r.number` },
  Organization: { from: sql`directory.organization r`, key: sql`r.organization_id` },
};

export async function findPage(tx: Transaction, request: SearchRequest): Promise<KeyPage> {
  const { type, sort, count, cursor } = request;
  const place = cursor === undefined ? undefined : readCursor(request, cursor);
  const { from, key } = tables[type];
  const isBackwards = place?.direction === 'before';
  const isDescending = (sort === 'updated-descending') !== isBackwards;
  const way = isDescending ? sql`desc` : sql`asc`;
  const order = sort === 'key' ? sql`${key} ${way}` : sql`r.updated_at ${way}, ${key} ${way}`;
  const beyond = place === undefined ? sql<boolean>`true` : beyondPlace(request, place, isDescending);
  const { rows } = await sql<{ key: string; updated: string }>`
    select ${key}::text as key, to_char(r.updated_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as updated
      from ${from} where ${conditionOf(request)} and ${beyond} order by ${order} limit ${count + 1}`.execute(tx);
  const hasMore = rows.length > count;
  const page = rows.slice(0, count);
  if (isBackwards) page.reverse();
  const edge = (row: (typeof rows)[number] | undefined, direction: Place['direction']): string | undefined =>
    row === undefined
      ? undefined
      : printCursor({ direction, key: row.key, ...(sort === 'key' ? {} : { updated: row.updated }) });
  const hasNext = isBackwards || hasMore;
  const hasPrevious = isBackwards ? hasMore : place !== undefined;
  return {
    keys: page.map((row) => row.key),
    next: hasNext ? edge(page.at(-1), 'after') : undefined,
    previous: hasPrevious ? edge(page[0], 'before') : undefined,
  };
}

function beyondPlace({ type, sort }: SearchRequest, place: Place, isDescending: boolean): RawBuilder<boolean> {
  const { key } = tables[type];
  const value = type === 'PractitionerRole' ? sql`${place.key}::integer` : sql`${place.key}`;
  const than = isDescending ? sql`<` : sql`>`;
  if (sort === 'key') return sql`${key} ${than} ${value}`;
  return sql`(r.updated_at, ${key}) ${than} (${place.updated ?? null}::timestamptz, ${value})`;
}

/** At most `limit`, when there is one. */
export async function countMatches(
  tx: Transaction,
  request: SearchRequest,
  limit: number | undefined,
): Promise<number> {
  const { from } = tables[request.type];
  const bound = limit === undefined ? sql`` : sql`limit ${limit}`;
  const { rows } = await sql<{ total: number }>`
    select count(*) as total from (select from ${from} where ${conditionOf(request)} ${bound}) as matching`.execute(tx);
  return rows[0]?.total ?? 0;
}

function printCursor({ direction, key, updated }: Place): string {
  const parts = [direction === 'after' ? 'a' : 'b', key, ...(updated === undefined ? [] : [updated])];
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;

/** One that there is: a 30th of February would roll over here, and PostgreSQL takes no year 0. */
function isInstant(text: string): boolean {
  const read = new Date(text);
  const isWritten = instant.test(text) && !Number.isNaN(read.getTime());
  return isWritten && !text.startsWith('0000') && read.toISOString().slice(0, 19) === text.slice(0, 19);
}

/** From outside: anything that we cannot have printed for such a search is refused. */
function readCursor({ type, sort }: SearchRequest, text: string): Place {
  const [direction, key, updated] = partsOf(text);
  const isRight =
    (direction === 'a' || direction === 'b') &&
    key !== undefined &&
    isKey(type, key) &&
    (sort === 'key') === (updated === undefined) &&
    (updated === undefined || isInstant(updated));
  if (!isRight) throw fhirRefusal('fhir-cursor', fhirSearchTexts.cursor);
  return { direction: direction === 'a' ? 'after' : 'before', key, ...(updated === undefined ? {} : { updated }) };
}

function partsOf(text: string): readonly string[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    return Array.isArray(parts) && parts.length <= 3 && parts.every((part) => typeof part === 'string') ? parts : [];
  } catch {
    return [];
  }
}
