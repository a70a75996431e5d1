/** People and services that somebody adds to the invented country, the sandbox's own for example. */
import { professions } from './data/professions.ts';
import { departmentNames } from './data/towns.ts';
import { hashOfText } from './dice.ts';
import { fictionalPhone } from './identifiers.ts';
import type { Person } from './people.ts';
import type { Structure } from './places.ts';
import * as rows from './rows.ts';
import { capitals } from './writing.ts';

export interface ExtraPlace {
  readonly name: string;
  /** Nine characters; a place without one is a practice. */
  readonly finess?: string;
  readonly street: {
    readonly number: string;
    readonly type: readonly [code: string, label: string];
    readonly name: string;
  };
  readonly postcode: string;
  readonly communeCode: string;
  readonly town: string;
  /** TRE_R02: `SA01` a public hospital, `SA07` a practice … */
  readonly sector: string;
}

export interface ExtraPerson {
  readonly rpps: string;
  readonly family: string;
  readonly given: string;
  readonly isWoman: boolean;
  /** TRE_G15, and the code of a speciality of that profession. */
  readonly professionCode: string;
  readonly specialityCode?: string;
  readonly place: ExtraPlace | null;
  readonly addresses: readonly string[];
}

export interface ExtraMailbox {
  readonly address: string;
  readonly service: string;
  readonly place: ExtraPlace;
}

function structureOf(place: ExtraPlace): Structure {
  const department = /^97/u.test(place.communeCode) ? place.communeCode.slice(0, 3) : place.communeCode.slice(0, 2);
  if (!departmentNames.has(department)) throw new TypeError(`no department for the commune ${place.communeCode}`);
  const finess = place.finess ?? '';
  const hash = hashOfText(place.name + place.postcode);
  return {
    id: finess === '' ? `R899${hash}` : `F${finess}`,
    finess,
    finessLegal: '',
    siret: '',
    siren: '',
    name: capitals(place.name),
    sign: '',
    sector: place.sector,
    recipient: '',
    point: '',
    number: place.street.number,
    repetition: '',
    streetType: place.street.type,
    street: capitals(place.street.name),
    mention: '',
    postcode: place.postcode,
    post: capitals(place.town),
    town: {
      name: place.town,
      plainName: place.town,
      postcode: place.postcode,
      commune: place.communeCode,
      department,
      inhabitants: 1,
      index: 0,
    },
    phone: fictionalPhone(department, hash),
    fax: '',
    email: '',
    domain: null,
    services: [],
  };
}

function personOf(extra: ExtraPerson): Person {
  const profession = professions.find(({ code }) => code === extra.professionCode);
  if (profession === undefined)
    throw new TypeError(`the profession ${extra.professionCode} is not among the generated ones`);
  const speciality = profession.specialities.find(({ code }) => code === extra.specialityCode) ?? null;
  if (extra.specialityCode !== undefined && speciality === null)
    throw new TypeError(`no speciality ${extra.specialityCode}`);
  const structure = extra.place === null ? null : structureOf(extra.place);
  const isOwn = structure === null || structure.sector === 'SA07' || structure.sector === 'SA08';
  return {
    index: 0,
    rpps: extra.rpps,
    family: capitals(extra.family),
    given: extra.given,
    isWoman: extra.isWoman,
    title: extra.professionCode === '10' || extra.professionCode === '40' ? 'DR' : '',
    profession,
    category: 'C',
    speciality,
    town: structureTown(structure),
    practices: [{ structure, mode: isOwn ? 'L' : 'S', isSubstitute: false }],
  };
}

function structureTown(structure: Structure | null): Person['town'] {
  if (structure !== null) return structure.town;
  return { name: '', plainName: '', postcode: '', commune: '', department: '', inhabitants: 0, index: 0 };
}

export function extraRows(
  people: readonly ExtraPerson[],
  mailboxes: readonly ExtraMailbox[],
): { activities: string[]; skills: string[]; mailboxes: string[] } {
  const persons = people.map((extra) => ({ person: personOf(extra), addresses: extra.addresses }));
  const personal = persons.flatMap(({ person, addresses }) =>
    addresses.map((address) => {
      const structure = person.practices[0]?.structure ?? null;
      return rows.personalMailboxRow(person, { address, structure, isPaperless: true });
    }),
  );
  const shared = mailboxes.map(({ address, service, place }) =>
    rows.sharedMailboxRow({ address, service, structure: structureOf(place) }),
  );
  return {
    activities: persons.flatMap(({ person }) => person.practices.map((practice) => rows.activityRow(person, practice))),
    skills: persons.flatMap(({ person }) =>
      person.speciality === null ? [] : [rows.skillRow(person, person.speciality)],
    ),
    mailboxes: [...personal, ...shared],
  };
}
