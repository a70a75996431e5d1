/** What a question asks for: its words, and what each may stand for beside itself. Knows the language, not the directory. */
import { directorySearchLimits } from '../../../base/domain-limits.ts';
import { shortCodes, shortWords, titleWords } from './abbreviations.ts';
import { areas } from './departments.ts';
import { contract, isEmptyWord, isParticle, type Word, wordsOf } from './words.ts';

export interface AskedWord {
  readonly typed: Word;
  /** With the words before it, as one: `legoff`, `saintmalo`, `jeanpierre`. */
  readonly joined: readonly Word[];
  /** Other words that it stands for: a town for its short name. */
  readonly others: readonly Word[];
  /** What the name of a profession or speciality says instead: all words of one of these. */
  readonly codeWords: readonly (readonly Word[])[];
  /** Departments that it names. */
  readonly departments: readonly string[];
  /** Words that begin so are meant too. */
  readonly mayBegin: boolean;
  /** Digits of RPPS, all eleven or the first ones. */
  readonly rpps: readonly string[];
  readonly address: string | null;
  /** It helps, but need not be found: a particle, an article. */
  readonly isOptional: boolean;
}

const plain: Omit<AskedWord, 'typed'> = {
  joined: [],
  others: [],
  codeWords: [],
  departments: [],
  mayBegin: true,
  rpps: [],
  address: null,
  isOptional: false,
};

/** Towns with districts: the postcode of district `n` is this and `n` in two digits. */
const districts: ReadonlyMap<Word, string> = new Map([
  ['paris', '750'],
  ['lyon', '690'],
  ['marseille', '130'],
]);

function readAddress(text: string): AskedWord | undefined {
  if (!/^[^@\s]+@[^@\s]+$/.test(text)) return undefined;
  return { ...plain, typed: text.toLowerCase(), address: text.toLowerCase() };
}

/** Fewer digits are those of a postcode. */
const rppsDigits = 6;

/** What is or begins an RPPS: eleven digits, or twelve with the 8 of the national identifier before them. */
function rppsOf(word: Word): readonly string[] {
  if (!/^\d+$/.test(word) || word.length < rppsDigits) return [];
  const short = word.length <= 11 ? [word] : [];
  return word.startsWith('8') && word.length <= 12 ? [...short, word.slice(1)] : short;
}

/** The longest name of a department or region that begins at `index`, of words without particles. */
function areaAt(words: readonly Word[], index: number): { codes: readonly string[]; length: number } | undefined {
  for (let length = Math.min(5, words.length - index); length >= 1; length -= 1) {
    const slice = words.slice(index, index + length);
    if (isEmptyWord(slice[0] ?? '') || isEmptyWord(slice.at(-1) ?? '')) continue;
    const codes = areas.get(slice.filter((word) => !isEmptyWord(word)).join(' '));
    if (codes !== undefined) return { codes, length };
  }
  return undefined;
}

function districtPostcodes(word: Word, all: readonly Word[]): readonly Word[] {
  const number = /^(\d{1,2})(?:e|er|eme|ere)?$/.exec(word)?.[1];
  if (number === undefined) return [];
  return all.flatMap((town) => {
    const start = districts.get(town);
    if (start === undefined) return [];
    const postcode = `${start}${number.padStart(2, '0')}`;
    return postcode === '75016' ? [postcode, '75116'] : [postcode];
  });
}

/** Names are joined with their particles, towns without their empty words. */
function joinedWith(words: readonly Word[], index: number): readonly Word[] {
  const full = words.slice(0, index + 1).filter((word) => !isEmptyWord(word));
  const joins = [words.slice(0, index + 1), full].flatMap((all) => [all.slice(-2), all.slice(-3)]);
  const joined = joins.filter((some) => some.length > 1 && some.at(-1) === words[index]).map((some) => some.join(''));
  return [...new Set(joined)];
}

function askedWord(words: readonly Word[], index: number): AskedWord {
  const typed = words[index] ?? '';
  return {
    ...plain,
    typed,
    joined: joinedWith(words, index),
    others: [...districtPostcodes(typed, words), ...(shortWords.get(typed) ?? [])],
    codeWords: (shortCodes.get(typed) ?? []).map((alternative) => alternative.split(' ')),
    rpps: rppsOf(typed),
    // The last word may be the beginning of another one.
    isOptional: titleWords.has(typed) || (index < words.length - 1 && (isEmptyWord(typed) || isParticle(typed))),
  };
}

/** Spaces and points between the digits of one identifier or postcode are taken out. */
function joinDigits(text: string): string {
  return text.replace(/\b\d[\d .\u00a0\u202f]{8,18}\d\b/g, (digits) => {
    const joined = digits.replace(/\D/g, '');
    return [9, 11, 12].includes(joined.length) ? joined : digits;
  });
}

/** An address as words, for one that nobody has, or not yet: the last two labels of its domain are the same for all. */
function addressWords(piece: string): string {
  const [local = '', domain = ''] = piece.split('@');
  const labels = domain.split('.');
  return `${local} ${labels.slice(0, Math.max(1, labels.length - 2)).join(' ')}`;
}

/**
 * The words of `text`; those that cannot tell one correspondent from another are optional, unless there is nothing else. An address is one
 * word when `isKnown` says that somebody has it.
 */
export function understand(text: string, isKnown: (address: string) => boolean): readonly AskedWord[] {
  const asked: AskedWord[] = [];
  const rest: string[] = [];
  for (const piece of text.split(/\s+/)) {
    const address = readAddress(piece);
    if (address?.address == null) rest.push(piece);
    else if (isKnown(address.address)) asked.push(address);
    else rest.push(addressWords(piece));
  }
  const words = wordsOf(joinDigits(rest.join(' '))).slice(0, directorySearchLimits.queryWords);
  asked.push(...askedWords(words));
  asked.splice(directorySearchLimits.queryWords);
  const isAllOptional = asked.every(({ isOptional }) => isOptional);
  // A lone title or particle may be a name (`LE`, `PR…`), and is what is being typed.
  return isAllOptional ? asked.map((word) => ({ ...word, isOptional: false })) : asked;
}

function askedWords(all: readonly Word[]): readonly AskedWord[] {
  const shorts: Word[] = [];
  const words =
    contract(all, (short) => shorts.push(short)).length === 0 || shorts.length === 0
      ? all
      : contract(all, () => undefined);
  const asked: AskedWord[] = [];
  for (let index = 0; index < words.length; ) {
    const area = areaAt(words, index);
    const length = area?.length ?? 1;
    const single = askedWord(words, index);
    if (area === undefined) asked.push(single);
    else if (length === 1) {
      const isNumber = /^\d/.test(single.typed);
      asked.push({ ...single, departments: area.codes, mayBegin: !isNumber, isOptional: false });
    } else {
      const typed = words.slice(index, index + length).join(' ');
      asked.push({ ...plain, typed, departments: area.codes, mayBegin: false });
    }
    index += length;
  }
  return asked;
}
