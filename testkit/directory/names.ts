/** Family and given names of people: frequent, regional, composed, and a long tail of rare ones. */
import { frequentFamilyNames, nameEndings, nameMiddles, nameOnsets, regionalFamilyNames } from './data/family-names.ts';
import { givenNamesByAge } from './data/given-names.ts';
import { type Dice, Urn } from './dice.ts';

type Region = keyof typeof regionalFamilyNames;

/** Where regional names are at home; elsewhere they are rare. */
const homes: readonly (readonly [Region, RegExp])[] = [
  ['breton', /^(?:22|29|35|56)$/u],
  ['basque', /^64$/u],
  ['alsatian', /^(?:67|68|57)$/u],
  ['corsican', /^2[AB]$/u],
  ['flemish', /^(?:59|62)$/u],
  ['antillean', /^97[123]$/u],
  ['reunionese', /^97[46]$/u],
];
const anywhere: readonly Region[] = [
  'maghrebi',
  'maghrebi',
  'maghrebi',
  'portuguese',
  'portuguese',
  'vietnamese',
  'african',
  'african',
  'particles',
  'polish',
  'breton',
  'breton',
  'alsatian',
  'flemish',
  'antillean',
  'corsican',
  'basque',
];

const byRank = (_name: string, rank: number): number => 1 / (rank + 25);

export class Names {
  readonly #frequent = new Urn(frequentFamilyNames, byRank);
  readonly #women = givenNamesByAge.map(({ women }) => new Urn(women, byRank));
  readonly #men = givenNamesByAge.map(({ men }) => new Urn(men, byRank));

  #simple(dice: Dice, department: string): string {
    const home = homes.find(([, pattern]) => pattern.test(department))?.[0];
    if (home !== undefined && dice.chance(38)) return dice.pick(regionalFamilyNames[home]);
    if (dice.chance(13)) return dice.pick(regionalFamilyNames[dice.pick(anywhere)]);
    if (dice.chance(45)) return this.#frequent.draw(dice);
    return this.#rare(dice);
  }

  /** Made of pieces: a square draw prefers the first, so that some rare names are rarer than others. */
  #rare(dice: Dice): string {
    const one = (values: readonly string[]): string =>
      values[Math.floor(dice.next() * dice.next() * values.length)] ?? '';
    const onset = one(nameOnsets);
    const middle = dice.chance(50) ? one(nameMiddles) : '';
    const prefix = dice.chance(3) ? 'Le ' : dice.chance(2) ? 'de ' : '';
    return `${prefix}${onset}${middle}${one(nameEndings)}`;
  }

  family(dice: Dice, department: string): string {
    const first = this.#simple(dice, department);
    if (!dice.chance(7)) return first;
    return `${first}${dice.chance(60) ? '-' : ' '}${this.#simple(dice, department)}`;
  }

  given(dice: Dice, isWoman: boolean): string {
    // More of those born between 1965 and 1985 than older or younger.
    const age = dice.next();
    const group = age < 0.22 ? 0 : age < 0.62 ? 1 : 2;
    const urn = (isWoman ? this.#women : this.#men)[group];
    if (urn === undefined) throw new RangeError('no such age group');
    return urn.draw(dice);
  }
}
