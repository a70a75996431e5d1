/** A small directory, put together by hand: its tables filled, and the index of its search built and stored. */
import { sql } from 'kysely';
import { buildIndex, type IndexDocument } from '../src/domain/directory/directory.ts';
import type { Db } from '../src/platform/db/db.ts';

export interface WorldPlace {
  readonly organization: string;
  readonly service?: string;
  readonly postcode: string;
  readonly town: string;
  readonly finess?: string;
}

export interface WorldPerson {
  readonly rpps: string;
  readonly title?: string;
  readonly family: string;
  readonly given: string;
  /** Code and label. */
  readonly profession: readonly [string, string];
  readonly speciality?: readonly [string, string];
  readonly places: readonly WorldPlace[];
  readonly addresses: readonly string[];
}

export interface WorldMailbox {
  readonly address: string;
  readonly place: WorldPlace;
}

export interface World {
  readonly people: readonly WorldPerson[];
  readonly mailboxes: readonly WorldMailbox[];
}

/** Numbers of shared mailboxes, beyond those that the table gives to the others. */
const firstShared = 1_001;
const at = new Date('2026-06-01T06:00:00Z');

function indexedPlace({ organization, service, postcode, town, finess }: WorldPlace): IndexDocument['places'][number] {
  return {
    organization,
    sign: null,
    service: service ?? null,
    postcode,
    town,
    department: null,
    finess: finess ?? null,
  };
}

/** As the import would read them: people by identifier, then shared mailboxes. */
export function worldDocuments({ people, mailboxes }: World): readonly IndexDocument[] {
  const coded = ([code, label]: readonly [string, string]) => ({ code, label });
  const ordered = [...people].sort((one, other) => (one.rpps < other.rpps ? -1 : 1));
  return [
    ...ordered.map(
      (person, index): IndexDocument => ({
        kind: 'practitioner',
        number: index + 1,
        idnps: `8${person.rpps}`,
        family: person.family,
        given: person.given,
        professions: [coded(person.profession)],
        specialities: person.speciality === undefined ? [] : [coded(person.speciality)],
        places: person.places.map(indexedPlace),
        addresses: person.addresses.map((address) => ({ address, type: 'PER' })),
      }),
    ),
    ...mailboxes.map(
      ({ address, place }, index): IndexDocument => ({
        kind: 'mailbox',
        number: firstShared + index,
        idnps: null,
        family: null,
        given: null,
        professions: [],
        specialities: [],
        places: [indexedPlace(place)],
        addresses: [{ address, type: 'ORG' }],
      }),
    ),
  ];
}

export async function indexOf(documents: readonly IndexDocument[]): Promise<Buffer> {
  async function* all(): AsyncGenerator<IndexDocument> {
    yield* documents;
  }
  const parts: Buffer[] = [];
  await buildIndex(all(), async (part) => {
    parts.push(part);
  });
  const whole = Buffer.concat(parts);
  const bytes = Buffer.from(new ArrayBuffer(whole.length));
  whole.copy(bytes);
  return bytes;
}

/** Stores another index and announces it, as an import does. */
export async function switchIndex(db: Db, id: number, documents: readonly IndexDocument[]): Promise<void> {
  const bytes = await indexOf(documents);
  await db.transaction().execute(async (tx) => {
    await sql`delete from directory.index_part`.execute(tx);
    const partBytes = 65_536;
    for (let part = 0; part * partBytes < bytes.length; part += 1) {
      const octets = bytes.subarray(part * partBytes, (part + 1) * partBytes);
      await sql`insert into directory.index_part (index_id, part, bytes) values (${id}, ${part}, ${octets})`.execute(
        tx,
      );
    }
    await sql`select pg_notify('directory_edition', ${String(id)})`.execute(tx);
  });
}

/** Puts an edition in force, its rows, its labels and its index. */
export async function putWorld(db: Db, world: World): Promise<void> {
  await sql`insert into directory.edition (source, state, published_at, started_at, file_name)
    values ('mailboxes', 'current', ${at}, ${at}, 'world.txt')`.execute(db);
  const documents = worldDocuments(world);
  for (const person of world.people) await putPerson(db, person, documents);
  for (const [index, { address, place }] of world.mailboxes.entries()) {
    await sql`insert into directory.mailbox (number, address, type, service, name, lines, postcode, town, digest, updated_at)
      overriding system value values (${firstShared + index}, ${address}, 'ORG', ${place.service ?? null}, ${place.organization},
        '{}', ${place.postcode}, ${place.town}, 0, ${at})`.execute(db);
  }
  await switchIndex(db, 1, documents);
}

async function putPerson(db: Db, person: WorldPerson, documents: readonly IndexDocument[]): Promise<void> {
  const idnps = `8${person.rpps}`;
  const number = documents.find((each) => each.idnps === idnps)?.number ?? 0;
  await sql`insert into directory.practitioner (number, idnps, title, family, given, family_key, given_key, digest, updated_at)
    overriding system value values (${number}, ${idnps}, ${person.title ?? null}, ${person.family}, ${person.given},
      ${person.family.toLowerCase()}, ${person.given.toLowerCase()}, 0, ${at})`.execute(db);
  for (const [list, coded] of [['profession', person.profession] as const, ['skill', person.speciality] as const]) {
    if (coded === undefined) continue;
    await sql`insert into directory.label (list, code, label) values (${list}, ${coded[0]}, ${coded[1]})
      on conflict do nothing`.execute(db);
  }
  for (const [rank, place] of person.places.entries()) {
    const organization = `R${person.rpps}${rank}`;
    await sql`insert into directory.organization (organization_id, finess, name, name_key, lines, postcode, town, digest, updated_at)
      values (${organization}, ${place.finess ?? null}, ${place.organization}, ${place.organization.toLowerCase()}, '{}',
        ${place.postcode}, ${place.town}, 0, ${at})`.execute(db);
    await sql`insert into directory.activity (key, idnps, organization_id, profession_code, skill_code, digest, updated_at)
      values (${Number(person.rpps) * 10 + rank}, ${idnps}, ${organization}, ${person.profession[0]},
        ${person.speciality?.[0] ?? null}, 0, ${at})`.execute(db);
  }
  for (const address of person.addresses) {
    await sql`insert into directory.mailbox (address, type, idnps, organization_id, lines, digest, updated_at)
      values (${address}, 'PER', ${idnps}, ${person.places.length > 0 ? `R${person.rpps}0` : null}, '{}', 0, ${at})`.execute(
      db,
    );
  }
}
