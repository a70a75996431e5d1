/**
 * Finding emails by what the store knows of them without opening any: columns, mailboxes, keywords, and the sealed index for
 * words. Answers are identifiers.
 */
import { type RawBuilder, sql } from 'kysely';
import { assert } from '../../base/assert.ts';
import { mailLimits } from '../../base/domain-limits.ts';
import { Refusal } from '../../base/errors.ts';
import type { EmailId } from '../../base/ids.ts';
import type { Db } from '../../platform/db/db.ts';
import { currentChange } from './changes.ts';
import { keptAs, parseKeyword, systemColumns } from './keywords.ts';
import type {
  AccountRef,
  EmailFilter,
  EmailPage,
  EmailQuery,
  EmailWindow,
  MailParts,
  QueryChanges,
  SearchedField,
} from './mail.ts';
import { EmailOpener, type SealedRow } from './opening.ts';
import type { SearchIndex } from './search/search.ts';
import { anyField, type FieldMask, field } from './search/segment.ts';
import { mailTexts } from './texts.ts';

type Sql = RawBuilder<unknown>;

interface Finder {
  readonly parts: Pick<MailParts, 'dataKeys'>;
  readonly index: SearchIndex;
  readonly db: Db;
  readonly account: AccountRef;
  /** The labels of the account's own, once one of them is asked for: opened once for a query, however many it names. */
  labelled?: ReadonlyMap<string, readonly number[]>;
}

const masks: Readonly<Record<SearchedField, FieldMask>> = {
  any: anyField,
  from: field.from,
  to: field.to,
  cc: field.cc,
  bcc: field.bcc,
  subject: field.subject,
  body: field.body,
};

/** What holds for an email `e` that the filter matches. */
async function conditionOf(finder: Finder, filter: EmailFilter): Promise<Sql> {
  switch (filter.kind) {
    case 'and':
    case 'or':
    case 'not': {
      const inside: Sql[] = [];
      for (const each of filter.filters) inside.push(await conditionOf(finder, each));
      if (filter.kind === 'and') return inside.length === 0 ? sql`true` : sql`(${sql.join(inside, sql` and `)})`;
      const any = inside.length === 0 ? sql`false` : sql`(${sql.join(inside, sql` or `)})`;
      return filter.kind === 'or' ? any : sql`(not ${any})`;
    }
    case 'in-mailbox':
      return sql`exists (select from mail.mailbox_email m where m.tenant_id = e.tenant_id and m.account_id = e.account_id
                            and m.email_id = e.id and m.mailbox_id = ${filter.id})`;
    case 'in-other-than':
      return sql`exists (select from mail.mailbox_email m where m.tenant_id = e.tenant_id and m.account_id = e.account_id
                            and m.email_id = e.id and m.mailbox_id <> all(${filter.ids}::uuid[]))`;
    case 'before':
      return sql`e.received_at < ${filter.at}::timestamptz`;
    case 'after':
      return sql`e.received_at >= ${filter.at}::timestamptz`;
    case 'min-size':
      return sql`e.size_bytes >= ${filter.bytes}`;
    case 'max-size':
      return sql`e.size_bytes < ${filter.bytes}`;
    case 'has-attachment':
      return sql`e.has_attachment = ${filter.is}`;
    case 'keyword':
      return keywordCondition(finder, filter);
    case 'words': {
      const numbers = await finder.index.find(finder.db, finder.account, {
        text: filter.text,
        fields: masks[filter.field],
      });
      return sql`e.number = any(${[...numbers]}::int8[])`;
    }
  }
}

async function keywordCondition(
  finder: Finder,
  { keyword, of }: Extract<EmailFilter, { kind: 'keyword' }>,
): Promise<Sql> {
  const carries = await carriesKeyword(finder, keyword);
  if (of === 'email') return carries(sql`e`);
  const inThread = sql`t.tenant_id = e.tenant_id and t.account_id = e.account_id and t.thread_id = e.thread_id
                       and t.deleted_at is null`;
  if (of === 'some-in-thread') return sql`exists (select from mail.email t where ${inThread} and ${carries(sql`t`)})`;
  return sql`not exists (select from mail.email t where ${inThread} and not ${carries(sql`t`)})`;
}

/** Whether the email of an alias carries the keyword. Sealed ones are opened to be compared, within a bound. */
async function carriesKeyword(finder: Finder, name: string): Promise<(alias: Sql) => Sql> {
  const keyword = parseKeyword(name);
  const kept = keptAs(keyword);
  if (kept === 'column') {
    const column = systemColumns[keyword as keyof typeof systemColumns]; // `keptAs` has looked
    return (alias) => sql`${alias}.${sql.ref(column)}`;
  }
  if (kept === 'clear') return (alias) => sql`${alias}.keywords @> array[${keyword}]::text[]`;
  finder.labelled ??= await openLabels(finder);
  const numbers = finder.labelled.get(keyword) ?? [];
  return (alias) => sql`${alias}.number = any(${numbers}::int8[])`;
}

/** The numbers of the emails that carry each label. */
async function openLabels({ parts, db, account }: Finder): Promise<ReadonlyMap<string, readonly number[]>> {
  const found = await sql<SealedRow & { number: number; labels: readonly string[] }>`
    select id, number, key_version as "keyVersion", wrapped_key as "wrappedKey", keywords as labels
      from mail.email
     where tenant_id = ${account.tenantId} and account_id = ${account.accountId} and deleted_at is null
       and keywords <> '{}' and exists (select from unnest(keywords) as label where label like '~%')
     limit ${mailLimits.labelledEmails + 1}`.execute(db);
  if (found.rows.length > mailLimits.labelledEmails) throw new Refusal('too-many-labelled', mailTexts.tooManyLabelled);
  const opener = new EmailOpener(parts, db, account);
  const numbers = new Map<string, number[]>();
  for (const row of found.rows) {
    const email = await opener.open(row);
    for (const label of row.labels) {
      if (!label.startsWith('~')) continue;
      const keyword = email.label(Buffer.from(label.slice(1), 'base64url'));
      const carrying = numbers.get(keyword);
      if (carrying === undefined) numbers.set(keyword, [row.number]);
      else carrying.push(row.number);
    }
  }
  return numbers;
}

/** The clauses of one query. */
interface Clauses {
  readonly from: Sql;
  readonly order: Sql;
  /** Rows `(id, position)` of everything that the query finds. */
  readonly list: Sql;
}

async function clausesOf(finder: Finder, query: EmailQuery): Promise<Clauses> {
  const { account } = finder;
  const condition = query.filter === undefined ? sql`true` : await conditionOf(finder, query.filter);
  const from = sql`from mail.email e
    where e.tenant_id = ${account.tenantId} and e.account_id = ${account.accountId} and e.deleted_at is null
      and ${condition}`;
  const order = await orderOf(finder, query);
  const ranked = sql`select e.id, e.thread_id, row_number() over (order by ${order}) as rank ${from}`;
  const list = query.collapseThreads
    ? sql`select id, row_number() over (order by rank) - 1 as position
            from (select distinct on (thread_id) id, rank from (${ranked}) as ranked order by thread_id, rank) as first`
    : sql`select id, rank - 1 as position from (${ranked}) as ranked`;
  return { from, order, list };
}

async function orderOf(finder: Finder, query: EmailQuery): Promise<Sql> {
  const keys: Sql[] = [];
  for (const { by, ascending } of query.sort) {
    const direction = ascending ? sql`asc` : sql`desc`;
    if (by === 'received') keys.push(sql`e.received_at ${direction}`);
    else if (by === 'size') keys.push(sql`e.size_bytes ${direction}`);
    else keys.push(sql`${(await carriesKeyword(finder, by.keyword))(sql`e`)} ${direction}`);
  }
  if (keys.length === 0) keys.push(sql`e.received_at desc`);
  // The same state has the same order: RFC 8620 §5.5 asks for it.
  keys.push(sql`e.id desc`);
  return sql.join(keys, sql`, `);
}

export async function queryEmails(
  index: SearchIndex,
  on: { readonly parts: Pick<MailParts, 'dataKeys'>; readonly db: Db; readonly account: AccountRef },
  query: EmailQuery,
  window: EmailWindow,
): Promise<EmailPage | 'anchor-not-found'> {
  assert(window.limit <= mailLimits.page, 'a page of emails is too large');
  const { db } = on;
  const change = await currentChange(db, on.account);
  const clauses = await clausesOf({ ...on, index }, query);
  const isFromEnd = 'position' in window.from && window.from.position < 0;
  const total = window.countAll || isFromEnd ? await count(db, clauses, query) : undefined;
  let position: number;
  if ('anchor' in window.from) {
    const at = await positionOf(db, clauses, window.from.anchor);
    if (at === undefined) return 'anchor-not-found';
    position = Math.max(0, at + window.from.offset);
  } else {
    position = isFromEnd ? Math.max(0, (total ?? 0) + window.from.position) : window.from.position;
  }
  const ids = window.limit === 0 ? [] : await page(db, clauses, query, { position, limit: window.limit });
  return { change, position, ids, ...(total === undefined || !window.countAll ? {} : { total }) };
}

async function count(db: Db, { from }: Clauses, { collapseThreads }: EmailQuery): Promise<number> {
  const what = collapseThreads ? sql`count(distinct e.thread_id)` : sql`count(*)`;
  const found = await sql<{ total: number }>`select ${what} as total ${from}`.execute(db);
  return found.rows[0]?.total ?? 0;
}

async function positionOf(db: Db, { list }: Clauses, id: EmailId): Promise<number | undefined> {
  const found = await sql<{ position: number }>`
    select position from (${list}) as list where id = ${id}`.execute(db);
  return found.rows[0]?.position;
}

async function page(
  db: Db,
  { from, order, list }: Clauses,
  { collapseThreads }: EmailQuery,
  { position, limit }: { readonly position: number; readonly limit: number },
): Promise<readonly EmailId[]> {
  if (!collapseThreads) {
    const found = await sql<{ id: EmailId }>`
      select e.id ${from} order by ${order} limit ${limit} offset ${position}`.execute(db);
    return found.rows.map((row) => row.id);
  }
  // The first pages of a mailbox are asked for most: a few emails of each thread suffice, and spare ranking them all.
  const enough = (position + limit) * 4;
  if (enough <= mailLimits.page) {
    const found = await sql<{ id: EmailId; threadId: string }>`
      select e.id, e.thread_id as "threadId" ${from} order by ${order} limit ${enough}`.execute(db);
    const threads = new Set<string>();
    const first = found.rows.filter(({ threadId }) => !threads.has(threadId) && threads.add(threadId));
    if (first.length >= position + limit || found.rows.length < enough) {
      return first.slice(position, position + limit).map((row) => row.id);
    }
  }
  const found = await sql<{ id: EmailId }>`
    select id from (${list}) as list where position >= ${position} order by position limit ${limit}`.execute(db);
  return found.rows.map((row) => row.id);
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
export async function emailQueryChanges(
  index: SearchIndex,
  on: { readonly parts: Pick<MailParts, 'dataKeys'>; readonly db: Db; readonly account: AccountRef },
  query: EmailQuery,
  asked: { readonly since: number; readonly limit: number; readonly countAll: boolean },
): Promise<QueryChanges | 'too-old' | 'too-many'> {
  const { db, account } = on;
  const { since } = asked;
  const { tenantId, accountId } = account;
  if (!followsChanges(query)) return 'too-old';
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
  const found = await sql<{ id: EmailId; isNew: boolean }>`
    with changed as (${changed})
    select id, bool_and(is_new) as "isNew" from (
      select id, created_change > ${since} as is_new from changed
      union all
      select object_id, false from mail.tombstone
       where tenant_id = ${tenantId} and account_id = ${accountId} and change > ${since} and kind = 'email'
      ${query.collapseThreads ? sql`union all ${mates}` : sql``}) as touched
     group by id limit ${mailLimits.page + 1}`.execute(db);
  if (found.rows.length > mailLimits.page) return 'too-many';
  const touched = found.rows.map((row) => row.id);
  const clauses = await clausesOf({ ...on, index }, query);
  const added = await sql<{ id: EmailId; position: number }>`
    select id, position from (${clauses.list}) as list where id = any(${touched}::uuid[]) order by position`.execute(
    db,
  );
  const removed = found.rows.filter((row) => !row.isNew).map((row) => row.id);
  if (added.rows.length + removed.length > asked.limit) return 'too-many';
  const total = asked.countAll ? await count(db, clauses, query) : undefined;
  return { change: state.change, removed, added: added.rows, ...(total === undefined ? {} : { total }) };
}
