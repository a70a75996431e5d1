import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { sql } from 'kysely';
import { rawMessage, task } from '../../../testkit/mail-store.ts';
import { addressOf, domainName, type TestOperator, TransferWorld } from '../../../testkit/transfer-world.ts';
import type { Address } from '../../formats/address/address.ts';
import type { Actor } from '../audit/audit.ts';

const hopital = domainName('hopital.mssante.example');
const labo = domainName('labo.mssante.example');
const paul = addressOf('paul@hopital.mssante.example');
const patient = addressOf('279035121518989@labo.mssante.example');

type Doctor = Awaited<ReturnType<TestOperator['createDoctor']>>;

interface Scene {
  readonly cabinet: TestOperator;
  readonly anne: Doctor;
  submit(...to: readonly Address[]): Promise<Parameters<TestOperator['transfer']['deliveryHistory']>[2]>;
}

async function open(t: TestContext): Promise<Scene> {
  const world = await TransferWorld.open(t, ['cabinet', 'hopital', 'labo']);
  const cabinet = await world.operator('cabinet');
  const anne = await cabinet.createDoctor('anne');
  const submit: Scene['submit'] = async (...to) => {
    const outcome = await cabinet.transfer.submit(
      { actor: { kind: 'administrator', login: 'root' }, reason: 'test' },
      {
        sender: anne.address,
        recipients: to.map((recipient) => ({ recipient })),
        content: (async function* () {
          yield Buffer.from(rawMessage({ From: anne.address }));
        })(),
      },
    );
    assert(outcome.kind === 'submitted');
    return outcome.emailId;
  };
  return { cabinet, anne, submit };
}

describe('the queue', () => {
  test('is listed without any trait of a patient, and found by message and domain', async (t) => {
    const { cabinet, submit } = await open(t);
    await submit(paul, patient);
    const entries = await cabinet.transfer.listQueue(task);
    assert.deepEqual(
      entries.map((entry) => [entry.recipient, entry.domain, entry.state, entry.attempts]),
      [
        [paul, hopital, 'queued', 0],
        ['***@labo.mssante.example', labo, 'queued', 0],
      ],
    );
    assert.equal((await cabinet.transfer.listQueue(task, { domain: labo })).length, 1);
    const [entry] = entries;
    assert(entry !== undefined);
    assert.equal((await cabinet.transfer.listQueue(task, { messageId: entry.message.id })).length, 2);
    assert.equal((await cabinet.transfer.listQueue(task, { messageId: cabinet.tenantId })).length, 0);
  });

  test('shows nothing of a message to who reads the database', async (t) => {
    const { cabinet, submit } = await open(t);
    await submit(paul, patient);
    const rows = await sql<{ text: string }>`
      select message::text || recipient::text as text from transfer.message join transfer.recipient
        on recipient.message_id = message.id`.execute(cabinet.store.db);
    for (const { text } of rows.rows) {
      const decoded = text.replace(/\\x([0-9a-f]+)/g, (_, hex: string) => Buffer.from(hex, 'hex').toString('latin1'));
      for (const word of ['paul@', '279035121518989', 'Compte rendu', 'anne@'])
        assert.ok(!decoded.includes(word), word);
    }
  });

  test('is made due at once when asked', async (t) => {
    const { cabinet, submit, anne } = await open(t);
    const email = await submit(paul);
    await cabinet.drain(hopital); // nobody there
    const history = () => cabinet.transfer.deliveryHistory(task, anne.account, email);
    assert.equal((await history())[0]?.state, 'failed'); // no host at all is final
    const other = await submit(patient);
    const before = cabinet.wakings.length;
    const count = await cabinet.store.act((act) => cabinet.transfer.retryNow(act, { domain: labo }));
    assert.equal(count, 1);
    assert.deepEqual(cabinet.wakings.slice(before), [labo]);
    assert.equal(await cabinet.store.act((act) => cabinet.transfer.retryNow(act, { domain: hopital })), 0);
    assert.equal((await cabinet.transfer.deliveryHistory(task, anne.account, other))[0]?.state, 'queued');
  });

  test('is stopped when asked: the sender is told, and nothing is kept', async (t) => {
    const { cabinet, submit, anne } = await open(t);
    const email = await submit(paul, patient);
    const drop = (selection: Parameters<TestOperator['transfer']['drop']>[1]) =>
      cabinet.transfer.drop({ actor: task, reason: 'test' }, selection);
    assert.equal(await drop({ domain: hopital }), 1);
    const states = async () =>
      (await cabinet.transfer.deliveryHistory(task, anne.account, email)).map((line) => line.state);
    assert.deepEqual(await states(), ['dropped', 'queued']);
    assert.equal(await drop({}), 1);
    assert.equal(await drop({}), 0);
    assert.deepEqual(await states(), ['dropped', 'dropped']);
    const reports = await cabinet.inbox(anne.account);
    assert.equal(reports.length, 2);
    const left = await sql<{ count: number }>`
      select count(*) from transfer.message where finished_at is null`.execute(cabinet.store.db);
    assert.equal(left.rows[0]?.count, 0);
  });

  test('tells the history of an email to those who may send from its account, and to nobody else', async (t) => {
    const { cabinet, submit, anne } = await open(t);
    const marc = await cabinet.createDoctor('marc');
    const email = await submit(paul, marc.address);
    const { transfer } = cabinet;
    const as = ({ person }: Doctor): Actor => ({ kind: 'person', personId: person.personId });
    const lines = await transfer.deliveryHistory(as(anne), anne.account, email);
    assert.deepEqual(
      lines.map((line) => [line.address, line.state]),
      [
        [paul, 'queued'],
        [marc.address, 'accepted'],
      ],
    );
    assert.deepEqual(await transfer.deliveryHistory(as(marc), marc.account, email), []);
    await assert.rejects(transfer.deliveryHistory(as(marc), anne.account, email), { code: 'not-permitted' });
  });

  test('is seen and moved by a person for the own account alone', async (t) => {
    const { cabinet, submit, anne } = await open(t);
    const marc = await cabinet.createDoctor('marc');
    await submit(paul);
    const { store, transfer } = cabinet;
    const operator: Actor = { kind: 'operator', certificateName: 'CN=mss.hopital.mssante.example' };
    const doctor = (one: Doctor): Actor => ({ kind: 'person', personId: one.person.personId });
    const refused = { code: 'not-permitted' };
    for (const [actor, selection] of [
      [doctor(anne), {}],
      [doctor(anne), { account: marc.account }],
      [doctor(marc), { account: anne.account, domain: hopital }],
      [operator, {}],
    ] as const) {
      await assert.rejects(transfer.listQueue(actor, selection), refused);
      await assert.rejects(
        store.act((act) => transfer.retryNow(act, selection), actor),
        refused,
      );
      await assert.rejects(transfer.drop({ actor, reason: 'test' }, selection), refused);
    }
    const own = { account: anne.account };
    assert.equal((await transfer.listQueue(doctor(anne), own)).length, 1);
    assert.equal((await transfer.listQueue(doctor(marc), { account: marc.account })).length, 0);
    assert.equal(await transfer.drop({ actor: doctor(marc), reason: 'test' }, { account: marc.account }), 0);
    assert.equal(await store.act((act) => transfer.retryNow(act, own), doctor(anne)), 1);
    assert.equal(await transfer.drop({ actor: doctor(anne), reason: 'test' }, own), 1);
  });
});
