import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { mailboxesOf } from '../address/address-list.ts';
import { decodePart } from './body-decoder.ts';
import { bodyViews } from './body-views.ts';
import { composeMessage, composeMessageBytes, type OutgoingMessage } from './compose.ts';
import { headerAddresses, headerDate, headerMessageIds, headerText } from './header-values.ts';
import { parseMessage } from './mime.ts';

/** Boundaries that the test knows beforehand. */
function boundaries(): () => string {
  let count = 0;
  return () => {
    count += 1;
    return `boundary-${count}`;
  };
}

const simple: OutgoingMessage = {
  from: { name: 'Dr Élodie Martin', address: 'elodie.martin@cabinet.mssante.fr' },
  to: [{ address: 'labo@hopital.mssante.fr' }],
  subject: 'Compte rendu',
  date: new Date('2026-02-13T20:38:16Z'),
  offsetMinutes: 60,
  messageId: 'id@cabinet.mssante.fr',
  text: 'Bonjour,\nÀ bientôt.\n',
};

/** Every line ends in CRLF, holds ASCII, and is short (RFC 5322 §2.1.1). */
function checkLines(bytes: Buffer, width = 998): void {
  const lines = bytes.toString('latin1').split('\r\n');
  assert.ok(
    lines.every((line) => line.length <= width && /^[\t -~]*$/.test(line)),
    'short ASCII lines',
  );
}

describe('composeMessage', () => {
  test('prints the same bytes for the same message', async () => {
    const bytes = await composeMessageBytes({ ...simple, fields: [{ name: 'X-MSS-NIL', value: '1.2' }] }, boundaries());
    assert.deepEqual(bytes.toString().split('\r\n'), [
      'Date: Fri, 13 Feb 2026 21:38:16 +0100',
      'From: =?UTF-8?Q?Dr_=C3=89lodie_Martin?= <elodie.martin@cabinet.mssante.fr>',
      'To: labo@hopital.mssante.fr',
      'Subject: Compte rendu',
      'Message-ID: <id@cabinet.mssante.fr>',
      'X-MSS-NIL: 1.2',
      'MIME-Version: 1.0',
      'Content-Type: text/plain; charset=utf-8',
      'Content-Transfer-Encoding: quoted-printable',
      '',
      'Bonjour,',
      '=C3=80 bient=C3=B4t.',
      '',
    ]);
  });

  test('lets no value start a field of its own', async () => {
    const evil = 'x\r\nBcc: evil@a.fr\r\n\r\nbody';
    const bytes = await composeMessageBytes(
      {
        ...simple,
        from: { name: evil, address: 'a@b.fr' },
        subject: evil,
        messageId: evil,
        references: [evil],
        fields: [{ name: 'X', value: evil }],
        attachments: [{ fileName: evil, contentType: 'a/b', content: Buffer.from('x') }],
      },
      boundaries(),
    );
    const { fields, findings } = parseMessage(bytes);
    assert.ok(!fields.some((field) => field.name === 'Bcc'));
    assert.deepEqual(findings, []);
    await assert.rejects(composeMessageBytes({ ...simple, fields: [{ name: 'X\r\nBcc', value: 'y' }] }, boundaries()));
    await assert.rejects(
      composeMessageBytes(
        { ...simple, attachments: [{ fileName: 'a', contentType: 'a/b\r\nBcc: x', content: Buffer.from('') }] },
        boundaries(),
      ),
    );
  });

  test('puts the text, its HTML form, its pictures and the files where readers look for them (RFC 2046 §5.1)', async () => {
    const { root, findings } = parseMessage(
      await composeMessageBytes(
        {
          ...simple,
          html: '<img src="cid:i@a">',
          attachments: [
            {
              fileName: 'i.png',
              contentType: 'image/png',
              content: Buffer.from('i'),
              disposition: 'inline',
              contentId: 'i@a',
            },
            { fileName: 'IHE_XDM.ZIP', contentType: 'application/zip', content: Buffer.from('zip') },
          ],
        },
        boundaries(),
      ),
    );
    assert.deepEqual(findings, []);
    const views = bodyViews(root);
    assert.deepEqual(
      views.textBody.map((part) => part.partId),
      ['1.1'],
    );
    assert.deepEqual(
      views.htmlBody.map((part) => part.partId),
      ['1.2.1'],
    );
    assert.deepEqual(
      views.attachments.map((part) => [part.partId, part.contentId ?? part.fileName]),
      [
        ['1.2.2', 'i@a'],
        ['2', 'IHE_XDM.ZIP'],
      ],
    );
  });

  test('sends an attached message as it is (RFC 2046 §5.2.1)', async () => {
    const inner = Buffer.from('Subject: d\u00e9j\u00e0\r\n\r\nx', 'latin1');
    const bytes = await composeMessageBytes(
      { ...simple, attachments: [{ fileName: 'm.eml', contentType: 'message/rfc822', content: inner }] },
      boundaries(),
    );
    const part = parseMessage(bytes).root.parts[1];
    assert.equal(part?.message?.fields[0]?.name, 'Subject');
    assert.deepEqual(bytes.subarray(part?.bodyStart, part?.bodyEnd), inner);
  });

  test('streams an attachment without holding it', async () => {
    let given = 0;
    async function* source(): AsyncGenerator<Uint8Array> {
      for (let i = 0; i < 40; i += 1) {
        given += 1;
        yield Buffer.alloc(99_991, i);
      }
    }
    const message = { ...simple, attachments: [{ fileName: 'a.bin', contentType: 'a/b', content: source() }] };
    let total = 0;
    let sawBefore = 40;
    for await (const piece of composeMessage(message, boundaries())) {
      total += piece.length;
      assert.ok(piece.length < 200_000);
      sawBefore = Math.min(sawBefore, total > 100_000 ? given : 40);
    }
    assert.ok(sawBefore < 5, 'pieces come while the source is read');
    assert.ok(total > 40 * 99_991 * 1.36);
  });

  test('is read back as it was meant, whatever the words', async () => {
    const words = fc.string({ unit: 'grapheme', maxLength: 120 });
    const name = fc.string({ unit: fc.constantFrom(...'abéÀœ "\'();=?%*._-漢😀'), minLength: 1, maxLength: 90 });
    const sample = fc.record({
      subject: words,
      fromName: words,
      text: words,
      html: fc.option(words, { nil: undefined }),
      files: fc.array(fc.record({ name, content: fc.uint8Array({ maxLength: 400 }) }), { maxLength: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(sample, async ({ subject, fromName, text, html, files }) => {
        const bytes = await composeMessageBytes(
          {
            ...simple,
            subject,
            from: { name: fromName, address: 'a@b.fr' },
            references: ['x@y', 'z@t'],
            text,
            ...(html === undefined ? {} : { html }),
            attachments: files.map((file) => ({
              fileName: file.name,
              contentType: 'application/pdf',
              content: file.content,
            })),
          },
          boundaries(),
        );
        checkLines(bytes);
        const { fields, root, findings } = parseMessage(bytes);
        const shown = (value: string): string => value.replace(/\p{Cc}+/gu, ' ').trim();
        assert.equal(headerText(fields, 'Subject'), shown(subject));
        assert.equal(mailboxesOf(headerAddresses(fields, 'From'))[0]?.name ?? '', shown(fromName));
        assert.deepEqual(headerMessageIds(fields, 'References'), ['x@y', 'z@t']);
        assert.equal(headerDate(fields)?.date.getTime(), simple.date.getTime());
        const views = bodyViews(root);
        const contentOf = (part = root): Buffer => decodePart(part, bytes.subarray(part.bodyStart, part.bodyEnd));
        const sent = (value: string): string => value.replace(/\r\n?|\n/g, '\r\n');
        assert.equal(contentOf(views.textBody[0]).toString(), sent(text));
        if (html !== undefined) assert.equal(contentOf(views.htmlBody[0]).toString(), sent(html));
        assert.deepEqual(
          views.attachments.map((part) => part.fileName ?? ''),
          files.map((file) => file.name.trim()),
        );
        assert.deepEqual(
          views.attachments.map((part) => [...contentOf(part)]),
          files.map((file) => [...file.content]),
        );
        assert.deepEqual(findings, []);
      }),
      { numRuns: 200 },
    );
  });
});

test('asks for a receipt (RFC 8098 §2.1), in UTF-8 text (ANS-REF2 ECO.2.2.3)', async () => {
  const bytes = await composeMessageBytes(
    { ...simple, dispositionNotificationTo: { address: 'elodie.martin@cabinet.mssante.fr' } },
    boundaries(),
  );
  const { fields, root } = parseMessage(bytes);
  assert.equal(headerText(fields, 'Disposition-Notification-To'), 'elodie.martin@cabinet.mssante.fr');
  assert.equal(root.charset, 'utf-8');
});
