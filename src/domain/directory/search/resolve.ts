/** Where each word of a question is found in an index: runs of entries and of documents, each with the points it is worth. */
import { directorySearchLimits } from '../../../base/domain-limits.ts';
import type { CodeWords, FoundCode } from './code-words.ts';
import type { DirectoryIndex, Range } from './directory-index.ts';
import { type Exactness, field, pointsOf } from './fields.ts';
import { codeWord } from './index-format.ts';
import { nearWords } from './near-words.ts';
import type { AskedWord } from './understand.ts';
import type { Word } from './words.ts';

export interface ResolvedWord {
  readonly asked: AskedWord;
  /** Points -> the entries that are worth them; the best first. */
  readonly entries: readonly (readonly [points: number, entries: readonly number[]])[];
  readonly ranges: readonly (Range & { readonly points: number })[];
  /** Documents of all of them, counted once for each. */
  readonly total: number;
  /** Of them, those without a typing error. */
  readonly exact: number;
  /** What it was taken for, when not as typed: the likeliest first. */
  readonly taken: readonly Word[];
}

/** What an index knows beside its columns. */
export interface Vocabulary {
  readonly index: DirectoryIndex;
  readonly professions: CodeWords;
  readonly specialities: CodeWords;
}

class Resolution {
  readonly #byPoints = new Map<number, number[]>();
  readonly #seen = new Set<number>();
  readonly #vocabulary: Vocabulary;
  readonly ranges: (Range & { points: number })[] = [];
  readonly taken: Word[] = [];
  total = 0;

  constructor(vocabulary: Vocabulary) {
    this.#vocabulary = vocabulary;
  }

  addEntry(entry: number, exactness: Exactness, likelihood = 0): void {
    const { index } = this.#vocabulary;
    const points = pointsOf(index.entryFields[entry] ?? 0, exactness, likelihood);
    this.total += index.entryCounts[entry] ?? 0;
    const known = this.#byPoints.get(points);
    if (known === undefined) this.#byPoints.set(points, [entry]);
    else known.push(entry);
  }

  addWord(word: Word, exactness: Exactness): boolean {
    const { index } = this.#vocabulary;
    const at = index.findWord(word);
    if (at === undefined) return false;
    const { from, to } = index.entriesOf(at);
    for (let entry = from; entry < to; entry += 1) this.addEntry(entry, exactness);
    return true;
  }

  /** The words that begin so, the word itself left out; few letters begin names and towns alone. */
  addBeginning(word: Word): void {
    const { index } = this.#vocabulary;
    const words = index.wordsFrom(word);
    const from = index.findWord(word) === words.from ? words.from + 1 : words.from;
    const entries = index.entriesOf(from, words.to);
    for (let entry = entries.from; entry < entries.to; entry += 1) {
      if (mayBeBegun(index.entryFields[entry] ?? 0, word.length)) this.addEntry(entry, 'prefix');
    }
  }

  addCodes(kind: 'p' | 's', found: readonly FoundCode[], asTaken: boolean): void {
    for (const { number, exactness, as } of found) {
      const key = (kind === 'p' ? 1 : 0) + 2 * number;
      if (this.#seen.has(key)) continue;
      this.#seen.add(key);
      if (this.addWord(codeWord(kind, number), exactness) && asTaken) this.taken.push(as);
    }
  }

  addDepartments(codes: readonly string[]): void {
    for (const [number, { code }] of this.#vocabulary.index.departments.labels.entries()) {
      if (codes.includes(code)) this.addWord(codeWord('d', number), 'whole');
    }
  }

  /** Words with a typing error: the most frequent ones are the likeliest. */
  addNear(word: Word, asPrefix: boolean): void {
    const { index } = this.#vocabulary;
    const counted: { word: number; count: number }[] = [];
    for (const near of nearWords(index, word, asPrefix)) {
      const entries = index.entriesOf(near.from, near.to);
      let count = 0;
      for (let entry = entries.from; entry < entries.to; entry += 1) {
        count += index.entryCounts[entry] ?? 0;
      }
      const likelihood = Math.min(7, Math.floor(Math.log2(1 + count) / 2));
      for (let entry = entries.from; entry < entries.to; entry += 1) {
        this.addEntry(entry, asPrefix ? 'nearPrefix' : 'near', likelihood);
      }
      counted.push({ word: near.from, count });
    }
    counted.sort((one, other) => other.count - one.count);
    for (const near of counted) this.taken.push(index.wordAt(near.word));
  }

  result(asked: AskedWord, exact: number): ResolvedWord {
    const entries = [...this.#byPoints].sort((one, other) => other[0] - one[0]);
    return { asked, entries, ranges: this.ranges, total: this.total, exact, taken: this.taken };
  }
}

function mayBeBegun(of: number, letters: number): boolean {
  if (letters >= 3) return true;
  if (of <= field.ownName) return true;
  return letters === 2 && (of === field.town || of === field.postcode);
}

/** Typing errors are looked for only when the word itself is hardly found. */
export function resolve(vocabulary: Vocabulary, asked: AskedWord): ResolvedWord {
  return resolveWithin(vocabulary, asked, directorySearchLimits.fewDocuments);
}

/** The word with typing errors too; itself when they were looked for already, or when half the directory holds it as typed. */
export function loosen(vocabulary: Vocabulary, word: ResolvedWord): ResolvedWord {
  const { fewDocuments, manyDocuments } = directorySearchLimits;
  const isSettled = word.asked.isOptional || word.exact < fewDocuments || word.exact >= manyDocuments;
  return isSettled ? word : resolveWithin(vocabulary, word.asked, manyDocuments);
}

/** Typing errors are looked for when fewer than `few` documents hold the word as typed. */
function resolveWithin(vocabulary: Vocabulary, asked: AskedWord, few: number): ResolvedWord {
  const { index, professions, specialities } = vocabulary;
  const found = new Resolution(vocabulary);
  if (asked.address !== null) {
    for (const document of index.withAddress(asked.address)) {
      found.ranges.push({ from: document, to: document + 1, points: pointsOf(field.identifier, 'whole') });
      found.total += 1;
    }
    return found.result(asked, found.total);
  }
  const { typed } = asked;
  found.addWord(typed, 'whole');
  for (const joined of asked.joined) found.addWord(joined, 'joined');
  for (const other of asked.others) if (found.addWord(other, 'abbreviation')) found.taken.push(other);
  if (!asked.isOptional) {
    found.addCodes('p', professions.find(typed), false);
    found.addCodes('s', specialities.find(typed), false);
    for (const words of asked.codeWords) {
      found.addCodes('p', professions.named(words), true);
      found.addCodes('s', specialities.named(words), true);
    }
    found.addDepartments(asked.departments);
    if (asked.mayBegin) found.addBeginning(typed);
    for (const digits of asked.rpps) addRpps(found, index, digits);
  }
  const exact = found.total;
  if (!asked.isOptional && exact < few) addErrors(found, vocabulary, asked);
  return found.result(asked, exact);
}

function addRpps(found: Resolution, index: DirectoryIndex, rpps: string): void {
  const points = pointsOf(field.identifier, rpps.length === 11 ? 'whole' : 'prefix');
  for (const range of index.withRpps(rpps)) {
    found.ranges.push({ ...range, points });
    found.total += range.to - range.from;
  }
}

function addErrors(found: Resolution, { professions, specialities }: Vocabulary, asked: AskedWord): void {
  const { typed } = asked;
  if (!/^[a-z]+$/.test(typed)) return;
  found.addCodes('p', professions.near(typed), true);
  found.addCodes('s', specialities.near(typed), true);
  found.addNear(typed, false);
  if (asked.mayBegin && typed.length >= nearPrefixLetters) found.addNear(typed, true);
}

/** Letters from which the beginning of a word may hold an error: fewer begin everything. */
const nearPrefixLetters = 5;
