/** Mailboxes as operators give them: `prenom.nom@` where the person works or at an operator of the profession; services of organisations. */
import { operatorDomains } from './data/professions.ts';
import { structureKinds } from './data/structures.ts';
import { Dice, hashOf, hashOfText, Urn } from './dice.ts';
import type { People, Person, Practice } from './people.ts';
import type { Structure } from './places.ts';
import { localPart } from './writing.ts';

export interface PersonalMailbox {
  readonly address: string;
  readonly structure: Structure | null;
  readonly isPaperless: boolean;
}

export interface SharedMailbox {
  readonly address: string;
  readonly structure: Structure;
  readonly service: string;
}

const suffix = '.mssante.example';

/** Gives each address once: a second one of the same name gets a number. Holds twelve bytes for each, not the addresses. */
class AddressBook {
  /** 53 bits of each address; 0 where there is none. */
  readonly #keys: Float64Array;
  /** The number that the next one of the same name tries. */
  readonly #next: Uint32Array;

  constructor(most: number) {
    let size = 1024;
    while (size < most * 3) size *= 2;
    this.#keys = new Float64Array(size);
    this.#next = new Uint32Array(size);
  }

  claim(local: string, domain: string): string {
    const first = `${local}@${domain}${suffix}`;
    const slot = this.#slotOf(first);
    if (this.#take(slot, first)) return first;
    const separator = /\d$/u.test(local) ? '.' : '';
    for (;;) {
      const number = (this.#next[slot] ?? 0) + 2;
      this.#next[slot] = number - 1;
      const address = `${local}${separator}${number}@${domain}${suffix}`;
      if (this.#take(this.#slotOf(address), address)) return address;
    }
  }

  #slotOf(address: string): number {
    const key = keyOf(address);
    const mask = this.#keys.length - 1;
    let slot = hashOfText(address) & mask;
    while (this.#keys[slot] !== 0 && this.#keys[slot] !== key) slot = (slot + 1) & mask;
    return slot;
  }

  #take(slot: number, address: string): boolean {
    if (this.#keys[slot] !== 0) return false;
    this.#keys[slot] = keyOf(address);
    return true;
  }
}

function keyOf(address: string): number {
  return (hashOfText(address) & 0x1f_ffff) * 2 ** 32 + (hashOfText(address, 0x5bd1e995) || 1);
}

/** How often a kind of structure has shared mailboxes. */
const sharedWeights: Readonly<Record<string, number>> = {
  chu: 14,
  ch: 22,
  chs: 5,
  clinic: 12,
  rehabilitation: 4,
  'home-hospital': 2,
  dialysis: 1,
  ehpad: 9,
  disability: 4,
  'home-nursing': 3,
  territory: 2,
  'health-house': 5,
  'health-centre': 4,
  laboratory: 6,
  pharmacy: 20,
  imaging: 3,
  occupational: 1,
  'mother-child': 1,
  group: 3,
  company: 1,
};

export class Mailboxes {
  readonly #seed: number;
  readonly #people: People;
  readonly #book: AddressBook;
  readonly #kinds = new Urn(structureKinds, ({ code }) => sharedWeights[code] ?? 0);

  constructor(seed: number, people: People, most: number) {
    this.#seed = seed;
    this.#people = people;
    this.#book = new AddressBook(most);
  }

  /** The addresses of a person, at most `most`; where it says it stands may have changed since it was given. */
  personal(person: Person, now: readonly Practice[], most: number): PersonalMailbox[] {
    const dice = new Dice(this.#seed, 21, person.index);
    const wanted = dice.chance(6) ? 2 : 1;
    const domains = new Set<string>();
    for (let rank = 0; rank < Math.min(wanted, most); rank += 1) {
      domains.add(this.#domain(person, person.practices[rank] ?? person.practices[0], rank, dice));
    }
    const local = localOf(person, dice);
    return [...domains].map((domain, rank) => {
      const practice = now[rank] ?? now[0];
      const structure = dice.chance(15) ? null : (practice?.structure ?? null);
      return { address: this.#book.claim(local, domain), structure, isPaperless: dice.chance(35) };
    });
  }

  #domain(person: Person, practice: Practice | undefined, rank: number, dice: Dice): string {
    const own = practice?.structure?.domain ?? null;
    if (own !== null && practice?.mode !== 'L' && dice.chance(80)) return own;
    if (rank === 0 && dice.chance(62)) return person.profession.domain;
    return dice.chance(30) ? dice.pick(operatorDomains) : regionalOperator(person.town.department);
  }

  /** The `index`th shared mailbox. */
  shared(index: number): SharedMailbox {
    const dice = new Dice(this.#seed, 22, index);
    const kind = this.#kinds.draw(dice);
    const structure = this.#people.places.structureNear(this.#people.places.draw(dice), kind.code, dice);
    const service =
      structure.services.length > 0 && dice.chance(kind.isHospital ? 94 : 40) ? dice.pick(structure.services) : '';
    const domain =
      structure.domain ?? (kind.code === 'pharmacy' ? 'pharmacien' : regionalOperator(structure.town.department));
    return { address: this.#book.claim(sharedLocal(structure, service, dice), domain), structure, service };
  }
}

function sharedLocal(structure: Structure, service: string, dice: Dice): string {
  const name = localPart(structure.name).slice(0, 40);
  if (service === '') return structure.domain === null ? name : dice.pick(['contact', 'secretariat', 'accueil', name]);
  const where = structure.domain === null ? `.${name}` : '';
  const style = dice.below(100);
  if (style < 65) return `${localPart(service)}${where}`;
  if (style < 90) return `secretariat.${localPart(service)}${where}`;
  return `${localPart(service)}.cr${where}`;
}

function localOf(person: Person, dice: Dice): string {
  const given = localPart(person.given);
  const family = localPart(person.family);
  const style = dice.below(100);
  if (style < 75) return `${given}.${family}`;
  if (style < 81) return `${given.charAt(0)}.${family}`;
  if (style < 87) return `${family}.${given}`;
  if (style < 90) return `${given}-${family}`;
  if (style < 95 && person.title !== '') return `dr.${family}`;
  return `${given}.${family}.${person.rpps.slice(-4)}`;
}

/** One operator serves a department, and a few departments each. */
function regionalOperator(department: string): string {
  return operatorDomains[hashOf(31, ...Buffer.from(department)) % operatorDomains.length] ?? 'bretagne';
}
