/**
 * Words as the index and the questions know them: no accents, no case, cut at everything that is neither a Latin letter nor a digit.
 * What names and places write in two ways (`ST`, `SAINT`; `CENTRE HOSPITALIER UNIVERSITAIRE`, `CHU`) is made one on both sides.
 */
import { directorySearchLimits } from '../../../base/domain-limits.ts';

export type Word = string;

const nonAscii = /[^\p{ASCII}]/u;
const marks = /\p{M}+/gu;
const separators = /[^a-z0-9]+/;

/** Without accents, ligatures and case. */
export function fold(text: string): string {
  if (!nonAscii.test(text)) return text.toLowerCase();
  const plain = text.normalize('NFKD').toLowerCase().normalize('NFKD').replace(marks, '');
  return plain.replaceAll('œ', 'oe').replaceAll('æ', 'ae').replaceAll('ß', 'ss').replaceAll('ø', 'o');
}

/** One word for what is written in several ways. */
const spellings: ReadonlyMap<Word, Word> = new Map([
  ['st', 'saint'],
  ['ste', 'sainte'],
  ['sts', 'saints'],
  ['stes', 'saintes'],
]);

/** Words that say nothing of a place; in a family name they are words like others. */
const emptyWords: ReadonlySet<Word> = new Set(
  'a au aux cedex d de des du en et l la le les s sous sur un une'.split(' '),
);

/** What may stand before a family name, and be written as one word with it. */
const particleWords: ReadonlySet<Word> = new Set(
  'abou abd ait al ap at bel ben bou d da de del della des di do dos du el in la le les lo mac mc o ould san van vander ter ten von zu'.split(
    ' ',
  ),
);

export function isEmptyWord(word: Word): boolean {
  return emptyWords.has(word);
}

export function isParticle(word: Word): boolean {
  return particleWords.has(word);
}

/** The words of `text`, in order. */
export function wordsOf(text: string): readonly Word[] {
  const words: Word[] = [];
  for (const piece of fold(text).split(separators)) {
    if (piece === '') continue;
    const word =
      piece.length > directorySearchLimits.wordCharacters
        ? piece.slice(0, directorySearchLimits.wordCharacters)
        : piece;
    words.push(spellings.get(word) ?? word);
  }
  return words;
}

/** Long names of organizations and what everybody calls them; the longest first. */
const phrases: readonly { readonly words: readonly Word[]; readonly short: Word }[] = [
  { words: 'etablissement hebergement personnes agees dependantes'.split(' '), short: 'ehpad' },
  { words: 'service soins infirmiers domicile'.split(' '), short: 'ssiad' },
  { words: 'institut medico educatif'.split(' '), short: 'ime' },
  { words: 'centre hospitalier regional universitaire'.split(' '), short: 'chru' },
  { words: 'centre hospitalier universitaire'.split(' '), short: 'chu' },
  { words: 'centre hospitalier intercommunal'.split(' '), short: 'chi' },
  { words: 'centre hospitalier specialise'.split(' '), short: 'chs' },
  { words: 'centre hospitalier regional'.split(' '), short: 'chr' },
  { words: 'centre medico psychologique'.split(' '), short: 'cmp' },
  { words: 'maison sante pluriprofessionnelle'.split(' '), short: 'msp' },
  { words: 'maison sante pluridisciplinaire'.split(' '), short: 'msp' },
  { words: 'protection maternelle infantile'.split(' '), short: 'pmi' },
  { words: 'hospitalisation domicile'.split(' '), short: 'had' },
  { words: 'centre hospitalier'.split(' '), short: 'ch' },
  { words: 'centre sante'.split(' '), short: 'cds' },
];

/** `words` with each long name replaced by its short one; `found` is told the short ones. Empty words are left out. */
export function contract(words: readonly Word[], onShort: (short: Word) => void): readonly Word[] {
  const rest: Word[] = [];
  const full = words.filter((word) => !emptyWords.has(word));
  for (let index = 0; index < full.length; ) {
    const phrase = phrases.find(({ words: wanted }) => wanted.every((word, offset) => full[index + offset] === word));
    if (phrase === undefined) {
      rest.push(full[index] ?? '');
      index += 1;
    } else {
      rest.push(phrase.short);
      onShort(phrase.short);
      index += phrase.words.length;
    }
  }
  return rest;
}
