import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import type { Scope } from '../../../testkit/database.ts';
import { rawMessage } from '../../../testkit/mail-store.ts';
import { addressOf, type TestOperator, TransferWorld } from '../../../testkit/transfer-world.ts';
import type { Address } from '../../formats/address/address.ts';
import type { CommitVerdict, EnvelopeRecipient, MessageSink, SenderEnvelope } from './acceptance.ts';

const hourMs = 3_600_000;
const paul = addressOf('paul@hopital.mssante.example');
const lea = addressOf('lea@hopital.mssante.example');

interface Scene {
  readonly cabinet: TestOperator;
  readonly hopital: TestOperator;
}

async function open(scope: Scope): Promise<Scene> {
  const world = await TransferWorld.open(scope, ['cabinet', 'hopital']);
  const scene = { cabinet: await world.operator('cabinet'), hopital: await world.operator('hopital') };
  await world.serve(scene.hopital);
  return scene;
}

const shared = await open({ after });

function letter(fields: Readonly<Record<string, string>> = {}, body?: string): string {
  return rawMessage({ From: 'Dr Paul DURAND <paul@hopital.mssante.example>', ...fields }, body);
}

interface HandOver {
  readonly to: readonly EnvelopeRecipient[];
  readonly content: string;
  readonly envelope?: Partial<SenderEnvelope>;
}

/** A transaction as far as the end of its content. */
async function prepare({ cabinet, hopital }: Scene, { to, content, envelope }: HandOver): Promise<MessageSink> {
  const transaction = await cabinet.open(hopital, { sender: paul, ...envelope });
  for (const each of to) assert.equal((await transaction.admitRecipient(each)).kind, 'accepted');
  const reception = await transaction.receive();
  assert(reception.kind === 'receiving');
  await reception.sink.write(Buffer.from(content));
  return reception.sink;
}

async function handOver(scene: Scene, given: HandOver): Promise<CommitVerdict> {
  return (await prepare(scene, given)).commit();
}

function to(...addresses: readonly Address[]): EnvelopeRecipient[] {
  return addresses.map((recipient) => ({ recipient }));
}

async function countOf(scene: Scene, account: Parameters<TestOperator['inbox']>[0]): Promise<number> {
  return (await scene.cabinet.inbox(account)).length;
}

// RFC 5321 §4.1.1.4
describe('a transaction that comes again', () => {
  test('is told 250 and stored once, whatever the order of its recipients', async () => {
    const scene = shared;
    const [anne, marc] = [await scene.cabinet.createDoctor(), await scene.cabinet.createDoctor()];
    const content = letter();
    const addresses = [anne.address, marc.address];
    for (const order of [addresses, [...addresses].reverse(), addresses]) {
      assert.equal((await handOver(scene, { to: to(...order), content })).kind, 'accepted');
      scene.cabinet.store.clock.advance(hourMs);
    }
    assert.equal(await countOf(scene, anne.account), 1);
    assert.equal(await countOf(scene, marc.account), 1);
  });

  test('is another one when content or sender differ, or a day has gone by', async () => {
    const scene = shared;
    const anne = await scene.cabinet.createDoctor();
    const content = letter();
    await handOver(scene, { to: to(anne.address), content });
    await handOver(scene, { to: to(anne.address), content: `${content}.` });
    await handOver(scene, { to: to(anne.address), content, envelope: { sender: lea } });
    scene.cabinet.store.clock.advance(24 * hourMs - 1);
    await handOver(scene, { to: to(anne.address), content });
    assert.equal(await countOf(scene, anne.account), 3);
    scene.cabinet.store.clock.advance(1);
    await handOver(scene, { to: to(anne.address), content });
    assert.equal(await countOf(scene, anne.account), 4);
    scene.cabinet.store.clock.advance(24 * hourMs);
    assert.ok((await scene.cabinet.transfer.sweep()).forgotten > 0);
  });

  test('is stored once for each recipient, however a peer groups them when it repeats', async () => {
    const scene = shared;
    const [anne, marc] = [await scene.cabinet.createDoctor(), await scene.cabinet.createDoctor()];
    const content = letter();
    for (const some of [[anne.address], [anne.address, marc.address], [marc.address], [marc.address, anne.address]]) {
      assert.equal((await handOver(scene, { to: to(...some), content })).kind, 'accepted');
    }
    assert.equal(await countOf(scene, anne.account), 1);
    assert.equal(await countOf(scene, marc.account), 1);
  });

  test('at the same instant over several connections is stored once', async () => {
    const scene = shared;
    const anne = await scene.cabinet.createDoctor();
    const content = letter();
    const sinks = await Promise.all(Array.from({ length: 6 }, () => prepare(scene, { to: to(anne.address), content })));
    const verdicts = await Promise.all(sinks.map((sink) => sink.commit()));
    assert.ok(verdicts.every((verdict) => verdict.kind === 'accepted'));
    assert.equal(await countOf(scene, anne.account), 1);
  });
});

describe('many messages at once', () => {
  test('are stored each once, in few transactions', async () => {
    const scene = shared;
    const doctors = await Promise.all(Array.from({ length: 5 }, () => scene.cabinet.createDoctor()));
    const sinks = await Promise.all(
      doctors.flatMap((doctor) =>
        Array.from({ length: 20 }, () => prepare(scene, { to: to(doctor.address), content: letter() })),
      ),
    );
    const verdicts = await Promise.all(sinks.map((sink) => sink.commit()));
    assert.equal(new Set(verdicts.map((verdict) => verdict.kind === 'accepted' && verdict.reference)).size, 100);
    for (const doctor of doctors) assert.equal(await countOf(scene, doctor.account), 20);
  });
});

describe('a quota that is lost between RCPT and the end of the content', () => {
  test('refuses the message when nobody else has it, and a later try is no repetition', async () => {
    const scene = shared;
    const anne = await scene.cabinet.createDoctor(undefined, 3_000);
    const content = letter({}, 'x'.repeat(2_000));
    const sinks = [
      await prepare(scene, { to: to(anne.address), content }),
      await prepare(scene, { to: to(anne.address), content: `${content}2` }),
    ];
    const verdicts = await Promise.all(sinks.map((sink) => sink.commit()));
    assert.deepEqual(verdicts.map((verdict) => verdict.kind).sort(), ['accepted', 'refused']);
    const refused = verdicts.find((verdict) => verdict.kind === 'refused');
    assert.deepEqual(refused?.reply, { code: 552, enhanced: '5.2.2', text: 'mailbox-full' });
    assert.equal(await countOf(scene, anne.account), 1);
    await scene.cabinet.store.act((act) => scene.cabinet.store.mail.setQuota(act, anne.account, 30_000));
    await handOver(scene, { to: to(anne.address), content });
    await handOver(scene, { to: to(anne.address), content: `${content}2` });
    assert.equal(await countOf(scene, anne.account), 2);
  });

  // RFC 3461 §4.1, RFC 3464 §2
  test('is reported to the sender when others have the message, unless no report was asked for', async (t) => {
    const scene = await open(t);
    const paulHere = await scene.hopital.createDoctor('paul');
    const [anne, marc, luc] = [
      await scene.cabinet.createDoctor('anne'),
      await scene.cabinet.createDoctor('marc', 1_000),
      await scene.cabinet.createDoctor('luc', 1_000),
    ];
    const content = letter({ Subject: 'Resultats' }, 'x'.repeat(2_000));
    const verdict = await handOver(scene, {
      to: [{ recipient: anne.address }, { recipient: marc.address }, { recipient: luc.address, notify: [] }],
      content,
      envelope: { envelopeId: 'env-1', ret: 'FULL' },
    });
    assert.equal(verdict.kind, 'accepted');
    assert.equal(await countOf(scene, anne.account), 1);
    assert.deepEqual(scene.cabinet.wakings, [scene.hopital.domain]);
    await scene.cabinet.drain(scene.hopital.domain);
    const [report] = await scene.hopital.inbox(paulHere.account);
    assert(report !== undefined);
    const text = (await scene.hopital.contents(paulHere.account, report.id)).toString();
    assert.match(text, /^Return-Path: <>/);
    assert.match(text, /Original-Envelope-Id: env-1/);
    assert.match(text, /Final-Recipient: rfc822; marc@cabinet/);
    assert.match(text, /Status: 5\.2\.2/);
    assert.match(text, /est pleine/);
    assert.doesNotMatch(text, /luc@/);
    assert.ok(text.includes(content.slice(0, 200)), 'RET=FULL gives the message back');
  });
});

// RFC 3461 §5.2.3
describe('a report of success', () => {
  test('is sent when asked, with what the sender called the recipient, and only then', async (t) => {
    const scene = await open(t);
    const paulHere = await scene.hopital.createDoctor('paul');
    const anne = await scene.cabinet.createDoctor('anne');
    const originalRecipient = { addressType: 'rfc822', address: 'dr.anne@ailleurs.example' };
    await handOver(scene, { to: [{ recipient: anne.address }], content: letter() });
    await handOver(scene, { to: [{ recipient: anne.address, notify: ['FAILURE', 'DELAY'] }], content: letter() });
    await handOver(scene, {
      to: [{ recipient: anne.address, notify: ['SUCCESS'], originalRecipient }],
      content: letter({ Subject: 'Resultats' }, 'le corps du message'),
    });
    assert.equal(scene.cabinet.wakings.length, 1);
    await scene.cabinet.drain(scene.hopital.domain);
    const reports = await scene.hopital.inbox(paulHere.account);
    assert.equal(reports.length, 1);
    const text = (await scene.hopital.contents(paulHere.account, reports[0]?.id ?? assert.fail())).toString();
    assert.match(text, /Action: delivered/);
    assert.match(text, /Original-Recipient: rfc822; ?dr\.anne@ailleurs\.example/);
    assert.match(text, /text\/rfc822-headers/);
    assert.doesNotMatch(text, /le corps du message/);
  });
});
