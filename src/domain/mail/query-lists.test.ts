import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { rawMessage, TestMail } from '../../../testkit/mail-store.ts';
import { mailLimits } from '../../base/domain-limits.ts';
import { type EmailId, newId } from '../../base/ids.ts';
import type { EmailQuery } from './mail.ts';
import { EmailList, ListShelf } from './query-lists.ts';

const all: EmailQuery = { sort: [], collapseThreads: false };
const bySubject: EmailQuery = { sort: [{ by: 'subject', ascending: true }], collapseThreads: false };

function listOf(ids: readonly string[]): EmailList {
  return new EmailList(Buffer.from(ids.join('').replaceAll('-', ''), 'hex'));
}

test('a list finds its emails where they stand, also where the octets of one begin inside another', () => {
  const ids = ['00112233-4455-6677-8899-aabbccddeeff', '8899aabb-ccdd-eeff-0011-223344556677'] as EmailId[];
  const shifted = '8899aabb-ccdd-eeff-8899-aabbccddeeff' as EmailId;
  const list = listOf([...ids, shifted]);
  assert.deepEqual(list.slice(-2, 9), [...ids, shifted]);
  assert.deepEqual(
    [...ids, shifted].map((id) => list.positionOf(id)),
    [0, 1, 2],
  );
  assert.equal(list.positionOf(newId<EmailId>()), undefined);
  const asked = new Set([shifted, newId<EmailId>(), ...ids.slice(0, 1)]);
  assert.deepEqual(list.positionsOf(asked), [
    { id: ids[0], position: 0 },
    { id: shifted, position: 2 },
  ]);
});

test('lists are kept for the state they were made in, and the least used go first', () => {
  const list = listOf(Array.from({ length: 100 }, () => newId()));
  const shelf = new ListShelf(3 * (list.bytes + 400));
  for (const key of ['a', 'b', 'c']) shelf.keep(key, { change: 1, list });
  assert.equal(shelf.find('a', 1)?.list, list);
  assert.equal(shelf.find('a', 2), undefined);
  shelf.keep('d', { change: 1, list });
  assert.deepEqual(
    ['a', 'b', 'c', 'd'].map((key) => shelf.find(key, 1) !== undefined),
    [true, false, true, true],
  );
  const { bytes } = shelf;
  shelf.keep('d', { change: 2, list });
  assert.equal(shelf.bytes, bytes, 'a newer list takes the place of the older');
  shelf.keep('huge', { change: 1, list: new EmailList(Buffer.alloc(16 * 10_000)) });
  assert.equal(shelf.find('huge', 1), undefined);
});

test('as many emails as the bound says are listed and sorted, and not one more', async (t) => {
  const store = await TestMail.open(t);
  const account = await store.createAccount(await store.createTenant());
  const { emailId } = await store.store(account, rawMessage({ Subject: 'Avis' }));
  /** Copies of the row, whose sealed parts do not open: enough to be counted. */
  const fill = async (count: number): Promise<void> => {
    await sql`delete from mail.email where id <> ${emailId}`.execute(store.ownerDb);
    await sql`
      insert into mail.email (tenant_id, account_id, id, number, thread_id, received_at, size_bytes, key_version, wrapped_key,
                              sealed_summary, sealed_content, has_attachment, created_change, changed_change)
      select tenant_id, account_id, gen_random_uuid(), number + n, gen_random_uuid(), received_at, size_bytes, key_version,
             '', '', '', false, created_change, changed_change
        from mail.email, generate_series(1, ${count - 1}::int) as n where id = ${emailId}`.execute(store.ownerDb);
  };
  const window = { from: { position: 0 }, limit: 1, countAll: true };
  const ask = (query: EmailQuery) => store.mail.queryEmails(store.db, account, query, window);
  const header: EmailQuery = { ...all, filter: { kind: 'header', name: 'Subject' } };
  await fill(mailLimits.sortedByHeader + 1);
  await assert.rejects(ask(bySubject), { code: 'too-many-to-sort' });
  await assert.rejects(ask(header), { code: 'too-many-to-open' });
  await fill(mailLimits.sortedByHeader);
  // At the bound they are opened: what was copied does not open.
  await assert.rejects(ask(bySubject), { code: 'sealed-bytes-damaged' });
  await assert.rejects(ask(header), { code: 'sealed-bytes-damaged' });
});

test('a list is as long as the bound says, and not one email longer', async (t) => {
  const store = await TestMail.open(t);
  const account = await store.createAccount(await store.createTenant());
  const id = await store.mailboxOf(account, 'archive');
  await sql`
    insert into mail.mailbox_email (tenant_id, account_id, mailbox_id, uid, email_id, added_change, received_at, thread_id)
    select ${account.tenantId}, ${account.accountId}, ${id}, n, gen_random_uuid(), 1, now(), gen_random_uuid()
      from generate_series(1, ${mailLimits.listedEmails + 1}::int) as n`.execute(store.ownerDb);
  const query: EmailQuery = { filter: { kind: 'in-mailbox', id }, sort: [], collapseThreads: true };
  const ask = () =>
    store.mail.queryEmails(store.db, account, query, { from: { position: 0 }, limit: 1, countAll: true });
  await assert.rejects(ask(), { code: 'too-many-to-list' });
  await sql`delete from mail.mailbox_email where uid = 1`.execute(store.ownerDb);
  const page = await ask();
  assert.equal(page === 'anchor-not-found' ? 0 : page.total, mailLimits.listedEmails);
});

test('the state that is told is the state of what is listed, whoever writes meanwhile', async (t) => {
  const store = await TestMail.open(t);
  const account = await store.createAccount(await store.createTenant());
  const window = { from: { position: 0 }, limit: 500, countAll: true };
  const stateOf = new Map<number, number>();
  let isOver = false;
  const writing = (async () => {
    for (let count = 0; count < 40; count += 1) await store.store(account, rawMessage());
    isOver = true;
  })();
  while (!isOver) {
    for (const query of [all, { ...all, collapseThreads: true }, bySubject]) {
      const page = await store.mail.queryEmails(store.db, account, query, window);
      assert.ok(page !== 'anchor-not-found');
      assert.equal(page.ids.length, page.total);
      const known = stateOf.get(page.change);
      assert.equal(known ?? page.ids.length, page.ids.length, 'one state, two lists');
      stateOf.set(page.change, page.ids.length);
    }
  }
  await writing;
});
