/** Writes what edits of accounts collected: counters, memberships, tombstones. */
import { sql } from 'kysely';
import { present } from '../../base/assert.ts';
import type { Transaction } from '../../platform/db/db.ts';
import type { AccountEdit } from './account-edit.ts';
import type { AccountRef } from './mail.ts';

const noMailbox = '00000000-0000-0000-0000-000000000000';

interface Owned<Row> {
  readonly account: AccountRef;
  readonly row: Row;
}

function gather<Row>(edits: readonly AccountEdit[], rowsOf: (edit: AccountEdit) => readonly Row[]): Owned<Row>[] {
  return edits.flatMap((edit) => rowsOf(edit).map((row) => ({ account: edit.account, row })));
}

/** Closes and writes the edits that changed something. The accounts are locked: rows are written as computed. */
export async function writeEdits(tx: Transaction, edits: readonly AccountEdit[], at: Date): Promise<void> {
  const touched = edits.filter((edit) => edit.isTouched);
  if (touched.length === 0) return;
  for (const edit of touched) edit.close();
  await removeMemberships(tx, touched);
  await writeCounters(tx, touched);
  await writeTombstones(tx, touched, at);
}

async function writeCounters(tx: Transaction, edits: readonly AccountEdit[]): Promise<void> {
  const mailboxes = gather(edits, (edit) => edit.touchedMailboxes);
  const added = gather(edits, (edit) => edit.added);
  await sql`
    with counted as (
      update mail.account a
         set change = w.change, next_email_number = w.next_email_number, used_bytes = w.used_bytes,
             email_count = w.email_count, is_indexing_asked = a.is_indexing_asked or w.asks_indexing
        from unnest(${edits.map((edit) => edit.account.tenantId)}::uuid[],
                    ${edits.map((edit) => edit.account.accountId)}::uuid[],
                    ${edits.map((edit) => edit.change)}::int8[], ${edits.map((edit) => edit.nextEmailNumber)}::int8[],
                    ${edits.map((edit) => edit.usedBytes)}::int8[], ${edits.map((edit) => edit.emailCount)}::int8[],
                    ${edits.map((edit) => edit.needsIndexing)}::bool[])
             as w(tenant_id, id, change, next_email_number, used_bytes, email_count, asks_indexing)
       where a.tenant_id = w.tenant_id and a.id = w.id
    ), filled as (
      update mail.mailbox m
         set uid_next = w.uid_next, total_emails = w.total, unread_emails = w.unread, content_change = w.change
        from unnest(${mailboxes.map((each) => each.account.tenantId)}::uuid[],
                    ${mailboxes.map((each) => each.account.accountId)}::uuid[],
                    ${mailboxes.map(({ row }) => row.id)}::uuid[], ${mailboxes.map(({ row }) => row.uidNext)}::int8[],
                    ${mailboxes.map(({ row }) => row.totalEmails)}::int8[],
                    ${mailboxes.map(({ row }) => row.unreadEmails)}::int8[],
                    ${mailboxes.map(({ row }) => present(row.contentChange, 'an edit was written before it closed'))}::int8[])
             as w(tenant_id, account_id, id, uid_next, total, unread, change)
       where m.tenant_id = w.tenant_id and m.account_id = w.account_id and m.id = w.id
    )
    insert into mail.mailbox_email (tenant_id, account_id, mailbox_id, uid, email_id, added_change, received_at, thread_id)
    select * from unnest(${added.map((each) => each.account.tenantId)}::uuid[],
                         ${added.map((each) => each.account.accountId)}::uuid[],
                         ${added.map(({ row }) => row.mailboxId)}::uuid[], ${added.map(({ row }) => row.uid)}::int8[],
                         ${added.map(({ row }) => row.emailId)}::uuid[], ${added.map(({ row }) => row.change)}::int8[],
                         ${added.map(({ row }) => row.receivedAt)}::timestamptz[],
                         ${added.map(({ row }) => row.threadId)}::uuid[])
    `.execute(tx);
}

async function removeMemberships(tx: Transaction, edits: readonly AccountEdit[]): Promise<void> {
  const removed = gather(edits, (edit) => edit.removed);
  if (removed.length === 0) return;
  await sql`
    delete from mail.mailbox_email m
     using unnest(${removed.map((each) => each.account.tenantId)}::uuid[],
                  ${removed.map((each) => each.account.accountId)}::uuid[],
                  ${removed.map(({ row }) => row.mailboxId)}::uuid[], ${removed.map(({ row }) => row.uid)}::int8[])
           as w(tenant_id, account_id, mailbox_id, uid)
     where m.tenant_id = w.tenant_id and m.account_id = w.account_id and m.mailbox_id = w.mailbox_id and m.uid = w.uid
    `.execute(tx);
}

async function writeTombstones(tx: Transaction, edits: readonly AccountEdit[], at: Date): Promise<void> {
  const dead = gather(edits, (edit) => edit.tombstones);
  if (dead.length === 0) return;
  await sql`
    insert into mail.tombstone (tenant_id, account_id, change, kind, object_id, mailbox_id, uid, at)
    select w.*, ${at}::timestamptz
      from unnest(${dead.map((each) => each.account.tenantId)}::uuid[],
                  ${dead.map((each) => each.account.accountId)}::uuid[],
                  ${dead.map(({ row }) => row.change)}::int8[], ${dead.map(({ row }) => row.kind)}::text[],
                  ${dead.map(({ row }) => row.objectId)}::uuid[],
                  ${dead.map(({ row }) => row.membership?.mailboxId ?? noMailbox)}::uuid[],
                  ${dead.map(({ row }) => row.membership?.uid ?? 0)}::int8[]) as w`.execute(tx);
}
