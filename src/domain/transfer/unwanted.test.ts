/** « Signaler »: the administrator has the message whole, the person is rid of it, once. */
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { actorOf, DeliveriesWorld, type Doctor } from '../../../testkit/deliveries-world.ts';
import { addressOf } from '../../../testkit/transfer-world.ts';
import { present } from '../../base/assert.ts';
import { unwantedLimits } from '../../base/domain-limits.ts';
import { newId } from '../../base/ids.ts';
import type { UnwantedReport } from './unwanted.ts';

const world = await DeliveriesWorld.open({ after });
const { cabinet, hopital } = world;
const { store, transfer } = cabinet;

async function received(body?: string) {
  const [anne, paul] = [await cabinet.createDoctor(), await hopital.createDoctor()];
  await world.send(hopital, paul, [anne.address], {
    fields: { Subject: 'Gagnez' },
    ...(body !== undefined && { body }),
  });
  const [email] = await cabinet.inbox(anne.account);
  return { anne, paul, emailId: present(email, 'a test letter did not come').id };
}

type Received = Awaited<ReturnType<typeof received>>;

function report({ anne, emailId }: Received, more: Partial<UnwantedReport> = {}, by: Doctor = anne) {
  return transfer.reportUnwanted(actorOf(by), anne.account, { emailId, kind: 'unwanted', ...more });
}

async function told(): Promise<readonly string[]> {
  const administrator = await store.access.findAddress(store.db, addressOf(`admin@${cabinet.domain}`));
  const letters = await cabinet.inbox(present(administrator, 'the administrator has no account'));
  const texts = [];
  for (const { id } of letters) {
    texts.push((await cabinet.contents(present(administrator, 'no account'), id)).toString('utf8'));
  }
  return texts;
}

async function cardOf({ anne, emailId }: Received) {
  const [card] = await store.mail.listCards(store.db, anne.account, [emailId]);
  return present(card, 'the email is gone');
}

describe('a reported message', () => {
  test('goes whole to the administrator, and to the mailbox for unwanted mail', async () => {
    const given = await received('ligne un\r\n--x\r\n.\r\n');
    const before = (await told()).length;
    assert.deepEqual(await report(given, { note: 'Encore lui.' }), { isNew: true, isMoved: true });
    const texts = await told();
    assert.equal(texts.length, before + 1);
    const text = texts.find((each) => each.includes('Encore lui.')) ?? '';
    assert.match(text, new RegExp(`^Return-Path: <${given.anne.address}>\r\n`));
    const original = (await cabinet.contents(given.anne.account, given.emailId)).toString('utf8');
    assert.ok(text.includes(original), 'the bytes of the message stand in it as they came');
    const card = await cardOf(given);
    assert.ok(card.keywords.includes('$junk'));
    assert.deepEqual(card.mailboxIds, [await store.mailboxOf(given.anne.account, 'junk')]);
    // Nobody else hears of it.
    assert.deepEqual(await world.letters(hopital, given.paul), []);
    const events = await store.audit.list(store.db, { ...given.anne.account, limit: 20 });
    const event = events.find(({ kind }) => kind === 'email.denounced');
    assert.equal(event?.objectId, given.emailId);
    assert.equal(event?.facts['as'], 'unwanted');
  });

  test('is told once by each person, and then nothing moves any more', async () => {
    const given = await received();
    const other = await cabinet.createDoctor();
    const delegate = {
      account: given.anne.account,
      personId: other.person.personId,
      rights: ['read', 'write'],
    } as const;
    await store.act((act) => store.access.delegate(act, delegate));
    const before = (await told()).length;
    const outcomes = await Promise.all([report(given), report(given), report(given, { kind: 'phishing' })]);
    assert.equal(outcomes.filter(({ isNew }) => isNew).length, 1);
    const inbox = await store.mailboxOf(given.anne.account, 'inbox');
    await store.act((act) => store.mail.moveEmails(act, given.anne.account, [given.emailId], [inbox]));
    assert.deepEqual(await report(given), { isNew: false, isMoved: false });
    assert.deepEqual((await cardOf(given)).mailboxIds, [inbox]);
    assert.equal((await told()).length, before + 1);
    assert.ok((await report(given, {}, other)).isNew);
    assert.equal((await told()).length, before + 2);
  });

  test('stays where it is when it was only meant for somebody else', async () => {
    const given = await received();
    assert.deepEqual(await report(given, { kind: 'misdirected' }), { isNew: true, isMoved: false });
    const card = await cardOf(given);
    assert.ok(!card.keywords.includes('$junk'));
    assert.deepEqual(card.mailboxIds, [await store.mailboxOf(given.anne.account, 'inbox')]);
  });

  test('is marked as phishing when it is', async () => {
    const given = await received();
    await report(given, { kind: 'phishing' });
    assert.ok((await cardOf(given)).keywords.includes('$phishing'));
  });

  test('may be larger than what a row holds', async () => {
    const given = await received(`${'x'.repeat(70)}\r\n`.repeat(2_000));
    assert.ok((await report(given)).isNew);
    assert.ok((await told()).some(({ length }) => length > 140_000));
  });
});

describe('a report is refused', () => {
  test('to who may not write to the account, and for what it does not hold', async () => {
    const [given, other] = [await received(), await received()];
    await assert.rejects(report(given, {}, other.anne), { code: 'not-permitted' });
    const reader = await store.createReader(given.anne.account, ['read', 'send']);
    const read = transfer.reportUnwanted(reader, given.anne.account, { emailId: given.emailId, kind: 'unwanted' });
    await assert.rejects(read, { code: 'not-permitted' });
    await assert.rejects(report({ ...given, emailId: other.emailId }), { code: 'email-unknown' });
    await assert.rejects(report({ ...given, emailId: newId() }), { code: 'email-unknown' });
  });

  test('with a remark one character too long', async () => {
    const given = await received();
    const note = 'x'.repeat(unwantedLimits.noteCharacters);
    await assert.rejects(report(given, { note: `${note}x` }), { code: 'bad-note' });
    assert.ok((await report(given, { note })).isNew);
  });

  test('when the administrator cannot have it: nothing has changed then', async (t) => {
    const small = await DeliveriesWorld.open(t, { administrator: addressOf('plein@cabinet.mssante.example') });
    const anne = await small.cabinet.createDoctor();
    await small.send(small.cabinet, anne, [anne.address]);
    const [email] = await small.cabinet.inbox(anne.account);
    const wanted = { emailId: present(email, 'it did not come').id, kind: 'unwanted' } as const;
    const again = () => small.cabinet.transfer.reportUnwanted(actorOf(anne), anne.account, wanted);
    await assert.rejects(again(), { code: 'administrator-unreachable' });
    const full = await small.cabinet.createDoctor('plein', 1);
    await assert.rejects(again(), { code: 'administrator-unreachable' });
    await small.cabinet.store.act((act) => small.cabinet.store.mail.setQuota(act, full.account, 1_000_000));
    assert.ok((await again()).isNew);
  });
});
