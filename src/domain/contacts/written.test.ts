import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { addressOf, ContactsWorld } from '../../../testkit/contacts-world.ts';
import { contactsLimits } from '../../base/domain-limits.ts';

const dayMs = 86_400_000;

function near(actual: number | undefined, wanted: number): void {
  assert.ok(actual !== undefined && Math.abs(actual - wanted) < 1e-6, `${actual} is not ${wanted}`);
}

describe('whom an account writes to', () => {
  test('counts for one now, for half after a half-life, and adds up', async (t) => {
    const world = await ContactsWorld.open(t);
    const { contacts, store } = world;
    const holder = await world.createHolder();
    await world.write(holder, 'a@x.mssante.example', 'b@x.mssante.example');
    await world.write(holder, 'a@x.mssante.example');
    near((await contacts.familiarity(store.db, holder)).get(addressOf('a@x.mssante.example')), 2);
    store.clock.advance(contactsLimits.halfLifeDays * dayMs);
    await world.write(holder, 'b@x.mssante.example');
    const weights = await contacts.familiarity(store.db, holder);
    near(weights.get(addressOf('a@x.mssante.example')), 1);
    near(weights.get(addressOf('b@x.mssante.example')), 1.5);
    // The most written to first.
    assert.deepEqual([...weights.keys()], ['b@x.mssante.example', 'a@x.mssante.example']);
    // Long silences neither fail nor count.
    store.clock.advance(200 * 365 * dayMs);
    await world.write(holder, 'a@x.mssante.example');
    near((await contacts.familiarity(store.db, holder)).get(addressOf('a@x.mssante.example')), 1);
  });

  test('is one address whatever its case, and counts once for each message', async (t) => {
    const world = await ContactsWorld.open(t);
    const holder = await world.createHolder();
    await world.write(holder, 'Anne.Le-Goff@x.mssante.example', 'anne.le-goff@X.mssante.example');
    const weights = await world.contacts.familiarity(world.store.db, holder);
    assert.equal(weights.size, 1);
    near(weights.get(addressOf('anne.le-goff@x.mssante.example')), 1);
  });

  test('is bounded to the most written to', async (t) => {
    const world = await ContactsWorld.open(t);
    const holder = await world.createHolder();
    const addresses = Array.from({ length: contactsLimits.familiar + 1 }, (_, n) => `dr${n}@x.mssante.example`);
    await world.write(holder, ...addresses);
    await world.write(holder, ...addresses.slice(1));
    const weights = await world.contacts.familiarity(world.store.db, holder);
    assert.equal(weights.size, contactsLimits.familiar);
    assert.equal(weights.has(addressOf('dr0@x.mssante.example')), false);
  });

  test('leaves patients out: they are not searched for in the directory', async (t) => {
    const world = await ContactsWorld.open(t);
    const holder = await world.createHolder();
    await world.write(holder, '279035121518989@patient.mssante.example', 'a@x.mssante.example');
    const weights = await world.contacts.familiarity(world.store.db, holder);
    assert.deepEqual([...weights.keys()], ['a@x.mssante.example']);
  });

  test('is seen at once by another process, and by nobody when the message was not accepted', async (t) => {
    const world = await ContactsWorld.open(t);
    const { contacts, elsewhere, store } = world;
    const holder = await world.createHolder();
    await world.write(holder, 'a@x.mssante.example');
    assert.equal((await elsewhere.familiarity(store.db, holder)).size, 1);
    const failing = world.act(holder, async (act) => {
      await contacts.recordWritten(act, holder.account, [addressOf('b@x.mssante.example')]);
      // Read inside: what may not be must not be remembered either.
      assert.equal((await contacts.familiarity(act.tx, holder)).size, 2);
      throw new Error('not accepted');
    });
    await assert.rejects(failing, /not accepted/);
    await world.write(holder, 'c@x.mssante.example');
    for (const process of [contacts, elsewhere]) {
      const weights = await process.familiarity(store.db, holder);
      assert.deepEqual([...weights.keys()].sort(), ['a@x.mssante.example', 'c@x.mssante.example']);
    }
  });

  test('is remembered when messages are accepted side by side', async (t) => {
    const world = await ContactsWorld.open(t);
    const holder = await world.createHolder();
    const addresses = ['c@x.mssante.example', 'a@x.mssante.example', 'b@x.mssante.example'];
    const orders = Array.from({ length: 12 }, (_, n) => [...addresses.slice(n % 3), ...addresses.slice(0, n % 3)]);
    await Promise.all(orders.map((order) => world.write(holder, ...order)));
    const weights = await world.contacts.familiarity(world.store.db, holder);
    for (const address of addresses) near(weights.get(addressOf(address)), 12);
  });
});

describe('the preferred address of a correspondent', () => {
  const [first, second] = ['vasseur@clinique.mssante.example', 'vasseur@cabinet.mssante.example'];
  const both = [addressOf(first), addressOf(second)];

  test('is the one last written to, until one is chosen', async (t) => {
    const world = await ContactsWorld.open(t);
    const { contacts, store, directory } = world;
    await directory.publish(1, [{ rpps: '89900000011', family: 'VASSEUR', addresses: [first, second] }]);
    const holder = await world.createHolder();
    const preferred = () => contacts.preferredAmong(store.db, holder, both);
    assert.equal(await preferred(), null);
    await world.write(holder, second);
    assert.equal(await preferred(), second);
    await world.act(holder, (act) => contacts.preferAddress(act, holder.account, addressOf(first)));
    store.clock.advance(1);
    await world.write(holder, second);
    assert.equal(await preferred(), first);
    await world.act(holder, (act) => contacts.preferAddress(act, holder.account, addressOf(second)));
    assert.equal(await preferred(), second);
    // Whichever of the two addresses is named: no older choice comes back.
    store.clock.advance(1);
    await world.write(holder, first);
    await world.act(holder, (act) => contacts.forgetPreference(act, holder.account, addressOf(first)));
    assert.equal(await preferred(), first);
  });

  test('is each account’s own', async (t) => {
    const world = await ContactsWorld.open(t);
    const { contacts, store } = world;
    const holder = await world.createHolder();
    const colleague = await world.createHolder(holder.account.tenantId);
    await world.act(holder, (act) => contacts.preferAddress(act, holder.account, addressOf(first)));
    assert.equal(await contacts.preferredAmong(store.db, colleague, both), null);
  });
});
