/** Opening emails: summaries and content, each first opening told to the audit. */
import { sql } from 'kysely';
import { present } from '../../base/assert.ts';
import { mailLimits } from '../../base/domain-limits.ts';
import { Refusal } from '../../base/errors.ts';
import { asId, type BlobId, type EmailId, type MailboxId, type ThreadId, type Uuid } from '../../base/ids.ts';
import type { Db } from '../../platform/db/db.ts';
import type { DataKey } from '../../platform/keys/keys.ts';
import type { Act } from '../audit/audit.ts';
import { openAccountKey } from './account-key.ts';
import { OpenedEmail } from './email-seal.ts';
import { fromEmailsById } from './emails-by-id.ts';
import { keywordsOf } from './keywords.ts';
import type { AccountRef, EmailSummary, MailParts } from './mail.ts';
import { requireRight } from './permission.ts';
import type { OpenedEmailBytes } from './reading.ts';
import { mailTexts } from './texts.ts';

type Parts = Pick<MailParts, 'access' | 'dataKeys' | 'blobs'>;

/** Session of a person who acts without one. */
const noSession: Uuid = asId('00000000-0000-0000-0000-000000000000');

export interface SealedRow {
  readonly id: EmailId;
  readonly keyVersion: number;
  readonly wrappedKey: Buffer;
}

/** Opens the keys of some emails of one account, each version of the account's key once. */
export class EmailOpener {
  readonly #parts: Pick<MailParts, 'dataKeys'>;
  readonly #db: Db;
  readonly #account: AccountRef;
  readonly #keys = new Map<number, DataKey>();

  constructor(parts: Pick<MailParts, 'dataKeys'>, db: Db, account: AccountRef) {
    this.#parts = parts;
    this.#db = db;
    this.#account = { tenantId: account.tenantId, accountId: account.accountId };
  }

  async open(row: SealedRow): Promise<OpenedEmail> {
    let key = this.#keys.get(row.keyVersion);
    if (key === undefined) {
      key = await openAccountKey(this.#parts.dataKeys, this.#db, this.#account, row.keyVersion);
      this.#keys.set(row.keyVersion, key);
    }
    return OpenedEmail.open(key, { account: this.#account, id: row.id }, row.wrappedKey);
  }
}

interface SummaryRow extends SealedRow {
  readonly threadId: ThreadId;
  readonly mailboxIds: readonly MailboxId[];
  readonly receivedAt: Date;
  readonly sizeBytes: number;
  readonly hasAttachment: boolean;
  readonly sealedSummary: Buffer;
  readonly isSeen: boolean;
  readonly isFlagged: boolean;
  readonly isAnswered: boolean;
  readonly isDraft: boolean;
  readonly labels: readonly string[];
  readonly createdChange: number;
  readonly changedChange: number;
  readonly isTold: boolean;
}

export async function openSummaries(
  parts: Parts,
  { act, account }: { readonly act: Act; readonly account: AccountRef },
  ids: readonly EmailId[],
  which: 'all' | 'present' = 'all',
): Promise<readonly EmailSummary[]> {
  if (ids.length > mailLimits.emailsPerCall) throw new Refusal('too-many-emails', mailTexts.tooManyEmails);
  await requireRight(parts.access, act, account, 'read');
  const found = await sql<SummaryRow>`
    select e.id, e.thread_id as "threadId", e.received_at as "receivedAt", e.size_bytes as "sizeBytes",
           e.has_attachment as "hasAttachment", e.key_version as "keyVersion", e.wrapped_key as "wrappedKey",
           e.sealed_summary as "sealedSummary", e.is_seen as "isSeen", e.is_flagged as "isFlagged",
           e.is_answered as "isAnswered", e.is_draft as "isDraft", e.keywords as labels,
           e.created_change as "createdChange", e.changed_change as "changedChange",
           array(select m.mailbox_id from mail.mailbox_email m
                  where m.tenant_id = ${account.tenantId} and m.account_id = ${account.accountId}
                    and m.email_id = e.id) as "mailboxIds",
           ${isTold(act, account)} as "isTold"
      ${fromEmailsById(account, ids)}
     where e.wrapped_key is not null ${which === 'all' ? sql`` : sql`and e.deleted_at is null`}`.execute(act.tx);
  const opener = new EmailOpener(parts, act.tx, account);
  const summaries = new Map<EmailId, EmailSummary>();
  for (const row of found.rows) summaries.set(row.id, await openSummary(opener, row));
  const untold = found.rows.filter((row) => !row.isTold).map(({ id }) => id);
  await tellOpened(act, account, untold);
  return ids.flatMap((id) => summaries.get(id) ?? []);
}

/** Whether the opening of the email `e` is told already: a page of a list is read again and again. */
function isTold({ actor }: Act, account: AccountRef) {
  if (actor.kind !== 'person') return sql`true`;
  return sql`exists (select from mail.seen_by s
                      where s.tenant_id = ${account.tenantId} and s.account_id = ${account.accountId} and s.email_id = e.id
                        and s.person_id = ${actor.personId} and s.session_id = ${actor.sessionId ?? noSession})`;
}

async function openSummary(opener: EmailOpener, row: SummaryRow): Promise<EmailSummary> {
  const email = await opener.open(row);
  const { structure, preview, prefixBytes, sha256 } = email.summary(row.sealedSummary);
  return {
    id: row.id,
    threadId: row.threadId,
    mailboxIds: row.mailboxIds,
    keywords: keywordsOf(row, () => email),
    receivedAt: row.receivedAt,
    sizeBytes: row.sizeBytes,
    hasAttachment: row.hasAttachment,
    preview,
    structure,
    prefixBytes,
    sha256,
    createdChange: row.createdChange,
    changedChange: row.changedChange,
  };
}

export interface ContentRow extends SealedRow {
  readonly sizeBytes: number;
  readonly sealedSummary: Buffer;
  readonly sealedContent: Buffer | null;
  readonly blobId: BlobId | null;
}

/** Of the email `e`. */
export const contentColumns = sql`
  e.id, e.key_version as "keyVersion", e.wrapped_key as "wrappedKey", e.size_bytes as "sizeBytes",
  e.sealed_summary as "sealedSummary", e.sealed_content as "sealedContent", e.blob_id as "blobId"`;

export async function openContent(
  parts: Parts,
  { act, account }: { readonly act: Act; readonly account: AccountRef },
  id: EmailId,
  range?: { readonly start: number; readonly end: number },
): Promise<AsyncIterable<Buffer>> {
  await requireRight(parts.access, act, account, 'read');
  const found = await sql<ContentRow>`
    select ${contentColumns} from mail.email e
     where e.tenant_id = ${account.tenantId} and e.account_id = ${account.accountId} and e.id = ${id}
       and e.wrapped_key is not null`.execute(act.tx);
  const row = found.rows[0];
  if (row === undefined) throw new Refusal('email-unknown', mailTexts.emailUnknown);
  const email = await new EmailOpener(parts, act.tx, account).open(row);
  const bytes = readContent(parts, email, row, range);
  await tellOpened(act, account, [id]);
  return bytes;
}

/** An email that is present, for whoever reads parts of its bytes. `Refusal` `email-unknown`. */
export async function openEmailBytes(
  parts: Parts,
  { act, account }: { readonly act: Act; readonly account: AccountRef },
  id: EmailId,
): Promise<OpenedEmailBytes> {
  await requireRight(parts.access, act, account, 'read');
  const found = await sql<ContentRow>`
    select ${contentColumns} from mail.email e
     where e.tenant_id = ${account.tenantId} and e.account_id = ${account.accountId} and e.id = ${id}
       and e.deleted_at is null and e.wrapped_key is not null`.execute(act.tx);
  const row = found.rows[0];
  if (row === undefined) throw new Refusal('email-unknown', mailTexts.emailUnknown);
  const email = await new EmailOpener(parts, act.tx, account).open(row);
  await tellOpened(act, account, [id]);
  return { sizeBytes: row.sizeBytes, read: (range) => readContent(parts, email, row, range) };
}

/** The bytes of an email, or those of `range`, which ends with the email at the latest. */
export function readContent(
  parts: Pick<MailParts, 'blobs'>,
  email: OpenedEmail,
  row: ContentRow,
  range?: { readonly start: number; readonly end: number },
): AsyncIterable<Buffer> {
  const end = Math.min(range?.end ?? row.sizeBytes, row.sizeBytes);
  const start = Math.min(range?.start ?? 0, end);
  if (!Number.isSafeInteger(start) || !Number.isSafeInteger(end) || start < 0 || end < 0) {
    throw new Refusal('bad-range', mailTexts.badRange);
  }
  if (row.blobId === null) {
    const sealed = present(row.sealedContent, 'an email has neither content nor blob');
    return once(email.content(sealed).subarray(start, end));
  }
  const key = present(email.summary(row.sealedSummary).blobKey, 'an email names a blob without its key');
  return parts.blobs.read(Buffer.from(key, 'base64'), row.blobId, row.sizeBytes, { start, end });
}

async function* once(bytes: Buffer): AsyncIterable<Buffer> {
  if (bytes.length > 0) yield bytes;
}

/** One event per person, email and session (invariant 3); the program's own tasks leave none for what they open. */
export async function tellOpened(act: Act, account: AccountRef, ids: readonly EmailId[]): Promise<void> {
  const { actor } = act;
  if (actor.kind !== 'person' || ids.length === 0) return;
  const first = await sql<{ emailId: EmailId }>`
    insert into mail.seen_by (tenant_id, account_id, email_id, person_id, session_id, at)
    select ${account.tenantId}::uuid, ${account.accountId}::uuid, opened.id, ${actor.personId}::uuid,
           ${actor.sessionId ?? noSession}::uuid, ${act.at}::timestamptz
      from unnest(${[...ids].sort()}::uuid[]) as opened(id)
    on conflict do nothing
    returning email_id as "emailId"`.execute(act.tx);
  for (const { emailId } of first.rows) {
    act.record({
      tenantId: account.tenantId,
      accountId: account.accountId,
      kind: 'email.opened',
      object: { kind: 'email', id: emailId },
    });
  }
}
