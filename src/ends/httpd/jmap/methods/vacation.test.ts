/** The answer of who is away, by JMAP (RFC 8621 §8): one for each account, never more nor less. */
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { jmapOf } from '../../../../../testkit/deliveries-jmap.ts';
import { DeliveriesWorld } from '../../../../../testkit/deliveries-world.ts';

const world = await DeliveriesWorld.open({ after });
const { cabinet } = world;
const jmap = jmapOf(cabinet);

const none = {
  id: 'singleton',
  isEnabled: false,
  fromDate: null,
  toDate: null,
  subject: null,
  textBody: null,
  htmlBody: null,
};

describe('VacationResponse', () => {
  test('is there before anybody set it, and is changed a property at a time (RFC 8621 §8.1, §8.2)', async () => {
    const anne = await cabinet.createDoctor();
    const before = await jmap.call(anne, 'VacationResponse/get', {});
    assert.deepEqual([before.list, before.notFound], [[none], []]);
    const update = {
      isEnabled: true,
      fromDate: '2026-12-01T00:00:00Z',
      toDate: '2026-12-24T12:00:00Z',
      textBody: 'De retour à Noël.',
    };
    const set = await jmap.call(anne, 'VacationResponse/set', { update: { singleton: update } });
    assert.deepEqual(set.updated, { singleton: null });
    assert.deepEqual([set.oldState === before.state, set.newState === set.oldState], [true, false]);
    await jmap.call(anne, 'VacationResponse/set', { update: { singleton: { toDate: null, id: 'singleton' } } });
    const after = await jmap.call(anne, 'VacationResponse/get', { ids: null });
    assert.deepEqual(after.list, [{ ...none, ...update, toDate: null }]);
    const one = await jmap.call(anne, 'VacationResponse/get', { ids: ['singleton', 'x'], properties: ['isEnabled'] });
    assert.deepEqual([one.list, one.notFound], [[{ id: 'singleton', isEnabled: true }], ['x']]);
    assert.deepEqual((await jmap.call(anne, 'VacationResponse/get', { ids: [] })).list, []);
  });

  test('is neither created nor destroyed (RFC 8620 §5.3 singleton)', async () => {
    const anne = await cabinet.createDoctor();
    const answer = await jmap.call(anne, 'VacationResponse/set', {
      create: { a: { isEnabled: true } },
      update: { other: { isEnabled: true } },
      destroy: ['singleton'],
    });
    assert.equal(answer.notCreated.a.type, 'singleton');
    assert.equal(answer.notDestroyed.singleton.type, 'singleton');
    assert.equal(answer.notUpdated.other.type, 'notFound');
    assert.deepEqual([answer.created, answer.updated, answer.destroyed], [null, null, null]);
    assert.equal(answer.oldState, answer.newState);
  });

  test('is refused what it cannot be, property by property', async () => {
    const anne = await cabinet.createDoctor();
    for (const patch of [
      { isEnabled: 'yes' },
      { isEnabled: null },
      { fromDate: '2026-12-01' },
      { toDate: '2026-12-01T00:00:00+01:00' },
      { subject: 3 },
      { id: 'x' },
      { colour: 'red' },
      { subject: 'x'.repeat(256) },
      { fromDate: '2026-12-02T00:00:00Z', toDate: '2026-12-01T00:00:00Z' },
    ]) {
      const { notUpdated } = await jmap.call(anne, 'VacationResponse/set', { update: { singleton: patch } });
      assert.equal(notUpdated?.singleton.type, 'invalidProperties', JSON.stringify(patch));
    }
    assert.equal(await jmap.error(anne, 'VacationResponse/get', { properties: ['colour'] }), 'invalidArguments');
    assert.equal(await jmap.error(anne, 'VacationResponse/set', { update: { singleton: 3 } }), 'invalidArguments');
    assert.deepEqual((await jmap.call(anne, 'VacationResponse/get', {})).list, [none]);
  });

  test('compares ifInState (RFC 8620 §5.3)', async () => {
    const anne = await cabinet.createDoctor();
    const { state } = await jmap.call(anne, 'VacationResponse/get', {});
    const update = { singleton: { isEnabled: true } };
    const set = await jmap.call(anne, 'VacationResponse/set', { ifInState: state, update });
    assert.ok(set.updated);
    assert.equal(await jmap.error(anne, 'VacationResponse/set', { ifInState: state, update }), 'stateMismatch');
    assert.ok((await jmap.call(anne, 'VacationResponse/set', { ifInState: set.newState, update })).updated);
  });

  test('is the account’s alone, for who may send from it', async () => {
    const [anne, marc] = [await cabinet.createDoctor(), await cabinet.createDoctor()];
    const stranger = { account: anne.account, person: marc.person };
    assert.equal(await jmap.error(stranger, 'VacationResponse/get', {}), 'accountNotFound');
    const update = { singleton: { isEnabled: true } };
    assert.equal(await jmap.error(stranger, 'VacationResponse/set', { update }), 'accountNotFound');
    const { personId } = await cabinet.store.createReader(anne.account, ['read']);
    const reader = { account: anne.account, person: { tenantId: anne.account.tenantId, personId } };
    assert.deepEqual((await jmap.call(reader, 'VacationResponse/get', {})).list, [none]);
    assert.equal(await jmap.error(reader, 'VacationResponse/set', { update }), 'accountReadOnly');
  });
});
