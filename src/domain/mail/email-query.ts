/**
 * Finding emails by what the store knows of them without opening any: columns, mailboxes, keywords, and the sealed index for
 * words. Answers are identifiers. The state that is told, the page and the count are of one instant.
 */
import { sql } from 'kysely';
import { assert } from '../../base/assert.ts';
import { mailLimits } from '../../base/domain-limits.ts';
import type { EmailId, ThreadId } from '../../base/ids.ts';
import { type Db, snapshot } from '../../platform/db/db.ts';
import { currentChange } from './changes.ts';
import { isSealedKeyword } from './keywords.ts';
import type { AccountRef, EmailFilter, EmailPage, EmailQuery, EmailWindow, MailParts, QueryChanges } from './mail.ts';
import { type Clauses, clausesOf, type QueryGround } from './query-conditions.ts';
import { isHeaderKey } from './query-headers.ts';
import { type EmailList, isKept, keyOf, type ListInState, type ListShelf, readList } from './query-lists.ts';
import type { SearchIndex } from './search/search.ts';

/** What queries are answered with, whatever the account. */
export interface QueryParts {
  readonly parts: Pick<MailParts, 'dataKeys'>;
  readonly index: SearchIndex;
  readonly shelf: ListShelf;
}

/** One query over one account. */
interface Asking {
  readonly parts: QueryParts;
  readonly ground: QueryGround;
  readonly query: EmailQuery;
  readonly clauses: Clauses;
}

async function ask(parts: QueryParts, on: { readonly db: Db; readonly account: AccountRef }, query: EmailQuery) {
  const ground = { parts: parts.parts, index: parts.index, ...on };
  return { parts, ground, query, clauses: await clausesOf(ground, query) };
}

/** All that the query finds, and the state in which it does. */
async function listOf({ parts, ground, query, clauses }: Asking): Promise<ListInState> {
  const { db, account } = ground;
  const key = isKept(query) ? keyOf(account, query) : undefined;
  const known = key === undefined ? undefined : parts.shelf.find(key, await currentChange(db, account));
  if (known !== undefined) return known;
  const read = await readList(ground, clauses, query);
  if (key !== undefined) parts.shelf.keep(key, read);
  return read;
}

/** Whether the tables alone can say what stands at a place: not for what is sealed, nor for threads. */
function isPlain({ sort, collapseThreads }: EmailQuery): boolean {
  return !collapseThreads && !sort.some(({ by }) => isHeaderKey(by));
}

/**
 * Whether several statements make the answer, which then need one instant: a state is told with it. A single statement has its own.
 */
function takesStatements({ filter, sort }: EmailQuery, { from }: EmailWindow): boolean {
  const opens = (each: EmailFilter): boolean => {
    if ('filters' in each) return each.filters.some(opens);
    return each.kind === 'header' || (each.kind === 'keyword' && isSealedKeyword(each.keyword));
  };
  const sortsSealed = sort.some(({ by }) => isHeaderKey(by) || (typeof by === 'object' && isSealedKeyword(by.keyword)));
  return sortsSealed || (filter !== undefined && opens(filter)) || ('position' in from && from.position < 0);
}

export async function queryEmails(
  parts: QueryParts,
  on: { readonly db: Db; readonly account: AccountRef },
  query: EmailQuery,
  window: EmailWindow,
): Promise<EmailPage | 'anchor-not-found'> {
  assert(window.limit <= mailLimits.page, 'a page of emails is too large');
  const answer = async (db: Db) => answerWindow(await ask(parts, { ...on, db }, query), window);
  return takesStatements(query, window) ? snapshot(on.db, answer) : answer(on.db);
}

async function answerWindow(asking: Asking, { from, limit, countAll }: EmailWindow) {
  const isPosition = 'position' in from;
  if (isPosition && from.position >= 0) {
    if (isPlain(asking.query)) return readPage(asking, { position: from.position, limit, countAll });
    const first = countAll ? undefined : await readFirstThreads(asking, from.position, limit);
    if (first !== undefined) return first;
  } else if (isPosition && isPlain(asking.query)) {
    const { total = 0 } = await readPage(asking, { position: 0, limit: 0, countAll: true });
    return readPage(asking, { position: Math.max(0, total + from.position), limit, countAll });
  }
  const { change, list } = await listOf(asking);
  const at = isPosition ? from.position + (from.position < 0 ? list.length : 0) : placeOf(list, from);
  if (at === undefined) return 'anchor-not-found';
  const position = Math.max(0, at);
  const ids = list.slice(position, position + limit);
  return { change, position, ids, ...(countAll ? { total: list.length } : {}) };
}

function placeOf(list: EmailList, { anchor, offset }: { readonly anchor: EmailId; readonly offset: number }) {
  const at = list.positionOf(anchor);
  return at === undefined ? undefined : at + offset;
}

/** Rows that the planner is told to expect at most: it must not read all of an account for a page at its beginning. */
const depths = [256, 2_048, 16_384, 131_072] as const;

function limitTo(rows: number) {
  const depth = depths.find((each) => each >= rows);
  return depth === undefined ? sql`` : sql`limit ${sql.lit(depth)}`;
}

interface PageWanted {
  readonly position: number;
  readonly limit: number;
  readonly countAll: boolean;
}

/** State, page and count in one statement. */
async function readPage(asking: Asking, { position, limit, countAll }: PageWanted): Promise<EmailPage> {
  const { ground, clauses } = asking;
  const { tenantId, accountId } = ground.account;
  const { id, from, order } = clauses;
  const found = await sql<{ change: number; ids: readonly EmailId[]; total: number | null }>`
    select a.change, ${countAll ? totalOf(clauses) : sql`null::int8`} as total,
           array(select id from (select ${id} as id ${from} order by ${order} ${limitTo(position + limit)}) as listed
                  limit ${limit} offset ${position}) as ids
      from mail.account a where a.tenant_id = ${tenantId} and a.id = ${accountId}`.execute(ground.db);
  const { change = 0, ids = [], total = 0 } = found.rows[0] ?? {};
  return { change, position, ids, ...(countAll ? { total: total ?? 0 } : {}) };
}

/** Counters of the account and of its mailboxes say what need not be counted. */
function totalOf({ from, wholeMailbox, isWholeAccount }: Clauses) {
  if (isWholeAccount) return sql`a.email_count`;
  if (wholeMailbox === undefined) return sql`(select count(*) ${from})`;
  return sql`coalesce((select b.total_emails from mail.mailbox b
                        where b.tenant_id = a.tenant_id and b.account_id = a.id and b.id = ${wholeMailbox}), 0)`;
}

/** The first pages of a mailbox are asked for most: a few emails of each thread suffice, and spare listing them all. */
async function readFirstThreads(
  { ground, query, clauses }: Asking,
  position: number,
  limit: number,
): Promise<EmailPage | undefined> {
  const enough = (position + limit) * 4;
  if (query.sort.some(({ by }) => isHeaderKey(by)) || enough > mailLimits.firstThreadEmails) return undefined;
  const { tenantId, accountId } = ground.account;
  const { id, thread, from, order } = clauses;
  const found = await sql<{ change: number; ids: readonly EmailId[]; threads: readonly ThreadId[] }>`
    select a.change, first.ids, first.threads
      from mail.account a,
           (select coalesce(array_agg(id), '{}') as ids, coalesce(array_agg(thread_id), '{}') as threads
              from (select ${id} as id, ${thread} as thread_id ${from} order by ${order} ${limitTo(enough)}) as listed) as first
     where a.tenant_id = ${tenantId} and a.id = ${accountId}`.execute(ground.db);
  const { change = 0, ids = [], threads = [] } = found.rows[0] ?? {};
  const known = new Set<string | undefined>();
  const first = ids.filter((_, index) => !known.has(threads[index]) && known.add(threads[index]));
  if (first.length < position + limit && ids.length >= enough) return undefined;
  return { change, position, ids: first.slice(position, position + limit) };
}

/** Whether a change of one email can move only that email (and its thread) in the results, and always leaves a change number. */
export function followsChanges(query: EmailQuery): boolean {
  const follows = (filter: EmailFilter): boolean => {
    if ('filters' in filter) return filter.filters.every(follows);
    // The index learns words later than the change that brought them; thread keywords move other emails.
    return filter.kind !== 'words' && (filter.kind !== 'keyword' || filter.of === 'email');
  };
  const sortsAlone = query.sort.every(({ by }) => typeof by === 'string' || by.of === 'email');
  return sortsAlone && (query.filter === undefined || follows(query.filter));
}

/**
 * What moved in the results since a change (RFC 8620 §5.6): every email that changed leaves, those that still match come
 * back where they now stand. With collapsed threads, so do all emails of their threads.
 */
export function emailQueryChanges(
  parts: QueryParts,
  on: { readonly db: Db; readonly account: AccountRef },
  query: EmailQuery,
  asked: { readonly since: number; readonly limit: number; readonly countAll: boolean },
): Promise<QueryChanges | 'too-old' | 'too-many'> {
  return snapshot(on.db, async (db) => {
    if (!followsChanges(query)) return 'too-old';
    const touched = await touchedSince(db, on.account, query, asked.since);
    if (touched === 'too-old' || touched === 'too-many') return touched;
    const { change, list } = await listOf(await ask(parts, { ...on, db }, query));
    const added = list.positionsOf(new Set(touched.map(({ id }) => id)));
    const removed = touched.filter(({ isNew }) => !isNew).map(({ id }) => id);
    if (added.length + removed.length > asked.limit) return 'too-many';
    return { change, removed, added, ...(asked.countAll ? { total: list.length } : {}) };
  });
}

interface Touched {
  readonly id: EmailId;
  /** Not in any earlier results. */
  readonly isNew: boolean;
}

/** Emails that may stand elsewhere than before. */
async function touchedSince(
  db: Db,
  { tenantId, accountId }: AccountRef,
  query: EmailQuery,
  since: number,
): Promise<readonly Touched[] | 'too-old' | 'too-many'> {
  const horizon = await sql<{ change: number; horizon: number }>`
    select change, change_horizon as horizon from mail.account
     where tenant_id = ${tenantId} and id = ${accountId}`.execute(db);
  const state = horizon.rows[0];
  if (state === undefined || since < state.horizon || since > state.change) return 'too-old';
  const changed = sql`
    select id, thread_id, created_change from mail.email
     where tenant_id = ${tenantId} and account_id = ${accountId} and changed_change > ${since}`;
  const mates = sql`
    select e.id, e.created_change > ${since} as is_new from mail.email e
     where e.tenant_id = ${tenantId} and e.account_id = ${accountId} and e.thread_id in (
       select thread_id from changed
       union all
       select object_id from mail.tombstone
        where tenant_id = ${tenantId} and account_id = ${accountId} and change > ${since} and kind = 'thread')`;
  const found = await sql<Touched>`
    with changed as (${changed})
    select id, bool_and(is_new) as "isNew" from (
      select id, created_change > ${since} as is_new from changed
      union all
      select object_id, false from mail.tombstone
       where tenant_id = ${tenantId} and account_id = ${accountId} and change > ${since} and kind = 'email'
      ${query.collapseThreads ? sql`union all ${mates}` : sql``}) as touched
     group by id limit ${mailLimits.page + 1}`.execute(db);
  return found.rows.length > mailLimits.page ? 'too-many' : found.rows;
}
