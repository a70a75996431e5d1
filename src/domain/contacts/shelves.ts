/**
 * What owners keep, opened, for as long as it does not change: a search asks for it at each letter typed. Each use looks at the owner's key
 * and change counter; a transaction, which may see what will not be, reads for itself.
 */
import { sql } from 'kysely';
import { contactsLimits } from '../../base/domain-limits.ts';
import type { TenantId } from '../../base/ids.ts';
import type { Address } from '../../formats/address/address.ts';
import type { Db } from '../../platform/db/db.ts';
import type { DataKeys } from '../../platform/keys/keys.ts';
import type { AccountRef } from '../mail/mail.ts';
import { hashText, openRecipient } from './addresses.ts';
import { type BookRow, bookColumns, bookTables, openBookRow } from './book.ts';
import type { BookEntry, Group, GroupId, KeptRecipient } from './contacts.ts';
import { openGroupName } from './groups.ts';
import { accountOwner, bookOwner, type Owner, OwnerKeys } from './owner-keys.ts';
import { inFrenchOrder, wordsOf } from './words.ts';

/** With the words by which it is found. */
export interface Findable<T> {
  readonly value: T;
  readonly words: readonly string[];
}

export interface AccountShelf {
  /** The most written to first. */
  readonly familiar: readonly { readonly address: Address; readonly heat: number }[];
  readonly favourites: readonly Findable<KeptRecipient>[];
  readonly groups: readonly Findable<Group>[];
  /** Patients among them; the most written to first. */
  readonly written: readonly Findable<KeptRecipient>[];
}

export type BookShelf = readonly Findable<BookEntry>[];

const emptyShelf: AccountShelf = { familiar: [], favourites: [], groups: [], written: [] };

export interface Shelves {
  account(db: Db, account: AccountRef): Promise<AccountShelf>;
  book(db: Db, tenantId: TenantId): Promise<BookShelf>;
}

export function createShelves(dataKeys: DataKeys): Shelves {
  const accounts = new OpenedOwners(dataKeys, loadAccount, emptyShelf);
  const books = new OpenedOwners(dataKeys, loadBook, []);
  return {
    account: (db, account) => accounts.get(db, accountOwner(account)),
    book: (db, tenantId) => books.get(db, bookOwner({ tenantId })),
  };
}

type Load<T> = (db: Db, owner: Owner, keys: OwnerKeys) => Promise<T>;

class OpenedOwners<T> {
  readonly #dataKeys: DataKeys;
  readonly #load: Load<T>;
  /** Of an owner whose key is destroyed, or that never kept anything. */
  readonly #nothing: T;
  /** In the order of use. */
  readonly #opened = new Map<string, { readonly change: number; readonly things: T }>();

  constructor(dataKeys: DataKeys, load: Load<T>, nothing: T) {
    this.#dataKeys = dataKeys;
    this.#load = load;
    this.#nothing = nothing;
  }

  async get(db: Db, owner: Owner): Promise<T> {
    const name = `${owner.tenantId}/${owner.ownerId}`;
    const known = this.#opened.get(name);
    this.#opened.delete(name);
    const { rows } = await sql<{ change: number }>`
      select change from contacts.owner
       where tenant_id = ${owner.tenantId} and owner_id = ${owner.ownerId}`.execute(db);
    const change = rows[0]?.change;
    if (change === undefined) return this.#nothing;
    const keys = await OwnerKeys.open(this.#dataKeys, db, owner);
    if (keys === undefined) return this.#nothing;
    // The counter was read before the rows: what is newer than it is read again at the next use.
    if (db.isTransaction) return this.#load(db, owner, keys);
    const things = known?.change === change ? known.things : await this.#load(db, owner, keys);
    this.#opened.set(name, { change, things });
    const oldest = this.#opened.keys().next().value;
    if (this.#opened.size > contactsLimits.openedOwners && oldest !== undefined) this.#opened.delete(oldest);
    return things;
  }
}

interface KeptRow {
  readonly hash: Buffer;
  readonly sealed: Buffer;
  readonly isFavourite: boolean;
  readonly leftAt: Date | null;
}

async function loadAccount(db: Db, owner: Owner, keys: OwnerKeys): Promise<AccountShelf> {
  const hot = await sql<{ hash: Buffer; sealed: Buffer; heat: number }>`
    select address_hash as hash, sealed, heat from contacts.address
     where tenant_id = ${owner.tenantId} and owner_id = ${owner.ownerId}
       and heat is not null and not is_patient and left_at is null
     order by heat desc limit ${contactsLimits.familiar}`.execute(db);
  const familiar: { address: Address; heat: number }[] = [];
  for (const row of hot.rows) familiar.push({ address: (await openRecipient(keys, row)).address, heat: row.heat });
  const groups = await sql<{ id: GroupId; sealedName: Buffer; members: Buffer[] }>`
    select g.id, g.sealed_name as "sealedName",
           array(select m.address_hash from contacts.group_member m
                  where m.tenant_id = g.tenant_id and m.account_id = g.account_id and m.group_id = g.id) as members
      from contacts.recipient_group g
     where g.tenant_id = ${owner.tenantId} and g.account_id = ${owner.ownerId} and g.removed_at is null`.execute(db);
  const members = groups.rows.flatMap((row) => row.members);
  const kept = await sql<KeptRow>`
    select address_hash as hash, sealed, favourite_at is not null as "isFavourite", left_at as "leftAt"
      from contacts.address
     where tenant_id = ${owner.tenantId} and owner_id = ${owner.ownerId}
       and (favourite_at is not null or address_hash = any(${members}::bytea[]))`.execute(db);
  const recipients = new Map<string, KeptRecipient>();
  for (const row of kept.rows) {
    recipients.set(hashText(row.hash), { ...(await openRecipient(keys, row)), leftAt: row.leftAt });
  }
  const byHash = (hashes: readonly Buffer[]): KeptRecipient[] =>
    hashes.flatMap((hash) => recipients.get(hashText(hash)) ?? []).sort(byName);
  const opened: Group[] = [];
  for (const row of groups.rows) {
    opened.push({ id: row.id, name: await openGroupName(keys, row), members: byHash(row.members) });
  }
  opened.sort((left, right) => inFrenchOrder(left.name, right.name));
  const favourites = byHash(kept.rows.filter((row) => row.isFavourite).map((row) => row.hash));
  return {
    familiar,
    favourites: favourites.map((value) => ({ value, words: wordsOfRecipient(value) })),
    groups: opened.map((value) => ({ value, words: wordsOf(value.name) })),
    written: await loadWritten(db, owner, keys),
  };
}

async function loadWritten(db: Db, owner: Owner, keys: OwnerKeys): Promise<AccountShelf['written']> {
  const { rows } = await sql<{ hash: Buffer; sealed: Buffer; leftAt: Date | null }>`
    select address_hash as hash, sealed, left_at as "leftAt" from contacts.address
     where tenant_id = ${owner.tenantId} and owner_id = ${owner.ownerId} and heat is not null
     order by heat desc limit ${contactsLimits.remembered}`.execute(db);
  const written: Findable<KeptRecipient>[] = [];
  for (const { leftAt, ...row } of rows) {
    const value = { ...(await openRecipient(keys, row)), leftAt };
    written.push({ value, words: wordsOfRecipient(value) });
  }
  return written;
}

function wordsOfRecipient({ name, address }: KeptRecipient): readonly string[] {
  return wordsOf(`${name ?? ''} ${address}`);
}

function byName(left: KeptRecipient, right: KeptRecipient): number {
  return inFrenchOrder(left.name ?? left.address, right.name ?? right.address);
}

async function loadBook(db: Db, owner: Owner, keys: OwnerKeys): Promise<BookShelf> {
  const { rows } = await sql<BookRow>`
    select ${bookColumns} from ${bookTables}
     where e.tenant_id = ${owner.tenantId} and e.removed_at is null`.execute(db);
  const entries: BookEntry[] = [];
  for (const row of rows) entries.push(await openBookRow(keys, row));
  entries.sort((left, right) => inFrenchOrder(left.name, right.name));
  return entries.map((value) => ({ value, words: wordsOfEntry(value) }));
}

/** A telephone is found by its digits as well, however they are spaced. Notes are not searched: that would be to read them. */
function wordsOfEntry({ name, address, phone }: BookEntry): readonly string[] {
  const words = wordsOf(`${name} ${address ?? ''} ${phone ?? ''}`);
  return phone === null ? words : [...words, phone.replace(/\D/g, '')];
}
