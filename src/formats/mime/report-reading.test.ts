/** Reports as they are read: our own, those of others, and what is no report. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { mimeLimits } from '../../base/limits.ts';
import { decodePart } from './body-decoder.ts';
import { composeDeliveryStatus, composeDispositionNotification } from './compose-report.ts';
import { parseMessage } from './mime.ts';
import {
  claimsReport,
  parseDeliveryStatus,
  parseDispositionNotification,
  parseTypedAddress,
  reportParts,
} from './report-reading.ts';

const lines = (...texts: readonly string[]): Buffer => Buffer.from(texts.join('\r\n'));

const envelope = {
  from: { address: 'postmaster@hopital.example' },
  to: { address: 'anne@cabinet.example' },
  subject: 'Message non remis',
  date: new Date('2026-11-22T10:00:00Z'),
  messageId: 'r@hopital.example',
  text: 'Non remis.',
};

const group = ['Final-Recipient: rfc822; paul@hopital.example', 'Action: failed', 'Status: 5.1.1'];

describe('a delivery status', () => {
  test('that we write is read as it was meant (RFC 3464 §2.2, §2.3; RFC 6533 §3)', async () => {
    const bytes = await composeDeliveryStatus(
      {
        ...envelope,
        reportingMta: 'mx.hopital.example',
        envelopeId: 'QQ314159',
        recipients: [
          {
            finalRecipient: 'paul@hopital.example',
            originalRecipient: 'rfc822;Paul@hopital.example',
            action: 'failed',
            status: '5.1.1',
            remoteMta: 'mx.hopital.example',
            diagnostic: '550 5.1.1 no such user',
          },
          { finalRecipient: 'zoé@hopital.example', action: 'delivered', status: '2.1.5' },
        ],
        original: { kind: 'headers', bytes: Buffer.from('Message-ID: <a@cabinet.example>\r\n') },
      },
      () => 'b',
    );
    const { root } = parseMessage(bytes);
    assert.ok(claimsReport({ root }));
    const report = reportParts(root);
    assert.ok(report !== undefined && report.kind === 'delivery-status');
    const { status, returned } = report;
    assert.equal(returned?.subtype, 'rfc822-headers');
    assert.deepEqual(parseDeliveryStatus(decodePart(status, bytes.subarray(status.bodyStart, status.bodyEnd))), {
      envelopeId: 'QQ314159',
      recipients: [
        {
          finalRecipient: 'paul@hopital.example',
          originalRecipient: 'Paul@hopital.example',
          action: 'failed',
          status: '5.1.1',
          diagnostic: '550 5.1.1 no such user',
          remoteMta: 'mx.hopital.example',
        },
        { finalRecipient: 'zoé@hopital.example', action: 'delivered', status: '2.1.5' },
      ],
    });
  });

  test('leaves out a recipient of whom a field is missing, stands twice or says nothing known (RFC 3464 §2.3)', () => {
    const read = (...fields: readonly string[]) =>
      parseDeliveryStatus(lines('Reporting-MTA: dns; mx', '', ...fields, ''))?.recipients.length;
    assert.equal(read(...group), 1);
    for (const [index] of group.entries()) assert.equal(read(...group.toSpliced(index, 1)), 0);
    for (const field of group) assert.equal(read(...group, field), 0);
    assert.equal(read('Final-Recipient: rfc822; p@a.example', 'Action: lost', 'Status: 5.1.1'), 0);
    assert.equal(read('Final-Recipient: rfc822; p@a.example', 'Action: failed', 'Status: 550'), 0);
    assert.equal(read('Final-Recipient: rfc822; p@a.example', 'Action: FAILED', 'Status: 5.1.1 (unknown)'), 1);
    const twice = ['Original-Recipient: rfc822; a@a.example', 'Original-Recipient: rfc822; b@a.example'];
    assert.equal(read(...group, ...twice), 0);
  });

  test('stands in groups between empty lines and says who reports, or says nothing (RFC 3464 §2.1, §2.2.2)', () => {
    assert.equal(parseDeliveryStatus(lines(...group)), undefined);
    assert.equal(parseDeliveryStatus(Buffer.alloc(0)), undefined);
  });

  test('is read of as many recipients as the limit, and one more is left out', () => {
    const of = (count: number) => {
      const groups = Array.from({ length: count }, () => ['', ...group]).flat();
      return parseDeliveryStatus(lines('Reporting-MTA: dns; mx', ...groups))?.recipients.length;
    };
    assert.equal(of(mimeLimits.reportedRecipients), mimeLimits.reportedRecipients);
    assert.equal(of(mimeLimits.reportedRecipients + 1), mimeLimits.reportedRecipients);
  });

  test('is read up to as many octets as the limit', () => {
    const filler = (octets: number) => `X: ${'y'.repeat(octets - 5)}`;
    const tail = lines('', '', ...group);
    const head = 'Reporting-MTA: dns; mx\r\n';
    const room = mimeLimits.reportBytes - head.length - tail.length;
    const read = (octets: number) =>
      parseDeliveryStatus(Buffer.concat([Buffer.from(head + filler(octets)), tail]))?.recipients;
    assert.equal(read(room + 2)?.length, 1);
    assert.notEqual(read(room + 3)?.[0]?.status, '5.1.1');
  });

  test('never throws and never grows past its bounds, whatever the bytes', () => {
    const piece = fc.constantFrom(
      ...group,
      'Reporting-MTA: dns; x',
      '',
      ' ',
      '\t',
      'Action:',
      ':',
      '\0',
      'Status: 2.0.0',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string()), { maxLength: 60 }), (texts) => {
        const read = parseDeliveryStatus(Buffer.from(texts.join('\r\n')));
        for (const each of read?.recipients ?? []) {
          assert.match(each.status, /^[245]\.\d{1,3}\.\d{1,3}$/);
          assert.doesNotMatch(each.diagnostic ?? '', /[\r\n]/);
        }
      }),
    );
    fc.assert(fc.property(fc.uint8Array({ maxLength: 2_000 }), (bytes) => void parseDeliveryStatus(bytes)));
  });
});

const notification = [
  'Reporting-UA: poste; logiciel',
  'Original-Recipient: rfc822; Paul@hopital.example',
  'Final-Recipient: rfc822; paul@hopital.example',
  'Original-Message-ID: <a@cabinet.example>',
  'Disposition: manual-action/MDN-sent-manually; displayed',
];

describe('a disposition notification', () => {
  test('that we write is read as it was meant (RFC 8098 §3.1, §3.2)', async () => {
    const bytes = await composeDispositionNotification(
      {
        ...envelope,
        originalMessageId: 'a@cabinet.example',
        finalRecipient: 'paul@hopital.example',
        mode: 'manual',
        disposition: 'displayed',
        error: 'presque',
      },
      () => 'b',
    );
    const report = reportParts(parseMessage(bytes).root);
    assert.ok(report !== undefined && report.kind === 'disposition-notification');
    const { status } = report;
    assert.deepEqual(parseDispositionNotification(bytes.subarray(status.bodyStart, status.bodyEnd)), {
      actionMode: 'manual-action',
      sendingMode: 'mdn-sent-manually',
      type: 'displayed',
      finalRecipient: 'rfc822; paul@hopital.example',
      originalMessageId: 'a@cabinet.example',
      errors: ['presque'],
      extensions: [],
    });
  });

  test('keeps the fields of others, the first of each name (RFC 8098 §3.3)', () => {
    const read = parseDispositionNotification(lines(...notification, 'X-A: 1', 'x-a: 2', 'MDN-Gateway: dns; gw'));
    assert.deepEqual(read?.extensions, [{ name: 'X-A', value: '1' }]);
    assert.equal(read?.mdnGateway, 'dns; gw');
    assert.equal(read?.reportingUa, 'poste; logiciel');
    assert.equal(read?.originalRecipient, 'rfc822; Paul@hopital.example');
  });

  test('says nothing when a field is ambiguous or its disposition unknown (RFC 8098 §3.2.6, RFC 2298 §3.2.6.2)', () => {
    assert.ok(parseDispositionNotification(lines(...notification)));
    for (const field of notification) {
      assert.equal(parseDispositionNotification(lines(...notification, field)), undefined, field);
    }
    assert.equal(parseDispositionNotification(lines(...notification, '', ...notification)), undefined);
    const saying = (disposition: string) =>
      parseDispositionNotification(lines(...notification.slice(0, -1), `Disposition: ${disposition}`))?.type;
    assert.equal(saying('automatic-action/MDN-sent-automatically; deleted/error,x'), 'deleted');
    assert.equal(saying('MANUAL-ACTION/mdn-sent-manually;denied'), 'denied');
    assert.equal(saying('manual-action; displayed'), undefined);
    assert.equal(saying('manual-action/MDN-sent-manually; read'), undefined);
    assert.equal(saying('manual-action/MDN-sent-manually; displayed; deleted'), undefined);
    const two = notification.with(3, 'Original-Message-ID: <a@a.example> <b@a.example>');
    assert.equal(parseDispositionNotification(lines(...two)), undefined);
  });

  test('never throws, whatever the bytes', () => {
    const piece = fc.constantFrom(...notification, '', ' ', 'Disposition: /;', 'Error:', '\0');
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string()), { maxLength: 40 }), (texts) => {
        const read = parseDispositionNotification(Buffer.from(texts.join('\n')));
        assert.ok(read === undefined || read.finalRecipient !== '');
      }),
    );
  });
});

describe('a report', () => {
  const status = ['--b', 'Content-Type: message/delivery-status', '', 'Reporting-MTA: dns; mx', ''];
  const whole = (top: string, ...parts: readonly string[]) =>
    reportParts(parseMessage(lines(`Content-Type: ${top}; boundary=b`, '', ...parts, '--b--', '')).root);
  const forPeople = ['--b', '', 'Bonjour', ''];

  test('names its kind, and its second part is of that kind (RFC 6522 §3)', () => {
    assert.equal(
      whole('multipart/report; report-type=delivery-status', ...forPeople, ...status)?.kind,
      'delivery-status',
    );
    assert.equal(whole('multipart/report', ...forPeople, ...status), undefined);
    assert.equal(whole('multipart/report; report-type=feedback-report', ...forPeople, ...status), undefined);
    assert.equal(whole('multipart/report; report-type=disposition-notification', ...forPeople, ...status), undefined);
    assert.equal(whole('multipart/mixed; report-type=delivery-status', ...forPeople, ...status), undefined);
    assert.equal(whole('multipart/report; report-type=delivery-status', ...status, ...forPeople), undefined);
    assert.equal(whole('multipart/report; report-type=delivery-status', ...forPeople), undefined);
  });

  test('of what is beyond ASCII has types of its own (RFC 6533 §4, §5)', () => {
    const wide = ['--b', 'Content-Type: message/global-delivery-status', '', 'Reporting-MTA: dns; mx', ''];
    const headers = ['--b', 'Content-Type: message/global-headers', '', 'Message-ID: <é@a.example>', ''];
    const read = whole('multipart/report; report-type=delivery-status', ...forPeople, ...wide, ...headers);
    assert.deepEqual([read?.kind, read?.returned?.subtype], ['delivery-status', 'global-headers']);
    const other = ['--b', 'Content-Type: message/global-disposition-notification', '', 'x', ''];
    const type = 'multipart/report; report-type=disposition-notification';
    assert.equal(whole(type, ...forPeople, ...other)?.kind, 'disposition-notification');
  });

  test('that holds a message in place of its status is none', () => {
    const inside = ['--b', 'Content-Type: message/rfc822', '', 'Subject: x', '', 'y'];
    assert.equal(whole('multipart/report; report-type=delivery-status', ...forPeople, ...inside), undefined);
  });
});

test('typed addresses are read strictly (RFC 3464 §2.1.2, RFC 6533 §3)', () => {
  assert.equal(parseTypedAddress('rfc822; paul@hopital.example'), 'paul@hopital.example');
  assert.equal(parseTypedAddress('RFC822;<paul@hopital.example>'), 'paul@hopital.example');
  assert.equal(parseTypedAddress('utf-8; zo\\x{E9}@hopital.example'), 'zoé@hopital.example');
  for (const text of ['paul@hopital.example', 'x400; /C=FR', 'rfc822;', 'rfc822; paul', 'utf-8; \\x{D800}@a.example']) {
    assert.equal(parseTypedAddress(text), undefined, text);
  }
  fc.assert(fc.property(fc.string(), (text) => void parseTypedAddress(text)));
});
