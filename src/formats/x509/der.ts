import { Refusal } from '../../base/errors.ts';
import { x509Limits } from '../../base/limits.ts';
import { x509Texts } from './texts.ts';

/**
 * A strict reader of DER (ITU-T X.690 §10): definite and shortest lengths only, tags below 31 only, nothing left over.
 * It copies nothing and recurses nowhere: the caller opens what it knows.
 */

/** Identifier octets that certificates and revocation lists use. */
export const tags = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  enumerated: 0x0a,
  utf8String: 0x0c,
  printableString: 0x13,
  teletexString: 0x14,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  universalString: 0x1c,
  bmpString: 0x1e,
  sequence: 0x30,
  set: 0x31,
} as const;

/** One element: where it starts, where its content starts, where it ends. */
export interface DerElement {
  readonly source: Buffer;
  readonly tag: number;
  readonly start: number;
  readonly contentStart: number;
  readonly end: number;
}

export function malformed(cause?: unknown): Refusal {
  return new Refusal('x509-malformed', x509Texts.malformed, cause === undefined ? undefined : { cause });
}

function octet(source: Buffer, index: number, end: number): number {
  const value = index < end ? source[index] : undefined;
  if (value === undefined) throw malformed();
  return value;
}

function elementAt(source: Buffer, start: number, end: number): DerElement {
  const tag = octet(source, start, end);
  if ((tag & 0x1f) === 0x1f) throw malformed();
  const first = octet(source, start + 1, end);
  let length = first;
  let contentStart = start + 2;
  if (first >= 0x80) {
    // X.690 §10.1: definite form, in the fewest octets. Four length octets are far above any bound here.
    const count = first & 0x7f;
    if (count === 0 || count > 4) throw malformed();
    length = 0;
    for (let i = 0; i < count; i += 1) length = length * 256 + octet(source, contentStart + i, end);
    if (length < 0x80 || length < 256 ** (count - 1)) throw malformed();
    contentStart += count;
  }
  if (contentStart + length > end) throw malformed();
  return { source, tag, start, contentStart, end: contentStart + length };
}

/** The single element that `bytes` holds, of the given tag. */
export function readDer(bytes: Uint8Array, tag: number): DerElement {
  const source = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const element = elementAt(source, 0, source.length);
  if (element.tag !== tag || element.end !== source.length) throw malformed();
  return element;
}

/** The content octets, not copied. */
export function contentOf(element: DerElement): Buffer {
  return element.source.subarray(element.contentStart, element.end);
}

/** The whole encoding, tag and length included, not copied. */
export function encodingOf(element: DerElement): Buffer {
  return element.source.subarray(element.start, element.end);
}

/** Walks the members of a constructed element in order. */
export class DerMembers {
  readonly #parent: DerElement;
  #at: number;

  constructor(parent: DerElement) {
    this.#parent = parent;
    this.#at = parent.contentStart;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#parent.end;
  }

  /** The next member, whatever its tag. */
  any(): DerElement {
    const element = elementAt(this.#parent.source, this.#at, this.#parent.end);
    this.#at = element.end;
    return element;
  }

  /** The next member, which must have this tag. */
  next(tag: number): DerElement {
    const element = this.any();
    if (element.tag !== tag) throw malformed();
    return element;
  }

  /** The next member when it has one of these tags. */
  optional(...wanted: readonly number[]): DerElement | undefined {
    if (this.isAtEnd || !wanted.includes(octet(this.#parent.source, this.#at, this.#parent.end))) return undefined;
    return this.any();
  }

  end(): void {
    if (!this.isAtEnd) throw malformed();
  }
}

/** All members of an element, at most {@link x509Limits.derMembers}, each of tag `tag` when it is given. */
export function membersOf(element: DerElement, tag?: number): readonly DerElement[] {
  const walk = new DerMembers(element);
  const found: DerElement[] = [];
  while (!walk.isAtEnd) {
    if (found.length === x509Limits.derMembers) throw new Refusal('x509-too-large', x509Texts.tooLarge);
    found.push(tag === undefined ? walk.any() : walk.next(tag));
  }
  return found;
}

/** An object identifier in dotted form. */
export function readOid(element: DerElement): string {
  if (element.tag !== tags.oid) throw malformed();
  const arcs: number[] = [];
  let arc = 0;
  let isInside = false;
  for (const byte of contentOf(element)) {
    // X.690 §8.19.2: an arc never starts with 0x80.
    if (!isInside && byte === 0x80) throw malformed();
    arc = arc * 128 + (byte & 0x7f);
    if (arc > Number.MAX_SAFE_INTEGER / 128) throw malformed();
    isInside = byte >= 0x80;
    if (isInside) continue;
    if (arcs.length === 0) {
      const head = Math.min(2, Math.floor(arc / 40));
      arcs.push(head, arc - head * 40);
    } else {
      arcs.push(arc);
    }
    arc = 0;
  }
  if (isInside || arcs.length === 0) throw malformed();
  return arcs.join('.');
}

/** A whole number in lower-case hexadecimal without leading zeros; a negative one begins with `-`. */
export function readIntegerHex(element: DerElement): string {
  if (element.tag !== tags.integer && element.tag !== tags.enumerated) throw malformed();
  const content = contentOf(element);
  const first = content[0];
  const second = content[1];
  if (first === undefined) throw malformed();
  // X.690 §8.3.2: the first nine bits are never all equal.
  if (second !== undefined && ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80))) throw malformed();
  const hex = content.toString('hex');
  if (first < 0x80) return trimZeros(hex);
  return `-${((1n << BigInt(content.length * 8)) - BigInt(`0x${hex}`)).toString(16)}`;
}

/** Few: those of the sign's octet, and half of the first one. */
function trimZeros(hex: string): string {
  let start = 0;
  while (start < hex.length - 1 && hex[start] === '0') start += 1;
  return start === 0 ? hex : hex.slice(start);
}

/** A whole number small enough to count with. */
export function readSmallInteger(element: DerElement): number {
  const value = Number.parseInt(readIntegerHex(element), 16);
  if (!Number.isSafeInteger(value) || value < 0) throw malformed();
  return value;
}

export function readBoolean(element: DerElement): boolean {
  const content = contentOf(element);
  const value = content[0];
  // X.690 §11.1: true is 0xff.
  if (content.length !== 1 || (value !== 0 && value !== 0xff)) throw malformed();
  return value === 0xff;
}

/** The octets of a bit string that holds whole octets (a signature, a key). */
export function readBitOctets(element: DerElement): Buffer {
  const content = contentOf(element);
  if (element.tag !== tags.bitString || content[0] !== 0) throw malformed();
  return content.subarray(1);
}

/** The numbers of the bits that are set (named bits, X.690 §11.2). */
export function readNamedBits(element: DerElement): readonly number[] {
  const content = contentOf(element);
  const unused = content[0];
  if (element.tag !== tags.bitString || unused === undefined || unused > 7) throw malformed();
  const found: number[] = [];
  for (let bit = 0; bit < (content.length - 1) * 8 - unused; bit += 1) {
    if (((content[1 + (bit >> 3)] ?? 0) & (0x80 >> (bit & 7))) !== 0) found.push(bit);
  }
  return found;
}

/** RFC 5280 §4.1.2.5: UTCTime until 2049, GeneralizedTime after, both to the second and in UTC. */
export function readTime(element: DerElement): Date {
  const text = contentOf(element).toString('latin1');
  const isUtcTime = element.tag === tags.utcTime;
  if (!isUtcTime && element.tag !== tags.generalizedTime) throw malformed();
  if (!(isUtcTime ? /^\d{12}Z$/ : /^\d{14}Z$/).test(text)) throw malformed();
  const full = isUtcTime ? `${Number(text.slice(0, 2)) < 50 ? '20' : '19'}${text}` : text;
  const iso = `${full.slice(0, 4)}-${full.slice(4, 6)}-${full.slice(6, 8)}T${full.slice(8, 10)}:${full.slice(10, 12)}:${full.slice(12, 14)}`;
  const date = new Date(`${iso}.000Z`);
  // An impossible day or hour either fails to parse or comes back as another one.
  if (Number.isNaN(date.getTime()) || date.toISOString().slice(0, 19) !== iso) throw malformed();
  return date;
}

/** A directory string, whichever of its encodings a certificate uses. */
export function readText(element: DerElement): string {
  const content = contentOf(element);
  switch (element.tag) {
    case tags.utf8String:
      try {
        return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content);
      } catch (cause) {
        throw malformed(cause);
      }
    case tags.printableString:
    case tags.ia5String:
    case tags.teletexString: // In the field TeletexString holds Latin-1, not T.61: OpenSSL reads it so too.
      return content.toString('latin1');
    case tags.bmpString:
      if (content.length % 2 !== 0) throw malformed();
      return new TextDecoder('utf-16be').decode(content);
    default:
      throw malformed();
  }
}
