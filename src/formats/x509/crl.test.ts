import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { describe, test } from 'node:test';
import { createAuthority } from '../../../testkit/authority/authority.ts';
import {
  boolean,
  der,
  integer,
  octetString,
  oid,
  sequence,
  tagged,
  taggedPrimitive,
  time,
} from '../../../testkit/authority/der.ts';
import { revocationList } from '../../../testkit/authority/sign.ts';
import { Refusal } from '../../base/errors.ts';
import { x509Limits } from '../../base/limits.ts';
import { readCertificate } from './certificate.ts';
import { crlIsSignedBy, readCrl } from './crl.ts';

const at = new Date('2026-11-22T10:00:00Z');
const next = new Date('2026-11-29T10:00:00Z');
const dn = 'CN=mss.cabinet.example,OU=318310021300028,O=CABINET,C=FR';
const authority = createAuthority({ name: 'ESSAI', at });
const organisations = readCertificate(authority.organisationsPem);

/** A list with these members between its next update and its extensions, signed by nobody. */
function crlWith(
  entries: readonly Uint8Array[],
  extensions: readonly Uint8Array[],
  { hasNextUpdate = true, version = '01' } = {},
): Buffer {
  const algorithm = sequence(oid('1.2.840.10045.4.3.2'));
  const body = sequence(
    integer(version),
    algorithm,
    sequence(),
    time(at),
    ...(hasNextUpdate ? [time(next)] : []),
    ...(entries.length > 0 ? [sequence(...entries)] : []),
    ...(extensions.length > 0 ? [tagged(0, sequence(...extensions))] : []),
  );
  return sequence(body, algorithm, der(0x03, Buffer.from([0, 1])));
}

function critical(id: string, value: Buffer): Buffer {
  return sequence(oid(id), boolean(true), octetString(value));
}

describe('a revocation list', () => {
  // RFC 5280 §5.1.2.5
  test('says when it was made, when the next one comes, and what is revoked', () => {
    const revoked = authority.issue({ dn });
    const other = authority.issue({ dn });
    assert.equal(readCrl(authority.crlPem(at, next)).revoked.size, 0);
    authority.revoke(revoked.serial);
    const crl = readCrl(authority.crlPem(at, next));
    assert.deepEqual([crl.thisUpdate, crl.nextUpdate, crl.covers], [at, next, 'all']);
    assert.ok(crl.revoked.has(readCertificate(revoked.certificatePem).serial));
    assert.ok(!crl.revoked.has(readCertificate(other.certificatePem).serial));
    assert.equal(crl.issuerKey, organisations.subjectKey);
  });

  // RFC 5280 §6.3.3
  test('is signed by the authority that it names and by no other', () => {
    const crl = readCrl(authority.crlPem(at, next));
    assert.ok(crlIsSignedBy(crl, organisations));
    assert.ok(!crlIsSignedBy(crl, readCertificate(authority.rootPem)));
    const twin = createAuthority({ name: 'ESSAI', at });
    assert.ok(!crlIsSignedBy(crl, readCertificate(twin.organisationsPem)));
    assert.ok(!crlIsSignedBy(crl, { ...organisations, keyUsage: ['keyCertSign'] }));
  });

  // RFC 5280 §5.1.1.2
  test('is never signed once one bit is changed', () => {
    authority.revoke(authority.issue({ dn }).serial);
    const { der: bytes } = readCrl(authority.crlPem(at, next));
    for (let i = 0; i < bytes.length; i += 1) {
      const changed = Buffer.from(bytes);
      changed[i] = (changed[i] ?? 0) ^ (1 << (i % 8));
      try {
        assert.ok(!crlIsSignedBy(readCrl(changed), organisations), `octet ${i}`);
      } catch (fault) {
        assert.ok(fault instanceof Refusal, `octet ${i}: ${fault}`);
      }
    }
  });

  // RFC 5280 §5.2, RFC 5280 §5.2.5, RFC 5280 §5.3
  test('is refused when it is partial, indirect, without a next update, or has a critical part that we do not know', () => {
    const delta = critical('2.5.29.27', integer('01'));
    const point = (...members: Uint8Array[]): Buffer => critical('2.5.29.28', sequence(...members));
    const yes = Buffer.from([0xff]);
    const entry = sequence(integer('05'), time(at), sequence(critical('2.5.29.29', sequence())));
    for (const list of [
      crlWith([], [delta]),
      crlWith([], [point(taggedPrimitive(4, yes))]),
      crlWith([], [point(taggedPrimitive(3, Buffer.from([6, 0x40])))]),
      crlWith([entry], []),
      crlWith([], [], { hasNextUpdate: false }),
      crlWith([], [], { version: '00' }), // RFC 5280 §5.1.2.1
    ]) {
      assert.throws(() => readCrl(list), { code: 'x509-unsupported' });
    }
    assert.equal(readCrl(crlWith([], [point(taggedPrimitive(1, yes))])).covers, 'leaves');
    assert.equal(readCrl(crlWith([], [point(taggedPrimitive(2, yes))])).covers, 'authorities');
    assert.equal(readCrl(crlWith([], [point()])).covers, 'all');
  });

  test('of 50,000 entries is read in well under a second', () => {
    const key = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    const revoked = Array.from({ length: 50_000 }, (_, i) => ({ serial: `4${i.toString(16).padStart(31, '0')}`, at }));
    const facts = { issuer: 'CN=A', issuerKey: key, number: 1, thisUpdate: at, nextUpdate: next, revoked };
    const bytes = revocationList(facts);
    const started = performance.now();
    assert.equal(readCrl(bytes).revoked.size, 50_000);
    assert.ok(performance.now() - started < 1000);
  });

  test('is measured before it is read: one past the limit is too large', () => {
    assert.throws(() => readCrl(Buffer.alloc(x509Limits.crlBytes, 0x30)), { code: 'x509-malformed' });
    assert.throws(() => readCrl(Buffer.alloc(x509Limits.crlBytes + 1, 0x30)), { code: 'x509-too-large' });
  });
});
