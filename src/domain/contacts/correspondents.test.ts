/** Before a send, and while searching: the directory as one account sees it. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { addressOf, ContactsWorld, type Holder } from '../../../testkit/contacts-world.ts';
import { contactsLimits } from '../../base/limits.ts';
import type { RecipientCheck } from './contacts.ts';

async function checkOf(
  world: ContactsWorld,
  holder: Holder,
  ...addresses: readonly string[]
): Promise<readonly RecipientCheck[]> {
  return world.contacts.checkRecipients(world.store.db, { ...holder, addresses: addresses.map(addressOf) });
}

describe('before a send', () => {
  test('each recipient is told in the order asked, as written', async (t) => {
    const world = await ContactsWorld.open(t);
    const { directory, store } = world;
    const seenAt = new Date('2026-11-01T00:00:00Z');
    const vasseur = { id: '1', name: 'Dr Claire VASSEUR', addresses: ['vasseur@x.mssante.example'] };
    directory.publish([vasseur, { id: '3', name: 'Dr Luc PARTI', addresses: ['parti@x.mssante.example'] }], seenAt);
    directory.publish([vasseur, { ...vasseur, id: '2', addresses: ['vasseur2@x.mssante.example'] }]);
    const holder = await world.createHolder();
    await world.write(holder, 'parti@x.mssante.example');
    const [listed, left, patient, stranger] = await checkOf(
      world,
      holder,
      'Vasseur@x.mssante.example',
      'parti@x.mssante.example',
      '279035121518989@patient.mssante.example',
      'dr@gmail.example',
    );
    assert.ok(listed && left && patient && stranger);
    assert.equal(listed.address, 'Vasseur@x.mssante.example');
    assert.ok(listed.standing.kind === 'listed' && listed.standing.namesakes === 1);
    assert.equal(listed.standing.correspondent.speciality?.label, 'Cardiologie');
    assert.deepEqual(
      [listed.writtenAt, listed.leftAt, listed.trustSpace, listed.isPatient],
      [null, null, 'inside', false],
    );
    assert.deepEqual([left.leftAt, left.writtenAt], [seenAt, store.clock.now()]);
    assert.deepEqual([patient.isPatient, patient.trustSpace, patient.standing.kind], [true, 'inside', 'unknown']);
    assert.deepEqual([stranger.trustSpace, stranger.isPatient], ['outside', false]);
  });

  test('doubles are told, and where the account writes otherwise', async (t) => {
    const world = await ContactsWorld.open(t);
    const addresses = ['vasseur@x.mssante.example', 'vasseur@y.mssante.example'] as const;
    world.directory.publish([{ id: '1', name: 'Dr Claire VASSEUR', addresses }]);
    const holder = await world.createHolder();
    await world.write(holder, addresses[1]);
    const checks = await checkOf(world, holder, addresses[0], addresses[1], 'VASSEUR@x.mssante.example', 'z@x.example');
    assert.deepEqual(
      checks.map((each) => each.repeats),
      [null, 'correspondent', 'address', null],
    );
    assert.deepEqual(
      checks.map((each) => each.preferred),
      [addresses[1], null, addresses[1], null],
    );
  });

  test('as many recipients as a message takes, and no more', async (t) => {
    const world = await ContactsWorld.open(t);
    const holder = await world.createHolder();
    const many = Array.from({ length: contactsLimits.checked + 1 }, (_, n) => `dr${n}@x.mssante.example`);
    assert.equal((await checkOf(world, holder, ...many.slice(1))).length, contactsLimits.checked);
    await assert.rejects(checkOf(world, holder, ...many), { code: 'too-many-addresses' });
  });
});

describe('a search', () => {
  test('tells the directory whom the account writes to, and where it works', async (t) => {
    const world = await ContactsWorld.open(t);
    const { contacts, directory, store } = world;
    const holder = await world.createHolder();
    const own = { id: '9', name: 'Dr Anne MARTIN', addresses: [holder.account.address], postcode: '37000' };
    directory.publish([own]);
    await world.write(holder, 'vasseur@x.mssante.example');
    const search = () =>
      contacts.findCorrespondents(store.db, { ...holder, text: 'vas', limit: 10, filters: { professions: ['10'] } });
    await search();
    const [request] = directory.searches;
    assert.deepEqual(request?.context?.near, { postcode: '37000' });
    assert.deepEqual([...(request?.context?.familiar ?? [])], [['vasseur@x.mssante.example', 1]]);
    assert.deepEqual([request?.filters, request?.offset, request?.limit], [{ professions: ['10'] }, 0, 10]);
    // The practice moves.
    directory.publish([{ ...own, postcode: '45000' }]);
    store.clock.advance(contactsLimits.placeMs - 1);
    await search();
    store.clock.advance(1);
    await search();
    assert.deepEqual(
      directory.searches.map((each) => each.context?.near?.postcode),
      ['37000', '37000', '45000'],
    );
  });

  test('puts the preferred address first on its line', async (t) => {
    const world = await ContactsWorld.open(t);
    const { contacts, directory, store } = world;
    const addresses = ['vasseur@x.mssante.example', 'vasseur@y.mssante.example', 'vasseur@z.mssante.example'];
    directory.publish([
      { id: '1', name: 'Dr Claire VASSEUR', addresses },
      { id: '2', name: 'Dr Luc VASSEUR', addresses: ['luc@x.mssante.example'] },
    ]);
    const holder = await world.createHolder();
    await world.act(holder, (act) =>
      contacts.preferAddress(act, holder.account, addressOf('vasseur@z.mssante.example')),
    );
    await world.act(holder, (act) =>
      contacts.addFavourite(act, holder.account, { address: addressOf('luc@x.mssante.example') }),
    );
    const { items, total } = await contacts.findCorrespondents(store.db, { ...holder, text: 'vasseur', limit: 10 });
    assert.equal(total, 2);
    const [first, second] = items;
    assert.deepEqual(
      first?.addresses.map((each) => each.address),
      ['vasseur@z.mssante.example', 'vasseur@x.mssante.example', 'vasseur@y.mssante.example'],
    );
    assert.deepEqual([first?.preferred, first?.isFavourite], ['vasseur@z.mssante.example', false]);
    assert.deepEqual([second?.preferred, second?.isFavourite], [null, true]);
  });

  test('finds what is kept, by words in any order, accents and hyphens forgiven', async (t) => {
    const world = await ContactsWorld.open(t);
    const { contacts, store } = world;
    const { account, as } = await world.createHolder();
    await world.act({ as }, async (act) => {
      await contacts.createGroup(act, account, { name: 'Équipe mobile', members: [] });
      await contacts.addFavourite(act, account, { address: addressOf('eq37@x.example'), name: 'Équipe d’astreinte' });
      await contacts.createBookEntry(act, account, {
        name: 'Œuvre Saint-Équipier',
        address: null,
        phone: '02 47 11 22 33',
        note: 'code portail 9876',
      });
    });
    const kept = async (text: string, offset = 0) =>
      (await contacts.findCorrespondents(store.db, { as, account, text, offset, limit: 10 })).kept.map(
        (each) => each.kind,
      );
    assert.deepEqual(await kept('equip'), ['group', 'favourite', 'book']);
    assert.deepEqual(await kept('equip', 10), []);
    assert.deepEqual(await kept('mobile EQUIPE'), ['group']);
    assert.deepEqual(await kept('saint oeuvre'), ['book']);
    assert.deepEqual(await kept('eq37@x'), ['favourite']);
    for (const phone of ['02 47', '024711', '2233'])
      assert.deepEqual(await kept(phone), phone === '2233' ? [] : ['book']);
    assert.deepEqual(await kept('equipe absente'), []);
    // Reading a note leaves an event: a search does not read it.
    assert.deepEqual(await kept('9876'), []);
    await assert.rejects(kept('a'.repeat(contactsLimits.queryCharacters + 1)), { code: 'bad-query' });
    assert.deepEqual(await kept('a'.repeat(contactsLimits.queryCharacters)), []);
    const words = Array.from({ length: contactsLimits.queryWords }, () => 'equipe').join(' ');
    assert.deepEqual(await kept(`${words} absente`), ['group', 'favourite']);
  });

  test('shows a bounded number of what is kept, and its changes at once in every process', async (t) => {
    const world = await ContactsWorld.open(t);
    const { contacts, elsewhere, store } = world;
    const { account, as } = await world.createHolder();
    const kept = async () => {
      const wanted = { as, account, text: 'labo', limit: 10 };
      const [here, there] = await Promise.all(
        [contacts, elsewhere].map((each) => each.findCorrespondents(store.db, wanted)),
      );
      assert.deepEqual(here?.kept, there?.kept);
      return here?.kept.length;
    };
    for (let n = 1; n <= contactsLimits.matches + 1; n += 1) {
      await world.act({ as }, (act) =>
        contacts.createBookEntry(act, account, { name: `Labo ${n}`, address: null, phone: null, note: null }),
      );
      assert.equal(await kept(), Math.min(n, contactsLimits.matches));
    }
  });
});
