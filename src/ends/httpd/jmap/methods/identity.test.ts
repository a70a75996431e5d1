import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { sql } from 'kysely';
import { type Doctor, SendingWorld } from '../../../../../testkit/sending-world.ts';
import { mailLimits } from '../../../../base/domain-limits.ts';
import { newId } from '../../../../base/ids.ts';
import type { JsonObject } from '../method.ts';

async function open(t: Parameters<typeof SendingWorld.open>[0]) {
  const scene = await SendingWorld.open(t);
  const [anne, marc] = [await scene.cabinet.createDoctor('anne'), await scene.cabinet.createDoctor('marc')];
  const set = (doctor: Pick<Doctor, 'account' | 'person'>, args: JsonObject) =>
    scene.call(doctor, 'Identity/set', args);
  return { scene, cabinet: scene.cabinet, anne, marc, set };
}

describe('Identity/get, changes, set (RFC 8621 §6)', () => {
  test('every account has one, of its own name and address, which can be changed and stays', async (t) => {
    const { scene, anne, set } = await open(t);
    const before = await scene.call(anne, 'Identity/get');
    const own = anne.account.accountId;
    const asMade = {
      id: own,
      name: 'Dr anne',
      email: anne.address,
      replyTo: null,
      bcc: null,
      textSignature: '',
      htmlSignature: '',
      mayDelete: false,
    };
    assert.deepEqual(before.list, [asMade]);
    const patch = {
      name: 'Dr Anne MARTIN',
      textSignature: 'Dr Anne MARTIN\n12 rue des Lilas',
      htmlSignature: '<p>Dr Anne MARTIN</p>',
      replyTo: [{ name: 'Secrétariat', email: 'secretariat@cabinet.mssante.example' }],
      bcc: [{ name: null, email: anne.address }],
    };
    const changed = await set(anne, { update: { [own]: patch }, destroy: [own] });
    assert.equal(changed.notUpdated[own].type, 'willDestroy');
    assert.equal(changed.notDestroyed[own].type, 'forbidden');
    assert.deepEqual((await set(anne, { update: { [own]: patch } })).updated, { [own]: null });
    const after = await scene.call(anne, 'Identity/get', { ids: [own, newId()] });
    assert.deepEqual(after.list, [{ ...asMade, ...patch }]);
    assert.equal(after.notFound.length, 1);
    const changes = await scene.call(anne, 'Identity/changes', { sinceState: before.state });
    assert.deepEqual([changes.created, changes.updated, changes.destroyed], [[], [own], []]);
    await set(anne, { update: { [own]: { replyTo: null } } });
    const some = await scene.call(anne, 'Identity/get', { ids: [own], properties: ['replyTo', 'name'] });
    assert.deepEqual(some.list, [{ id: own, replyTo: null, name: 'Dr Anne MARTIN' }], 'the rest stays as it was');
  });

  test('others may be added, of the same address alone (RFC 8621 §6.3)', async (t) => {
    const { scene, anne, marc, set } = await open(t);
    const { state } = await scene.call(anne, 'Identity/get');
    const made = await set(anne, {
      create: {
        a: { email: anne.address.toUpperCase(), name: 'Secrétariat', textSignature: 'S.' },
        b: { email: marc.address },
        c: { email: 'pas une adresse' },
        d: { name: 'sans adresse' },
        e: { email: anne.address, mayDelete: false },
        f: { email: anne.address, bcc: [{ email: 'x' }] },
      },
    });
    assert.deepEqual(Object.keys(made.created), ['a']);
    const { id, email, ...told } = made.created.a;
    assert.deepEqual([email, told.mayDelete, told.htmlSignature], [anne.address, true, '']);
    const types = ['b', 'c', 'd', 'e', 'f'].map((each) => made.notCreated[each].type);
    assert.deepEqual(types, ['forbiddenFrom', 'forbiddenFrom', ...Array(3).fill('invalidProperties')]);
    const wrong = await set(anne, { update: { [id]: { email: marc.address } } });
    assert.deepEqual(wrong.notUpdated[id].properties, ['email']);
    const emailId = await scene.draft(anne, { to: [{ email: marc.address }] });
    assert.equal((await scene.submit(anne, emailId, { identityId: id })).created.undoStatus, 'final');
    const before = await scene.call(anne, 'Identity/changes', { sinceState: state });
    assert.deepEqual(before.created, [id]);
    assert.deepEqual((await set(anne, { destroy: [id, newId(), 'x'] })).destroyed, [id]);
    const after = await scene.call(anne, 'Identity/changes', { sinceState: before.newState });
    assert.deepEqual(after.destroyed, [id]);
    assert.deepEqual((await scene.submit(anne, emailId, { identityId: id })).fault.properties, ['identityId']);
    assert.equal((await set(anne, { destroy: [id] })).notDestroyed[id].type, 'notFound');
    assert.equal(await scene.error(anne, 'Identity/set', { ifInState: state, destroy: [id] }), 'stateMismatch');
    assert.equal(await scene.error(anne, 'Identity/get', { properties: ['taille'] }), 'invalidArguments');
  });

  test('are bounded', async (t) => {
    const { anne, set } = await open(t);
    const own = anne.account.accountId;
    const update = async (patch: JsonObject) => (await set(anne, { update: { [own]: patch } })).notUpdated?.[own].type;
    const text = 'é'.repeat(mailLimits.signatureBytes / 2);
    assert.equal(await update({ textSignature: text, htmlSignature: text }), undefined);
    assert.equal(await update({ textSignature: `${text}a` }), 'invalidProperties');
    assert.equal(await update({ htmlSignature: `${text}a` }), 'invalidProperties');
    const list = Array.from({ length: mailLimits.identityAddresses }, () => ({ name: null, email: anne.address }));
    assert.equal(await update({ bcc: list, replyTo: list }), undefined);
    assert.equal(await update({ bcc: [...list, ...list.slice(1)] }), 'invalidProperties');
    assert.equal(await update({ replyTo: [...list, ...list.slice(1)] }), 'invalidProperties');
    const name = 'a'.repeat(mailLimits.displayNameCharacters);
    assert.equal(await update({ name }), undefined);
    assert.equal(await update({ name: `${name}a` }), 'invalidProperties');
    assert.equal(await update({ name: 'a\r\nBcc: b@c.example' }), 'invalidProperties');
    const wanted = Array.from({ length: mailLimits.identities }, (_, index) => [`i${index}`, { email: anne.address }]);
    const made = await set(anne, { create: Object.fromEntries(wanted) });
    assert.equal(Object.keys(made.created).length, mailLimits.identities - 1, 'the account’s own counts');
    assert.deepEqual(
      Object.values(made.notCreated).map((fault) => (fault as { type: string }).type),
      ['overQuota'],
    );
  });

  test('are those of who may send, and of no other account', async (t) => {
    const { scene, cabinet, anne, marc, set } = await open(t);
    const made = await set(anne, { create: { a: { email: anne.address, name: 'Secrétariat' } } });
    const id = made.created.a.id;
    const own = anne.account.accountId;
    for (const stranger of [
      marc,
      await cabinet.createDoctor(undefined, undefined, await cabinet.store.createTenant()),
    ]) {
      const got = await scene.call(stranger, 'Identity/get', { ids: [id, own] });
      assert.deepEqual([got.list, got.notFound], [[], [id, own]]);
      const answer = await set(stranger, { update: { [id]: { name: 'x' } }, destroy: [own] });
      assert.equal(answer.notUpdated[id].type, 'notFound');
      assert.equal(answer.notDestroyed[own].type, 'notFound');
      const { created, updated, destroyed } = await scene.call(stranger, 'Identity/changes', { sinceState: '0' });
      assert.deepEqual(
        [...created, ...updated, ...destroyed].filter((each) => each === id || each === own),
        [],
      );
    }
    const reader = { ...anne, person: (await cabinet.createDoctor()).person };
    const { personId } = reader.person;
    await cabinet.store.act((act) =>
      cabinet.store.access.delegate(act, { account: anne.account, personId, rights: ['read', 'write'] }),
    );
    assert.deepEqual((await scene.call(reader, 'Identity/get')).list, []);
    assert.equal(await scene.error(reader, 'Identity/set', { destroy: [id] }), 'accountReadOnly');
    const actor = { kind: 'person', personId } as const;
    await assert.rejects(
      cabinet.store.act((act) => cabinet.store.mail.identities.destroy(act, anne.account, id), actor),
      { code: 'not-permitted' },
    );
    await assert.rejects(
      cabinet.store.act((act) => cabinet.store.mail.identities.change(act, anne.account, id, { name: 'x' }), actor),
      { code: 'not-permitted' },
    );
    const { address } = anne;
    await assert.rejects(
      cabinet.store.act((act) => cabinet.store.mail.identities.create(act, anne.account, { address }), actor),
      { code: 'not-permitted' },
    );
    assert.equal((await scene.call(anne, 'Identity/get')).list.length, 2);
  });

  // Invariant 9
  test('leave no word in clear', async (t) => {
    const { cabinet, anne, set } = await open(t);
    const own = anne.account.accountId;
    await set(anne, {
      update: { [own]: { name: 'CORMORAN', textSignature: 'Bradycardie', htmlSignature: '<b>Lilas</b>' } },
    });
    const rows = await sql<{ text: string }>`
      select t::text as text from mail.identity as t union all select t::text from audit.event as t`.execute(
      cabinet.store.ownerDb,
    );
    const dump = rows.rows.map((row) => row.text).join('\n');
    for (const word of ['CORMORAN', 'Bradycardie', 'Lilas']) {
      assert.ok(!dump.includes(word) && !dump.includes(Buffer.from(word).toString('hex')), word);
    }
  });
});
