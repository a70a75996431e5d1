/** The address book of a tenant: sealed under the tenant's key, shared by its accounts. */
import { sql } from 'kysely';
import { present } from '../../base/assert.ts';
import { contactsLimits } from '../../base/domain-limits.ts';
import { Refusal } from '../../base/errors.ts';
import { newId } from '../../base/ids.ts';
import type { Address } from '../../formats/address/address.ts';
import type { Act } from '../audit/audit.ts';
import type { AccountRef } from '../mail/mail.ts';
import { keepAddresses, normal } from './addresses.ts';
import type { BookEntry, BookEntryContent, BookEntryId, ContactsParts, OpenedBookEntry } from './contacts.ts';
import { undoableSince } from './groups.ts';
import { editBook, type OwnerEdit } from './owner-edit.ts';
import { bookOwner, OwnerKeys, ownerDestroyed } from './owner-keys.ts';
import { requireRight } from './permission.ts';
import { contactsTexts } from './texts.ts';
import { readName, readNote, readPhone } from './words.ts';

type Shown = Pick<BookEntry, 'name' | 'address' | 'phone'>;

export interface BookRow {
  readonly id: BookEntryId;
  readonly sealed: Buffer;
  readonly hasNote: boolean;
  readonly leftAt: Date | null;
  readonly changedAt: Date;
}

/** For reads: `e` an entry, `a` the address that it bears. */
export const bookColumns = sql`
  e.id, e.sealed, e.sealed_note is not null as "hasNote", a.left_at as "leftAt", e.changed_at as "changedAt"`;
export const bookTables = sql`
  contacts.book_entry e
  left join contacts.address a
    on a.tenant_id = e.tenant_id and a.owner_id = e.owner_id and a.address_hash = e.address_hash`;

export async function openBookRow(keys: OwnerKeys, { sealed, ...row }: BookRow): Promise<BookEntry> {
  const shown = JSON.parse(await keys.unseal(sealed, shownRow(row.id))) as Shown; // as sealed below
  return { ...shown, ...row };
}

function shownRow(id: BookEntryId): string {
  return `book_entry.sealed/${id}`;
}

function noteRow(id: BookEntryId): string {
  return `book_entry.sealed_note/${id}`;
}

/** With its note, which may hold anything: this leaves an event. */
export async function openBookEntry(
  parts: ContactsParts,
  act: Act,
  account: AccountRef,
  id: BookEntryId,
): Promise<OpenedBookEntry> {
  await requireRight(parts.access, act.tx, { as: act.actor, account, right: 'read', at: act.at });
  const keys = await OwnerKeys.open(parts.dataKeys, act.tx, bookOwner(account));
  if (keys === undefined) throw ownerDestroyed();
  const opened = await readEntry({ act, account, keys }, id);
  recordOnEntry({ act, account }, id, 'book-entry.opened');
  return opened;
}

async function readEntry(
  { act, account, keys }: Pick<OwnerEdit, 'act' | 'account' | 'keys'>,
  id: BookEntryId,
): Promise<OpenedBookEntry> {
  const { rows } = await sql<BookRow & { sealedNote: Buffer | null }>`
    select ${bookColumns}, e.sealed_note as "sealedNote" from ${bookTables}
     where e.tenant_id = ${account.tenantId} and e.id = ${id} and e.removed_at is null`.execute(act.tx);
  const [found] = rows;
  if (found === undefined) throw entryUnknown();
  const { sealedNote, ...row } = found;
  const note = sealedNote === null ? null : await keys.unseal(sealedNote, noteRow(id));
  return { ...(await openBookRow(keys, row)), note };
}

export async function createBookEntry(
  parts: ContactsParts,
  act: Act,
  account: AccountRef,
  wanted: BookEntryContent,
): Promise<BookEntryId> {
  const content = readContent(wanted);
  const edit = await editBook(parts, act, account);
  await checkRoom(edit);
  const id = newId<BookEntryId>(act.at);
  const { hash, sealed, sealedNote } = await sealContent(edit, id, content);
  await sql`
    insert into contacts.book_entry (tenant_id, id, address_hash, sealed, sealed_note, created_at, changed_at)
    values (${account.tenantId}, ${id}, ${hash}, ${sealed}, ${sealedNote}, ${act.at}, ${act.at})`.execute(act.tx);
  recordOnEntry(edit, id, 'book-entry.created', content);
  return id;
}

export async function changeBookEntry(
  parts: ContactsParts,
  { act, account }: { readonly act: Act; readonly account: AccountRef },
  id: BookEntryId,
  change: Partial<BookEntryContent>,
): Promise<void> {
  const edit = await editBook(parts, act, account);
  const { name, address, phone, note } = await readEntry(edit, id);
  const content = readContent({ name, address, phone, note, ...change });
  const { hash, sealed, sealedNote } = await sealContent(edit, id, content);
  await sql`
    update contacts.book_entry
       set address_hash = ${hash}, sealed = ${sealed}, sealed_note = ${sealedNote}, changed_at = ${act.at}
     where tenant_id = ${account.tenantId} and id = ${id}`.execute(act.tx);
  recordOnEntry(edit, id, 'book-entry.changed', content);
}

export async function removeBookEntry(
  parts: ContactsParts,
  act: Act,
  account: AccountRef,
  id: BookEntryId,
): Promise<void> {
  await editBook(parts, act, account);
  const { numAffectedRows } = await sql`
    update contacts.book_entry set removed_at = ${act.at}
     where tenant_id = ${account.tenantId} and id = ${id} and removed_at is null`.execute(act.tx);
  if (numAffectedRows === 0n) throw entryUnknown();
  recordOnEntry({ act, account }, id, 'book-entry.removed');
}

export async function restoreBookEntry(
  parts: ContactsParts,
  act: Act,
  account: AccountRef,
  id: BookEntryId,
): Promise<void> {
  const edit = await editBook(parts, act, account);
  const { numAffectedRows } = await sql`
    update contacts.book_entry set removed_at = null
     where tenant_id = ${account.tenantId} and id = ${id} and removed_at > ${undoableSince(act.at)}`.execute(act.tx);
  if (numAffectedRows === 0n) throw entryUnknown();
  await checkRoom(edit, 0);
  recordOnEntry(edit, id, 'book-entry.restored');
}

function readContent({ name, address, phone, note }: BookEntryContent): BookEntryContent {
  return {
    name: readName(name),
    address: address === null ? null : normal(address),
    phone: phone === null ? null : readPhone(phone),
    note: note === null ? null : readNote(note),
  };
}

async function checkRoom({ act, account }: OwnerEdit, more = 1): Promise<void> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from contacts.book_entry
     where tenant_id = ${account.tenantId} and removed_at is null`.execute(act.tx);
  if (present(rows[0], 'a count is one row').count + more > contactsLimits.bookEntries) {
    throw new Refusal('too-many-entries', contactsTexts.tooManyEntries);
  }
}

async function sealContent(edit: OwnerEdit, id: BookEntryId, { note, ...shown }: BookEntryContent) {
  const { name, address } = shown;
  const [hash] = address === null ? [] : await keepAddresses(edit, [{ address, name }]);
  return {
    hash: hash ?? null,
    sealed: edit.keys.seal(JSON.stringify(shown satisfies Shown), shownRow(id)),
    sealedNote: note === null ? null : edit.keys.seal(note, noteRow(id)),
  };
}

function entryUnknown(): Refusal {
  return new Refusal('entry-unknown', contactsTexts.entryUnknown);
}

function recordOnEntry(
  { act, account }: Pick<OwnerEdit, 'act' | 'account'>,
  id: BookEntryId,
  kind: `book-entry.${string}`,
  content?: { readonly name: string; readonly address: Address | null; readonly note: string | null },
): void {
  const { tenantId, accountId } = account;
  act.record({
    tenantId,
    accountId,
    kind,
    object: { kind: 'book-entry', id },
    ...(content && {
      facts: { note: content.note !== null },
      identifying: { name: content.name, ...(content.address !== null && { address: content.address }) },
    }),
  });
}
