import assert from 'node:assert/strict';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { type RawBuilder, sql } from 'kysely';
import { rawMessage, readAll, TestMail, task, traceField } from '../../../testkit/mail-store.ts';
import { present } from '../../base/assert.ts';
import type { Account, VerifyFinding } from './mail.ts';

async function openStore(t: Parameters<typeof TestMail.open>[0]) {
  const store = await TestMail.open(t);
  const account = await store.createAccount(await store.createTenant());
  return { store, account };
}

/** Changes a row behind the store's back. */
async function damage(store: TestMail, statement: RawBuilder<unknown>): Promise<void> {
  const changed = await statement.execute(store.ownerDb);
  assert.equal(changed.numAffectedRows, 1n);
}

async function verify(store: TestMail, repair = false) {
  const findings: VerifyFinding[] = [];
  const report = await store.mail.verify({ actor: task, repair, onFinding: (finding) => findings.push(finding) });
  assert.equal(report.findings, findings.length);
  return { report, found: findings.map(({ code, repaired }) => `${code}${repaired ? ' repaired' : ''}`).sort() };
}

/** Found, then repaired, then found no more. */
async function assertRepairs(store: TestMail, codes: readonly string[]): Promise<void> {
  assert.deepEqual((await verify(store)).found, codes);
  assert.deepEqual(
    (await verify(store, true)).found,
    codes.map((code) => `${code} repaired`),
  );
  assert.deepEqual((await verify(store)).found, []);
}

async function blobFiles(store: TestMail): Promise<readonly string[]> {
  const entries = await readdir(store.blobFolder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

const sealedGarbage = sql`set_byte(sealed_summary, 40, (get_byte(sealed_summary, 40) + 1) % 256)`;

describe('verify', () => {
  test('finds nothing in a sound store, and says what it read', async (t) => {
    const { store, account } = await openStore(t);
    const small = await store.gather(rawMessage());
    const large = await store.gather(rawMessage({}, 'mot '.repeat(50_000)));
    const other = await store.createAccount(account.tenantId);
    await store.deliver(store.delivery(account, small), store.delivery(account, large), store.delivery(other, large));
    const deleted = await store.store(account, rawMessage(), 'trash');
    await store.act((act) => store.mail.deleteEmails(act, account, [deleted.emailId]));
    while ((await store.mail.indexAccount(account)) !== 'done');
    const { report, found } = await verify(store, true);
    assert.deepEqual(found, []);
    const bytes = 2 * small.sizeBytes + 2 * large.sizeBytes;
    assert.deepEqual(report, { accounts: 2, emails: 4, bytes, findings: 0, repaired: 0 });
    const events = await sql`select from audit.event where kind = 'account.verified'`.execute(store.db);
    assert.equal(events.rows.length, 2);
  });

  test('reports content that was altered, and content that is gone; neither can be repaired', async (t) => {
    const { store, account } = await openStore(t);
    const inline = await store.store(account, rawMessage());
    await damage(
      store,
      sql`update mail.email set sealed_content = set_byte(sealed_content, 40, (get_byte(sealed_content, 40) + 1) % 256)
           where id = ${inline.emailId}`,
    );
    await store.store(account, rawMessage({}, 'mot '.repeat(50_000)));
    const [file] = await blobFiles(store);
    await writeFile(present(file, 'a blob'), Buffer.alloc(100_000));
    assert.deepEqual((await verify(store, true)).found, ['content-damaged', 'content-damaged']);
    await rm(present(file, 'a blob'));
    assert.deepEqual((await verify(store, true)).found, ['content-damaged', 'content-missing']);
  });

  test('makes a damaged summary anew from the content, unless it held the key of a blob', async (t) => {
    const { store, account } = await openStore(t);
    const raw = rawMessage({ Subject: 'Avis' });
    const { emailId } = await store.store(account, raw);
    await damage(store, sql`update mail.email set sealed_summary = ${sealedGarbage} where id = ${emailId}`);
    await assertRepairs(store, ['summary-damaged']);
    const [summary] = await store.act((act) => store.mail.openSummaries(act, account, [emailId]));
    assert.equal(summary?.preview, 'Cher confrère, bien à vous.');
    const bytes = await readAll(await store.act((act) => store.mail.openContent(act, account, emailId)));
    assert.equal(bytes.toString(), traceField + raw);
    const large = await store.store(account, rawMessage({}, 'mot '.repeat(50_000)));
    await damage(store, sql`update mail.email set sealed_summary = ${sealedGarbage} where id = ${large.emailId}`);
    assert.deepEqual((await verify(store, true)).found, ['summary-damaged']);
  });

  test('corrects what the row tells of the structure', async (t) => {
    const { store, account } = await openStore(t);
    const { emailId } = await store.store(account, rawMessage());
    await damage(store, sql`update mail.email set has_attachment = true where id = ${emailId}`);
    await assertRepairs(store, ['structure-differs']);
  });

  test('recounts accounts and mailboxes; numbers that were given out are never lowered', async (t) => {
    const { store, account } = await openStore(t);
    const { emailId } = await store.store(account, rawMessage());
    const before = await stateOf(store, account);
    const wrongs = [
      sql`update mail.account set used_bytes = used_bytes + 1`,
      sql`update mail.account set email_count = 0`,
      sql`update mail.account set next_email_number = 1`,
      sql`update mail.account set change = 1`,
      sql`update mail.mailbox set total_emails = 7 where role = 'archive'`,
      sql`update mail.mailbox set unread_emails = 0 where role = 'inbox'`,
      sql`update mail.mailbox set uid_next = 1 where role = 'inbox'`,
      sql`update mail.mailbox set content_change = 0 where role = 'inbox'`,
      sql`update mail.mailbox_email set received_at = now()`,
      sql`update mail.mailbox_email set thread_id = gen_random_uuid()`,
    ];
    for (const wrong of wrongs) {
      await damage(store, wrong);
      await assertRepairs(store, ['counter-differs']);
    }
    const after = await stateOf(store, account);
    assert.deepEqual({ ...after, inboxChange: 0 }, { ...before, inboxChange: 0 });
    await damage(store, sql`update mail.mailbox set uid_next = 40 where role = 'inbox'`);
    assert.deepEqual((await verify(store, true)).found, []);
    assert.equal((await stateOf(store, account)).uidNext, 40);
    assert.deepEqual(await store.mail.listEmails(store.db, account, { limit: 5 }), [emailId]);
  });

  test('puts an email that stands in no mailbox into the inbox', async (t) => {
    const { store, account } = await openStore(t);
    const [lost, stray] = [
      await store.store(account, rawMessage(), 'archive'),
      await store.store(account, rawMessage()),
    ];
    await damage(store, sql`delete from mail.mailbox_email where email_id = ${lost.emailId}`);
    await damage(
      store,
      sql`update mail.mailbox_email set mailbox_id = gen_random_uuid() where email_id = ${stray.emailId}`,
    );
    const counters = ['counter-differs', 'counter-differs'];
    await assertRepairs(store, [...counters, 'mailbox-missing', 'mailbox-missing', 'mailbox-missing']);
    const mailboxId = await store.mailboxOf(account, 'inbox');
    const housed = await store.mail.listEmails(store.db, account, { mailboxId, limit: 5 });
    assert.deepEqual([...housed].sort(), [lost.emailId, stray.emailId].sort());
  });

  test('makes a damaged search index anew', async (t) => {
    const { store, account } = await openStore(t);
    const { emailId } = await store.store(account, rawMessage({}, 'bradycardie'));
    while ((await store.mail.indexAccount(account)) !== 'done');
    await damage(
      store,
      sql`update mail.search_segment set sealed = set_byte(sealed, 30, (get_byte(sealed, 30) + 1) % 256)`,
    );
    store.indexing.length = 0;
    assert.deepEqual((await verify(store, true)).found, ['index-damaged repaired']);
    assert.equal(store.indexing.length, 1);
    while ((await store.mail.indexAccount(account)) !== 'done');
    assert.deepEqual(await store.mail.search(store.db, account, { text: 'bradycardie', limit: 5 }), [emailId]);
  });
});

async function stateOf(store: TestMail, account: Account) {
  const [inbox] = await store.mail.listMailboxes(store.db, account);
  const { usedBytes, emailCount } = present(await store.mail.getAccount(store.db, account), 'an account');
  const { totalEmails, unreadEmails, uidNext, contentChange: inboxChange } = present(inbox, 'an inbox');
  return { usedBytes, emailCount, totalEmails, unreadEmails, uidNext, inboxChange };
}
