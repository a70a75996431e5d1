import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { createAuthority } from '../../../testkit/authority/authority.ts';
import { createTrustWorld, type TrustWorld } from '../../../testkit/authority/trust-world.ts';
import { type ListedDomain, signWhiteList, writeWhiteList } from '../../../testkit/authority/white-list.ts';
import { openTestDatabase } from '../../../testkit/database.ts';
import { present } from '../../base/assert.ts';
import { trustLimits } from '../../base/domain-limits.ts';
import { type DomainName, parseDomain } from '../../formats/address/address.ts';
import { canonicalDn, parseDn } from '../../formats/x509/dn.ts';
import type { Db } from '../../platform/db/db.ts';
import { createDataKeys } from '../../platform/keys/data-keys.ts';
import { createKeyRing } from '../../platform/keys/key-ring.ts';
import { newKey, operatorWide } from '../../platform/keys/keys.ts';
import { createAudit } from '../audit/audit.ts';
import { trustTexts } from './texts.ts';
import {
  confirmAlarm,
  describeDomain,
  examineWhiteList,
  findDomainsOf,
  readHeldWhiteList,
  readTrustAlarms,
  refreshCrls,
  refreshWhiteList,
} from './trust.ts';

const dn = 'CN=mss.cabinet.example,OU=318310021300028,O=CABINET,ST=Haute-Garonne (31),C=FR';
const cabinet: ListedDomain = { domain: 'cabinet.mssante.example', dn };
const hourMs = 3_600_000;

function domainName(text: string): DomainName {
  return present(parseDomain(text), 'a test writes a domain that is none');
}

async function open(t: TestContext): Promise<{ world: TrustWorld; db: Db }> {
  const world = await createTrustWorld(t);
  const { database } = await openTestDatabase(t);
  const { db } = database;
  return { world, db };
}

function later(world: TrustWorld, ms: number): void {
  world.moveTo(new Date(world.now().getTime() + ms));
}

async function refusalCode(world: TrustWorld, db: Db): Promise<string> {
  const refresh = await refreshWhiteList(world.deps(db));
  assert.ok(refresh.outcome === 'refused');
  return refresh.code;
}

async function alarms(db: Db): Promise<readonly string[]> {
  return (await readTrustAlarms(db)).map(({ code, level }) => `${level} ${code}`);
}

describe('the refresh of the white list', () => {
  test('puts a signed list in force, then leaves it when nothing changed', async (t) => {
    const { world, db } = await open(t);
    await world.publishList([cabinet, { ...cabinet, dn: dn.replaceAll(',', ', ') }, { ...cabinet, dn: 'CN=b,C=FR' }]);
    const first = await refreshWhiteList(world.deps(db));
    assert.ok(first.outcome === 'accepted');
    assert.equal(first.entryCount, 3);
    const entries = await describeDomain(db, domainName('Cabinet.mssante.example'));
    assert.deepEqual(
      entries.map(({ dnKey }) => dnKey),
      ['c=fr,cn=b', 'c=fr,cn=mss.cabinet.example,o=cabinet,ou=318310021300028,st=haute-garonne (31)'],
    );
    assert.equal(entries[0]?.support, 'support@cabinet.mssante.example');
    assert.deepEqual(await findDomainsOf(db, canonicalDn(parseDn('C=FR, CN=B'))), ['cabinet.mssante.example']);
    later(world, hourMs);
    assert.deepEqual(await refreshWhiteList(world.deps(db)), { outcome: 'unchanged' });
    assert.deepEqual(await alarms(db), []);
    const held = await readHeldWhiteList(db);
    assert.equal(held?.signerName, 'alb.mssante.example');
    assert.equal(held?.domainCount, 1);
    const again = await examineWhiteList(world.deps(db), present(held?.file, 'the file is kept'));
    assert.equal(again.outcome, 'sound');
  });

  test('replaces every entry by those of a newer list', async (t) => {
    const { world, db } = await open(t);
    await world.publishList([cabinet]);
    await refreshWhiteList(world.deps(db));
    later(world, hourMs);
    await world.publishList([{ domain: 'autre.mssante.example', dn }]);
    assert.equal((await refreshWhiteList(world.deps(db))).outcome, 'accepted');
    assert.equal((await describeDomain(db, domainName('cabinet.mssante.example'))).length, 0);
    assert.equal((await describeDomain(db, domainName('autre.mssante.example'))).length, 1);
  });

  test('refuses what is not a sound list newer than the one held, says why, and keeps the one held', async (t) => {
    const { world, db } = await open(t);
    await world.publishList([cabinet]);
    await refreshWhiteList(world.deps(db));
    const before = await readHeldWhiteList(db);
    later(world, hourMs);
    const generatedAt = world.now();
    const { signer, authority } = world;
    const by = { key: signer.keyPem, certificate: signer.certificatePem };
    const good = signWhiteList({ domains: [cabinet], generatedAt, ...by });
    const list = (issued: { keyPem: string; certificatePem: string }, at = generatedAt): string =>
      signWhiteList({ domains: [cabinet], generatedAt: at, key: issued.keyPem, certificate: issued.certificatePem });
    const foreign = createAuthority({ name: 'ETRANGER', at: generatedAt });
    const twin = createAuthority({ name: 'ESSAI', at: generatedAt });
    const name = 'alb.mssante.example';
    const past = new Date(generatedAt.getTime() - 1000);
    const cases: readonly (readonly [string, string])[] = [
      ['white-list-unsigned', writeWhiteList([cabinet], generatedAt)],
      ['white-list-altered', good.replace('cabinet', 'hopital')],
      ['white-list-cut-short', good.slice(0, -40)],
      ['signer-unknown-authority', list(foreign.issueWhiteListSigner({ name }))],
      ['signer-unknown-authority', list(twin.issueWhiteListSigner({ name }))],
      ['signer-expired', list(authority.issueWhiteListSigner({ name, notAfter: past }))],
      [
        'signer-not-yet-valid',
        list(authority.issueWhiteListSigner({ name, notBefore: new Date(generatedAt.getTime() + 1000) })),
      ],
      ['signer-other-name', list(authority.issue({ dn, keyType: 'rsa' }))],
      ['white-list-not-newer', list(signer, before?.generatedAt).replace('?><', '?>\n<')],
      ['white-list-not-newer', list(signer, new Date(generatedAt.getTime() - 2 * hourMs))],
      ['white-list-from-future', list(signer, new Date(generatedAt.getTime() + trustLimits.clockSkewMs + 1000))],
      ['white-list-empty', signWhiteList({ domains: [], generatedAt, ...by })],
    ];
    for (const [code, file] of cases) {
      await world.publishRaw('white-list.xml', file);
      assert.equal(await refusalCode(world, db), code);
      assert.deepEqual(await alarms(db), ['alert white-list-refused'], code);
      assert.doesNotMatch(trustTexts.refusal(code), /n’est pas recevable/, `${code} has a sentence`);
    }
    assert.deepEqual(await readHeldWhiteList(db), before);
    // A list within the skew of clocks is taken, and ends the alarm.
    await world.publishRaw('white-list.xml', list(signer, new Date(generatedAt.getTime() + trustLimits.clockSkewMs)));
    assert.equal((await refreshWhiteList(world.deps(db))).outcome, 'accepted');
    assert.deepEqual(await alarms(db), []);
  });

  test('judges the signer at the date of generation, not today', async (t) => {
    const { world, db } = await open(t);
    const notAfter = new Date(world.now().getTime() + hourMs);
    const signer = world.authority.issueWhiteListSigner({ name: 'alb.mssante.example', notAfter });
    await world.publishList([cabinet], { signer });
    later(world, 24 * hourMs);
    assert.equal((await refreshWhiteList(world.deps(db))).outcome, 'accepted');
  });

  test('takes a rotation of the signer, and says so until a person confirms it', async (t) => {
    const { world, db } = await open(t);
    await world.publishList([cabinet]);
    await refreshWhiteList(world.deps(db));
    later(world, hourMs);
    const signer = world.authority.issueWhiteListSigner({ name: 'ALB.mssante.example' });
    await world.publishList([cabinet], { signer });
    assert.equal((await refreshWhiteList(world.deps(db))).outcome, 'accepted');
    later(world, hourMs);
    await world.publishList([cabinet], { signer });
    assert.equal((await refreshWhiteList(world.deps(db))).outcome, 'accepted');
    const [alarm] = await readTrustAlarms(db);
    assert.ok(alarm !== undefined);
    assert.equal(alarm.code, 'white-list-signer-changed');
    assert.match(trustTexts.alarm(alarm.code, alarm.facts, alarm.subject), /autre clé \(« ALB\.mssante\.example »/);
    const deps = world.deps(db);
    const dataKeys = createDataKeys({ ring: createKeyRing([newKey()]), clock: deps.clock });
    const audit = createAudit({ db, dataKeys, clock: deps.clock });
    const person = { actor: { kind: 'administrator', login: 'root' }, reason: 'administration' } as const;
    assert.equal(await audit.act(person, (act) => confirmAlarm(act, deps, alarm)), true);
    assert.deepEqual(await alarms(db), []);
    const [event] = await audit.list(db, { tenantId: operatorWide, limit: 10 });
    assert.equal(event?.kind, 'alarm.confirmed');
    assert.deepEqual(event.facts, { code: 'white-list-signer-changed', subject: '' });
    const again = await audit.act({ ...person, silent: 'when-nothing-changed' }, (act) =>
      confirmAlarm(act, deps, alarm),
    );
    assert.equal(again, false);
  });

  test('refuses a signer of another name under the same authority, names it, and takes it once it is configured', async (t) => {
    const { world, db } = await open(t);
    const signer = world.authority.issueWhiteListSigner({ name: 'alb2.mssante.example' });
    await world.publishList([cabinet], { signer });
    assert.equal(await refusalCode(world, db), 'signer-other-name');
    const alarm = (await readTrustAlarms(db)).find(({ code }) => code === 'white-list-refused');
    assert.ok(alarm !== undefined);
    assert.match(trustTexts.alarm(alarm.code, alarm.facts, alarm.subject), /« alb2\.mssante\.example »/);
    const names = { signerNames: [...world.config.whiteList.signerNames, 'alb2.mssante.example'] };
    const config = { ...world.config, whiteList: { ...world.config.whiteList, ...names } };
    assert.equal((await refreshWhiteList({ ...world.deps(db), config })).outcome, 'accepted');
    assert.deepEqual(await alarms(db), []);
  });

  test('refuses a signer that is revoked, by the list held', async (t) => {
    const { world, db } = await open(t);
    world.authority.revoke(world.signer.serial);
    await world.publishCrls();
    await refreshCrls(world.deps(db));
    await world.publishList([cabinet]);
    assert.equal(await refusalCode(world, db), 'signer-revoked');
    assert.deepEqual(await alarms(db), ['alert white-list-refused', 'alert white-list-absent']);
  });

  test('refuses a list that lost more than the allowed share of its domains, unless a person accepts it', async (t) => {
    const { world, db } = await open(t);
    const ten = Array.from({ length: 10 }, (_, i) => ({ domain: `d${i}.mssante.example`, dn }));
    await world.publishList(ten);
    await refreshWhiteList(world.deps(db));
    later(world, hourMs);
    await world.publishList(ten.slice(0, 7));
    assert.equal(await refusalCode(world, db), 'white-list-shrunk');
    await world.publishList(ten.slice(0, 8));
    assert.equal((await refreshWhiteList(world.deps(db))).outcome, 'accepted');
    later(world, hourMs);
    await world.publishList(ten.slice(0, 1));
    assert.equal((await refreshWhiteList(world.deps(db), { acceptShrink: true })).outcome, 'accepted');
  });

  test('says that entries cannot be read, until they can', async (t) => {
    const { world, db } = await open(t);
    await world.publishList([cabinet, { domain: 'x.mssante.example', dn: 'rien' }]);
    await refreshWhiteList(world.deps(db));
    assert.deepEqual(await alarms(db), ['warning white-list-unreadable-entries']);
    later(world, hourMs);
    await world.publishList([cabinet]);
    await refreshWhiteList(world.deps(db));
    assert.deepEqual(await alarms(db), []);
  });

  test('warns, then alerts, of a list that ages or that nobody confirms, and logs each change once', async (t) => {
    const { world, db } = await open(t);
    assert.equal((await refreshWhiteList(world.deps(db))).outcome, 'unavailable');
    assert.deepEqual(await alarms(db), ['alert white-list-absent']);
    await world.publishList([cabinet]);
    await refreshWhiteList(world.deps(db));
    const start = world.now().getTime();
    const days = async (count: number): Promise<readonly string[]> => {
      world.moveTo(new Date(start + count * 24 * hourMs + 1));
      await refreshWhiteList(world.deps(db));
      return (await alarms(db)).toSorted();
    };
    assert.deepEqual(await days(0), []);
    assert.deepEqual(await days(7), ['warning white-list-age']);
    assert.deepEqual(await days(30), ['alert white-list-age']);
    await days(30);
    assert.equal(world.logged.filter(({ event }) => event === 'trust.white-list-age').length, 2);
    const unreachable = { source: '/nowhere/white-list.xml' };
    const config = { ...world.config, whiteList: { ...world.config.whiteList, ...unreachable } };
    assert.deepEqual(await refreshWhiteList({ ...world.deps(db), config }), {
      outcome: 'unavailable',
      code: 'file-unreadable',
    });
    assert.deepEqual((await alarms(db)).toSorted(), ['alert white-list-age', 'alert white-list-unconfirmed']);
  });

  test('is safe when two processes refresh together', async (t) => {
    const { world, db } = await open(t);
    await world.publishList([cabinet]);
    const outcomes = await Promise.all([refreshWhiteList(world.deps(db)), refreshWhiteList(world.deps(db))]);
    assert.deepEqual(outcomes.map(({ outcome }) => outcome).toSorted(), ['accepted', 'unchanged']);
  });
});

describe('the refresh of revocation lists', () => {
  test('keeps the last valid list of each authority', async (t) => {
    const { world, db } = await open(t);
    assert.deepEqual(
      (await refreshCrls(world.deps(db))).map(({ outcome }) => outcome),
      ['unavailable', 'unavailable'],
    );
    assert.deepEqual(await alarms(db), ['alert crl-absent', 'alert crl-absent']);
    await world.publishCrls();
    assert.deepEqual(
      (await refreshCrls(world.deps(db))).map(({ outcome }) => outcome),
      ['accepted', 'accepted'],
    );
    assert.deepEqual(await alarms(db), []);
    assert.deepEqual(
      (await refreshCrls(world.deps(db))).map(({ outcome }) => outcome),
      ['unchanged', 'unchanged'],
    );
    const foreign = createAuthority({ name: 'ESSAI', at: world.now() });
    const dates = [world.now(), new Date(world.now().getTime() + hourMs)] as const;
    const refused: readonly (readonly [string, string])[] = [
      ['crl-unknown-authority', foreign.crlPem(...dates)],
      ['x509-malformed', 'rien'],
      ['crl-not-newer', world.authority.crlPem(new Date(dates[0].getTime() - 1000), dates[1])],
    ];
    for (const [code, crl] of refused) {
      await world.publishRaw('organisations.crl', crl);
      const [refresh] = await refreshCrls(world.deps(db));
      assert.ok(refresh?.outcome === 'refused');
      assert.equal(refresh.code, code);
      assert.deepEqual(await alarms(db), ['alert crl-refused']);
      assert.doesNotMatch(trustTexts.refusal(code), /n’est pas recevable/, `${code} has a sentence`);
    }
    await world.publishCrls();
    await refreshCrls(world.deps(db));
    assert.deepEqual(await alarms(db), []);
  });

  test('warns before a list ends, and alerts after', async (t) => {
    const { world, db } = await open(t);
    await world.publishCrls();
    await refreshCrls(world.deps(db));
    const end = world.now().getTime() + 7 * 24 * hourMs;
    world.moveTo(new Date(end - 24 * hourMs));
    await refreshCrls(world.deps(db));
    assert.deepEqual(await alarms(db), ['warning crl-age', 'warning crl-age']);
    world.moveTo(new Date(end + 1));
    await refreshCrls(world.deps(db));
    assert.deepEqual(await alarms(db), ['alert crl-age', 'alert crl-age']);
  });
});
