/**
 * Contacts: what an account, or a practice, keeps about those it writes to. The directory is public and knows no account; what is here
 * tells who treats whom with whom, and is sealed.
 *
 * Of an account: the addresses it wrote to (how much, when), the address it prefers for a correspondent, its favourites, its groups. Of a
 * tenant: one address book shared by all its accounts, with notes.
 *
 * Guarantees. Addresses, names, telephones and notes are sealed under the key of their owner (account or tenant); an address is found by
 * keyed hash. Who is written to is remembered in the transaction that accepts the message. What was removed can be taken back for
 * `contactsLimits.undoMs`. A stored address that left the directory bears the date it was last seen there; one that came back bears it no
 * more. Lists are in the order of a French dictionary.
 *
 * A person looks with `read` (or `own`) on the account, and changes with `write`; `recordWritten` takes `send`. The address book of a
 * tenant follows the rights on the account from which it is opened: who may read an account of the practice may read its book. Its notes may
 * hold anything, so opening an entry takes an `Act` and leaves an event. Administrators see and change nothing.
 *
 * States of a group or an entry of the address book:
 *
 *      present <---- restore ----
 *         |                      |
 *         +------ remove ----> removed -- purge, once the delay is over --> gone
 *
 * A favourite and a preference need no such state: setting them again undoes.
 * What a closed account keeps can still be read and changed. When an account's key is destroyed its rows open no more: its lists are
 * empty, and what would change them is refused.
 * Fails: `Refusal` `not-permitted`, `account-destroyed`, `bad-name`, `bad-phone`, `bad-note`, `bad-query`, `group-unknown`,
 * `group-exists`, `too-many-groups`, `too-many-members`, `too-many-favourites`, `too-many-addresses`, `entry-unknown`, `too-many-entries`;
 * `Temporary` when the database is away.
 */
import type { Brand } from '../../base/brand.ts';
import type { Clock } from '../../base/clock.ts';
import type { Uuid } from '../../base/ids.ts';
import type { Address, DomainName } from '../../formats/address/address.ts';
import type { Db } from '../../platform/db/db.ts';
import type { DataKeys, LookupHasher } from '../../platform/keys/keys.ts';
import type { Access } from '../access/access.ts';
import type { Act, Actor } from '../audit/audit.ts';
import type { AddressStanding, Correspondent, Directory, SearchAnswer, SearchFilters } from '../directory/directory.ts';
import type { AccountRef, Mail } from '../mail/mail.ts';
import type { Trust } from '../trust/trust.ts';
import { changeBookEntry, createBookEntry, openBookEntry, removeBookEntry, restoreBookEntry } from './book.ts';
import { checkRecipients } from './check.ts';
import { addFavourite, removeFavourite } from './favourites.ts';
import { familiarity, findCorrespondents, Places } from './find.ts';
import { changeGroup, createGroup, removeGroup, restoreGroup } from './groups.ts';
import { requireRight } from './permission.ts';
import { forgetPreference, preferAddress, preferredAmong } from './preference.ts';
import { purge } from './purge.ts';
import { recheck } from './recheck.ts';
import { createShelves } from './shelves.ts';
import { recordWritten } from './written.ts';

export type GroupId = Brand<Uuid, 'GroupId'>;
export type BookEntryId = Brand<Uuid, 'BookEntryId'>;

/** Who looks, at the things of which account (and of its tenant). */
export interface Viewer {
  readonly as: Actor;
  readonly account: AccountRef;
}

/** An address that an account keeps, and the name that it keeps with it. */
export interface Recipient {
  readonly address: Address;
  /** As shown; null when none was ever known. */
  readonly name: string | null;
}

export interface KeptRecipient extends Recipient {
  /** When it was last seen in the directory, which it left since. */
  readonly leftAt: Date | null;
}

export interface Group {
  readonly id: GroupId;
  readonly name: string;
  readonly members: readonly KeptRecipient[];
}

/** An entry of the address book without its note. */
export interface BookEntry {
  readonly id: BookEntryId;
  readonly name: string;
  readonly address: Address | null;
  readonly phone: string | null;
  readonly hasNote: boolean;
  readonly leftAt: Date | null;
  readonly changedAt: Date;
}

export interface OpenedBookEntry extends BookEntry {
  readonly note: string | null;
}

export interface BookEntryContent {
  readonly name: string;
  readonly address: Address | null;
  readonly phone: string | null;
  readonly note: string | null;
}

/** What is to be known of one recipient before a message is sent. */
export interface RecipientCheck {
  readonly address: Address;
  /** With the correspondent: profession, speciality and place tell namesakes apart. */
  readonly standing: AddressStanding;
  /** When it was last seen in the directory, which it left since. */
  readonly leftAt: Date | null;
  /** Null when this account never wrote there. */
  readonly writtenAt: Date | null;
  /** Our own domains are inside; of the others, `unknown` while there is no white list. */
  readonly trustSpace: 'inside' | 'outside' | 'unknown';
  readonly isPatient: boolean;
  /** An earlier recipient is this very address, or another one of the same correspondent. */
  readonly repeats: 'address' | 'correspondent' | null;
  /** Where this account writes to this correspondent otherwise. */
  readonly preferred: Address | null;
}

/** A line of the directory, the preferred address first. */
export interface FoundCorrespondent extends Correspondent {
  /** Chosen, or the last one written to; null when neither. */
  readonly preferred: Address | null;
  readonly isFavourite: boolean;
}

/** What the account or the practice keeps that matches every word; in this order, the most written to first. */
export type KeptMatch =
  | { readonly kind: 'favourite'; readonly recipient: KeptRecipient }
  | { readonly kind: 'group'; readonly group: Group }
  | { readonly kind: 'book'; readonly entry: BookEntry }
  /** Neither of the above nor in the directory: the account's memory of whom it wrote to is all that knows it. */
  | { readonly kind: 'written'; readonly recipient: KeptRecipient };

export interface FoundCorrespondents extends Omit<SearchAnswer, 'items'> {
  /** With the first page alone, on top of it. */
  readonly kept: readonly KeptMatch[];
  readonly items: readonly FoundCorrespondent[];
}

export interface Contacts {
  /** In the act that accepts a message of the account; the addresses are all its recipients. */
  recordWritten(act: Act, account: AccountRef, addresses: readonly Address[]): Promise<void>;
  /** Correspondents written to, and how much: each message counts for one, and for half as much after each half-life. */
  familiarity(db: Db, viewer: Viewer): Promise<ReadonlyMap<Address, number>>;

  /** For the correspondent whose address it is: from now on the one to be proposed first. */
  preferAddress(act: Act, account: AccountRef, address: Address): Promise<void>;
  /** The last one written to is preferred again. */
  forgetPreference(act: Act, account: AccountRef, address: Address): Promise<void>;
  /** Of the addresses of one correspondent, the preferred one. */
  preferredAmong(db: Db, viewer: Viewer, addresses: readonly Address[]): Promise<Address | null>;

  listFavourites(db: Db, viewer: Viewer): Promise<readonly KeptRecipient[]>;
  /** Without a name, it keeps the directory's. */
  addFavourite(act: Act, account: AccountRef, favourite: { address: Address; name?: string }): Promise<void>;
  removeFavourite(act: Act, account: AccountRef, address: Address): Promise<void>;

  listGroups(db: Db, viewer: Viewer): Promise<readonly Group[]>;
  createGroup(act: Act, account: AccountRef, wanted: { name: string; members: readonly Address[] }): Promise<GroupId>;
  /** `members` replaces those that were. */
  changeGroup(
    act: Act,
    account: AccountRef,
    id: GroupId,
    change: { name?: string; members?: readonly Address[] },
  ): Promise<void>;
  removeGroup(act: Act, account: AccountRef, id: GroupId): Promise<void>;
  restoreGroup(act: Act, account: AccountRef, id: GroupId): Promise<void>;

  /** The address book of the account's tenant. */
  listBook(db: Db, viewer: Viewer): Promise<readonly BookEntry[]>;
  openBookEntry(act: Act, account: AccountRef, id: BookEntryId): Promise<OpenedBookEntry>;
  createBookEntry(act: Act, account: AccountRef, wanted: BookEntryContent): Promise<BookEntryId>;
  changeBookEntry(act: Act, account: AccountRef, id: BookEntryId, change: Partial<BookEntryContent>): Promise<void>;
  removeBookEntry(act: Act, account: AccountRef, id: BookEntryId): Promise<void>;
  restoreBookEntry(act: Act, account: AccountRef, id: BookEntryId): Promise<void>;

  /** One answer for each address, in their order. */
  checkRecipients(db: Db, wanted: Viewer & { addresses: readonly Address[] }): Promise<readonly RecipientCheck[]>;
  /** The directory's search as this account sees it, and what it keeps that matches. */
  findCorrespondents(
    db: Db,
    wanted: Viewer & { text: string; filters?: SearchFilters; offset?: number; limit: number },
  ): Promise<FoundCorrespondents>;

  /**
   * One step of looking again at every stored address that came or went with an edition; `more` asks for the next. May be stopped and run
   * again, and for editions in any order: what is marked is what the directory says now.
   */
  recheck(act: Act, editionId: number): Promise<'more' | 'done'>;
  /** Destroys what was removed longer ago than it can be taken back, at most `limit` of each kind; how many. */
  purge(act: Act, limit: number): Promise<number>;
}

export interface ContactsParts {
  readonly dataKeys: DataKeys;
  readonly lookup: LookupHasher;
  readonly access: Pick<Access, 'rightsOn'>;
  readonly mail: Pick<Mail, 'getAccount'>;
  readonly directory: Pick<Directory, 'search' | 'standing' | 'changesSince'>;
  readonly trust: Pick<Trust, 'whiteList' | 'isInTrustSpace'>;
  readonly clock: Clock;
  /** Domains of this operator: what is written there never leaves it, whether the white list names them or not. */
  readonly ownDomains: readonly DomainName[];
  /** Domains of patients (Mon espace santé). */
  readonly patientDomains: readonly DomainName[];
}

export function createContacts(given: ContactsParts): Contacts {
  const shelves = createShelves(given.dataKeys);
  const parts = { ...given, shelves, places: new Places(given) };
  const look = ({ as, account }: Viewer, db: Db) =>
    requireRight(parts.access, db, { as, account, right: 'read', at: parts.clock.now() });
  return {
    recordWritten: (act, account, addresses) => recordWritten(parts, act, account, addresses),
    async familiarity(db, viewer) {
      await look(viewer, db);
      return familiarity(await shelves.account(db, viewer.account), parts.clock.now());
    },
    preferAddress: (act, account, address) => preferAddress(parts, act, account, address),
    forgetPreference: (act, account, address) => forgetPreference(parts, act, account, address),
    preferredAmong: (db, viewer, addresses) => preferredAmong(parts, db, viewer, addresses),
    async listFavourites(db, viewer) {
      await look(viewer, db);
      return (await shelves.account(db, viewer.account)).favourites.map((each) => each.value);
    },
    addFavourite: (act, account, favourite) => addFavourite(parts, act, account, favourite),
    removeFavourite: (act, account, address) => removeFavourite(parts, act, account, address),
    async listGroups(db, viewer) {
      await look(viewer, db);
      return (await shelves.account(db, viewer.account)).groups.map((each) => each.value);
    },
    createGroup: (act, account, wanted) => createGroup(parts, act, account, wanted),
    changeGroup: (act, account, id, change) => changeGroup(parts, { act, account }, id, change),
    removeGroup: (act, account, id) => removeGroup(parts, act, account, id),
    restoreGroup: (act, account, id) => restoreGroup(parts, act, account, id),
    async listBook(db, viewer) {
      await look(viewer, db);
      return (await shelves.book(db, viewer.account.tenantId)).map((each) => each.value);
    },
    openBookEntry: (act, account, id) => openBookEntry(parts, act, account, id),
    createBookEntry: (act, account, wanted) => createBookEntry(parts, act, account, wanted),
    changeBookEntry: (act, account, id, change) => changeBookEntry(parts, { act, account }, id, change),
    removeBookEntry: (act, account, id) => removeBookEntry(parts, act, account, id),
    restoreBookEntry: (act, account, id) => restoreBookEntry(parts, act, account, id),
    checkRecipients: (db, wanted) => checkRecipients(parts, db, wanted),
    findCorrespondents: (db, wanted) => findCorrespondents(parts, db, wanted),
    recheck: (act, editionId) => recheck(parts, act, editionId),
    purge,
  };
}
