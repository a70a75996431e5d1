/** The words of one document, each with the best field it stands in. */
import { directorySearchLimits } from '../../../base/domain-limits.ts';
import { type Field, field } from './fields.ts';
import type { IndexDocument, IndexedPlace } from './index-document.ts';
import { contract, isEmptyWord, type Word, wordsOf } from './words.ts';

export type DocumentWords = Map<Word, Field>;

function add(words: DocumentWords, word: Word, of: Field): void {
  const known = words.get(word);
  if (known === undefined) {
    if (words.size < directorySearchLimits.wordsPerDocument) words.set(word, of);
  } else if (of < known) words.set(word, of);
}

/** The words of a name; a name of several words also as one (`LE GOFF`: `legoff`; `JEAN-PIERRE`: `jeanpierre`). */
function addName(words: DocumentWords, name: string, whole: Field, part: Field): void {
  const found = wordsOf(name);
  const first = found[0];
  if (first === undefined) return;
  if (found.length === 1) {
    add(words, first, whole);
    return;
  }
  add(words, found.join('').slice(0, directorySearchLimits.wordCharacters), whole);
  for (const [index, word] of found.entries()) add(words, word, index === 0 && whole === field.given ? whole : part);
}

function addText(words: DocumentWords, text: string | null, of: Field): void {
  if (text === null || text === '') return;
  const found = wordsOf(text);
  for (const word of found) if (!isEmptyWord(word)) add(words, word, of);
  if (found.length > 1) contract(found, (short) => add(words, short, of));
}

function addTown(words: DocumentWords, town: string | null): void {
  if (town === null || town === '') return;
  const found = wordsOf(town).filter((word) => !isEmptyWord(word) && !/^\d/.test(word));
  for (const word of found) add(words, word, found.length === 1 ? field.town : field.townPart);
  if (found.length > 1) add(words, found.join('').slice(0, directorySearchLimits.wordCharacters), field.town);
}

function addPlace(words: DocumentWords, place: IndexedPlace, isOwn: boolean): void {
  addText(words, place.service, isOwn ? field.ownName : field.service);
  addText(words, place.organization, isOwn ? field.ownName : field.organization);
  addText(words, place.sign, isOwn ? field.ownName : field.organization);
  addTown(words, place.town);
  if (place.postcode !== null) for (const word of wordsOf(place.postcode)) add(words, word, field.postcode);
  if (place.finess !== null)
    for (const word of wordsOf(place.finess)) add(words, word, isOwn ? field.identifier : field.organization);
}

/** Domains end alike: their last two labels say nothing. */
function addAddress(words: DocumentWords, address: string): void {
  const at = address.lastIndexOf('@');
  for (const word of wordsOf(address.slice(0, at))) add(words, word, field.address);
  for (const word of wordsOf(
    address
      .slice(at + 1)
      .split('.')
      .slice(0, -2)
      .join(' '),
  ))
    add(words, word, field.address);
}

export function documentWords(document: IndexDocument): DocumentWords {
  const words: DocumentWords = new Map();
  if (document.family !== null) addName(words, document.family, field.family, field.familyPart);
  if (document.given !== null) addName(words, document.given, field.given, field.givenOther);
  for (const place of document.places.slice(0, directorySearchLimits.placesPerDocument)) {
    addPlace(words, place, document.kind === 'mailbox');
  }
  for (const { address } of document.addresses) addAddress(words, address);
  return words;
}
