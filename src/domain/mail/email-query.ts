/**
 * Finding emails by what the store knows of them without opening any: columns, mailboxes, keywords, and the sealed index for
 * words. Answers are identifiers. The state that is told, the page and the count are of one instant.
 */
import { sql } from 'kysely';
import { assert } from '../../base/assert.ts';
import { mailLimits } from '../../base/domain-limits.ts';
import type { EmailId } from '../../base/ids.ts';
import { type Db, snapshot } from '../../platform/db/db.ts';
import { currentChange } from './changes.ts';
import type { AccountRef, EmailFilter, EmailPage, EmailQuery, EmailWindow, MailParts, QueryChanges } from './mail.ts';
import { type Clauses, clausesOf, type QueryGround } from './query-conditions.ts';
import { isHeaderKey } from './query-headers.ts';
import { type EmailList, type ListShelf, listKey, readList } from './query-lists.ts';
import type { SearchIndex } from './search/search.ts';

/** What queries are answered with, whatever the account. */
export interface QueryParts {
  readonly parts: Pick<MailParts, 'dataKeys'>;
  readonly index: SearchIndex;
  readonly shelf: ListShelf;
}

/** One query in one instant of its account. */
interface Asking {
  readonly ground: QueryGround;
  readonly query: EmailQuery;
  readonly clauses: Clauses;
  readonly change: number;
  /** All that the query finds; read once. */
  readonly list: () => Promise<EmailList>;
}

async function ask(parts: QueryParts, on: Omit<QueryGround, 'parts' | 'index'>, query: EmailQuery): Promise<Asking> {
  const ground = { parts: parts.parts, index: parts.index, ...on };
  const change = await currentChange(on.db, on.account);
  const clauses = await clausesOf(ground, query);
  let list: Promise<EmailList> | undefined;
  const make = () => readList(ground, clauses, query);
  return {
    ground,
    query,
    clauses,
    change,
    list: () => {
      list ??= parts.shelf.find(listKey(on.account, change, query), make);
      return list;
    },
  };
}

/** Whether the tables alone can say what stands at a place: not for what is sealed, nor for threads. */
function isPlain({ sort, collapseThreads }: EmailQuery): boolean {
  return !collapseThreads && !sort.some(({ by }) => isHeaderKey(by));
}

export function queryEmails(
  parts: QueryParts,
  on: { readonly db: Db; readonly account: AccountRef },
  query: EmailQuery,
  window: EmailWindow,
): Promise<EmailPage | 'anchor-not-found'> {
  assert(window.limit <= mailLimits.page, 'a page of emails is too large');
  return snapshot(on.db, async (db) => {
    const asking = await ask(parts, { ...on, db }, query);
    const { from, limit, countAll } = window;
    const isFromEnd = 'position' in from && from.position < 0;
    const total = countAll || isFromEnd ? await count(asking) : undefined;
    let position: number;
    if ('anchor' in from) {
      const at = (await asking.list()).positionOf(from.anchor);
      if (at === undefined) return 'anchor-not-found';
      position = Math.max(0, at + from.offset);
    } else {
      position = isFromEnd ? Math.max(0, (total ?? 0) + from.position) : from.position;
    }
    const ids = limit === 0 ? [] : await page(asking, position, limit);
    return { change: asking.change, position, ids, ...(total === undefined || !countAll ? {} : { total }) };
  });
}

/** Counters of the account and of its mailboxes say what need not be counted. */
async function count({ ground, query, clauses, list }: Asking): Promise<number> {
  if (!isPlain(query)) return (await list()).length;
  const { db, account } = ground;
  const { from, wholeMailbox, isWholeAccount } = clauses;
  const { tenantId, accountId } = account;
  const total = isWholeAccount
    ? sql`select email_count as total from mail.account where tenant_id = ${tenantId} and id = ${accountId}`
    : wholeMailbox !== undefined
      ? sql`select total_emails as total from mail.mailbox
             where tenant_id = ${tenantId} and account_id = ${accountId} and id = ${wholeMailbox}`
      : sql`select count(*) as total ${from}`;
  const found = await sql<{ total: number }>`${total}`.execute(db);
  return found.rows[0]?.total ?? 0;
}

/** Rows that the planner is told to expect at most: it must not read all of an account for a page at its beginning. */
const depths = [256, 2_048, 16_384, 131_072] as const;

function limitTo(rows: number) {
  const depth = depths.find((each) => each >= rows);
  return depth === undefined ? sql`` : sql`limit ${sql.lit(depth)}`;
}

async function page(asking: Asking, position: number, limit: number): Promise<readonly EmailId[]> {
  const { ground, query, clauses, list } = asking;
  const { id, from, order } = clauses;
  if (!isPlain(query))
    return (await firstThreads(asking, position, limit)) ?? (await list()).slice(position, position + limit);
  const found = await sql<{ id: EmailId }>`
    select id from (select ${id} as id ${from} order by ${order} ${limitTo(position + limit)}) as listed
     limit ${limit} offset ${position}`.execute(ground.db);
  return found.rows.map((row) => row.id);
}

/** The first pages of a mailbox are asked for most: a few emails of each thread suffice, and spare listing them all. */
async function firstThreads(
  { ground, query, clauses }: Asking,
  position: number,
  limit: number,
): Promise<readonly EmailId[] | undefined> {
  const enough = (position + limit) * 4;
  if (query.sort.some(({ by }) => isHeaderKey(by)) || enough > mailLimits.firstThreadEmails) return undefined;
  const { id, thread, from, order } = clauses;
  const found = await sql<{ id: EmailId; threadId: string }>`
    select id, thread_id as "threadId"
      from (select ${id} as id, ${thread} as thread_id ${from} order by ${order} ${limitTo(enough)}) as listed
     limit ${enough}`.execute(ground.db);
  const threads = new Set<string>();
  const first = found.rows.filter(({ threadId }) => !threads.has(threadId) && threads.add(threadId));
  if (first.length < position + limit && found.rows.length === enough) return undefined;
  return first.slice(position, position + limit).map((row) => row.id);
}

/** Whether a change of one email can move only that email (and its thread) in the results, and always leaves a change number. */
export function followsChanges(query: EmailQuery): boolean {
  const follows = (filter: EmailFilter): boolean => {
    if ('filters' in filter) return filter.filters.every(follows);
    // The index learns words later than the change that brought them; thread keywords move other emails.
    return filter.kind !== 'words' && (filter.kind !== 'keyword' || filter.of === 'email');
  };
  return query.filter === undefined || follows(query.filter);
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
    const asking = await ask(parts, { ...on, db }, query);
    const added = touched.length === 0 ? [] : (await asking.list()).positionsOf(new Set(touched.map(({ id }) => id)));
    const removed = touched.filter(({ isNew }) => !isNew).map(({ id }) => id);
    if (added.length + removed.length > asked.limit) return 'too-many';
    const total = asked.countAll ? await count(asking) : undefined;
    return { change: asking.change, removed, added, ...(total === undefined ? {} : { total }) };
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
