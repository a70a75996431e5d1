/** Whom an account writes to is remembered with the message that is accepted, and with no other. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rawMessage } from '../../../testkit/mail-store.ts';
import { addressOf, type TestOperator, TransferWorld } from '../../../testkit/transfer-world.ts';
import type { Address } from '../../formats/address/address.ts';

type Doctor = Awaited<ReturnType<TestOperator['createDoctor']>>;

const elsewhere = addressOf('Paul@hopital.mssante.example');

function letter(from: Doctor, fields: Readonly<Record<string, string>> = {}, body?: string): string {
  return rawMessage({ From: `Dr <${from.address}>`, ...fields }, body);
}

async function send(operator: TestOperator, from: Doctor, to: readonly Address[], content: string): Promise<string> {
  const outcome = await operator.transfer.submit(
    { actor: { kind: 'person', personId: from.person.personId }, reason: 'test' },
    {
      sender: from.address,
      recipients: to.map((recipient) => ({ recipient })),
      content: (async function* () {
        yield Buffer.from(content);
      })(),
    },
  );
  if (outcome.kind === 'refused') return outcome.reply.text;
  return outcome.isRepeated ? 'repeated' : 'submitted';
}

async function remembered({ contacts, store }: TestOperator, { account, person }: Doctor) {
  const weights = await contacts.familiarity(store.db, {
    as: { kind: 'person', personId: person.personId },
    account,
  });
  return Object.fromEntries(weights);
}

test('what a person sends is remembered once, of every recipient, here and elsewhere', async (t) => {
  const world = await TransferWorld.open(t, ['cabinet', 'hopital']);
  const operator = await world.operator('cabinet');
  const [anne, marc] = [await operator.createDoctor(), await operator.createDoctor()];
  const content = letter(anne);
  assert.equal(await send(operator, anne, [marc.address, elsewhere], content), 'submitted');
  const both = { [marc.address]: 1, 'paul@hopital.mssante.example': 1 };
  assert.deepEqual(await remembered(operator, anne), both);
  // Who receives does not write.
  assert.deepEqual(await remembered(operator, marc), {});
  assert.equal(await send(operator, anne, [marc.address, elsewhere], content), 'repeated');
  assert.equal(await send(operator, anne, [elsewhere], letter(marc)), 'header-sender-foreign');
  assert.deepEqual(await remembered(operator, anne), both);
});

test('a message that was not accepted leaves no memory', async (t) => {
  const world = await TransferWorld.open(t, ['cabinet', 'hopital']);
  const operator = await world.operator('cabinet');
  const [anne, full] = [await operator.createDoctor(), await operator.createDoctor(undefined, 1)];
  assert.equal(await send(operator, full, [anne.address], letter(full)), 'own-mailbox-full');
  assert.deepEqual(await remembered(operator, full), {});
});

// RFC 8098 §3
test('a receipt, which goes by itself, is not written to anybody', async (t) => {
  const world = await TransferWorld.open(t, ['cabinet', 'hopital']);
  const operator = await world.operator('cabinet');
  const [anne, marc] = [await operator.createDoctor(), await operator.createDoctor()];
  const { submission } = operator.transfer;
  const credentials = { kind: 'password', authenticationId: anne.login, password: anne.token } as const;
  const admitted = await submission.authenticate(credentials, operator.peer());
  assert.ok(admitted.kind === 'admitted');
  const opened = await admitted.admission.openTransaction({ sender: null, smtpUtf8: false });
  assert.ok(opened.kind === 'opened');
  await opened.transaction.admitRecipient({ recipient: marc.address });
  const reception = await opened.transaction.receive();
  assert.ok(reception.kind === 'receiving');
  const receipt = { 'Content-Type': 'multipart/report; report-type=disposition-notification; boundary=b' };
  await reception.sink.write(Buffer.from(letter(anne, receipt, '--b\r\n\r\nLu.\r\n--b--\r\n')));
  assert.equal((await reception.sink.commit()).kind, 'accepted');
  assert.deepEqual(await remembered(operator, anne), {});
});
