import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import { createAuthority } from '../../../testkit/authority/authority.ts';
import { readCrl } from '../../formats/x509/crl.ts';
import { sortAuthorities } from './authorities.ts';
import { PeerJudge } from './judge-peer.ts';
import { emptySnapshot, type Snapshot, type SnapshotCrl } from './snapshot.ts';

/** Counts how often a revocation list is looked up: what is remembered is not. */
class CountingMap extends Map<string, SnapshotCrl> {
  lookups = 0;

  override get(key: string): SnapshotCrl | undefined {
    this.lookups += 1;
    return super.get(key);
  }
}

test('as many peers as the limit are remembered, and the one used longest ago goes first', () => {
  const at = new Date('2026-11-22T10:00:00Z');
  const authority = createAuthority({ name: 'ESSAI', at });
  const crls = new CountingMap();
  for (const pem of [authority.crlPem(at, at), authority.rootCrlPem(at, at)]) {
    const crl = readCrl(pem);
    crls.set(crl.issuerKey, { fetchedAt: at, crl });
  }
  const snapshot: Snapshot = { ...emptySnapshot, crls };
  const judge = new PeerJudge(sortAuthorities(authority.chainPem), 2);
  const [a, b, c] = ['a', 'b', 'c'].map((name) => {
    const { certificatePem } = authority.issue({ dn: `CN=${name},C=FR` });
    return new X509Certificate(certificatePem).raw;
  });
  assert.ok(a !== undefined && b !== undefined && c !== undefined);
  const isJudgedAnew = (peer: Buffer): boolean => {
    const before = crls.lookups;
    assert.equal(judge.judge(peer, snapshot, at).outcome, 'good');
    return crls.lookups > before;
  };
  assert.deepEqual([a, b, a, b, a].map(isJudgedAnew), [true, true, false, false, false]);
  assert.deepEqual([c, a, b].map(isJudgedAnew), [true, false, true]);
});

test('another revocation list makes every peer judged anew', () => {
  const at = new Date('2026-11-22T10:00:00Z');
  const authority = createAuthority({ name: 'ESSAI', at });
  const listsNow = (): Snapshot => ({
    ...emptySnapshot,
    crls: new Map(
      [authority.crlPem(at, at), authority.rootCrlPem(at, at)].map((pem) => {
        const crl = readCrl(pem);
        return [crl.issuerKey, { fetchedAt: at, crl }];
      }),
    ),
  });
  const judge = new PeerJudge(sortAuthorities(authority.chainPem));
  const issued = authority.issue({ dn: 'CN=a,C=FR' });
  const { raw } = new X509Certificate(issued.certificatePem);
  assert.equal(judge.judge(raw, listsNow(), at).outcome, 'good');
  authority.revoke(issued.serial);
  assert.deepEqual(judge.judge(raw, listsNow(), at), { outcome: 'revoked' });
});
