import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { Base64Counter } from './base64.ts';
import { createBodyDecoder, decodePart, decodePartRange, decodePartStream, encodedRange } from './body-decoder.ts';
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

describe('a range of a part', () => {
  const message = (encoding: string, body: string): Buffer =>
    Buffer.from(`Content-Type: application/pdf\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n${body}`, 'latin1');
  const inLines = (text: string, width: number, end = '\r\n'): string =>
    (text.match(new RegExp(`.{1,${width}}`, 'g')) ?? []).join(end);
  /** The octets `[start, end)` of the only part of `raw`, and how many of the message were read for them. */
  const readRange = async (raw: Buffer, start: number, end: number) => {
    const { root } = parseMessage(raw);
    let read = 0;
    const pieces: Uint8Array[] = [];
    const source = async function* (sent: { start: number; end: number }) {
      read += sent.end - sent.start;
      for (let at = sent.start; at < sent.end; at += 50) yield raw.subarray(at, Math.min(at + 50, sent.end));
    };
    for await (const piece of decodePartRange(root, { start, end }, source)) pieces.push(Buffer.from(piece));
    return { bytes: Buffer.concat(pieces), read, root };
  };

  test('is what the whole has there, and no more is read than it takes', async () => {
    const encodings = ['base64', '7bit', 'quoted-printable'] as const;
    const property = fc.asyncProperty(
      fc.uint8Array({ minLength: 1, maxLength: 2_000 }),
      fc.constantFrom(...encodings),
      fc.integer({ min: 1, max: 80 }),
      fc.tuple(fc.nat(), fc.nat()),
      async (content, encoding, width, [one, other]) => {
        const bytes = Buffer.from(content.map((octet) => (encoding === 'base64' ? octet : 97 + (octet % 26))));
        const raw = message(
          encoding,
          encoding === 'base64' ? inLines(bytes.toString('base64'), width) : bytes.toString('latin1'),
        );
        const [start = 0, end = 0] = [one % (bytes.length + 1), other % (bytes.length + 1)].sort((a, b) => a - b);
        const { bytes: found, read } = await readRange(raw, start, end);
        assert.ok(found.equals(bytes.subarray(start, end)), `${encoding} ${width} ${start} ${end}`);
        const hasPlaces = encoding === '7bit' || (encoding === 'base64' && bytes.toString('base64').length > width);
        const digits = (end - start + 6) * 1.4;
        if (hasPlaces)
          assert.ok(read <= digits + 2 * Math.ceil(digits / width) + 4, `${read} octets for ${end - start}`);
      },
    );
    await fc.assert(property);
  });

  test('is read from the beginning where lines of base64 differ', async () => {
    const text = Buffer.from(Array.from({ length: 300 }, (_, index) => index % 251)).toString('base64');
    const odd = [
      inLines(text, 76, '\n'),
      inLines(text, 76, '\r\n\t'),
      `\r\n${inLines(text, 76)}`,
      `${text.slice(0, 40)}\r\n${inLines(text.slice(40), 76)}`,
      `${inLines(text.slice(0, 152), 76)}\r\n\r\n${inLines(text.slice(152), 76)}`,
      `${text.slice(0, 76)}\r\n${text.slice(76, 150)}\r\n${text.slice(150, 228)}\r\n${text.slice(228)}`,
      `${text.slice(0, 75)}\r${text.slice(75, 76)}\n${inLines(text.slice(76), 76)}`,
      text,
      `${inLines(text, 76)}\r\n--\r\n`,
    ];
    for (const body of odd) {
      const raw = message('base64', body);
      const { bytes, root } = await readRange(raw, 190, 250);
      assert.equal(root.lineDigits, undefined, JSON.stringify(body.slice(0, 90)));
      assert.deepEqual(encodedRange(root, { start: 190, end: 250 }).skip, 190);
      assert.ok(bytes.equals(Buffer.from(text, 'base64').subarray(190, 250)));
    }
    const regular = [inLines(text, 76), `${inLines(text, 76)}\r\n`, `${inLines(text, 76)}\r\n\r\n\r\n`];
    for (const body of regular) assert.equal(parseMessage(message('base64', body)).root.lineDigits, 76);
  });
});
