import { mimeLimits } from '../../base/limits.ts';
import { decodeCharset } from './charset.ts';
import { readWords } from './encoded-words.ts';
import type { Parameter } from './structure.ts';

/** A field made of a value and parameters (RFC 2045 §5.1, RFC 2183 §2), read with RFC 2231 and what is met in the field. */
export interface ParameterizedValue {
  /** Lower case, comments removed. */
  readonly value: string;
  readonly parameters: readonly Parameter[];
  /** Values that lost against another of the same name: a repeated parameter, or the plain form beside the RFC 2231 one. */
  readonly losers: readonly (Parameter & { readonly repeated: boolean })[];
  readonly bad: boolean;
  readonly cut: boolean;
  readonly hasEncodedWord: boolean;
}

interface Segment {
  readonly index: number;
  readonly encoded: boolean;
  readonly value: string;
}

interface RawParameter {
  readonly name: string;
  readonly value: string;
}

/** What looks like another parameter where a `;` was due. */
const forgottenSemicolon = /\s[A-Za-z][A-Za-z0-9-]{0,40}(?:\*\d{0,3}\*?)?\s{0,5}=(?![=?])/;
const extendedName = /^([^*]+)\*(?:(\d{1,3})(\*)?)?$/;

export function parseParameterized(raw: string): ParameterizedValue {
  const reader = new ParameterReader(raw.replace(/\r?\n(?=[ \t])/g, ''));
  const value = reader.readValue();
  const plain: Parameter[] = [];
  const losers: (Parameter & { repeated: boolean })[] = [];
  const extended = new Map<string, Segment[]>();
  let hasEncodedWord = false;
  for (const found of reader.readParameters()) {
    const match = extendedName.exec(found.name);
    if (match !== null) {
      const segments = extended.get(match[1] ?? '') ?? [];
      extended.set(match[1] ?? '', segments);
      const index = match[2] === undefined ? -1 : Number(match[2]);
      segments.push({ index, encoded: match[2] === undefined || match[3] !== undefined, value: found.value });
      continue;
    }
    const words = readWords(found.value);
    if (words.text !== found.value && found.value.includes('=?')) hasEncodedWord = true;
    const parameter = { name: found.name, value: bounded(words.text) };
    if (plain.some((other) => other.name === found.name)) losers.push({ ...parameter, repeated: true });
    else plain.push(parameter);
  }
  const parameters: Parameter[] = [];
  for (const [name, segments] of extended) {
    const joined = joinSegments(segments);
    if (joined === undefined) reader.bad = true;
    else parameters.push({ name, value: bounded(joined) });
  }
  for (const parameter of plain) {
    if (parameters.some((other) => other.name === parameter.name)) losers.push({ ...parameter, repeated: false });
    else parameters.push(parameter);
  }
  return { value, parameters, losers, bad: reader.bad, cut: reader.cut, hasEncodedWord };
}

function bounded(value: string): string {
  return value.length > mimeLimits.parameterCharacters ? value.slice(0, mimeLimits.parameterCharacters) : value;
}

/** RFC 2231 §3 and §4: the segments in order of their numbers, up to the first gap. */
function joinSegments(segments: Segment[]): string | undefined {
  const whole = segments.find((segment) => segment.index < 0);
  const ordered = whole === undefined ? segments.toSorted((a, b) => a.index - b.index) : [whole];
  if (whole === undefined && ordered[0]?.index !== 0) return undefined;
  let charset: string | undefined;
  const bytes: Buffer[] = [];
  let expected = 0;
  for (const segment of ordered) {
    if (segment.index >= 0 && segment.index !== expected) break;
    expected += 1;
    let text = segment.value;
    if (bytes.length === 0 && segment.encoded) {
      const marks = /^([^']*)'[^']*'/.exec(text);
      if (marks !== null) {
        charset = marks[1] === '' ? undefined : marks[1];
        text = text.slice(marks[0].length);
      }
    }
    bytes.push(segment.encoded ? percentDecode(text) : Buffer.from(text, 'utf8'));
  }
  return decodeCharset(Buffer.concat(bytes), charset).text.replace(/\p{Cc}+/gu, ' ');
}

function percentDecode(text: string): Buffer {
  const latin = Buffer.from(text, 'utf8').toString('latin1');
  return Buffer.from(
    latin.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  );
}

class ParameterReader {
  bad = false;
  cut = false;
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  readValue(): string {
    const semicolon = this.#text.indexOf(';');
    let value = semicolon < 0 ? this.#text : this.#text.slice(0, semicolon);
    const next = forgottenSemicolon.exec(value);
    if (next !== null) {
      value = value.slice(0, next.index);
      this.bad = true;
    }
    this.#at = value.length;
    return withoutComments(value).trim().toLowerCase();
  }

  *readParameters(): Generator<RawParameter> {
    let count = 0;
    for (;;) {
      this.#skip();
      if (this.#at >= this.#text.length) return;
      if (count >= mimeLimits.parameters) {
        this.cut = true;
        return;
      }
      count += 1;
      const parameter = this.#readOne();
      if (parameter === undefined) this.bad = true;
      else yield parameter;
    }
  }

  /** White space, separators and comments between parameters. */
  #skip(): void {
    for (;;) {
      const char = this.#text[this.#at];
      if (char === '(') this.#at = commentEnd(this.#text, this.#at);
      else if (char === ';' || char === ' ' || char === '\t' || char === '\r' || char === '\n') this.#at += 1;
      else return;
    }
  }

  #readOne(): RawParameter | undefined {
    const pattern = /([^=;"\s]+)\s*=[ \t\r\n]*/y;
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match === null) {
      const semicolon = this.#text.indexOf(';', this.#at);
      this.#at = semicolon < 0 ? this.#text.length : semicolon;
      return undefined;
    }
    this.#at += match[0].length;
    const name = (match[1] ?? '').toLowerCase();
    return { name, value: this.#text[this.#at] === '"' ? this.#readQuoted() : this.#readToken() };
  }

  #readQuoted(): string {
    const pattern = /"((?:[^"\\]|\\[\s\S])*)("?)/y;
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    const inside = match?.[1] ?? '';
    this.#at = match === null ? this.#text.length : pattern.lastIndex;
    if (match?.[2] !== '"') this.bad = true;
    return inside.includes('\\') ? inside.replace(/\\([\s\S])/g, '$1') : inside;
  }

  /**
   * A value without quotes. Spaces are not allowed in it, but file names are sent so: it goes on to the next `;`, or to
   * what looks like another parameter when the `;` was forgotten (RFC 2046 itself has had such samples).
   */
  #readToken(): string {
    const semicolon = this.#text.indexOf(';', this.#at);
    const end = semicolon < 0 ? this.#text.length : semicolon;
    let value = this.#text.slice(this.#at, end);
    const next = forgottenSemicolon.exec(value);
    if (next !== null) {
      value = value.slice(0, next.index);
      this.bad = true;
    }
    this.#at += value.length;
    return withoutLastComment(value.trim());
  }
}

/** RFC 2045 §5.1: a comment may follow a value; without a space before it, it is taken for a part of a file name. */
function withoutLastComment(value: string): string {
  const open = value.endsWith(')') ? value.lastIndexOf('(') : -1;
  return open > 0 && /\s/.test(value.charAt(open - 1)) ? value.slice(0, open).trimEnd() : value;
}

function commentEnd(text: string, from: number): number {
  let depth = 0;
  for (let i = from; i < text.length; i += 1) {
    const char = text[i];
    if (char === '\\') i += 1;
    else if (char === '(') depth += 1;
    else if (char === ')') {
      depth -= 1;
      if (depth === 0) return i + 1;
    }
  }
  return text.length;
}

function withoutComments(text: string): string {
  const open = text.indexOf('(');
  if (open < 0) return text;
  return text.slice(0, open) + withoutFirstComments(text, open);
}

function withoutFirstComments(text: string, open: number): string {
  let out = '';
  let at = open;
  while (at < text.length) {
    if (text[at] === '(') at = commentEnd(text, at);
    else {
      out += text[at] ?? '';
      at += 1;
    }
  }
  return out;
}
