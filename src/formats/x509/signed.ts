import { type KeyObject, verify } from 'node:crypto';
import { Refusal } from '../../base/errors.ts';
import { x509Limits } from '../../base/limits.ts';
import {
  contentOf,
  type DerElement,
  DerMembers,
  encodingOf,
  malformed,
  membersOf,
  readBitOctets,
  readBoolean,
  readDer,
  readOid,
  tags,
} from './der.ts';
import { x509Texts } from './texts.ts';

/** What certificates and revocation lists share: PEM or DER, a signed body, extensions (RFC 5280). */

export interface SignedObject {
  readonly der: Buffer;
  readonly body: DerElement;
  /** The encoded `AlgorithmIdentifier` of the signature. */
  readonly algorithm: Buffer;
  readonly signature: Buffer;
}

export interface Extension {
  readonly id: string;
  readonly isCritical: boolean;
  readonly value: Buffer;
}

/** By object identifier: RFC 8017 §8.2 and RFC 5758 §3.2; nothing with SHA-1 (RGS B1). Their parameters are void. */
const algorithms: ReadonlyMap<string, { readonly hash: string; readonly keyType: string }> = new Map([
  ['1.2.840.113549.1.1.11', { hash: 'sha256', keyType: 'rsa' }],
  ['1.2.840.113549.1.1.12', { hash: 'sha384', keyType: 'rsa' }],
  ['1.2.840.113549.1.1.13', { hash: 'sha512', keyType: 'rsa' }],
  ['1.2.840.10045.4.3.2', { hash: 'sha256', keyType: 'ec' }],
  ['1.2.840.10045.4.3.3', { hash: 'sha384', keyType: 'ec' }],
  ['1.2.840.10045.4.3.4', { hash: 'sha512', keyType: 'ec' }],
]);

const curves: readonly string[] = ['prime256v1', 'secp384r1', 'secp521r1'];

/** The DER blocks of a PEM text that bear this label, in order; other text around them is ignored (RFC 7468 §2). */
export function pemBlocks(text: string, label: string): readonly Buffer[] {
  const begin = `-----BEGIN ${label}-----`;
  const end = `-----END ${label}-----`;
  const blocks: Buffer[] = [];
  for (let at = text.indexOf(begin); at >= 0; at = text.indexOf(begin, at)) {
    const stop = text.indexOf(end, at);
    if (stop < 0) throw malformed();
    const base64 = text.slice(at + begin.length, stop).replace(/\s+/g, '');
    if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) throw malformed();
    blocks.push(Buffer.from(base64, 'base64'));
    at = stop + end.length;
  }
  return blocks;
}

/** The DER of one object given as DER or as PEM with a single block of this label. */
export function toDer(input: Uint8Array | string, label: string, maxBytes: number): Buffer {
  // PEM writes three octets in four characters, and lines and text around: half as much again is room enough.
  if (input.length > maxBytes * 1.5) throw new Refusal('x509-too-large', x509Texts.tooLarge);
  let der: Buffer | undefined;
  if (typeof input === 'string' || input[0] !== tags.sequence) {
    const blocks = pemBlocks(typeof input === 'string' ? input : Buffer.from(input).toString('latin1'), label);
    if (blocks.length !== 1) throw malformed();
    der = blocks[0];
  } else {
    der = Buffer.from(input);
  }
  if (der === undefined) throw malformed();
  if (der.length > maxBytes) throw new Refusal('x509-too-large', x509Texts.tooLarge);
  return der;
}

/** A body, an algorithm, a signature. */
export function readSigned(der: Buffer): SignedObject {
  const members = new DerMembers(readDer(der, tags.sequence));
  const body = members.next(tags.sequence);
  const algorithm = encodingOf(members.next(tags.sequence));
  const signature = readBitOctets(members.next(tags.bitString));
  members.end();
  return { der, body, algorithm, signature };
}

/** RFC 5280 §4.1.1.2, §5.1.1.2: the algorithm stands once more within the body, exactly the same. */
export function requireSameAlgorithm(signed: SignedObject, inBody: DerElement): void {
  if (!encodingOf(inBody).equals(signed.algorithm)) throw malformed();
}

/** RFC 5280 §4.1.2.9: each extension stands once. */
export function readExtensions(list: DerElement): ReadonlyMap<string, Extension> {
  const found = new Map<string, Extension>();
  for (const element of membersOf(list, tags.sequence)) {
    const members = new DerMembers(element);
    const id = readOid(members.next(tags.oid));
    const critical = members.optional(tags.boolean);
    const value = contentOf(members.next(tags.octetString));
    members.end();
    if (found.has(id)) throw malformed();
    found.set(id, { id, isCritical: critical !== undefined && readBoolean(critical), value });
  }
  return found;
}

/** True when `key` made the signature of `object`, with an algorithm that we accept. */
export function isSignedWith(object: SignedObject, key: KeyObject): boolean {
  const identifier = new DerMembers(readDer(object.algorithm, tags.sequence));
  const algorithm = algorithms.get(readOid(identifier.next(tags.oid)));
  if (algorithm === undefined || key.asymmetricKeyType !== algorithm.keyType) return false;
  return verify(algorithm.hash, encodingOf(object.body), key, object.signature);
}

/** True for a key that a certificate may hold: RSA of 2,048 bits or more, or one of the three NIST curves. */
export function isStrongKey(key: KeyObject): boolean {
  const details = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType === 'rsa') return (details.modulusLength ?? 0) >= x509Limits.rsaKeyBits;
  return key.asymmetricKeyType === 'ec' && curves.includes(details.namedCurve ?? '');
}
