/**
 * The words of the dictionary that a mistyped one may stand for: those that one or two single errors away (a letter too many, one
 * missing, another one, two exchanged: Damerau and Levenshtein, the exchanged pair not touched again). The dictionary is walked as a
 * tree of letters; a branch is left as soon as every way through it has too many errors.
 */
import { directorySearchLimits } from '../../../base/domain-limits.ts';
import type { DirectoryIndex } from './directory-index.ts';

export interface NearWord {
  readonly from: number;
  /** After `from + 1` when all words of the range begin as asked, with the errors. */
  readonly to: number;
  readonly errors: number;
}

const wordLimit = directorySearchLimits.wordCharacters;

class Walk {
  readonly found: NearWord[] = [];
  readonly #index: DirectoryIndex;
  readonly #asked: Uint8Array;
  readonly #errors: number;
  readonly #asPrefix: boolean;
  /** Row `d` of the table of distances: between the first `d` letters of the branch and each beginning of what was asked. */
  readonly #rows: Uint8Array;
  readonly #width: number;
  readonly #branch = new Uint8Array(wordLimit + 1);
  #steps = directorySearchLimits.nearSteps;

  constructor(index: DirectoryIndex, word: string, errors: number, asPrefix: boolean) {
    this.#index = index;
    this.#asked = Uint8Array.from(word, (letter) => letter.charCodeAt(0));
    this.#errors = errors;
    this.#asPrefix = asPrefix;
    this.#width = word.length + 1;
    this.#rows = new Uint8Array(this.#width * (wordLimit + 2));
    for (let column = 0; column < this.#width; column += 1) this.#rows[column] = column;
  }

  /** Walks the words from `from` up to `to`, which share their first `depth` letters. */
  walk(from: number, to: number, depth: number): void {
    const { wordLetters, wordStarts } = this.#index;
    let at = from;
    // The word that ends here comes first.
    if ((wordStarts[at + 1] ?? 0) - (wordStarts[at] ?? 0) === depth) at += 1;
    while (at < to && this.#steps > 0 && this.found.length < directorySearchLimits.nearWords) {
      const letter = wordLetters[(wordStarts[at] ?? 0) + depth] ?? 0;
      const end = this.#endOf(letter, at, to, depth);
      this.#branch[depth] = letter;
      this.#enter(at, end, depth + 1);
      at = end;
    }
  }

  /** The first word after `from` that has not `letter` there. */
  #endOf(letter: number, from: number, to: number, depth: number): number {
    const { wordLetters, wordStarts } = this.#index;
    let step = 1;
    while (from + step < to && wordLetters[(wordStarts[from + step] ?? 0) + depth] === letter) step *= 2;
    let low = from + (step >>> 1);
    let high = Math.min(from + step, to);
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (wordLetters[(wordStarts[middle] ?? 0) + depth] === letter) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #enter(from: number, to: number, depth: number): void {
    this.#steps -= 1;
    const least = this.#fillRow(depth);
    if (least > this.#errors) return;
    const errors = this.#rows[depth * this.#width + this.#width - 1] ?? 0;
    if (errors <= this.#errors) {
      if (this.#asPrefix) {
        this.found.push({ from, to, errors });
        return;
      }
      const { wordStarts } = this.#index;
      const endsHere = (wordStarts[from + 1] ?? 0) - (wordStarts[from] ?? 0) === depth;
      if (endsHere && errors > 0) this.found.push({ from, to: from + 1, errors });
    }
    this.walk(from, to, depth);
  }

  /** Returns the least distance of the row. */
  #fillRow(depth: number): number {
    const rows = this.#rows;
    const width = this.#width;
    const asked = this.#asked;
    const letter = this.#branch[depth - 1] ?? 0;
    const before = depth > 1 ? this.#branch[depth - 2] : -1;
    const row = depth * width;
    rows[row] = depth;
    let least = depth;
    for (let column = 1; column < width; column += 1) {
      const wanted = asked[column - 1];
      let best = (rows[row - width + column - 1] ?? 0) + (wanted === letter ? 0 : 1);
      best = Math.min(best, (rows[row - width + column] ?? 0) + 1, (rows[row + column - 1] ?? 0) + 1);
      if (depth > 1 && column > 1 && wanted === before && asked[column - 2] === letter) {
        best = Math.min(best, (rows[row - 2 * width + column - 2] ?? 0) + 1);
      }
      rows[row + column] = best;
      if (best < least) least = best;
    }
    return least;
  }
}

/** How many errors a word of this length may have. */
export function errorsAllowed(length: number): number {
  if (length < 4) return 0;
  return length < 8 ? 1 : 2;
}

/** Words with at most the errors that `word` may have; `asPrefix`: words that begin so, with one error. */
export function nearWords(index: DirectoryIndex, word: string, asPrefix: boolean): readonly NearWord[] {
  const allowed = asPrefix ? Math.min(1, errorsAllowed(word.length)) : errorsAllowed(word.length);
  for (let errors = 1; errors <= allowed; errors += 1) {
    const walk = new Walk(index, word, errors, asPrefix);
    walk.walk(index.letters.from, index.letters.to, 0);
    if (walk.found.length > 0) return walk.found;
  }
  return [];
}

/** Errors between two short words, for lists that need no tree; more than `most` counts as `most + 1`. */
export function errorsBetween(one: string, other: string, most: number): number {
  if (Math.abs(one.length - other.length) > most) return most + 1;
  let [older, old]: [number[], number[]] = [[], Array.from({ length: other.length + 1 }, (_, column) => column)];
  for (let row = 1; row <= one.length; row += 1) {
    const next = [row];
    for (let column = 1; column <= other.length; column += 1) {
      const same = one[row - 1] === other[column - 1] ? 0 : 1;
      let best = Math.min((old[column - 1] ?? 0) + same, (old[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1);
      const isExchanged =
        row > 1 && column > 1 && one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      if (isExchanged) best = Math.min(best, (older[column - 2] ?? 0) + 1);
      next.push(best);
    }
    [older, old] = [old, next];
  }
  return Math.min(old[other.length] ?? 0, most + 1);
}
