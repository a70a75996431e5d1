import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { createAuthority } from '../../../testkit/authority/authority.ts';
import { boolean, integer, octetString, oid, sequence, tagged } from '../../../testkit/authority/der.ts';
import { x509Limits } from '../../base/limits.ts';
import { readCertificate } from './certificate.ts';
import { encodingOf, membersOf, readDer, tags } from './der.ts';
import { formatDn } from './dn.ts';

const at = new Date('2026-11-22T10:00:00Z');
const dn = 'CN=mss.cabinet.example,OU=318310021300028,O=CABINET\\, ÉTANG,ST=Haute-Garonne (31),C=FR';
const authority = createAuthority({ name: 'ESSAI', at, crlUrl: 'http://crl.example/acr.crl' });

describe('a certificate', () => {
  // RFC 5280 §4.1.2.4
  test('is read from PEM and from DER alike', () => {
    const issued = authority.issue({ dn, hosts: ['MSS.cabinet.example'] });
    const fromPem = readCertificate(issued.certificatePem);
    const fromDer = readCertificate(fromPem.der);
    assert.equal(fromDer.fingerprint, fromPem.fingerprint);
    assert.equal(readCertificate(Buffer.from(issued.certificatePem)).fingerprint, fromPem.fingerprint);
    assert.equal(formatDn(fromPem.subject), dn);
    assert.equal(fromPem.serial, issued.serial);
    assert.equal(fromPem.isCa, false);
    assert.deepEqual(fromPem.keyUsage, ['digitalSignature']);
    assert.deepEqual(fromPem.extendedKeyUsage, ['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2']);
    assert.deepEqual(fromPem.crlUrls, ['http://crl.example/acr.crl']); // RFC 5280 §4.2.1.13
    assert.deepEqual(fromPem.dnsNames, ['localhost', 'mss.cabinet.example']); // RFC 5280 §4.2.1.6
    assert.equal(fromPem.notAfter.getTime() - fromPem.notBefore.getTime(), (3 * 365 + 1) * 86_400_000);
    const organisations = readCertificate(authority.organisationsPem);
    assert.equal(fromPem.authorityKeyId, organisations.subjectKeyId); // RFC 5280 §4.2.1.1
    assert.equal(fromPem.issuerKey, organisations.subjectKey);
    assert.equal(organisations.isCa, true); // RFC 5280 §4.2.1.9
    assert.equal(organisations.pathLength, 0);
    assert.deepEqual(organisations.keyUsage, ['keyCertSign', 'cRLSign']); // RFC 5280 §4.2.1.3
  });

  // RFC 5280 §4.1.2.5
  test('has its dates read on both sides of 2050', () => {
    const notAfter = new Date('2051-02-03T04:05:06Z');
    const notBefore = new Date('1999-12-31T23:59:59Z');
    const certificate = readCertificate(authority.issue({ dn, notBefore, notAfter }).certificatePem);
    assert.deepEqual([certificate.notBefore, certificate.notAfter], [notBefore, notAfter]);
  });

  /** The certificate with the members of its body changed; its signature no longer holds, which reading does not judge. */
  function rebuilt(change: (members: Buffer[]) => Buffer[]): Buffer {
    const [body, ...rest] = membersOf(readDer(readCertificate(authority.organisationsPem).der, tags.sequence));
    assert.ok(body !== undefined);
    return sequence(sequence(...change(membersOf(body).map(encodingOf))), ...rest.map(encodingOf));
  }

  // RFC 5280 §4.1.2.1
  test('is refused in version 2, and in a version that nobody knows', () => {
    for (const version of ['01', '03']) {
      const bytes = rebuilt(([, ...members]) => [tagged(0, integer(version)), ...members]);
      assert.throws(() => readCertificate(bytes), { code: 'x509-malformed' });
    }
    assert.equal(readCertificate(rebuilt((members) => members)).isCa, true);
  });

  // RFC 5280 §4.1.1.2
  test('is refused when its two algorithms differ', () => {
    const bytes = rebuilt(([version, serial, , ...members]) => [
      version ?? Buffer.alloc(0),
      serial ?? Buffer.alloc(0),
      sequence(oid('1.2.840.10045.4.3.3')),
      ...members,
    ]);
    assert.throws(() => readCertificate(bytes), { code: 'x509-malformed' });
  });

  // RFC 5280 §4.1.2.9
  test('is refused when an extension stands twice', () => {
    const once = sequence(oid('1.2.3.4'), octetString(Buffer.alloc(1)));
    const withExtensions = (...extensions: Buffer[]): Buffer =>
      rebuilt((members) => [...members.slice(0, -1), tagged(3, sequence(...extensions))]);
    assert.deepEqual(readCertificate(withExtensions(once)).unknownCritical, []);
    assert.throws(() => readCertificate(withExtensions(once, once)), { code: 'x509-malformed' });
    const critical = sequence(oid('1.2.3.4'), boolean(true), octetString(Buffer.alloc(1)));
    assert.deepEqual(readCertificate(withExtensions(critical)).unknownCritical, ['1.2.3.4']); // RFC 5280 §4.2
  });

  test('is refused when it is cut short anywhere, or has something after it', () => {
    const { der } = readCertificate(authority.issue({ dn }).certificatePem);
    for (let length = 0; length < der.length; length += 7) {
      assert.throws(() => readCertificate(der.subarray(0, length)), { code: 'x509-malformed' });
    }
    assert.throws(() => readCertificate(Buffer.concat([der, Buffer.from([0])])), { code: 'x509-malformed' });
  });

  test('is refused when it is not one PEM block of its label', () => {
    const { certificatePem } = authority.issue({ dn });
    for (const text of [
      '',
      'x',
      certificatePem + certificatePem,
      certificatePem.replaceAll('CERTIFICATE', 'X509 CRL'),
    ]) {
      assert.throws(() => readCertificate(text), { code: 'x509-malformed' });
    }
    assert.throws(() => readCertificate(certificatePem.slice(0, -10)), { code: 'x509-malformed' });
  });

  test('is measured before it is read: one past the limit is too large', () => {
    const atLimit = Buffer.alloc(x509Limits.certificateBytes, 0x30);
    assert.throws(() => readCertificate(atLimit), { code: 'x509-malformed' });
    const past = Buffer.alloc(x509Limits.certificateBytes + 1, 0x30);
    assert.throws(() => readCertificate(past), { code: 'x509-too-large' });
  });
});

const realList = path.resolve(
  import.meta.dirname,
  '../../../../shared/data/white-list/listeblanchemssante-2025-02-28.xml',
);
test('the certificate of the real signer is read', { skip: existsSync(realList) ? false : 'corpus absent' }, () => {
  const found = /<X509Certificate>([^<]*)</.exec(readFileSync(realList, 'utf8'));
  const certificate = readCertificate(Buffer.from((found?.[1] ?? '').replaceAll('&#13;', ''), 'base64'));
  assert.equal(
    formatDn(certificate.subject),
    'CN=alb.mssante.fr,OU=347976684200724,O=CAPGEMINI TECHNOLOGY SERVICES,ST=Hauts-de-Seine (92),C=FR',
  );
  assert.equal(
    formatDn(certificate.issuer),
    'CN=AC IGC-SANTE ELEMENTAIRE ORGANISATIONS,OU=IGC-SANTE,OU=0002 187512751,O=ASIP-SANTE,C=FR',
  );
  assert.equal(certificate.serial, '79787c25af79e162807e33110e08fa73');
  assert.equal(certificate.notAfter.toISOString(), '2026-08-23T13:54:23.000Z');
  assert.equal(certificate.authorityKeyId, 'd7fbfadcd5027fe7c153864d4be8a44a1e0bbb63');
  assert.equal(certificate.crlUrls[0], 'http://igc-sante.esante.gouv.fr/CRL/ACI-EL-ORG.crl');
  assert.deepEqual(certificate.extendedKeyUsage, ['1.3.6.1.5.5.7.3.4']);
  assert.deepEqual(certificate.unknownCritical, []);
});
