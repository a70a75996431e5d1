/** Emails that were deleted for good and can still be brought back, opened as far as to know them again. */
import { sql } from 'kysely';
import { assert } from '../../base/assert.ts';
import { mailLimits } from '../../base/domain-limits.ts';
import type { EmailId } from '../../base/ids.ts';
import { mailboxesOf } from '../../formats/address/address-list.ts';
import { headerAddresses, headerText } from '../../formats/mime/header-values.ts';
import type { Act } from '../audit/audit.ts';
import type { AccountRef, MailParts } from './mail.ts';
import { EmailOpener, type SealedRow, tellOpened } from './opening.ts';
import { requireRight } from './permission.ts';
import { fold } from './search/words.ts';

/** Where a page ended: the next one begins after it. */
export interface DeletedPlace {
  readonly deletedAt: Date;
  readonly id: EmailId;
}

export interface DeletedEmail extends DeletedPlace {
  readonly receivedAt: Date;
  readonly hasAttachment: boolean;
  readonly from: readonly { readonly name: string | null; readonly address: string }[];
  readonly subject: string | null;
  readonly preview: string;
}

export interface DeletedPage {
  readonly emails: readonly DeletedEmail[];
  /** Undefined at the end. A page of a search may be short, or empty, before it. */
  readonly next: DeletedPlace | undefined;
}

interface DeletedRow extends SealedRow {
  readonly deletedAt: Date;
  readonly receivedAt: Date;
  readonly hasAttachment: boolean;
  readonly sealedSummary: Buffer;
}

export interface WantedDeleted {
  readonly limit: number;
  readonly after?: DeletedPlace;
  /** Each word begins a word of the subject or of the sender. */
  readonly text?: string;
}

/**
 * The latest deletion first. The search index has forgotten these emails: a search reads through them, at most
 * `mailLimits.deletedScanned` for one page, and tells the audit of those that it shows.
 */
export async function openDeleted(
  parts: Pick<MailParts, 'access' | 'dataKeys'>,
  { act, account }: { readonly act: Act; readonly account: AccountRef },
  { limit, after, text }: WantedDeleted,
): Promise<DeletedPage> {
  assert(limit > 0 && limit <= mailLimits.deletedPage, 'a page of deleted emails is too large');
  await requireRight(parts.access, act, account, 'read');
  const words = text === undefined ? [] : wordsOf(text);
  // One more than is shown tells that another page follows.
  const scanned = text === undefined ? limit + 1 : mailLimits.deletedScanned;
  const opener = new EmailOpener(parts, act.tx, account);
  const emails: DeletedEmail[] = [];
  let last = after;
  let seen = 0;
  let isFull = false;
  for await (const row of readRows(act, account, { after, most: scanned })) {
    isFull = emails.length === limit;
    if (isFull) break;
    seen += 1;
    last = { deletedAt: row.deletedAt, id: row.id };
    const email = await openRow(opener, row);
    if (isFound(email, words)) emails.push(email);
  }
  await tellOpened(
    act,
    account,
    emails.map(({ id }) => id),
  );
  return { emails, next: isFull || seen === scanned ? last : undefined };
}

/** The latest deletion first, in slices: their sealed summaries stand in memory. */
async function* readRows(
  act: Act,
  account: AccountRef,
  { after, most }: { readonly after: DeletedPlace | undefined; readonly most: number },
): AsyncGenerator<DeletedRow> {
  let last = after;
  for (let left = most; left > 0; ) {
    const slice = Math.min(left, mailLimits.deletedSlice);
    const isAfter =
      last === undefined ? sql`true` : sql`(deleted_at, id) < (${last.deletedAt}::timestamptz, ${last.id}::uuid)`;
    const { rows } = await sql<DeletedRow>`
      select id, key_version as "keyVersion", wrapped_key as "wrappedKey", sealed_summary as "sealedSummary",
             deleted_at as "deletedAt", received_at as "receivedAt", has_attachment as "hasAttachment"
        from mail.email
       where tenant_id = ${account.tenantId} and account_id = ${account.accountId} and deleted_at is not null
         and wrapped_key is not null and ${isAfter}
       order by deleted_at desc, id desc limit ${slice}`.execute(act.tx);
    yield* rows;
    last = rows.at(-1);
    if (rows.length < slice) return;
    left -= rows.length;
  }
}

async function openRow(opener: EmailOpener, row: DeletedRow): Promise<DeletedEmail> {
  const { id, deletedAt, receivedAt, hasAttachment } = row;
  const { structure, preview } = (await opener.open(row)).summary(row.sealedSummary);
  const from = mailboxesOf(headerAddresses(structure.fields, 'From')).map(({ name, address }) => ({
    name: name ?? null,
    address: address ?? '',
  }));
  const subject = headerText(structure.fields, 'Subject') ?? null;
  return { id, deletedAt, receivedAt, hasAttachment, from, subject, preview };
}

function isFound({ subject, from }: DeletedEmail, words: readonly string[]): boolean {
  if (words.length === 0) return true;
  const there = wordsOf([subject ?? '', ...from.flatMap(({ name, address }) => [name ?? '', address])].join(' '));
  return words.every((word) => there.some((one) => one.startsWith(word)));
}

/** Case and accents are forgiven. */
function wordsOf(text: string): readonly string[] {
  return fold(text).match(/[\p{L}\p{N}]+/gu) ?? [];
}
