import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { Base64Counter } from './base64.ts';
import { createBodyDecoder, decodePart, decodePartStream } from './body-decoder.ts';
import { parseMessage } from './mime.ts';
import { encodeQuotedPrintable } from './quoted-printable.ts';
import type { TransferEncoding } from './structure.ts';

/** Decodes `text` given in pieces of `size` octets. */
function decode(encoding: TransferEncoding, text: string, size = 1_000): { text: string; faulty: boolean } {
  const decoder = createBodyDecoder(encoding);
  const bytes = Buffer.from(text, 'latin1');
  const out: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += size) out.push(Buffer.from(decoder.write(bytes.subarray(at, at + size))));
  out.push(decoder.end());
  return { text: Buffer.concat(out).toString('latin1'), faulty: decoder.faulty };
}

describe('base64 (RFC 2045 §6.8)', () => {
  const table: [string, string, string, boolean][] = [
    ['nothing', '', '', false],
    ['one octet', 'YQ==', 'a', false],
    ['two octets', 'YWI=', 'ab', false],
    ['three octets', 'YWJj', 'abc', false],
    ['lines', 'YWJj\r\nYWJj\r\n', 'abcabc', false],
    ['spaces anywhere', ' Y W\tJ j', 'abc', false],
    [
      'all 64 digits',
      'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/',
      Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/', 'base64').toString('latin1'),
      false,
    ],
    ['no padding', 'YWI', 'ab', true],
    ['a digit alone before the padding', 'YWJjY===', 'abc', true],
    ['a digit too many', 'YWJjY', 'abc', true],
    ['foreign characters', 'Y?W!Jj', 'abc', true],
    ['joined texts', 'YQ==YQ==', 'aa', true],
    ['a trailer after the end', 'YWJj\r\n--\r\n', 'abc', true],
  ];
  for (const [name, encoded, expected, faulty] of table) {
    test(`decodes ${name}`, () => assert.deepEqual(decode('base64', encoded), { text: expected, faulty }));
  }

  test('decodes and counts alike, in any pieces, whatever the text', () => {
    const text = fc.array(fc.constantFrom('YWJj', 'YQ==', '=', '\r\n', ' ', '?', 'Z', 'AB', '-'), { maxLength: 40 });
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 9 }), (pieces, size) => {
        const encoded = pieces.join('');
        const whole = decode('base64', encoded);
        assert.deepEqual(decode('base64', encoded, size), whole);
        const counter = new Base64Counter();
        counter.write(Buffer.from(encoded));
        assert.equal(counter.end(), whole.text.length);
        assert.equal(counter.faulty, whole.faulty);
      }),
    );
  });

  test('gives back what was encoded', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const encoded = Buffer.from(bytes).toString('base64').replace(/.{76}/g, '$&\r\n');
        assert.deepEqual(decode('base64', encoded, 7), { text: Buffer.from(bytes).toString('latin1'), faulty: false });
      }),
    );
  });
});

describe('quoted-printable (RFC 2045 §6.7)', () => {
  const table: [string, string, string, boolean][] = [
    ['escapes', 'd=E9j=E0', 'd\xe9j\xe0', false],
    ['small letters', '=e9', '\xe9', false],
    ['a soft line break', 'a=\r\nb', 'ab', false],
    ['a soft line break with white space', 'a= \t\r\nb', 'ab', false],
    ['a soft line break with LF alone', 'a=\nb', 'ab', false],
    ['white space within a line', 'a \t b', 'a \t b', false],
    ['white space at the end of a line', 'a \t\r\nb  \r\n', 'a\r\nb\r\n', false],
    ['white space at the end', 'a  ', 'a', false],
    ['an encoded space at the end of a line', 'a=20\r\n', 'a \r\n', false],
    ['an equals sign alone', 'a=b', 'a=b', true],
    ['a half escape', 'a=4', 'a=4', true],
    ['an equals sign at the end', 'a=', 'a', false],
    ['a wrong escape', '=G1=3Z', '=G1=3Z', true],
    ['a CR alone after an equals sign', '=\rx', '=\rx', true],
    ['8-bit octets', '\xe9', '\xe9', false],
  ];
  for (const [name, encoded, expected, faulty] of table) {
    test(`decodes ${name}`, () => {
      assert.deepEqual(decode('quoted-printable', encoded), { text: expected, faulty });
      assert.deepEqual(decode('quoted-printable', encoded, 1), { text: expected, faulty });
    });
  }

  test('decodes alike in any pieces', () => {
    const text = fc.array(fc.constantFrom('=', ' ', '\t', '\r', '\n', 'A', '3', 'z', '=3D', '=\r\n'), {
      maxLength: 40,
    });
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 9 }), (pieces, size) => {
        const encoded = pieces.join('');
        assert.deepEqual(decode('quoted-printable', encoded, size), decode('quoted-printable', encoded));
      }),
    );
  });

  test('holds a run of white space no longer than a line', () => {
    const spaces = ' '.repeat(100_000);
    assert.ok(decode('quoted-printable', `a${spaces}b`, 10).text === `a${spaces}b`);
  });

  test('escapes a full stop that a soft break brings to the start of a line (RFC 2049 §3)', () => {
    for (const risky of ['.', 'From ']) {
      const encoded = encodeQuotedPrintable(`${'a'.repeat(75)}${risky}b`);
      assert.ok(
        encoded.split('\r\n').every((line) => !/^(\.|From )/.test(line)),
        encoded,
      );
      assert.equal(decode('quoted-printable', encoded).text, `${'a'.repeat(75)}${risky}b`);
    }
  });

  test('gives back the text that was encoded, in lines of 76 at most that relays keep (RFC 2049 §3)', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 400 }), (raw) => {
        const text = raw.replace(/\r\n?|\n/g, '\r\n');
        const encoded = encodeQuotedPrintable(text);
        assert.ok(encoded.split('\r\n').every((line) => /^[\t -~]{0,76}$/.test(line) && !/[ \t]$/.test(line)));
        assert.ok(encoded.split('\r\n').every((line) => !/^(\.|From )/.test(line)));
        const decoded = decode('quoted-printable', encoded, 11);
        assert.deepEqual([Buffer.from(decoded.text, 'latin1').toString(), decoded.faulty], [text, false]);
      }),
    );
  });
});

test('decodes a part, whole and as a stream', async () => {
  const bytes = Buffer.from('Content-Transfer-Encoding: base64\r\n\r\nYWJj\r\nZGVm\r\n');
  const { root } = parseMessage(bytes);
  const body = bytes.subarray(root.bodyStart, root.bodyEnd);
  assert.equal(decodePart(root, body).toString(), 'abcdef');
  let streamed = '';
  for await (const chunk of decodePartStream(root, [body.subarray(0, 3), body.subarray(3)]))
    streamed += Buffer.from(chunk);
  assert.equal(streamed, 'abcdef');
});

test('leaves contents in other encodings as they are (RFC 2045 §6.4)', () => {
  for (const encoding of ['7bit', '8bit', 'binary', 'unknown'] as const) {
    assert.deepEqual(decode(encoding, 'a=41\xff YQ=='), { text: 'a=41\xff YQ==', faulty: false });
  }
});
