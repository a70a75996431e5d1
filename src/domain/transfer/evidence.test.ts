/** What comes back of a sent message: who is believed, what the lines then say, and what nobody can forge. */
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { sql } from 'kysely';
import { DeliveriesWorld, type Doctor, type SentLetter } from '../../../testkit/deliveries-world.ts';
import { rawMessage } from '../../../testkit/mail-store.ts';
import { addressOf, type TestOperator } from '../../../testkit/transfer-world.ts';
import { present } from '../../base/assert.ts';
import { deliveryLimits } from '../../base/domain-limits.ts';
import { type EmailId, newId } from '../../base/ids.ts';
import { composeDeliveryStatus, composeDispositionNotification } from '../../formats/mime/compose-report.ts';
import { parseHeaderBlock } from '../../formats/mime/header-block.ts';
import { namingFrom } from './delivery-line-names.ts';
import type { QueuedRecipient } from './queued-message.ts';

const world = await DeliveriesWorld.open({ after });
const { cabinet, hopital, clinique } = world;

interface Exchange {
  readonly anne: Doctor;
  readonly paul: Doctor;
  readonly letter: SentLetter;
}

/** Anne of the practice has written to Paul of the hospital, whose operator has it. */
async function exchange(): Promise<Exchange> {
  const [anne, paul] = [await cabinet.createDoctor(), await hopital.createDoctor()];
  return { anne, paul, letter: await world.send(cabinet, anne, [paul.address]) };
}

async function lineOf({ anne, paul, letter }: Exchange) {
  return present((await world.lines(cabinet, anne, letter)).get(paul.address), 'the recipient has no line');
}

async function stateOf(given: Exchange): Promise<string> {
  return (await lineOf(given)).state;
}

interface Status {
  readonly from: TestOperator;
  readonly author?: string;
  readonly action?: 'failed' | 'delayed' | 'delivered' | 'relayed' | 'expanded';
  readonly about?: string;
  readonly sender?: Doctor['address'] | null;
  readonly diagnostic?: string;
}

async function handOverStatus({ anne, paul, letter }: Exchange, given: Status): Promise<string> {
  const {
    from,
    author = `mailer-daemon@${from.domain}`,
    action = 'failed',
    about = paul.address,
    sender = null,
  } = given;
  const content = await composeDeliveryStatus(
    {
      from: { address: author },
      to: { address: anne.address },
      subject: 'Undelivered',
      date: new Date('2026-11-22T10:00:00Z'),
      messageId: `${action}.${letter.messageId}`,
      text: 'Sorry.',
      reportingMta: from.hostName,
      recipients: [
        {
          finalRecipient: about,
          action,
          status: action === 'failed' ? '5.2.2' : '2.0.0',
          ...(given.diagnostic !== undefined && { diagnostic: given.diagnostic }),
        },
      ],
      original: { kind: 'headers', bytes: Buffer.from(`Message-ID: <${letter.messageId}>\r\n`) },
    },
    () => 'b',
  );
  return world.handOver(from, { operator: cabinet, address: anne.address }, { sender, content });
}

async function handOverReceipt(
  { anne, paul, letter }: Exchange,
  given: {
    from?: TestOperator;
    author?: string;
    type?: 'displayed' | 'deleted' | 'dispatched';
    finalRecipient?: string;
  },
): Promise<string> {
  const { from = hopital, author = paul.address, type = 'displayed', finalRecipient = paul.address } = given;
  const content = await composeDispositionNotification(
    {
      from: { address: author },
      to: { address: anne.address },
      subject: 'Lu',
      date: new Date('2026-11-22T10:00:00Z'),
      messageId: `${type}.${letter.messageId}`,
      originalMessageId: letter.messageId,
      text: 'Lu.',
      finalRecipient,
      mode: 'manual',
      disposition: type,
    },
    () => 'b',
  );
  return world.handOver(from, { operator: cabinet, address: anne.address }, { sender: null, content });
}

function answer({ anne, letter }: Exchange, author: string, fields: Readonly<Record<string, string>> = {}): string {
  return rawMessage({ From: `<${author}>`, To: anne.address, 'In-Reply-To': `<${letter.messageId}>`, ...fields });
}

describe('the delivery line', () => {
  test('advances from the queue to the answer, each step at its instant', async () => {
    const [anne, marc, paul] = [
      await cabinet.createDoctor(),
      await cabinet.createDoctor(),
      await hopital.createDoctor(),
    ];
    const clock = cabinet.store.clock;
    const queuedAt = clock.now();
    const letter = await world.send(cabinet, anne, [paul.address, marc.address], {
      fields: { To: `"Dr Paul DURAND, cardiologue" <${paul.address}>, ${marc.address}` },
    });
    const lines = await world.lines(cabinet, anne, letter);
    const [there, here] = [lines.get(paul.address), lines.get(marc.address)];
    assert.ok(there !== undefined && here !== undefined);
    assert.equal(there.displayName, 'Dr Paul DURAND, cardiologue');
    assert.equal(there.state, 'accepted');
    assert.deepEqual([there.steps.queuedAt, there.steps.acceptedAt], [queuedAt, queuedAt]);
    assert.deepEqual(there.peer, { host: '127.0.0.1', organisation: 'HOPITAL' });
    assert.equal(there.expiresAt, null);
    assert.equal(here.displayName, null);
    assert.equal(here.state, 'delivered');
    assert.deepEqual(here.steps.deliveredAt, queuedAt);
    assert.ok(here.isLocal && !there.isLocal);

    const given = { anne, paul, letter };
    clock.advance(60_000);
    const readAt = clock.now();
    assert.equal(await handOverReceipt(given, {}), 'accepted');
    assert.equal(await stateOf(given), 'read');
    clock.advance(60_000);
    const answeredAt = clock.now();
    await world.send(hopital, paul, [anne.address], { fields: { 'In-Reply-To': `<${letter.messageId}>` } });
    const line = await lineOf(given);
    assert.equal(line.state, 'answered');
    assert.deepEqual([line.steps.deliveredAt, line.steps.readAt, line.steps.answeredAt], [readAt, readAt, answeredAt]);
    const answers = await cabinet.inbox(anne.account);
    assert.equal(line.answerEmailId, answers.at(-1)?.id);
    assert.equal((await world.lines(cabinet, anne, letter)).get(marc.address)?.state, 'delivered');
  });

  test('tells a delay with the next attempt, and a failure with what to do', async () => {
    const anne = await cabinet.createDoctor();
    const away = addressOf(`x@${clinique.domain}`);
    const letter = await world.send(cabinet, anne, [away, addressOf(`personne@${hopital.domain}`)]);
    await cabinet.drain(clinique.domain);
    const [late, lost] = [...(await world.lines(cabinet, anne, letter)).values()];
    assert.ok(late !== undefined && lost !== undefined);
    assert.equal(late.state, 'delayed');
    assert.ok(late.nextAttemptAt !== null && late.expiresAt !== null && late.delay !== null);
    assert.equal(late.failure, null);
    assert.equal(lost.state, 'failed');
    assert.match(lost.failure?.what ?? '', /Cette adresse n'existe pas/);
    assert.match(lost.failure?.advice ?? '', /Vérifiez l'adresse/);
    assert.match(lost.failure?.answer ?? '', /^550/);
    const summaries = await cabinet.transfer.deliverySummaries(
      { kind: 'person', personId: anne.person.personId },
      anne.account,
      [letter.emailId],
    );
    assert.deepEqual(
      summaries.map(({ recipients, state, states }) => [recipients, state, states.failed, states.delayed]),
      [[2, 'failed', 1, 1]],
    );
  });

  test('is told to followers of the account: the email in Sent has news with each step', async () => {
    const given = await exchange();
    const { mail, db } = cabinet.store;
    const before = await mail.currentChange(db, given.anne.account);
    await handOverReceipt(given, {});
    const changes = await mail.emailChanges(db, given.anne.account, before, 100);
    assert.ok(changes !== 'too-old');
    assert.ok(changes.updated.includes(given.letter.emailId));
    const report = await mail.verify({
      actor: { kind: 'system', task: 'test' },
      repair: false,
      onFinding: () => undefined,
    });
    assert.equal(report.findings, 0);
  });
});

describe('a delivery status', () => {
  test('of the operator that took the message is believed (RFC 3464 §2.3.3)', async () => {
    const given = await exchange();
    assert.equal(await handOverStatus(given, { from: hopital, action: 'relayed' }), 'accepted');
    assert.equal(await stateOf(given), 'accepted');
    await handOverStatus(given, { from: hopital, action: 'delayed', diagnostic: '452 patience' });
    const late = await lineOf(given);
    assert.equal(late.state, 'delayed');
    assert.equal(late.delay?.answer, '452 patience');
    await handOverStatus(given, { from: hopital, action: 'delivered' });
    assert.equal(await stateOf(given), 'delivered');
  });

  test('that gives the message back says why in plain French', async () => {
    const given = await exchange();
    await handOverStatus(given, { from: hopital, diagnostic: `552 5.2.2 <${given.paul.address}> full` });
    const line = await lineOf(given);
    assert.equal(line.state, 'failed');
    assert.equal(line.failure?.what, 'La boîte aux lettres du destinataire est pleine.');
    assert.ok(line.failure?.answer?.includes(given.paul.address));
    assert.ok(line.steps.failedAt);
    // At rest, the words of the peer are sealed like the address that they repeat.
    const rows = await sql<{ text: string }>`select held::text as text from transfer.recipient as held`.execute(
      cabinet.store.ownerDb,
    );
    assert.ok(rows.rows.every(({ text }) => !text.includes(Buffer.from('full').toString('hex'))));
  });

  test('of any other operator changes nothing, whatever it says', async () => {
    const given = await exchange();
    for (const action of ['failed', 'delivered', 'delayed'] as const) {
      assert.equal(await handOverStatus(given, { from: clinique, action }), 'accepted');
    }
    // It cannot speak in the name of the operator concerned: refused at the door.
    const foreign = { from: clinique, author: `mailer-daemon@${hopital.domain}` };
    assert.equal(await handOverStatus(given, foreign), 'header-sender-foreign');
    assert.equal(await stateOf(given), 'accepted');
  });

  test('with a sender is a letter of somebody, no report (RFC 3464 §2)', async () => {
    const given = await exchange();
    assert.equal(await handOverStatus(given, { from: hopital, sender: given.paul.address }), 'accepted');
    assert.equal(await stateOf(given), 'accepted');
  });

  test('says nothing of whom the message was not sent to, nor of what the account did not send', async () => {
    const [given, other] = [await exchange(), await exchange()];
    await handOverStatus(given, { from: hopital, about: other.paul.address });
    // The letter of another account, in a report that comes to this one.
    await handOverStatus({ ...given, letter: other.letter, paul: other.paul }, { from: hopital });
    assert.deepEqual([await stateOf(given), await stateOf(other)], ['accepted', 'accepted']);
  });

  test('of ourselves on an account of ours is not believed: what we deliver we know', async () => {
    const [anne, marc] = [await cabinet.createDoctor(), await cabinet.createDoctor()];
    const letter = await world.send(cabinet, anne, [marc.address]);
    await handOverStatus({ anne, paul: marc, letter }, { from: hopital });
    assert.equal((await world.lines(cabinet, anne, letter)).get(marc.address)?.state, 'delivered');
  });
});

describe('a receipt', () => {
  test('of the recipient is believed, whatever became of the message (RFC 8098 §3.2.6.2)', async () => {
    for (const [type, state] of [
      ['dispatched', 'delivered'],
      ['deleted', 'delivered'],
      ['displayed', 'read'],
    ] as const) {
      const given = await exchange();
      await handOverReceipt(given, { type });
      assert.equal(await stateOf(given), state, type);
      assert.equal((await lineOf(given)).steps.deletedUnreadAt !== null, type === 'deleted');
    }
  });

  test('of anybody else is not, a colleague of the same operator included', async () => {
    const given = await exchange();
    const colleague = await hopital.createDoctor();
    assert.equal(await handOverReceipt(given, { author: colleague.address }), 'accepted');
    const forger = `x@${clinique.domain}`;
    assert.equal(await handOverReceipt(given, { from: clinique, author: forger }), 'accepted');
    assert.equal(await handOverReceipt(given, { from: clinique }), 'header-sender-foreign');
    assert.equal(await stateOf(given), 'accepted');
  });

  test('that comes twice counts once, at its first instant', async () => {
    const given = await exchange();
    await handOverReceipt(given, {});
    const first = (await lineOf(given)).steps.readAt;
    cabinet.store.clock.advance(25 * 3_600_000);
    const change = await cabinet.store.mail.currentChange(cabinet.store.db, given.anne.account);
    await handOverReceipt(given, {});
    assert.deepEqual((await lineOf(given)).steps.readAt, first);
    // One email came, in one mailbox: no news of the other.
    assert.equal(await cabinet.store.mail.currentChange(cabinet.store.db, given.anne.account), change + 2);
  });
});

describe('an answer', () => {
  test('counts when the recipient writes it, by parent or by the last reference (RFC 5322 §3.6.4)', async () => {
    const given = await exchange();
    const at = { operator: cabinet, address: given.anne.address };
    const hand = (from: TestOperator, sender: string, content: string) =>
      world.handOver(from, at, { sender: addressOf(sender), content });
    const colleague = `autre@${hopital.domain}`;
    await hand(hopital, colleague, answer(given, colleague));
    const forger = `x@${clinique.domain}`;
    await hand(clinique, forger, answer(given, forger));
    assert.equal(await stateOf(given), 'accepted');
    const references = `<a@a.example> <${given.letter.messageId}>`;
    const content = rawMessage({ From: `<${given.paul.address}>`, References: references });
    await hand(hopital, given.paul.address, content);
    assert.equal(await stateOf(given), 'answered');
  });

  test('of a machine says that it arrived, not that it was answered (RFC 3834 §5)', async () => {
    const given = await exchange();
    const content = answer(given, given.paul.address, { 'Auto-Submitted': 'auto-replied; owner-email="x@y"' });
    const at = { operator: cabinet, address: given.anne.address };
    await world.handOver(hopital, at, { sender: given.paul.address, content });
    const line = await lineOf(given);
    assert.equal(line.state, 'delivered');
    assert.ok(line.steps.autoAnsweredAt !== null && line.steps.answeredAt === null);
  });

  test('of several authors counts of none', async () => {
    const given = await exchange();
    const two = { From: `<${given.paul.address}>, <autre@${hopital.domain}>` };
    const at = { operator: cabinet, address: given.anne.address };
    await world.handOver(hopital, at, { sender: given.paul.address, content: answer(given, 'x', two) });
    assert.equal(await stateOf(given), 'accepted');
  });

  test('whose author nobody vouches for is no evidence, even where it is let in with a warning', async (t) => {
    const lenient = await DeliveriesWorld.open(t, { unverifiedAuthor: 'warn' });
    const [anne, paul] = [await lenient.cabinet.createDoctor(), await lenient.hopital.createDoctor()];
    const letter = await lenient.send(lenient.cabinet, anne, [paul.address]);
    const content = answer({ anne, paul, letter }, paul.address);
    const at = { operator: lenient.cabinet, address: anne.address };
    const sender = addressOf(`x@${lenient.clinique.domain}`);
    assert.equal(await lenient.handOver(lenient.clinique, at, { sender, content }), 'accepted');
    assert.equal((await lenient.lines(lenient.cabinet, anne, letter)).get(paul.address)?.state, 'accepted');
  });

  test('from an account of ours counts too', async () => {
    const [anne, marc] = [await cabinet.createDoctor(), await cabinet.createDoctor()];
    const letter = await world.send(cabinet, anne, [marc.address]);
    await world.send(cabinet, marc, [anne.address], { fields: { 'In-Reply-To': `<${letter.messageId}>` } });
    assert.equal((await world.lines(cabinet, anne, letter)).get(marc.address)?.state, 'answered');
  });
});

describe('bounds', () => {
  test('an answer names as many messages as the limit, its last reference among them', async () => {
    const [anne, paul] = [await cabinet.createDoctor(), await hopital.createDoctor()];
    const letters = [];
    for (let at = 0; at <= deliveryLimits.namedMessages; at += 1) {
      letters.push(await world.send(cabinet, anne, [paul.address]));
    }
    const ids = letters.map(({ messageId }) => `<${messageId}>`);
    const fields = { 'In-Reply-To': ids.slice(0, -1).join(' '), References: ids.at(-1) ?? '' };
    const content = rawMessage({ From: `<${paul.address}>`, ...fields });
    await world.handOver(hopital, { operator: cabinet, address: anne.address }, { sender: paul.address, content });
    const states = await Promise.all(letters.map((letter) => stateOf({ anne, paul, letter })));
    const named = deliveryLimits.namedMessages - 1;
    assert.deepEqual(states, [...Array(named).fill('answered'), 'accepted', 'answered']);
  });

  test('of a message sent again and again, as many copies as the limit hear of an answer', async () => {
    const [anne, paul] = [await cabinet.createDoctor(), await hopital.createDoctor()];
    const copies = deliveryLimits.copiesLookedThrough;
    const letters = [];
    const fields = { 'Message-ID': `<again.${anne.login}@${cabinet.domain}>` };
    for (let at = 0; at <= copies; at += 1) {
      cabinet.store.clock.advance(1);
      letters.push(await world.send(cabinet, anne, [paul.address], { fields, body: `${at}\r\n` }));
    }
    const content = rawMessage({ From: `<${paul.address}>`, 'In-Reply-To': fields['Message-ID'] });
    await world.handOver(hopital, { operator: cabinet, address: anne.address }, { sender: paul.address, content });
    const states = await Promise.all(letters.map((letter) => stateOf({ anne, paul, letter })));
    assert.deepEqual(states, ['accepted', ...Array(copies).fill('answered')]);
  });

  test('a list sums up as many emails as the limit, not one more', async () => {
    const anne = await cabinet.createDoctor();
    const actor = { kind: 'person', personId: anne.person.personId } as const;
    const ids = Array.from({ length: deliveryLimits.summaries + 1 }, () => newId<EmailId>());
    assert.deepEqual(await cabinet.transfer.deliverySummaries(actor, anne.account, ids.slice(1)), []);
    const tooMany = cabinet.transfer.deliverySummaries(actor, anne.account, ids);
    await assert.rejects(tooMany, { code: 'too-many-emails' });
  });

  test('a recipient’s name is as long as the limit, and is never the address itself', () => {
    const named = (name: string) => {
      const fields = parseHeaderBlock(Buffer.from(`To: "${name}" <Paul@a.example>\r\n`));
      const recipient: QueuedRecipient = { address: addressOf('paul@a.example') };
      return namingFrom(fields)(recipient).displayName;
    };
    const longest = 'é'.repeat(deliveryLimits.nameCharacters);
    assert.equal(named(longest), longest);
    assert.equal(named(`${longest}x`), longest);
    assert.equal(named('paul@A.example'), undefined);
    assert.equal(named(''), undefined);
  });
});

describe('reports with a hostile structure', () => {
  const deep = 'Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n'.repeat(60);
  const bodies: Readonly<Record<string, string>> = {
    'without status': '--b\r\n\r\nx\r\n--b--\r\n',
    'of a huge status': `--b\r\n\r\nx\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n\r\n${'Action: failed\r\nX: y\r\n\r\n'.repeat(20_000)}--b--\r\n`,
    nested: `--b\r\n${deep}`,
    'in base64 that is none':
      '--b\r\n\r\n--b\r\nContent-Type: message/delivery-status\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!\r\n--b--\r\n',
  };
  for (const [name, body] of Object.entries(bodies)) {
    test(`${name}: taken in, and nothing is concluded`, async () => {
      const given = await exchange();
      const fields = {
        From: `<mailer-daemon@${hopital.domain}>`,
        'Content-Type': 'multipart/report; report-type=delivery-status; boundary=b',
      };
      const content = rawMessage(fields, body);
      const at = { operator: cabinet, address: given.anne.address };
      assert.equal(await world.handOver(hopital, at, { sender: null, content }), 'accepted');
      assert.equal(await stateOf(given), 'accepted');
    });
  }
});

describe('the lines of an account', () => {
  test('are read by who may read it, and by nobody else', async () => {
    const given = await exchange();
    const { account } = given.anne;
    const { emailId } = given.letter;
    const read = (actor: Parameters<TestOperator['transfer']['deliveries']>[0], on = account) =>
      cabinet.transfer.deliveries(actor, on, emailId);
    assert.equal((await read(await cabinet.store.createReader(account, ['read']))).length, 1);
    for (const rights of [[], ['send'], ['manage']] as const) {
      const reader = await cabinet.store.createReader(account, rights);
      await assert.rejects(read(reader), { code: 'not-permitted' });
      const several = cabinet.transfer.deliverySummaries(reader, account, [emailId]);
      await assert.rejects(several, { code: 'not-permitted' });
    }
    await assert.rejects(read({ kind: 'operator', certificateName: 'x' }), { code: 'not-permitted' });
    // The email of one account, asked for in another of the same person's practice.
    const other = await cabinet.createDoctor();
    const stranger = { kind: 'person', personId: other.person.personId } as const;
    assert.deepEqual(await read(stranger, other.account), []);
    assert.deepEqual(await cabinet.transfer.deliverySummaries(stranger, other.account, [emailId]), []);
  });
});
