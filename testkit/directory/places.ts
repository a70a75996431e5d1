/** Towns and the structures that stand in them: each is known from its town, kind and rank alone, none is kept. */

import { properNames, type StructureKind, streetNames, streetTypes, structureKinds } from './data/structures.ts';
import {
  arrondissements,
  departmentNames,
  rivers,
  saints,
  townLines,
  universityTowns,
  villages,
} from './data/towns.ts';
import { Dice, hashOf, Urn } from './dice.ts';
import { fictionalPhone, finessAt, sirenAt, siretAt } from './identifiers.ts';
import type { Names } from './names.ts';
import { capitals } from './writing.ts';

export interface Town {
  readonly name: string;
  /** As an organisation says it: without the number of the arrondissement. */
  readonly plainName: string;
  readonly postcode: string;
  readonly commune: string;
  readonly department: string;
  /** Thousands of inhabitants. */
  readonly inhabitants: number;
  readonly index: number;
}

export interface Structure {
  /** Technical identifier, as the source of the activities says it. */
  readonly id: string;
  readonly finess: string;
  readonly finessLegal: string;
  readonly siret: string;
  readonly siren: string;
  readonly name: string;
  readonly sign: string;
  readonly sector: string;
  /** L2 and L3 of the postal address, then its street, then L5. */
  readonly recipient: string;
  readonly point: string;
  readonly number: string;
  readonly repetition: string;
  readonly streetType: readonly [code: string, label: string];
  readonly street: string;
  readonly mention: string;
  readonly postcode: string;
  /** What follows the postcode, in capitals. */
  readonly post: string;
  readonly town: Town;
  readonly phone: string;
  readonly fax: string;
  readonly email: string;
  /** Domain of its own mailboxes, when it has one. */
  readonly domain: string | null;
  readonly services: readonly string[];
}

/** RFC 1035 §2.3.4: labels have 63 octets at most. */
const longestLabel = 60;

/** Villages of each department at the full size; a small world has fewer. */
const villagesPerDepartment = 60;

function parseTown(line: string): Omit<Town, 'index'> {
  const [name = '', postcode = '', commune = '', inhabitants = ''] = line.split('|');
  const department = /^97/u.test(commune) ? commune.slice(0, 3) : commune.slice(0, 2);
  return { name, plainName: name, postcode, commune, department, inhabitants: Number(inhabitants) };
}

function withArrondissements(town: Omit<Town, 'index'>): readonly Omit<Town, 'index'>[] {
  const split = arrondissements.get(town.name);
  if (split === undefined) return [town];
  return Array.from({ length: split.count }, (_, index) => ({
    ...town,
    name: `${town.name} ${index + 1}${index === 0 ? 'er' : 'e'} Arrondissement`,
    postcode: String(Number(town.postcode) + index).padStart(5, '0'),
    commune: String(split.communeBase + index + 1),
    inhabitants: town.inhabitants / split.count,
  }));
}

function villagesOf(department: string, count: number, seed: number): Omit<Town, 'index'>[] {
  const dice = new Dice(seed, 11, ...Buffer.from(department));
  const taken = new Set<string>();
  const towns: Omit<Town, 'index'>[] = [];
  for (let index = 0; index < count; index += 1) {
    const stem = dice.chance(62) ? dice.pick(saints) : dice.pick(villages);
    const name = dice.chance(80) ? `${stem}-${dice.pick(rivers)}`.replace('-l’', ' l’') : stem;
    if (taken.has(name)) continue;
    taken.add(name);
    const overseas = department.length === 3;
    const postcode = overseas ? `${department}${10 + (index % 80)}` : postcodeIn(department, dice);
    const commune = `${department}${String(500 + index).slice(overseas ? 1 : 0)}`;
    towns.push({ name, plainName: name, postcode, commune, department, inhabitants: 0.4 + dice.next() * 4 });
  }
  return towns;
}

function postcodeIn(department: string, dice: Dice): string {
  const tail = `${11 + dice.below(88)}0`;
  if (department === '2A') return `201${tail.slice(0, 2)}`;
  if (department === '2B') return `202${tail.slice(0, 2)}`;
  return department + tail;
}

function expectedCount(kind: StructureKind, town: Town, density: number): number {
  if (kind.code === 'chu')
    return universityTowns.has(town.plainName) ? Math.ceil(town.inhabitants / kind.inhabitants) : 0;
  if (kind.isHospital && town.inhabitants < 4.5) return 0;
  return (town.inhabitants * density) / kind.inhabitants;
}

export class Places {
  readonly towns: readonly Town[];
  readonly #seed: number;
  readonly #names: Names;
  readonly #urn: Urn<Town>;
  readonly #byDepartment = new Map<string, Town[]>();
  /** How many of each kind a town has, and the ranks of the first in its department and in the country. */
  readonly #counts: Uint16Array;
  readonly #localBase: Uint32Array;
  readonly #globalBase: Uint32Array;
  readonly #townsWith: ReadonlyMap<string, readonly Town[]>[] = [];

  /** `share` of the full size, up to 1: smaller worlds have fewer villages and structures, so that people still meet in them. */
  constructor(seed: number, share: number, names: Names) {
    this.#seed = seed;
    this.#names = names;
    const perDepartment = Math.max(4, Math.round(villagesPerDepartment * share));
    const listed = townLines.flatMap((line) => withArrondissements(parseTown(line)));
    const small = [...departmentNames.keys()].flatMap((code) =>
      code === '75' ? [] : villagesOf(code, perDepartment, seed),
    );
    this.towns = [...listed, ...small].map((town, index) => ({ ...town, index }));
    for (const town of this.towns) {
      const neighbours = this.#byDepartment.get(town.department);
      if (neighbours === undefined) this.#byDepartment.set(town.department, [town]);
      else neighbours.push(town);
    }
    // People work in towns more than they live there, and around towns that the list does not name.
    this.#urn = new Urn(this.towns, ({ inhabitants }) => inhabitants + 1);
    const slots = this.towns.length * structureKinds.length;
    this.#counts = new Uint16Array(slots);
    this.#localBase = new Uint32Array(slots);
    this.#globalBase = new Uint32Array(slots);
    this.#count(0.12 + 0.88 * share);
  }

  #count(density: number): void {
    const local = new Map<string, number>();
    let global = 0;
    structureKinds.forEach((kind, kindIndex) => {
      const having = new Map<string, Town[]>();
      for (const town of this.towns) {
        const exact = expectedCount(kind, town, density);
        const dice = new Dice(this.#seed, 12, kindIndex, town.index);
        const count = Math.floor(exact) + (dice.next() < exact - Math.floor(exact) ? 1 : 0);
        const slot = town.index * structureKinds.length + kindIndex;
        const prefix = town.department.slice(0, 2);
        const first = local.get(prefix) ?? 0;
        this.#counts[slot] = count;
        this.#localBase[slot] = first;
        this.#globalBase[slot] = global;
        local.set(prefix, first + count);
        global += count;
        if (count === 0) continue;
        const found = having.get(town.department);
        if (found === undefined) having.set(town.department, [town]);
        else found.push(town);
      }
      this.#townsWith.push(having);
    });
  }

  draw(dice: Dice): Town {
    return this.#urn.draw(dice);
  }

  neighbour(town: Town, dice: Dice): Town {
    return dice.pick(this.#byDepartment.get(town.department) ?? [town]);
  }

  /** A structure of that kind in the town, else in its department, else anywhere. */
  structureNear(town: Town, code: string, dice: Dice): Structure {
    const kindIndex = structureKinds.findIndex((kind) => kind.code === code);
    const having = this.#townsWith[kindIndex];
    const here = this.#counts[town.index * structureKinds.length + kindIndex] ?? 0;
    let place = town;
    if (here === 0) {
      const near = having?.get(town.department) ?? [...(having?.values() ?? [])].flat();
      place = dice.pick(near);
    }
    const count = this.#counts[place.index * structureKinds.length + kindIndex] ?? 1;
    return this.#structure(place, kindIndex, dice.below(count));
  }

  #structure(town: Town, kindIndex: number, rank: number): Structure {
    const kind = structureKinds[kindIndex];
    if (kind === undefined) throw new RangeError('no such kind of structure');
    const dice = new Dice(this.#seed, 13, kindIndex, town.index, rank);
    const slot = town.index * structureKinds.length + kindIndex;
    const finess = finessAt(town.department, (this.#localBase[slot] ?? 0) + rank);
    const ordinal = (this.#globalBase[slot] ?? 0) + rank;
    const siren = sirenAt(9, ordinal);
    const plain = capitals(town.plainName);
    const name = (kind.names[rank < kind.names.length && kind.isHospital ? rank : dice.below(kind.names.length)] ?? '')
      .replace('{t}', plain)
      .replace('{p}', dice.pick(properNames))
      .replace('{s}', capitals(dice.pick(saints)))
      .replace('{f}', capitals(this.#names.family(dice, town.department)));
    const cedex = kind.isHospital && dice.chance(55);
    const hasFiness = !['group', 'company', 'equipment'].includes(kind.code);
    return {
      ...this.#address(town, dice),
      id: hasFiness ? `F${finess}` : `C${siren}${String(rank).padStart(2, '0')}`,
      finess: hasFiness ? finess : '',
      finessLegal:
        hasFiness && dice.chance(70) ? finessAt(town.department, 900_000 - ((this.#localBase[slot] ?? 0) >> 1)) : '',
      siret: dice.chance(80) ? siretAt(siren, 1) : '',
      siren,
      name,
      sign: dice.chance(12)
        ? capitals(`${kind.names[0]?.startsWith('PHARMACIE') ? 'PHARMACIE' : 'SITE'} ${dice.pick(properNames)}`)
        : '',
      sector: kind.sector,
      postcode: cedex ? cedexOf(town, rank) : town.postcode,
      post: cedex ? `${plain} CEDEX${town.inhabitants > 90 ? ` ${1 + dice.below(9)}` : ''}` : plain,
      phone: fictionalPhone(town.department, hashOf(this.#seed, 14, ordinal)),
      fax: dice.chance(40) ? fictionalPhone(town.department, hashOf(this.#seed, 15, ordinal)) : '',
      domain: domainOf(kind, name, town, dice),
      services: kind.services,
    };
  }

  /** The practice of one person. */
  practice(options: {
    town: Town;
    name: string;
    rpps: string;
    index: number;
    rank: number;
    version: number;
  }): Structure {
    const { town, rpps, index, rank, version } = options;
    const dice = new Dice(this.#seed, 16, index, rank, version);
    const siren = sirenAt(8, index);
    return {
      ...this.#address(town, dice),
      id: `R${rpps}${String(rank + 1).padStart(4, '0')}`,
      finess: '',
      finessLegal: '',
      siret: dice.chance(60) ? siretAt(siren, rank + 1) : '',
      siren: '',
      name: options.name,
      sign: '',
      sector: 'SA07',
      postcode: town.postcode,
      post: capitals(town.plainName),
      phone: dice.chance(75) ? fictionalPhone(town.department, dice.below(10_000)) : '',
      fax: '',
      domain: null,
      services: [],
    };
  }

  #address(
    town: Town,
    dice: Dice,
  ): Pick<
    Structure,
    'recipient' | 'point' | 'number' | 'repetition' | 'streetType' | 'street' | 'mention' | 'town' | 'email'
  > {
    return {
      recipient: dice.chance(6)
        ? dice.pick(['BATIMENT A', '2EME ETAGE', 'PORTE GAUCHE', 'CENTRE MEDICAL', 'BAT LES ERABLES'])
        : '',
      point: dice.chance(5)
        ? dice.pick(['RESIDENCE LES PINS', 'ZAC DES CHAMPS BLANCS', 'CENTRE COMMERCIAL', 'ESC B'])
        : '',
      number: dice.chance(90) ? String(1 + dice.below(180)) : '',
      repetition: dice.chance(6) ? dice.pick(['B', 'T', 'A']) : '',
      streetType: dice.pick(streetTypes),
      street: dice.pick(streetNames),
      mention: dice.chance(7) ? dice.pick(['BP 10329', 'CS 40018', 'LE BOURG', 'LIEU DIT KERVOAZ', 'BP 12']) : '',
      town,
      email: '',
    };
  }
}

/** Postcode of those who get much mail: not that of the town. */
function cedexOf({ postcode }: Town, rank: number): string {
  const start = postcode.startsWith('97') ? postcode.slice(0, 3) : `${postcode.slice(0, 2)}0`;
  return start + String(10 + (rank % 80));
}

/** Hospitals and clinics have a domain of their own, laboratories often, others seldom: about 5,000 of them at the full size. */
function domainOf(kind: StructureKind, name: string, town: Town, dice: Dice): string | null {
  const slug = (text: string): string =>
    capitals(text)
      .toLowerCase()
      .replace(/[^a-z0-9]+/gu, '-')
      .slice(0, longestLabel)
      .replace(/^-|-$/gu, '');
  if (kind.code === 'chu' || kind.code === 'ch') return `${kind.code}-${slug(town.plainName)}`;
  const chance = kind.isHospital
    ? 100
    : kind.code === 'laboratory'
      ? 40
      : kind.code === 'pharmacy' || kind.code === 'group'
        ? 0
        : 12;
  return dice.chance(chance)
    ? slug(`${name}${name.includes(capitals(town.plainName)) ? '' : ` ${town.plainName}`}`)
    : null;
}
