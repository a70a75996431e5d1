import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { sql } from 'kysely';
import { rawMessage } from '../../../testkit/mail-store.ts';
import { addressOf, domainName, type TestOperator, TransferWorld } from '../../../testkit/transfer-world.ts';
import type { Address } from '../../formats/address/address.ts';

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
    const { db } = cabinet.store;
    const entries = await cabinet.transfer.listQueue(db);
    assert.deepEqual(
      entries.map((entry) => [entry.recipient, entry.domain, entry.state, entry.attempts]),
      [
        [paul, hopital, 'queued', 0],
        ['***@labo.mssante.example', labo, 'queued', 0],
      ],
    );
    assert.equal((await cabinet.transfer.listQueue(db, { domain: labo })).length, 1);
    const [entry] = entries;
    assert(entry !== undefined);
    assert.equal((await cabinet.transfer.listQueue(db, { messageId: entry.message.id })).length, 2);
    assert.equal((await cabinet.transfer.listQueue(db, { messageId: cabinet.tenantId })).length, 0);
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
    const history = () => cabinet.transfer.deliveryHistory(cabinet.store.db, anne.account, email);
    assert.equal((await history())[0]?.state, 'failed'); // no host at all is final
    const other = await submit(patient);
    const before = cabinet.wakings.length;
    const count = await cabinet.store.act((act) => cabinet.transfer.retryNow(act, { domain: labo }));
    assert.equal(count, 1);
    assert.deepEqual(cabinet.wakings.slice(before), [labo]);
    assert.equal(await cabinet.store.act((act) => cabinet.transfer.retryNow(act, { domain: hopital })), 0);
    assert.equal((await cabinet.transfer.deliveryHistory(cabinet.store.db, anne.account, other))[0]?.state, 'queued');
  });

  test('is stopped when asked: the sender is told, and nothing is kept', async (t) => {
    const { cabinet, submit, anne } = await open(t);
    const email = await submit(paul, patient);
    const drop = (selection: Parameters<TestOperator['transfer']['drop']>[1]) =>
      cabinet.store.act((act) => cabinet.transfer.drop(act, selection));
    assert.equal(await drop({ domain: hopital }), 1);
    const states = async () =>
      (await cabinet.transfer.deliveryHistory(cabinet.store.db, anne.account, email)).map((line) => line.state);
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

  test('tells the history of an email to its own account only', async (t) => {
    const { cabinet, submit, anne } = await open(t);
    const marc = await cabinet.createDoctor('marc');
    const email = await submit(paul, marc.address);
    const { db } = cabinet.store;
    const lines = await cabinet.transfer.deliveryHistory(db, anne.account, email);
    assert.deepEqual(
      lines.map((line) => [line.address, line.state]),
      [
        [paul, 'queued'],
        [marc.address, 'accepted'],
      ],
    );
    assert.deepEqual(await cabinet.transfer.deliveryHistory(db, marc.account, email), []);
  });
});
