import { Refusal } from '../../base/errors.ts';
import { x509Limits } from '../../base/limits.ts';
import { type DerElement, malformed, membersOf, readDer, readOid, readText, tags } from './der.ts';
import { x509Texts } from './texts.ts';

/**
 * Distinguished names, from text (RFC 4514, and the older forms that the white list also holds) and from certificates.
 *
 * Names are compared attribute by attribute (design of the white list: spaces after commas, other attribute orders and
 * quoted values occur for the same certificate): same set of attributes, whatever their order, each value folded for case
 * and white space. {@link canonicalDn} is that comparison as a key: two names are the same when their keys are equal.
 */

/** `type` is the usual short name for the attributes of {@link shortNames}, else the dotted object identifier. */
export interface DnAttribute {
  readonly type: string;
  readonly value: string;
}

/** A name, most specific attribute first as in RFC 4514 text (`CN=…,OU=…,C=FR`). */
export type Dn = readonly DnAttribute[];

const shortNames: ReadonlyMap<string, string> = new Map([
  ['2.5.4.3', 'CN'],
  ['2.5.4.4', 'SN'],
  ['2.5.4.5', 'serialNumber'],
  ['2.5.4.6', 'C'],
  ['2.5.4.7', 'L'],
  ['2.5.4.8', 'ST'],
  ['2.5.4.9', 'STREET'],
  ['2.5.4.10', 'O'],
  ['2.5.4.11', 'OU'],
  ['2.5.4.12', 'title'],
  ['2.5.4.42', 'givenName'],
  ['2.5.4.97', 'organizationIdentifier'],
  ['0.9.2342.19200300.100.1.1', 'UID'],
  ['0.9.2342.19200300.100.1.25', 'DC'],
  ['1.2.840.113549.1.9.1', 'emailAddress'],
]);

const typeByKeyword: ReadonlyMap<string, string> = new Map([
  ...[...shortNames.values()].map((name): [string, string] => [name.toLowerCase(), name]),
  ['s', 'ST'], // Microsoft's tools
  ['e', 'emailAddress'],
  ['email', 'emailAddress'],
]);

function nameMalformed(): Refusal {
  return new Refusal('dn-malformed', x509Texts.nameMalformed);
}

function nameTooLong(): Refusal {
  return new Refusal('dn-too-long', x509Texts.nameTooLong);
}

function attributeType(written: string): string {
  const keyword = typeByKeyword.get(written.toLowerCase());
  if (keyword !== undefined) return keyword;
  const oid = written.replace(/^oid\./i, '');
  if (!/^[0-2](\.(0|[1-9]\d{0,9}))+$/.test(oid)) throw nameMalformed();
  return shortNames.get(oid) ?? oid;
}

/** Reads one name as text, character by character. */
class DnText {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  read(): Dn {
    const attributes: DnAttribute[] = [];
    for (;;) {
      if (attributes.length === x509Limits.dnAttributes) throw nameTooLong();
      const equals = this.#text.indexOf('=', this.#at);
      if (equals < 0) throw nameMalformed();
      const type = attributeType(this.#text.slice(this.#at, equals).trim());
      this.#at = equals + 1;
      while (this.#peek() === ' ') this.#at += 1;
      attributes.push({ type, value: this.#value() });
      if (this.#at === this.#text.length) return attributes;
      this.#at += 1; // the separator
    }
  }

  #peek(): string | undefined {
    return this.#text[this.#at];
  }

  /** RFC 4514 §2.4: `,` and `+` separate; RFC 2253 §4 also has `;`. */
  #isAtSeparator(): boolean {
    const next = this.#peek();
    return next === undefined || next === ',' || next === ';' || next === '+';
  }

  #value(): string {
    const first = this.#peek();
    const value = first === '#' ? this.#encoded() : first === '"' ? this.#quoted() : this.#plain();
    if (!this.#isAtSeparator() || value.trim() === '') throw nameMalformed();
    return value;
  }

  /** RFC 4514 §2.4: `#` and the hexadecimal of the DER encoding. */
  #encoded(): string {
    const match = /^#((?:[0-9a-f]{2})+) *(?=[,;+]|$)/i.exec(this.#text.slice(this.#at));
    if (match?.[1] === undefined) throw nameMalformed();
    this.#at += match[0].length;
    const bytes = Buffer.from(match[1], 'hex');
    return readText(readDer(bytes, bytes[0] ?? 0));
  }

  /** RFC 2253 §4: a value within quotation marks. Java writes it so when a value has two spaces in a row. */
  #quoted(): string {
    this.#at += 1;
    let value = '';
    for (;;) {
      const next = this.#peek();
      if (next === undefined) throw nameMalformed();
      if (next === '"') break;
      value += next === '\\' ? this.#escaped() : this.#take();
    }
    this.#at += 1;
    while (this.#peek() === ' ') this.#at += 1;
    return value;
  }

  /** Marks inside a value are its own: the real list has `O=CRLCC "PAUL STRAUSS"`. */
  #plain(): string {
    let value = '';
    let keep = 0; // what an escape wrote is never trimmed
    while (!this.#isAtSeparator()) {
      if (this.#peek() === '\\') {
        value += this.#escaped();
        keep = value.length;
      } else {
        value += this.#take();
      }
    }
    return value.slice(0, keep) + value.slice(keep).replace(/ +$/, '');
  }

  #take(): string {
    const taken = this.#text[this.#at] ?? '';
    // RFC 4514 §2.4: NUL is always escaped.
    if (taken === '\0') throw nameMalformed();
    this.#at += 1;
    return taken;
  }

  /** RFC 4514 §2.4: `\` then the character itself, or the UTF-8 octets in hexadecimal, one `\hh` each. */
  #escaped(): string {
    const hex = /^(?:\\[0-9a-fA-F]{2})+/.exec(this.#text.slice(this.#at, this.#at + 3 * x509Limits.dnTextLength));
    if (hex !== null) {
      this.#at += hex[0].length;
      try {
        return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(
          Buffer.from(hex[0].replaceAll('\\', ''), 'hex'),
        );
      } catch {
        throw nameMalformed();
      }
    }
    const next = this.#text[this.#at + 1];
    if (next === undefined || !' "#+,;<=>\\'.includes(next)) throw nameMalformed();
    this.#at += 2;
    return next;
  }
}

/** Reads a name written as text. @throws Refusal `dn-malformed`, `dn-too-long` */
export function parseDn(text: string): Dn {
  if (text.length > x509Limits.dnTextLength) throw nameTooLong();
  return new DnText(text).read();
}

/** Reads the name of a certificate (RFC 5280 §4.1.2.4), turned round so that the most specific attribute comes first. */
export function readDn(name: DerElement): Dn {
  if (name.tag !== tags.sequence) throw malformed();
  const attributes: DnAttribute[] = [];
  for (const set of membersOf(name, tags.set)) {
    const members = membersOf(set, tags.sequence);
    if (members.length === 0) throw malformed();
    for (const member of members) {
      const [type, value, ...rest] = membersOf(member);
      if (type === undefined || value === undefined || rest.length > 0) throw malformed();
      const oid = readOid(type);
      attributes.push({ type: shortNames.get(oid) ?? oid, value: readText(value) });
    }
  }
  if (attributes.length > x509Limits.dnAttributes) throw nameTooLong();
  return attributes.reverse();
}

function escapeValue(value: string): string {
  return value
    .replace(/[\\,+"<>;=]/g, '\\$&')
    .replaceAll('\0', '\\00')
    .replace(/^[ #]/, '\\$&')
    .replace(/ $/, '\\ ');
}

/** The name as RFC 4514 text, in its own order. */
export function formatDn(dn: Dn): string {
  return dn.map(({ type, value }) => `${type}=${escapeValue(value)}`).join(',');
}

/** The first value of an attribute, for instance the `CN`. */
export function dnValue(dn: Dn, type: string): string | undefined {
  return dn.find((attribute) => attribute.type === type)?.value;
}

/** What matters of RFC 4518 here: map, normalise, fold case, and treat runs of white space as one space. */
function foldValue(value: string): string {
  return value
    .replace(/\p{Default_Ignorable_Code_Point}/gu, '') // RFC 4518 §2.2
    .normalize('NFKC')
    .toLowerCase()
    .normalize('NFKC')
    .replace(/[\s\p{Cc}]+/gu, ' ') // RFC 4518 §2.6.1
    .trim();
}

/** The key of a name: equal for two names exactly when {@link sameDn} holds. Fit for a unique index. */
export function canonicalDn(dn: Dn): string {
  return dn
    .map(({ type, value }) => `${type.toLowerCase()}=${escapeValue(foldValue(value))}`)
    .sort()
    .join(',');
}

/** True when both names have the same attributes, whatever their order, case and white space. */
export function sameDn(a: Dn, b: Dn): boolean {
  return canonicalDn(a) === canonicalDn(b);
}
