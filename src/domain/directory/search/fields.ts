/** What a word of a document is: the better the field, the smaller its number, and a word of a document counts in its best one only. */

export const field = {
  /** The whole family name, or its words as one. */
  family: 0,
  /** One word of a longer family name. */
  familyPart: 1,
  given: 2,
  /** Not the first given name. */
  givenOther: 3,
  /** Service or organization of a shared mailbox: its own name. */
  ownName: 4,
  identifier: 5,
  postcode: 6,
  /** The whole name of the town. */
  town: 7,
  townPart: 8,
  speciality: 9,
  profession: 10,
  department: 11,
  service: 12,
  organization: 13,
  /** Words of the address before the `@` and of its domain. */
  address: 14,
} as const;

export type Field = (typeof field)[keyof typeof field];

/** How well a word that was typed stands for the word found. */
/** `joined`: two words that follow each other are one of the document, or a name of two. */
export type Exactness = 'joined' | 'whole' | 'prefix' | 'abbreviation' | 'near' | 'nearPrefix';

const share: Readonly<Record<Exactness, number>> = {
  joined: 1.12,
  whole: 1,
  prefix: 0.76,
  abbreviation: 0.9,
  near: 0.6,
  nearPrefix: 0.44,
};

/** What each field is worth, before ties are told apart; parts of a name equal the whole here. */
const worth: readonly number[] = [100, 100, 84, 84, 92, 100, 88, 84, 76, 88, 88, 80, 64, 60, 56];

/** What tells equals apart, after who is written to. */
const nuance: readonly number[] = [8, 4, 6, 3, 6, 8, 6, 6, 3, 6, 6, 4, 4, 3, 2];

/** Points are `coarse * fineSteps + fine`, so that one addition sums both. */
export const fineSteps = 256;

/** `likelihood`: of words with an error, from 0 to 7; the frequent one was meant. */
export function pointsOf(of: number, exactness: Exactness, likelihood = 0): number {
  return Math.round((worth[of] ?? 0) * share[exactness]) * fineSteps + (nuance[of] ?? 0) + likelihood;
}
