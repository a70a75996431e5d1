/**
 * The stored index: one run of octets, cut into parts wherever a part is full.
 *
 *   octets of the heading (4, little-endian) | heading, JSON in UTF-8 | sections, each at a multiple of 8
 *
 * Sections are columns of numbers, little-endian, that are used where they lie. Documents are numbered so that those with an address
 * come first, each half in the order of the national identifiers. A *word* has one *entry* for each field it stands in; an entry's
 * documents are steps from one to the next, seven bits an octet, the last octet of each below 128; an entry of one document holds its
 * number itself. Codes are words too: `{p7`, which sorts after every letter.
 */
import { Refusal } from '../../../base/errors.ts';
import type { Coded } from '../directory.ts';
import { searchTexts } from './texts.ts';

export const columns = {
  /** Letters of all words, one after the other, in order. */
  wordLetters: 1,
  /** Where each word begins, and the end. */
  wordStarts: 4,
  /** The first entry of each word, and the end. */
  wordEntries: 4,
  entryFields: 1,
  /** Documents of each entry. */
  entryCounts: 4,
  /** Where its documents stand, or the document. */
  entryPostings: 4,
  postings: 1,
  /** `number` of the practitioner or mailbox. */
  numbers: 4,
  /** RPPS; without one, that of the document before. */
  rpps: 8,
  /** Each a number of a set below. */
  professionSets: 2,
  specialitySets: 2,
  departmentSets: 2,
  flags: 1,
  /** The sets of codes, one after the other; where each begins, and the end. */
  professionMembers: 2,
  professionStarts: 4,
  specialityMembers: 2,
  specialityStarts: 4,
  departmentMembers: 2,
  departmentStarts: 4,
  /** Addresses: pairs of document and hash, in the order of the hashes. */
  addresses: 4,
} as const;

export type ColumnName = keyof typeof columns;

export const flag = {
  /** One bit for each type of mailbox. */
  PER: 1,
  ORG: 2,
  APP: 4,
  CAB: 8,
  mailbox: 16,
  /** Somebody else has the same family and given name. */
  homonym: 32,
} as const;

/** Stands before a code in the dictionary: after `z`. */
export const codeMark = '{';

/** The word of a profession, speciality or department: its number in the list of the heading. */
export function codeWord(kind: 'p' | 's' | 'd', number: number): string {
  return `${codeMark}${kind}${number}`;
}

export interface Heading {
  readonly format: 1;
  readonly documents: number;
  /** Documents that can be written to: numbers below this. */
  readonly reachable: number;
  readonly professions: readonly Coded[];
  readonly specialities: readonly Coded[];
  readonly departments: readonly Coded[];
  readonly sections: Readonly<Record<string, { readonly at: number; readonly bytes: number }>>;
}

export function aligned(offset: number): number {
  return (offset + 7) & ~7;
}

export function readHeading(bytes: Buffer): Heading {
  const length = bytes.length < 4 ? 0 : bytes.readUInt32LE(0);
  if (length === 0 || 4 + length > bytes.length) throw new Refusal('bad-index', searchTexts.badIndex);
  // Written by `buildIndex` alone; its format is looked at next.
  const heading = JSON.parse(bytes.toString('utf8', 4, 4 + length)) as Heading;
  if (heading.format !== 1) throw new Refusal('bad-index', searchTexts.badIndex);
  for (const { at, bytes: size } of Object.values(heading.sections)) {
    if (at + size > bytes.length) throw new Refusal('bad-index', searchTexts.badIndex);
  }
  return heading;
}
