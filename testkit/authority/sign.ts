import { createHash, createPublicKey, type KeyObject, sign } from 'node:crypto';
import { isIP } from 'node:net';
import { parseDn } from '../../src/formats/x509/dn.ts';
import * as d from './der.ts';

/** Makes certificates and revocation lists out of plain facts (RFC 5280). */

export interface CertificateFacts {
  readonly subject: string;
  readonly issuer: string;
  /** Hexadecimal. */
  readonly serial: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly key: KeyObject;
  readonly issuerKey: KeyObject;
  readonly role: 'authority' | 'tls' | 'white-list-signer';
  /** How many authorities may stand below an authority. */
  readonly pathLength?: number;
  readonly hosts?: readonly string[];
  readonly crlUrl?: string;
}

const oidByType: Readonly<Record<string, string>> = {
  CN: '2.5.4.3',
  serialNumber: '2.5.4.5',
  C: '2.5.4.6',
  L: '2.5.4.7',
  ST: '2.5.4.8',
  O: '2.5.4.10',
  OU: '2.5.4.11',
  emailAddress: '1.2.840.113549.1.9.1',
};

function name(text: string): Buffer {
  const parts = [...parseDn(text)].reverse().map(({ type, value }) => {
    const encoded = type === 'C' ? d.printable(value) : d.utf8(value);
    return d.set(d.sequence(d.oid(oidByType[type] ?? type), encoded));
  });
  return d.sequence(...parts);
}

function signatureAlgorithm(key: KeyObject): Buffer {
  return key.asymmetricKeyType === 'rsa'
    ? d.sequence(d.oid('1.2.840.113549.1.1.11'), d.nullValue())
    : d.sequence(d.oid('1.2.840.10045.4.3.2'));
}

function signed(toBeSigned: Buffer, key: KeyObject): Buffer {
  return d.sequence(toBeSigned, signatureAlgorithm(key), d.bitString(sign('sha256', toBeSigned, key)));
}

function publicPart(key: KeyObject): Buffer {
  return createPublicKey(key).export({ type: 'spki', format: 'der' });
}

function keyIdentifier(key: KeyObject): Buffer {
  return createHash('sha256').update(publicPart(key)).digest().subarray(0, 20);
}

function extension(id: string, isCritical: boolean, value: Buffer): Buffer {
  return d.sequence(d.oid(id), ...(isCritical ? [d.boolean(true)] : []), d.octetString(value));
}

function address(host: string): Buffer {
  switch (isIP(host)) {
    case 4:
      return d.taggedPrimitive(7, Buffer.from(host.split('.').map(Number)));
    case 6:
      // The loopback address is the only one that tests need.
      return d.taggedPrimitive(7, Buffer.concat([Buffer.alloc(15), Buffer.from([1])]));
    default:
      return d.taggedPrimitive(2, Buffer.from(host, 'latin1'));
  }
}

function usageExtensions(facts: CertificateFacts): readonly Buffer[] {
  switch (facts.role) {
    case 'authority': {
      const depth = facts.pathLength === undefined ? [] : [d.integer(facts.pathLength.toString(16))];
      return [
        extension('2.5.29.19', true, d.sequence(d.boolean(true), ...depth)),
        extension('2.5.29.15', true, d.namedBits(5, 6)),
      ];
    }
    case 'tls':
      return [
        extension('2.5.29.19', false, d.sequence()),
        extension('2.5.29.15', true, d.namedBits(0)),
        extension('2.5.29.37', false, d.sequence(d.oid('1.3.6.1.5.5.7.3.1'), d.oid('1.3.6.1.5.5.7.3.2'))),
      ];
    case 'white-list-signer':
      return [
        extension('2.5.29.19', false, d.sequence()),
        extension('2.5.29.15', true, d.namedBits(0, 1)),
        extension('2.5.29.37', false, d.sequence(d.oid('1.3.6.1.5.5.7.3.4'))),
      ];
  }
}

/** The DER of a certificate. */
export function certificate(facts: CertificateFacts): Buffer {
  const extensions = [
    ...usageExtensions(facts),
    extension('2.5.29.14', false, d.octetString(keyIdentifier(facts.key))),
    extension('2.5.29.35', false, d.sequence(d.taggedPrimitive(0, keyIdentifier(facts.issuerKey)))),
  ];
  if (facts.hosts !== undefined && facts.hosts.length > 0) {
    extensions.push(extension('2.5.29.17', false, d.sequence(...facts.hosts.map(address))));
  }
  if (facts.crlUrl !== undefined) {
    const url = d.taggedPrimitive(6, Buffer.from(facts.crlUrl, 'latin1'));
    extensions.push(extension('2.5.29.31', false, d.sequence(d.sequence(d.tagged(0, d.tagged(0, url))))));
  }
  const toBeSigned = d.sequence(
    d.tagged(0, d.integer('02')),
    d.integer(facts.serial),
    signatureAlgorithm(facts.issuerKey),
    name(facts.issuer),
    d.sequence(d.time(facts.notBefore), d.time(facts.notAfter)),
    name(facts.subject),
    publicPart(facts.key),
    d.tagged(3, d.sequence(...extensions)),
  );
  return signed(toBeSigned, facts.issuerKey);
}

export interface CrlFacts {
  readonly issuer: string;
  readonly issuerKey: KeyObject;
  readonly number: number;
  readonly thisUpdate: Date;
  readonly nextUpdate: Date;
  readonly revoked: readonly { readonly serial: string; readonly at: Date }[];
}

/** The DER of a revocation list. */
export function revocationList(facts: CrlFacts): Buffer {
  const entries = facts.revoked.map(({ serial, at }) => d.sequence(d.integer(serial), d.time(at)));
  const toBeSigned = d.sequence(
    d.integer('01'),
    signatureAlgorithm(facts.issuerKey),
    name(facts.issuer),
    d.time(facts.thisUpdate),
    d.time(facts.nextUpdate),
    ...(entries.length > 0 ? [d.sequence(...entries)] : []),
    d.tagged(
      0,
      d.sequence(
        extension('2.5.29.35', false, d.sequence(d.taggedPrimitive(0, keyIdentifier(facts.issuerKey)))),
        extension('2.5.29.20', false, d.integer(facts.number.toString(16))),
      ),
    ),
  );
  return signed(toBeSigned, facts.issuerKey);
}
