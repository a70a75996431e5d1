/** One search over one index: understood, resolved, matched, ranked. Never waits, so that the columns of work serve one at a time. */
import type { SearchContext, SearchFilters } from '../directory.ts';
import { CodeWords } from './code-words.ts';
import { DirectoryIndex } from './directory-index.ts';
import { flag } from './index-format.ts';
import { Matcher, type Matches } from './match.ts';
import { type Ranked, Ranking } from './rank.ts';
import { loosen, type ResolvedWord, resolve, type Vocabulary } from './resolve.ts';
import { understand } from './understand.ts';

export interface Question {
  readonly text: string;
  readonly filters: SearchFilters;
  readonly context: SearchContext;
  /** Documents wanted, from the best. */
  readonly most: number;
}

export interface FoundDocument {
  readonly kind: 'practitioner' | 'mailbox';
  readonly number: number;
  /** Somebody else in the directory has the same name. */
  readonly isHomonym: boolean;
  /** Addresses asked for that it is found by: by a digest of 32 bits and as of the index, so that whoever shows it looks again. */
  readonly askedBy: readonly string[];
}

export interface Found {
  readonly documents: readonly FoundDocument[];
  readonly total: number;
  readonly facets: Ranked['facets'];
  /** The words as they were taken; those of no use left out. */
  readonly words: readonly ResolvedWord[];
}

export class Finder {
  readonly #vocabulary: Vocabulary;
  readonly #matcher: Matcher;
  readonly #ranking: Ranking;

  constructor(index: DirectoryIndex) {
    this.#vocabulary = {
      index,
      professions: new CodeWords(index.professions.labels),
      specialities: new CodeWords(index.specialities.labels),
    };
    this.#matcher = new Matcher(index);
    this.#ranking = new Ranking(index);
  }

  find(question: Question): Found {
    const { index } = this.#vocabulary;
    const asked = understand(question.text, (address) => index.withAddress(address).length > 0);
    const limit = question.filters.reachableOnly === false ? index.documents : index.reachable;
    const rank = (matches: Matches) => this.#ranking.rank(matches, question.filters, question.context, question.most);
    if (asked.length === 0) {
      // Filters alone are a question too; nothing at all is none.
      const none = { documents: new Uint32Array(0), count: 0, points: new Uint32Array(0) };
      const isFiltered = hasFilter(question.filters) && question.text.trim() === '';
      return this.#answer(isFiltered ? this.#matcher.withEvery(limit, rank) : rank(none), []);
    }
    const words = asked.map((word) => resolve(this.#vocabulary, word));
    const exact = this.#matcher.withAll(words, limit, rank);
    if (exact.total > 0) return this.#answer(exact, words);
    const loose = words.map((word) => loosen(this.#vocabulary, word));
    const isLooser = loose.some((word, at) => word !== words[at]);
    const near = isLooser ? this.#matcher.withAll(loose, limit, rank) : exact;
    if (near.total > 0 || asked.length === 1) return this.#answer(near, loose);
    return this.#answer(this.#matcher.withMost(loose, limit, rank), loose);
  }

  #answer(ranked: Ranked, words: readonly ResolvedWord[]): Found {
    const { index } = this.#vocabulary;
    const { flags, numbers } = index;
    const asked = words.flatMap(({ asked: { address } }) => (address === null ? [] : [address]));
    return {
      documents: ranked.documents.map((document) => {
        const bits = flags[document] ?? 0;
        const kind = (bits & flag.mailbox) === 0 ? 'practitioner' : 'mailbox';
        const askedBy = asked.filter((address) => index.withAddress(address).includes(document));
        return { kind, number: numbers[document] ?? 0, isHomonym: (bits & flag.homonym) !== 0, askedBy };
      }),
      total: ranked.total,
      facets: ranked.facets,
      words,
    };
  }
}

function hasFilter({ professions, specialities, departments, types }: SearchFilters): boolean {
  return [professions, specialities, departments, types].some((values) => values !== undefined && values.length > 0);
}

/** `bytes` begin at a multiple of eight in their memory. */
export function openIndex(bytes: Buffer): Finder {
  return new Finder(new DirectoryIndex(bytes));
}
