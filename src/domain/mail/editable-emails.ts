import { sql } from 'kysely';
import { mailLimits } from '../../base/domain-limits.ts';
import { Refusal } from '../../base/errors.ts';
import type { EmailId, MailboxId, ThreadId } from '../../base/ids.ts';
import type { Transaction } from '../../platform/db/db.ts';
import type { Membership } from './account-edit.ts';
import { arrayText } from './email-rows.ts';
import type { EmailFlags } from './keywords.ts';
import type { AccountRef } from './mail.ts';
import type { SealedRow } from './opening.ts';
import { mailTexts } from './texts.ts';

/** An email whose row is locked, with what a deed may change of it. */
export interface EditableEmail extends SealedRow {
  readonly threadId: ThreadId;
  readonly receivedAt: Date;
  readonly sizeBytes: number;
  flags: EmailFlags;
  number: number;
  createdChange: number;
  changedChange: number;
  deletedAt: Date | null;
  /** The mailboxes it left for the trash: where an undelete puts it back. */
  deletedFrom: readonly MailboxId[] | null;
  readonly memberships: Membership[];
}

interface EmailRow extends SealedRow, Omit<EmailFlags, 'labels'> {
  readonly threadId: ThreadId;
  readonly receivedAt: Date;
  readonly sizeBytes: number;
  readonly labels: readonly string[];
  readonly number: number;
  readonly createdChange: number;
  readonly changedChange: number;
  readonly deletedAt: Date | null;
  readonly deletedFrom: readonly MailboxId[] | null;
}

/** Locks those of `ids` that are the account's, whose row is locked already; in the order asked, each once. */
export async function lockEmails(
  tx: Transaction,
  account: AccountRef,
  ids: readonly EmailId[],
): Promise<readonly EditableEmail[]> {
  if (ids.length > mailLimits.emailsPerCall) throw new Refusal('too-many-emails', mailTexts.tooManyEmails);
  const found = await sql<EmailRow>`
    select id, key_version as "keyVersion", wrapped_key as "wrappedKey", thread_id as "threadId",
           received_at as "receivedAt", size_bytes as "sizeBytes", number, is_seen as "isSeen", is_flagged as "isFlagged", is_answered as "isAnswered", is_draft as "isDraft",
           keywords as labels, created_change as "createdChange", changed_change as "changedChange",
           deleted_at as "deletedAt", deleted_from as "deletedFrom"
      from mail.email
     where tenant_id = ${account.tenantId} and account_id = ${account.accountId} and id = any(${ids}::uuid[])
       and wrapped_key is not null
     order by id
       for update`.execute(tx);
  const emails = new Map<EmailId, EditableEmail>();
  for (const { isSeen, isFlagged, isAnswered, isDraft, labels, ...row } of found.rows) {
    const flags = { isSeen, isFlagged, isAnswered, isDraft, labels };
    emails.set(row.id, { ...row, flags, memberships: [] });
  }
  const memberships = await sql<Membership & { emailId: EmailId }>`
    select email_id as "emailId", mailbox_id as "mailboxId", uid from mail.mailbox_email
     where tenant_id = ${account.tenantId} and account_id = ${account.accountId} and email_id = any(${ids}::uuid[])
    `.execute(tx);
  for (const { emailId, mailboxId, uid } of memberships.rows) emails.get(emailId)?.memberships.push({ mailboxId, uid });
  return [...new Set(ids)].flatMap((id) => emails.get(id) ?? []);
}

/** Writes what deeds changed of these emails; memberships are written by the account's edit. */
export async function updateEmails(
  tx: Transaction,
  account: AccountRef,
  emails: readonly EditableEmail[],
): Promise<void> {
  if (emails.length === 0) return;
  await sql`
    update mail.email e
       set number = w.number, is_seen = w.is_seen, is_flagged = w.is_flagged, is_answered = w.is_answered,
           is_draft = w.is_draft, keywords = w.keywords::text[], created_change = w.created_change,
           changed_change = w.changed_change, deleted_at = w.deleted_at, deleted_from = w.deleted_from::uuid[]
      from unnest(${emails.map((email) => email.id)}::uuid[], ${emails.map((email) => email.number)}::int8[],
                  ${emails.map(({ flags }) => flags.isSeen)}::bool[], ${emails.map(({ flags }) => flags.isFlagged)}::bool[],
                  ${emails.map(({ flags }) => flags.isAnswered)}::bool[], ${emails.map(({ flags }) => flags.isDraft)}::bool[],
                  ${emails.map(({ flags }) => arrayText(flags.labels))}::text[],
                  ${emails.map((email) => email.createdChange)}::int8[],
                  ${emails.map((email) => email.changedChange)}::int8[],
                  ${emails.map((email) => email.deletedAt)}::timestamptz[],
                  ${emails.map((email) => (email.deletedFrom === null ? null : arrayText(email.deletedFrom)))}::text[])
             as w(id, number, is_seen, is_flagged, is_answered, is_draft, keywords, created_change, changed_change,
                  deleted_at, deleted_from)
     where e.tenant_id = ${account.tenantId} and e.account_id = ${account.accountId} and e.id = w.id`.execute(tx);
}
