import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { sql } from 'kysely';
import { mailLimits } from '../../base/domain-limits.ts';
import type { EmailId } from '../../base/ids.ts';
import { createMimeParser } from '../../formats/mime/mime.ts';
import { hasAttachment, previewOf } from '../../formats/mime/preview.ts';
import type { Db, Transaction } from '../../platform/db/db.ts';
import { IntegrityFault } from '../../platform/keys/keys.ts';
import type { OpenedEmail, StoredSummary } from './email-seal.ts';
import type { AccountRef, MailParts, StoredStructure } from './mail.ts';
import { type ContentRow, contentColumns, EmailOpener, readContent } from './opening.ts';
import type { AccountFindings } from './verify-findings.ts';

/** A summary made anew from the content. */
export interface EmailRepair {
  readonly id: EmailId;
  readonly sealedSummary: Buffer;
  readonly hasAttachment: boolean;
}

interface VerifiedRow extends ContentRow {
  readonly hasAttachment: boolean;
}

/** Reads every email of the account, deleted ones too, in pages; what to write when `repair` is asked. */
export async function verifyEmails(
  parts: Pick<MailParts, 'db' | 'dataKeys' | 'blobs'>,
  findings: AccountFindings,
  repair: boolean,
): Promise<EmailRepair[]> {
  const { account } = findings;
  const opener = new EmailOpener(parts, parts.db, account);
  const repairs: EmailRepair[] = [];
  let after = '00000000-0000-0000-0000-000000000000';
  for (;;) {
    const rows = await readPage(parts.db, account, after);
    for (const row of rows) {
      findings.emails += 1;
      findings.bytes += row.sizeBytes;
      const made = await verifyEmail(parts, opener, row, { findings, repair });
      if (made !== undefined) repairs.push(made);
    }
    const last = rows.at(-1);
    if (last === undefined) return repairs;
    after = last.id;
  }
}

async function readPage(db: Db, account: AccountRef, after: string): Promise<readonly VerifiedRow[]> {
  const found = await sql<VerifiedRow>`
    select ${contentColumns}, has_attachment as "hasAttachment" from mail.email e
     where tenant_id = ${account.tenantId} and account_id = ${account.accountId} and id > ${after}
       and wrapped_key is not null
     order by id limit ${mailLimits.maintenancePage}`.execute(db);
  return found.rows;
}

async function verifyEmail(
  parts: Pick<MailParts, 'blobs'>,
  opener: EmailOpener,
  row: VerifiedRow,
  { findings, repair }: { readonly findings: AccountFindings; readonly repair: boolean },
): Promise<EmailRepair | undefined> {
  const emailId = row.id;
  const email = await unlessDamaged(() => opener.open(row));
  if (email === undefined) {
    findings.tell({ code: 'content-damaged', emailId, repaired: false });
    return undefined;
  }
  const told = await unlessDamaged(async () => email.summary(row.sealedSummary));
  // The key of a blob is in the summary alone: without it the content is lost too.
  const isLost = told === undefined && row.blobId !== null;
  const read = isLost ? undefined : await readAgain(parts, email, row, told);
  if (told === undefined)
    findings.tell({ code: 'summary-damaged', emailId, repaired: repair && read?.kind === 'read' });
  if (read === undefined) return undefined;
  if (read.kind !== 'read') {
    findings.tell({ code: read.kind, emailId, repaired: false });
    return undefined;
  }
  const isSame = told !== undefined && isSameSummary(told, read.summary) && row.hasAttachment === read.hasAttachment;
  if (isSame) return undefined;
  if (told !== undefined) findings.tell({ code: 'structure-differs', emailId, repaired: repair });
  if (!repair) return undefined;
  const sealedSummary = email.sealSummary(Buffer.from(JSON.stringify(read.summary), 'utf8'));
  return { id: row.id, sealedSummary, hasAttachment: read.hasAttachment };
}

async function unlessDamaged<T>(open: () => Promise<T>): Promise<T | undefined> {
  try {
    return await open();
  } catch (fault) {
    if (fault instanceof IntegrityFault) return undefined;
    throw fault;
  }
}

type Reading =
  | { readonly kind: 'read'; readonly summary: StoredSummary; readonly hasAttachment: boolean }
  | { readonly kind: 'content-missing' | 'content-damaged' };

/** The content, read whole in a stream, and the summary that it gives. */
async function readAgain(
  parts: Pick<MailParts, 'blobs'>,
  email: OpenedEmail,
  row: VerifiedRow,
  told: StoredSummary | undefined,
): Promise<Reading> {
  // A summary that is lost took with it where the sender's own bytes begin: all bytes count as theirs then.
  const prefixBytes = told?.prefixBytes ?? 0;
  const parser = createMimeParser({ textBytes: mailLimits.previewTextBytes });
  const hash = createHash('sha256');
  let sizeBytes = 0;
  try {
    for await (const chunk of readContent(parts, email, row)) {
      parser.write(chunk);
      hash.update(chunk.subarray(Math.max(0, prefixBytes - sizeBytes)));
      sizeBytes += chunk.length;
    }
  } catch (fault) {
    if (!(fault instanceof IntegrityFault)) throw fault;
    return { kind: fault.code === 'blob-missing' ? 'content-missing' : 'content-damaged' };
  }
  const sha256 = hash.digest('hex');
  if (sizeBytes !== row.sizeBytes || (told !== undefined && told.sha256 !== sha256)) return { kind: 'content-damaged' };
  const { text, ...structure } = parser.end();
  const blobKey = told?.blobKey === undefined ? {} : { blobKey: told.blobKey };
  const summary = { structure, preview: previewOf({ ...structure, text }), prefixBytes, sha256, ...blobKey };
  return { kind: 'read', summary, hasAttachment: hasAttachment(structure.root) };
}

function isSameSummary(told: StoredSummary, read: StoredSummary): boolean {
  return told.preview === read.preview && isDeepStrictEqual(told.structure, asStored(read.structure));
}

/** As it comes back from JSON: members that are undefined are absent. */
function asStored(structure: StoredStructure): unknown {
  return JSON.parse(JSON.stringify(structure));
}

export async function repairEmails(
  tx: Transaction,
  account: AccountRef,
  repairs: readonly EmailRepair[],
): Promise<void> {
  for (const repair of repairs) {
    await sql`
      update mail.email set sealed_summary = ${repair.sealedSummary}, has_attachment = ${repair.hasAttachment}
       where tenant_id = ${account.tenantId} and account_id = ${account.accountId} and id = ${repair.id}`.execute(tx);
  }
}
