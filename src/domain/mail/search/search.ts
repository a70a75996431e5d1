/**
 * Full-text search over sealed mail: words and beginnings of words, accents and case folded, French stop words left out.
 *
 * The index follows the acknowledgement as a job: `step` takes the emails that came since the last one and writes a
 * *segment* (see `segment.ts`), compressed and sealed under the account's key; small segments are merged into larger ones
 * in the background. At rest there is nothing of a word to see; destroying the account's key destroys the index with it.
 *
 * Guarantees: a step and its position commit together, so an email is indexed once however often a step is killed or run
 * by two processes; a search sees every email up to the account's `indexed_change`, and says nothing about emails that
 * are gone: the caller keeps the numbers that are still present.
 */

import { sql } from 'kysely';
import { assert } from '../../../base/assert.ts';
import type { Clock } from '../../../base/clock.ts';
import { searchLimits } from '../../../base/domain-limits.ts';
import { type Db, transaction } from '../../../platform/db/db.ts';
import type { DataKeys } from '../../../platform/keys/keys.ts';
import type { AccountRef } from '../mail.ts';
import { buildSegment, type IndexableEmail, mergeSegments } from './merge.ts';
import { anyField, type FieldMask, type Segment } from './segment.ts';
import { type SegmentRow, SegmentStore } from './segment-store.ts';
import { type QueryWord, queryWords } from './words.ts';

export interface SearchIndex {
  /** Indexes at most `searchLimits.emailsPerStep` emails. */
  step(account: AccountRef): Promise<IndexStep>;
  /** `mail.email.number` of the emails that hold every word, newest first. `fields` narrows where every word must stand. */
  find(db: Db, account: AccountRef, query: { text: string; fields?: FieldMask }): Promise<Float64Array>;
  /** Rewrites the segments that hold `numbers`, whose emails were destroyed. */
  forget(account: AccountRef, numbers: readonly number[]): Promise<void>;
  /** Drops the whole index of the account; the next steps make it anew. */
  reset(account: AccountRef): Promise<void>;
}

export interface SearchParts {
  readonly db: Db;
  readonly dataKeys: DataKeys;
  readonly clock: Clock;
  /** The emails of the account created after one change and up to another, in the order of their creation, at most `limit`. */
  readonly readSince: (account: AccountRef, created: CreatedBetween, limit: number) => Promise<IndexablePage>;
}

export interface CreatedBetween {
  readonly after: number;
  readonly upTo: number;
}

export interface IndexablePage {
  readonly emails: readonly IndexableEmail[];
  /** The change of the last email looked at, when there may be more; absent when these are all. */
  readonly endsAtChange?: number;
}

/**
 * `done`: the index holds everything, and the next delivery will ask for a job. `more`: the step was full. `later`: emails
 * came while it ran; waiting a little gathers them into one segment.
 */
export type IndexStep = 'done' | 'more' | 'later';

interface Position {
  readonly change: number;
  readonly indexed: number;
}

export function createSearchIndex(parts: SearchParts): SearchIndex {
  const store = new SegmentStore(parts.dataKeys);
  return {
    step: (account) => indexStep(parts, store, account),
    find: (db, account, query) => find(store, db, account, query),
    forget: (account, numbers) => forget(parts, store, account, numbers),
    reset: (account) => reset(parts, store, account),
  };
}

async function positionOf(db: Db, account: AccountRef): Promise<Position | undefined> {
  const found = await sql<Position>`
    select change, indexed_change as indexed from mail.account
     where tenant_id = ${account.tenantId} and id = ${account.accountId} and closed_at is null`.execute(db);
  return found.rows[0];
}

async function indexStep(parts: SearchParts, store: SegmentStore, account: AccountRef): Promise<IndexStep> {
  const position = await positionOf(parts.db, account);
  if (position === undefined) return 'done';
  // What comes after the change that was just read is left to the next step, which would take it a second time.
  const created = { after: position.indexed, upTo: position.change };
  const { emails, endsAtChange } = await parts.readSince(account, created, searchLimits.emailsPerStep);
  // A full step ends at its last email; otherwise everything up to the change read before the emails is covered.
  const indexed = endsAtChange ?? position.change;
  const prepared =
    emails.length === 0 ? undefined : await store.prepare(parts.db, account, await buildSegment(emails), 0);
  const left = await transaction(parts.db, async (tx) => {
    // Under the row's lock, as deliveries are: an email that came before is seen here, one that comes after asks for a job.
    const moved = await sql<{ isBehind: boolean }>`
      update mail.account set indexed_change = ${indexed}, is_indexing_asked = change > ${indexed}::int8
       where tenant_id = ${account.tenantId} and id = ${account.accountId}
         and indexed_change = ${position.indexed}
      returning is_indexing_asked as "isBehind"`.execute(tx);
    const [row] = moved.rows;
    if (row !== undefined && prepared !== undefined) await store.insert(tx, account, prepared, parts.clock.now());
    return row;
  });
  if (left === undefined) return 'done'; // another process took the same step, and goes on
  await mergeLevels(parts, store, account);
  if (endsAtChange !== undefined) return 'more';
  return left.isBehind ? 'later' : 'done';
}

/** Accounts with changes that the index does not cover. Most have a job on its way; asking again does no harm. */
export async function unindexedAccounts(db: Db, limit: number): Promise<readonly AccountRef[]> {
  const found = await sql<AccountRef>`
    select tenant_id as "tenantId", id as "accountId" from mail.account
     where change > indexed_change and closed_at is null
     order by tenant_id, id limit ${limit}`.execute(db);
  return found.rows;
}

async function mergeLevels(parts: SearchParts, store: SegmentStore, account: AccountRef): Promise<void> {
  for (;;) {
    const rows = await store.list(parts.db, account);
    const group = nextMerge(rows);
    if (group === undefined) return;
    if (!(await rewrite(parts, store, account, group))) return;
  }
}

/** The segments of the lowest level that has enough of them and whose sum is not too large. */
function nextMerge(rows: readonly SegmentRow[]): readonly SegmentRow[] | undefined {
  const highest = Math.max(0, ...rows.map((row) => row.level));
  for (let level = 0; level <= highest; level += 1) {
    const group = rows.filter((row) => row.level === level).slice(0, searchLimits.segmentsPerLevel);
    const documents = group.reduce((sum, row) => sum + row.documents, 0);
    if (group.length === searchLimits.segmentsPerLevel && documents <= searchLimits.emailsPerSegment) return group;
  }
  return undefined;
}

/** Replaces `group` by one segment of the emails that still exist; false when another process was faster. */
async function rewrite(
  parts: SearchParts,
  store: SegmentStore,
  account: AccountRef,
  group: readonly SegmentRow[],
): Promise<boolean> {
  const ids = group.map((row) => row.id);
  const segments = await store.open(parts.db, account, ids);
  if (segments.length !== ids.length) return false;
  const existing = await sql<{ number: number }>`
    select number from mail.email
     where tenant_id = ${account.tenantId} and account_id = ${account.accountId} and wrapped_key is not null
       and number between ${Math.min(...group.map((row) => row.firstNumber))}
                      and ${Math.max(...group.map((row) => row.lastNumber))}`.execute(parts.db);
  const kept = new Set(existing.rows.map((row) => row.number));
  const bytes = await mergeSegments(segments, (number) => kept.has(number));
  const level = group.length === 1 ? (group[0]?.level ?? 0) : Math.max(...group.map((row) => row.level)) + 1;
  const isEmpty = segments.every((segment) => !holdsAny(segment, kept));
  const prepared = isEmpty ? undefined : await store.prepare(parts.db, account, bytes, level);
  try {
    await transaction(parts.db, async (tx) => {
      if (!(await store.remove(tx, account, ids))) throw new Overtaken();
      if (prepared !== undefined) await store.insert(tx, account, prepared, parts.clock.now());
    });
    return true;
  } catch (fault) {
    if (fault instanceof Overtaken) return false;
    throw fault;
  }
}

/** Rolls a rewrite back: another process replaced one of its segments first. */
class Overtaken extends Error {
  override readonly name = 'Overtaken';
}

function holdsAny(segment: Segment, numbers: ReadonlySet<number>): boolean {
  for (let index = 0; index < segment.documentCount; index += 1) {
    if (numbers.has(segment.document(index).number)) return true;
  }
  return false;
}

async function forget(
  parts: SearchParts,
  store: SegmentStore,
  account: AccountRef,
  numbers: readonly number[],
): Promise<void> {
  const gone = new Set(numbers);
  for (const row of await store.list(parts.db, account)) {
    if (!numbers.some((number) => number >= row.firstNumber && number <= row.lastNumber)) continue;
    const [segment] = await store.open(parts.db, account, [row.id]);
    if (segment !== undefined && holdsAny(segment, gone)) await rewrite(parts, store, account, [row]);
  }
}

async function reset(parts: SearchParts, store: SegmentStore, account: AccountRef): Promise<void> {
  const rows = await store.list(parts.db, account);
  await transaction(parts.db, async (tx) => {
    await store.remove(
      tx,
      account,
      rows.map((row) => row.id),
    );
    await sql`
      update mail.account set indexed_change = 0, is_indexing_asked = true
       where tenant_id = ${account.tenantId} and id = ${account.accountId}`.execute(tx);
  });
}

/** Which fields of each document hold a word that `asked` matches. */
function masksOf(segment: Segment, asked: QueryWord): Uint8Array {
  const masks = new Uint8Array(segment.documentCount);
  for (const cursor of segment.words(asked.word)) {
    if (asked.isPrefix ? !cursor.word.startsWith(asked.word) : cursor.word !== asked.word) break;
    segment.forEachPosting(cursor, (document, mask) => {
      masks[document] = (masks[document] ?? 0) | mask;
    });
  }
  return masks;
}

/** Documents in which every word stands in one of `fields`, marked 1. */
function matchesIn(segment: Segment, words: readonly QueryWord[], fields: FieldMask): Uint8Array {
  const matches = new Uint8Array(segment.documentCount).fill(1);
  for (const word of words) {
    const masks = masksOf(segment, word);
    for (let index = 0; index < matches.length; index += 1) {
      if (((masks[index] ?? 0) & fields) === 0) matches[index] = 0;
    }
  }
  return matches;
}

/**
 * Collects matches, each email once, and orders them by reception. An email that was undeleted stands in two segments. In typed arrays, whose sorting is native: a common word of a large account
 * matches a hundred thousand emails, and objects for each would cost ten times the search itself.
 */
class Matches {
  #numbers = new Float64Array(1_024);
  /** Seconds of reception, then the order of collection in the lowest bits: both fit the 53 bits of a double. */
  #keys = new Float64Array(1_024);
  #count = 0;
  /** One bit for each number that is there already. */
  readonly #seen: Uint8Array;

  constructor(lastNumber: number) {
    this.#seen = new Uint8Array((lastNumber >>> 3) + 1);
  }

  addFrom(segment: Segment, matches: Uint8Array): void {
    for (let index = matches.indexOf(1); index !== -1; index = matches.indexOf(1, index + 1)) {
      const { number, receivedSeconds } = segment.document(index);
      if (this.#isFirstTime(number)) this.#add(number, receivedSeconds);
    }
  }

  #isFirstTime(number: number): boolean {
    const bit = 1 << (number & 7);
    const held = this.#seen[number >>> 3] ?? 0;
    this.#seen[number >>> 3] = held | bit;
    return (held & bit) === 0;
  }

  #add(number: number, receivedSeconds: number): void {
    assert(this.#count < orderSpan, 'a search matches more emails than an account holds');
    if (this.#count === this.#numbers.length) {
      this.#numbers = grown(this.#numbers);
      this.#keys = grown(this.#keys);
    }
    this.#numbers[this.#count] = number;
    this.#keys[this.#count] = receivedSeconds * orderSpan + this.#count;
    this.#count += 1;
  }

  newestFirst(): Float64Array {
    const keys = this.#keys.subarray(0, this.#count).sort().reverse();
    return keys.map((key) => this.#numbers[key % orderSpan] ?? 0);
  }
}

/** Emails that one search may match: 2^21, and 2^32 seconds, make 2^53. */
const orderSpan = 2 ** 21;

function grown(values: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(values.length * 2);
  larger.set(values);
  return larger;
}

async function find(
  store: SegmentStore,
  db: Db,
  account: AccountRef,
  query: { text: string; fields?: FieldMask },
): Promise<Float64Array> {
  const words = queryWords(query.text);
  if (words.length === 0) return new Float64Array();
  for (let attempt = 1; ; attempt += 1) {
    const rows = await store.list(db, account);
    const matches = new Matches(rows.reduce((last, row) => Math.max(last, row.lastNumber), 0));
    let opened = 0;
    // One after the other, in the order of numbers: a cold account of a hundred thousand emails must not be opened whole.
    for (const row of rows) {
      for (const segment of await store.open(db, account, [row.id])) {
        opened += 1;
        matches.addFrom(segment, matchesIn(segment, words, query.fields ?? anyField));
      }
    }
    // A merge replaced a segment between the list and its opening: its emails now stand in another one.
    if (opened < rows.length && attempt < searchLimits.findAttempts) continue;
    return matches.newestFirst();
  }
}
