/** Which sendings, in which order, and what changed of them (RFC 8620 §5.2, §5.5, §5.6). */
import { type RawBuilder, sql } from 'kysely';
import { assert } from '../../base/assert.ts';
import { mailLimits } from '../../base/domain-limits.ts';
import type { EmailId, ThreadId, Uuid } from '../../base/ids.ts';
import type { Actor } from '../audit/audit.ts';
import type { AccountRef, Changes } from '../mail/mail.ts';
import { requireReader } from './sending-edit.ts';
import type { UndoStatus } from './sendings.ts';
import type { TransferParts } from './transfer.ts';

export type SendingFilter =
  | { readonly kind: 'and' | 'or' | 'not'; readonly filters: readonly SendingFilter[] }
  | { readonly kind: 'identity'; readonly ids: readonly Uuid[] }
  | { readonly kind: 'email'; readonly ids: readonly EmailId[] }
  | { readonly kind: 'thread'; readonly ids: readonly ThreadId[] }
  | { readonly kind: 'status'; readonly status: UndoStatus }
  /** Of the instant at which it leaves. */
  | { readonly kind: 'before' | 'from'; readonly at: Date };

export interface SendingSort {
  readonly by: 'email' | 'thread' | 'send-at';
  readonly ascending: boolean;
}

export interface SendingQuery {
  readonly filter?: SendingFilter;
  readonly sort: readonly SendingSort[];
}

export interface SendingWindow {
  /** A negative position counts from the end. */
  readonly from: { readonly position: number } | { readonly anchor: Uuid; readonly offset: number };
  readonly limit: number;
}

export interface SendingPage {
  readonly change: number;
  readonly position: number;
  readonly ids: readonly Uuid[];
  readonly total: number;
}

export interface SendingQueryChanges {
  readonly change: number;
  readonly removed: readonly Uuid[];
  readonly added: readonly { readonly id: Uuid; readonly position: number }[];
  readonly total: number;
}

function matches(filter: SendingFilter): RawBuilder<boolean> {
  switch (filter.kind) {
    case 'and':
      return sql`(true ${sql.join(
        filter.filters.map((each) => sql`and ${matches(each)}`),
        sql` `,
      )})`;
    case 'or':
      return anyOf(filter.filters);
    case 'not':
      return sql`(not ${anyOf(filter.filters)})`;
    case 'identity':
      return sql`(identity_id = any(${[...filter.ids]}::uuid[]))`;
    case 'email':
      return sql`(email_id = any(${[...filter.ids]}::uuid[]))`;
    case 'thread':
      return sql`(thread_id = any(${[...filter.ids]}::uuid[]))`;
    case 'status':
      return sql`(undo_status = ${filter.status})`;
    case 'before':
      return sql`(send_at < ${filter.at})`;
    case 'from':
      return sql`(send_at >= ${filter.at})`;
  }
}

function anyOf(filters: readonly SendingFilter[]): RawBuilder<boolean> {
  return sql`(false ${sql.join(
    filters.map((each) => sql`or ${matches(each)}`),
    sql` `,
  )})`;
}

const columnOf = { email: sql`email_id`, thread: sql`thread_id`, 'send-at': sql`send_at` } as const;

/** Ids with their position among those that match; by id in the end, so that the order is one. */
function listOf({ tenantId, accountId }: AccountRef, { filter, sort }: SendingQuery): RawBuilder<unknown> {
  const order = [...sort.map(({ by, ascending }) => sql`${columnOf[by]} ${ascending ? sql`asc` : sql`desc`}`), sql`id`];
  return sql`
    select id, row_number() over (order by ${sql.join(order)}) - 1 as position
      from transfer.sending
     where tenant_id = ${tenantId} and account_id = ${accountId} and not is_destroyed
       and ${filter === undefined ? sql`true` : matches(filter)}`;
}

export async function querySendings(
  parts: TransferParts,
  viewer: Actor,
  account: AccountRef,
  asked: { readonly query: SendingQuery; readonly window: SendingWindow },
): Promise<SendingPage | 'anchor-not-found'> {
  await requireReader(parts, viewer, account);
  const { query, window } = asked;
  const { from, limit } = window;
  // Read first: what changes after it is told by the next changes.
  const change = await parts.mail.currentChange(parts.db, account);
  const list = listOf(account, query);
  const counted = await sql<{ total: number; anchor: number | null }>`
    with list as (${list})
    select (select count(*) from list)::int4 as total,
           (select position from list where id = ${'anchor' in from ? from.anchor : null}::uuid)::int4 as anchor
    `.execute(parts.db);
  const { total, anchor } = counted.rows[0] ?? { total: 0, anchor: null };
  if ('anchor' in from && anchor === null) return 'anchor-not-found';
  const wanted = 'anchor' in from ? (anchor ?? 0) + from.offset : from.position;
  const position = Math.max(0, 'position' in from && wanted < 0 ? total + wanted : wanted);
  const found = await sql<{ id: Uuid }>`
    select id from (${list}) as list where position >= ${position} order by position limit ${limit}`.execute(parts.db);
  return { change, position, ids: found.rows.map((row) => row.id), total };
}

interface AskedChanges {
  readonly since: number;
  readonly limit: number;
}

/** Whether changes since then can be told. Sendings leave their rows, so that only a state that never was cannot. */
async function readChange(parts: TransferParts, account: AccountRef, since: number): Promise<number | undefined> {
  const change = await parts.mail.currentChange(parts.db, account);
  return since > change ? undefined : change;
}

export async function sendingChanges(
  parts: TransferParts,
  viewer: Actor,
  account: AccountRef,
  { since, limit }: AskedChanges,
): Promise<Changes | 'too-old'> {
  assert(limit > 0 && limit <= mailLimits.page, 'a page of changes is empty or too large');
  await requireReader(parts, viewer, account);
  const change = await readChange(parts, account, since);
  if (change === undefined) return 'too-old';
  const found = await sql<{ id: Uuid; position: number; what: 'created' | 'updated' | 'destroyed' }>`
    select id, position, what from (
      select id,
             case when created_change > ${since} and not is_destroyed then created_change else changed_change end as position,
             case when is_destroyed then 'destroyed' when created_change > ${since} then 'created' else 'updated' end as what
        from transfer.sending
       where tenant_id = ${account.tenantId} and account_id = ${account.accountId} and changed_change > ${since}
         and not (is_destroyed and created_change > ${since})) as event
     order by position limit ${limit + 1}`.execute(parts.db);
  const hasMore = found.rows.length > limit;
  const page = found.rows.slice(0, limit);
  const of = (what: string): Uuid[] => page.filter((row) => row.what === what).map((row) => row.id);
  return {
    oldChange: since,
    newChange: hasMore ? (page.at(-1)?.position ?? since) : change,
    hasMore,
    created: of('created'),
    updated: of('updated'),
    destroyed: of('destroyed'),
  };
}

/** Every sending that changed leaves the results, those that still match come back where they now stand. */
export async function sendingQueryChanges(
  parts: TransferParts,
  viewer: Actor,
  account: AccountRef,
  { query, since, limit }: AskedChanges & { readonly query: SendingQuery },
): Promise<SendingQueryChanges | 'too-old' | 'too-many'> {
  await requireReader(parts, viewer, account);
  const change = await readChange(parts, account, since);
  if (change === undefined) return 'too-old';
  const { tenantId, accountId } = account;
  const touched = sql`
    select id from transfer.sending
     where tenant_id = ${tenantId} and account_id = ${accountId} and changed_change > ${since}`;
  const removed = await sql<{ id: Uuid }>`
    ${touched} and created_change <= ${since} limit ${limit + 1}`.execute(parts.db);
  const list = listOf(account, query);
  const added = await sql<{ id: Uuid; position: number }>`
    select id, position::int4 as position from (${list}) as list where id in (${touched})
     order by position limit ${limit + 1}`.execute(parts.db);
  if (removed.rows.length + added.rows.length > limit) return 'too-many';
  const counted = await sql<{ total: number }>`select count(*)::int4 as total from (${list}) as list`.execute(parts.db);
  return { change, removed: removed.rows.map((row) => row.id), added: added.rows, total: counted.rows[0]?.total ?? 0 };
}
