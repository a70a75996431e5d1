/** Professions and specialities by the words of their names: `cardiologue`, `cardio` and `cardioloque` are all Cardiologie. */
import type { Coded } from '../directory.ts';
import type { Exactness } from './fields.ts';
import { errorsAllowed, errorsBetween } from './near-words.ts';
import { isEmptyWord, type Word, wordsOf } from './words.ts';

/** Letters that a word must keep when its ending is taken off. */
const stemLetters = 4;

/** One form for the art and who practises it: cardiologie, cardiologue; infirmier, infirmière; psychiatre, psychiatrie. */
function stem(word: Word): string {
  const plain = word.replace(/log(?:ues?|ies?|istes?|iques?)$/, 'log').replace(/iques?$/, 'ic');
  const cut = plain.replace(/(?:istes?|iennes?|iens?|ieres?|iers?|eures?|eurs?|euses?|ies?|es?|s)$/, '');
  return cut.length >= stemLetters ? cut : plain;
}

interface NamedCode {
  /** Its number in the heading of the index. */
  readonly number: number;
  readonly words: readonly Word[];
  readonly stems: readonly string[];
}

export interface FoundCode {
  readonly number: number;
  readonly exactness: Exactness;
  /** The word of its name that was meant. */
  readonly as: Word;
}

/** Letters from which a word is taken as the beginning of such a name. */
const beginLetters = 2;

export class CodeWords {
  readonly #codes: readonly NamedCode[];

  constructor(labels: readonly Coded[]) {
    this.#codes = labels.map(({ label }, number) => {
      const words = wordsOf(label).filter((word) => !isEmptyWord(word));
      return { number, words, stems: words.map(stem) };
    });
  }

  /** The codes that `word` names, wholly or by its beginning. */
  find(word: Word): readonly FoundCode[] {
    const wanted = stem(word);
    return this.#codes.flatMap(({ number, words, stems }): FoundCode[] => {
      const whole = words.findIndex((each, at) => each === word || stems[at] === wanted);
      if (whole >= 0) return [{ number, exactness: 'whole', as: words[whole] ?? '' }];
      const begun = word.length >= beginLetters ? words.find((each) => each.startsWith(word)) : undefined;
      return begun === undefined ? [] : [{ number, exactness: 'prefix', as: begun }];
    });
  }

  /** The codes whose name holds all these words, as beginnings. */
  named(wanted: readonly Word[]): readonly FoundCode[] {
    return this.#codes.flatMap(({ number, words }): FoundCode[] => {
      const isNamed = wanted.every((each) => words.some((word) => word.startsWith(each)));
      return isNamed ? [{ number, exactness: 'abbreviation', as: wanted.join(' ') }] : [];
    });
  }

  /** The codes that `word` names with a typing error, in the whole word or in its beginning. */
  near(word: Word): readonly FoundCode[] {
    const allowed = errorsAllowed(word.length);
    if (allowed === 0) return [];
    const wanted = stem(word);
    return this.#codes.flatMap(({ number, words, stems }): FoundCode[] => {
      for (const [at, each] of words.entries()) {
        if (each.length < stemLetters) continue;
        const isNear = errorsBetween(word, each, allowed) <= allowed || errorsBetween(wanted, stems[at] ?? '', 1) <= 1;
        if (isNear) return [{ number, exactness: 'near', as: each }];
        const begun = each.slice(0, word.length);
        if (each.length > word.length && errorsBetween(word, begun, 1) <= 1)
          return [{ number, exactness: 'nearPrefix', as: each }];
      }
      return [];
    });
  }
}
