import { sql } from 'kysely';
import { mailLimits } from '../../base/domain-limits.ts';
import type { BlobId, EmailId, ThreadId } from '../../base/ids.ts';
import type { Transaction } from '../../platform/db/db.ts';
import type { EmailFlags } from './keywords.ts';
import type { AccountRef } from './mail.ts';

export interface NewEmail {
  readonly account: AccountRef;
  readonly id: EmailId;
  readonly number: number;
  readonly threadId: ThreadId;
  readonly receivedAt: Date;
  readonly sizeBytes: number;
  readonly hasAttachment: boolean;
  readonly change: number;
  /** Seals late, so that a thousand copies of one message never stand in memory together. */
  readonly seal: () => SealedEmail;
}

export interface SealedEmail {
  readonly keyVersion: number;
  readonly wrappedKey: Buffer;
  readonly summary: Buffer;
  readonly content: Buffer | undefined;
  readonly blobId: BlobId | null;
  readonly flags: EmailFlags;
}

/** Adds emails, in statements of bounded size. Sealed bytes travel as one value: arrays of them would be written as text. */
export async function insertEmails(tx: Transaction, emails: readonly NewEmail[]): Promise<void> {
  let slice: { email: NewEmail; sealed: SealedEmail }[] = [];
  let bytes = 0;
  for (const email of emails) {
    const sealed = email.seal();
    slice.push({ email, sealed });
    bytes += sealed.wrappedKey.length + sealed.summary.length + (sealed.content?.length ?? 0);
    if (bytes < mailLimits.statementBytes) continue;
    await insertSlice(tx, slice);
    slice = [];
    bytes = 0;
  }
  if (slice.length > 0) await insertSlice(tx, slice);
}

async function insertSlice(
  tx: Transaction,
  slice: readonly { readonly email: NewEmail; readonly sealed: SealedEmail }[],
): Promise<void> {
  const pieces: Buffer[] = [];
  const starts: number[] = [];
  let start = 1; // substr counts from one
  for (const { sealed } of slice) {
    starts.push(start);
    for (const piece of [sealed.wrappedKey, sealed.summary, sealed.content]) {
      if (piece === undefined) continue;
      pieces.push(piece);
      start += piece.length;
    }
  }
  const of = <Value>(pick: (email: NewEmail) => Value): Value[] => slice.map(({ email }) => pick(email));
  const ofSealed = <Value>(pick: (sealed: SealedEmail) => Value): Value[] => slice.map(({ sealed }) => pick(sealed));
  await sql`
    insert into mail.email (tenant_id, account_id, id, number, thread_id, received_at, size_bytes, key_version,
                            wrapped_key, sealed_summary, sealed_content, blob_id,
                            has_attachment, is_seen, is_flagged, is_answered, is_draft, keywords,
                            created_change, changed_change)
    select w.tenant_id, w.account_id, w.id, w.number, w.thread_id, w.received_at, w.size_bytes, w.key_version,
           substr(b.bytes, w.start, w.key_length), substr(b.bytes, w.start + w.key_length, w.summary_length),
           case when w.blob_id is null
                then substr(b.bytes, w.start + w.key_length + w.summary_length, w.content_length) end,
           w.blob_id, w.has_attachment, w.is_seen, w.is_flagged, w.is_answered, w.is_draft, w.keywords::text[],
           w.change, w.change
      from (select ${Buffer.concat(pieces)}::bytea as bytes) as b,
           unnest(${of((email) => email.account.tenantId)}::uuid[], ${of((email) => email.account.accountId)}::uuid[],
                  ${of((email) => email.id)}::uuid[], ${of((email) => email.number)}::int8[],
                  ${of((email) => email.threadId)}::uuid[], ${of((email) => email.receivedAt)}::timestamptz[],
                  ${of((email) => email.sizeBytes)}::int8[], ${ofSealed((sealed) => sealed.keyVersion)}::int4[],
                  ${starts}::int4[], ${ofSealed((sealed) => sealed.wrappedKey.length)}::int4[],
                  ${ofSealed((sealed) => sealed.summary.length)}::int4[],
                  ${ofSealed((sealed) => sealed.content?.length ?? 0)}::int4[],
                  ${ofSealed((sealed) => sealed.blobId)}::uuid[], ${of((email) => email.hasAttachment)}::bool[],
                  ${ofSealed(({ flags }) => flags.isSeen)}::bool[], ${ofSealed(({ flags }) => flags.isFlagged)}::bool[],
                  ${ofSealed(({ flags }) => flags.isAnswered)}::bool[], ${ofSealed(({ flags }) => flags.isDraft)}::bool[],
                  ${ofSealed(({ flags }) => arrayText(flags.labels))}::text[], ${of((email) => email.change)}::int8[])
             as w(tenant_id, account_id, id, number, thread_id, received_at, size_bytes, key_version,
                  start, key_length, summary_length, content_length, blob_id,
                  has_attachment, is_seen, is_flagged, is_answered, is_draft, keywords, change)`.execute(tx);
}

/** An array of one row as PostgreSQL reads it; `unnest` would flatten arrays of arrays. */
export function arrayText(items: readonly string[]): string {
  return `{${items.map((item) => `"${item.replace(/[\\"]/g, '\\$&')}"`).join(',')}}`;
}
