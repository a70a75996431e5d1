import { sql } from 'kysely';
import { present } from '../../base/assert.ts';
import { Refusal } from '../../base/errors.ts';
import type { AccountId, MailboxId, TenantId } from '../../base/ids.ts';
import type { Transaction } from '../../platform/db/db.ts';
import { type AccountCounters, AccountEdit, type MailboxCounters } from './account-edit.ts';
import type { AccountRef, MailboxRole } from './mail.ts';
import { mailTexts } from './texts.ts';

/** One text for each account: the key of maps. */
export function accountText(account: AccountRef): string {
  return `${account.tenantId}/${account.accountId}`;
}

interface LockedRow extends AccountCounters {
  readonly tenantId: TenantId;
  readonly accountId: AccountId;
}

/** Locks the accounts in the order of their identifiers, so that two batches cannot wait for each other. */
export async function lockAccounts(
  tx: Transaction,
  accounts: readonly AccountRef[],
): Promise<Map<string, AccountEdit>> {
  const locked = await sql<LockedRow>`
    select a.tenant_id as "tenantId", a.id as "accountId", a.quota_bytes as "quotaBytes", a.used_bytes as "usedBytes",
           a.email_count as "emailCount", a.change, a.next_email_number as "nextEmailNumber",
           a.closed_at is not null as "isClosed", a.is_indexing_asked as "isIndexingAsked"
      from mail.account a
      join unnest(${accounts.map((each) => each.tenantId)}::uuid[],
                  ${accounts.map((each) => each.accountId)}::uuid[]) as wanted(tenant_id, id)
        on a.tenant_id = wanted.tenant_id and a.id = wanted.id
     order by a.tenant_id, a.id
       for update of a`.execute(tx);
  return new Map(
    locked.rows.map((row) => [
      accountText(row),
      new AccountEdit({ tenantId: row.tenantId, accountId: row.accountId }, row),
    ]),
  );
}

interface MailboxRow extends MailboxCounters {
  readonly tenantId: TenantId;
  readonly accountId: AccountId;
}

/** Reads, under the locks, the mailboxes that have one of `roles` or are among `ids`. */
export async function readMailboxes(
  tx: Transaction,
  edits: ReadonlyMap<string, AccountEdit>,
  wanted: { readonly roles: readonly MailboxRole[]; readonly ids: readonly MailboxId[] } | 'all',
): Promise<void> {
  const accounts = [...edits.values()].map((edit) => edit.account);
  const those =
    wanted === 'all' ? sql`true` : sql`(m.role = any(${wanted.roles}::text[]) or m.id = any(${wanted.ids}::uuid[]))`;
  const found = await sql<MailboxRow>`
    select m.tenant_id as "tenantId", m.account_id as "accountId", m.id, m.role, m.uid_next as "uidNext",
           m.total_emails as "totalEmails", m.unread_emails as "unreadEmails"
      from unnest(${accounts.map((each) => each.tenantId)}::uuid[],
                  ${accounts.map((each) => each.accountId)}::uuid[]) as wanted(tenant_id, id)
      join mail.mailbox m on m.tenant_id = wanted.tenant_id and m.account_id = wanted.id
     where ${those}`.execute(tx);
  for (const row of found.rows) edits.get(accountText(row))?.addMailbox(row);
}

/** Locks one account that must exist, with all its mailboxes. */
export async function lockAccount(tx: Transaction, account: AccountRef): Promise<AccountEdit> {
  const edits = await lockAccounts(tx, [account]);
  if (edits.size === 0) throw new Refusal('account-unknown', mailTexts.accountUnknown);
  await readMailboxes(tx, edits, 'all');
  return present(edits.get(accountText(account)), 'a locked account is not the one asked');
}
