import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { rawMessage, TestMail } from '../../../testkit/mail-store.ts';
import { type Account, openAccountNews } from './mail.ts';

const store = await TestMail.open({ after });
const news = await openAccountNews(store.database);
after(() => news.stop());
const tenantId = await store.createTenant();

/** Resolves with the next news of the account. */
function next(account: Account): Promise<void> {
  return new Promise((resolve) => {
    const end = news.watch(account, () => {
      end();
      resolve();
    });
  });
}

test('a delivery, a keyword, a mailbox and a quota are news of their account', async () => {
  const account = await store.createAccount(tenantId);
  const stored = next(account);
  const { emailId } = await store.store(account, rawMessage());
  await stored;
  const deeds = [
    () => store.act((act) => store.mail.setKeywords(act, account, [emailId], { add: ['$seen'], remove: [] })),
    () => store.act((act) => store.mail.createMailbox(act, account, { name: 'Labo', parentId: null })),
    () => store.act((act) => store.mail.setQuota(act, account, 5_000_000)),
  ];
  for (const deed of deeds) {
    const told = next(account);
    await deed();
    await told;
  }
});

test('what changes in one account is no news of another, nor is what was rolled back', async () => {
  const [account, other] = [await store.createAccount(tenantId), await store.createAccount(tenantId)];
  // News comes in the order of commits: what was to come has come before this.
  const pass = async (): Promise<void> => {
    const told = next(account);
    await store.store(account, rawMessage());
    await told;
  };
  await pass();
  const seen: string[] = [];
  const end = news.watch(other, () => seen.push('other'));
  await store.store(account, rawMessage());
  const failing = store.act(async (act) => {
    await store.mail.createMailbox(act, other, { name: 'Labo', parentId: null });
    throw new RangeError('on purpose');
  });
  await assert.rejects(failing, RangeError);
  await pass();
  end();
  assert.deepEqual(seen, []);
});
