/**
 * Persons and shared mailboxes as the tables hold them, in two statements at most: roles, places, and every address that may be shown,
 * those of the live source among them while they are newer than the edition.
 */
import { type RawBuilder, sql } from 'kysely';
import type { Address } from '../../../formats/address/address.ts';
import type { Db } from '../../../platform/db/db.ts';
import type { Card, Coded, Idnps, ListedMailbox, ListedMailboxType, Place } from '../directory.ts';
import { departmentCode } from './departments.ts';

export type Role = Card['roles'][number];

export interface RecordedMailbox extends ListedMailbox {
  /** The owner's preference, the least first; the live source alone tells it. */
  readonly rank: number | null;
}

export interface PersonRecord {
  readonly number: number;
  readonly idnps: Idnps;
  readonly title: string | null;
  readonly family: string;
  readonly given: string;
  readonly roles: readonly Role[];
  readonly skills: readonly Coded[];
  readonly mailboxes: readonly RecordedMailbox[];
}

export interface SharedRecord extends RecordedMailbox {
  readonly number: number;
  readonly phone: string | null;
}

/** As `jsonb` brings it. */
interface PlaceJson {
  readonly id: string | null;
  readonly name: string | null;
  readonly sign: string | null;
  readonly service: string | null;
  readonly lines: readonly string[] | null;
  readonly postcode: string | null;
  readonly town: string | null;
  readonly department: string | null;
}
interface RoleJson {
  readonly profession: Coded | null;
  readonly speciality: Coded | null;
  readonly mode: Coded | null;
  readonly place: PlaceJson;
  readonly phone: string | null;
}
interface MailboxJson {
  readonly address: Address;
  readonly type: ListedMailboxType;
  readonly place: PlaceJson;
  readonly profession: Coded | null;
  readonly speciality: Coded | null;
  readonly isPaperless: boolean | null;
  /** When the live source told it; null for the edition. */
  readonly fetchedAt: string | null;
  readonly rank: number | null;
}

/** A code of one nomenclature with its label; a code without one is its own label. */
function coded(list: string, code: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`case when ${code} is not null then jsonb_build_object('code', ${code}, 'label', coalesce(
    (select label from directory.label where list = ${sql.lit(list)} and code = ${code}), ${code})) end`;
}

const organizationJson = sql`jsonb_build_object('id', o.organization_id, 'name', o.name, 'sign', o.sign, 'service', null,
  'lines', o.lines, 'postcode', o.postcode, 'town', o.town, 'department', o.department)`;

const mailboxJson = sql`jsonb_build_object('address', m.address, 'type', m.type, 'isPaperless', m.is_paperless,
  'fetchedAt', null, 'rank', null,
  'profession', ${coded('profession', sql`m.profession_code`)}, 'speciality', ${coded('skill', sql`m.skill_code`)},
  'place', jsonb_build_object('id', m.organization_id, 'name', coalesce(m.name, o.name), 'sign', coalesce(m.sign, o.sign),
    'service', m.service, 'lines', case when m.postcode is null then o.lines else m.lines end,
    'postcode', coalesce(m.postcode, o.postcode), 'town', coalesce(m.town, o.town),
    'department', coalesce(m.department, o.department)))`;

const liveJson = sql`jsonb_build_object('address', l.address, 'type', l.type, 'isPaperless', null, 'fetchedAt', l.fetched_at,
  'rank', l.rank, 'profession', null, 'speciality', null,
  'place', ${organizationJson} || jsonb_build_object('service', l.service))`;

/** What the live source told gives way to an edition that is newer. */
const isLive = sql`not exists (select from directory.edition e
  where e.state = 'current' and e.source = 'mailboxes' and e.published_at >= l.fetched_at) and not directory.is_hidden(l.address)`;

export type PersonsWanted = { readonly numbers: readonly number[] } | { readonly idnps: readonly string[] };

/** `publishedAt`: of the mailboxes in force. */
export async function readPersons(
  db: Db,
  wanted: PersonsWanted,
  publishedAt: Date | null,
): Promise<readonly PersonRecord[]> {
  const which =
    'numbers' in wanted
      ? sql`p.number = any(${wanted.numbers}::integer[])`
      : sql`p.idnps = any(${wanted.idnps}::text[])`;
  const { rows } = await sql<{
    number: number;
    idnps: Idnps;
    title: string | null;
    family: string;
    given: string;
    roles: readonly RoleJson[] | null;
    skills: readonly Coded[] | null;
    listed: readonly MailboxJson[] | null;
    live: readonly MailboxJson[] | null;
  }>`
    select p.number, p.idnps, p.title, p.family, p.given,
      (select jsonb_agg(jsonb_build_object('profession', ${coded('profession', sql`a.profession_code`)},
          'speciality', ${coded('skill', sql`a.skill_code`)}, 'mode', ${coded('mode', sql`a.mode_code`)},
          'place', ${organizationJson}, 'phone', o.phone) order by a.number)
         from directory.activity a left join directory.organization o using (organization_id) where a.idnps = p.idnps) as roles,
      (select jsonb_agg(distinct ${coded('skill', sql`s.skill_code`)})
         from directory.skill s where s.idnps = p.idnps) as skills,
      (select jsonb_agg(${mailboxJson} order by m.address)
         from directory.mailbox m left join directory.organization o using (organization_id)
        where m.idnps = p.idnps and not directory.is_hidden(m.address)) as listed,
      (select jsonb_agg(${liveJson} order by l.address)
         from directory.live_mailbox l left join directory.organization o using (organization_id)
        where l.idnps = p.idnps and ${isLive}) as live
      from directory.practitioner p where ${which}`.execute(db);
  return rows.map(({ roles, skills, listed, live, ...person }) => ({
    ...person,
    roles: (roles ?? []).map((role) => ({ ...role, place: placeOf(role.place) })),
    skills: skills ?? [],
    mailboxes: merge(listed ?? [], live ?? [], publishedAt),
  }));
}

export type SharedWanted = { readonly numbers: readonly number[] } | { readonly addresses: readonly string[] };

export async function readShared(
  db: Db,
  wanted: SharedWanted,
  publishedAt: Date | null,
): Promise<readonly SharedRecord[]> {
  const which =
    'numbers' in wanted
      ? sql`m.number = any(${wanted.numbers}::integer[])`
      : sql`m.address = any(${wanted.addresses}::text[])`;
  const { rows } = await sql<{
    number: number;
    phone: string | null;
    listed: MailboxJson;
    live: MailboxJson | null;
  }>`
    select m.number, o.phone, ${mailboxJson} as listed,
      (select ${liveJson} from directory.live_mailbox l left join directory.organization o using (organization_id)
        where l.address = m.address and ${isLive}) as live
      from directory.mailbox m left join directory.organization o using (organization_id)
     where ${which} and m.idnps is null and not directory.is_hidden(m.address)`.execute(db);
  return rows.flatMap(({ number, phone, listed, live }) =>
    merge([listed], live === null ? [] : [live], publishedAt).map((mailbox) => ({ ...mailbox, number, phone })),
  );
}

/** One line for each address; where the live source is newer, it is the one to be believed, but for the place that it does not tell. */
function merge(
  listed: readonly MailboxJson[],
  live: readonly MailboxJson[],
  publishedAt: Date | null,
): readonly RecordedMailbox[] {
  const merged = new Map<Address, RecordedMailbox>();
  for (const mailbox of listed) merged.set(mailbox.address, mailboxOf(mailbox, publishedAt ?? new Date(0)));
  for (const mailbox of live) {
    const told = mailboxOf(mailbox, new Date(mailbox.fetchedAt ?? 0));
    const known = merged.get(mailbox.address);
    merged.set(mailbox.address, {
      ...told,
      place: told.place?.organization == null ? (known?.place ?? told.place) : told.place,
      profession: known?.profession ?? null,
      speciality: known?.speciality ?? null,
      isPaperless: known?.isPaperless ?? null,
    });
  }
  return [...merged.values()];
}

function mailboxOf({ fetchedAt, place, ...mailbox }: MailboxJson, seenAt: Date): RecordedMailbox {
  return { ...mailbox, place: placeOf(place), source: fetchedAt === null ? 'edition' : 'live', seenAt };
}

/** Both names of an organization, when they differ. */
function nameOf({ name, sign }: PlaceJson): string | null {
  if (name === null || name === '') return sign;
  return sign === null || sign === '' || sign === name ? name : `${name} (${sign})`;
}

function placeOf(place: PlaceJson): Place | null {
  const organization = nameOf(place);
  if (organization === null && place.service === null && place.postcode === null && place.town === null) return null;
  return {
    organizationId: place.id,
    organization,
    service: place.service,
    lines: place.lines ?? [],
    postcode: place.postcode,
    town: place.town,
    department: departmentCode(place.department, place.postcode),
  };
}
