/** Every identifier of every deed, tried from another account of the same tenant and from another tenant. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { rawMessage, TestMail } from '../../../testkit/mail-store.ts';
import type { EmailId, MailboxId } from '../../base/ids.ts';
import type { Act } from '../audit/audit.ts';
import type { Account, AccountRef } from './mail.ts';

interface Scene {
  readonly store: TestMail;
  readonly owner: Account;
  readonly emailId: EmailId;
  readonly deletedId: EmailId;
  readonly mailboxId: MailboxId;
  /** Accounts that are not the owner's, the last two with its identifiers mixed in. */
  readonly strangers: readonly AccountRef[];
}

async function openScene(t: Parameters<typeof TestMail.open>[0]): Promise<Scene> {
  const store = await TestMail.open(t);
  const [tenantId, otherTenantId] = [await store.createTenant(), await store.createTenant()];
  const owner = await store.createAccount(tenantId);
  const [neighbour, foreigner] = [await store.createAccount(tenantId), await store.createAccount(otherTenantId)];
  const { emailId } = await store.store(owner, rawMessage());
  const { emailId: deletedId } = await store.store(owner, rawMessage(), 'trash');
  await store.act((act) => store.mail.deleteEmails(act, owner, [deletedId]));
  const mailboxId = await store.act((act) => store.mail.createMailbox(act, owner, { name: 'Labo', parentId: null }));
  const strangers = [neighbour, foreigner];
  return { store, owner, emailId, deletedId, mailboxId, strangers };
}

/** All that the owner's account holds, as rows. */
async function stateOf({ store, owner }: Scene): Promise<unknown> {
  const { mail, db } = store;
  return [
    await mail.getAccount(db, owner),
    await mail.listMailboxes(db, owner),
    await mail.listEmails(db, owner, { limit: 100 }),
    await mail.listDeleted(db, owner, 100),
    await mail.emailChanges(db, owner, 0, 100),
  ];
}

describe('another account', () => {
  test('finds nothing by the identifiers of an account', async (t) => {
    const scene = await openScene(t);
    const { store, emailId, deletedId, mailboxId } = scene;
    const { mail, db } = store;
    for (const stranger of scene.strangers) {
      const summaries = await store.act((act) => mail.openSummaries(act, stranger, [emailId, deletedId]));
      assert.deepEqual(summaries, []);
      const opening = store.act((act) => mail.openContent(act, stranger, emailId));
      await assert.rejects(opening, { code: 'email-unknown' });
      assert.deepEqual(await mail.listEmails(db, stranger, { mailboxId, limit: 100 }), []);
      assert.deepEqual(await mail.listEmails(db, stranger, { limit: 100 }), []);
      assert.deepEqual(await mail.listDeleted(db, stranger, 100), []);
      assert.deepEqual(await mail.search(db, stranger, { text: 'confrère', limit: 10 }), []);
    }
  });

  test('changes nothing by the identifiers of an account', async (t) => {
    const scene = await openScene(t);
    const { store, emailId, deletedId, mailboxId, owner } = scene;
    const { mail } = store;
    const before = await stateOf(scene);
    const ids = [emailId, deletedId];
    for (const stranger of scene.strangers) {
      const inbox = await store.mailboxOf(stranger, 'inbox');
      const add = { add: ['$seen'], remove: [] };
      const silent: ((act: Act) => Promise<readonly EmailId[]>)[] = [
        (act) => mail.setKeywords(act, stranger, ids, add),
        (act) => mail.moveEmails(act, stranger, ids, [inbox]),
        (act) => mail.deleteEmails(act, stranger, ids),
        (act) => mail.undeleteEmails(act, stranger, ids),
      ];
      for (const deed of silent) assert.deepEqual(await store.act(deed), []);
      const refused: ((act: Act) => Promise<unknown>)[] = [
        (act) => mail.moveEmails(act, stranger, [], [mailboxId]),
        (act) => mail.changeMailbox(act, stranger, mailboxId, { name: 'Autre' }),
        (act) => mail.changeMailbox(act, stranger, mailboxId, { parentId: inbox }),
        (act) => mail.createMailbox(act, stranger, { name: 'Autre', parentId: mailboxId }),
        (act) => mail.destroyMailbox(act, stranger, mailboxId),
      ];
      for (const deed of refused) await assert.rejects(store.act(deed), { code: 'mailbox-unknown' });
      const message = await store.gather(rawMessage());
      const [outcome] = await store.deliver({ ...store.delivery(stranger, message), to: { mailboxId } });
      assert.equal(outcome?.kind, 'no-mailbox');
    }
    assert.deepEqual(await stateOf(scene), before);
    assert.equal(before === undefined || owner === undefined, false);
  });

  test('an account named with the tenant of another is unknown', async (t) => {
    const { store, owner, strangers, emailId } = await openScene(t);
    const mixed = { tenantId: strangers[1]?.tenantId ?? owner.tenantId, accountId: owner.accountId };
    assert.equal(await store.mail.getAccount(store.db, mixed), undefined);
    assert.deepEqual(await store.mail.listEmails(store.db, mixed, { limit: 10 }), []);
    const marking = store.act((act) => store.mail.setKeywords(act, mixed, [emailId], { add: ['$seen'], remove: [] }));
    await assert.rejects(marking, { code: 'account-unknown' });
    const message = await store.gather(rawMessage());
    assert.deepEqual(await store.deliver(store.delivery(mixed, message)), [{ kind: 'closed' }]);
  });
});

describe('a person without the right', () => {
  test('changes nothing in an account they may only read', async (t) => {
    const scene = await openScene(t);
    const { store, owner, emailId, mailboxId } = scene;
    const { mail } = store;
    const reader = await store.createReader(owner, ['read']);
    const before = await stateOf(scene);
    const message = await store.gather(rawMessage());
    const deeds: ((act: Act) => Promise<unknown>)[] = [
      (act) => mail.setKeywords(act, owner, [emailId], { add: ['$seen'], remove: [] }),
      (act) => mail.moveEmails(act, owner, [emailId], [mailboxId]),
      (act) => mail.deleteEmails(act, owner, [emailId]),
      (act) => mail.undeleteEmails(act, owner, [emailId]),
      (act) => mail.createMailbox(act, owner, { name: 'Autre', parentId: null }),
      (act) => mail.changeMailbox(act, owner, mailboxId, { name: 'Autre' }),
      (act) => mail.destroyMailbox(act, owner, mailboxId),
      (act) => mail.closeAccount(act, owner),
      (act) => mail.setQuota(act, owner, 1),
      (act) => mail.deliver(act, [{ ...store.delivery(owner, message), event: 'email.submitted' }]),
      (act) => mail.deliver(act, [{ ...store.delivery(owner, message), event: 'email.imported' }]),
    ];
    for (const deed of deeds) await assert.rejects(store.act(deed, reader), { code: 'not-permitted' });
    assert.deepEqual(await stateOf(scene), before);
  });
});
