import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { smtpLimits } from '../../base/limits.ts';
import { DataDecoder } from './data-decoder.ts';
import { DataEncoder, LineEndNormalizer } from './data-encoder.ts';
import { TextChecker } from './text-checker.ts';

const maxLine = smtpLimits.textLineBytes;

function cut(octets: Buffer, size: number): Buffer[] {
  return Array.from({ length: Math.ceil(octets.length / size) }, (_, i) => octets.subarray(i * size, (i + 1) * size));
}

function decodeAll(chunks: readonly Buffer[]) {
  const decoder = new DataDecoder(maxLine);
  const parts: Buffer[] = [];
  let rest: Buffer | undefined;
  for (const chunk of chunks) {
    if (rest !== undefined) {
      rest = Buffer.concat([rest, chunk]);
      continue;
    }
    const decoded = decoder.decode(chunk);
    parts.push(...decoded.parts);
    rest = decoded.rest;
  }
  return { content: Buffer.concat(parts).toString('latin1'), rest: rest?.toString('latin1'), fault: decoder.fault };
}

function encodeAll(chunks: readonly Buffer[]): Buffer {
  const encoder = new DataEncoder(maxLine);
  return Buffer.concat([...chunks.flatMap((chunk) => encoder.encode(chunk)), encoder.end()]);
}

/** The malformed ends of data known from SMTP smuggling; each of them followed a line of text. */
const malformedEnds = [
  '\n.\n',
  '\r.\r',
  '\r.\n',
  '\n.\r',
  '\n.\r\n',
  '\r\n.\n',
  '\r.\r\n',
  '\r\n.\r',
  '\r\n\0.\r\n',
  '\r\n.\0\r\n',
];

describe('DataDecoder', () => {
  test('gives the content and what follows the end', () => {
    const input = Buffer.from('Subject: a\r\n\r\n..\r\n.a\r\ntext.\r\n.\r\nQUIT\r\n');
    const content = 'Subject: a\r\n\r\n.\r\na\r\ntext.\r\n';
    for (let size = 1; size <= input.length; size += 1) {
      assert.deepEqual(decodeAll(cut(input, size)), { content, rest: 'QUIT\r\n', fault: undefined });
    }
  });

  test('takes a dot on the first line for the end of an empty message', () => {
    assert.deepEqual(decodeAll([Buffer.from('.\r\n')]), { content: '', rest: '', fault: undefined });
  });

  // RFC 5321 §4.1.1.4
  for (const end of malformedEnds) {
    test(`never ends a message at ${JSON.stringify(end)}, and remembers the fault`, () => {
      const smuggled = `MAIL FROM:<a@b.fr>\r\n`;
      const input = Buffer.from(`text${end}${smuggled}.\r\nQUIT\r\n`);
      for (let size = 1; size <= input.length; size += 1) {
        const decoded = decodeAll(cut(input, size));
        assert.notEqual(decoded.fault, undefined);
        assert.equal(decoded.rest, 'QUIT\r\n');
      }
    });
  }

  test('finds every lone CR and LF and NUL wherever chunks are cut (RFC 5321 §2.3.8)', () => {
    const piece = fc.constantFrom('\r\n', '\r', '\n', '.', 'a', '\0', '\r\n.', '..');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), fc.integer({ min: 1, max: 7 }), (pieces, size) => {
        // The text before the first true end, found the plain way.
        const text = `x\r\n${pieces.join('')}\r\n.\r\n`;
        const end = text.indexOf('\r\n.\r\n') + 2;
        const body = text.slice(0, end);
        const isClean = !/\r(?!\n)|(?<!\r)\n|\0/.test(body);
        const decoded = decodeAll(cut(Buffer.from(text), size));
        assert.equal(decoded.fault === undefined, isClean);
        assert.equal(decoded.rest, text.slice(end + 3));
        if (isClean) assert.equal(decoded.content, body.replace(/^\./gm, ''));
      }),
      { numRuns: 2_000 },
    );
  });

  test('takes a line of exactly the limit and faults one octet more, in one chunk or many', () => {
    for (const size of [maxLine * 2, 1_000]) {
      const fits = Buffer.from(`${'a'.repeat(maxLine - 2)}\r\n.\r\n`);
      assert.equal(decodeAll(cut(fits, size)).fault, undefined);
      const over = Buffer.from(`${'a'.repeat(maxLine - 1)}\r\n.\r\n`);
      assert.equal(decodeAll(cut(over, size)).fault, 'smtp-text-line-too-long');
    }
  });

  test('gives out nothing after a fault', () => {
    const decoder = new DataDecoder(maxLine);
    assert.equal(decoder.decode(Buffer.from('good\r\n')).parts.length, 1);
    assert.equal(decoder.decode(Buffer.from('bad\nline\r\n')).parts.length, 0);
    assert.equal(decoder.decode(Buffer.from('good again\r\n')).parts.length, 0);
  });

  test('reads 8 MiB of line feeds, of returns and of dots in linear time', () => {
    for (const filler of ['\n', '\r', '.', '\r\n', '\n\r', '\r\n.']) {
      const input = Buffer.alloc(8 * 1024 * 1024, filler);
      const start = performance.now();
      decodeAll(cut(input, 64 * 1024));
      assert.ok(performance.now() - start < 5_000, `too slow on ${JSON.stringify(filler)}`);
    }
  });
});

describe('DataEncoder', () => {
  test('writes what DataDecoder reads back, however both are cut', () => {
    const piece = fc.constantFrom('\r\n', '.', 'a', 'é', '..', '.\r\n', ' ');
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 16 }),
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 9 }),
        (pieces, sizeIn, sizeOut) => {
          const content = Buffer.from(pieces.join(''));
          const wire = encodeAll(cut(content, sizeIn));
          const decoded = decodeAll(cut(Buffer.concat([wire, Buffer.from('RSET\r\n')]), sizeOut));
          const text = content.toString('latin1');
          const whole = text === '' || text.endsWith('\r\n') ? text : `${text}\r\n`;
          assert.deepEqual(decoded, { content: whole, rest: 'RSET\r\n', fault: undefined });
        },
      ),
      { numRuns: 2_000 },
    );
  });

  test('adds no empty line to content that ends with one line end (RFC 5321 §4.1.1.4)', () => {
    assert.equal(encodeAll([Buffer.from('a\r\n')]).toString(), 'a\r\n.\r\n');
    assert.equal(encodeAll([Buffer.from('a')]).toString(), 'a\r\n.\r\n');
    assert.equal(encodeAll([]).toString(), '.\r\n');
  });

  // RFC 5321 §4.5.2
  for (const end of malformedEnds) {
    test(`refuses to send ${JSON.stringify(end)}`, () => {
      const content = Buffer.from(`text${end}MAIL FROM:<a@b.fr>\r\n`);
      for (let size = 1; size <= content.length; size += 1) assert.throws(() => encodeAll(cut(content, size)));
    });
  }

  test('refuses content that ends with a lone CR', () => {
    assert.throws(() => encodeAll([Buffer.from('text\r')]), { code: 'smtp-bare-cr' });
  });
});

describe('TextChecker', () => {
  test('takes a line of exactly the limit and faults one octet more', () => {
    assert.equal(new TextChecker(10).check(Buffer.from('12345678\r\n')), undefined);
    assert.equal(new TextChecker(10).check(Buffer.from('123456789\r\n')), 'smtp-text-line-too-long');
    const cutAtReturn = new TextChecker(10);
    assert.equal(cutAtReturn.check(Buffer.from('123456789\r')), undefined);
    assert.equal(cutAtReturn.check(Buffer.from('\n')), 'smtp-text-line-too-long');
  });

  test('allows a last line without its end, but not half an end (RFC 3030 §2)', () => {
    const open = new TextChecker(maxLine);
    assert.equal(open.check(Buffer.from('a\r\nb')), undefined);
    assert.equal(open.finish(), undefined);
    const half = new TextChecker(maxLine);
    assert.equal(half.check(Buffer.from('a\r')), undefined);
    assert.equal(half.finish(), 'smtp-bare-cr');
  });

  test('finds NUL (RFC 2045 §2.8)', () => {
    assert.equal(new TextChecker(maxLine).check(Buffer.from('a\0b')), 'smtp-nul');
  });
});

describe('LineEndNormalizer', () => {
  test('makes each lone LF a CRLF and leaves the rest, wherever chunks are cut', () => {
    const piece = fc.constantFrom('\r\n', '\n', '\r', 'a');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), fc.integer({ min: 1, max: 5 }), (pieces, size) => {
        const text = pieces.join('');
        const normalizer = new LineEndNormalizer();
        const got = Buffer.concat(cut(Buffer.from(text), size).flatMap((chunk) => normalizer.normalize(chunk)));
        assert.equal(got.toString(), text.replace(/(?<!\r)\n/g, '\r\n'));
      }),
    );
  });
});
