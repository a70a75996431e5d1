/** The values of search parameters: FHIR R4, search, as text before they become tokens, dates or references. */
import { fhirSearchLimits } from '../../base/end-limits.ts';
import { fhirRefusal } from './refusals.ts';
import { fhirSearchTexts } from './search-texts.ts';

/** A code and where it comes from: `|code` has the empty system, `system|` no code. */
export interface Token {
  readonly system?: string;
  readonly code?: string;
}

const escaped = ['\\', ',', '|', '$'];

/** Cuts `text` at each `separator` that no backslash escapes; escapes stay. */
function cut(text: string, separator: ',' | '|'): string[] {
  const parts: string[] = [''];
  for (let i = 0; i < text.length; i += 1) {
    const letter = text[i] ?? '';
    if (letter === separator) {
      parts.push('');
      continue;
    }
    const isEscape = letter === '\\' && i + 1 < text.length;
    parts[parts.length - 1] += isEscape ? `${letter}${text[i + 1]}` : letter;
    if (isEscape) i += 1;
  }
  return parts;
}

/** FHIR R4, search (escaping): `\,` `\|` `\$` `\\`; a backslash before anything else is a fault. */
function unescaped(name: string, text: string): string {
  let plain = '';
  for (let i = 0; i < text.length; i += 1) {
    const letter = text[i] ?? '';
    if (letter !== '\\') {
      plain += letter;
      continue;
    }
    i += 1;
    const next = text[i];
    if (next === undefined || !escaped.includes(next)) throw fhirRefusal('fhir-value', fhirSearchTexts.value(name));
    plain += next;
  }
  return plain;
}

/** The alternatives of one value, still escaped; an empty one is a fault. */
export function alternatives(name: string, text: string): string[] {
  const parts = cut(text, ',');
  if (parts.length > fhirSearchLimits.alternatives) {
    throw fhirRefusal('fhir-too-many', fhirSearchTexts.tooMany(fhirSearchLimits.alternatives));
  }
  for (const part of parts) {
    if (part === '' || hasControl(part)) throw fhirRefusal('fhir-value', fhirSearchTexts.value(name));
    if (part.length > fhirSearchLimits.valueCharacters)
      throw fhirRefusal('fhir-value-too-long', fhirSearchTexts.tooLong(name));
  }
  return parts;
}

/** PostgreSQL takes no NUL, and no control character stands in any name, identifier or address. */
function hasControl(text: string): boolean {
  return /[\u0000-\u001f\u007f]/.test(text) || !text.isWellFormed();
}

export function readString(name: string, text: string): string {
  const [only, more] = cut(text, '|');
  if (only === undefined || more !== undefined) throw fhirRefusal('fhir-value', fhirSearchTexts.value(name));
  return unescaped(name, only);
}

export function readToken(name: string, text: string): Token {
  const [first, second, ...rest] = cut(text, '|');
  if (first === undefined || rest.length > 0) throw fhirRefusal('fhir-value', fhirSearchTexts.value(name));
  if (second === undefined) return { code: unescaped(name, first) };
  const token = { system: unescaped(name, first), code: unescaped(name, second) };
  if (token.code !== '') return token;
  if (token.system === '') throw fhirRefusal('fhir-value', fhirSearchTexts.value(name));
  return { system: token.system };
}

/** `id`, `Type/id` or an absolute address that ends so; undefined when it refers to another type. */
export function readReference(name: string, text: string, target: string): string | undefined {
  const found = /^(?:(?:https?:\/\/[^?#]*\/)?([A-Za-z]+)\/)?([A-Za-z0-9.-]{1,64})$/.exec(readString(name, text));
  if (found === null) throw fhirRefusal('fhir-value', fhirSearchTexts.value(name));
  const [, type, id] = found;
  return type === undefined || type === target ? id : undefined;
}
