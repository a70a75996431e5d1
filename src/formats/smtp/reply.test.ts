import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { smtpLimits } from '../../base/limits.ts';
import { parseCapabilities, printCapabilities } from './capabilities.ts';
import { printReply, type Reply, ReplyParser } from './reply.ts';

function parse(text: string): Reply | undefined {
  const parser = new ReplyParser();
  const lines = text.split('\r\n').slice(0, -1);
  for (const [index, line] of lines.entries()) {
    const reply = parser.take(Buffer.from(line));
    if (reply !== undefined) {
      assert.equal(index, lines.length - 1, 'the reply ended before its last line');
      return reply;
    }
  }
  return undefined;
}

describe('replies', () => {
  for (const [text, expected] of [
    ['250 OK\r\n', { code: 250, lines: ['OK'] }],
    ['250\r\n', { code: 250, lines: [''] }], // RFC 5321 §4.2
    ['250 2.1.0 Sender ok\r\n', { code: 250, enhanced: '2.1.0', lines: ['Sender ok'] }], // RFC 2034 §4
    ['550-5.7.1 No\r\n550 5.7.1 way\r\n', { code: 550, enhanced: '5.7.1', lines: ['No', 'way'] }],
    ['550 4.7.1 classes disagree\r\n', { code: 550, lines: ['4.7.1 classes disagree'] }],
    ['250-mx.fr\r\n250 SIZE 10\r\n', { code: 250, lines: ['mx.fr', 'SIZE 10'] }],
    ['550 5.1.1\r\n', { code: 550, enhanced: '5.1.1', lines: [''] }], // RFC 3463 §2
  ] as const) {
    test(`reads ${JSON.stringify(text)}`, () => assert.deepEqual(parse(text), expected));
  }

  for (const text of ['OK\r\n', '99 x\r\n', '650 x\r\n', '2500 x\r\n', '250_x\r\n', '250-a\r\n550 b\r\n', '\r\n']) {
    test(`refuses ${JSON.stringify(text)}`, () => assert.throws(() => parse(text), { code: 'smtp-reply' }));
  }

  test('takes as many lines as the limit and refuses one more', () => {
    const text = (lines: number) => `${'250-x\r\n'.repeat(lines - 1)}250 x\r\n`;
    assert.equal(parse(text(smtpLimits.replyLines))?.lines.length, smtpLimits.replyLines);
    assert.throws(() => parse(text(smtpLimits.replyLines + 1)), { code: 'smtp-reply-too-long' });
  });

  test('are read back as they were printed', () => {
    const line = fc.stringMatching(/^[A-Za-zé][ -~é]{0,40}$/).map((text) => text.trimEnd());
    const enhanced = fc.tuple(fc.nat(999), fc.nat(999)).map(([subject, detail]) => `5.${subject}.${detail}` as const);
    const reply = fc.record(
      { code: fc.constantFrom(550, 501, 554), enhanced, lines: fc.array(line, { minLength: 1, maxLength: 4 }) },
      { requiredKeys: ['code', 'lines'], noNullPrototype: true },
    );
    fc.assert(fc.property(reply, (value) => assert.deepEqual(parse(printReply(value)), value)));
  });

  test('never hold a second reply, whatever the text', () => {
    assert.equal(printReply({ code: 550, lines: ['no\r\n250 yes'] }), '550 no 250 yes\r\n');
  });

  test('keep lines within the limit without cutting a character (RFC 5321 §4.5.3.1.5)', () => {
    const fits = printReply({ code: 250, lines: ['a'.repeat(smtpLimits.replyLineBytes - 6)] });
    assert.equal(fits.length, smtpLimits.replyLineBytes);
    const cut = printReply({ code: 250, lines: [`${'a'.repeat(smtpLimits.replyLineBytes - 7)}é`] });
    assert.equal(cut.length, smtpLimits.replyLineBytes - 1);
    assert.match(cut, /a\r\n$/);
  });
});

describe('EHLO capabilities', () => {
  test('are read from an answer with unknown keywords and odd cases (RFC 5321 §2.2.1)', () => {
    const reply = parse('250-mx.fr Hello\r\n250-size 1000\r\n250-AUTH plain LOGIN\r\n250-XANADU\r\n250 8bitmime\r\n');
    const capabilities = parseCapabilities(reply ?? { code: 0, lines: [] });
    assert.equal(capabilities.serverName, 'mx.fr');
    assert.equal(capabilities.maxSizeBytes, 1000);
    assert.deepEqual(capabilities.authMechanisms, ['PLAIN', 'LOGIN']);
    assert.equal(capabilities.eightBitMime, true);
    assert.equal(capabilities.startTls, false);
  });

  test('take SIZE 0 for no limit (RFC 1870 §4)', () => {
    const capabilities = parseCapabilities({ code: 250, lines: ['mx.fr', 'SIZE 0'] });
    assert.equal(capabilities.size, true);
    assert.equal(capabilities.maxSizeBytes, undefined);
  });

  test('are read back as they were printed', () => {
    const flag = fc.boolean();
    const record = fc.record(
      {
        serverName: fc.constant('mx.fr'),
        startTls: flag,
        pipelining: flag,
        eightBitMime: flag,
        smtpUtf8: flag,
        enhancedStatusCodes: flag,
        dsn: flag,
        chunking: flag,
        size: flag,
        authMechanisms: fc.subarray(['PLAIN', 'LOGIN']),
      },
      { noNullPrototype: true },
    );
    fc.assert(
      fc.property(record, fc.integer({ min: 1 }), (flags, max) => {
        const value = flags.size ? { ...flags, maxSizeBytes: max } : flags;
        assert.deepEqual(parseCapabilities({ code: 250, lines: printCapabilities(value) }), value);
      }),
    );
  });
});
