/** The professionals of an invented country: each is known from the seed and an index alone, none is kept. */
import { type Profession, professions, type Speciality } from './data/professions.ts';
import { Dice, hashOf, Urn } from './dice.ts';
import { rppsAt } from './identifiers.ts';
import { Names } from './names.ts';
import { Places, type Structure, type Town } from './places.ts';
import { capitals } from './writing.ts';

export interface Practice {
  /** `null`: the source does not say where. */
  readonly structure: Structure | null;
  readonly mode: 'L' | 'S' | 'B' | '';
  readonly isSubstitute: boolean;
}

export interface Person {
  readonly index: number;
  readonly rpps: string;
  /** As the source of the activities writes them: often in capitals, often without accents. */
  readonly family: string;
  readonly given: string;
  readonly isWoman: boolean;
  readonly title: 'DR' | 'PR' | '';
  readonly profession: Profession;
  readonly category: 'C' | 'E' | 'M';
  readonly speciality: Speciality | null;
  readonly town: Town;
  readonly practices: readonly Practice[];
}

interface Identity {
  readonly family: string;
  readonly given: string;
  readonly isWoman: boolean;
  readonly town: Town;
}

const practiceKinds = ['own', 'own', 'own', 'own', 'own', 'own', 'group', 'group', 'group', 'health-house', 'company'];

export class People {
  readonly #seed: number;
  readonly #names = new Names();
  readonly places: Places;
  readonly #professions = new Urn(professions, ({ weight }) => weight);
  readonly #specialities = new Map(
    professions.map(
      (profession) => [profession.code, new Urn(profession.specialities, ({ weight }) => weight)] as const,
    ),
  );

  constructor(seed: number, share: number) {
    this.#seed = seed;
    this.places = new Places(seed, share, this.#names);
  }

  /** What a person weighs among those with a mailbox, on average. */
  get averageMailboxWeight(): number {
    const weighed = professions.reduce((sum, { weight, mailbox }) => sum + weight * mailbox, 0);
    return weighed / this.#professions.total;
  }

  /** `version` tells editions apart: another one moved. */
  at(index: number, version = 0): Person {
    const dice = new Dice(this.#seed, 1, index);
    // One in 250 has the name and the town of the person before; one in 500 also works in the same place.
    const likeness = dice.below(500);
    const model = index > 0 && likeness < 2 ? index - 1 : index;
    const profession = this.#professions.draw(dice);
    const identity = this.#identity(model, profession);
    const isStudent = ['10', '21', '40', '50'].includes(profession.code) && dice.chance(13);
    const category = isStudent ? 'E' : dice.chance(0.5) ? 'M' : 'C';
    const speciality = isStudent ? null : this.#speciality(profession, dice);
    const title = this.#title(profession, isStudent, dice);
    const rpps = rppsAt(index);
    const { family, given } = writeNames(identity, dice);
    const person = {
      index,
      rpps,
      family,
      given,
      isWoman: identity.isWoman,
      title,
      profession,
      category,
      speciality,
    } as const;
    const practices = this.#practices({ ...person, town: identity.town }, version, likeness === 0 ? model : index);
    return { ...person, town: identity.town, practices };
  }

  #identity(index: number, profession: Profession): Identity {
    const dice = new Dice(this.#seed, 2, index);
    const town = this.places.draw(dice);
    const isWoman = dice.chance(profession.women);
    return {
      town,
      isWoman,
      family: this.#names.family(dice, town.department),
      given: this.#names.given(dice, isWoman),
    };
  }

  #speciality(profession: Profession, dice: Dice): Speciality | null {
    const urn = this.#specialities.get(profession.code);
    if (urn === undefined || urn.total === 0) return null;
    // Nearly every physician has one; of dentists and nurses few.
    const hundredths = profession.code === '10' ? 97 : urn.total / 6;
    return dice.chance(hundredths) ? urn.draw(dice) : null;
  }

  #title(profession: Profession, isStudent: boolean, dice: Dice): Person['title'] {
    if (isStudent || !['10', '21', '40'].includes(profession.code)) return '';
    if (profession.code === '10' && dice.chance(3)) return 'PR';
    return dice.chance(profession.code === '21' ? 55 : 92) ? 'DR' : '';
  }

  #practices(person: Omit<Person, 'practices'>, version: number, workplaceOf: number): Practice[] {
    const { profession, category } = person;
    const dice = new Dice(this.#seed, 3, workplaceOf, version);
    if (category === 'E') return [this.#employed(person, person.town, dice)];
    if (dice.chance(4)) return [{ structure: null, mode: dice.chance(60) ? 'L' : '', isSubstitute: dice.chance(70) }];
    const isLiberal = new Dice(this.#seed, 4, workplaceOf).chance(profession.liberal);
    const most = dice.next();
    const count = isLiberal
      ? most < 0.8
        ? 1
        : most < 0.94
          ? 2
          : most < 0.99
            ? 3
            : 4
      : most < 0.92
        ? 1
        : most < 0.99
          ? 2
          : 3;
    return Array.from({ length: count }, (_, rank) => {
      const town = rank === 0 ? person.town : this.places.neighbour(person.town, dice);
      if (!isLiberal || (rank > 0 && dice.chance(30))) return this.#employed(person, town, dice);
      return this.#liberal({ person, town, rank, version, dice });
    });
  }

  #employed(person: Omit<Person, 'practices'>, town: Town, dice: Dice): Practice {
    const structure = this.places.structureNear(town, dice.pick(person.profession.employers), dice);
    return { structure, mode: dice.chance(2) ? 'B' : 'S', isSubstitute: false };
  }

  #liberal(options: {
    person: Omit<Person, 'practices'>;
    town: Town;
    rank: number;
    version: number;
    dice: Dice;
  }): Practice {
    const { person, town, rank, version, dice } = options;
    const kind = person.profession.code === '21' ? 'pharmacy' : dice.pick(practiceKinds);
    const isSubstitute = dice.chance(5);
    if (kind !== 'own') return { structure: this.places.structureNear(town, kind, dice), mode: 'L', isSubstitute };
    const { rpps, index } = person;
    const name = practiceName(person, dice);
    return { structure: this.places.practice({ town, name, rpps, index, rank, version }), mode: 'L', isSubstitute };
  }

  /** Who of the last edition is not in the next one, who moved. */
  fate(
    index: number,
    shares: { readonly deleted: number; readonly changed: number },
    days: number,
  ): 'same' | 'changed' | 'deleted' {
    const drawn = hashOf(this.#seed, 5, days, index) / 2 ** 32;
    if (drawn < shares.deleted) return 'deleted';
    return drawn < shares.deleted + shares.changed ? 'changed' : 'same';
  }
}

function writeNames({ family, given }: Identity, dice: Dice): { family: string; given: string } {
  const familyWritten = dice.chance(80) ? capitals(family) : family.toUpperCase().replaceAll('’', "'");
  const style = dice.below(100);
  const givenWritten = style < 60 ? capitals(given) : style < 75 ? given.toUpperCase() : given;
  return { family: familyWritten, given: style >= 97 ? givenWritten.replaceAll('-', ' ') : givenWritten };
}

function practiceName(person: Omit<Person, 'practices'>, dice: Dice): string {
  const family = capitals(person.family);
  const given = capitals(person.given);
  if (person.title !== '') return dice.chance(70) ? `CABINET DU DR ${given} ${family}` : `CABINET DR ${family}`;
  const civility = person.isWoman ? 'MME' : 'M.';
  return dice.chance(60) ? `CABINET ${civility} ${family} ${given}` : `CABINET INDIVIDUEL ${family}`;
}
