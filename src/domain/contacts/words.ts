/** Texts that people typed: what may be kept, how they are put in order, how they are found again. */

import { contactsLimits } from '../../base/domain-limits.ts';
import { Refusal } from '../../base/errors.ts';
import { contactsTexts } from './texts.ts';

const collator = new Intl.Collator('fr', { numeric: true });

/** The order of a French dictionary. */
export function inFrenchOrder(left: string, right: string): number {
  return collator.compare(left, right);
}

const baseLetters = new Intl.Collator('fr', { sensitivity: 'base' });

/** Nobody tells two groups apart by a capital or an accent. */
export function isSameName(left: string, right: string): boolean {
  return baseLetters.compare(left, right) === 0;
}

export function readName(text: string): string {
  const name = text.normalize('NFC').trim();
  if (!isOneLine(name, contactsLimits.nameCharacters)) throw new Refusal('bad-name', contactsTexts.badName);
  return name;
}

/** As written: extensions and foreign numbers have no one form. */
export function readPhone(text: string): string {
  const phone = text.normalize('NFC').trim();
  if (!isOneLine(phone, contactsLimits.phoneCharacters)) throw new Refusal('bad-phone', contactsTexts.badPhone);
  return phone;
}

export function readNote(text: string): string {
  const note = text.normalize('NFC').replaceAll('\r\n', '\n').trim();
  const isText = note !== '' && !/[^\P{Cc}\n\t]/u.test(note);
  if (!isText || note.length > contactsLimits.noteCharacters) throw new Refusal('bad-note', contactsTexts.badNote);
  return note;
}

function isOneLine(text: string, characters: number): boolean {
  return text !== '' && text.length <= characters && !/\p{Cc}/u.test(text);
}

/** Case, accents and hyphens are forgiven. */
export function wordsOf(text: string): readonly string[] {
  const folded = text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase();
  return (
    folded
      .replaceAll('œ', 'oe')
      .replaceAll('æ', 'ae')
      .match(/[\p{L}\p{N}]+/gu) ?? []
  );
}

/** The words of a search; what is too long was not typed. */
export function readQuery(text: string): readonly string[] {
  if (text.length > contactsLimits.queryCharacters) throw new Refusal('bad-query', contactsTexts.badQuery);
  return wordsOf(text).slice(0, contactsLimits.queryWords);
}

/** Every word of the search begins a word of the text. */
export function matches(query: readonly string[], words: readonly string[]): boolean {
  return query.every((sought) => words.some((word) => word.startsWith(sought)));
}
