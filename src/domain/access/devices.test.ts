import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { sql } from 'kysely';
import { openFoundation } from '../../../testkit/foundation.ts';
import { accessLimits } from '../../base/domain-limits.ts';
import { newId, type Uuid } from '../../base/ids.ts';
import { Secret } from '../../base/secret.ts';
import type { PersonRef, Role } from './access.ts';

const system = { actor: { kind: 'system', task: 'test' }, reason: 'test' } as const;
const world = await openFoundation({ after });
const { access, audit, ownerDb } = world;
const { db } = world.database;
const now = (): Date => new Date();
const later = (at: Date, ms: number): Date => new Date(at.getTime() + ms);
let made = 0;

async function person(role: Role = 'holder'): Promise<PersonRef> {
  made += 1;
  const login = `device.${made}`;
  return audit.act(system, async (act) => {
    const tenantId = await access.createTenant(act, { kind: 'practice', name: 'Cabinet' });
    const who = await access.createPerson(act, { tenantId, login, name: 'Dr', rpps: null, title: 'Médecin', role });
    await access.setPassword(act, who, new Secret('un mot de passe long'));
    return who;
  });
}

const as = ({ personId }: PersonRef) =>
  ({ actor: { kind: 'person', personId }, reason: 'test', silent: 'when-nothing-changed' }) as const;
const declare = (who: PersonRef, name = 'Portable de visite') =>
  audit.act(as(who), (act) => access.declareDevice(act, { person: who, name }));
const contact = (who: PersonRef, deviceId: Uuid) =>
  audit.act(as(who), (act) => access.contactDevice(act, { person: who, deviceId }));
const isDeclared = (who: PersonRef, { deviceId, token }: { deviceId: Uuid; token: Secret }, at = now()) =>
  access.isDeviceDeclared(db, { tenantId: who.tenantId, deviceId, token, at });
const lastHeard = (deviceId: Uuid, at: Date) =>
  sql`update access.device set last_contact_at = ${at} where id = ${deviceId}`.execute(ownerDb);

describe('a device', () => {
  test('gets its half of the key again at each contact, the same one', async () => {
    const who = await person();
    const { deviceId, secret } = await declare(who);
    assert.equal((await contact(who, deviceId))?.revealText(), secret.revealText());
    const [listed, ...others] = await access.listDevices(db, who, now());
    assert.deepEqual([listed?.name, others.length], ['Portable de visite', 0]);
  });

  test('gets it until the last instant of a week without contact and not beyond; then it is gone', async () => {
    const who = await person();
    const one = await declare(who);
    const { deviceId } = one;
    await lastHeard(deviceId, later(now(), 60_000 - accessLimits.deviceContactMs));
    assert.ok(await contact(who, deviceId));
    const heard = now();
    await lastHeard(deviceId, heard);
    const last = later(heard, accessLimits.deviceContactMs - 1);
    const over = later(heard, accessLimits.deviceContactMs);
    assert.deepEqual([await isDeclared(who, one, last), await isDeclared(who, one, over)], [true, false]);
    assert.equal((await access.listDevices(db, who, last)).length, 1);
    assert.equal((await access.listDevices(db, who, over)).length, 0);
    await lastHeard(deviceId, later(now(), -accessLimits.deviceContactMs));
    assert.equal(await contact(who, deviceId), undefined);
    const { rows } = await sql`select from access.device where id = ${deviceId}`.execute(ownerDb);
    assert.equal(rows.length, 0);
  });

  test('is its person’s alone', async () => {
    const [who, other] = [await person(), await person()];
    const { deviceId } = await declare(who);
    assert.equal(await contact(other, deviceId), undefined);
    assert.equal(await audit.act(as(other), (act) => access.removeDevice(act, { person: other, deviceId })), false);
    assert.deepEqual(await access.listDevices(db, other, now()), []);
    const refused = { code: 'not-permitted' };
    await assert.rejects(
      audit.act(as(other), (act) => access.contactDevice(act, { person: who, deviceId })),
      refused,
    );
    await assert.rejects(
      audit.act(as(other), (act) => access.removeDevice(act, { person: who, deviceId })),
      refused,
    );
    await assert.rejects(
      audit.act(as(other), (act) => access.declareDevice(act, { person: who, name: 'x' })),
      refused,
    );
    assert.ok(await contact(who, deviceId));
  });

  test('tells its standing to who holds its token', async () => {
    const [who, other] = [await person(), await person()];
    const [one, two] = [await declare(who), await declare(who)];
    assert.equal(await isDeclared(who, one), true);
    assert.equal(await isDeclared(who, { ...one, token: two.token }), false);
    assert.equal(await isDeclared(other, one), false);
    assert.equal(await isDeclared(who, { deviceId: newId<Uuid>(now()), token: one.token }), false);
  });

  test('ends with a new password, with its person, with the practice’s leave, and when it is taken back', async () => {
    const ends: readonly ((who: PersonRef, deviceId: Uuid) => Promise<unknown>)[] = [
      (who) => audit.act(system, (act) => access.setPassword(act, who, new Secret('un autre mot de passe'))),
      (who) => audit.act(system, (act) => access.disablePerson(act, who)),
      (who) => audit.act(as(who), (act) => access.changePractice(act, who.tenantId, { isOfflineAllowed: false })),
      (who, deviceId) => audit.act(as(who), (act) => access.removeDevice(act, { person: who, deviceId })),
    ];
    for (const end of ends) {
      const [who, other] = [await person(), await person()];
      const [one, others] = [await declare(who), await declare(other)];
      await end(who, one.deviceId);
      assert.equal(await isDeclared(who, one), false);
      const { rows } = await sql`select from access.device where id = ${one.deviceId}`.execute(ownerDb);
      assert.equal(rows.length, 0);
      assert.equal(await isDeclared(other, others), true);
    }
  });

  test('is not declared, nor given anything, where the practice does not allow it', async () => {
    const who = await person();
    const { deviceId } = await declare(who);
    await sql`update access.tenant set is_offline_allowed = false where tenant_id = ${who.tenantId}`.execute(ownerDb);
    await assert.rejects(declare(who), { code: 'offline-not-allowed' });
    await assert.rejects(contact(who, deviceId), { code: 'offline-not-allowed' });
  });

  test('is one of ten at most; those that were not heard of for a week make room', async () => {
    const who = await person();
    const first = await declare(who);
    for (let count = 1; count < accessLimits.devicesPerPerson; count += 1) await declare(who);
    await assert.rejects(declare(who), { code: 'too-many-devices' });
    await lastHeard(first.deviceId, later(now(), -accessLimits.deviceContactMs));
    await declare(who);
  });

  test('lies in the database without its name, its half of the key and its token', async () => {
    const who = await person();
    const { deviceId, secret, token } = await declare(who, 'Portable secret');
    const { rows } = await sql<{ row: string }>`
      select encode(sealed, 'escape') || encode(token_hash, 'escape') as row from access.device where id = ${deviceId}`.execute(
      ownerDb,
    );
    for (const word of ['Portable', secret.revealText(), token.revealText()]) assert.ok(!rows[0]?.row.includes(word));
  });
});

describe('a password that is asked for once more', () => {
  test('is its person’s, and slows who guesses it, at the same count as at the door', async () => {
    const who = await person();
    const at = now();
    const attempt = (password: string) =>
      access.confirmPassword(db, { person: who, password: new Secret(password), remoteAddress: '192.0.2.1', at });
    for (let count = 1; count < accessLimits.failuresPerWindow; count += 1) {
      assert.equal((await attempt('faux')).kind, 'refused');
    }
    assert.equal((await attempt('un mot de passe long')).kind, 'accepted', 'and forgives the failures');
    for (let count = 0; count < accessLimits.failuresPerWindow; count += 1) {
      assert.equal((await attempt('faux')).kind, 'refused');
    }
    assert.equal((await attempt('un mot de passe long')).kind, 'slowed');
  });
});
