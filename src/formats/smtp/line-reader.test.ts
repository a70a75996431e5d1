import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { smtpLimits } from '../../base/limits.ts';
import { decodeLine, LineReader } from './line-reader.ts';

const limit = smtpLimits.commandLineBytes;

function readAll(chunks: readonly Buffer[]): string[] {
  const reader = new LineReader();
  const lines: string[] = [];
  for (const chunk of chunks) {
    reader.push(chunk);
    for (let line = reader.next(limit); line !== undefined; line = reader.next(limit)) lines.push(line.toString());
  }
  return lines;
}

describe('LineReader', () => {
  test('cuts the same lines however the octets are cut into chunks', () => {
    const line = fc.string({ maxLength: 40 }).filter((text) => !/[\r\n]/.test(text));
    fc.assert(
      fc.property(fc.array(line, { maxLength: 8 }), fc.integer({ min: 1, max: 9 }), (lines, size) => {
        const octets = Buffer.from(lines.map((text) => `${text}\r\n`).join(''));
        const chunks = Array.from({ length: Math.ceil(octets.length / size) }, (_, i) =>
          octets.subarray(i * size, (i + 1) * size),
        );
        assert.deepEqual(readAll(chunks), lines);
      }),
    );
  });

  // RFC 5321 §2.3.8
  for (const [what, chunks, code] of [
    ['a bare LF', ['NOOP\n'], 'smtp-bare-lf'],
    ['a bare LF before a true line end', ['NOOP\nRSET\r\n'], 'smtp-bare-lf'],
    ['a bare CR', ['NOOP\rRSET\r\n'], 'smtp-bare-cr'],
    ['a CR and its LF with something between', ['NOOP\r', ' \n'], 'smtp-bare-cr'],
    ['two CRs before the LF', ['NOOP\r\r\n'], 'smtp-bare-cr'],
  ] as const) {
    test(`refuses ${what}`, () => {
      assert.throws(() => readAll(chunks.map((chunk) => Buffer.from(chunk))), { code });
    });
  }

  test('waits for the LF of a CR that ends a chunk', () => {
    assert.deepEqual(readAll([Buffer.from('NOOP\r'), Buffer.from('\nRSET\r\n')]), ['NOOP', 'RSET']);
  });

  test('takes a line of exactly the limit and refuses one octet more, ended or not (RFC 5321 §4.5.3.1.4)', () => {
    assert.equal(readAll([Buffer.from(`${'a'.repeat(limit - 2)}\r\n`)]).length, 1);
    assert.throws(() => readAll([Buffer.from(`${'a'.repeat(limit - 1)}\r\n`)]), { code: 'smtp-line-too-long' });
    assert.deepEqual(readAll([Buffer.alloc(limit, 'a')]), []);
    assert.throws(() => readAll([Buffer.alloc(limit + 1, 'a')]), { code: 'smtp-line-too-long' });
  });

  test('gives what follows a line to whoever takes over', () => {
    const reader = new LineReader();
    reader.push(Buffer.from('DATA\r\nSubject: x'));
    assert.equal(reader.next(limit)?.toString(), 'DATA');
    assert.equal(reader.heldBytes, 10);
    assert.equal(reader.take().toString(), 'Subject: x');
    assert.equal(reader.heldBytes, 0);
  });
});

describe('decodeLine', () => {
  test('reads ASCII and UTF-8 (RFC 6531 §3.3)', () => {
    assert.equal(decodeLine(Buffer.from('MAIL FROM:<zoé@é.fr>')), 'MAIL FROM:<zoé@é.fr>');
  });

  test('refuses what is neither, and control characters', () => {
    assert.throws(() => decodeLine(Buffer.from([0x45, 0xe9, 0x20])), { code: 'smtp-charset' });
    assert.throws(() => decodeLine(Buffer.from('NOOP\0')), { code: 'smtp-nul' });
    assert.throws(() => decodeLine(Buffer.from('NO\tOP')), { code: 'smtp-control-character' });
    assert.throws(() => decodeLine(Buffer.from('NOOP \u0085')), { code: 'smtp-control-character' });
  });
});
