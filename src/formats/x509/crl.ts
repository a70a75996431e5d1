import { Refusal } from '../../base/errors.ts';
import { x509Limits } from '../../base/limits.ts';
import type { Certificate } from './certificate.ts';
import {
  contentOf,
  type DerElement,
  DerMembers,
  malformed,
  readBoolean,
  readDer,
  readIntegerHex,
  readTime,
  tags,
} from './der.ts';
import { canonicalDn, type Dn, readDn } from './dn.ts';
import { isSignedWith, readExtensions, readSigned, requireSameAlgorithm, type SignedObject, toDer } from './signed.ts';
import { x509Texts } from './texts.ts';

/** Certificate revocation lists (RFC 5280): complete lists of one authority. Delta and indirect ones are refused. */

export interface Crl extends SignedObject {
  readonly issuer: Dn;
  /** {@link canonicalDn} of the issuer. */
  readonly issuerKey: string;
  readonly thisUpdate: Date;
  /** RFC 5280 §5.1.2.5: always there. */
  readonly nextUpdate: Date;
  /** Serials in lower-case hexadecimal without leading zeros. */
  readonly revoked: ReadonlySet<string>;
  /** What the list speaks of (RFC 5280 §5.2.5). */
  readonly covers: 'all' | 'leaves' | 'authorities';
}

const distributionPointId = '2.5.29.28';
/** Extensions of a list that may be critical: its number, its key identifier, its distribution point. */
const processed: ReadonlySet<string> = new Set(['2.5.29.20', '2.5.29.35', distributionPointId]);
/** Extensions of an entry that may be critical: the reason, the date of invalidity. */
const processedInEntry: ReadonlySet<string> = new Set(['2.5.29.21', '2.5.29.24']);

function unsupported(): Refusal {
  return new Refusal('x509-unsupported', x509Texts.unsupported);
}

/** Reads a list, DER or PEM. @throws Refusal `x509-malformed`, `x509-too-large`, `x509-unsupported` */
export function readCrl(input: Uint8Array | string): Crl {
  const signed = readSigned(toDer(input, 'X509 CRL', x509Limits.crlBytes));
  const members = new DerMembers(signed.body);
  // RFC 5280 §5.1.2.1: version 2 (1).
  if (readIntegerHex(members.next(tags.integer)) !== '1') throw unsupported();
  requireSameAlgorithm(signed, members.next(tags.sequence));
  const issuer = readDn(members.next(tags.sequence));
  const thisUpdate = readTime(members.any());
  const nextUpdate = members.optional(tags.utcTime, tags.generalizedTime);
  if (nextUpdate === undefined) throw unsupported();
  const entries = members.optional(tags.sequence);
  const revoked = entries === undefined ? new Set<string>() : readEntries(entries);
  const list = members.optional(0xa0);
  members.end();
  return {
    ...signed,
    issuer,
    issuerKey: canonicalDn(issuer),
    thisUpdate,
    nextUpdate: readTime(nextUpdate),
    revoked,
    covers: list === undefined ? 'all' : scopeOf(readDer(contentOf(list), tags.sequence)),
  };
}

function readEntries(list: DerElement): ReadonlySet<string> {
  const revoked = new Set<string>();
  const walk = new DerMembers(list);
  while (!walk.isAtEnd) {
    const entry = new DerMembers(walk.next(tags.sequence));
    revoked.add(readIntegerHex(entry.next(tags.integer)));
    // When it was revoked changes nothing for us, and dates are slow to read.
    const { tag } = entry.any();
    if (tag !== tags.utcTime && tag !== tags.generalizedTime) throw malformed();
    const extensions = entry.optional(tags.sequence);
    entry.end();
    if (extensions === undefined) continue;
    for (const { id, isCritical } of readExtensions(extensions).values()) {
      // RFC 5280 §5.3: a list with a critical extension of an entry that one cannot process is not used.
      if (isCritical && !processedInEntry.has(id)) throw unsupported();
    }
  }
  return revoked;
}

function scopeOf(list: DerElement): Crl['covers'] {
  const extensions = readExtensions(list);
  for (const { id, isCritical } of extensions.values()) {
    if (isCritical && !processed.has(id)) throw unsupported(); // RFC 5280 §5.2, delta lists among them
  }
  const point = extensions.get(distributionPointId);
  if (point === undefined) return 'all';
  const members = new DerMembers(readDer(point.value, tags.sequence));
  members.optional(0xa0);
  const leavesOnly = members.optional(0x81);
  const authoritiesOnly = members.optional(0x82);
  // Some reasons only [3], indirect [4], attribute certificates only [5]: not complete lists of certificates.
  if (!members.isAtEnd) throw unsupported();
  if (leavesOnly !== undefined && readBoolean(leavesOnly)) return 'leaves';
  return authoritiesOnly !== undefined && readBoolean(authoritiesOnly) ? 'authorities' : 'all';
}

/** True when `authority` issued and signed the list, and may (RFC 5280 §6.3.3 (f), (g)). */
export function crlIsSignedBy(crl: Crl, authority: Certificate): boolean {
  return (
    crl.issuerKey === authority.subjectKey &&
    (authority.keyUsage === undefined || authority.keyUsage.includes('cRLSign')) &&
    isSignedWith(crl, authority.publicKey)
  );
}
