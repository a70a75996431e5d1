import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { rawMessage, readAll, TestMail, traceField } from '../../../testkit/mail-store.ts';
import { mailLimits } from '../../base/domain-limits.ts';
import { type EmailId, newId } from '../../base/ids.ts';
import type { Actor, AuditEvent } from '../audit/audit.ts';
import type { AccountRef, EmailSummary } from './mail.ts';

async function open(
  store: TestMail,
  actor: Actor,
  account: AccountRef,
  ids: readonly EmailId[],
): Promise<{ summaries: readonly EmailSummary[]; events: readonly AuditEvent[] }> {
  return store.act(async (act) => {
    const summaries = await store.mail.openSummaries(act, account, ids);
    return { summaries, events: act.events };
  }, actor);
}

describe('opening', () => {
  test('a summary tells what lists need, in the order asked', async (t) => {
    const store = await TestMail.open(t);
    const account = await store.createAccount(await store.createTenant());
    const reader = await store.createReader(account, ['own']);
    const plain = await store.store(account, rawMessage({ Subject: '=?utf-8?q?R=C3=A9sultats?=' }));
    const parts =
      '--b\r\nContent-Type: text/plain\r\n\r\nVoir la pièce.\r\n--b\r\nContent-Type: application/pdf; name=a.pdf\r\nContent-Disposition: attachment\r\n\r\n%PDF\r\n--b--\r\n';
    const joined = await store.store(account, rawMessage({ 'Content-Type': 'multipart/mixed; boundary=b' }, parts));
    const { summaries } = await open(store, reader, account, [joined.emailId, plain.emailId]);
    assert.deepEqual(
      summaries.map((summary) => [summary.id, summary.hasAttachment, summary.preview]),
      [
        [joined.emailId, true, 'Voir la pièce.'],
        [plain.emailId, false, 'Cher confrère, bien à vous.'],
      ],
    );
    const [first] = summaries;
    assert.deepEqual(first?.mailboxIds, [await store.mailboxOf(account, 'inbox')]);
    assert.deepEqual(first?.keywords, []);
    assert.equal(first?.threadId, joined.threadId);
    assert.equal(first?.prefixBytes, traceField.length);
    assert.equal(first?.structure.root.parts[1]?.fileName, 'a.pdf');
  });

  test('leaves one event for each person, email and session', async (t) => {
    const store = await TestMail.open(t);
    const account = await store.createAccount(await store.createTenant());
    const { emailId } = await store.store(account, rawMessage());
    const [one, other] = [await store.createReader(account, ['own']), await store.createReader(account, ['read'])];
    const eventsOf = async (actor: Actor) => (await open(store, actor, account, [emailId])).events;
    assert.deepEqual(
      (await eventsOf(one)).map(({ kind, object }) => [kind, object?.id]),
      [['email.opened', emailId]],
    );
    assert.deepEqual(await eventsOf(one), []);
    assert.equal((await eventsOf({ ...one, sessionId: newId() })).length, 1);
    assert.equal((await eventsOf(other)).length, 1);
    assert.deepEqual(await eventsOf({ kind: 'system', task: 'index' }), []);
  });

  test('content opened first leaves the event too', async (t) => {
    const store = await TestMail.open(t);
    const account = await store.createAccount(await store.createTenant());
    const { emailId } = await store.store(account, rawMessage());
    const reader = await store.createReader(account, ['read']);
    const events = await store.act(async (act) => {
      await store.mail.openContent(act, account, emailId);
      return act.events;
    }, reader);
    assert.equal(events.length, 1);
  });

  test('gives any range of the content, inline or in a blob', async (t) => {
    const store = await TestMail.open(t);
    const account = await store.createAccount(await store.createTenant());
    for (const raw of [rawMessage(), rawMessage({}, 'mot '.repeat(50_000))]) {
      const whole = Buffer.from(traceField + raw);
      const { emailId } = await store.store(account, raw);
      for (const [start, end] of [
        [0, 1],
        [5, 5],
        [70, whole.length],
        [10, whole.length + 10],
        [whole.length + 1, whole.length + 2],
      ] as const) {
        const bytes = await store.act((act) => store.mail.openContent(act, account, emailId, { start, end }));
        assert.deepEqual(await readAll(bytes), whole.subarray(start, end));
      }
      for (const range of [
        { start: -1, end: 5 },
        { start: 0.5, end: 5 },
        { start: Number.NaN, end: 5 },
      ]) {
        const opening = store.act((act) => store.mail.openContent(act, account, emailId, range));
        await assert.rejects(opening, { code: 'bad-range' });
      }
    }
  });

  test('opens as many emails at once as the limit says, and no more (RFC 8620 §2)', async (t) => {
    const store = await TestMail.open(t);
    const account = await store.createAccount(await store.createTenant());
    const ids = Array.from({ length: mailLimits.emailsPerCall + 1 }, () => newId<EmailId>());
    const opening = store.act((act) => store.mail.openSummaries(act, account, ids));
    await assert.rejects(opening, { code: 'too-many-emails' });
    assert.deepEqual(await store.act((act) => store.mail.openSummaries(act, account, ids.slice(1))), []);
  });

  test('is refused without the right to read, and to administrators and operators always', async (t) => {
    const store = await TestMail.open(t);
    const account = await store.createAccount(await store.createTenant());
    const { emailId } = await store.store(account, rawMessage());
    const actors: Actor[] = [
      await store.createReader(account, []),
      await store.createReader(account, ['manage', 'send']),
      { kind: 'administrator', login: 'root' },
      { kind: 'operator', certificateName: 'CN=mail.other.example' },
    ];
    for (const actor of actors) {
      await assert.rejects(open(store, actor, account, [emailId]), { code: 'not-permitted' });
      const content = store.act((act) => store.mail.openContent(act, account, emailId), actor);
      await assert.rejects(content, { code: 'not-permitted' });
    }
  });

  test('nothing opens once the key of the account is destroyed', async (t) => {
    const store = await TestMail.open(t);
    const account = await store.createAccount(await store.createTenant());
    const { emailId } = await store.store(account, rawMessage());
    await store.act((act) =>
      store.dataKeys.destroy(act.tx, { tenantId: account.tenantId, purpose: 'account', ownerId: account.accountId }),
    );
    const opening = store.act((act) => store.mail.openContent(act, account, emailId));
    await assert.rejects(opening, { code: 'account-destroyed' });
    assert.equal(await store.mail.getAccount(store.db, account), undefined);
    assert.deepEqual(await store.mail.listAccounts(store.db, { limit: 10 }), []);
  });
});
