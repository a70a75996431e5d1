import { searchLimits } from '../../../base/domain-limits.ts';

/**
 * Words as the index knows them: accents and case folded, split at everything that is neither letter nor digit, French
 * stop words and single characters left out. A word is a *byte string*: one character per UTF-8 octet, so that the
 * natural order of JavaScript strings is the order of the octets in a segment.
 */
export type Word = string;

const stopWords = new Set(
  (
    'ai as au aux avec avez avons ayant car ce ceci cela celle celles celui ces cet cette ceux chez ci comme dans de des ' +
    'donc dont du elle elles en est et etaient etait etant ete etre eu eux fait furent fut il ils je la le les leur ' +
    'leurs lors lui ma mais me mes mon ne ni nos notre nous on ont or ou par pas pour puis qu quand que quel quelle ' +
    'quelles quels qui sa sans se sera ses si soit son sont sous sur ta te tes ton tu un une vos votre vous '
  ).split(' '),
);

const nonAscii = /[^\p{ASCII}]/u;
const marks = /\p{M}+/gu;
const separate = /[\p{L}\p{N}]+/gu;

/** Accents, ligatures and case removed: what a hurried hand types. */
export function fold(text: string): string {
  if (!nonAscii.test(text)) return text.toLowerCase();
  // Lower case may bring marks back (İ), so they are split off once more after it.
  const plain = text.normalize('NFKD').toLowerCase().normalize('NFKD').replace(marks, '');
  return plain.replaceAll('œ', 'oe').replaceAll('æ', 'ae').replaceAll('ß', 'ss');
}

function asWord(token: string): Word {
  if (!nonAscii.test(token)) return token.slice(0, searchLimits.wordBytes);
  return Buffer.from(token, 'utf8').toString('latin1').slice(0, searchLimits.wordBytes);
}

const space = 0x20;
/** Marks of `latinFold`: two letters come of it (œ), or only the whole Unicode machinery tells what (ŋ). */
const twoLetters = 1;
const unknown = 2;
const latinEnd = 0x250;

/** What each Latin character becomes: an ASCII letter or digit, a space, or a mark. */
const latinFold: Readonly<Uint8Array> = Uint8Array.from({ length: latinEnd }, (_, code) => {
  const folded = fold(String.fromCharCode(code));
  if (/^[a-z0-9]$/.test(folded)) return folded.charCodeAt(0);
  if (/^[a-z0-9]{2}$/.test(folded)) return twoLetters;
  return /[\p{L}\p{N}\p{M}]/u.test(folded) || folded === '' ? unknown : space;
});

/** Punctuation that French text is full of, and marks that stand apart from their letter. */
function foldOther(code: number): 'space' | 'nothing' | 'unknown' {
  if ((code >= 0x2000 && code <= 0x206f) || code === 0x20ac) return 'space';
  return code >= 0x300 && code <= 0x36f ? 'nothing' : 'unknown';
}

/**
 * French and its neighbours, folded character by character: what `fold` does, at a sixth of its cost, with a space for all
 * that is neither letter nor digit. Undefined when a character of another script stands in the text.
 */
function foldLatin(text: string): string | undefined {
  const out = Buffer.allocUnsafe(text.length * 2);
  let length = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code >= latinEnd) {
      const other = foldOther(code);
      if (other === 'unknown') return undefined;
      if (other === 'space') out[length++] = space;
      continue;
    }
    const folded = latinFold[code] ?? unknown;
    if (folded > twoLetters + 1) out[length++] = folded;
    else if (folded === unknown) return undefined;
    else length += out.write(fold(text.charAt(index)), length, 'latin1');
  }
  return out.toString('latin1', 0, length);
}

/** Calls `onWord` for each indexable word of `text`, in order, repetitions included. */
export function forEachWord(text: string, onWord: (word: Word) => void): void {
  const bounded = text.slice(0, searchLimits.textCharacters);
  const latin = foldLatin(bounded);
  if (latin === undefined) {
    for (const match of fold(bounded).match(separate) ?? []) {
      if (match.length > 1 && !stopWords.has(match)) onWord(asWord(match));
    }
    return;
  }
  for (const token of latin.split(' ')) {
    if (token.length < 2 || stopWords.has(token)) continue;
    onWord(token.length > searchLimits.wordBytes ? token.slice(0, searchLimits.wordBytes) : token);
  }
}

export interface QueryWord {
  readonly word: Word;
  /** True for what may be the beginning of a word: the last of the query, unless a space follows it. */
  readonly isPrefix: boolean;
}

/** The words a query asks for, all of them; the last one matches as a beginning while it is being typed. */
export function queryWords(text: string): readonly QueryWord[] {
  const folded = fold(text.slice(0, searchLimits.textCharacters));
  const tokens = folded.match(separate) ?? [];
  const isOpen = /[\p{L}\p{N}]$/u.test(folded);
  const words = tokens.flatMap((token, index): QueryWord[] => {
    const isPrefix = isOpen && index === tokens.length - 1;
    if (!isPrefix && (token.length < 2 || stopWords.has(token))) return [];
    return [{ word: asWord(token), isPrefix }];
  });
  return words.slice(0, searchLimits.wordsPerQuery);
}
