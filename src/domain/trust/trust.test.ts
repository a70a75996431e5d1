import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { describe, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createAuthority } from '../../../testkit/authority/authority.ts';
import { createTrustWorld, type TrustWorld } from '../../../testkit/authority/trust-world.ts';
import { openTestDatabase } from '../../../testkit/database.ts';
import { present } from '../../base/assert.ts';
import { silentLog } from '../../base/log.ts';
import { type DomainName, parseDomain } from '../../formats/address/address.ts';
import { canonicalDn, parseDn } from '../../formats/x509/dn.ts';
import type { Database } from '../../platform/db/db.ts';
import {
  hasTestAuthority,
  isPassing,
  openTrust,
  readAuthorities,
  refreshCrls,
  refreshWhiteList,
  type Trust,
} from './trust.ts';

const dn = 'CN=mss.cabinet.example,OU=318310021300028,O=CABINET,ST=Haute-Garonne (31),C=FR';
const other = dn.replaceAll('cabinet', 'hopital').replace('CABINET', 'HOPITAL');
const hourMs = 3_600_000;

function domainName(text: string): DomainName {
  return present(parseDomain(text), 'a test writes a domain that is none');
}
const cabinet = domainName('cabinet.mssante.example');
const hopital = domainName('hopital.mssante.example');

function raw(issued: { certificatePem: string }): Buffer {
  return new X509Certificate(issued.certificatePem).raw;
}

interface Opened {
  readonly world: TrustWorld;
  readonly database: Database;
  readonly trust: Trust;
}

/** Two operators listed, revocation lists held. */
async function open(t: TestContext, options: { hasList?: boolean; hasCrls?: boolean } = {}): Promise<Opened> {
  const { hasList = true, hasCrls = true } = options;
  const world = await createTrustWorld(t);
  const { database } = await openTestDatabase(t);
  if (hasCrls) {
    await world.publishCrls();
    await refreshCrls(world.deps(database.db));
  }
  if (hasList) {
    await world.publishList([
      { domain: cabinet, dn },
      { domain: hopital, dn: other.split(',').reverse().join(', ') },
    ]);
    await refreshWhiteList(world.deps(database.db));
  }
  const { authorities } = world.config;
  const trust = await openTrust({ database, log: silentLog, authorities });
  t.after(() => trust.stop());
  return { world, database, trust };
}

describe('a peer', () => {
  test('is trusted for the domains that the white list gives its certificate, and for no other', async (t) => {
    const { world, trust } = await open(t);
    const one = raw(world.authority.issue({ dn }));
    const two = raw(world.authority.issue({ dn: other }));
    const at = world.now();
    const verdict = (certificate: Buffer, domain?: DomainName): string =>
      trust.verifyPeer({ certificate, ...(domain === undefined ? {} : { domain }) }, at).outcome;
    assert.equal(verdict(one, cabinet), 'trusted');
    assert.equal(verdict(one), 'trusted');
    assert.equal(verdict(one, hopital), 'not-listed');
    assert.equal(verdict(two, hopital), 'trusted');
    assert.equal(verdict(two, domainName('absent.mssante.example')), 'not-listed');
    const outsider = raw(world.authority.issue({ dn: dn.replace('mss.cabinet', 'mss.ailleurs') }));
    assert.equal(verdict(outsider), 'not-listed');
    const outcome = trust.verifyPeer({ certificate: one, domain: cabinet }, at);
    assert.ok(outcome.outcome === 'trusted');
    assert.deepEqual(outcome.operator, { dn, dnKey: canonicalDn(parseDn(dn)) });
  });

  // ANS-REF2 ECO.1.1.5, ANS-REF2 ECO.1.1.10
  test('is not trusted without a certificate, with one out of date, unreadable, of another authority or usage', async (t) => {
    const { world, trust } = await open(t);
    const at = world.now();
    const { authority } = world;
    const past = new Date(at.getTime() - 1000);
    const foreign = createAuthority({ name: 'ESSAI', at });
    const cases: readonly (readonly [string, Uint8Array | undefined])[] = [
      ['none', undefined],
      ['unreadable', Buffer.from('rien')],
      ['expired', raw(authority.issue({ dn, notAfter: past }))],
      ['not-yet-valid', raw(authority.issue({ dn, notBefore: new Date(at.getTime() + 1000) }))],
      ['unknown-authority', raw(foreign.issue({ dn }))],
      ['wrong-usage', raw(authority.issue({ dn, role: 'white-list-signer' }))],
      ['wrong-usage', new X509Certificate(authority.organisationsPem).raw],
    ];
    for (const [fault, certificate] of cases) {
      assert.deepEqual(trust.verifyPeer({ certificate, domain: cabinet }, at), { outcome: 'untrusted', fault });
    }
  });

  // ANS-REF2 ECO.1.1.6
  test('is not trusted once its certificate is revoked, even if it was a moment ago', async (t) => {
    const { world, database, trust } = await open(t);
    const issued = world.authority.issue({ dn });
    const certificate = raw(issued);
    assert.equal(trust.verifyPeer({ certificate, domain: cabinet }, world.now()).outcome, 'trusted');
    world.authority.revoke(issued.serial);
    world.moveTo(new Date(world.now().getTime() + hourMs));
    await world.publishCrls();
    await refreshCrls(world.deps(database.db));
    await trust.reload();
    assert.equal(trust.verifyPeer({ certificate, domain: cabinet }, world.now()).outcome, 'revoked');
    const renewed = raw(world.authority.issue({ dn }));
    assert.equal(trust.verifyPeer({ certificate: renewed, domain: cabinet }, world.now()).outcome, 'trusted');
  });

  // ANS-REF2 ECO.1.1.7
  test('waits when the revocation list is absent or has ended, whoever it was before', async (t) => {
    const { world, database, trust } = await open(t, { hasCrls: false });
    const certificate = raw(world.authority.issue({ dn }));
    const verdict = (): string => {
      const outcome = trust.verifyPeer({ certificate, domain: cabinet }, world.now());
      assert.equal(isPassing(outcome), outcome.outcome === 'crl-unavailable');
      return outcome.outcome;
    };
    assert.equal(verdict(), 'crl-unavailable');
    const dates = [world.now(), new Date(world.now().getTime() + hourMs)] as const;
    await world.publishRaw('organisations.crl', world.authority.crlPem(...dates));
    await refreshCrls(world.deps(database.db));
    await trust.reload();
    assert.equal(verdict(), 'crl-unavailable', 'the authority itself could be revoked');
    await world.publishCrls({ nextUpdate: dates[1] });
    await refreshCrls(world.deps(database.db));
    await trust.reload();
    assert.equal(verdict(), 'trusted');
    world.moveTo(dates[1]);
    assert.equal(verdict(), 'trusted');
    world.moveTo(new Date(dates[1].getTime() + 1));
    assert.equal(verdict(), 'crl-unavailable');
  });

  test('is not remembered beyond the end of its certificate', async (t) => {
    const { world, trust } = await open(t);
    const notAfter = new Date(world.now().getTime() + hourMs);
    const certificate = raw(world.authority.issue({ dn, notAfter }));
    assert.equal(trust.verifyPeer({ certificate }, world.now()).outcome, 'trusted');
    assert.equal(trust.verifyPeer({ certificate }, notAfter).outcome, 'trusted');
    const after = new Date(notAfter.getTime() + 1);
    assert.deepEqual(trust.verifyPeer({ certificate }, after), { outcome: 'untrusted', fault: 'expired' });
  });

  test('waits while no white list has come yet', async (t) => {
    const { world, trust } = await open(t, { hasList: false });
    const outcome = trust.verifyPeer({ certificate: raw(world.authority.issue({ dn })), domain: cabinet }, world.now());
    assert.deepEqual(outcome, { outcome: 'white-list-unavailable' });
    assert.ok(isPassing(outcome));
    assert.equal(trust.whiteList(), undefined);
    assert.equal(trust.isInTrustSpace(cabinet), false);
  });

  test('is verified again in microseconds', async (t) => {
    const { world, trust } = await open(t);
    const certificate = raw(world.authority.issue({ dn }));
    const at = world.now();
    trust.verifyPeer({ certificate, domain: cabinet }, at);
    const rounds = 2000;
    const started = performance.now();
    for (let i = 0; i < rounds; i += 1) trust.verifyPeer({ certificate, domain: cabinet }, at);
    const microseconds = ((performance.now() - started) * 1000) / rounds;
    t.diagnostic(`${microseconds.toFixed(1)} µs`);
    assert.ok(microseconds < 100);
  });
});

describe('the trust space in memory', () => {
  test('answers for a domain in any case, and for no other', async (t) => {
    const { trust } = await open(t);
    assert.ok(trust.isInTrustSpace(domainName('CABINET.mssante.example')));
    assert.ok(!trust.isInTrustSpace(domainName('gmail.com')));
    assert.deepEqual(
      trust.lookup(cabinet).map((operator) => operator.dn),
      [dn],
    );
    assert.deepEqual(trust.lookup(domainName('gmail.com')), []);
    const key = canonicalDn(parseDn(other));
    assert.ok(trust.isOperatorOf(key, hopital));
    assert.ok(!trust.isOperatorOf(key, cabinet));
  });

  test('follows what another process puts in force', async (t) => {
    const { world, database, trust } = await open(t);
    const before = trust.whiteList();
    world.moveTo(new Date(world.now().getTime() + hourMs));
    const added = domainName('nouveau.mssante.example');
    await world.publishList([cabinet, hopital, added].map((domain) => ({ domain, dn })));
    await refreshWhiteList(world.deps(database.db));
    for (let i = 0; i < 200 && !trust.isInTrustSpace(added); i += 1) await sleep(10);
    assert.ok(trust.isInTrustSpace(added));
    assert.ok(present(trust.whiteList(), 'a list is held').edition > present(before, 'a list was held').edition);
  });
});

describe('the configured authorities', () => {
  const authority = createAuthority({ name: 'ESSAI', at: new Date('2026-11-22T10:00:00Z') });

  test('are sorted into anchors and issuers', () => {
    const both = readAuthorities(authority.chainPem);
    assert.deepEqual([both.anchors.length, both.issuers.length], [1, 1]);
    const pinned = readAuthorities(authority.organisationsPem);
    assert.deepEqual([pinned.anchors.length, pinned.issuers.length], [1, 0]);
  });

  test('are refused when there is none, or when one is no authority', () => {
    assert.throws(() => readAuthorities(''), { code: 'no-authority' });
    const leaf = authority.issue({ dn }).certificatePem;
    assert.throws(() => readAuthorities(authority.rootPem + leaf), { code: 'not-an-authority' });
  });

  test('are known when they belong to tests', () => {
    assert.ok(hasTestAuthority(readAuthorities(authority.chainPem)));
    assert.ok(hasTestAuthority(readAuthorities(authority.organisationsPem)));
  });
});
