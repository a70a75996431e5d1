/** What the directory knows of the addresses that somebody wants to write to, from its tables alone: the sender waits for it. */
import { sql } from 'kysely';
import { directorySearchLimits } from '../../base/domain-limits.ts';
import { Refusal } from '../../base/errors.ts';
import type { Address } from '../../formats/address/address.ts';
import type { Db } from '../../platform/db/db.ts';
import type { AddressStanding, Correspondent } from './directory.ts';
import { publishedAt } from './search/editions-in-force.ts';
import { personLine, sharedLine } from './search/lines.ts';
import { readPersons, readShared } from './search/records.ts';
import { searchTexts } from './search/texts.ts';

interface Holder {
  readonly address: Address;
  readonly idnps: string | null;
  /** Others of the same family and given name. */
  readonly namesakes: number;
  /** Of the first of them, those with an address before the others. */
  readonly shownNamesakes: readonly string[];
}

/** Of each address, in its normal form. */
export async function readStandings(
  db: Db,
  addresses: readonly Address[],
): Promise<ReadonlyMap<Address, AddressStanding>> {
  const { standings } = directorySearchLimits;
  if (addresses.length > standings) throw new Refusal('too-many-addresses', searchTexts.tooManyAddresses(standings));
  const published = await publishedAt(db);
  const holders = await readHolders(db, addresses);
  const lines = await readListed(db, holders, published);
  const left = await readDepartures(db, addresses);
  return new Map(
    addresses.map((address): [Address, AddressStanding] => {
      const listed = lines.get(address);
      if (listed !== undefined) return [address, listed];
      const lastSeenAt = left.get(address);
      return [address, lastSeenAt === undefined ? { kind: 'unknown' } : { kind: 'left', lastSeenAt }];
    }),
  );
}

/** Those that may be shown, of the edition or, newer, of the live source. */
async function readHolders(db: Db, addresses: readonly Address[]): Promise<readonly Holder[]> {
  const { rows } = await sql<Holder>`
    select held.address, held.idnps, alike.namesakes, array(
        select other.idnps from directory.practitioner p join directory.practitioner other
            on other.family_key = p.family_key and other.given_key = p.given_key and other.idnps <> p.idnps
          where p.idnps = held.idnps and alike.namesakes > 0
          order by not exists (select from directory.mailbox m
                                where m.idnps = other.idnps and not directory.is_hidden(m.address)), other.idnps
          limit ${directorySearchLimits.namesakeLines}) as "shownNamesakes"
      from (select m.address, m.idnps from directory.mailbox m where m.address = any(${addresses}::text[])
            union
            select l.address, l.idnps from directory.live_mailbox l where l.address = any(${addresses}::text[])
               and not exists (select from directory.mailbox m where m.address = l.address)
               and not exists (select from directory.edition e where e.state = 'current' and e.source = 'mailboxes'
                                and e.published_at >= l.fetched_at)) held
      cross join lateral (select count(*) as namesakes from directory.practitioner p join directory.practitioner other
            on other.family_key = p.family_key and other.given_key = p.given_key and other.idnps <> p.idnps
          where p.idnps = held.idnps) alike
     where not directory.is_hidden(held.address)`.execute(db);
  return rows;
}

async function readListed(
  db: Db,
  holders: readonly Holder[],
  published: Date | null,
): Promise<ReadonlyMap<Address, AddressStanding>> {
  const people = [
    ...new Set(holders.flatMap(({ idnps, shownNamesakes }) => [...(idnps === null ? [] : [idnps]), ...shownNamesakes])),
  ];
  const mailboxes = holders.flatMap(({ address, idnps }) => (idnps === null ? [address] : []));
  const [persons, shared] = await Promise.all([
    people.length === 0 ? [] : readPersons(db, { idnps: people }, published),
    mailboxes.length === 0 ? [] : readShared(db, { addresses: mailboxes }, published),
  ]);
  const personOf = new Map(persons.map((person) => [person.idnps.valueOf(), person]));
  const sharedOf = new Map(shared.map((mailbox) => [mailbox.address, mailbox]));
  const listed = new Map<Address, AddressStanding>();
  const linesOf = (idnps: readonly string[]): readonly Correspondent[] =>
    idnps.flatMap((each) => {
      const person = personOf.get(each);
      return person === undefined ? [] : [personLine(person, { words: [] }, true)];
    });
  for (const { address, idnps, namesakes, shownNamesakes } of holders) {
    const person = idnps === null ? undefined : personOf.get(idnps);
    const mailbox = sharedOf.get(address);
    let correspondent: Correspondent | undefined;
    // The address asked about is the one that is shown first, at its own place.
    if (person !== undefined) {
      const asked = new Map([[address, 1]]);
      correspondent = personLine(person, { words: [], familiar: asked }, namesakes > 0);
    } else if (mailbox !== undefined) correspondent = sharedLine(mailbox, {});
    if (correspondent !== undefined) {
      listed.set(address, { kind: 'listed', correspondent, namesakes, namesakeLines: linesOf(shownNamesakes) });
    }
  }
  return listed;
}

/** When the last edition that held it was published: the one before the edition that deleted it. */
async function readDepartures(db: Db, addresses: readonly Address[]): Promise<ReadonlyMap<Address, Date>> {
  const { rows } = await sql<{ address: Address; last_seen_at: Date }>`
    select distinct on (c.key) c.key as address, coalesce(
        (select max(before.published_at) from directory.edition before
          where before.source = e.source and before.state in ('current', 'superseded') and before.edition_id < e.edition_id),
        e.published_at) as last_seen_at
      from directory.change c join directory.edition e using (edition_id)
     where c.subject = 'mailbox' and c.kind = 'deleted' and c.key = any(${addresses}::text[])
       and not directory.is_hidden(c.key)
     order by c.key, c.edition_id desc`.execute(db);
  return new Map(rows.map(({ address, last_seen_at: lastSeenAt }) => [address, lastSeenAt]));
}
