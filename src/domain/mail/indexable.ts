/** What the search index is given of emails: their words, read by the program itself and kept nowhere in clear. */
import { sql } from 'kysely';
import { mailLimits } from '../../base/domain-limits.ts';
import type { EmailId } from '../../base/ids.ts';
import { mimeLimits } from '../../base/limits.ts';
import { mailboxesOf } from '../../formats/address/address-list.ts';
import { headerAddresses, headerText } from '../../formats/mime/header-values.ts';
import { createMimeParser, type HeaderField, type MessageStructure, type Part } from '../../formats/mime/mime.ts';
import type { Db } from '../../platform/db/db.ts';
import { fromEmailsById } from './emails-by-id.ts';
import type { AccountRef, MailParts } from './mail.ts';
import { type ContentRow, contentColumns, EmailOpener, readContent } from './opening.ts';
import type { IndexableEmail } from './search/merge.ts';
import type { CreatedBetween, IndexablePage } from './search/search.ts';
import { type FieldMask, field } from './search/segment.ts';

interface IndexableRow extends ContentRow {
  readonly number: number;
  readonly receivedAt: Date;
}

/** Emails read at once: their content, 64 KiB each at most, is held for the time of their reading. */
const readTogether = 16;

/** The present emails created after change `after` and up to `upTo`, in the order of their creation, at most `limit`. */
export async function readIndexable(
  parts: Pick<MailParts, 'dataKeys' | 'blobs'> & { readonly db: Db },
  account: AccountRef,
  { after, upTo }: CreatedBetween,
  limit: number,
): Promise<IndexablePage> {
  const { db } = parts;
  const found = await sql<{ id: EmailId; createdChange: number }>`
    select id, created_change as "createdChange" from mail.email
     where tenant_id = ${account.tenantId} and account_id = ${account.accountId} and changed_change > ${after}
       and created_change > ${after} and created_change <= ${upTo} and deleted_at is null
     order by created_change limit ${limit}`.execute(db);
  const opener = new EmailOpener(parts, db, account);
  const emails: IndexableEmail[] = [];
  let left = mailLimits.indexedTextBytes; // the texts of a step share one bound
  for (let start = 0; start < found.rows.length; start += readTogether) {
    const ids = found.rows.slice(start, start + readTogether).map((row) => row.id);
    // Those deleted meanwhile are no longer there; the page ends where it would have with them.
    const rows = await sql<IndexableRow>`
      select ${contentColumns}, e.number, e.received_at as "receivedAt" ${fromEmailsById(account, ids)}
       where e.deleted_at is null
       order by e.created_change`.execute(db);
    for (const [index, row] of rows.rows.entries()) {
      const structure = await parse(parts, opener, row, Math.floor(left / (found.rows.length - start - index)));
      const texts = textsOf(structure);
      for (const { text } of texts) left -= Math.min(Buffer.byteLength(text), left);
      emails.push({ number: row.number, receivedAt: row.receivedAt, texts });
    }
  }
  const last = found.rows.length === limit ? found.rows.at(-1)?.createdChange : undefined;
  return { emails, ...(last === undefined ? {} : { endsAtChange: last }) };
}

async function parse(
  parts: Pick<MailParts, 'blobs'>,
  opener: EmailOpener,
  row: IndexableRow,
  textBytes: number,
): Promise<MessageStructure> {
  const parser = createMimeParser({ textBytes: Math.min(textBytes, mimeLimits.textBytes) });
  for await (const chunk of readContent(parts, await opener.open(row), row)) parser.write(chunk);
  return parser.end();
}

function textsOf(structure: MessageStructure): IndexableEmail['texts'] {
  const texts: { mask: FieldMask; text: string }[] = [];
  const add = (mask: FieldMask, text: string | undefined): void => {
    if (text !== undefined && text !== '') texts.push({ mask, text });
  };
  const { fields } = structure;
  add(field.from, correspondents(fields, 'From'));
  add(field.from, correspondents(fields, 'Sender'));
  add(field.to, correspondents(fields, 'To'));
  add(field.cc, correspondents(fields, 'Cc'));
  add(field.bcc, correspondents(fields, 'Bcc'));
  add(field.subject, headerText(fields, 'Subject'));
  for (const { text } of structure.text) add(field.body, text);
  add(field.attachment, fileNames(structure.root).join('\n'));
  return texts;
}

function correspondents(fields: readonly HeaderField[], name: string): string {
  const mailboxes = mailboxesOf(headerAddresses(fields, name));
  return mailboxes.map((mailbox) => `${mailbox.name ?? ''} ${mailbox.address ?? ''}`).join('\n');
}

function fileNames(part: Part): readonly string[] {
  const inside = part.parts.flatMap(fileNames);
  const message = part.message === undefined ? [] : fileNames(part.message.root);
  return [...(part.fileName === undefined ? [] : [part.fileName]), ...inside, ...message];
}
