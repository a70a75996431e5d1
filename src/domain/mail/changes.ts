/**
 * What changed since a change number (RFC 8620 §5.2), told in pages that may be cut anywhere, for each object took a number
 * of its own. An object made since stands where it was made, so that a later page calls it updated and never unknown.
 */
import { type RawBuilder, sql } from 'kysely';
import { assert } from '../../base/assert.ts';
import { mailLimits } from '../../base/domain-limits.ts';
import { Refusal } from '../../base/errors.ts';
import type { Db } from '../../platform/db/db.ts';
import type { Act } from '../audit/audit.ts';
import { lockAccounts } from './account-lock.ts';
import type { AccountRef, Changes } from './mail.ts';
import { mailTexts } from './texts.ts';

interface ChangeRow {
  readonly position: number;
  /** `counted`: updated, but only in what it counts. */
  readonly what: 'created' | 'updated' | 'counted' | 'destroyed';
  readonly id: string;
}

interface Asked {
  readonly account: AccountRef;
  readonly since: number;
  readonly limit: number;
}

export function emailChanges(db: Db, account: AccountRef, since: number, limit: number): Promise<Changes | 'too-old'> {
  const { tenantId, accountId } = account;
  const events = sql`
    select case when created_change > ${since} then created_change else changed_change end as position,
           case when created_change > ${since} then 'created' else 'updated' end as what, id
      from mail.email
     where tenant_id = ${tenantId} and account_id = ${accountId} and changed_change > ${since} and deleted_at is null
     union all
    select t.change, 'destroyed', t.object_id
      from mail.tombstone t
     where t.tenant_id = ${tenantId} and t.account_id = ${accountId} and t.change > ${since} and t.kind = 'email'
       and not exists (select from mail.email e
                        where e.tenant_id = t.tenant_id and e.account_id = t.account_id and e.id = t.object_id
                          and e.created_change > ${since})`;
  return changesOf(db, { account, since, limit }, events);
}

export function mailboxChanges(
  db: Db,
  account: AccountRef,
  since: number,
  limit: number,
): Promise<Changes | 'too-old'> {
  const { tenantId, accountId } = account;
  const events = sql`
    select case when created_change > ${since} then created_change
                else greatest(changed_change, content_change) end as position,
           case when created_change > ${since} then 'created'
                when changed_change > ${since} then 'updated' else 'counted' end as what, id
      from mail.mailbox
     where tenant_id = ${tenantId} and account_id = ${accountId} and greatest(changed_change, content_change) > ${since}
     union all
    select change, 'destroyed', object_id
      from mail.tombstone
     where tenant_id = ${tenantId} and account_id = ${accountId} and change > ${since} and kind = 'mailbox'`;
  return changesOf(db, { account, since, limit }, events);
}

/** A thread changes when an email joins or leaves it (RFC 8621 §3.1); emails of the thread that change tell nothing of it. */
export async function threadChanges(
  db: Db,
  account: AccountRef,
  since: number,
  limit: number,
): Promise<Changes | 'too-old'> {
  const { tenantId, accountId } = account;
  const events = sql`
    select case when kept.first > ${since} then kept.first else touched.last end as position,
           case when kept.first is null then 'destroyed'
                when kept.first > ${since} then 'created' else 'updated' end as what, touched.id
      from (select id, max(change) as last
              from (select thread_id as id, created_change as change from mail.email
                     where tenant_id = ${tenantId} and account_id = ${accountId} and changed_change > ${since}
                       and created_change > ${since} and deleted_at is null
                    union all
                    select object_id, change from mail.tombstone
                     where tenant_id = ${tenantId} and account_id = ${accountId} and change > ${since}
                       and kind = 'thread') as joined_or_left
             group by id) as touched
      left join lateral (select min(e.created_change) as first from mail.email e
                          where e.tenant_id = ${tenantId} and e.account_id = ${accountId}
                            and e.thread_id = touched.id and e.deleted_at is null) as kept on true`;
  return changesOf(db, { account, since, limit }, events);
}

/** The account's counter: nothing that is visible now has a higher change. */
export async function currentChange(db: Db, account: AccountRef): Promise<number> {
  const found = await sql<{ change: number }>`
    select change from mail.account where tenant_id = ${account.tenantId} and id = ${account.accountId}`.execute(db);
  const row = found.rows[0];
  if (row === undefined) throw new Refusal('account-unknown', mailTexts.accountUnknown);
  return row.change;
}

/** Pages over `events`: rows of `position`, `what`, `id`. */
export async function changesOf(db: Db, asked: Asked, events: RawBuilder<unknown>): Promise<Changes | 'too-old'> {
  const { account, since, limit } = asked;
  assert(limit > 0 && limit <= mailLimits.page, 'a page of changes is empty or too large');
  // One statement, one snapshot: the counter and the rows belong together.
  const found = await sql<ChangeRow & { change: number; horizon: number }>`
    select a.change, a.change_horizon as horizon, event.position, event.what, event.id
      from mail.account a
      left join lateral (select * from (${events}) as events order by position limit ${limit + 1}) as event on true
     where a.tenant_id = ${account.tenantId} and a.id = ${account.accountId}
     order by event.position`.execute(db);
  const first = found.rows[0];
  if (first === undefined || since < first.horizon || since > first.change) return 'too-old';
  const rows: readonly ChangeRow[] = found.rows.filter((row) => row.id !== null);
  const hasMore = rows.length > limit;
  const page = rows.slice(0, limit);
  const of = (what: ChangeRow['what']): string[] => page.filter((row) => row.what === what).map((row) => row.id);
  const [updated, counted] = [of('updated'), of('counted')];
  return {
    oldChange: since,
    newChange: hasMore ? (page.at(-1)?.position ?? since) : first.change,
    hasMore,
    created: of('created'),
    updated: [...updated, ...counted],
    destroyed: of('destroyed'),
    ...(counted.length > 0 && updated.length === 0 ? { hasOnlyCounts: true } : {}),
  };
}

/** Forgets tombstones older than `before`, at most `limit`, and raises the horizon of their accounts; how many went. */
export async function forgetChanges(act: Act, before: Date, limit: number): Promise<number> {
  assert(limit <= mailLimits.page, 'too many tombstones in one transaction');
  const accounts = await sql<AccountRef>`
    select distinct tenant_id as "tenantId", account_id as "accountId"
      from (select tenant_id, account_id from mail.tombstone where at < ${before} order by at limit ${limit}) as old
    `.execute(act.tx);
  await lockAccounts(act.tx, accounts.rows); // in the order that every batch keeps
  const forgotten = await sql<{ rows: number }>`
    with old as (
      select t.tenant_id, t.account_id, t.change, t.kind, t.object_id, t.mailbox_id
        from mail.tombstone t
        join unnest(${accounts.rows.map((each) => each.tenantId)}::uuid[],
                    ${accounts.rows.map((each) => each.accountId)}::uuid[]) as locked(tenant_id, account_id)
          on locked.tenant_id = t.tenant_id and locked.account_id = t.account_id
       where t.at < ${before} order by t.change limit ${limit}
    ), gone as (
      delete from mail.tombstone t using old
       where t.tenant_id = old.tenant_id and t.account_id = old.account_id and t.change = old.change
         and t.kind = old.kind and t.object_id = old.object_id and t.mailbox_id = old.mailbox_id
      returning t.tenant_id, t.account_id, t.change
    ), raised as (
      update mail.account a set change_horizon = greatest(a.change_horizon, highest.change)
        from (select tenant_id, account_id, max(change) as change from gone group by tenant_id, account_id) as highest
       where a.tenant_id = highest.tenant_id and a.id = highest.account_id
    )
    select count(*) as rows from gone`.execute(act.tx);
  return forgotten.rows[0]?.rows ?? 0;
}
