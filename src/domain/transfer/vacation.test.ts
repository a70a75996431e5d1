/** The answer of who is away: whom it goes to, whom never, and how often. */
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { sql } from 'kysely';
import { actorOf, DeliveriesWorld, type Doctor } from '../../../testkit/deliveries-world.ts';
import { rawMessage } from '../../../testkit/mail-store.ts';
import { addressOf, domainName, type TestOperator } from '../../../testkit/transfer-world.ts';
import { vacationLimits } from '../../base/domain-limits.ts';
import { headerText } from '../../formats/mime/header-values.ts';
import type { Vacation } from './vacation.ts';

const world = await DeliveriesWorld.open({ after });
const { cabinet, hopital } = world;
const day = 24 * 3_600_000;

async function leave(operator: TestOperator, doctor: Doctor, change: Partial<Vacation> = {}): Promise<void> {
  await operator.store.act(
    (act) => operator.transfer.changeVacation(act, doctor.account, { isEnabled: true, ...change }),
    actorOf(doctor),
  );
}

async function away(change: Partial<Vacation> = {}, operator = cabinet): Promise<Doctor> {
  const doctor = await operator.createDoctor();
  await leave(operator, doctor, change);
  return doctor;
}

async function answersTo(operator: TestOperator, doctor: Doctor) {
  return world.letters(operator, doctor);
}

describe('who is away', () => {
  test('answers once, and says that a machine wrote it (RFC 3834 §3.1.7, §3.3, §4; RFC 8621 §8)', async () => {
    const anne = await away({ textBody: 'De retour lundi.', htmlBody: '<p>De retour <b>lundi</b>.</p>' });
    const paul = await hopital.createDoctor();
    const letter = await world.send(hopital, paul, [anne.address], { fields: { Subject: 'Compte rendu' } });
    const [answer, ...more] = await answersTo(hopital, paul);
    assert.ok(answer !== undefined && more.length === 0);
    assert.match(answer.text, /^Return-Path: <>\r\n/);
    assert.match(answer.text, new RegExp(`\r\nFrom: .*<${anne.address}>\r\n`));
    assert.match(answer.text, /\r\nAuto-Submitted: auto-replied\r\n/);
    assert.match(answer.text, new RegExp(`\r\nIn-Reply-To: <${letter.messageId}>\r\n`));
    assert.match(answer.text, /De retour lundi\./);
    assert.match(answer.text, /<b>lundi<\/b>/);
    const { fields } = answer.summary.structure;
    assert.equal(headerText(fields, 'Subject'), 'Réponse automatique\u202f: Compte rendu');
    // No copy in Sent, and the sender's line says that it arrived.
    assert.deepEqual(await world.letters(cabinet, anne, 'sent'), []);
    const line = (await world.lines(hopital, paul, letter)).get(anne.address);
    assert.equal(line?.state, 'delivered');
    assert.ok(line.steps.autoAnsweredAt !== null);
  });

  test('answers an account of the same operator too', async () => {
    const [anne, marc] = [await away(), await cabinet.createDoctor()];
    await world.send(cabinet, marc, [anne.address]);
    const [answer] = await answersTo(cabinet, marc);
    assert.match(answer?.text ?? '', /Je suis absent\(e\)/);
  });

  test('is silent before, after and without absence, and to the instant', async () => {
    const now = cabinet.store.clock.now();
    const [before, later] = [new Date(now.getTime() - day), new Date(now.getTime() + day)];
    for (const [change, expected] of [
      [{ fromDate: now, toDate: later }, 1],
      [{ fromDate: before, toDate: null }, 1],
      [{ fromDate: new Date(now.getTime() + 1) }, 0],
      [{ fromDate: before, toDate: now }, 0],
      [{ isEnabled: false }, 0],
    ] as const) {
      const [anne, marc] = [await away(change), await cabinet.createDoctor()];
      await world.send(cabinet, marc, [anne.address]);
      assert.equal((await answersTo(cabinet, marc)).length, expected, JSON.stringify(change));
    }
  });

  test('answers a sender again after seven days, and not before (RFC 3834 §2)', async () => {
    const [anne, marc, lea] = [await away(), await cabinet.createDoctor(), await cabinet.createDoctor()];
    const ask = async (from: Doctor) => {
      await world.send(cabinet, from, [anne.address]);
      return (await answersTo(cabinet, from)).length;
    };
    assert.equal(await ask(marc), 1);
    assert.equal(await ask(marc), 1);
    assert.equal(await ask(lea), 1);
    cabinet.store.clock.advance(vacationLimits.againMs - 1);
    assert.equal(await ask(marc), 1);
    cabinet.store.clock.advance(1);
    assert.equal(await ask(marc), 2);
    cabinet.store.clock.advance(vacationLimits.againMs);
    await cabinet.transfer.sweep();
    const left = await sql`select 1 from transfer.vacation_answer`.execute(cabinet.store.db);
    assert.equal(left.rows.length, 0);
  });

  test('answers another who is away once, and that is all: nobody answers a machine', async () => {
    const [anne, paul] = [await away(), await away({}, hopital)];
    await world.send(cabinet, anne, [paul.address]);
    assert.equal((await answersTo(cabinet, anne)).length, 1);
    assert.equal((await answersTo(hopital, paul)).length, 1);
    // The other way round, within the week.
    await world.send(hopital, paul, [anne.address]);
    assert.equal((await answersTo(cabinet, anne)).length, 2);
    assert.equal((await answersTo(hopital, paul)).length, 2);
    // Two of one operator, the same.
    const [marc, lea] = [await away(), await away()];
    await world.send(cabinet, marc, [lea.address]);
    assert.deepEqual([(await answersTo(cabinet, marc)).length, (await answersTo(cabinet, lea)).length], [1, 1]);
  });

  test('never answers lists, machines, role addresses or what has no sender (RFC 3834 §2)', async () => {
    const anne = await away();
    const paul = await hopital.createDoctor();
    for (const fields of [
      { 'Auto-Submitted': 'auto-generated' },
      { 'Auto-Submitted': 'auto-replied; x=y' },
      { 'List-Id': '<liste.hopital.example>' },
      { 'List-Unsubscribe': '<mailto:x@y>' },
      { Precedence: 'bulk' },
      { Precedence: 'list' },
      { 'X-Auto-Response-Suppress': 'All' },
    ]) {
      await world.send(hopital, paul, [anne.address], { fields });
    }
    const report = 'multipart/report; report-type=delivery-status; boundary=b';
    await world.send(hopital, paul, [anne.address], {
      fields: { 'Content-Type': report },
      body: '--b\r\n\r\nx\r\n--b--\r\n',
    });
    assert.equal((await answersTo(hopital, paul)).length, 0);
    for (const name of ['mailer-daemon', 'owner-liste', 'liste-request', 'no-reply', 'noreply']) {
      const role = await hopital.createDoctor(name);
      await world.send(hopital, role, [anne.address]);
      assert.equal((await answersTo(hopital, role)).length, 0, name);
    }
    // `no` is what a person's program may say.
    await world.send(hopital, paul, [anne.address], { fields: { 'Auto-Submitted': 'no' } });
    assert.equal((await answersTo(hopital, paul)).length, 1);
  });

  test('answers only what names the account in To or Cc (RFC 3834 §2)', async () => {
    const anne = await away();
    const paul = await hopital.createDoctor();
    await world.send(hopital, paul, [anne.address], { fields: { To: `autre@${cabinet.domain}` } });
    assert.equal((await answersTo(hopital, paul)).length, 0);
    const fields = { To: `autre@${cabinet.domain}`, Cc: `Dr <${anne.address.toUpperCase()}>` };
    await world.send(hopital, paul, [anne.address], { fields });
    assert.equal((await answersTo(hopital, paul)).length, 1);
  });

  test('never answers a patient', async (t) => {
    const other = await DeliveriesWorld.open(t, { patientDomains: [domainName('hopital.mssante.example')] });
    const [anne, patient] = [await other.cabinet.createDoctor(), await other.hopital.createDoctor()];
    await leave(other.cabinet, anne);
    await other.send(other.hopital, patient, [anne.address]);
    assert.equal((await other.letters(other.cabinet, anne)).length, 1);
    assert.deepEqual(await other.letters(other.hopital, patient), []);
  });

  test('never answers whom nobody vouches for', async (t) => {
    const lenient = await DeliveriesWorld.open(t, { unverifiedAuthor: 'warn' });
    const anne = await lenient.cabinet.createDoctor();
    await leave(lenient.cabinet, anne);
    const sender = addressOf(`x@${lenient.clinique.domain}`);
    const content = rawMessage({ From: `<paul@${lenient.hopital.domain}>`, To: anne.address });
    const at = { operator: lenient.cabinet, address: anne.address };
    assert.equal(await lenient.handOver(lenient.clinique, at, { sender, content }), 'accepted');
    assert.equal((await lenient.cabinet.transfer.listQueue({ kind: 'system', task: 'test' })).length, 0);
  });

  test('may be asked twice by the same job: one answer', async () => {
    const [anne, marc] = [await away(), await cabinet.createDoctor()];
    await world.send(cabinet, marc, [anne.address]);
    const [received] = await cabinet.inbox(anne.account);
    assert.ok(received !== undefined);
    await cabinet.transfer.followReceived(anne.account, received.id);
    await world.settle();
    assert.equal((await answersTo(cabinet, marc)).length, 1);
  });
});

describe('the answer that is kept', () => {
  test('is sealed under the account’s key, and changed a member at a time', async () => {
    const anne = await away({ subject: 'Congés', textBody: 'secret-de-vacances' });
    await leave(cabinet, anne, { subject: null });
    const kept = await cabinet.transfer.getVacation(actorOf(anne), anne.account);
    assert.equal(kept.subject, null);
    assert.equal(kept.textBody, 'secret-de-vacances');
    const rows = await sql<{ sealed: Buffer }>`select sealed from transfer.vacation`.execute(cabinet.store.ownerDb);
    assert.ok(rows.rows.every(({ sealed }) => !sealed.includes('secret-de-vacances')));
  });

  test('is as long as its bounds, and no longer', async () => {
    const anne = await cabinet.createDoctor();
    const bounds = { subject: 'subjectCharacters', textBody: 'textCharacters', htmlBody: 'htmlCharacters' } as const;
    for (const [member, bound] of Object.entries(bounds)) {
      await leave(cabinet, anne, { [member]: 'x'.repeat(vacationLimits[bound]) });
      const longer = leave(cabinet, anne, { [member]: 'x'.repeat(vacationLimits[bound] + 1) });
      await assert.rejects(longer, { code: 'bad-vacation' }, member);
    }
    const now = cabinet.store.clock.now();
    await assert.rejects(leave(cabinet, anne, { fromDate: now, toDate: now }), { code: 'bad-vacation' });
  });

  test('is read and changed by who has the right to, in no other account', async () => {
    const anne = await away({ textBody: 'x' });
    const stranger = await cabinet.createDoctor();
    const { transfer, store } = cabinet;
    await assert.rejects(transfer.getVacation(actorOf(stranger), anne.account), { code: 'not-permitted' });
    const reader = await store.createReader(anne.account, ['read', 'write']);
    assert.equal((await transfer.getVacation(reader, anne.account)).textBody, 'x');
    for (const actor of [reader, actorOf(stranger)]) {
      const change = store.act((act) => transfer.changeVacation(act, anne.account, { isEnabled: false }), actor);
      await assert.rejects(change, { code: 'not-permitted' });
    }
    assert.equal((await transfer.getVacation(actorOf(stranger), stranger.account)).isEnabled, false);
  });
});
