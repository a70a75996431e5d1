/**
 * The documents that hold the words of a question, with their points: word after word, the rarest first. A document carries the number
 * of words it has met so far, so that each word costs one pass over its own documents and nothing else.
 *
 * One matcher serves one search at a time (a search never waits in the middle) and leaves its columns as it found them.
 */
import { directorySearchLimits } from '../../../base/domain-limits.ts';
import type { DirectoryIndex } from './directory-index.ts';
import type { ResolvedWord } from './resolve.ts';

export interface Matches {
  /** The documents, `count` of them. */
  readonly documents: Uint32Array;
  readonly count: number;
  /** By document: the number of words met, then the points of `fields.ts`. */
  readonly points: Uint32Array;
}

interface Meeting {
  readonly limit: number;
  /** What tells this word's documents from those of the words before. */
  readonly stamp: number;
  readonly mayBringIn: boolean;
}

/** One document in so many is many. */
const manyShare = 40;

/** One word met, above all points of twelve words. */
const oneWord = 1 << 24;

export class Matcher {
  readonly #index: DirectoryIndex;
  readonly #levels: Uint8Array;
  readonly #points: Uint32Array;
  readonly #found: Uint32Array;
  readonly #run: Uint32Array;
  #count = 0;
  /** Documents below this are cleaned, when there are too many to be cleaned one by one. */
  #dirty = 0;

  constructor(index: DirectoryIndex) {
    this.#index = index;
    this.#levels = new Uint8Array(index.documents);
    this.#points = new Uint32Array(index.documents);
    this.#found = new Uint32Array(index.documents);
    this.#run = new Uint32Array(index.documents);
  }

  /** Calls `use` with the documents below `limit` that hold all words. */
  withAll<T>(words: readonly ResolvedWord[], limit: number, use: (matches: Matches) => T): T {
    return this.#clean(() => {
      const required = words.filter(({ asked }) => !asked.isOptional).sort((one, other) => one.total - other.total);
      for (const [level, word] of required.entries()) {
        const met = this.#meet(word, limit, level);
        if (met === 0) return use({ documents: this.#found, count: 0, points: this.#points });
      }
      for (const word of words) if (word.asked.isOptional) this.#favour(word, limit, required.length);
      return use(this.#whole(required.length, limit));
    });
  }

  /** Calls `use` with the documents below `limit` that hold the most words. A frequent word brings nobody in beside a rare one. */
  withMost<T>(words: readonly ResolvedWord[], limit: number, use: (matches: Matches) => T): T {
    return this.#clean(() => {
      const required = words.filter(({ asked }) => !asked.isOptional).sort((one, other) => one.total - other.total);
      for (const [level, word] of required.entries()) {
        const mayBringIn = this.#count === 0 || word.total < directorySearchLimits.manyDocuments;
        this.#meetAny(word, { limit, stamp: level + 1, mayBringIn });
      }
      let most = 0;
      for (let at = 0; at < this.#count; at += 1)
        most = Math.max(most, (this.#points[this.#found[at] ?? 0] ?? 0) >>> 24);
      return use(this.#keep((document) => (this.#points[document] ?? 0) >>> 24 === most));
    });
  }

  /** Calls `use` with all documents below `limit`. */
  withEvery<T>(limit: number, use: (matches: Matches) => T): T {
    return this.#clean(() => {
      for (let document = 0; document < limit; document += 1) this.#found[document] = document;
      this.#count = limit;
      return use({ documents: this.#found, count: limit, points: this.#points });
    });
  }

  #clean<T>(search: () => T): T {
    try {
      return search();
    } finally {
      this.#levels.fill(0, 0, this.#dirty);
      this.#points.fill(0, 0, this.#dirty);
      for (let at = 0; at < this.#count && this.#dirty === 0; at += 1) {
        this.#levels[this.#found[at] ?? 0] = 0;
        this.#points[this.#found[at] ?? 0] = 0;
      }
      this.#count = 0;
      this.#dirty = 0;
    }
  }

  /** The documents that hold all words. Many are taken in their order: every column is then read from end to end. */
  #whole(level: number, limit: number): Matches {
    if (this.#count < limit / manyShare) return this.#keep((document) => this.#levels[document] === level);
    const levels = this.#levels;
    const found = this.#found;
    let kept = 0;
    for (let document = 0; document < limit; document += 1) {
      // Written in any case, kept or overwritten: a branch that goes both ways at random costs more.
      found[kept] = document;
      kept += levels[document] === level ? 1 : 0;
    }
    this.#dirty = limit;
    return { documents: found, count: kept, points: this.#points };
  }

  /** Puts those that `isKept` first; the others stay behind them, to be cleaned. */
  #keep(isKept: (document: number) => boolean): Matches {
    const found = this.#found;
    let kept = 0;
    for (let at = 0; at < this.#count; at += 1) {
      const document = found[at] ?? 0;
      if (!isKept(document)) continue;
      found[at] = found[kept] ?? 0;
      found[kept] = document;
      kept += 1;
    }
    return { documents: found, count: kept, points: this.#points };
  }

  /** Each run of documents of the word, the best points first, up to a bound. */
  #eachRun(word: ResolvedWord, limit: number, take: (length: number, points: number) => void): void {
    let left = directorySearchLimits.postingsPerWord;
    for (const { from, to, points } of word.ranges) {
      const end = Math.min(to, limit);
      for (let document = from; document < end; document += 1) this.#run[document - from] = document;
      take(Math.max(0, end - from), points);
    }
    for (const [points, entries] of word.entries) {
      for (const entry of entries) {
        if (left <= 0) return;
        const length = this.#index.decode(entry, limit, this.#run);
        left -= length + 1;
        take(length, points);
      }
    }
  }

  /** Raises the documents of `level` that hold the word; returns how many. Points come the best first: the first ones count. */
  #meet(word: ResolvedWord, limit: number, level: number): number {
    const levels = this.#levels;
    const points = this.#points;
    const run = this.#run;
    let met = 0;
    this.#eachRun(word, limit, (length, worth) => {
      for (let at = 0; at < length; at += 1) {
        const document = run[at] ?? 0;
        if (levels[document] !== level) continue;
        levels[document] = level + 1;
        points[document] = (points[document] ?? 0) + worth;
        if (level === 0) this.#found[met] = document;
        met += 1;
      }
      if (level === 0) this.#count = met;
    });
    return met;
  }

  /** Counts the word for each document that holds it. */
  #meetAny(word: ResolvedWord, { limit, stamp, mayBringIn }: Meeting): void {
    const levels = this.#levels;
    const points = this.#points;
    const run = this.#run;
    this.#eachRun(word, limit, (length, worth) => {
      for (let at = 0; at < length; at += 1) {
        const document = run[at] ?? 0;
        if (levels[document] === stamp) continue;
        if (levels[document] === 0) {
          if (!mayBringIn) continue;
          this.#found[this.#count] = document;
          this.#count += 1;
        }
        levels[document] = stamp;
        points[document] = (points[document] ?? 0) + worth + oneWord;
      }
    });
  }

  /** Adds the points of an optional word, which stands in one field of a document alone. */
  #favour(word: ResolvedWord, limit: number, level: number): void {
    this.#eachRun(word, limit, (length, worth) => {
      for (let at = 0; at < length; at += 1) {
        const document = this.#run[at] ?? 0;
        if (this.#levels[document] === level) this.#points[document] = (this.#points[document] ?? 0) + worth;
      }
    });
  }
}
