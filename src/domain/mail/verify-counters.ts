import { sql } from 'kysely';
import { mailLimits } from '../../base/domain-limits.ts';
import type { EmailId } from '../../base/ids.ts';
import type { Transaction } from '../../platform/db/db.ts';
import type { Act } from '../audit/audit.ts';
import { lockAccount } from './account-lock.ts';
import { writeEdits } from './edit-writes.ts';
import { lockEmails, updateEmails } from './editable-emails.ts';
import { isUnread } from './keywords.ts';
import type { AccountRef } from './mail.ts';
import type { Finding } from './verify-findings.ts';

/**
 * Recounts the account under its lock; puts emails that stand nowhere into the inbox. The findings are told by the caller
 * once they are committed: the act may run again.
 */
export async function repairCounters(act: Act, account: AccountRef, repair: boolean): Promise<readonly Finding[]> {
  await lockAccount(act.tx, account); // nothing moves while it is counted
  const { strays, homeless } = await findOrphans(act.tx, account);
  if (repair && strays > 0) await removeStrays(act.tx, account);
  const wrong = await countWrong(act.tx, account);
  if (repair) {
    await recount(act.tx, account);
    await houseInInbox(act, account, homeless);
  }
  return [
    ...Array.from({ length: strays }, () => ({ code: 'mailbox-missing' as const, repaired: repair })),
    ...homeless.map((emailId) => ({ code: 'mailbox-missing' as const, emailId, repaired: repair })),
    ...Array.from({ length: wrong }, () => ({ code: 'counter-differs' as const, repaired: repair })),
  ];
}

/** Memberships without their mailbox or their present email; present emails that would be in no mailbox. */
async function findOrphans(tx: Transaction, account: AccountRef) {
  const strays = await sql<{ count: number }>`
    select count(*) from mail.mailbox_email m where ${isOf('m', account)} and ${isStray}`.execute(tx);
  // `not in` is a hash whatever the planner knows of the tables; `not exists` may compare every email with every membership.
  const homeless = await sql<{ id: EmailId }>`
    select e.id from mail.email e
     where ${isOf('e', account)} and e.deleted_at is null and e.wrapped_key is not null
       and e.id not in (select m.email_id from mail.mailbox_email m
                          join mail.mailbox b
                            on b.tenant_id = m.tenant_id and b.account_id = m.account_id and b.id = m.mailbox_id
                         where ${isOf('m', account)})`.execute(tx);
  return { strays: strays.rows[0]?.count ?? 0, homeless: homeless.rows.map((row) => row.id) };
}

const isStray = sql`(
  not exists (select from mail.mailbox b
               where b.tenant_id = m.tenant_id and b.account_id = m.account_id and b.id = m.mailbox_id)
  or not exists (select from mail.email x
                  where x.tenant_id = m.tenant_id and x.account_id = m.account_id and x.id = m.email_id
                    and x.deleted_at is null and x.wrapped_key is not null))`;

function isOf(table: 'm' | 'e' | 'a' | 'b', account: AccountRef) {
  return sql`${sql.ref(`${table}.tenant_id`)} = ${account.tenantId}
         and ${sql.ref(table === 'a' ? 'a.id' : `${table}.account_id`)} = ${account.accountId}`;
}

async function removeStrays(tx: Transaction, account: AccountRef): Promise<void> {
  await sql`delete from mail.mailbox_email m where ${isOf('m', account)} and ${isStray}`.execute(tx);
}

/** What the counters of one mailbox must be. */
const mailboxTruth = sql`
  select b.id, count(e.id) as total, count(e.id) filter (where not e.is_seen and not e.is_draft) as unread,
         coalesce(max(m.uid), 0) as highest_uid,
         greatest(max(m.added_change), max(e.changed_change), b.created_change) as highest_change
    from mail.mailbox b
    left join mail.mailbox_email m
      on m.tenant_id = b.tenant_id and m.account_id = b.account_id and m.mailbox_id = b.id
    left join mail.email e
      on e.tenant_id = m.tenant_id and e.account_id = m.account_id and e.id = m.email_id`;

/** What the counters of the account must be. */
const accountTruth = sql`
  select coalesce(sum(e.size_bytes) filter (where e.deleted_at is null), 0)::int8 as used,
         count(*) filter (where e.deleted_at is null) as emails, coalesce(max(e.number), 0) as highest_number,
         coalesce(max(e.changed_change), 0) as highest_change
    from mail.email e`;

/** A membership that says of its email what is not so. */
const isMistold = sql`
  e.tenant_id = m.tenant_id and e.account_id = m.account_id and e.id = m.email_id
  and (m.received_at, m.thread_id) is distinct from (e.received_at, e.thread_id)`;

/** Counters that are wrong: of the account, and of each of its mailboxes; and memberships that repeat their email wrongly. */
async function countWrong(tx: Transaction, account: AccountRef): Promise<number> {
  const found = await sql<{ count: number }>`
    select (select count(*) from mail.mailbox b
              join (${mailboxTruth} where ${isOf('b', account)} group by b.tenant_id, b.account_id, b.id) as truth
                on truth.id = b.id
             where ${isOf('b', account)}
               and (b.total_emails <> truth.total or b.unread_emails <> truth.unread
                    or b.uid_next <= truth.highest_uid or b.content_change < truth.highest_change))
         + (select count(*) from mail.account a, (${accountTruth} where ${isOf('e', account)}) as truth
             where ${isOf('a', account)}
               and (a.used_bytes <> truth.used or a.email_count <> truth.emails
                    or a.next_email_number <= truth.highest_number or a.change < truth.highest_change))
         + (select count(*) from mail.mailbox_email m, mail.email e where ${isOf('m', account)} and ${isMistold}) as count
    `.execute(tx);
  return found.rows[0]?.count ?? 0;
}

/** Counters that count are set; counters that only grow are raised, never lowered: their numbers may have been given out. */
async function recount(tx: Transaction, account: AccountRef): Promise<void> {
  await sql`
    update mail.mailbox_email m set received_at = e.received_at, thread_id = e.thread_id
      from mail.email e where ${isOf('m', account)} and ${isMistold}`.execute(tx);
  await sql`
    update mail.account a
       set used_bytes = truth.used, email_count = truth.emails,
           next_email_number = greatest(a.next_email_number, truth.highest_number + 1),
           change = greatest(a.change, truth.highest_change)
      from (${accountTruth} where ${isOf('e', account)}) as truth
     where ${isOf('a', account)}`.execute(tx);
  await sql`
    update mail.mailbox b
       set total_emails = truth.total, unread_emails = truth.unread,
           uid_next = greatest(b.uid_next, truth.highest_uid + 1),
           content_change = greatest(b.content_change, truth.highest_change)
      from (${mailboxTruth} where ${isOf('b', account)} group by b.tenant_id, b.account_id, b.id) as truth
     where ${isOf('b', account)} and b.id = truth.id
       and (b.total_emails <> truth.total or b.unread_emails <> truth.unread
            or b.uid_next <= truth.highest_uid or b.content_change < truth.highest_change)`.execute(tx);
}

async function houseInInbox(act: Act, account: AccountRef, ids: readonly EmailId[]): Promise<void> {
  for (let start = 0; start < ids.length; start += mailLimits.emailsPerCall) {
    const edit = await lockAccount(act.tx, account);
    const inbox = edit.mailboxOf('inbox');
    if (inbox === undefined) return;
    const emails = await lockEmails(act.tx, account, ids.slice(start, start + mailLimits.emailsPerCall));
    for (const email of emails) {
      email.changedChange = edit.takeChange();
      const { id, threadId, receivedAt } = email;
      edit.put({ id, threadId, receivedAt, isUnread: isUnread(email.flags) }, inbox, email.changedChange);
    }
    await updateEmails(act.tx, account, emails);
    await writeEdits(act.tx, [edit], act.at);
  }
}
