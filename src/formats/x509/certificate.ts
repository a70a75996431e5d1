import { createHash, type KeyObject, X509Certificate } from 'node:crypto';
import { Refusal } from '../../base/errors.ts';
import { x509Limits } from '../../base/limits.ts';
import {
  contentOf,
  type DerElement,
  DerMembers,
  malformed,
  membersOf,
  readBoolean,
  readDer,
  readIntegerHex,
  readNamedBits,
  readOid,
  readSmallInteger,
  readTime,
  tags,
} from './der.ts';
import { canonicalDn, type Dn, readDn } from './dn.ts';
import {
  type Extension,
  pemBlocks,
  readExtensions,
  readSigned,
  requireSameAlgorithm,
  type SignedObject,
  toDer,
} from './signed.ts';
import { x509Texts } from './texts.ts';

/** The facts of an X.509 certificate that trust decisions need (RFC 5280). Reading judges nothing but the form. */

export type KeyUsage =
  | 'digitalSignature'
  | 'nonRepudiation'
  | 'keyEncipherment'
  | 'dataEncipherment'
  | 'keyAgreement'
  | 'keyCertSign'
  | 'cRLSign'
  | 'encipherOnly'
  | 'decipherOnly';

export interface Certificate extends SignedObject {
  /** SHA-256 of the DER, lower-case hexadecimal. */
  readonly fingerprint: string;
  readonly subject: Dn;
  readonly issuer: Dn;
  /** {@link canonicalDn} of the subject and of the issuer. */
  readonly subjectKey: string;
  readonly issuerKey: string;
  /** Lower-case hexadecimal without leading zeros. */
  readonly serial: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly publicKey: KeyObject;
  readonly isCa: boolean;
  readonly pathLength: number | undefined;
  /** Undefined when the certificate does not say: then every usage is allowed. */
  readonly keyUsage: readonly KeyUsage[] | undefined;
  /** Object identifiers; undefined when the certificate does not say. */
  readonly extendedKeyUsage: readonly string[] | undefined;
  readonly crlUrls: readonly string[];
  /** Lower-case hexadecimal. */
  readonly authorityKeyId: string | undefined;
  readonly subjectKeyId: string | undefined;
  /** DNS names of the subject's alternative names, lower case. */
  readonly dnsNames: readonly string[];
  /** Critical extensions that this reader does not process: RFC 5280 §4.2 has such a certificate refused. */
  readonly unknownCritical: readonly string[];
}

const ids = {
  subjectKeyId: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  crlDistributionPoints: '2.5.29.31',
  certificatePolicies: '2.5.29.32',
  authorityKeyId: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
} as const;

const processed: ReadonlySet<string> = new Set(Object.values(ids));

/** RFC 5280 §4.2.1.3, in the order of the bits. */
const keyUsages: readonly KeyUsage[] = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
];

/** Context tags of `GeneralName` (RFC 5280 §4.2.1.6). */
const dnsNameTag = 0x82;
const urlTag = 0x86;

/** Reads one certificate, DER or PEM. @throws Refusal `x509-malformed`, `x509-too-large`, `dn-…` */
export function readCertificate(input: Uint8Array | string): Certificate {
  return fromDer(toDer(input, 'CERTIFICATE', x509Limits.certificateBytes));
}

/** Reads every certificate of a PEM bundle, in order. */
export function readCertificates(pem: string): readonly Certificate[] {
  return pemBlocks(pem, 'CERTIFICATE').map((der) => {
    if (der.length > x509Limits.certificateBytes) throw new Refusal('x509-too-large', x509Texts.tooLarge);
    return fromDer(der);
  });
}

function fromDer(der: Buffer): Certificate {
  const signed = readSigned(der);
  const members = new DerMembers(signed.body);
  const version = members.optional(0xa0);
  // RFC 5280 §4.1.2.1: version 3 (2), or the old version 1 by default, which some roots have.
  if (version !== undefined && readSmallInteger(readDer(contentOf(version), tags.integer)) !== 2) throw malformed();
  const serial = readIntegerHex(members.next(tags.integer));
  requireSameAlgorithm(signed, members.next(tags.sequence));
  const issuer = readDn(members.next(tags.sequence));
  const [notBefore, notAfter] = membersOf(members.next(tags.sequence)).map(readTime);
  if (notBefore === undefined || notAfter === undefined) throw malformed();
  const subject = readDn(members.next(tags.sequence));
  members.next(tags.sequence); // the public key, which node:crypto reads
  members.optional(0x81);
  members.optional(0x82);
  const list = members.optional(0xa3);
  members.end();
  const extensions =
    list === undefined ? new Map<string, Extension>() : readExtensions(readDer(contentOf(list), tags.sequence));
  return {
    ...signed,
    fingerprint: createHash('sha256').update(der).digest('hex'),
    subject,
    issuer,
    subjectKey: canonicalDn(subject),
    issuerKey: canonicalDn(issuer),
    serial,
    notBefore,
    notAfter,
    publicKey: publicKeyOf(der),
    ...factsOf(extensions),
  };
}

function publicKeyOf(der: Buffer): KeyObject {
  try {
    return new X509Certificate(der).publicKey;
  } catch (cause) {
    throw malformed(cause);
  }
}

type ExtensionFacts = Omit<
  Certificate,
  | keyof SignedObject
  | 'fingerprint'
  | 'subject'
  | 'issuer'
  | 'subjectKey'
  | 'issuerKey'
  | 'serial'
  | 'notBefore'
  | 'notAfter'
  | 'publicKey'
>;

function factsOf(extensions: ReadonlyMap<string, Extension>): ExtensionFacts {
  const open = (id: string, tag: number): DerElement | undefined => {
    const extension = extensions.get(id);
    return extension === undefined ? undefined : readDer(extension.value, tag);
  };
  const usage = open(ids.keyUsage, tags.bitString);
  const extendedUsage = open(ids.extendedKeyUsage, tags.sequence);
  const alternativeNames = open(ids.subjectAltName, tags.sequence);
  const points = open(ids.crlDistributionPoints, tags.sequence);
  const ownId = open(ids.subjectKeyId, tags.octetString);
  const authorityId = open(ids.authorityKeyId, tags.sequence);
  return {
    ...basicConstraints(open(ids.basicConstraints, tags.sequence)),
    keyUsage: usage === undefined ? undefined : readNamedBits(usage).flatMap((bit) => keyUsages[bit] ?? []),
    extendedKeyUsage: extendedUsage === undefined ? undefined : membersOf(extendedUsage).map(readOid),
    crlUrls: points === undefined ? [] : membersOf(points, tags.sequence).flatMap(distributionUrls),
    authorityKeyId: authorityId === undefined ? undefined : keyIdOf(authorityId),
    subjectKeyId: ownId === undefined ? undefined : contentOf(ownId).toString('hex'),
    dnsNames: alternativeNames === undefined ? [] : namesOf(alternativeNames, dnsNameTag).map((n) => n.toLowerCase()),
    unknownCritical: [...extensions.values()].filter((e) => e.isCritical && !processed.has(e.id)).map((e) => e.id),
  };
}

/** RFC 5280 §4.2.1.9 */
function basicConstraints(element: DerElement | undefined): { isCa: boolean; pathLength: number | undefined } {
  if (element === undefined) return { isCa: false, pathLength: undefined };
  const members = new DerMembers(element);
  const isCa = members.optional(tags.boolean);
  const pathLength = members.optional(tags.integer);
  members.end();
  return {
    isCa: isCa !== undefined && readBoolean(isCa),
    pathLength: pathLength === undefined ? undefined : readSmallInteger(pathLength),
  };
}

/** RFC 5280 §4.2.1.1: `[0]` of the authority key identifier. */
function keyIdOf(element: DerElement): string | undefined {
  const id = new DerMembers(element).optional(0x80);
  return id === undefined ? undefined : contentOf(id).toString('hex');
}

function namesOf(list: DerElement, tag: number): readonly string[] {
  return membersOf(list)
    .filter((name) => name.tag === tag)
    .map((name) => contentOf(name).toString('latin1'));
}

/** RFC 5280 §4.2.1.13: the addresses of `distributionPoint [0]` / `fullName [0]`. */
function distributionUrls(point: DerElement): readonly string[] {
  const name = new DerMembers(point).optional(0xa0);
  const full = name === undefined ? undefined : new DerMembers(name).optional(0xa0);
  return full === undefined ? [] : namesOf(full, urlTag);
}
