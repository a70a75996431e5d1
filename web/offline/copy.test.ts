/** The vault and what is kept in it, over a store in memory; the browser's own is tried in tests/e2e/offline.test.ts. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { OpenedEmail } from '../mail/reading/conversation/opened.ts';
import { copyBounds } from './bounds.ts';
import { DeviceCopy, type KeptDraft, type WaitingMessage } from './copy.ts';
import { findKept } from './find.ts';
import { makeKeys } from './keys.ts';
import { openVault, type RecordStore, type SealedRecord, type Shelf } from './vault.ts';

class MemoryStore implements RecordStore {
  readonly shelves = new Map<Shelf, Map<string, SealedRecord>>();

  #shelf(shelf: Shelf): Map<string, SealedRecord> {
    const found = this.shelves.get(shelf) ?? new Map<string, SealedRecord>();
    this.shelves.set(shelf, found);
    return found;
  }

  async put(shelf: Shelf, record: SealedRecord): Promise<void> {
    this.#shelf(shelf).set(record.id, record);
  }

  async get(shelf: Shelf, id: string): Promise<SealedRecord | undefined> {
    return this.#shelf(shelf).get(id);
  }

  async remove(shelf: Shelf, id: string): Promise<void> {
    this.#shelf(shelf).delete(id);
  }

  async all(shelf: Shelf): Promise<readonly SealedRecord[]> {
    return [...this.#shelf(shelf).values()];
  }

  dump(): string {
    return [...this.shelves.values()]
      .flatMap((shelf) => [...shelf.values()])
      .map(
        ({ id, iv, sealed }) => `${id} ${Buffer.from(iv).toString('latin1')} ${Buffer.from(sealed).toString('latin1')}`,
      )
      .join('\n');
  }
}

const freshKeys = async () =>
  (await makeKeys({ deviceId: 'd', password: 'p', secret: 'A'.repeat(43), iterations: 1 })).keys;

async function freshCopy() {
  const store = new MemoryStore();
  const vault = openVault(store, await freshKeys());
  return { store, vault, copy: new DeviceCopy(vault) };
}

function email(id: string, text = 'Potassium à 4,1', receivedAt = '2026-11-22T10:00:00Z'): OpenedEmail {
  const people = [{ name: 'Pr Rachid Méziane', email: 'rachid@hopital.example' }];
  return {
    ...{ id, threadId: 't', blobId: 'b', mailboxIds: {}, keywords: {}, size: 1, receivedAt, sentAt: receivedAt },
    ...{ from: people, to: [], cc: null, bcc: null, replyTo: null, sender: null, subject: 'Bilan rénal' },
    ...{ hasAttachment: false, preview: text, messageId: null, inReplyTo: null, references: null, attachments: [] },
    textBody: [],
    htmlBody: [],
    bodyValues: { '1': { value: text, isEncodingProblem: false, isTruncated: false } },
  };
}

describe('a record', () => {
  test('says no word of what it holds, nor of what it is called', async () => {
    const { store, copy } = await freshCopy();
    await copy.keepEmail('account-1', email('email-1'), 1);
    const dump = store.dump();
    for (const word of ['Potassium', 'Bilan', 'rachid', 'account-1', 'email-1', 'receivedAt']) {
      assert.ok(!dump.includes(word), word);
    }
    assert.equal((await copy.emails())[0]?.email.subject, 'Bilan rénal');
  });

  test('opens under its own name and on its own shelf alone; what does not open is dropped', async () => {
    const { store, vault } = await freshCopy();
    await vault.put('drafts', 'one', 1);
    await vault.put('drafts', 'two', 2);
    const [one, two] = await store.all('drafts');
    assert.ok(one !== undefined && two !== undefined);
    await store.put('drafts', { ...one, id: two.id });
    await store.put('outbox', one);
    assert.deepEqual(await vault.all('outbox'), []);
    assert.deepEqual(
      (await vault.all<number>('drafts')).map(({ value }) => value),
      [1],
    );
    assert.equal(await vault.get('drafts', 'two'), undefined);
    assert.deepEqual([store.shelves.get('outbox')?.size, store.shelves.get('drafts')?.size], [0, 1]);
  });

  test('does not open under the key of another device', async () => {
    const { store, vault } = await freshCopy();
    await vault.put('frame', 'frame', 'words');
    assert.deepEqual(await openVault(store, await freshKeys()).all('frame'), []);
  });

  test('is sealed anew each time', async () => {
    const { store, vault } = await freshCopy();
    await vault.put('frame', 'frame', 'words');
    const before = store.dump();
    await vault.put('frame', 'frame', 'words');
    assert.notEqual(store.dump(), before);
    assert.equal((await store.all('frame')).length, 1);
  });
});

describe('the copy', () => {
  test('keeps as many emails as its bound, and gives up those read longest ago', async () => {
    const { copy } = await freshCopy();
    for (let at = 0; at < copyBounds.emails; at += 1) await copy.keepEmail('a', email(`e${at}`), at);
    assert.equal((await copy.emails()).length, copyBounds.emails);
    await copy.keepEmail('a', email('e0'), copyBounds.emails); // read again
    await copy.keepEmail('a', email('more'), copyBounds.emails + 1);
    const ids = new Set((await copy.emails()).map((kept) => kept.email.id));
    assert.deepEqual([ids.size, ids.has('e0'), ids.has('e1'), ids.has('more')], [copyBounds.emails, true, false, true]);
  });

  test('keeps these bounds when it is opened again', async () => {
    const { vault, copy } = await freshCopy();
    for (let at = 0; at < copyBounds.emails; at += 1) await copy.keepEmail('a', email(`e${at}`), at);
    const again = new DeviceCopy(vault);
    await again.keepEmail('a', email('more'), copyBounds.emails);
    assert.equal((await again.emails()).length, copyBounds.emails);
  });

  test('does not keep an email beyond its size', async () => {
    const { copy } = await freshCopy();
    const room = copyBounds.emailBytes - 2_048; // for what stands around the text
    await copy.keepEmail('a', email('fits', 'x'.repeat(room / 2)), 1);
    await copy.keepEmail('a', email('large', 'x'.repeat(copyBounds.emailBytes)), 2);
    assert.deepEqual(
      (await copy.emails()).map((kept) => kept.email.id),
      ['fits'],
    );
  });

  test('keeps files up to their size, and gives up the oldest of them before any email', async () => {
    const { copy } = await freshCopy();
    await copy.keepEmail('a', email('e'), 0);
    const file = (bytes: number) => new Blob([new Uint8Array(bytes).fill(7)], { type: 'application/pdf' });
    await copy.keepFile({ accountId: 'a', blobId: 'large' }, file(copyBounds.fileBytes + 1), 1);
    assert.equal(await copy.file({ accountId: 'a', blobId: 'large' }), undefined);
    const sealedBytes = (copyBounds.fileBytes * 4) / 3; // base64
    const many = Math.ceil(copyBounds.totalBytes / sealedBytes);
    for (let at = 1; at <= many; at += 1) {
      await copy.keepFile({ accountId: 'a', blobId: `f${at}` }, file(copyBounds.fileBytes), at);
    }
    assert.equal(await copy.file({ accountId: 'a', blobId: 'f1' }), undefined);
    const last = await copy.file({ accountId: 'a', blobId: `f${many}` });
    assert.deepEqual([last?.size, last?.type], [copyBounds.fileBytes, 'application/pdf']);
    assert.equal((await copy.emails()).length, 1);
  });

  test('shows the emails received last first, finds them by words without accents, and drops them', async () => {
    const { copy } = await freshCopy();
    await copy.keepEmail('a', email('old', 'Créatinine stable', '2026-11-01T10:00:00Z'), 2);
    await copy.keepEmail('a', email('new'), 1);
    const emails = await copy.emails();
    assert.deepEqual(
      emails.map((kept) => kept.email.id),
      ['new', 'old'],
    );
    const find = (words: string) => findKept(emails, words).map((kept) => kept.email.id);
    assert.deepEqual(
      [find('creatinine'), find('MEZIANE potassium'), find('absent'), find(' ')],
      [['old'], ['new'], [], ['new', 'old']],
    );
    await copy.dropEmail('a', 'new');
    assert.equal((await copy.emails()).length, 1);
  });

  test('keeps what waits in the order in which it was written', async () => {
    const { copy } = await freshCopy();
    const message = { draftId: 'd', subject: '' } as WaitingMessage['message']; // nothing else is looked at
    for (const [idempotencyId, writtenAt] of [['b', 2] as const, ['a', 1] as const, ['c', 3] as const]) {
      await copy.putWaiting({ message, idempotencyId, drafts: [], writtenAt });
    }
    assert.deepEqual(
      (await copy.waiting()).map((each) => each.idempotencyId),
      ['a', 'b', 'c'],
    );
    await copy.dropWaiting('b');
    assert.equal((await copy.waiting()).length, 2);
    const draft: KeptDraft = { message, draft: undefined, changedAt: 1, isChanged: true };
    await copy.putDraft(draft);
    await copy.putDraft({ ...draft, changedAt: 2 });
    assert.deepEqual(
      (await copy.drafts()).map(({ changedAt }) => changedAt),
      [2],
    );
  });
});
