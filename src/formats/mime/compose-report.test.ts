import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { composeDeliveryStatus, composeDispositionNotification } from './compose-report.ts';
import { parseHeaderBlock } from './header-block.ts';
import { headerMessageIds, headerText } from './header-values.ts';
import { parseMessage } from './mime.ts';

/** A report has one multipart, so one boundary. */
function boundaries(): () => string {
  return () => 'boundary';
}

/** Every line ends in CRLF, holds ASCII, and is short (RFC 5322 §2.1.1). */
function checkLines(bytes: Buffer): void {
  const lines = bytes.toString('latin1').split('\r\n');
  assert.ok(
    lines.every((line) => line.length <= 78 && /^[\t -~]*$/.test(line)),
    'short ASCII lines',
  );
}

describe('reports', () => {
  const envelope = {
    from: { name: 'Service de messagerie', address: 'postmaster@cabinet.mssante.fr' },
    to: { address: 'elodie.martin@cabinet.mssante.fr' },
    subject: 'Message non remis',
    date: new Date('2026-02-13T20:38:16Z'),
    messageId: 'dsn@cabinet.mssante.fr',
    originalMessageId: 'id@cabinet.mssante.fr',
    text: 'Votre message n’a pas été remis.',
  };

  test('say what became of each recipient (RFC 3464 §2 and §2.3)', async () => {
    const bytes = await composeDeliveryStatus(
      {
        ...envelope,
        reportingMta: 'mx.cabinet.mssante.fr',
        envelopeId: 'QQ314159',
        arrivalDate: new Date('2026-02-13T20:00:00Z'),
        recipients: [
          {
            finalRecipient: 'labo@hopital.mssante.fr',
            originalRecipient: 'rfc822;labo@hopital.mssante.fr',
            action: 'failed',
            status: '5.1.1',
            remoteMta: 'mx.hopital.mssante.fr',
            diagnostic: '550 5.1.1 Boîte inconnue\r\nX: y',
            lastAttempt: new Date('2026-02-13T20:01:00Z'),
          },
          {
            finalRecipient: 'é@a.fr',
            action: 'delayed',
            status: '4.4.1',
            willRetryUntil: new Date('2026-02-15T20:01:00Z'),
          },
        ],
        original: { kind: 'headers', bytes: Buffer.from('Subject: x\r\n') },
      },
      boundaries(),
    );
    checkLines(bytes);
    const { root, fields, findings } = parseMessage(bytes);
    assert.deepEqual(findings, []);
    assert.equal(headerText(fields, 'Auto-Submitted'), 'auto-replied'); // RFC 3834 §5
    assert.deepEqual([root.subtype, root.parameters[0]?.value], ['report', 'delivery-status']); // RFC 6522 §3
    assert.deepEqual(
      root.parts.map((part) => `${part.type}/${part.subtype}`),
      ['text/plain', 'message/delivery-status', 'text/rfc822-headers'],
    );
    const [, status] = root.parts;
    const groups = bytes.toString('latin1', status?.bodyStart, status?.bodyEnd).split('\r\n\r\n');
    const read = groups.map((group) =>
      parseHeaderBlock(Buffer.from(group)).map((field) => `${field.name}:${field.raw}`),
    );
    assert.deepEqual(read, [
      [
        'Original-Envelope-Id: QQ314159',
        'Reporting-MTA: dns; mx.cabinet.mssante.fr',
        'Arrival-Date: Fri, 13 Feb 2026 20:00:00 +0000',
      ],
      [
        'Original-Recipient: rfc822;labo@hopital.mssante.fr',
        'Final-Recipient: rfc822; labo@hopital.mssante.fr',
        'Action: failed',
        'Status: 5.1.1',
        'Remote-MTA: dns; mx.hopital.mssante.fr',
        'Diagnostic-Code: smtp; 550 5.1.1 Bo?te inconnue X: y',
        'Last-Attempt-Date: Fri, 13 Feb 2026 20:01:00 +0000',
      ],
      // RFC 6533 §3
      [
        'Final-Recipient: utf-8; \\x{E9}@a.fr',
        'Action: delayed',
        'Status: 4.4.1',
        'Will-Retry-Until: Sun, 15 Feb 2026 20:01:00 +0000',
      ],
    ]);
  });

  test('bring the whole message back when asked (RFC 3461 §6.2)', async () => {
    const original = Buffer.from('Subject: x\r\n\r\nd\u00e9j\u00e0', 'latin1');
    const bytes = await composeDeliveryStatus(
      { ...envelope, reportingMta: 'mx', recipients: [], original: { kind: 'message', bytes: original } },
      boundaries(),
    );
    const part = parseMessage(bytes).root.parts[2];
    assert.deepEqual([part?.subtype, part?.encoding], ['rfc822', '8bit']);
    assert.deepEqual(bytes.subarray(part?.bodyStart, part?.bodyEnd), original);
  });

  test('acknowledge a reading (RFC 8098 §3 and §3.2.1)', async () => {
    const bytes = await composeDispositionNotification(
      {
        ...envelope,
        finalRecipient: 'elodie.martin@cabinet.mssante.fr',
        mode: 'manual',
        disposition: 'displayed',
        reportingUa: 'hote; Hygie',
      },
      boundaries(),
    );
    const { root, fields } = parseMessage(bytes);
    const part = root.parts[1];
    assert.equal(root.parameters[0]?.value, 'disposition-notification');
    assert.deepEqual(headerMessageIds(fields, 'References'), ['id@cabinet.mssante.fr']);
    assert.deepEqual(bytes.toString('latin1', part?.bodyStart, part?.bodyEnd).split('\r\n'), [
      'Reporting-UA: hote; Hygie',
      'Final-Recipient: rfc822; elodie.martin@cabinet.mssante.fr',
      'Original-Message-ID: <id@cabinet.mssante.fr>',
      'Disposition: manual-action/MDN-sent-manually; displayed',
      '',
    ]);
  });

  test('tell an error of a machine (RFC 8098 §3.2.7)', async () => {
    const bytes = await composeDispositionNotification(
      {
        ...envelope,
        finalRecipient: 'a@b.fr',
        mode: 'automatic',
        disposition: 'processed',
        error: '902^patient inconnu',
      },
      boundaries(),
    );
    assert.match(
      bytes.toString(),
      /\r\nDisposition: automatic-action\/MDN-sent-automatically; processed\/error\r\nError: 902\^patient inconnu\r\n/,
    );
  });
});
