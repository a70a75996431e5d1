import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { sql } from 'kysely';
import { rawMessage, readAll, TestMail, traceField } from '../../../testkit/mail-store.ts';
import { present } from '../../base/assert.ts';
import { mailLimits } from '../../base/domain-limits.ts';
import { type EmailId, newId } from '../../base/ids.ts';
import type { Account, Keyword } from './mail.ts';

async function openAccount(t: Parameters<typeof TestMail.open>[0], quotaBytes?: number) {
  const store = await TestMail.open(t);
  const account = await store.createAccount(await store.createTenant(), quotaBytes);
  return { store, account };
}

function mark(store: TestMail, account: Account, ids: readonly EmailId[], add: readonly Keyword[]) {
  return store.act((act) => store.mail.setKeywords(act, account, ids, { add, remove: [] }));
}

function remove(store: TestMail, account: Account, ...ids: readonly EmailId[]) {
  return store.act((act) => store.mail.deleteEmails(act, account, ids));
}

function undelete(store: TestMail, account: Account, ...ids: readonly EmailId[]) {
  return store.act((act) => store.mail.undeleteEmails(act, account, ids));
}

describe('keywords', () => {
  test('know no case (RFC 8621 §4.1.1), and are atoms (RFC 9051 §9)', async (t) => {
    const { store, account } = await openAccount(t);
    const { emailId } = await store.store(account, rawMessage());
    await mark(store, account, [emailId], ['$Seen', 'Mon-Label', '~t']);
    const [summary] = await store.act((act) => store.mail.openSummaries(act, account, [emailId]));
    assert.deepEqual([...(summary?.keywords ?? [])].sort(), ['$seen', 'mon-label', '~t']);
    for (const bad of [
      '',
      'a b',
      'é',
      'a(b',
      'a]',
      'a"b',
      'a\\b',
      'a*',
      '50%',
      'a'.repeat(mailLimits.keywordCharacters + 1),
    ]) {
      await assert.rejects(mark(store, account, [emailId], [bad]), { code: 'bad-keyword' });
    }
    await mark(store, account, [emailId], ['a'.repeat(mailLimits.keywordCharacters)]);
  });

  test('an email bears as many as the limit says, and no more', async (t) => {
    const { store, account } = await openAccount(t);
    const { emailId } = await store.store(account, rawMessage());
    const labels = Array.from({ length: mailLimits.keywords }, (_, index) => `label${index}`);
    await mark(store, account, [emailId], [...labels, '$seen', '$flagged']);
    await assert.rejects(mark(store, account, [emailId], ['one-more']), { code: 'too-many-keywords' });
  });

  test('what is already so takes no change number and leaves no event', async (t) => {
    const { store, account } = await openAccount(t);
    const { emailId } = await store.store(account, rawMessage());
    await mark(store, account, [emailId], ['$seen', 'labo']);
    const before = await store.mail.emailChanges(store.db, account, 0, 10);
    const [found, events] = await store.act(async (act) => {
      const ids = await store.mail.setKeywords(act, account, [emailId], { add: ['labo'], remove: ['$flagged'] });
      return [ids, act.events];
    });
    assert.deepEqual([found, events], [[emailId], []]);
    assert.deepEqual(await store.mail.emailChanges(store.db, account, 0, 10), before);
  });

  test('come with a delivery too', async (t) => {
    const { store, account } = await openAccount(t);
    const delivery = store.delivery(account, await store.gather(rawMessage()), 'sent');
    const [outcome] = await store.deliver({ ...delivery, keywords: ['$Seen', 'Labo'], event: 'email.submitted' });
    assert(outcome?.kind === 'stored');
    const [summary] = await store.act((act) => store.mail.openSummaries(act, account, [outcome.emailId]));
    assert.deepEqual([...(summary?.keywords ?? [])].sort(), ['$seen', 'labo']);
    const sent = (await store.mail.listMailboxes(store.db, account)).find((mailbox) => mailbox.role === 'sent');
    assert.deepEqual([sent?.totalEmails, sent?.unreadEmails], [1, 0]);
  });
});

describe('moving', () => {
  test('takes one mailbox at least, 32 at most, all of the account', async (t) => {
    const { store, account } = await openAccount(t);
    const { emailId } = await store.store(account, rawMessage());
    const ids = await Promise.all(
      Array.from({ length: mailLimits.mailboxesPerEmail + 1 }, (_, index) =>
        store.act((act) => store.mail.createMailbox(act, account, { name: `${index}`, parentId: null })),
      ),
    );
    const move = (to: typeof ids) => store.act((act) => store.mail.moveEmails(act, account, [emailId], to));
    await assert.rejects(move([]), { code: 'bad-mailboxes' });
    await assert.rejects(move(ids), { code: 'bad-mailboxes' });
    await assert.rejects(move([newId()]), { code: 'mailbox-unknown' });
    await move(ids.slice(1));
    assert.deepEqual(await store.mail.listEmails(store.db, account, { mailboxId: present(ids[1], ''), limit: 5 }), [
      emailId,
    ]);
  });

  test('works on as many emails at once as the limit says, and no more', async (t) => {
    const { store, account } = await openAccount(t);
    const ids = Array.from({ length: mailLimits.emailsPerCall + 1 }, () => newId<EmailId>());
    await assert.rejects(mark(store, account, ids, ['$seen']), { code: 'too-many-emails' });
    assert.deepEqual(await mark(store, account, ids.slice(1), ['$seen']), []);
  });
});

describe('deleting', () => {
  test('goes to Trash, then out of sight, and comes back to where it was before Trash', async (t) => {
    const { store, account } = await openAccount(t);
    const { mail, db } = store;
    const raw = rawMessage();
    const { emailId } = await store.store(account, raw, 'archive');
    const [archive, trash] = [await store.mailboxOf(account, 'archive'), await store.mailboxOf(account, 'trash')];
    await remove(store, account, emailId);
    assert.deepEqual(await mail.listEmails(db, account, { mailboxId: trash, limit: 5 }), [emailId]);
    await remove(store, account, emailId);
    assert.deepEqual(await mail.listEmails(db, account, { limit: 5 }), []);
    const deleted = await mail.listDeleted(db, account, 5);
    assert.deepEqual(deleted, [{ id: emailId, deletedAt: store.clock.now() }]);
    assert.equal((await mail.getAccount(db, account))?.usedBytes, 0);
    assert.deepEqual(await undelete(store, account, emailId), [emailId]);
    assert.deepEqual(await mail.listEmails(db, account, { mailboxId: archive, limit: 5 }), [emailId]);
    const bytes = await readAll(await store.act((act) => mail.openContent(act, account, emailId)));
    assert.equal(bytes.toString(), traceField + raw);
  });

  test('an email whose mailbox is gone comes back to the inbox', async (t) => {
    const { store, account } = await openAccount(t);
    const { mail, db } = store;
    const { emailId } = await store.store(account, rawMessage());
    const folder = await store.act((act) => mail.createMailbox(act, account, { name: 'Labo', parentId: null }));
    await store.act((act) => mail.moveEmails(act, account, [emailId], [folder]));
    await remove(store, account, emailId);
    await remove(store, account, emailId);
    await store.act((act) => mail.destroyMailbox(act, account, folder));
    await undelete(store, account, emailId);
    const mailboxId = await store.mailboxOf(account, 'inbox');
    assert.deepEqual(await mail.listEmails(db, account, { mailboxId, limit: 5 }), [emailId]);
  });

  test('an email does not come back into an account that has no room left for it', async (t) => {
    const { store, account } = await openAccount(t, 1_000_000);
    const { emailId } = await store.store(account, rawMessage(), 'trash');
    await remove(store, account, emailId);
    await store.act((act) => store.mail.setQuota(act, account, 10));
    await assert.rejects(undelete(store, account, emailId), { code: 'over-quota' });
  });

  test('purging destroys the key with the row, and nothing before its time', async (t) => {
    const { store, account } = await openAccount(t);
    const { mail, db, clock } = store;
    const [kept, gone] = [
      await store.store(account, rawMessage(), 'trash'),
      await store.store(account, rawMessage(), 'trash'),
    ];
    const number = await sql<{ number: number }>`select number from mail.email where id = ${gone.emailId}`.execute(db);
    await remove(store, account, gone.emailId);
    const reader = await store.createReader(account, ['own']);
    await store.act((act) => mail.openSummaries(act, account, [gone.emailId]), reader);
    clock.advance(1_000);
    await remove(store, account, kept.emailId);
    const [purged, events] = await store.act(async (act) => [
      await mail.purgeDeleted(act, clock.now(), 10),
      act.events,
    ]);
    assert.equal(purged, 1);
    assert.deepEqual(
      events.map(({ kind, object }) => [kind, object?.id]),
      [['email.destroyed', gone.emailId]],
    );
    assert.deepEqual(store.forgetting, [
      { account: { tenantId: account.tenantId, accountId: account.accountId }, numbers: [number.rows[0]?.number] },
    ]);
    const opening = store.act((act) => mail.openContent(act, account, gone.emailId));
    await assert.rejects(opening, { code: 'email-unknown' });
    const left = await sql`select from mail.seen_by where email_id = ${gone.emailId}`.execute(db);
    assert.equal(left.rows.length, 0);
    assert.deepEqual(await undelete(store, account, gone.emailId, kept.emailId), [kept.emailId]);
    const changes = await mail.emailChanges(db, account, 0, 10);
    assert(changes !== 'too-old' && changes.destroyed.includes(gone.emailId));
  });

  test('an undelete and a purge that race leave the email whole or not at all', async (t) => {
    const { store, account } = await openAccount(t);
    const { mail, db, clock } = store;
    const ids: EmailId[] = [];
    for (let index = 0; index < 12; index += 1) ids.push((await store.store(account, rawMessage(), 'trash')).emailId);
    await remove(store, account, ...ids);
    clock.advance(1_000);
    await Promise.all([
      ...ids.map((id) => undelete(store, account, id)),
      ...ids.map(() => store.act((act) => mail.purgeDeleted(act, clock.now(), 1))),
    ]);
    const present = await mail.listEmails(db, account, { limit: 50 });
    const summaries = await store.act((act) => mail.openSummaries(act, account, present));
    assert.equal(summaries.length, present.length);
    const members = await sql<{ id: EmailId }>`select email_id as id from mail.mailbox_email`.execute(db);
    assert.deepEqual(members.rows.map((row) => row.id).sort(), [...present].sort());
    assert.equal((await mail.getAccount(db, account))?.emailCount, present.length);
  });
});
