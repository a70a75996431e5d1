/** The index as it is searched: columns of numbers over the octets it was stored in, nothing copied. */
import { assert, present } from '../../../base/assert.ts';
import type { Coded } from '../directory.ts';
import { hash32 } from './hashed-pairs.ts';
import { type ColumnName, codeMark, columns, type Heading, readHeading } from './index-format.ts';

/** Numbers from `from` up to `to`, without it. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** Sets of codes: `members` of set `n` stand from `starts[n]` to `starts[n + 1]`. */
export interface Sets {
  readonly labels: readonly Coded[];
  readonly members: Uint16Array;
  readonly starts: Uint32Array;
}

export class DirectoryIndex {
  readonly documents: number;
  readonly reachable: number;
  readonly professions: Sets;
  readonly specialities: Sets;
  readonly departments: Sets;
  readonly professionSets: Uint16Array;
  readonly specialitySets: Uint16Array;
  readonly departmentSets: Uint16Array;
  readonly flags: Uint8Array;
  readonly numbers: Uint32Array;
  readonly entryFields: Uint8Array;
  readonly entryCounts: Uint32Array;
  /** Words that begin with a letter. */
  readonly letters: Range;
  readonly wordLetters: Uint8Array;
  readonly wordStarts: Uint32Array;
  readonly #wordEntries: Uint32Array;
  readonly #entryPostings: Uint32Array;
  readonly #postings: Uint8Array;
  readonly #rpps: Float64Array;
  readonly #addresses: Uint32Array;

  constructor(bytes: Buffer) {
    const heading = readHeading(bytes);
    const { buffer, byteOffset } = bytes;
    assert(byteOffset % 8 === 0, 'the octets of an index begin at a multiple of eight');
    const longs = (name: ColumnName) => new Uint32Array(buffer, ...place(heading, name, byteOffset));
    const shorts = (name: ColumnName) => new Uint16Array(buffer, ...place(heading, name, byteOffset));
    const octets = (name: ColumnName) => new Uint8Array(buffer, ...place(heading, name, byteOffset));
    this.documents = heading.documents;
    this.reachable = heading.reachable;
    this.professions = {
      labels: heading.professions,
      members: shorts('professionMembers'),
      starts: longs('professionStarts'),
    };
    this.specialities = {
      labels: heading.specialities,
      members: shorts('specialityMembers'),
      starts: longs('specialityStarts'),
    };
    this.departments = {
      labels: heading.departments,
      members: shorts('departmentMembers'),
      starts: longs('departmentStarts'),
    };
    this.professionSets = shorts('professionSets');
    this.specialitySets = shorts('specialitySets');
    this.departmentSets = shorts('departmentSets');
    this.flags = octets('flags');
    this.numbers = longs('numbers');
    this.wordLetters = octets('wordLetters');
    this.wordStarts = longs('wordStarts');
    this.#wordEntries = longs('wordEntries');
    this.entryFields = octets('entryFields');
    this.entryCounts = longs('entryCounts');
    this.#entryPostings = longs('entryPostings');
    this.#postings = octets('postings');
    this.#rpps = new Float64Array(buffer, ...place(heading, 'rpps', byteOffset));
    this.#addresses = longs('addresses');
    this.letters = { from: this.lowerBound('a'), to: this.lowerBound(codeMark) };
  }

  get words(): number {
    return this.wordStarts.length - 1;
  }

  wordAt(index: number): string {
    const start = this.wordStarts[index] ?? 0;
    return String.fromCharCode(...this.wordLetters.subarray(start, this.wordStarts[index + 1]));
  }

  /** The first word that is not before `word`. */
  lowerBound(word: string): number {
    let from = 0;
    let to = this.words;
    while (from < to) {
      const middle = (from + to) >>> 1;
      if (this.#isBefore(middle, word)) from = middle + 1;
      else to = middle;
    }
    return from;
  }

  #isBefore(index: number, word: string): boolean {
    const start = this.wordStarts[index] ?? 0;
    const length = (this.wordStarts[index + 1] ?? 0) - start;
    const common = Math.min(length, word.length);
    for (let at = 0; at < common; at += 1) {
      const difference = (this.wordLetters[start + at] ?? 0) - word.charCodeAt(at);
      if (difference !== 0) return difference < 0;
    }
    return length < word.length;
  }

  /** The words that begin with `prefix`; the word itself, if there, is the first. */
  wordsFrom(prefix: string): Range {
    return { from: this.lowerBound(prefix), to: this.lowerBound(`${prefix}\u00ff`) };
  }

  /** The number of `word`, or undefined. */
  findWord(word: string): number | undefined {
    const at = this.lowerBound(word);
    if (at >= this.words) return undefined;
    const length = (this.wordStarts[at + 1] ?? 0) - (this.wordStarts[at] ?? 0);
    return length === word.length && this.wordAt(at) === word ? at : undefined;
  }

  /** The entries of one word, or of a range of words. */
  entriesOf(from: number, to = from + 1): Range {
    return { from: this.#wordEntries[from] ?? 0, to: this.#wordEntries[to] ?? 0 };
  }

  /** Writes the documents of `entry` below `limit` to `into`; returns how many. */
  decode(entry: number, limit: number, into: Uint32Array): number {
    const count = this.entryCounts[entry] ?? 0;
    const start = this.#entryPostings[entry] ?? 0;
    if (count === 1) {
      into[0] = start;
      return start < limit ? 1 : 0;
    }
    const postings = this.#postings;
    let at = start;
    let document = -1;
    for (let found = 0; found < count; found += 1) {
      let octet = postings[at++] ?? 0;
      let step = octet & 0x7f;
      for (let shift = 7; octet >= 0x80; shift += 7) {
        octet = postings[at++] ?? 0;
        step |= (octet & 0x7f) << shift;
      }
      document += step;
      if (document >= limit) return found;
      into[found] = document;
    }
    return count;
  }

  /** The documents whose RPPS begins with these digits: at most a range in each half. */
  withRpps(digits: string): readonly Range[] {
    const first = Number(digits.padEnd(11, '0'));
    const last = Number(digits.padEnd(11, '9'));
    const halves = [
      { from: 0, to: this.reachable },
      { from: this.reachable, to: this.documents },
    ];
    return halves.flatMap((half) => {
      const from = this.#rppsBound(half, first);
      const to = this.#rppsBound(half, last + 1);
      if (from >= to) return [];
      // A document without an RPPS carries that of the one before it.
      return digits.length === 11 ? [{ from, to: from + 1 }] : [{ from, to }];
    });
  }

  #rppsBound(half: Range, value: number): number {
    let { from, to } = half;
    while (from < to) {
      const middle = (from + to) >>> 1;
      if ((this.#rpps[middle] ?? 0) < value) from = middle + 1;
      else to = middle;
    }
    return from;
  }

  /** The documents that this address may belong to: two addresses in ten thousand millions share a hash. */
  withAddress(address: string): readonly number[] {
    const hash = hash32(address.toLowerCase());
    let from = 0;
    let to = this.#addresses.length / 2;
    while (from < to) {
      const middle = (from + to) >>> 1;
      if ((this.#addresses[2 * middle + 1] ?? 0) < hash) from = middle + 1;
      else to = middle;
    }
    const found: number[] = [];
    for (; this.#addresses[2 * from + 1] === hash; from += 1) found.push(this.#addresses[2 * from] ?? 0);
    return found;
  }
}

function place(heading: Heading, name: ColumnName, offset: number): [number, number] {
  const { at, bytes } = present(heading.sections[name], 'a section of the index is missing');
  return [offset + at, bytes / columns[name]];
}
