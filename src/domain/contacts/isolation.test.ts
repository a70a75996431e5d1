/** Every deed and every identifier, tried from another account, another tenant, and by who has not the right. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { addressOf, ContactsWorld, type Holder } from '../../../testkit/contacts-world.ts';
import type { Act, Actor } from '../audit/audit.ts';
import type { AccountRef } from '../mail/mail.ts';
import type { BookEntryId, Contacts, GroupId } from './contacts.ts';

const address = addressOf('vasseur@x.mssante.example');
const entry = { name: 'Labo', address, phone: null, note: 'Note.' };

interface Scene {
  readonly world: ContactsWorld;
  readonly owner: Holder;
  readonly group: GroupId;
  readonly removedGroup: GroupId;
  readonly entry: BookEntryId;
  readonly removedEntry: BookEntryId;
}

async function openScene(t: Parameters<typeof ContactsWorld.open>[0]): Promise<Scene> {
  const world = await ContactsWorld.open(t);
  const { contacts } = world;
  const owner = await world.createHolder();
  await world.write(owner, address);
  const made = await world.act(owner, async (act) => {
    const { account } = owner;
    await contacts.addFavourite(act, account, { address });
    await contacts.preferAddress(act, account, address);
    return {
      group: await contacts.createGroup(act, account, { name: 'Soir', members: [address] }),
      removedGroup: await contacts.createGroup(act, account, { name: 'Nuit', members: [address] }),
      entry: await contacts.createBookEntry(act, account, entry),
      removedEntry: await contacts.createBookEntry(act, account, entry),
    };
  });
  await world.act(owner, (act) => contacts.removeGroup(act, owner.account, made.removedGroup));
  await world.act(owner, (act) => contacts.removeBookEntry(act, owner.account, made.removedEntry));
  return { world, owner, ...made };
}

/** All that the owner and its tenant keep. */
async function stateOf({ world, owner }: Scene): Promise<unknown> {
  const { contacts, store } = world;
  return [
    await contacts.familiarity(store.db, owner),
    await contacts.preferredAmong(store.db, owner, [address]),
    await contacts.listFavourites(store.db, owner),
    await contacts.listGroups(store.db, owner),
    await contacts.listBook(store.db, owner),
  ];
}

type Look = (contacts: Contacts, as: Actor, account: AccountRef) => Promise<unknown>;

function looksOf({ world }: Scene): readonly Look[] {
  const { db } = world.store;
  return [
    (contacts, as, account) => contacts.familiarity(db, { as, account }),
    (contacts, as, account) => contacts.preferredAmong(db, { as, account }, [address]),
    (contacts, as, account) => contacts.listFavourites(db, { as, account }),
    (contacts, as, account) => contacts.listGroups(db, { as, account }),
    (contacts, as, account) => contacts.listBook(db, { as, account }),
    (contacts, as, account) => contacts.checkRecipients(db, { as, account, addresses: [address] }),
    (contacts, as, account) => contacts.findCorrespondents(db, { as, account, text: 'labo', limit: 10 }),
  ];
}

type Deed = (contacts: Contacts, act: Act, account: AccountRef) => Promise<unknown>;

/** Deeds on what has an identifier. */
function deedsById(scene: Scene): { readonly onGroups: readonly Deed[]; readonly onEntries: readonly Deed[] } {
  return {
    onGroups: [
      (contacts, act, account) => contacts.changeGroup(act, account, scene.group, { name: 'Autre' }),
      (contacts, act, account) => contacts.changeGroup(act, account, scene.group, { members: [] }),
      (contacts, act, account) => contacts.removeGroup(act, account, scene.group),
      (contacts, act, account) => contacts.restoreGroup(act, account, scene.removedGroup),
    ],
    onEntries: [
      (contacts, act, account) => contacts.openBookEntry(act, account, scene.entry),
      (contacts, act, account) => contacts.changeBookEntry(act, account, scene.entry, { note: null }),
      (contacts, act, account) => contacts.removeBookEntry(act, account, scene.entry),
      (contacts, act, account) => contacts.restoreBookEntry(act, account, scene.removedEntry),
    ],
  };
}

const otherDeeds: readonly Deed[] = [
  (contacts, act, account) => contacts.addFavourite(act, account, { address, name: 'Autre' }),
  (contacts, act, account) => contacts.removeFavourite(act, account, address),
  (contacts, act, account) => contacts.preferAddress(act, account, addressOf('autre@x.example')),
  (contacts, act, account) => contacts.forgetPreference(act, account, address),
  (contacts, act, account) => contacts.createGroup(act, account, { name: 'Autre', members: [] }),
  (contacts, act, account) => contacts.createBookEntry(act, account, entry),
];

describe('another account', () => {
  test('sees nothing of an account, and its tenant’s address book only when it is of that tenant', async (t) => {
    const scene = await openScene(t);
    const { contacts, store } = scene.world;
    const neighbour = await scene.world.createHolder(scene.owner.account.tenantId);
    const foreigner = await scene.world.createHolder();
    for (const other of [neighbour, foreigner]) {
      assert.equal((await contacts.familiarity(store.db, other)).size, 0);
      assert.equal(await contacts.preferredAmong(store.db, other, [address]), null);
      assert.deepEqual(await contacts.listFavourites(store.db, other), []);
      assert.deepEqual(await contacts.listGroups(store.db, other), []);
      const [check] = await contacts.checkRecipients(store.db, { ...other, addresses: [address] });
      assert.equal(check?.writtenAt, null);
    }
    const found = (as: Holder) => contacts.findCorrespondents(store.db, { ...as, text: '', limit: 10 });
    assert.equal((await contacts.listBook(store.db, neighbour)).length, 1);
    assert.equal((await found(neighbour)).kept.length, 1);
    assert.deepEqual(await contacts.listBook(store.db, foreigner), []);
    assert.deepEqual((await found(foreigner)).kept, []);
  });

  test('changes nothing by the identifiers of an account or of another tenant', async (t) => {
    const scene = await openScene(t);
    const { world } = scene;
    const { contacts } = world;
    const before = await stateOf(scene);
    const neighbour = await world.createHolder(scene.owner.account.tenantId);
    const foreigner = await world.createHolder();
    const { onGroups, onEntries } = deedsById(scene);
    for (const other of [neighbour, foreigner]) {
      for (const deed of onGroups) {
        await assert.rejects(
          world.act(other, (act) => deed(contacts, act, other.account)),
          { code: 'group-unknown' },
        );
      }
    }
    for (const deed of onEntries) {
      const trying = world.act(foreigner, (act) => deed(contacts, act, foreigner.account));
      await assert.rejects(trying, { code: 'entry-unknown' });
    }
    await world.act(foreigner, (act) => contacts.removeFavourite(act, foreigner.account, address));
    await world.act(foreigner, (act) => contacts.forgetPreference(act, foreigner.account, address));
    assert.deepEqual(await stateOf(scene), before);
  });
});

describe('a person without the right', () => {
  test('neither sees nor changes anything, in any mixture of tenant and account', async (t) => {
    const scene = await openScene(t);
    const { world, owner } = scene;
    const { contacts, store } = world;
    const before = await stateOf(scene);
    const neighbour = await world.createHolder(owner.account.tenantId);
    const foreigner = await world.createHolder();
    const manager = await store.createReader(owner.account, ['manage']);
    const { onGroups, onEntries } = deedsById(scene);
    const mixed = { tenantId: foreigner.account.tenantId, accountId: owner.account.accountId };
    const tries: readonly (readonly [Actor, AccountRef])[] = [
      [neighbour.as, owner.account],
      [foreigner.as, owner.account],
      [foreigner.as, mixed],
      [manager, owner.account],
      [{ kind: 'administrator', login: 'root' }, owner.account],
      [{ kind: 'operator', certificateName: 'CN=mss.autre.example' }, owner.account],
    ];
    for (const [as, account] of tries) {
      for (const look of looksOf(scene)) await assert.rejects(look(contacts, as, account), { code: 'not-permitted' });
      for (const deed of [...onGroups, ...onEntries, ...otherDeeds]) {
        const trying = world.act({ as }, (act) => deed(contacts, act, account));
        await assert.rejects(trying, { code: 'not-permitted' });
      }
      if (as.kind === 'administrator') continue; // sends from the console
      const writing = world.act({ as }, (act) => contacts.recordWritten(act, account, [address]));
      await assert.rejects(writing, { code: 'not-permitted' });
    }
    assert.deepEqual(await stateOf(scene), before);
  });

  test('who may read looks and opens notes, who may write changes, who may send is remembered', async (t) => {
    const scene = await openScene(t);
    const { world, owner } = scene;
    const { contacts, store } = world;
    const { account } = owner;
    const [reader, writer, sender] = await Promise.all(
      (['read', 'write', 'send'] as const).map((right) => store.createReader(account, [right])),
    );
    assert.ok(reader && writer && sender);
    const add = (as: Actor) => world.act({ as }, (act) => contacts.addFavourite(act, account, { address }));
    const write = (as: Actor) => world.act({ as }, (act) => contacts.recordWritten(act, account, [address]));
    const open = (as: Actor) => world.act({ as }, (act) => contacts.openBookEntry(act, account, scene.entry));
    for (const look of looksOf(scene)) {
      await look(contacts, reader, account);
      for (const as of [writer, sender]) await assert.rejects(look(contacts, as, account), { code: 'not-permitted' });
    }
    assert.equal((await open(reader)).note, 'Note.');
    await add(writer);
    await write(sender);
    for (const as of [writer, sender]) await assert.rejects(open(as), { code: 'not-permitted' });
    for (const as of [reader, sender]) await assert.rejects(add(as), { code: 'not-permitted' });
    for (const as of [reader, writer]) await assert.rejects(write(as), { code: 'not-permitted' });
  });
});

test('once its key is destroyed an account keeps nothing that can be read, and takes nothing more', async (t) => {
  const scene = await openScene(t);
  const { world, owner } = scene;
  const { contacts, elsewhere, store } = world;
  await stateOf(scene); // opened in memory
  const { tenantId, accountId: ownerId } = owner.account;
  await store.act((act) => store.dataKeys.destroy(act.tx, { tenantId, purpose: 'account', ownerId }));
  for (const process of [contacts, elsewhere]) {
    assert.equal((await process.familiarity(store.db, owner)).size, 0);
    assert.equal(await process.preferredAmong(store.db, owner, [address]), null);
    assert.deepEqual(await process.listFavourites(store.db, owner), []);
    assert.deepEqual(await process.listGroups(store.db, owner), []);
    const [check] = await process.checkRecipients(store.db, { ...owner, addresses: [address] });
    assert.deepEqual([check?.writtenAt, check?.preferred], [null, null]);
    const { kept } = await process.findCorrespondents(store.db, { ...owner, text: '', limit: 10 });
    assert.deepEqual(
      kept.map((each) => each.kind),
      ['book'],
    );
  }
  for (const deed of [...deedsById(scene).onGroups, ...otherDeeds.slice(0, 5)]) {
    const trying = world.act(owner, (act) => deed(contacts, act, owner.account));
    await assert.rejects(trying, { code: 'account-destroyed' });
  }
  await world.write(owner, address); // nothing is remembered, and nothing stands in the way of what calls it
});
