import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { present } from '../../base/assert.ts';
import { smtpLimits } from '../../base/limits.ts';
import { parseAddress } from '../address/address.ts';
import {
  type MailArguments,
  notifyEvents,
  parseMailArguments,
  parseRcptArguments,
  printMail,
  printRcpt,
  type RcptArguments,
} from './envelope-commands.ts';
import { decodeXtext, encodeXtext } from './xtext.ts';

const mail = (text: string) => parseMailArguments(text, { withAuth: false });
const rcpt = (text: string) => parseRcptArguments(text, { smtpUtf8: false });
const address = (text: string) => present(parseAddress(text), 'the test writes an address');

const ascii = (min: string, max: string) =>
  fc.integer({ min: min.charCodeAt(0), max: max.charCodeAt(0) }).map((code) => String.fromCharCode(code));
const printable = (options: fc.StringConstraints) => fc.string({ unit: ascii(' ', '~'), ...options });
const label = fc.stringMatching(/^[a-z]([a-z0-9-]{0,8}[a-z0-9])?$/);
const path = fc
  .tuple(
    fc.oneof(
      fc.stringMatching(/^[a-z0-9+_-]{1,20}$/),
      printable({ maxLength: 20 }).map((text) => `"${text.replace(/["\\]/g, '\\$&')}"`),
    ),
    fc.array(label, { minLength: 1, maxLength: 4 }),
  )
  .map(([local, labels]) => address(`${local}@${labels.join('.')}`));

describe('MAIL (RFC 5321 §4.1.1.2)', () => {
  for (const [text, expected] of [
    ['FROM:<>', { sender: null, smtpUtf8: false }], // RFC 5321 §4.5.5
    ['from:<a.b@c.fr>', { sender: address('a.b@c.fr'), smtpUtf8: false }],
    ['FROM:<"a b"@c.fr>', { sender: address('"a b"@c.fr'), smtpUtf8: false }],
    ['FROM:<"a\\">b"@c.fr>', { sender: address('"a\\">b"@c.fr'), smtpUtf8: false }],
    ['FROM:<"plain"@c.fr>', { sender: address('"plain"@c.fr'), smtpUtf8: false }],
    [
      'FROM:<a@c.fr> SIZE=1000 BODY=8bitmime RET=hdrs ENVID=a+2Bb',
      {
        sender: address('a@c.fr'),
        smtpUtf8: false,
        sizeBytes: 1000,
        body: '8BITMIME',
        ret: 'HDRS',
        envelopeId: 'a+b',
      },
    ],
    ['FROM:<zoé@é.fr> SMTPUTF8', { sender: address('zoé@é.fr'), smtpUtf8: true }],
  ] as const) {
    test(`reads ${text}`, () => assert.deepEqual(mail(text), expected));
  }

  for (const [text, code] of [
    ['', 'smtp-arguments'],
    ['<a@b.fr>', 'smtp-arguments'],
    ['FROM: <a@b.fr>', 'smtp-sender'], // no space after the colon: RFC 5321 §3.3
    ['FROM:a@b.fr', 'smtp-sender'],
    ['FROM:<a>', 'smtp-sender'],
    ['FROM:<@x.fr:a@b.fr>', 'smtp-sender'], // source routes are declined: RFC 5321 §4.1.1.3
    ['FROM:<a@[127.0.0.1]>', 'smtp-sender'],
    ['FROM:<.a@b.fr>', 'smtp-sender'],
    ['FROM:<a..b@c.fr>', 'smtp-sender'],
    ['FROM:<a b@c.fr>', 'smtp-sender'],
    ['FROM:<a@b.fr', 'smtp-sender'],
    ['FROM:<a@b.fr.>', 'smtp-sender'],
    ['FROM:<a@-b.fr>', 'smtp-sender'],
    ['FROM:<a@b_c.fr>', 'smtp-sender'],
    ['FROM:<"a\u0001"@b.fr>', 'smtp-sender'],
    ['FROM:<postmaster>', 'smtp-sender'],
    ['FROM:<zoé@b.fr>', 'smtp-utf8-not-requested'], // RFC 6531 §3.3
    ['FROM:<a@é.fr>', 'smtp-utf8-not-requested'], // though its domain has an ASCII form
    ['FROM:<a@b.fr>SIZE=1', 'smtp-arguments'],
    ['FROM:<a@b.fr>  SIZE=1', 'smtp-parameter'],
    ['FROM:<a@b.fr> SIZE=1 SIZE=2', 'smtp-parameter'],
    ['FROM:<a@b.fr> SIZE=', 'smtp-parameter'], // RFC 1870 §3
    ['FROM:<a@b.fr> SIZE=-1', 'smtp-parameter'],
    ['FROM:<a@b.fr> SIZE=1e3', 'smtp-parameter'],
    ['FROM:<a@b.fr> SIZE=123456789012345678901', 'smtp-parameter'],
    ['FROM:<a@b.fr> BODY=BINARYMIME', 'smtp-parameter'], // RFC 3030 §3: not offered
    ['FROM:<a@b.fr> SMTPUTF8=yes', 'smtp-parameter'],
    ['FROM:<a@b.fr> RET=ALL', 'smtp-parameter'],
    ['FROM:<a@b.fr> ENVID=a+0D+0Ab', 'smtp-parameter'], // would begin a field in a report
    ['FROM:<a@b.fr> AUTH=<>', 'smtp-parameter-unknown'],
    ['FROM:<a@b.fr> XYZ=1', 'smtp-parameter-unknown'], // RFC 5321 §4.1.1.11
  ] as const) {
    test(`refuses ${JSON.stringify(text)}`, () => assert.throws(() => mail(text), { code }));
  }

  test('admits the AUTH parameter only where AUTH is offered (RFC 4954 §5)', () => {
    const expected = { sender: address('a@b.fr'), smtpUtf8: false };
    assert.deepEqual(parseMailArguments('FROM:<a@b.fr> AUTH=<>', { withAuth: true }), expected);
    assert.throws(() => parseMailArguments('FROM:<a@b.fr> AUTH', { withAuth: true }), { code: 'smtp-parameter' });
  });

  test('is read back as it was printed', () => {
    const record = fc.record(
      {
        sender: fc.option(path),
        smtpUtf8: fc.boolean(),
        sizeBytes: fc.nat(),
        body: fc.constantFrom('7BIT', '8BITMIME'),
        ret: fc.constantFrom('FULL', 'HDRS'),
        envelopeId: printable({ minLength: 1, maxLength: 30 }),
      },
      { requiredKeys: ['sender', 'smtpUtf8'], noNullPrototype: true },
    );
    fc.assert(
      fc.property(record, (args) => {
        assert.deepEqual(mail(printMail(args as MailArguments).slice('MAIL '.length)), args);
      }),
    );
  });

  test('takes addresses of exactly the limits and refuses one octet more (RFC 5321 §4.5.3.1.1, §4.5.3.1.2, §4.5.3.1.3)', () => {
    const local = (length: number) => `FROM:<${'a'.repeat(length)}@b.fr>`;
    assert.ok(mail(local(smtpLimits.localPartBytes)).sender);
    assert.throws(() => mail(local(smtpLimits.localPartBytes + 1)), { code: 'smtp-sender' });
    const whole = (length: number) => `FROM:<a@${'b.'.repeat(100)}${'c'.repeat(length - 207)}.fr>`;
    assert.ok(mail(whole(smtpLimits.pathBytes)).sender);
    assert.throws(() => mail(whole(smtpLimits.pathBytes + 1)), { code: 'smtp-sender' });
    const accents = `FROM:<${'é'.repeat(smtpLimits.localPartBytes / 2)}a@b.fr> SMTPUTF8`;
    assert.throws(() => mail(accents), { code: 'smtp-sender' });
  });

  test('takes an ENVID of exactly the limit and refuses one character more (RFC 3461 §4.4)', () => {
    const text = (length: number) => `FROM:<a@b.fr> ENVID=${'x'.repeat(length)}`;
    assert.equal(mail(text(smtpLimits.envelopeIdChars)).envelopeId?.length, smtpLimits.envelopeIdChars);
    assert.throws(() => mail(text(smtpLimits.envelopeIdChars + 1)), { code: 'smtp-parameter' });
  });
});

describe('RCPT', () => {
  for (const [text, expected] of [
    ['TO:<a@b.fr>', { recipient: address('a@b.fr') }],
    ['to:<PostMaster>', { recipient: 'postmaster' }], // RFC 5321 §4.5.1
    ['TO:<postmaster@b.fr>', { recipient: address('postmaster@b.fr') }],
    ['TO:<a@b.fr> NOTIFY=never', { recipient: address('a@b.fr'), notify: [] }],
    [
      'TO:<a@b.fr> NOTIFY=SUCCESS,delay ORCPT=RFC822;x+2By@z.fr',
      {
        recipient: address('a@b.fr'),
        notify: ['SUCCESS', 'DELAY'],
        originalRecipient: { addressType: 'rfc822', address: 'x+y@z.fr' },
      },
    ],
  ] as const) {
    test(`reads ${text}`, () => assert.deepEqual(rcpt(text), expected));
  }

  for (const [text, code] of [
    ['TO:<>', 'smtp-recipient'],
    ['FROM:<a@b.fr>', 'smtp-arguments'],
    ['TO:<é@b.fr>', 'smtp-utf8-not-requested'],
    ['TO:<a@é.fr>', 'smtp-utf8-not-requested'],
    ['TO:<a@b.fr> NOTIFY', 'smtp-parameter'],
    ['TO:<a@b.fr> NOTIFY=NEVER,SUCCESS', 'smtp-parameter'], // RFC 3461 §4.1
    ['TO:<a@b.fr> NOTIFY=SUCCESS,SUCCESS', 'smtp-parameter'],
    ['TO:<a@b.fr> ORCPT=x@y.fr', 'smtp-parameter'],
    ['TO:<a@b.fr> ORCPT=rfc822;a+0Ab', 'smtp-parameter'],
    ['TO:<a@b.fr> SIZE=1', 'smtp-parameter-unknown'],
  ] as const) {
    test(`refuses ${text}`, () => assert.throws(() => rcpt(text), { code }));
  }

  test('is read back as it was printed', () => {
    const record = fc.record(
      {
        recipient: fc.oneof(path, fc.constant('postmaster' as const)),
        notify: fc.uniqueArray(fc.constantFrom(...notifyEvents)),
        originalRecipient: fc.record(
          {
            addressType: fc.constant('rfc822'),
            address: printable({ minLength: 1, maxLength: 30 }),
          },
          { noNullPrototype: true },
        ),
      },
      { requiredKeys: ['recipient'], noNullPrototype: true },
    );
    fc.assert(
      fc.property(record, (args) => {
        assert.deepEqual(rcpt(printRcpt(args as RcptArguments).slice('RCPT '.length)), args);
      }),
    );
  });

  test('takes an ORCPT of exactly the limit and refuses one character more (RFC 3461 §4.2)', () => {
    const text = (length: number) => `TO:<a@b.fr> ORCPT=rfc822;${'x'.repeat(length - 'rfc822;'.length)}`;
    assert.ok(rcpt(text(smtpLimits.originalRecipientChars)).originalRecipient);
    assert.throws(() => rcpt(text(smtpLimits.originalRecipientChars + 1)), { code: 'smtp-parameter' });
  });
});

describe('xtext (RFC 3461 §4)', () => {
  test('is read back as it was written', () => {
    fc.assert(fc.property(printable({}), (text) => assert.equal(decodeXtext(encodeXtext(text)), text)));
  });

  for (const bad of ['a=b', 'a+2', 'a+2b', 'a b', 'a+00', 'a+7F', 'é']) {
    test(`refuses ${bad}`, () => assert.throws(() => decodeXtext(bad), { code: 'smtp-parameter' }));
  }
});
