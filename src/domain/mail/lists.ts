/** What is read without opening anything: identifiers, dates, counters (invariant 3: such reads leave no event). */
import { sql } from 'kysely';
import { assert } from '../../base/assert.ts';
import { mailLimits } from '../../base/domain-limits.ts';
import type { BlobId, EmailId, MailboxId } from '../../base/ids.ts';
import type { Db } from '../../platform/db/db.ts';
import type { AccountRef } from './mail.ts';

export async function listEmails(
  db: Db,
  account: AccountRef,
  page: {
    readonly mailboxId?: MailboxId;
    readonly before?: { readonly receivedAt: Date; readonly id: EmailId };
    readonly limit: number;
  },
): Promise<readonly EmailId[]> {
  assert(page.limit <= mailLimits.page, 'a page of emails is too large');
  const inMailbox =
    page.mailboxId === undefined
      ? sql`true`
      : sql`exists (select from mail.mailbox_email m
                     where m.tenant_id = e.tenant_id and m.account_id = e.account_id
                       and m.mailbox_id = ${page.mailboxId} and m.email_id = e.id)`;
  const before =
    page.before === undefined
      ? sql`true`
      : sql`(e.received_at, e.id) < (${page.before.receivedAt}::timestamptz, ${page.before.id}::uuid)`;
  const found = await sql<{ id: EmailId }>`
    select e.id from mail.email e
     where e.tenant_id = ${account.tenantId} and e.account_id = ${account.accountId} and e.deleted_at is null
       and ${inMailbox} and ${before}
     order by e.received_at desc, e.id desc limit ${page.limit}`.execute(db);
  return found.rows.map((row) => row.id);
}

export async function listDeleted(
  db: Db,
  account: AccountRef,
  limit: number,
): Promise<readonly { readonly id: EmailId; readonly deletedAt: Date }[]> {
  assert(limit <= mailLimits.page, 'a page of deleted emails is too large');
  const found = await sql<{ id: EmailId; deletedAt: Date }>`
    select id, deleted_at as "deletedAt" from mail.email
     where tenant_id = ${account.tenantId} and account_id = ${account.accountId} and deleted_at is not null
     order by deleted_at desc, id desc limit ${limit}`.execute(db);
  return found.rows;
}

/** Which of these blobs an email or an upload still names: the sweep keeps them. */
export async function blobsNamed(db: Db, ids: readonly BlobId[]): Promise<ReadonlySet<BlobId>> {
  const found = await sql<{ id: BlobId }>`
    select blob_id as id from mail.email where blob_id = any(${ids}::uuid[])
     union
    select id from mail.upload where id = any(${ids}::uuid[])`.execute(db);
  return new Set(found.rows.map((row) => row.id));
}
