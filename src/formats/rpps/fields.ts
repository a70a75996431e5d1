/** Fields of the extractions in one spelling each. Written without regular expressions where two million rows pass. */
import { directoryImportLimits } from '../../base/domain-limits.ts';

/** Null for an empty field; white space around goes. */
export function optional(field: string | undefined): string | null {
  if (field === undefined || field === '') return null;
  const text = field.trim();
  return text === '' ? null : text;
}

function isDigits(text: string, from = 0): boolean {
  for (let index = from; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code < 0x30 || code > 0x39) return false;
  }
  return text.length > from;
}

/** Digits and upper-case letters, as ADELI numbers of Corsica and identifiers of employees have, with `/`, `-` and `_`. */
function isIdentifier(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    const isDigit = code >= 0x30 && code <= 0x39;
    const isLetter = code >= 0x41 && code <= 0x5a;
    if (!isDigit && !isLetter && code !== 0x2f && code !== 0x2d && code !== 0x5f) return false;
  }
  return text.length > 0;
}

const rpps = { type: '8', length: 12 } as const;
/** `0` and ADELI, which has nine characters; some lost a leading zero, some gained one. */
const adeli = { type: '0', shortest: 9, longest: 11 } as const;
const longestIdentifier = 40;

/**
 * The national identifier of a person, of the three columns that tell it: the type, the number, and both in one. `8` and eleven digits
 * (RPPS), `0` and ADELI; other types (employees of a structure) keep their form. Undefined when it is not one, null when there is none.
 */
export function readIdnps(type: string, number: string, whole: string): string | null | undefined {
  const identifier = whole.trim() || (number.trim() === '' ? '' : type.trim() + number.trim());
  if (identifier === '') return null;
  if (type !== '' && identifier[0] !== type.trim()[0]) return undefined;
  if (identifier[0] === rpps.type)
    return identifier.length === rpps.length && isDigits(identifier) ? identifier : undefined;
  const isLongEnough =
    identifier[0] !== adeli.type || (identifier.length >= adeli.shortest && identifier.length <= adeli.longest);
  const isKnownType = isDigits(identifier.slice(0, 1));
  return isKnownType && isLongEnough && identifier.length <= longestIdentifier && isIdentifier(identifier)
    ? identifier
    : undefined;
}

/** `text` without spaces when it has `length` characters, digits but for the second (`2A`, `2B`); null otherwise. */
function readNumber(field: string | undefined, length: number): string | null {
  if (field === undefined || field === '') return null;
  const text = field.includes(' ') ? field.replaceAll(' ', '') : field;
  if (text.length !== length) return null;
  if (isDigits(text)) return text;
  const corsica = text.toUpperCase();
  return corsica[0] === '2' && (corsica[1] === 'A' || corsica[1] === 'B') && isDigits(corsica, 2) ? corsica : null;
}

export const readFiness = (field: string | undefined): string | null => readNumber(field, 9);
export const readSiret = (field: string | undefined): string | null => readNumber(field, 14);
export const readSiren = (field: string | undefined): string | null => readNumber(field, 9);

export interface Town {
  readonly postcode: string | null;
  readonly town: string | null;
}

/** Postcode and town: from their own fields, and from the last postal line (`75014 PARIS CEDEX 14`) where these are empty. */
export function readTown(postcode: string | undefined, town: string | undefined, lastLine: string | undefined): Town {
  let code = optional(postcode);
  let name = optional(town);
  if (code === null || name === null) {
    const line = optional(lastLine) ?? '';
    const startsWithCode = line.length >= 5 && isDigits(line.slice(0, 5)) && (line.length === 5 || line[5] === ' ');
    if (code === null && startsWithCode) code = line.slice(0, 5);
    name ??= optional(startsWithCode ? line.slice(6) : line);
  }
  const cedex = name?.toUpperCase().lastIndexOf(' CEDEX') ?? -1;
  return { postcode: code, town: cedex > 0 ? (name?.slice(0, cedex) ?? null) : name };
}

/** The department: as told when that is a code, else by the postcode (`20` of Corsica is told apart by its third digit). */
export function readDepartment(told: string | undefined, postcode: string | null): string | null {
  const code = optional(told);
  if (code !== null && (code.length === 2 || code.length === 3) && (isDigits(code) || code[0] === '2'))
    return code.toUpperCase();
  if (code?.length === 1 && isDigits(code)) return `0${code}`;
  if (postcode === null || postcode.length !== 5 || !isDigits(postcode)) return null;
  const start = postcode.slice(0, 2);
  if (start === '20') return postcode[2] === '0' || postcode[2] === '1' ? '2A' : '2B';
  return start === '97' || start === '98' ? postcode.slice(0, 3) : start;
}

/** The parts that are not empty, in their order. */
export function filled(parts: readonly (string | undefined)[]): readonly string[] {
  const lines: string[] = [];
  for (const part of parts) {
    const text = optional(part);
    if (text !== null) lines.push(text);
  }
  return lines;
}

/** Number, its complement, kind and name of a street, in one line. */
export function street(...parts: readonly (string | undefined)[]): string {
  let line = '';
  for (const part of parts) {
    const text = optional(part);
    if (text !== null) line = line === '' ? text : `${line} ${text}`;
  }
  return line;
}

const ascii = /^[\x00-\x7f]*$/;
const marks = /\p{M}+/gu;

/** A name as searches compare it: no case, no accents. */
export function foldName(text: string): string {
  return folded(text).slice(0, directoryImportLimits.foldedNameCharacters);
}

function folded(text: string): string {
  if (ascii.test(text)) return text.toLowerCase();
  const plain = text.normalize('NFKD').toLowerCase().normalize('NFKD').replace(marks, '');
  return plain.replaceAll('œ', 'oe').replaceAll('æ', 'ae').replaceAll('ß', 'ss');
}
