import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type JournalEntry, type JournalStore, journalKey, openJournal, type SealedEntry } from './journal.ts';

const keyOf = (fill: number): Promise<CryptoKey> => journalKey(Buffer.alloc(32, fill).toString('base64url'));
const day = 86_400_000;

function memory(): JournalStore & { readonly held: Map<string, SealedEntry> } {
  const held = new Map<string, SealedEntry>();
  return {
    held,
    put: async (entry) => void held.set(entry.draftId, entry),
    remove: async (draftId) => void held.delete(draftId),
    all: async () => [...held.values()],
  };
}

function entry(draftId: string, subject: string, changedAt: number): JournalEntry {
  return {
    message: {
      ...{ draftId, accountId: 'a', identityId: 'i', to: [], cc: [], bcc: [], subject, format: 'text', html: '' },
      ...{ text: 'Mme Durand, hémoglobine 7', attachments: [], isUrgent: false, wantsReceipt: false },
      ...{ inReplyTo: [], references: [], origin: undefined },
    },
    savedAs: undefined,
    changedAt,
  };
}

test('what was written is read back, the latest first, and lies sealed', async () => {
  const store = memory();
  const journal = openJournal(store, await keyOf(1));
  await journal.write(entry('one', 'a', 1));
  await journal.write(entry('two', 'b', 2));
  await journal.write(entry('one', 'c', 3));
  const found = await journal.entries(4);
  assert.deepEqual(
    found.map(({ message }) => message.subject),
    ['c', 'b'],
  );
  for (const { sealed } of store.held.values()) assert.ok(!Buffer.from(sealed).includes('Durand'));
});

test('an entry of another person, or moved to another draft, does not open and is erased', async () => {
  const store = memory();
  await openJournal(store, await keyOf(1)).write(entry('one', 'a', 1));
  const moved = store.held.get('one');
  assert.ok(moved);
  store.held.set('two', { ...moved, draftId: 'two' });
  assert.equal((await openJournal(store, await keyOf(1)).entries(2)).length, 1);
  assert.deepEqual([...store.held.keys()], ['one']);
  assert.deepEqual(await openJournal(store, await keyOf(2)).entries(2), []);
  assert.equal(store.held.size, 0);
});

test('an entry is kept for seven days and no longer', async () => {
  const store = memory();
  const journal = openJournal(store, await keyOf(1));
  await journal.write(entry('one', 'a', 0));
  assert.equal((await journal.entries(7 * day)).length, 1);
  assert.equal((await journal.entries(7 * day + 1)).length, 0);
  assert.equal(store.held.size, 0);
});

test('what was saved is erased', async () => {
  const store = memory();
  const journal = openJournal(store, await keyOf(1));
  await journal.write(entry('one', 'a', 0));
  await journal.erase('one');
  assert.equal(store.held.size, 0);
});
