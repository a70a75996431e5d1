import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { sql } from 'kysely';
import { rawMessage, TestMail } from '../../../../testkit/mail-store.ts';
import { searchLimits } from '../../../base/domain-limits.ts';
import type { Account, AccountRef } from '../mail.ts';

async function openAccount(t: Parameters<typeof TestMail.open>[0]): Promise<{ store: TestMail; account: Account }> {
  const store = await TestMail.open(t);
  return { store, account: await store.createAccount(await store.createTenant()) };
}

async function indexAll(store: TestMail, account: AccountRef): Promise<number> {
  let steps = 1;
  while ((await store.mail.indexAccount(account)) !== 'done') steps += 1;
  return steps;
}

async function storeMany(store: TestMail, account: AccountRef, words: readonly string[]): Promise<void> {
  const messages = await Promise.all(
    words.map((word) => store.gather(rawMessage({ Subject: 'Suivi' }, `${word}\r\n`))),
  );
  await store.deliver(...messages.map((message) => store.delivery(account, message)));
}

function segments(store: TestMail, account: AccountRef) {
  return sql<{ id: string; level: number; documents: number }>`
    select id, level, documents from mail.search_segment where account_id = ${account.accountId}
     order by first_number`.execute(store.db);
}

describe('the search index', () => {
  test('takes as many emails in one step as its bound, and one more in the next', async (t) => {
    const { store, account } = await openAccount(t);
    const bound = searchLimits.emailsPerStep;
    await storeMany(
      store,
      account,
      Array.from({ length: bound }, (_, index) => `mot${index}`),
    );
    assert.equal(await store.mail.indexAccount(account), 'more');
    assert.deepEqual(
      (await segments(store, account)).rows.map((row) => row.documents),
      [bound],
    );
    await storeMany(store, account, ['dernier']);
    await indexAll(store, account);
    assert.deepEqual(
      (await segments(store, account)).rows.map((row) => row.documents),
      [bound, 1],
    );
    assert.equal((await store.mail.search(store.db, account, { text: 'dernier', limit: 5 })).length, 1);
  });

  test('merges small segments into larger ones, and finds the same', async (t) => {
    const { store, account } = await openAccount(t);
    const count = searchLimits.segmentsPerLevel ** 2;
    for (let index = 0; index < count; index += 1) {
      await store.store(account, rawMessage({ Subject: 'Bilan' }, `numero${index} commun\r\n`));
      await indexAll(store, account);
    }
    const rows = (await segments(store, account)).rows;
    assert.deepEqual(
      rows.map(({ level, documents }) => ({ level, documents })),
      [{ level: 2, documents: count }],
    );
    assert.equal((await store.mail.search(store.db, account, { text: 'commun', limit: 100 })).length, count);
    assert.equal((await store.mail.search(store.db, account, { text: 'numero7 ', limit: 100 })).length, 1);
  });

  test('indexes each email once when two processes take the same step', async (t) => {
    const { store, account } = await openAccount(t);
    await storeMany(store, account, ['unique']);
    await Promise.all([store.mail.indexAccount(account), store.mail.indexAccount(account)]);
    assert.deepEqual(
      (await segments(store, account)).rows.map((row) => row.documents),
      [1],
    );
  });

  test('asks for one job however many emails come before it runs, and for another after it ran', async (t) => {
    const { store, account } = await openAccount(t);
    store.indexing.length = 0;
    for (let times = 0; times < 3; times += 1) await storeMany(store, account, [`essai${times}`]);
    assert.equal(store.indexing.length, 1);
    await indexAll(store, account);
    await storeMany(store, account, ['suivant']);
    assert.equal(store.indexing.length, 2);
  });

  test('says that more came while it worked, so that none is forgotten', async (t) => {
    const { store, account } = await openAccount(t);
    await storeMany(store, account, ['premier']);
    const steps = new Set<string>();
    for (let times = 0; times < 20 && !steps.has('later'); times += 1) {
      const [step] = await Promise.all([
        store.mail.indexAccount(account),
        storeMany(store, account, [`pendant${times}`]),
      ]);
      steps.add(step);
    }
    await indexAll(store, account);
    assert.deepEqual(await store.mail.unindexedAccounts(store.db, 10), []);
    const found = await store.mail.search(store.db, account, { text: 'pendant', limit: 50 });
    const stored = (await store.mail.getAccount(store.db, account))?.emailCount ?? 0;
    assert.equal(found.length, stored - 1);
  });

  test('forgets the words of what was destroyed, and keeps the others', async (t) => {
    const { store, account } = await openAccount(t);
    await storeMany(store, account, ['garder']);
    const { emailId } = await store.store(account, rawMessage({ Subject: 'Oubli' }, 'effacer\r\n'));
    await indexAll(store, account);
    const before = (await segments(store, account)).rows.map((row) => row.id);
    for (let times = 0; times < 2; times += 1) {
      await store.act((act) => store.mail.deleteEmails(act, account, [emailId]));
    }
    store.clock.advance(1_000);
    await store.act((act) => store.mail.purgeDeleted(act, store.clock.now(), 10));
    for (const { account: of, numbers } of store.forgetting) await store.mail.forgetInIndex(of, numbers);
    const after = (await segments(store, account)).rows;
    assert.deepEqual(
      after.map((row) => row.documents),
      [1],
    );
    assert.ok(!before.includes(after[0]?.id ?? ''));
    assert.equal((await store.mail.search(store.db, account, { text: 'garder', limit: 5 })).length, 1);
    assert.deepEqual(await store.mail.search(store.db, account, { text: 'effacer', limit: 5 }), []);
  });

  test('finds once what was deleted and brought back', async (t) => {
    const { store, account } = await openAccount(t);
    const { emailId } = await store.store(account, rawMessage({ Subject: 'Retour' }, 'revenu\r\n'));
    await indexAll(store, account);
    for (let times = 0; times < 2; times += 1) {
      await store.act((act) => store.mail.deleteEmails(act, account, [emailId]));
    }
    await store.act((act) => store.mail.undeleteEmails(act, account, [emailId]));
    await indexAll(store, account);
    assert.equal((await segments(store, account)).rows.length, 2);
    assert.deepEqual(await store.mail.search(store.db, account, { text: 'revenu', limit: 5 }), [emailId]);
  });

  test('finds nothing of another account', async (t) => {
    const { store, account } = await openAccount(t);
    const neighbour = await store.createAccount(account.tenantId);
    const stranger = await store.createAccount(await store.createTenant());
    await storeMany(store, account, ['confidentiel']);
    for (const one of [account, neighbour, stranger]) await indexAll(store, one);
    const find = (one: AccountRef) => store.mail.search(store.db, one, { text: 'confidentiel', limit: 5 });
    assert.equal((await find(account)).length, 1);
    assert.deepEqual(await find(neighbour), []);
    assert.deepEqual(await find(stranger), []);
    assert.deepEqual(await find({ tenantId: stranger.tenantId, accountId: account.accountId }), []);
  });
});
