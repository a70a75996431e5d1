/** Favourites, groups and the address book: what their users do with them. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { addressOf, ContactsWorld } from '../../../testkit/contacts-world.ts';
import { contactsLimits } from '../../base/domain-limits.ts';
import { newId } from '../../base/ids.ts';
import type { BookEntryContent, BookEntryId, GroupId } from './contacts.ts';

const alone: BookEntryContent = { name: 'Ambulances Loire', address: null, phone: null, note: null };

describe('favourites', () => {
  test('bear the name given to them, or the directory’s, in the order of a French dictionary', async (t) => {
    const world = await ContactsWorld.open(t);
    const { contacts, store, directory } = world;
    await directory.publish(1, [
      { rpps: '89900000011', given: 'Zoé', family: 'ÉTIENNE', addresses: ['etienne@x.mssante.example'] },
      { rpps: '89900000012', given: 'Ève', family: 'FABRE', addresses: ['fabre@x.mssante.example'] },
    ]);
    const holder = await world.createHolder();
    const names = async () =>
      (await contacts.listFavourites(store.db, holder)).map((each) => each.name ?? each.address);
    const add = (address: string, name?: string) =>
      world.act(holder, (act) =>
        contacts.addFavourite(act, holder.account, { address: addressOf(address), ...(name && { name }) }),
      );
    await world.write(holder, 'etienne@x.mssante.example');
    await add('fabre@x.mssante.example');
    await add('etienne@x.mssante.example');
    await add('labo@x.mssante.example', 'eau de Loire, laboratoire');
    await add('inconnu@x.mssante.example');
    const sorted = ['Dr Ève FABRE', 'Dr Zoé ÉTIENNE', 'eau de Loire, laboratoire', 'inconnu@x.mssante.example'];
    assert.deepEqual(await names(), sorted);
    // A name that a person gave stays when the same address is kept for something else.
    await world.act(holder, (act) =>
      contacts.createGroup(act, holder.account, { name: 'Labos', members: [addressOf('Labo@x.mssante.example')] }),
    );
    assert.deepEqual(await names(), sorted);
    await world.act(holder, (act) =>
      contacts.removeFavourite(act, holder.account, addressOf('FABRE@x.mssante.example')),
    );
    assert.deepEqual(await names(), sorted.slice(1));
    await add('fabre@x.mssante.example');
    assert.deepEqual(await names(), sorted);
  });

  test('end at their bound', async (t) => {
    const world = await ContactsWorld.open(t);
    const { contacts, store } = world;
    const holder = await world.createHolder();
    const add = (from: number, to: number) =>
      world.act(holder, async (act) => {
        for (let n = from; n < to; n += 1) {
          await contacts.addFavourite(act, holder.account, { address: addressOf(`dr${n}@x.mssante.example`) });
        }
      });
    await add(0, contactsLimits.favourites);
    await assert.rejects(add(contactsLimits.favourites, contactsLimits.favourites + 1), {
      code: 'too-many-favourites',
    });
    assert.equal((await contacts.listFavourites(store.db, holder)).length, contactsLimits.favourites);
    await add(0, 1); // one of them already
  });
});

describe('groups', () => {
  test('hold addresses of several correspondents, change, go and come back', async (t) => {
    const world = await ContactsWorld.open(t);
    const { contacts, store } = world;
    const { account, as } = await world.createHolder();
    const groups = () => contacts.listGroups(store.db, { as, account });
    const [a, b] = [addressOf('a@x.mssante.example'), addressOf('b@x.mssante.example')];
    const id = await world.act({ as }, (act) =>
      contacts.createGroup(act, account, {
        name: ' Équipe du soir ',
        members: [b, a, b],
      }),
    );
    await world.act({ as }, (act) => contacts.createGroup(act, account, { name: 'Astreintes', members: [] }));
    const shown = async () =>
      (await groups()).map((group) => `${group.name}: ${group.members.map((each) => each.address).join(' ')}`);
    assert.deepEqual(await shown(), ['Astreintes: ', 'Équipe du soir: a@x.mssante.example b@x.mssante.example']);
    await world.act({ as }, (act) => contacts.changeGroup(act, account, id, { members: [a] }));
    await world.act({ as }, (act) => contacts.changeGroup(act, account, id, { name: 'Soir' }));
    assert.deepEqual(await shown(), ['Astreintes: ', 'Soir: a@x.mssante.example']);
    await world.act({ as }, (act) => contacts.removeGroup(act, account, id));
    assert.deepEqual(await shown(), ['Astreintes: ']);
    const gone = [
      () => world.act({ as }, (act) => contacts.removeGroup(act, account, id)),
      () => world.act({ as }, (act) => contacts.changeGroup(act, account, id, { name: 'Nuit' })),
      () => world.act({ as }, (act) => contacts.restoreGroup(act, account, newId<GroupId>())),
    ];
    for (const deed of gone) await assert.rejects(deed(), { code: 'group-unknown' });
    await world.act({ as }, (act) => contacts.restoreGroup(act, account, id));
    assert.deepEqual(await shown(), ['Astreintes: ', 'Soir: a@x.mssante.example']);
    await assert.rejects(
      world.act({ as }, (act) => contacts.restoreGroup(act, account, id)),
      { code: 'group-unknown' },
    );
  });

  test('cannot be taken back once the delay is over, purged or not', async (t) => {
    const world = await ContactsWorld.open(t);
    const { contacts, store } = world;
    const { account, as } = await world.createHolder();
    const restore = (id: GroupId) => world.act({ as }, (act) => contacts.restoreGroup(act, account, id));
    const id = await world.act({ as }, (act) => contacts.createGroup(act, account, { name: 'Soir', members: [] }));
    await world.act({ as }, (act) => contacts.removeGroup(act, account, id));
    store.clock.advance(contactsLimits.undoMs - 1);
    await restore(id);
    await world.act({ as }, (act) => contacts.removeGroup(act, account, id));
    store.clock.advance(contactsLimits.undoMs);
    await assert.rejects(restore(id), { code: 'group-unknown' });
  });

  test('have names of their own, and bounds', async (t) => {
    const world = await ContactsWorld.open(t);
    const { contacts } = world;
    const { account, as } = await world.createHolder();
    const create = (name: string, members = 0) =>
      world.act({ as }, (act) =>
        contacts.createGroup(act, account, {
          name,
          members: Array.from({ length: members }, (_, n) => addressOf(`dr${n}@x.mssante.example`)),
        }),
      );
    const id = await create('Équipe', contactsLimits.groupMembers);
    await assert.rejects(create('Autre', contactsLimits.groupMembers + 1), { code: 'too-many-members' });
    await assert.rejects(create('equipe'), { code: 'group-exists' });
    for (const name of ['', ' ', 'a\nb', 'é'.repeat(contactsLimits.nameCharacters + 1)]) {
      await assert.rejects(create(name), { code: 'bad-name' });
    }
    await world.act({ as }, (act) => contacts.changeGroup(act, account, id, { name: 'équipe' })); // its own name
    await world.act({ as }, (act) => contacts.removeGroup(act, account, id));
    await create('é'.repeat(contactsLimits.nameCharacters));
    const other = await create('Equipe');
    await assert.rejects(
      world.act({ as }, (act) => contacts.restoreGroup(act, account, id)),
      { code: 'group-exists' },
    );
    await assert.rejects(
      world.act({ as }, (act) =>
        contacts.changeGroup(act, account, other, { name: 'É'.repeat(contactsLimits.nameCharacters) }),
      ),
      { code: 'group-exists' },
    );
    for (let n = 2; n < contactsLimits.groups; n += 1) await create(`Groupe ${n}`);
    await assert.rejects(create('Un de trop'), { code: 'too-many-groups' });
  });
});

describe('the address book of a practice', () => {
  test('is shared by its accounts, its notes opened one by one', async (t) => {
    const world = await ContactsWorld.open(t);
    const { contacts, store } = world;
    const holder = await world.createHolder();
    const { account } = holder;
    const colleague = await world.createHolder(account.tenantId);
    const wanted: BookEntryContent = {
      name: 'Mme Ève Ünal, assistante sociale',
      address: addressOf('Eve.Unal@mairie.example'),
      phone: '02 47 00 00 01',
      note: 'Le mardi seulement.\r\nSuit Mme D.',
    };
    const id = await world.act(holder, (act) => contacts.createBookEntry(act, account, wanted));
    await world.act(colleague, (act) => contacts.createBookEntry(act, colleague.account, alone));
    const list = await contacts.listBook(store.db, colleague);
    assert.deepEqual(
      list.map((each) => [each.name, each.address, each.phone, each.hasNote]),
      [
        ['Ambulances Loire', null, null, false],
        [wanted.name, 'eve.unal@mairie.example', wanted.phone, true],
      ],
    );
    const open = () => world.act(colleague, (act) => contacts.openBookEntry(act, colleague.account, id));
    assert.equal((await open()).note, 'Le mardi seulement.\nSuit Mme D.');
    const change = (change: Partial<BookEntryContent>) =>
      world.act(colleague, (act) => contacts.changeBookEntry(act, colleague.account, id, change));
    await change({ phone: null });
    await change({ address: addressOf('unal@mairie.example') });
    const { name, address, phone, note } = await open();
    const kept = {
      name: wanted.name,
      address: 'unal@mairie.example',
      phone: null,
      note: 'Le mardi seulement.\nSuit Mme D.',
    };
    assert.deepEqual({ name, address, phone, note }, kept);
    await change({ note: null });
    assert.equal((await open()).hasNote, false);
    const events = await store.audit.list(store.db, { tenantId: account.tenantId, limit: 100 });
    const kinds = events.filter((event) => event.objectId === id).map((event) => event.kind.split('.')[1]);
    assert.deepEqual(kinds.sort(), ['changed', 'changed', 'changed', 'created', 'opened', 'opened', 'opened']);
  });

  test('takes a removal back, for a while', async (t) => {
    const world = await ContactsWorld.open(t);
    const { contacts, store } = world;
    const { account, as } = await world.createHolder();
    const id = await world.act({ as }, (act) =>
      contacts.createBookEntry(act, account, { ...alone, note: 'Clé chez Zoé.' }),
    );
    const remove = () => world.act({ as }, (act) => contacts.removeBookEntry(act, account, id));
    const restore = () => world.act({ as }, (act) => contacts.restoreBookEntry(act, account, id));
    const open = () => world.act({ as }, (act) => contacts.openBookEntry(act, account, id));
    await assert.rejects(restore(), { code: 'entry-unknown' });
    await remove();
    assert.deepEqual(await contacts.listBook(store.db, { as, account }), []);
    for (const deed of [remove, open]) await assert.rejects(deed(), { code: 'entry-unknown' });
    await restore();
    assert.equal((await open()).note, 'Clé chez Zoé.');
    await remove();
    store.clock.advance(contactsLimits.undoMs);
    await assert.rejects(restore(), { code: 'entry-unknown' });
  });

  test('keeps to its bounds', async (t) => {
    const world = await ContactsWorld.open(t);
    const { contacts } = world;
    const { account, as } = await world.createHolder();
    const create = (content: Partial<BookEntryContent>) =>
      world.act({ as }, (act) => contacts.createBookEntry(act, account, { ...alone, ...content }));
    const refused: [Partial<BookEntryContent>, string][] = [
      [{ name: 'n'.repeat(contactsLimits.nameCharacters + 1) }, 'bad-name'],
      [{ phone: '1'.repeat(contactsLimits.phoneCharacters + 1) }, 'bad-phone'],
      [{ phone: '  ' }, 'bad-phone'],
      [{ note: 'n'.repeat(contactsLimits.noteCharacters + 1) }, 'bad-note'],
      [{ note: 'a\u0000b' }, 'bad-note'],
    ];
    for (const [content, code] of refused) await assert.rejects(create(content), { code });
    const ids: BookEntryId[] = [];
    await world.act({ as }, async (act) => {
      for (let n = 1; n < contactsLimits.bookEntries; n += 1)
        ids.push(await contacts.createBookEntry(act, account, alone));
    });
    await create({
      name: 'n'.repeat(contactsLimits.nameCharacters),
      phone: '1'.repeat(contactsLimits.phoneCharacters),
      note: 'n'.repeat(contactsLimits.noteCharacters),
    });
    await assert.rejects(create({}), { code: 'too-many-entries' });
    const [first] = ids;
    if (first === undefined) throw new Error('no entry');
    await world.act({ as }, (act) => contacts.removeBookEntry(act, account, first));
    await create({});
    await assert.rejects(
      world.act({ as }, (act) => contacts.restoreBookEntry(act, account, first)),
      {
        code: 'too-many-entries',
      },
    );
  });
});

describe('the purge', () => {
  test('destroys what can no longer be taken back, and addresses that nothing keeps', async (t) => {
    const world = await ContactsWorld.open(t);
    const { contacts, store } = world;
    const holder = await world.createHolder();
    const { account } = holder;
    const address = (name: string) => addressOf(`${name}@x.mssante.example`);
    await world.write(holder, 'written@x.mssante.example', 'grouped@x.mssante.example');
    const kept = await world.act(holder, (act) =>
      contacts.createGroup(act, account, { name: 'Soir', members: [address('grouped')] }),
    );
    const group = await world.act(holder, (act) =>
      contacts.createGroup(act, account, { name: 'Nuit', members: [address('member')] }),
    );
    const entry = await world.act(holder, (act) =>
      contacts.createBookEntry(act, account, { ...alone, address: address('entry') }),
    );
    await world.act(holder, (act) => contacts.addFavourite(act, account, { address: address('favourite') }));
    await world.act(holder, (act) => contacts.preferAddress(act, account, address('preferred')));
    await world.act(holder, (act) => contacts.removeGroup(act, account, group));
    await world.act(holder, (act) => contacts.removeBookEntry(act, account, entry));
    const purge = () => store.act((act) => contacts.purge(act, 100));
    assert.equal(await purge(), 0);
    store.clock.advance(contactsLimits.undoMs);
    assert.equal(await purge(), 4); // the group, the entry, the address of each
    assert.equal(await purge(), 0);
    store.clock.advance(contactsLimits.writtenMs);
    assert.equal(await purge(), 1);
    assert.deepEqual([...(await contacts.familiarity(store.db, holder)).keys()], ['grouped@x.mssante.example']);
    assert.deepEqual(
      (await contacts.listFavourites(store.db, holder)).map((each) => each.address),
      [address('favourite')],
    );
    assert.deepEqual(
      (await contacts.listGroups(store.db, holder)).map((each) => each.id),
      [kept],
    );
    assert.equal(await contacts.preferredAmong(store.db, holder, [address('preferred')]), address('preferred'));
  });

  test('destroys all that an account or a practice kept once its key is destroyed, and nobody else’s', async (t) => {
    const world = await ContactsWorld.open(t);
    const { contacts, store } = world;
    const [gone, stays] = [await world.createHolder(), await world.createHolder()];
    const addresses = ['a@x.mssante.example', 'b@x.mssante.example'];
    for (const holder of [gone, stays]) {
      await world.write(holder, ...addresses);
      await world.act(holder, async (act) => {
        const members = addresses.map(addressOf);
        await contacts.createGroup(act, holder.account, { name: 'Soir', members });
        await contacts.createBookEntry(act, holder.account, { ...alone, address: addressOf('c@x.mssante.example') });
      });
    }
    const rows = async (table: string, { account }: typeof gone): Promise<number> => {
      const { pool } = store.database;
      const found = await pool.query(`select from contacts.${table} where tenant_id = $1`, [account.tenantId]);
      return found.rows.length;
    };
    const tables = ['address', 'recipient_group', 'group_member', 'book_entry', 'owner'] as const;
    const all = (holder: typeof gone) => Promise.all(tables.map((table) => rows(table, holder)));
    const purge = (limit: number) => store.act((act) => contacts.purge(act, limit));
    const { tenantId, accountId } = gone.account;
    assert.equal(await purge(100), 0);
    await store.act((act) => store.dataKeys.destroy(act.tx, { tenantId, purpose: 'account', ownerId: accountId }));
    // In steps: none takes more of a kind than it is told.
    assert.equal(await purge(1), 2);
    assert.equal(await purge(1), 1);
    assert.equal(await purge(1), 0);
    assert.deepEqual(await all(gone), [1, 0, 0, 1, 1]);
    await store.act((act) => store.dataKeys.destroy(act.tx, { tenantId, purpose: 'tenant', ownerId: tenantId }));
    assert.equal(await purge(100), 2);
    assert.deepEqual(await all(gone), [0, 0, 0, 0, 0]);
    assert.deepEqual(await all(stays), [3, 1, 2, 1, 2]);
  });
});
