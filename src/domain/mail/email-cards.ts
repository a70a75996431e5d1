/** What lists show of emails without opening them: no header, no text (invariant 3: such reads leave no event). */
import { sql } from 'kysely';
import { mailLimits } from '../../base/domain-limits.ts';
import { Refusal } from '../../base/errors.ts';
import type { EmailId, MailboxId, ThreadId } from '../../base/ids.ts';
import type { Db } from '../../platform/db/db.ts';
import { fromEmailsById } from './emails-by-id.ts';
import { type EmailFlags, keywordsOf } from './keywords.ts';
import type { AccountRef, EmailCard, MailParts, ThreadCounts, ThreadEmails } from './mail.ts';
import { EmailOpener, type SealedRow } from './opening.ts';
import { mailTexts } from './texts.ts';

interface CardRow extends SealedRow, EmailFlags {
  readonly threadId: ThreadId;
  readonly mailboxIds: readonly MailboxId[];
  readonly receivedAt: Date;
  readonly sizeBytes: number;
  readonly hasAttachment: boolean;
}

/** Those of `ids` that are present in the account, in their order. */
export async function listCards(
  parts: Pick<MailParts, 'dataKeys'>,
  db: Db,
  account: AccountRef,
  ids: readonly EmailId[],
): Promise<readonly EmailCard[]> {
  if (ids.length > mailLimits.emailsPerCall) throw new Refusal('too-many-emails', mailTexts.tooManyEmails);
  const found = await sql<CardRow>`
    select e.id, e.thread_id as "threadId", e.received_at as "receivedAt", e.size_bytes as "sizeBytes",
           e.has_attachment as "hasAttachment", e.key_version as "keyVersion", e.wrapped_key as "wrappedKey",
           e.is_seen as "isSeen", e.is_flagged as "isFlagged", e.is_answered as "isAnswered", e.is_draft as "isDraft",
           e.keywords as labels,
           array(select m.mailbox_id from mail.mailbox_email m
                  where m.tenant_id = e.tenant_id and m.account_id = e.account_id and m.email_id = e.id) as "mailboxIds"
      ${fromEmailsById(account, ids)}
     where e.deleted_at is null and e.wrapped_key is not null`.execute(db);
  const opener = new EmailOpener(parts, db, account);
  const cards = new Map<EmailId, EmailCard>();
  for (const row of found.rows) {
    const { id, threadId, mailboxIds, receivedAt, sizeBytes, hasAttachment } = row;
    const email = await opener.open(row);
    const keywords = keywordsOf(row, () => email);
    cards.set(id, { id, threadId, mailboxIds, keywords, receivedAt, sizeBytes, hasAttachment });
  }
  return ids.flatMap((id) => cards.get(id) ?? []);
}

/** Those of `ids` that have an email in the account; its emails as they were received. */
export async function listThreads(
  db: Db,
  account: AccountRef,
  ids: readonly ThreadId[],
): Promise<readonly ThreadEmails[]> {
  if (ids.length > mailLimits.emailsPerCall) throw new Refusal('too-many-emails', mailTexts.tooManyEmails);
  const found = await sql<ThreadEmails>`
    select thread_id as id, array_agg(id order by received_at, id) as "emailIds"
      from mail.email
     where tenant_id = ${account.tenantId} and account_id = ${account.accountId} and thread_id = any(${ids}::uuid[])
       and deleted_at is null
     group by thread_id`.execute(db);
  const threads = new Map(found.rows.map((thread) => [thread.id, thread]));
  return ids.flatMap((id) => threads.get(id) ?? []);
}

/**
 * The threads of each mailbox. RFC 8621 §2: an unread email makes its thread unread in every mailbox that holds one of its
 * emails, but what is only in the trash counts in the trash alone.
 */
export async function countThreads(db: Db, account: AccountRef): Promise<ReadonlyMap<MailboxId, ThreadCounts>> {
  const { tenantId, accountId } = account;
  const found = await sql<ThreadCounts & { mailboxId: MailboxId }>`
    with held as (
      select m.mailbox_id, e.thread_id, e.id, not e.is_seen and not e.is_draft as is_unread,
             box.role is not distinct from 'trash' as is_trash
        from mail.mailbox_email m
        join mail.mailbox box on box.tenant_id = m.tenant_id and box.account_id = m.account_id and box.id = m.mailbox_id
        join mail.email e on e.tenant_id = m.tenant_id and e.account_id = m.account_id and e.id = m.email_id
       where m.tenant_id = ${tenantId} and m.account_id = ${accountId} and e.deleted_at is null
    ), unread as (
      select distinct thread_id, is_trash from held where is_unread
    )
    select held.mailbox_id as "mailboxId", count(distinct held.thread_id) as "totalThreads",
           count(distinct unread.thread_id) as "unreadThreads"
      from held
      left join unread on unread.thread_id = held.thread_id and unread.is_trash = held.is_trash
     group by held.mailbox_id`.execute(db);
  return new Map(found.rows.map(({ mailboxId, ...counts }) => [mailboxId, counts]));
}
