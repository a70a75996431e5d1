import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressOf, ContactsWorld, type Holder, type Listed } from '../../../testkit/contacts-world.ts';
import { contactsLimits } from '../../base/domain-limits.ts';

function listed(...names: readonly string[]): readonly Listed[] {
  return names.map((name, n) => ({
    rpps: String(89_900_000_000 + n),
    family: name,
    addresses: [`${name}@x.mssante.example`],
  }));
}

/** Everything that an owner may keep an address for. */
async function keepEverywhere(world: ContactsWorld, { account, as }: Holder, name: string): Promise<void> {
  const address = addressOf(`${name}@x.mssante.example`);
  await world.write({ account, as }, address);
  await world.act({ as }, async (act) => {
    await world.contacts.addFavourite(act, account, { address });
    await world.contacts.createGroup(act, account, { name: 'Tous', members: [address] });
    await world.contacts.createBookEntry(act, account, { name, address, phone: null, note: null });
  });
}

async function marks(world: ContactsWorld, holder: Holder): Promise<readonly (string | undefined)[]> {
  const { contacts, store } = world;
  const [favourite] = await contacts.listFavourites(store.db, holder);
  const [group] = await contacts.listGroups(store.db, holder);
  const [entry] = await contacts.listBook(store.db, holder);
  return [favourite, group?.members[0], entry].map((each) => each?.leftAt?.toISOString().slice(0, 10));
}

async function recheckAll(world: ContactsWorld, editionId: number): Promise<number> {
  for (let steps = 1; ; steps += 1) {
    if ((await world.store.act((act) => world.contacts.recheck(act, editionId))) === 'done') return steps;
  }
}

test('what left the directory is marked with the day it was last seen, what came back no more', async (t) => {
  const world = await ContactsWorld.open(t);
  const { directory, store } = world;
  await directory.publish(1, listed('vasseur', 'fabre'));
  const [holder, foreigner] = [await world.createHolder(), await world.createHolder()];
  for (const each of [holder, foreigner]) await keepEverywhere(world, each, 'vasseur');
  assert.deepEqual(await marks(world, holder), [undefined, undefined, undefined]);
  const second = await directory.publish(8, listed('fabre'));
  await recheckAll(world, second);
  for (const each of [holder, foreigner]) {
    assert.deepEqual(await marks(world, each), ['2026-11-01', '2026-11-01', '2026-11-01']);
    assert.equal((await world.contacts.familiarity(store.db, each)).size, 0);
  }
  // What is kept from now on bears the mark from the start.
  const late = await world.createHolder();
  await keepEverywhere(world, late, 'vasseur');
  assert.deepEqual(await marks(world, late), ['2026-11-01', '2026-11-01', '2026-11-01']);
  await recheckAll(world, await directory.publish(9, listed('vasseur')));
  for (const each of [holder, foreigner, late]) {
    assert.deepEqual(await marks(world, each), [undefined, undefined, undefined]);
    assert.equal((await world.contacts.familiarity(store.db, each)).size, 1);
  }
  const events = await store.audit.list(store.db, { tenantId: holder.account.tenantId, limit: 100 });
  const facts = events.filter((event) => event.kind === 'contacts.rechecked').map((event) => event.facts);
  assert.deepEqual(new Set(facts.map((each) => JSON.stringify(each))).size, 2);
});

test('editions looked at late, twice or in another order end in the same marks', async (t) => {
  const world = await ContactsWorld.open(t);
  const { directory } = world;
  await directory.publish(1, listed('vasseur'));
  const holder = await world.createHolder();
  await keepEverywhere(world, holder, 'vasseur');
  const gone = await directory.publish(2, listed('fabre'));
  const back = await directory.publish(3, listed('vasseur', 'fabre'));
  for (const edition of [back, gone, gone, back]) await recheckAll(world, edition);
  assert.deepEqual(await marks(world, holder), [undefined, undefined, undefined]);
});

test('an edition is looked at in steps, and a killed step is done again', async (t) => {
  const world = await ContactsWorld.open(t);
  const { contacts, directory, store } = world;
  const many = Array.from({ length: contactsLimits.recheckBatch }, (_, n) => `dr${String(n).padStart(4, '0')}`);
  await directory.publish(1, listed(...many, 'vasseur'));
  const holder = await world.createHolder();
  await keepEverywhere(world, holder, 'vasseur'); // the last one in order
  const edition = await directory.publish(2, []);
  const step = () => store.act((act) => contacts.recheck(act, edition));
  assert.equal(await step(), 'more');
  assert.deepEqual(await marks(world, holder), [undefined, undefined, undefined]);
  const killed = store.act(async (act) => {
    assert.equal(await contacts.recheck(act, edition), 'done');
    throw new Error('killed');
  });
  await assert.rejects(killed, /killed/);
  assert.deepEqual(await marks(world, holder), [undefined, undefined, undefined]);
  assert.equal(await step(), 'done');
  assert.deepEqual(await marks(world, holder), ['2026-11-01', '2026-11-01', '2026-11-01']);
  assert.equal(await step(), 'done');
});

test('addresses are marked by their keyed hash alone: no key of an owner is opened', async (t) => {
  const world = await ContactsWorld.open(t);
  const { directory, store } = world;
  await directory.publish(1, listed('vasseur'));
  const holder = await world.createHolder();
  await keepEverywhere(world, holder, 'vasseur');
  const { tenantId, accountId: ownerId } = holder.account;
  await store.act((act) => store.dataKeys.destroy(act.tx, { tenantId, purpose: 'account', ownerId }));
  await recheckAll(world, await directory.publish(2, []));
  assert.equal((await marks(world, holder))[2], '2026-11-01');
});
