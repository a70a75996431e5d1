import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { decodeCharset } from './charset.ts';
import { decodeWords, encodeWords, readWords } from './encoded-words.ts';
import { findField, findFields, parseHeaderBlock } from './header-block.ts';
import {
  headerAddresses,
  headerDate,
  headerMessageIds,
  headerText,
  headerValue,
  parseMessageIds,
} from './header-values.ts';
import { parseMailDate, printMailDate } from './mail-date.ts';
import { parseParameterized } from './parameters.ts';

describe('encoded words (RFC 2047)', () => {
  const table: [string, string, string][] = [
    ['plain text', 'Bonjour', 'Bonjour'],
    ['Q', '=?iso-8859-1?Q?d=E9j=E0_vu?=', 'déjà vu'],
    ['B', '=?utf-8?B?w6l0w6k=?=', 'été'],
    ['small letters', '=?UTF-8?q?=c3=a9?=', 'é'],
    // RFC 2047 §6.2
    ['words side by side', '=?utf-8?q?a?= \r\n =?utf-8?q?b?=', 'ab'],
    ['words in two charsets', '=?utf-8?q?=C3=A9?= =?iso-8859-1?q?=E9?=', 'éé'],
    ['a character cut between two words', '=?utf-8?q?=C3?= =?utf-8?q?=A9?=', 'é'],
    ['words in text', 'a =?utf-8?q?b?= c', 'a b c'],
    ['words without space between', '=?utf-8?q?a?==?utf-8?q?b?=', 'ab'],
    // RFC 2231 §5
    ['a language', '=?us-ascii*fr?Q?oui?=', 'oui'],
    ['spaces inside', '=?utf-8?q?a b?=', 'a b'],
    ['missing padding', '=?utf-8?B?w6k?=', 'é'],
    ['padding in the middle', '=?utf-8?B?w6k=?= =?utf-8?B?w6k=?=', 'éé'],
    // RFC 5322 §2.2.3
    ['folding', 'a\r\n b\r\n\tc', 'a b\tc'],
    ['control characters brought in', '=?utf-8?q?a=0D=0ABcc:_x?=', 'a Bcc: x'],
    ['what is none', '=?utf-8?x?a?= =? ?=', '=?utf-8?x?a?= =? ?='],
  ];
  for (const [name, raw, expected] of table) test(`reads ${name}`, () => assert.equal(decodeWords(raw), expected));

  test('says which texts are faulty', () => {
    for (const raw of ['=?x-new?q?a?=', '=?utf-8?q?=FF?=', '=?utf-8?b?é?=', '=?utf-8?q?a']) {
      assert.ok(readWords(raw).faulty, raw);
    }
    assert.ok(!readWords('=?utf-8?q?a?=').faulty);
  });

  test('are printed so that they are read again, no word longer than 75 characters (RFC 2047 §2)', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 300 }), (text) => {
        const printed = encodeWords(text);
        assert.ok(printed.split(' ').every((word) => word.length <= 75 && /^[!-~]*$/.test(word)));
        assert.equal(decodeWords(printed), text.toWellFormed().replace(/(?:(?!\t)\p{Cc})+/gu, ' '));
      }),
    );
  });
});

describe('charsets', () => {
  const table: [string | undefined, number[], string, boolean][] = [
    ['utf-8', [0xc3, 0xa9], 'é', true],
    ['UTF8', [0xef, 0xbb, 0xbf, 0x61], 'a', true],
    ['utf-8', [0xe9], '\ufffd', false],
    [undefined, [0xc3, 0xa9], 'é', true],
    [undefined, [0xe9], 'é', false],
    ['us-ascii', [0x80], '€', false],
    ['iso-8859-1', [0x92], '’', true],
    ['ISO-8859-15', [0xa4], '€', true],
    ['windows-1252', [0x80, 0xe9], '€é', true],
    ['cp1252', [0x80], '€', true],
    ['cp850', [0x82, 0xb5], 'éÁ', true],
    ['ibm437', [0x82], 'é', true],
    ['macintosh', [0x8e], 'é', true],
    ['utf-16be', [0x00, 0xe9], 'é', true],
    ['utf-7', [...Buffer.from('d+AOk-j+AOA +- 1')], 'déjà + 1', true],
    ['iso-2022-jp', [0x1b, 0x24, 0x42, 0x24, 0x22, 0x1b, 0x28, 0x42], 'あ', true],
    ['x-new', [0xe9], 'é', false],
    ['x-new', [0xc3, 0xa9], 'é', false],
    ['constructor', [0x61], 'a', false],
  ];
  for (const [label, bytes, text, known] of table) {
    test(`reads ${label ?? 'none'} ${Buffer.from(bytes).toString('hex')}`, () => {
      assert.deepEqual(decodeCharset(Uint8Array.from(bytes), label), { text, known });
    });
  }
});

describe('parameters (RFC 2045 §5.1, RFC 2183 §2, RFC 2231)', () => {
  const table: [string, string, string, Record<string, string>][] = [
    ['tokens', 'text/plain; charset=utf-8;format=flowed', 'text/plain', { charset: 'utf-8', format: 'flowed' }],
    ['quotes and escapes', 'a/b; x="a;\\"b\\\\"', 'a/b', { x: 'a;"b\\' }],
    ['capitals and spaces', ' TEXT/Plain ; CharSet = "UTF-8" ', 'text/plain', { charset: 'UTF-8' }],
    ['comments', 'text/plain (x;y); (z) charset=us-ascii (Plain text)', 'text/plain', { charset: 'us-ascii' }],
    // RFC 2231 §4
    ['a charset and a language', "a/b; n*=iso-8859-1'fr'%E9t%E9", 'a/b', { n: 'été' }],
    // RFC 2231 §3
    ['segments', 'a/b; n*1=def; n*0="abc "', 'a/b', { n: 'abc def' }],
    // RFC 2231 §4.1
    ['segments, some encoded', 'a/b; n*0*=utf-8\'\'%C3; n*1*=%A9; n*2=" %41"', 'a/b', { n: 'é %41' }],
    ['segments up to a gap', 'a/b; n*0=a; n*2=c', 'a/b', { n: 'a' }],
    ['the RFC 2231 form before the plain one', "a/b; n=x; n*=utf-8''%C3%A9", 'a/b', { n: 'é' }],
    ['encoded words', 'a/b; n="=?utf-8?q?=C3=A9?="', 'a/b', { n: 'é' }],
    ['a name without quotes', 'a/b; n=compte rendu.pdf; x=y', 'a/b', { n: 'compte rendu.pdf', x: 'y' }],
    ['parentheses in a name', 'a/b; n=scan(1).pdf', 'a/b', { n: 'scan(1).pdf' }],
    ['an open quote', 'a/b; n="x', 'a/b', { n: 'x' }],
    ['a forgotten semicolon', 'a/b\r\n\tn=x\r\n m="y"', 'a/b', { n: 'x', m: 'y' }],
    ['semicolons in excess', 'a/b;; ;n=x;', 'a/b', { n: 'x' }],
    ['the first of two', 'a/b; n=x; n=y', 'a/b', { n: 'x' }],
    ['names that objects have', 'a/b; __proto__=x; constructor=y', 'a/b', { constructor: 'y', ['__proto__']: 'x' }],
  ];
  for (const [name, raw, value, expected] of table) {
    test(`reads ${name}`, () => {
      const parsed = parseParameterized(raw);
      const entries = parsed.parameters.map((parameter) => [parameter.name, parameter.value]);
      assert.deepEqual([parsed.value, Object.fromEntries(entries)], [value, expected]);
    });
  }
});

describe('dates (RFC 5322 §3.3, §4.3)', () => {
  const table: [string, string, number][] = [
    ['Thu, 13 Feb 2026 21:38:16 +0100', '2026-02-13T20:38:16.000Z', 60],
    ['13 Feb 2026 21:38 -0330', '2026-02-14T01:08:00.000Z', -210],
    ['Fri, 21 Nov 97 09:55:06 EST', '1997-11-21T14:55:06.000Z', -300],
    ['21 Nov 03 09:55:06 GMT', '2003-11-21T09:55:06.000Z', 0],
    ['Mon, 1 Jan 120 00:00:00 Z', '2020-01-01T00:00:00.000Z', 0],
    ['Thu,\r\n 13\r\n Feb (in (winter)) 2026 21:38:16 -0000', '2026-02-13T21:38:16.000Z', 0],
    ['Thu, 13 Feb 2026 21:38:60 +0000 (UTC)', '2026-02-13T21:38:59.000Z', 0],
    ['29 Feb 2024 00:00:00 +0000', '2024-02-29T00:00:00.000Z', 0],
    ['Tue, 5 MAR 2024 1:02:03', '2024-03-05T01:02:03.000Z', 0],
  ];
  for (const [text, iso, offset] of table) {
    test(`reads ${JSON.stringify(text)}`, () => {
      const read = parseMailDate(text.replace('(in (winter))', '(winter)'));
      assert.deepEqual([read?.date.toISOString(), read?.offsetMinutes], [iso, offset]);
    });
  }
  for (const text of [
    '',
    'Whenever',
    '31 Feb 2026 00:00:00 +0000',
    '13 Foo 2026 00:00 +0000',
    '1 Jan 2026 24:00:00',
    '0 Jan 2026 00:00',
  ]) {
    test(`refuses ${JSON.stringify(text)}`, () => assert.equal(parseMailDate(text), undefined));
  }

  test('are printed so that they are read again', () => {
    const date = fc.date({ min: new Date('1900-01-02'), max: new Date('9999-12-30'), noInvalidDate: true });
    fc.assert(
      fc.property(date, fc.integer({ min: -14 * 60, max: 14 * 60 }), (at, offset) => {
        at.setUTCMilliseconds(0);
        assert.deepEqual(parseMailDate(printMailDate(at, offset)), { date: at, offsetMinutes: offset });
      }),
    );
  });
});

describe('fields', () => {
  const fields = parseHeaderBlock(
    Buffer.from(
      [
        ...[
          'From: =?utf-8?q?=C3=89lodie?= <a@b.fr>',
          'Subject : Bonjour',
          ' Madame',
          'subject: second',
          'X:',
          'References: <a@b>',
        ],
        ...['\t<c@d> (x)', 'Date: 13 Feb 2026 21:38 +0000', '', 'Not: read as a field too'],
      ].join('\r\n'),
    ),
  );

  test('are found under any case, the first first (RFC 5322 §2.2)', () => {
    assert.equal(findField(fields, 'SUBJECT')?.raw, ' Bonjour\r\n Madame');
    assert.equal(findFields(fields, 'Subject').length, 2);
    assert.equal(findField(fields, 'Absent'), undefined);
  });

  test('are read as what they are', () => {
    assert.equal(headerText(fields, 'Subject'), 'Bonjour Madame');
    assert.equal(headerValue(fields, 'From'), '=?utf-8?q?=C3=89lodie?= <a@b.fr>');
    assert.equal(headerText(fields, 'X'), '');
    assert.deepEqual(headerAddresses(fields, 'From'), [{ kind: 'mailbox', name: 'Élodie', address: 'a@b.fr' }]);
    assert.deepEqual(headerMessageIds(fields, 'References'), ['a@b', 'c@d']);
    assert.equal(headerDate(fields)?.date.toISOString(), '2026-02-13T21:38:00.000Z');
    for (const read of [headerText, headerValue]) assert.equal(read(fields, 'Absent'), undefined);
    assert.equal(headerDate(fields, 'Absent'), undefined);
    assert.deepEqual([...headerAddresses(fields, 'Absent'), ...headerMessageIds(fields, 'Absent')], []);
  });

  test('hold message identifiers without brackets too (RFC 5322 §3.6.4)', () => {
    assert.deepEqual(parseMessageIds('a@b, c@d'), ['a@b', 'c@d']);
    assert.deepEqual(parseMessageIds('Your message of <a\r\n b@c> x@y'), ['ab@c']);
    assert.deepEqual(parseMessageIds('nothing'), []);
  });
});
