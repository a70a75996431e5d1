import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { rawMessage, TestMail } from '../../../testkit/mail-store.ts';
import { present } from '../../base/assert.ts';
import { mailLimits } from '../../base/domain-limits.ts';
import type { TenantId } from '../../base/ids.ts';
import { parseAddress } from '../../formats/address/address.ts';
import type { AccountRef } from './mail.ts';

function create(
  store: TestMail,
  tenantId: TenantId,
  wanted: { address?: string; displayName?: string; quotaBytes?: number },
) {
  const address = present(parseAddress(wanted.address ?? 'anne.martin@cabinet.example'), 'an address');
  const { displayName = 'Dr Anne MARTIN Cabinet des Lilas', quotaBytes = 1_000 } = wanted;
  return store.act((act) => store.mail.createAccount(act, { tenantId, type: 'PER', address, displayName, quotaBytes }));
}

describe('accounts', () => {
  test('are found by their address, whatever its case, also once closed, under their name (ANS-REF2 ECO.2.2.7)', async (t) => {
    const store = await TestMail.open(t);
    const account = await create(store, await store.createTenant(), {});
    await store.act((act) => store.mail.closeAccount(act, account));
    const address = present(parseAddress('Anne.MARTIN@cabinet.example'), 'an address');
    const found = await store.mail.findAccount(store.db, address);
    assert.deepEqual(found, { tenantId: account.tenantId, accountId: account.accountId });
    assert.deepEqual(await store.mail.getAccount(store.db, account), { ...account, isClosed: true });
    assert.equal(await store.mail.hasRoomFor(store.db, account, 1), 'closed');
    const closing = store.act((act) => store.mail.closeAccount(act, account));
    await assert.rejects(closing, { code: 'account-closed' });
  });

  test('an address is never given twice, and the refused account leaves nothing', async (t) => {
    const store = await TestMail.open(t);
    const tenantId = await store.createTenant();
    const account = await create(store, tenantId, {});
    await store.act((act) => store.mail.closeAccount(act, account));
    await assert.rejects(create(store, tenantId, { address: 'ANNE.martin@cabinet.example' }), {
      code: 'address-taken',
    });
    assert.equal((await store.mail.listAccounts(store.db, { limit: 10 })).length, 1);
  });

  test('a display name stands on one line and has at most 256 characters; a quota counts octets', async (t) => {
    const store = await TestMail.open(t);
    const tenantId = await store.createTenant();
    for (const displayName of ['', ' ', 'a\r\nBcc: b', 'a'.repeat(mailLimits.displayNameCharacters + 1)]) {
      await assert.rejects(create(store, tenantId, { displayName }), { code: 'bad-display-name' });
    }
    for (const quotaBytes of [-1, 1.5, Number.NaN, 2 ** 53]) {
      await assert.rejects(create(store, tenantId, { quotaBytes }), { code: 'bad-quota' });
    }
    await create(store, tenantId, { displayName: 'a'.repeat(mailLimits.displayNameCharacters), quotaBytes: 0 });
  });

  test('a lower quota refuses what comes and touches nothing of what is there', async (t) => {
    const store = await TestMail.open(t);
    const account = await create(store, await store.createTenant(), { quotaBytes: 1_000_000 });
    await store.store(account, rawMessage());
    await store.act((act) => store.mail.setQuota(act, account, 10));
    const message = await store.gather(rawMessage());
    assert.deepEqual(await store.deliver(store.delivery(account, message)), [{ kind: 'over-quota' }]);
    assert.equal((await store.mail.listEmails(store.db, account, { limit: 5 })).length, 1);
  });

  test('are listed in pages over all tenants', async (t) => {
    const store = await TestMail.open(t);
    const made: string[] = [];
    for (let tenant = 0; tenant < 2; tenant += 1) {
      const tenantId = await store.createTenant();
      for (let index = 0; index < 3; index += 1) made.push((await store.createAccount(tenantId)).accountId);
    }
    const seen: string[] = [];
    for (let after: AccountRef | undefined; ; ) {
      const page = await store.mail.listAccounts(store.db, after === undefined ? { limit: 4 } : { after, limit: 4 });
      seen.push(...page.map((account) => account.accountId));
      after = page.at(-1);
      if (after === undefined) break;
    }
    assert.deepEqual(seen.sort(), made.sort());
  });
});

describe('lists', () => {
  test('give emails newest first, in pages, of one mailbox or of all', async (t) => {
    const store = await TestMail.open(t);
    const account = await store.createAccount(await store.createTenant());
    const ids = [];
    for (let index = 0; index < 6; index += 1) {
      ids.unshift((await store.store(account, rawMessage(), index % 2 === 0 ? 'inbox' : 'archive')).emailId);
      if (index % 3 === 0) store.clock.advance(1_000); // some arrive at the same instant
    }
    const all = await store.mail.listEmails(store.db, account, { limit: 10 });
    assert.deepEqual([...all].sort(), [...ids].sort());
    const summaries = await store.act((act) => store.mail.openSummaries(act, account, all));
    const paged = [];
    for (let at = -1; at < all.length - 1; at += 2) {
      const last = summaries[at];
      const page = last === undefined ? { limit: 2 } : { before: last, limit: 2 };
      paged.push(...(await store.mail.listEmails(store.db, account, page)));
    }
    assert.deepEqual(paged, all);
    const mailboxId = await store.mailboxOf(account, 'archive');
    const archived = await store.mail.listEmails(store.db, account, { mailboxId, limit: 10 });
    assert.deepEqual(
      archived,
      summaries.filter((summary) => summary.mailboxIds.includes(mailboxId)).map(({ id }) => id),
    );
  });

  test('have pages as long as the limit says, and no longer', async (t) => {
    const store = await TestMail.open(t);
    const account = await store.createAccount(await store.createTenant());
    const { mail, db } = store;
    const asks: ((limit: number) => Promise<unknown>)[] = [
      (limit) => mail.listEmails(db, account, { limit }),
      (limit) => mail.listDeleted(db, account, limit),
      (limit) => mail.listAccounts(db, { limit }),
      (limit) => mail.search(db, account, { text: 'mot', limit }),
      (limit) => mail.emailChanges(db, account, 0, limit),
      (limit) => mail.mailboxChanges(db, account, 0, limit),
      (limit) => store.act((act) => mail.forgetChanges(act, store.clock.now(), limit)),
    ];
    for (const ask of asks) {
      await ask(mailLimits.page);
      await assert.rejects(ask(mailLimits.page + 1), { name: 'AssertionFault' });
    }
    const purge = (limit: number) => store.act((act) => mail.purgeDeleted(act, store.clock.now(), limit));
    await purge(mailLimits.maintenancePage);
    await assert.rejects(purge(mailLimits.maintenancePage + 1), { name: 'AssertionFault' });
  });

  test('search finds what is present, newest first, and not what was deleted', async (t) => {
    const store = await TestMail.open(t);
    const account = await store.createAccount(await store.createTenant());
    const words = ['Échographie cardiaque', 'échographie rénale', 'radiographie'];
    const ids = [];
    for (const word of words) {
      store.clock.advance(1_000);
      ids.push((await store.store(account, rawMessage({ Subject: 'Compte rendu' }, `${word}\r\n`))).emailId);
    }
    while ((await store.mail.indexAccount(account)) !== 'done');
    const find = (text: string) => store.mail.search(store.db, account, { text, limit: 10 });
    assert.deepEqual(await find('echographie'), [ids[1], ids[0]]);
    assert.deepEqual(await find('échographie card'), [ids[0]]);
    const [first] = ids.slice(0, 1);
    for (let times = 0; times < 2; times += 1) {
      await store.act((act) => store.mail.deleteEmails(act, account, [present(first, 'an email')]));
    }
    assert.deepEqual(await find('echographie'), [ids[1]]);
    await store.act((act) => store.mail.undeleteEmails(act, account, [present(first, 'an email')]));
    while ((await store.mail.indexAccount(account)) !== 'done');
    assert.deepEqual(await find('echographie'), [ids[1], ids[0]]);
    const inbox = await store.mailboxOf(account, 'inbox');
    const trash = await store.mailboxOf(account, 'trash');
    const within = (mailboxId: typeof inbox) =>
      store.mail.search(store.db, account, { text: 'radio', mailboxId, limit: 10 });
    assert.deepEqual([await within(inbox), await within(trash)], [[ids[2]], []]);
  });
});
