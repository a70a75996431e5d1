import assert from 'node:assert/strict';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { describe, test } from 'node:test';
import { createAuthority } from '../../../testkit/authority/authority.ts';
import { type CertificateFacts, certificate } from '../../../testkit/authority/sign.ts';
import { Refusal } from '../../base/errors.ts';
import { x509Limits } from '../../base/limits.ts';
import { type Certificate, readCertificate, readCertificates } from './certificate.ts';
import { type ChainQuestion, purposes, validateChain } from './chain.ts';

const at = new Date('2026-11-22T10:00:00Z');
const dn = 'CN=mss.cabinet.example,OU=318310021300028,O=CABINET,ST=Haute-Garonne (31),C=FR';
const authority = createAuthority({ name: 'ESSAI', at });
const root = readCertificate(authority.rootPem);
const organisations = readCertificate(authority.organisationsPem);
const tls = [purposes.serverAuth, purposes.clientAuth];

function judge(leaf: Certificate, question: Partial<ChainQuestion> = {}): string {
  return validateChain({ leaf, intermediates: [organisations], anchors: [root], at, ...question }).outcome;
}

function issued(options: { notBefore?: Date; notAfter?: Date; keyType?: 'ec' | 'rsa' } = {}): Certificate {
  return readCertificate(authority.issue({ dn, ...options }).certificatePem);
}

const ec = (): KeyObject => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;

/** A certificate of an own little hierarchy, where everything can be wrong. */
function made(
  facts: Partial<CertificateFacts> & Pick<CertificateFacts, 'key' | 'issuerKey' | 'subject' | 'issuer'>,
): Certificate {
  const dates = { notBefore: new Date(at.getTime() - 1000), notAfter: new Date(at.getTime() + 1000) };
  return readCertificate(certificate({ serial: '01', role: 'tls', ...dates, ...facts }));
}

describe('the path of a certificate', () => {
  // RFC 5280 §6.1.3
  test('leads to the configured root, leaf first', () => {
    const leaf = issued();
    const outcome = validateChain({ leaf, intermediates: [root, organisations], anchors: [root], at, purposes: tls });
    assert.ok(outcome.outcome === 'ok');
    assert.deepEqual(
      outcome.path.map(({ fingerprint }) => fingerprint),
      [leaf, organisations, root].map(({ fingerprint }) => fingerprint),
    );
  });

  test('leads to an authority pinned below its root', () => {
    assert.equal(judge(issued(), { intermediates: [], anchors: [organisations] }), 'ok');
  });

  // RFC 8017 §8.2, and RFC 5758 §3.2 for the authorities above
  test('is found for an RSA key too', () => {
    assert.equal(judge(issued({ keyType: 'rsa' })), 'ok');
  });

  test('holds at both ends of the validity, and no longer', () => {
    const leaf = issued();
    const { notBefore, notAfter } = leaf;
    assert.equal(judge(leaf, { at: notBefore }), 'ok');
    assert.equal(judge(leaf, { at: notAfter }), 'ok');
    assert.equal(judge(leaf, { at: new Date(notBefore.getTime() - 1) }), 'not-yet-valid');
    assert.equal(judge(leaf, { at: new Date(notAfter.getTime() + 1) }), 'expired');
  });

  test('does not exist without the intermediate authority, or under another root', () => {
    assert.equal(judge(issued(), { intermediates: [] }), 'unknown-authority');
    const other = createAuthority({ name: 'ETRANGER', at });
    assert.equal(judge(readCertificate(other.issue({ dn }).certificatePem)), 'unknown-authority');
    assert.equal(judge(issued(), { anchors: [readCertificate(other.rootPem)] }), 'unknown-authority');
  });

  test('does not exist under an authority of the same name with another key', () => {
    const twin = createAuthority({ name: 'ESSAI', at });
    const leaf = readCertificate(twin.issue({ dn }).certificatePem);
    assert.equal(judge(leaf), 'unknown-authority'); // RFC 5280 §4.2.1.1: told apart by the key identifiers
    assert.equal(judge({ ...leaf, authorityKeyId: undefined }), 'bad-signature');
  });

  // RFC 5280 §6.1.4
  test('does not go through a certificate that is no authority', () => {
    const key = ec();
    const middle = made({ subject: dn, issuer: 'CN=R', key, issuerKey: ec() });
    const leaf = made({ subject: 'CN=x', issuer: dn, key: ec(), issuerKey: key });
    assert.equal(judge(leaf, { intermediates: [], anchors: [middle] }), 'not-a-ca');
  });

  test('is no longer than each authority allows', () => {
    const keys = [ec(), ec(), ec()] as const;
    const facts = { role: 'authority' } as const;
    const top = made({ ...facts, subject: 'CN=1', issuer: 'CN=1', key: keys[0], issuerKey: keys[0], pathLength: 0 });
    const middle = made({ ...facts, subject: 'CN=2', issuer: 'CN=1', key: keys[1], issuerKey: keys[0] });
    const leaf = made({ subject: 'CN=3', issuer: 'CN=2', key: keys[2], issuerKey: keys[1] });
    assert.equal(judge(leaf, { intermediates: [middle], anchors: [top] }), 'path-too-long');
    const direct = made({ subject: 'CN=3', issuer: 'CN=1', key: keys[2], issuerKey: keys[0] });
    assert.equal(judge(direct, { intermediates: [], anchors: [top] }), 'ok');
  });

  test('has at most the limit of certificates, and is refused one past it', () => {
    const keys = Array.from({ length: x509Limits.pathLength + 1 }, ec);
    const all = keys.map((key, i) => {
      const issuer = Math.max(0, i - 1);
      const role = i === keys.length - 1 || i === keys.length - 2 ? 'tls' : 'authority';
      return made({ role, subject: `CN=${i}`, issuer: `CN=${issuer}`, key, issuerKey: keys[issuer] ?? key });
    });
    const [top, ...rest] = all;
    const tooFar = rest.at(-1);
    const within = rest.at(-2);
    assert.ok(top !== undefined && tooFar !== undefined && within !== undefined);
    assert.equal(judge(within, { intermediates: rest, anchors: [top] }), 'ok');
    assert.equal(judge(tooFar, { intermediates: rest, anchors: [top] }), 'path-too-long');
  });

  test('ends in a bounded number of checks for a bundle of authorities that sign each other', () => {
    const key = ec();
    const facts = { role: 'authority', key, issuerKey: key, subject: 'CN=A', issuer: 'CN=A' } as const;
    const bundle = Array.from({ length: 16 }, (_, i) => made({ ...facts, serial: (i + 1).toString(16) }));
    const leaf = made({ subject: 'CN=x', issuer: 'CN=A', key: ec(), issuerKey: key });
    const started = performance.now();
    assert.notEqual(judge(leaf, { intermediates: bundle }), 'ok');
    assert.ok(performance.now() - started < 1000);
  });

  // RFC 5280 §4.2.1.12
  test('is refused to a certificate made for something else', () => {
    const signer = readCertificate(authority.issueWhiteListSigner({ name: 'alb' }).certificatePem);
    assert.equal(judge(signer, { purposes: tls }), 'wrong-usage');
    assert.equal(judge(signer, { purposes: [purposes.emailProtection] }), 'ok');
    assert.equal(judge(organisations, { intermediates: [] }), 'wrong-usage');
  });

  test('is refused to a weak key', () => {
    const key = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey;
    const caKey = ec();
    const top = made({ role: 'authority', subject: 'CN=1', issuer: 'CN=1', key: caKey, issuerKey: caKey });
    const leaf = made({ subject: 'CN=2', issuer: 'CN=1', key, issuerKey: caKey });
    assert.equal(judge(leaf, { intermediates: [], anchors: [top] }), 'weak-key');
  });

  // RFC 5280 §4.2
  test('is refused to a certificate with a critical extension that we do not process', () => {
    assert.equal(judge({ ...issued(), unknownCritical: ['2.5.29.30'] }), 'unsupported-extension');
  });

  test('is never found for a certificate with one bit changed', () => {
    for (const keyType of ['ec', 'rsa'] as const) {
      const { der } = issued({ keyType });
      for (let i = 0; i < der.length; i += 1) {
        const changed = Buffer.from(der);
        changed[i] = (changed[i] ?? 0) ^ (1 << (i % 8));
        try {
          assert.notEqual(judge(readCertificate(changed)), 'ok', `octet ${i}`);
        } catch (fault) {
          assert.ok(fault instanceof Refusal, `octet ${i}: ${fault}`);
        }
      }
    }
  });
});

// RFC 7468 §2
test('a bundle of certificates is read in order', () => {
  const bundle = `texte avant\n${authority.chainPem}`;
  assert.deepEqual(
    readCertificates(bundle).map(({ fingerprint }) => fingerprint),
    [organisations.fingerprint, root.fingerprint],
  );
});
