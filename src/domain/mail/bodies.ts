/** The parts of emails, opened: their decoded bytes as a stream, their text within a bound, their header fields. */
import { sql } from 'kysely';
import { mailLimits } from '../../base/domain-limits.ts';
import { Refusal } from '../../base/errors.ts';
import type { EmailId } from '../../base/ids.ts';
import { type ByteRange, decodePartRange, decodePartStream } from '../../formats/mime/body-decoder.ts';
import { decodeCharset, trimCutText } from '../../formats/mime/charset.ts';
import { parseHeaderBlock } from '../../formats/mime/header-block.ts';
import type { HeaderField, Part } from '../../formats/mime/mime.ts';
import type { Act } from '../audit/audit.ts';
import { fromEmailsById } from './emails-by-id.ts';
import type { AccountRef, BodyText, MailParts, OpenedBody, OpenedPart, TextBounds, WantedBodies } from './mail.ts';
import { type ContentRow, contentColumns, EmailOpener, readContent, tellOpened } from './opening.ts';
import { requireRight } from './permission.ts';
import { mailTexts } from './texts.ts';

type Parts = Pick<MailParts, 'access' | 'dataKeys' | 'blobs'>;

/** Emails whose content, 64 KiB each at most in the row, is held together. */
const readTogether = 16;

async function readRows(act: Act, account: AccountRef, ids: readonly EmailId[]): Promise<readonly ContentRow[]> {
  const found = await sql<ContentRow>`
    select ${contentColumns} ${fromEmailsById(account, ids)}
     where e.deleted_at is null and e.wrapped_key is not null`.execute(act.tx);
  return found.rows;
}

/** The part of `root` called `partId`, those of the messages inside included. */
function findPart(root: Part, partId: string): Part | undefined {
  if (root.partId === partId) return root;
  for (const inside of [...root.parts, ...(root.message === undefined ? [] : [root.message.root])]) {
    const found = findPart(inside, partId);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The decoded content of one part. `Refusal` `email-unknown` also when the email has no such part. */
export async function openPart(
  parts: Parts,
  { act, account }: { readonly act: Act; readonly account: AccountRef },
  id: EmailId,
  partId: string,
): Promise<OpenedPart> {
  await requireRight(parts.access, act, account, 'read');
  const [row] = await readRows(act, account, [id]);
  if (row === undefined) throw new Refusal('email-unknown', mailTexts.emailUnknown);
  const email = await new EmailOpener(parts, act.tx, account).open(row);
  const part = findPart(email.summary(row.sealedSummary).structure.root, partId);
  if (part === undefined) throw new Refusal('email-unknown', mailTexts.emailUnknown);
  await tellOpened(act, account, [id]);
  const whole = { start: 0, end: part.decodedBytes };
  const read = (range: ByteRange = whole) =>
    decodePartRange(part, range, (sent) => readContent(parts, email, row, sent));
  return { part, read, bytes: read() };
}

/** Texts and header fields of parts. Emails that are not the account's are left out. */
export async function openBodies(
  parts: Parts,
  { act, account }: { readonly act: Act; readonly account: AccountRef },
  wanted: readonly WantedBodies[],
  bounds: TextBounds,
): Promise<ReadonlyMap<EmailId, OpenedBody>> {
  if (wanted.length > mailLimits.emailsPerCall) throw new Refusal('too-many-emails', mailTexts.tooManyEmails);
  await requireRight(parts.access, act, account, 'read');
  const opener = new EmailOpener(parts, act.tx, account);
  const opened = new Map<EmailId, OpenedBody>();
  for (let start = 0; start < wanted.length; start += readTogether) {
    const slice = wanted.slice(start, start + readTogether);
    const rows = await readRows(
      act,
      account,
      slice.map(({ id }) => id),
    );
    for (const row of rows) {
      const email = await opener.open(row);
      const read = (from: number, to: number) => readContent(parts, email, row, { start: from, end: to });
      const texts = new Map<string, BodyText>();
      const fields = new Map<string, readonly HeaderField[]>();
      for (const asked of slice.filter(({ id }) => id === row.id)) {
        for (const part of asked.texts) texts.set(part.partId, await readText(part, read, bounds));
        for (const part of asked.headers) fields.set(part.partId, await readFields(part, read));
      }
      opened.set(row.id, { texts, fields });
    }
  }
  await tellOpened(act, account, [...opened.keys()]);
  return opened;
}

type ReadRange = (start: number, end: number) => AsyncIterable<Buffer>;

/** At most `limit` octets of the part's content, and whether there are more. */
async function readSome(
  part: Part,
  body: AsyncIterable<Uint8Array>,
  limit: number,
): Promise<{ readonly bytes: Buffer; readonly isCut: boolean }> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of decodePartStream(part, body)) {
    pieces.push(Buffer.from(piece));
    length += piece.length;
    if (length > limit) break;
  }
  const bytes = Buffer.concat(pieces).subarray(0, limit);
  return length > limit ? { bytes: trimCutText(bytes, part.charset), isCut: true } : { bytes, isCut: false };
}

async function readText(part: Part, read: ReadRange, bounds: TextBounds): Promise<BodyText> {
  // One octet of text may come of two (UTF-16); what is cut away is said to be.
  const limit = Math.min(bounds.textBytes * 2, mailLimits.bodyTextBytes, bounds.leftBytes);
  const { bytes, isCut } = await readSome(part, read(part.bodyStart, part.bodyEnd), limit);
  bounds.leftBytes -= bytes.length;
  return textOf(part, bytes, isCut);
}

/** RFC 8621 §4.1.4: line ends are LF, and what could not be read as declared is said. */
function textOf(part: Part, bytes: Buffer, isCut: boolean): BodyText {
  const { text, known } = decodeCharset(bytes, part.charset);
  const isEncodingProblem = !known || part.encoding === 'unknown';
  return { text: text.replaceAll('\r\n', '\n'), isTruncated: isCut, isEncodingProblem };
}

async function readFields(part: Part, read: ReadRange): Promise<readonly HeaderField[]> {
  const end = Math.min(part.headerEnd, part.headerStart + mailLimits.partHeaderBytes);
  const pieces: Buffer[] = [];
  for await (const piece of read(part.headerStart, end)) pieces.push(piece);
  return parseHeaderBlock(Buffer.concat(pieces), part.headerStart);
}
