import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { rawMessage, TestMail } from '../../../testkit/mail-store.ts';

describe('changes', () => {
  test('nothing changed since now, and what never was is too old to tell', async (t) => {
    const store = await TestMail.open(t);
    const { mail, db } = store;
    const account = await store.createAccount(await store.createTenant());
    const { change } = await store.store(account, rawMessage());
    const none = { oldChange: change, newChange: change, hasMore: false, created: [], updated: [], destroyed: [] };
    assert.deepEqual(await mail.emailChanges(db, account, change, 10), none);
    assert.deepEqual(await mail.mailboxChanges(db, account, change, 10), none);
    assert.equal(await mail.emailChanges(db, account, change + 1, 10), 'too-old');
    assert.equal(await mail.mailboxChanges(db, account, change + 1, 10), 'too-old');
  });

  test('an email made and destroyed since is not told (RFC 8620 §5.2)', async (t) => {
    const store = await TestMail.open(t);
    const { mail, db } = store;
    const account = await store.createAccount(await store.createTenant());
    const before = await store.store(account, rawMessage(), 'trash');
    const { emailId } = await store.store(account, rawMessage(), 'trash');
    await store.act((act) => mail.deleteEmails(act, account, [emailId]));
    const changes = await mail.emailChanges(db, account, before.change, 10);
    assert(changes !== 'too-old');
    assert.deepEqual([changes.created, changes.updated, changes.destroyed], [[], [], []]);
  });

  test('whoever stopped following before the horizon starts anew, whoever stands on it goes on', async (t) => {
    const store = await TestMail.open(t);
    const { mail, db, clock } = store;
    const account = await store.createAccount(await store.createTenant());
    const first = await store.store(account, rawMessage(), 'trash');
    const second = await store.store(account, rawMessage(), 'trash');
    const kept = await store.store(account, rawMessage(), 'trash');
    await store.act((act) => mail.deleteEmails(act, account, [first.emailId]));
    const firstDeleted = await mail.emailChanges(db, account, kept.change, 10);
    assert(firstDeleted !== 'too-old');
    clock.advance(1_000);
    const forgetBefore = clock.now();
    await store.act((act) => mail.deleteEmails(act, account, [second.emailId]));
    // Of each deleted email a tombstone of its own, one of the UID it held and one of its thread.
    assert.equal(await store.act((act) => mail.forgetChanges(act, forgetBefore, 10)), 3);
    assert.equal(await mail.emailChanges(db, account, kept.change, 10), 'too-old');
    const since = await mail.emailChanges(db, account, firstDeleted.newChange, 10);
    assert(since !== 'too-old');
    assert.deepEqual(since.destroyed, [second.emailId]);
    assert.equal(await store.act((act) => mail.forgetChanges(act, forgetBefore, 10)), 0);
  });
});
