import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { rawMessage, readAll, TestMail, traceField } from '../../../testkit/mail-store.ts';
import { present } from '../../base/assert.ts';
import { mailLimits } from '../../base/domain-limits.ts';
import { smtpLimits } from '../../base/limits.ts';
import type { AccountRef, DeliveryOutcome } from './mail.ts';

async function contentOf(store: TestMail, account: AccountRef, outcome: DeliveryOutcome | undefined): Promise<Buffer> {
  assert(outcome?.kind === 'stored');
  return readAll(await store.act((act) => store.mail.openContent(act, account, outcome.emailId)));
}

function kinds(outcomes: readonly DeliveryOutcome[]): readonly string[] {
  return outcomes.map((outcome) => outcome.kind);
}

/** A message whose bytes, trace field included, are exactly `sizeBytes`. */
function messageOf(sizeBytes: number): Buffer {
  const head = rawMessage({}, '');
  const body = 'Compte rendu d’hospitalisation. ';
  const missing = sizeBytes - traceField.length - Buffer.byteLength(head);
  return Buffer.concat([Buffer.from(head), Buffer.alloc(missing, body)]);
}

describe('delivering', () => {
  test('gives back the very bytes that came, after the trace fields, however they were cut', async (t) => {
    const store = await TestMail.open(t);
    const account = await store.createAccount(await store.createTenant());
    const raw = Buffer.from(rawMessage({}, 'ligne\r\n.\r\n\0\xff\r\nfin sans fin de ligne'), 'latin1');
    for (const pieceBytes of [1, 7, 4_096]) {
      const message = await store.gather(raw, pieceBytes);
      const [outcome] = await store.deliver(store.delivery(account, message));
      assert.deepEqual(await contentOf(store, account, outcome), Buffer.concat([Buffer.from(traceField), raw]));
      assert.equal(message.prefixBytes, traceField.length);
    }
  });

  test('keeps content in the row up to 64 KiB, and in one blob for all recipients beyond', async (t) => {
    const store = await TestMail.open(t);
    const tenantId = await store.createTenant();
    const accounts = [await store.createAccount(tenantId), await store.createAccount(tenantId)];
    for (const [sizeBytes, kind] of [
      [mailLimits.inlineContentBytes, 'inline'],
      [mailLimits.inlineContentBytes + 1, 'blob'],
      [300_000, 'blob'],
    ] as const) {
      const raw = messageOf(sizeBytes);
      const message = await store.gather(raw);
      assert.equal(message.sizeBytes, sizeBytes);
      assert.equal(message.content.kind, kind);
      const outcomes = await store.deliver(...accounts.map((account) => store.delivery(account, message)));
      for (const [index, account] of accounts.entries()) {
        const bytes = await contentOf(store, account, outcomes[index]);
        assert.deepEqual(bytes, Buffer.concat([Buffer.from(traceField), raw]));
      }
      if (message.content.kind !== 'blob') continue;
      const { blobId } = message.content;
      assert.deepEqual([...(await store.mail.blobsNamed(store.db, [blobId]))], [blobId]);
    }
  });

  test('refuses a message one byte longer than any message may be', async (t) => {
    const store = await TestMail.open(t);
    const intake = store.mail.openIntake({ prefix: Buffer.alloc(0) });
    const piece = Buffer.alloc(1024 * 1024, 'a');
    for (let sent = 0; sent < smtpLimits.messageBytes; sent += piece.length) await intake.write(piece);
    assert.throws(() => intake.write(Buffer.from('a')), { code: 'message-too-large' });
    await intake.abort();
  });

  test('tells what it could not store, stores the rest, and leaves an event of each', async (t) => {
    const store = await TestMail.open(t);
    const tenantId = await store.createTenant();
    const [open, closed, poor, destroyed] = [
      await store.createAccount(tenantId),
      await store.createAccount(tenantId),
      await store.createAccount(tenantId, 10),
      await store.createAccount(tenantId),
    ];
    await store.act((act) => store.mail.closeAccount(act, closed));
    await store.act((act) =>
      store.dataKeys.destroy(act.tx, { tenantId, purpose: 'account', ownerId: destroyed.accountId }),
    );
    const message = await store.gather(rawMessage());
    const unknownMailbox = { mailboxId: await store.mailboxOf(closed, 'inbox') };
    const [outcomes, events] = await store.act(async (act) => {
      const told = await store.mail.deliver(act, [
        ...[closed, open, poor, destroyed].map((account) => store.delivery(account, message)),
        { ...store.delivery(open, message), to: unknownMailbox },
      ]);
      return [told, act.events] as const;
    });
    assert.deepEqual(kinds(outcomes), ['closed', 'stored', 'over-quota', 'closed', 'no-mailbox']);
    assert.deepEqual(
      events.map((event) => [event.kind, event.outcome ?? 'done']),
      ['refused', 'done', 'refused', 'refused', 'refused'].map((outcome) => ['email.received', outcome]),
    );
    assert.deepEqual(
      store.indexing.map((account) => account.accountId),
      [open.accountId],
    );
  });

  test('fills an account to its last byte and not beyond', async (t) => {
    const store = await TestMail.open(t);
    const message = await store.gather(rawMessage());
    const account = await store.createAccount(await store.createTenant(), 2 * message.sizeBytes);
    assert.equal(await store.mail.hasRoomFor(store.db, account, account.quotaBytes), 'yes');
    assert.equal(await store.mail.hasRoomFor(store.db, account, account.quotaBytes + 1), 'over-quota');
    const batch = Array.from({ length: 3 }, () => store.delivery(account, message));
    assert.deepEqual(kinds(await store.deliver(...batch)), ['stored', 'stored', 'over-quota']);
    const after = present(await store.mail.getAccount(store.db, account), 'the account is gone');
    assert.deepEqual([after.usedBytes, after.emailCount], [account.quotaBytes, 2]);
  });

  test('never overshoots a quota that parallel deliveries race for', async (t) => {
    const store = await TestMail.open(t);
    const message = await store.gather(rawMessage());
    const account = await store.createAccount(await store.createTenant(), 10 * message.sizeBytes);
    const outcomes = await Promise.all(
      Array.from({ length: 24 }, () => store.deliver(store.delivery(account, message))),
    );
    assert.equal(kinds(outcomes.flat()).filter((kind) => kind === 'stored').length, 10);
    const after = present(await store.mail.getAccount(store.db, account), 'the account is gone');
    assert.deepEqual([after.usedBytes, after.emailCount], [account.quotaBytes, 10]);
    const [inbox] = await store.mail.listMailboxes(store.db, account);
    assert.deepEqual([inbox?.totalEmails, inbox?.uidNext], [10, 11]);
  });

  test('does not deadlock when parallel batches name the same accounts in other orders', async (t) => {
    const store = await TestMail.open(t);
    const tenantId = await store.createTenant();
    const accounts = await Promise.all(Array.from({ length: 6 }, () => store.createAccount(tenantId)));
    const message = await store.gather(rawMessage());
    const rounds = Array.from({ length: 40 }, (_, round) => {
      const order = accounts.map((_, index) => present(accounts[(index * (round % 2 === 0 ? 1 : 5) + round) % 6], ''));
      return store.deliver(...order.map((account) => store.delivery(account, message)));
    });
    for (const outcomes of await Promise.all(rounds)) assert(outcomes.every((outcome) => outcome.kind === 'stored'));
    for (const account of accounts) {
      const [inbox] = await store.mail.listMailboxes(store.db, account);
      assert.deepEqual([inbox?.totalEmails, inbox?.uidNext], [40, 41]);
    }
  });

  test('delivers one message to as many recipients as a transaction may have, in slices', async (t) => {
    const store = await TestMail.open(t);
    const account = await store.createAccount(await store.createTenant());
    const message = await store.gather(messageOf(12_000));
    const batch = Array.from({ length: mailLimits.deliveries }, () => store.delivery(account, message));
    const outcomes = await store.deliver(...batch);
    assert(outcomes.every((outcome) => outcome.kind === 'stored'));
    assert.equal((await store.mail.listEmails(store.db, account, { limit: 10_000 })).length, mailLimits.deliveries);
    await assert.rejects(store.deliver(...batch, store.delivery(account, message)), { name: 'AssertionFault' });
  });

  test('keeps nothing of a batch whose act fails', async (t) => {
    const store = await TestMail.open(t);
    const account = await store.createAccount(await store.createTenant());
    const message = await store.gather(rawMessage());
    const failing = store.act(async (act) => {
      await store.mail.deliver(act, [store.delivery(account, message)]);
      throw new Error('after');
    });
    await assert.rejects(failing, /after/);
    assert.deepEqual(await store.mail.listEmails(store.db, account, { limit: 10 }), []);
    assert.equal((await store.mail.getAccount(store.db, account))?.usedBytes, 0);
  });
});

describe('threads', () => {
  test('an answer joins the thread of what it answers, also when it comes first (RFC 8621 §3)', async (t) => {
    const store = await TestMail.open(t);
    const account = await store.createAccount(await store.createTenant());
    const first = { 'Message-ID': '<a@x.example>' };
    const answer = { 'Message-ID': '<b@x.example>', 'In-Reply-To': '<a@x.example>', References: '<a@x.example>' };
    const late = { 'Message-ID': '<c@x.example>', References: '<a@x.example> <b@x.example>' };
    const threads = [];
    for (const fields of [late, first, answer]) threads.push((await store.store(account, rawMessage(fields))).threadId);
    assert.equal(new Set(threads).size, 1);
    assert.notEqual((await store.store(account, rawMessage())).threadId, threads[0]);
  });

  test('messages of one batch find each other, and other accounts do not', async (t) => {
    const store = await TestMail.open(t);
    const tenantId = await store.createTenant();
    const [one, other] = [await store.createAccount(tenantId), await store.createAccount(tenantId)];
    const first = await store.gather(rawMessage({ 'Message-ID': '<a@x.example>' }));
    const answer = await store.gather(rawMessage({ 'In-Reply-To': '<a@x.example>' }));
    const outcomes = await store.deliver(
      store.delivery(one, first),
      store.delivery(one, answer),
      store.delivery(other, answer),
    );
    const threads = outcomes.map((outcome) => (outcome.kind === 'stored' ? outcome.threadId : ''));
    assert.equal(threads[0], threads[1]);
    assert.notEqual(threads[0], threads[2]);
  });

  test('a message joins by as many references as are kept, its parents before the oldest ones', async (t) => {
    const store = await TestMail.open(t);
    const account = await store.createAccount(await store.createTenant());
    const oldest = await store.store(account, rawMessage({ 'Message-ID': '<r0@x.example>' }));
    const references = (count: number): string =>
      Array.from({ length: count }, (_, index) => `<r${index}@x.example>`).join(' ');
    // Its own identifier and the latest references: the oldest one is the last that counts, then the first that does not.
    const within = rawMessage({ References: references(mailLimits.threadReferences - 1) });
    assert.equal((await store.store(account, within)).threadId, oldest.threadId);
    const other = await store.createAccount(account.tenantId);
    const root = await store.store(other, rawMessage({ 'Message-ID': '<r0@x.example>' }));
    const beyond = rawMessage({ References: references(mailLimits.threadReferences) });
    assert.notEqual((await store.store(other, beyond)).threadId, root.threadId);
  });
});
