import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { sql } from 'kysely';
import { rawMessage, TestMail } from '../../../testkit/mail-store.ts';
import { mailLimits } from '../../base/domain-limits.ts';
import type { EmailId } from '../../base/ids.ts';
import type { Actor } from '../audit/audit.ts';
import type { AccountRef, DeletedPage, WantedDeleted } from './mail.ts';

const store = await TestMail.open({ after });
const tenantId = await store.createTenant();
const createAccount = (): Promise<AccountRef> => store.createAccount(tenantId);

/** Deleted for good: out of the trash. */
async function remove(account: AccountRef, id: EmailId): Promise<void> {
  store.clock.advance(1_000);
  await store.act((act) => store.mail.deleteEmails(act, account, [id]));
  await store.act((act) => store.mail.deleteEmails(act, account, [id]));
}

async function storeDeleted(
  account: AccountRef,
  subject: string,
  from = 'Zoé <zoe@hopital.example>',
): Promise<EmailId> {
  const { emailId } = await store.store(account, rawMessage({ Subject: subject, From: from }, 'Texte du corps.\r\n'));
  await remove(account, emailId);
  return emailId;
}

/** As many, of another subject. */
async function fillDeleted(account: AccountRef, count: number): Promise<void> {
  store.clock.advance(1_000);
  const message = await store.gather(rawMessage({ Subject: 'Foin' }));
  for (let left = count; left > 0; left -= mailLimits.emailsPerCall) {
    const copies = Array.from({ length: Math.min(left, mailLimits.emailsPerCall) }, () =>
      store.delivery(account, message, 'trash'),
    );
    const outcomes = await store.deliver(...copies);
    const ids = outcomes.flatMap((outcome) => (outcome.kind === 'stored' ? [outcome.emailId] : []));
    assert.equal(ids.length, copies.length);
    await store.act((act) => store.mail.deleteEmails(act, account, ids));
  }
}

const open = (account: AccountRef, more: Partial<WantedDeleted> = {}, actor?: Actor): Promise<DeletedPage> =>
  store.act((act) => store.mail.openDeleted(act, account, { limit: 50, ...more }), actor);
const subjectsOf = ({ emails }: DeletedPage): readonly (string | null)[] => emails.map(({ subject }) => subject);

describe('deleted emails', () => {
  test('are shown as far as to know them again, the latest deletion first', async () => {
    const account = await createAccount();
    const receivedAt = store.clock.now();
    const first = await storeDeleted(account, 'Bilan');
    const deletedAt = store.clock.now();
    await storeDeleted(account, 'Radio', '=?utf-8?q?Ren=C3=A9?= <rene@hopital.example>, anne@hopital.example');
    await store.store(account, rawMessage({ Subject: 'Encore là' }));
    const page = await open(account);
    assert.deepEqual(subjectsOf(page), ['Radio', 'Bilan']);
    assert.deepEqual(page.emails[0]?.from, [
      { name: 'René', address: 'rene@hopital.example' },
      { name: null, address: 'anne@hopital.example' },
    ]);
    assert.deepEqual(page.emails[1], {
      id: first,
      deletedAt,
      receivedAt,
      hasAttachment: false,
      from: [{ name: 'Zoé', address: 'zoe@hopital.example' }],
      subject: 'Bilan',
      preview: 'Texte du corps.',
    });
    assert.equal(page.next, undefined);
  });

  test('are no longer shown once they are back, or destroyed', async () => {
    const account = await createAccount();
    const back = await storeDeleted(account, 'Bilan');
    await storeDeleted(account, 'Radio');
    assert.deepEqual(await store.act((act) => store.mail.undeleteEmails(act, account, [back])), [back]);
    assert.deepEqual(subjectsOf(await open(account)), ['Radio']);
    store.clock.advance(1);
    await store.act((act) => store.mail.purgeDeleted(act, store.clock.now(), 100));
    assert.deepEqual(subjectsOf(await open(account)), []);
  });

  test('come in pages, each after the one before, also those of one gesture', async () => {
    const account = await createAccount();
    const ids: EmailId[] = [];
    for (let count = 0; count < 5; count += 1) {
      ids.push((await store.store(account, rawMessage({ Subject: `n${count}` }))).emailId);
    }
    await store.act((act) => store.mail.deleteEmails(act, account, ids));
    await store.act((act) => store.mail.deleteEmails(act, account, ids));
    const seen: string[] = [];
    let after: DeletedPage['next'];
    for (const length of [2, 2, 1]) {
      const page: DeletedPage = await open(account, { limit: 2, ...(after !== undefined && { after }) });
      assert.equal(page.emails.length, length);
      seen.push(...page.emails.map(({ id }) => id));
      after = page.next;
    }
    assert.equal(after, undefined);
    assert.deepEqual(seen, [...ids].sort().reverse());
    const exact = await open(account, { limit: 5 });
    assert.deepEqual([exact.emails.length, exact.next], [5, undefined]);
  });

  test('are found by the words of subject and sender, capitals and accents forgiven, never by the body', async () => {
    const account = await createAccount();
    await storeDeleted(account, 'Résultats de M. Dupont');
    await storeDeleted(account, 'Rendez-vous', 'Dr Étienne LEFÈVRE <e.lefevre@hopital.example>');
    const found = async (text: string): Promise<readonly (string | null)[]> =>
      subjectsOf(await open(account, { text }));
    for (const text of ['resultats', 'RÉSULT', 'dupont rés', 'dupont zoe', 'zoe@hopital.example']) {
      assert.deepEqual(await found(text), ['Résultats de M. Dupont'], text);
    }
    for (const text of ['lefevre', 'etienne', 'rendez vous', 'rendez-v']) {
      assert.deepEqual(await found(text), ['Rendez-vous'], text);
    }
    assert.equal((await found('hopital')).length, 2);
    assert.equal((await found('  ')).length, 2, 'no word asks for nothing');
    for (const text of ['corps', 'upont', 'dupont lefevre']) assert.deepEqual(await found(text), [], text);
  });

  test('are searched a part at a time, and the next part goes on', async () => {
    const account = await createAccount();
    const oldest = await storeDeleted(account, 'Aiguille');
    await fillDeleted(account, mailLimits.deletedScanned - 1);
    assert.deepEqual(subjectsOf(await open(account, { text: 'aiguille' })), ['Aiguille'], 'the last that is looked at');
    await fillDeleted(account, 1);
    const first = await open(account, { text: 'aiguille' });
    assert.deepEqual(subjectsOf(first), []);
    assert.ok(first.next);
    const second = await open(account, { text: 'aiguille', after: first.next });
    assert.deepEqual(
      second.emails.map(({ id }) => id),
      [oldest],
    );
    assert.equal(second.next, undefined);
  });

  test('leave one event for each person, email and session, for those that are shown and no others', async () => {
    const account = await createAccount();
    const reader = await store.createReader(account, ['read']);
    const [shown, other] = [await storeDeleted(account, 'Bilan'), await storeDeleted(account, 'Radio')];
    const opened = async (): Promise<readonly string[]> => {
      const { rows } = await sql<{ id: string }>`
        select object_id as id from audit.event
         where kind = 'email.opened' and actor = ${reader.personId} order by id`.execute(store.db);
      return rows.map(({ id }) => id);
    };
    await open(account, { text: 'bilan' }, reader);
    assert.deepEqual(await opened(), [shown]);
    await open(account, {}, reader);
    await open(account, {}, reader);
    assert.deepEqual((await opened()).toSorted(), [shown, other].toSorted());
  });

  test('are nothing to who may not read, and none are of another account', async () => {
    const account = await createAccount();
    await storeDeleted(account, 'Bilan');
    const stranger = await store.createReader(await createAccount(), ['own']);
    const manager = await store.createReader(account, ['manage']);
    for (const actor of [stranger, manager]) {
      await assert.rejects(open(account, {}, actor), { code: 'not-permitted' });
      await assert.rejects(open(account, { text: 'bilan' }, actor), { code: 'not-permitted' });
    }
    const other = await createAccount();
    assert.deepEqual(subjectsOf(await open(other)), []);
    assert.deepEqual(
      subjectsOf(await open({ ...other, accountId: account.accountId, tenantId: await store.createTenant() })),
      [],
    );
  });

  test('come in pages of a bounded size', async () => {
    const account = await createAccount();
    await open(account, { limit: mailLimits.deletedPage });
    await assert.rejects(open(account, { limit: mailLimits.deletedPage + 1 }), /too large/);
    await assert.rejects(open(account, { limit: 0 }), /too large/);
  });
});
