/** Before a send, and while searching: the directory as one account sees it. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { addressOf, ContactsWorld, type Holder } from '../../../testkit/contacts-world.ts';
import { contactsLimits } from '../../base/domain-limits.ts';
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
    const vasseur = { rpps: '89900000011', family: 'VASSEUR', addresses: ['vasseur@x.mssante.example'] };
    const parti = { rpps: '89900000013', family: 'PARTI', addresses: ['parti@x.mssante.example'] };
    await directory.publish(1, [vasseur, parti]);
    await directory.publish(2, [
      vasseur,
      { ...vasseur, rpps: '89900000012', addresses: ['vasseur2@x.mssante.example'] },
    ]);
    const holder = await world.createHolder();
    await world.write(holder, 'parti@x.mssante.example');
    const [untold] = await checkOf(world, holder, 'vasseur@x.mssante.example');
    assert.equal(untold?.trustSpace, 'unknown'); // no white list has come
    const [own] = await checkOf(world, holder, 'collegue@ChezMoi.mssante.example');
    assert.equal(own?.trustSpace, 'inside'); // of this operator: whatever any list says
    await world.publishWhiteList(['x.mssante.example', 'patient.mssante.example']);
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
    assert.equal(listed.standing.correspondent.profession?.label, 'Médecin');
    assert.deepEqual(
      listed.standing.namesakeLines.map(({ addresses }) => addresses[0]?.address),
      ['vasseur2@x.mssante.example'],
    );
    assert.deepEqual(
      [listed.writtenAt, listed.leftAt, listed.trustSpace, listed.isPatient],
      [null, null, 'inside', false],
    );
    assert.equal(left.leftAt?.toISOString().slice(0, 10), '2026-11-01');
    assert.deepEqual(left.writtenAt, store.clock.now());
    assert.deepEqual([patient.isPatient, patient.trustSpace, patient.standing.kind], [true, 'inside', 'unknown']);
    assert.deepEqual([stranger.trustSpace, stranger.isPatient], ['outside', false]);
  });

  test('doubles are told, and where the account writes otherwise', async (t) => {
    const world = await ContactsWorld.open(t);
    const addresses = ['vasseur@x.mssante.example', 'vasseur@y.mssante.example'] as const;
    await world.directory.publish(1, [{ rpps: '89900000011', family: 'VASSEUR', addresses }]);
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
  test('puts first whom the account writes to, then who is near where it works', async (t) => {
    const world = await ContactsWorld.open(t);
    const { contacts, directory, store } = world;
    const holder = await world.createHolder();
    const doctor = (n: number, postcode: string) => ({
      rpps: `8990000001${n}`,
      family: 'VASSEUR',
      addresses: [`vasseur${n}@x.mssante.example`],
      postcode,
    });
    const doctors = [doctor(1, '59000'), doctor(2, '37000'), doctor(3, '13001')];
    const own = (postcode: string) => ({
      rpps: '89900000020',
      family: 'MARTIN',
      addresses: [holder.account.address],
      postcode,
    });
    await directory.publish(1, [...doctors, own('37000')]);
    const found = async () => {
      const wanted = { ...holder, text: 'vasseur', limit: 10, filters: { professions: ['10'] } };
      const { items } = await contacts.findCorrespondents(store.db, wanted);
      return items.map((item) => item.addresses[0]?.address[7]).join('');
    };
    assert.equal((await found())[0], '2');
    // The practice moves: its searches hear of it in a while.
    await directory.publish(2, [...doctors, own('13001')]);
    store.clock.advance(contactsLimits.placeMs - 1);
    assert.equal((await found())[0], '2');
    store.clock.advance(1);
    assert.equal((await found())[0], '3');
    await world.write(holder, 'vasseur1@x.mssante.example');
    assert.equal(await found(), '132');
  });

  test('puts the preferred address first on its line', async (t) => {
    const world = await ContactsWorld.open(t);
    const { contacts, directory, store } = world;
    const addresses = ['vasseur@x.mssante.example', 'vasseur@y.mssante.example', 'vasseur@z.mssante.example'];
    await directory.publish(1, [
      { rpps: '89900000011', family: 'VASSEUR', addresses },
      { rpps: '89900000012', given: 'Luc', family: 'VASSEUR', addresses: ['luc@x.mssante.example'] },
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
    const [claire, luc] = ['Claire', 'Luc'].map((given) => items.find((item) => item.name.includes(given)));
    assert.equal(claire?.preferred, 'vasseur@z.mssante.example');
    assert.equal(claire.addresses[0]?.address, claire.preferred);
    assert.deepEqual(claire.addresses.map((each) => each.address).sort(), addresses);
    assert.deepEqual([claire.isFavourite, luc?.isFavourite, luc?.preferred], [false, true, null]);
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

  test('proposes whom the account wrote to and nothing else knows, below what it keeps', async (t) => {
    const world = await ContactsWorld.open(t);
    const { contacts, directory, store } = world;
    await directory.publish(1, [
      { rpps: '89900000011', family: 'LABOUREUR', addresses: ['laboureur@x.mssante.example'] },
    ]);
    const holder = await world.createHolder();
    const other = await world.createHolder(holder.account.tenantId);
    const kept = async (text: string, who: Holder = holder) =>
      (await contacts.findCorrespondents(store.db, { ...who, text, limit: 10 })).kept.map((each) =>
        each.kind === 'written' || each.kind === 'favourite' ? [each.kind, each.recipient.address] : [each.kind],
      );
    await world.write(holder, 'laboureur@x.mssante.example', 'Labo.Nord@x.example', 'labo.sud@x.example');
    await world.write(holder, 'labo.sud@x.example', '279035121518989@patient.mssante.example');
    await world.act(holder, (act) => contacts.createGroup(act, holder.account, { name: 'Labos', members: [] }));
    assert.deepEqual(await kept('labo'), [
      ['group'],
      ['written', 'labo.sud@x.example'],
      ['written', 'labo.nord@x.example'],
    ]);
    assert.deepEqual(await kept('2790351'), [['written', '279035121518989@patient.mssante.example']]);
    assert.deepEqual(await kept('labo', other), []);
    // Once it is a favourite it is proposed as one, and once.
    await world.act(holder, (act) =>
      contacts.addFavourite(act, holder.account, { address: addressOf('labo.sud@x.example') }),
    );
    assert.deepEqual(await kept('sud'), [['favourite', 'labo.sud@x.example']]);
  });

  test('remembers as many of those as its bound says', async (t) => {
    const world = await ContactsWorld.open(t);
    const holder = await world.createHolder();
    const labos = Array.from({ length: contactsLimits.remembered }, (_, n) => `labo${n}@x.example`);
    await world.write(holder, 'oublie@x.example');
    const found = async (): Promise<number> => {
      const wanted = { ...holder, text: 'oublie', limit: 10 };
      return (await world.contacts.findCorrespondents(world.store.db, wanted)).kept.length;
    };
    world.store.clock.advance(86_400_000);
    await world.write(holder, ...labos.slice(1));
    assert.equal(await found(), 1);
    await world.write(holder, ...labos.slice(0, 1));
    assert.equal(await found(), 0);
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
