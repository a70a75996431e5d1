import { contactsLimits, directorySearchLimits } from '../../base/domain-limits.ts';
import type { Address } from '../../formats/address/address.ts';
import type { Db } from '../../platform/db/db.ts';
import type { SearchFilters } from '../directory/directory.ts';
import type { AccountRef } from '../mail/mail.ts';
import { normal, readMarks, standingsOf } from './addresses.ts';
import type { ContactsParts, FoundCorrespondent, FoundCorrespondents, KeptMatch, Viewer } from './contacts.ts';
import { requireRight } from './permission.ts';
import { preferredOf } from './preference.ts';
import type { AccountShelf, BookShelf, Shelves } from './shelves.ts';
import { matches, readQuery } from './words.ts';
import { heatAt } from './written.ts';

export type FindParts = ContactsParts & { readonly shelves: Shelves; readonly places: Places };

export async function findCorrespondents(
  parts: FindParts,
  db: Db,
  wanted: Viewer & {
    readonly text: string;
    readonly filters?: SearchFilters;
    readonly offset?: number;
    readonly limit: number;
  },
): Promise<FoundCorrespondents> {
  const { as, account, text, filters, offset = 0, limit } = wanted;
  const query = readQuery(text);
  await requireRight(parts.access, db, { as, account, right: 'read', at: parts.clock.now() });
  const shelf = await parts.shelves.account(db, account);
  const postcode = await parts.places.postcodeOf(db, account);
  const answer = await parts.directory.search(db, {
    text,
    ...(filters !== undefined && { filters }),
    context: {
      familiar: familiarity(shelf, parts.clock.now()),
      ...(postcode !== null && { near: { postcode } }),
    },
    offset,
    limit,
  });
  const addresses = answer.items.flatMap((item) => item.addresses.map((each) => each.address));
  const marks = await readMarks(parts, db, account, addresses);
  const items = answer.items.map((item): FoundCorrespondent => {
    const preferred = preferredOf(
      item.addresses.map((each) => each.address),
      marks,
    );
    return {
      ...item,
      addresses: [
        ...item.addresses.filter((each) => each.address === preferred),
        ...item.addresses.filter((each) => each.address !== preferred),
      ],
      preferred,
      isFavourite: item.addresses.some((each) => marks.get(normal(each.address))?.favouriteAt instanceof Date),
    };
  });
  if (offset > 0) return { ...answer, items, kept: [] };
  const kept = keptMatches(query, shelf, await parts.shelves.book(db, account.tenantId));
  const shown = new Set([...addresses, ...kept.flatMap(addressesOf)].map(normal));
  const written = await writtenMatches(parts, db, { query, shelf, shown });
  return { ...answer, items, kept: [...kept, ...written].slice(0, contactsLimits.matches) };
}

/** Messages written to each, each for half as much after each half-life. */
export function familiarity({ familiar }: AccountShelf, now: Date): ReadonlyMap<Address, number> {
  return new Map(familiar.map(({ address, heat }) => [address, 2 ** (heat - heatAt(now))]));
}

function keptMatches(query: readonly string[], shelf: AccountShelf, book: BookShelf): readonly KeptMatch[] {
  const found: KeptMatch[] = [];
  for (const { value, words } of shelf.groups) {
    if (matches(query, words)) found.push({ kind: 'group', group: value });
  }
  for (const { value, words } of shelf.favourites) {
    if (matches(query, words)) found.push({ kind: 'favourite', recipient: value });
  }
  for (const { value, words } of book) {
    if (matches(query, words)) found.push({ kind: 'book', entry: value });
  }
  return found;
}

function addressesOf(match: KeptMatch): readonly Address[] {
  if (match.kind === 'favourite') return [match.recipient.address];
  return match.kind === 'book' && match.entry.address !== null ? [match.entry.address] : [];
}

/** Those that the directory lists are found there, with all that tells one from another. */
async function writtenMatches(
  parts: FindParts,
  db: Db,
  {
    query,
    shelf,
    shown,
  }: { readonly query: readonly string[]; readonly shelf: AccountShelf; readonly shown: ReadonlySet<Address> },
): Promise<readonly KeptMatch[]> {
  const found = shelf.written
    .filter(({ value, words }) => !shown.has(value.address) && matches(query, words))
    .slice(0, directorySearchLimits.standings);
  if (found.length === 0) return [];
  const standings = await standingsOf(
    parts,
    db,
    found.map(({ value }) => value.address),
  );
  return found
    .filter(({ value }) => standings.get(value.address)?.kind !== 'listed')
    .map(({ value }) => ({ kind: 'written', recipient: value }));
}

/** Where accounts work, as the directory says of their own address. */
export class Places {
  readonly #parts: Pick<ContactsParts, 'mail' | 'directory' | 'clock'>;
  readonly #known = new Map<string, { readonly postcode: string | null; readonly untilMs: number }>();

  constructor(parts: Pick<ContactsParts, 'mail' | 'directory' | 'clock'>) {
    this.#parts = parts;
  }

  /** Null when the directory does not know the account, or not where. */
  async postcodeOf(db: Db, account: AccountRef): Promise<string | null> {
    const name = `${account.tenantId}/${account.accountId}`;
    const now = this.#parts.clock.monotonicMs();
    const known = this.#known.get(name);
    if (known !== undefined && now < known.untilMs) return known.postcode;
    this.#known.delete(name);
    const postcode = await this.#read(db, account);
    this.#known.set(name, { postcode, untilMs: now + contactsLimits.placeMs });
    const oldest = this.#known.keys().next().value;
    if (this.#known.size > contactsLimits.openedOwners && oldest !== undefined) this.#known.delete(oldest);
    return postcode;
  }

  async #read(db: Db, account: AccountRef): Promise<string | null> {
    const own = await this.#parts.mail.getAccount(db, account);
    if (own === undefined) return null;
    const address = normal(own.address);
    const standing = (await this.#parts.directory.standing(db, [address])).get(address);
    return standing?.kind === 'listed' ? (standing.correspondent.place?.postcode ?? null) : null;
  }
}
