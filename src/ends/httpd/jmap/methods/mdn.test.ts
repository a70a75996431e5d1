/** Receipts by JMAP (RFC 9007): sent once to who asked, read, and never where they must not go. */
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { jmapOf } from '../../../../../testkit/deliveries-jmap.ts';
import { DeliveriesWorld, type Doctor } from '../../../../../testkit/deliveries-world.ts';
import { rawMessage } from '../../../../../testkit/mail-store.ts';
import { domainName } from '../../../../../testkit/transfer-world.ts';
import { present } from '../../../../base/assert.ts';
import { deliveryLimits } from '../../../../base/domain-limits.ts';
import type { EmailId } from '../../../../base/ids.ts';
import type { JsonObject } from '../method.ts';

const world = await DeliveriesWorld.open({ after });
const { cabinet, hopital } = world;
const jmap = jmapOf(cabinet);

const read = { actionMode: 'manual-action', sendingMode: 'mdn-sent-manually', type: 'displayed' };

interface Asked {
  readonly anne: Doctor;
  readonly paul: Doctor;
  readonly emailId: EmailId;
  readonly letter: Awaited<ReturnType<DeliveriesWorld['send']>>;
}

/** Paul of the hospital has asked Anne of the practice for a receipt. */
async function asked(fields: Readonly<Record<string, string>> = {}, from = hopital, body?: string): Promise<Asked> {
  const [anne, paul] = [await cabinet.createDoctor(), await from.createDoctor()];
  const all = { 'Disposition-Notification-To': `<${paul.address}>`, Subject: 'Compte rendu', ...fields };
  const letter = await world.send(from, paul, [anne.address], { fields: all, ...(body !== undefined && { body }) });
  const [received] = await cabinet.inbox(anne.account);
  return { anne, paul, emailId: present(received, 'a test letter did not come').id, letter };
}

async function send({ anne, emailId }: Pick<Asked, 'anne' | 'emailId'>, more: JsonObject = {}, by: Doctor = anne) {
  const mdn = { forEmailId: emailId, disposition: read, ...more };
  const answer = await jmap.call({ account: anne.account, person: by.person }, 'MDN/send', {
    identityId: anne.account.accountId,
    send: { r: mdn },
  });
  await world.settle();
  return { sent: answer.sent?.r, fault: answer.notSent?.r };
}

describe('MDN/send', () => {
  test('tells who asked, without a sender, and marks the email (RFC 9007 §2.1, RFC 8098 §3)', async () => {
    const given = await asked();
    const { anne, paul, emailId, letter } = given;
    const { sent } = await send(given);
    assert.equal(sent.finalRecipient, `rfc822; ${anne.address}`);
    assert.equal(sent.originalMessageId, letter.messageId);
    const [receipt, ...more] = await world.letters(hopital, paul);
    assert.ok(receipt !== undefined && more.length === 0);
    assert.match(receipt.text, /^Return-Path: <>\r\n/);
    assert.match(receipt.text, new RegExp(`\r\nFrom: .*<${anne.address}>\r\n`));
    assert.match(receipt.text, /\r\nDisposition: manual-action\/MDN-sent-manually; displayed\r\n/);
    assert.match(receipt.text, new RegExp(`\r\nOriginal-Message-ID:\\s+<${letter.messageId}>\r\n`));
    const [email] = await cabinet.store.mail.listCards(cabinet.store.db, anne.account, [emailId]);
    assert.ok(email?.keywords.includes('$mdnsent'));
    // Who asked sees it in the line of the message.
    assert.equal((await world.lines(hopital, paul, letter)).get(anne.address)?.state, 'read');
    assert.deepEqual(await world.letters(cabinet, anne, 'sent'), []);
  });

  test('of an account of the same operator arrives too', async () => {
    const given = await asked({}, cabinet);
    assert.ok((await send(given)).sent);
    assert.equal((await world.letters(cabinet, given.paul)).length, 1);
    assert.equal((await world.lines(cabinet, given.paul, given.letter)).get(given.anne.address)?.state, 'read');
  });

  test('is never done twice, whoever takes the keyword away and however many try at once (RFC 9007 §2.1)', async () => {
    const given = await asked();
    const tries = await Promise.all([send(given), send(given), send(given)]);
    assert.equal(tries.filter(({ sent }) => sent !== undefined).length, 1);
    const faults = tries.flatMap(({ fault }) => (fault === undefined ? [] : [fault.type]));
    assert.deepEqual(faults, ['mdnAlreadySent', 'mdnAlreadySent']);
    const update = { [given.emailId]: { 'keywords/$mdnsent': null } };
    assert.ok((await jmap.call(given.anne, 'Email/set', { update })).updated);
    assert.equal((await send(given)).fault.type, 'mdnAlreadySent');
    assert.equal((await world.letters(hopital, given.paul)).length, 1);
  });

  test('of an email that another program has marked answers mdnAlreadySent', async () => {
    const given = await asked();
    const update = { [given.emailId]: { 'keywords/$mdnsent': true } };
    await jmap.call(given.anne, 'Email/set', { update });
    assert.equal((await send(given)).fault.type, 'mdnAlreadySent');
  });

  test('says what the client says in place of ours, what the message says of its recipient, the original when asked (RFC 8098 §2.3)', async () => {
    const given = await asked({ 'Original-Recipient': 'rfc822; equipe@cabinet.mssante.example' });
    const { sent } = await send(given, {
      subject: 'Bien lu',
      textBody: 'Merci, c’est lu.',
      includeOriginalMessage: true,
      reportingUA: 'poste; Logiciel',
      extensionFields: { 'X-Note': 'un\r\nDisposition: x' },
      disposition: { ...read, actionMode: 'automatic-action', type: 'processed' },
    });
    assert.ok(sent);
    const [receipt] = await world.letters(hopital, given.paul);
    assert.match(receipt?.text ?? '', /\r\nSubject: Bien lu\r\n/);
    assert.match(receipt?.text ?? '', /\r\nReporting-UA: poste; Logiciel\r\n/);
    assert.match(receipt?.text ?? '', /\r\nOriginal-Recipient: rfc822; equipe@cabinet\.mssante\.example\r\n/);
    assert.match(receipt?.text ?? '', /\r\nX-Note: un Disposition: x\r\n/);
    assert.match(receipt?.text ?? '', /\r\nDisposition: automatic-action\/MDN-sent-manually; processed\r\n/);
    assert.match(receipt?.text ?? '', /Content-Type: message\/rfc822[\s\S]*Cher confr/);
    const [headers] = await world.letters(hopital, (await receiptWithout(await asked())).paul);
    assert.doesNotMatch(headers?.text ?? '', /message\/rfc822/);
  });

  test('updates the email that it was for, and no other (RFC 9007 §2.1)', async () => {
    const [given, other] = [await asked(), await asked()];
    const [own, implied] = await jmap.run(given.anne, [
      [
        'MDN/send',
        {
          identityId: given.anne.account.accountId,
          send: {
            a: { forEmailId: given.emailId, disposition: read },
            b: { forEmailId: other.emailId, disposition: read },
          },
          onSuccessUpdateEmail: { '#a': { 'keywords/$seen': true }, '#b': { 'keywords/$seen': true } },
        },
      ],
    ]);
    assert.deepEqual(Object.keys(own[1].sent), ['a']);
    assert.equal(own[1].notSent.b.type, 'notFound');
    assert.deepEqual([implied[0], Object.keys(implied[1].updated)], ['Email/set', [given.emailId]]);
  });
});

async function receiptWithout(given: Asked): Promise<Asked> {
  assert.ok((await send(given)).sent);
  return given;
}

describe('MDN/send refuses', () => {
  test('for a report, for what has no sender and for what asks for none (RFC 8098 §2.1)', async () => {
    const report = { 'Content-Type': 'multipart/report; report-type=disposition-notification; boundary=b' };
    const { fault: ofReport } = await send(await asked(report, hopital, '--b\r\n\r\nLu.\r\n--b--\r\n'));
    assert.equal(ofReport.type, 'invalidProperties');
    for (const fields of [
      { 'Disposition-Notification-To': 'personne' },
      { 'Disposition-Notification-To': `<a@${hopital.domain}>, <b@${hopital.domain}>` },
    ]) {
      const { fault } = await send(await asked(fields));
      assert.equal(fault.type, 'invalidProperties', JSON.stringify(fields));
    }
    const given = await asked();
    const fields = { From: `<x@${hopital.domain}>`, 'Auto-Submitted': 'auto-replied' };
    const content = rawMessage({ ...fields, 'Disposition-Notification-To': `<x@${hopital.domain}>` });
    const at = { operator: cabinet, address: given.anne.address };
    assert.equal(await world.handOver(hopital, at, { sender: null, content }), 'accepted');
    const last = (await cabinet.inbox(given.anne.account)).find(({ id }) => id !== given.emailId);
    const { fault } = await send({ anne: given.anne, emailId: present(last, 'it did not come').id });
    assert.equal(fault.type, 'invalidProperties');
  });

  test('a patient, and an address outside the trust space', async (t) => {
    const outside = await send(await asked({ 'Disposition-Notification-To': '<x@gmail.example>' }));
    assert.equal(outside.fault.type, 'forbidden');
    const other = await DeliveriesWorld.open(t, { patientDomains: [domainName('hopital.mssante.example')] });
    const [anne, patient] = [await other.cabinet.createDoctor(), await other.hopital.createDoctor()];
    const fields = { 'Disposition-Notification-To': `<${patient.address}>` };
    await other.send(other.hopital, patient, [anne.address], { fields });
    const [received] = await other.cabinet.inbox(anne.account);
    const answer = await jmapOf(other.cabinet).call(anne, 'MDN/send', {
      identityId: anne.account.accountId,
      send: { r: { forEmailId: received?.id ?? '', disposition: read } },
    });
    assert.equal(answer.notSent.r.type, 'forbidden');
    await other.settle();
    assert.deepEqual(await other.letters(other.hopital, patient), []);
  });

  test('by itself to another address than the message came from: somebody must agree (RFC 8098 §2.1)', async () => {
    const given = await asked({ 'Disposition-Notification-To': `<autre@${hopital.domain}>` });
    const byItself = { disposition: { ...read, sendingMode: 'mdn-sent-automatically' } };
    assert.equal((await send(given, byItself)).fault.type, 'forbidden');
    assert.ok((await send(given)).sent);
    assert.ok((await send(await asked(), byItself)).sent);
  });

  test('another’s recipient, identity or words (RFC 8098 §3.2.4)', async () => {
    const given = await asked();
    const bad: readonly (readonly [JsonObject, string])[] = [
      [{ finalRecipient: `rfc822; ${given.paul.address}` }, 'forbiddenFrom'],
      [{ disposition: { ...read, type: 'denied' } }, 'invalidProperties'],
      [{ disposition: { ...read, actionMode: 'x' } }, 'invalidProperties'],
      [{ disposition: 'displayed' }, 'invalidProperties'],
      [{ mdnGateway: 'x' }, 'invalidProperties'],
      [{ subject: 3 }, 'invalidProperties'],
      [{ includeOriginalMessage: 'yes' }, 'invalidProperties'],
      [{ extensionFields: { Disposition: 'x' } }, 'invalidProperties'],
      [{ extensionFields: { 'X-A': 3 } }, 'invalidProperties'],
      [{ forEmailId: null }, 'notFound'],
    ];
    for (const [more, type] of bad) assert.equal((await send(given, more)).fault?.type, type, JSON.stringify(more));
    const answer = await jmap.call(given.anne, 'MDN/send', {
      identityId: given.paul.account.accountId,
      send: { r: { forEmailId: given.emailId, disposition: read } },
    });
    assert.equal(answer.notSent.r.type, 'notFound');
  });

  test('texts one character past their bounds', async () => {
    const { receiptTextCharacters, receiptLineCharacters, receiptFields } = deliveryLimits;
    const fields = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, at) => [`X-${at}`, 'y']));
    for (const [fits, tooMuch] of [
      [{ textBody: 'x'.repeat(receiptTextCharacters) }, { textBody: 'x'.repeat(receiptTextCharacters + 1) }],
      [{ subject: 'x'.repeat(receiptLineCharacters) }, { subject: 'x'.repeat(receiptLineCharacters + 1) }],
      [{ extensionFields: fields(receiptFields) }, { extensionFields: fields(receiptFields + 1) }],
    ] as const) {
      const given = await asked();
      assert.equal((await send(given, tooMuch)).fault?.type, 'invalidProperties');
      assert.ok((await send(given, fits)).sent);
    }
  });

  test('whoever may not send from the account, or mark in it, and every email of another', async () => {
    const [given, other] = [await asked(), await asked()];
    const args = {
      identityId: given.anne.account.accountId,
      send: { r: { forEmailId: given.emailId, disposition: read } },
    };
    const as = async (rights: Parameters<typeof cabinet.store.createReader>[1]) => {
      const { personId } = await cabinet.store.createReader(given.anne.account, rights);
      return { account: given.anne.account, person: { tenantId: given.anne.account.tenantId, personId } };
    };
    assert.equal(await jmap.error(await as(['read', 'write']), 'MDN/send', args), 'accountReadOnly');
    const answer = await jmap.call(await as(['read', 'send']), 'MDN/send', args);
    assert.equal(answer.notSent.r.type, 'forbidden');
    const stranger = { account: given.anne.account, person: other.anne.person };
    assert.equal(await jmap.error(stranger, 'MDN/send', args), 'accountNotFound');
    assert.equal((await send({ anne: other.anne, emailId: given.emailId })).fault.type, 'notFound');
    assert.deepEqual(await world.letters(hopital, given.paul), []);
    assert.ok((await send(given)).sent);
  });
});

describe('MDN/parse', () => {
  test('reads a receipt, and finds the email that it is about (RFC 9007 §2, §2.2)', async () => {
    const [anne, paul] = [await cabinet.createDoctor(), await hopital.createDoctor()];
    const fields = { 'Disposition-Notification-To': `<${anne.address}>` };
    const letter = await world.send(cabinet, anne, [paul.address], { fields });
    const [received] = await hopital.inbox(paul.account);
    const outcome = await jmapOf(hopital).call(paul, 'MDN/send', {
      identityId: paul.account.accountId,
      send: { r: { forEmailId: received?.id ?? '', disposition: read, extensionFields: { 'X-A': 'b' } } },
    });
    assert.ok(outcome.sent, JSON.stringify(outcome));
    await world.settle();
    const blobIdOf = async (doctor: Doctor) => {
      const [email] = (await cabinet.inbox(doctor.account)).slice(-1);
      const answer = await jmap.call(doctor, 'Email/get', { ids: [email?.id ?? ''], properties: ['blobId'] });
      return answer.list[0].blobId;
    };
    const blobId = await blobIdOf(anne);
    const answer = await jmap.call(anne, 'MDN/parse', { blobIds: [blobId, 'Unknown'] });
    assert.deepEqual(answer.notFound, ['Unknown']);
    const { subject, textBody, reportingUA, ...parsed } = answer.parsed[blobId];
    assert.deepEqual(parsed, {
      forEmailId: letter.emailId,
      includeOriginalMessage: false,
      disposition: read,
      mdnGateway: null,
      originalRecipient: null,
      finalRecipient: `rfc822; ${paul.address}`,
      originalMessageId: `<${letter.messageId}>`,
      error: null,
      extensionFields: { 'X-A': 'b' },
    });
    assert.match(subject, /^Lu/);
    assert.match(textBody, /a été affiché/);
    assert.match(reportingUA, /HYGIE-TEST/);
    // A letter is none; the receipt of one account is not there for another.
    const marc = await cabinet.createDoctor();
    await world.send(hopital, paul, [marc.address]);
    const letterBlob = await blobIdOf(marc);
    const other = await jmap.call(marc, 'MDN/parse', { blobIds: [letterBlob, blobId] });
    assert.deepEqual([other.parsed, other.notParsable, other.notFound], [null, [letterBlob], [blobId]]);
  });

  test('refuses lists that are none', async () => {
    const anne = await cabinet.createDoctor();
    for (const blobIds of [null, 'x', [''], [3]]) {
      assert.equal(await jmap.error(anne, 'MDN/parse', { blobIds }), 'invalidArguments');
    }
    const many = Array.from({ length: 21 }, (_, at) => `b${at}`);
    assert.equal(await jmap.error(anne, 'MDN/parse', { blobIds: many }), 'requestTooLarge');
    assert.equal((await jmap.call(anne, 'MDN/parse', { blobIds: many.slice(1) })).notFound.length, 20);
  });
});
