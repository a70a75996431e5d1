/**
 * The entries of an index being built, a word and a field each, numbered in the order they are met. A million of them lie in columns of
 * numbers: as texts in a map they would take three times the memory, and the collector's time.
 */
import { assert } from '../../../base/assert.ts';
import { Growing } from './growing.ts';
import { hash32 } from './hashed-pairs.ts';
import type { Slices } from './slices.ts';
import type { Word } from './words.ts';

export interface Entry {
  readonly word: Word;
  readonly field: number;
  readonly number: number;
}

const bytes = (length: number) => new Uint8Array(length);
const longs = (length: number) => new Uint32Array(length);

/** In many small tables, so that none takes long to grow. */
const shardBits = 6;
const firstSlots = 64;
/** Letters by which entries are put together before they are sorted: each group takes a moment. Seven bits each. */
const groupLetters = 3;
const groups = 1 << (7 * groupLetters);

export class EntryTable {
  /** Numbers of entries plus one; zero marks a free slot. */
  readonly #shards: Uint32Array[] = Array.from({ length: 1 << shardBits }, () => new Uint32Array(firstSlots));
  readonly #used = new Uint32Array(1 << shardBits);
  readonly #hashes = new Growing(longs);
  readonly #fields = new Growing(bytes);
  /** Of all words, one after the other, and where each ends. */
  readonly #letters = new Growing(bytes);
  readonly #ends = new Growing(longs);

  get size(): number {
    return this.#ends.length;
  }

  /** Of all entries, each word counted once for each of its fields. */
  get letters(): number {
    return this.#letters.length;
  }

  numberOf(word: Word, field: number): number {
    const hash = hashOf(word, field);
    const shard = hash >>> (32 - shardBits);
    let slots = this.#shards[shard] ?? new Uint32Array(0);
    if (2 * (this.#used[shard] ?? 0) >= slots.length) {
      slots = this.#grown(slots);
      this.#shards[shard] = slots;
    }
    const mask = slots.length - 1;
    for (let at = hash & mask; ; at = (at + 1) & mask) {
      const found = slots[at] ?? 0;
      if (found === 0) {
        slots[at] = this.size + 1;
        this.#used[shard] = (this.#used[shard] ?? 0) + 1;
        return this.#add(word, field, hash);
      }
      if (this.#hashes.at(found - 1) === hash && this.#is(found - 1, word, field)) return found - 1;
    }
  }

  #add(word: Word, field: number, hash: number): number {
    for (let index = 0; index < word.length; index += 1) {
      const letter = word.charCodeAt(index);
      assert(letter < 0x80, 'a word of the index is not plain');
      this.#letters.push(letter);
    }
    this.#ends.push(this.#letters.length);
    this.#hashes.push(hash);
    this.#fields.push(field);
    return this.size - 1;
  }

  #startOf(number: number): number {
    return number === 0 ? 0 : this.#ends.at(number - 1);
  }

  #is(number: number, word: Word, field: number): boolean {
    const start = this.#startOf(number);
    if (this.#fields.at(number) !== field || this.#ends.at(number) - start !== word.length) return false;
    for (let index = 0; index < word.length; index += 1) {
      if (this.#letters.at(start + index) !== word.charCodeAt(index)) return false;
    }
    return true;
  }

  #grown(slots: Uint32Array): Uint32Array {
    const more = new Uint32Array(2 * slots.length);
    const mask = more.length - 1;
    for (const entry of slots) {
      if (entry === 0) continue;
      let at = this.#hashes.at(entry - 1) & mask;
      while (more[at] !== 0) at = (at + 1) & mask;
      more[at] = entry;
    }
    return more;
  }

  #entry(number: number): Entry {
    const letters: number[] = [];
    const end = this.#ends.at(number);
    for (let at = this.#startOf(number); at < end; at += 1) letters.push(this.#letters.at(at));
    return { word: String.fromCharCode(...letters), field: this.#fields.at(number), number };
  }

  #groupOf(number: number): number {
    const start = this.#startOf(number);
    const end = this.#ends.at(number);
    let group = 0;
    for (let index = 0; index < groupLetters; index += 1) {
      group = (group << 7) | (start + index < end ? this.#letters.at(start + index) : 0);
    }
    return group;
  }

  /** All of them by word and field, some at a time. */
  async *inOrder(slices: Slices): AsyncGenerator<readonly Entry[]> {
    const starts = longs(groups + 1);
    for (let number = 0; number < this.size; number += 1) {
      const after = this.#groupOf(number) + 1;
      starts[after] = (starts[after] ?? 0) + 1;
      if ((number & 0x3fff) === 0) await slices.pause();
    }
    for (let group = 1; group <= groups; group += 1) {
      starts[group] = (starts[group] ?? 0) + (starts[group - 1] ?? 0);
      if ((group & 0xffff) === 0) await slices.pause();
    }
    const grouped = longs(this.size);
    for (let number = 0; number < this.size; number += 1) {
      const group = this.#groupOf(number);
      const at = starts[group] ?? 0;
      grouped[at] = number;
      starts[group] = at + 1; // in the end where the group ends
      if ((number & 0x3fff) === 0) await slices.pause();
    }
    let from = 0;
    for (const end of starts) {
      if (end === from) continue;
      yield Array.from(grouped.subarray(from, end), (number) => this.#entry(number)).sort(inWordOrder);
      from = end;
      await slices.pause();
    }
  }
}

function inWordOrder(one: Entry, other: Entry): number {
  if (one.word === other.word) return one.field - other.field;
  return one.word < other.word ? -1 : 1;
}

function hashOf(word: Word, field: number): number {
  return (hash32(word) + Math.imul(field, 0x9e3779b1)) >>> 0;
}
