import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { decodePart } from './body-decoder.ts';
import { createMimeParser, type MessageStructure, type Part, parseMessage } from './mime.ts';

const corpus = path.resolve(import.meta.dirname, '../../../../shared/data/mail');

function inPieces(bytes: Buffer, size: number): MessageStructure {
  const parser = createMimeParser();
  for (let at = 0; at < bytes.length; at += size) {
    const piece = Buffer.from(bytes.subarray(at, at + size));
    parser.write(piece);
    piece.fill(0x2d); // the caller may reuse its buffer
  }
  return parser.end();
}

function flatten(part: Part): Part[] {
  return [part, ...part.parts.flatMap(flatten), ...(part.message === undefined ? [] : flatten(part.message.root))];
}

describe('messages as others wrote them', () => {
  const files = existsSync(corpus)
    ? readdirSync(corpus, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(eml|msg)$/.test(name))
    : [];

  test('read the same whole and in pieces, in order and within bounds', (t) => {
    if (files.length === 0) return t.skip('the mail corpora are not here');
    assert.equal(files.length, 187);
    for (const file of files) {
      const bytes = readFileSync(path.join(corpus, file));
      const whole = parseMessage(bytes);
      for (const size of [1, 3, 61, 4_096]) assert.deepEqual(inPieces(bytes, size), whole, `${file} by ${size}`);
      assert.equal(whole.sizeBytes, bytes.length);
      for (const part of flatten(whole.root)) checkOffsets(part, bytes);
      assert.deepEqual(JSON.parse(JSON.stringify(whole)), whole, `${file} as JSON`);
    }
  });

  test('read the same in pieces when bytes have been changed at random', (t) => {
    if (files.length === 0) return t.skip('the mail corpora are not here');
    const sample = fc.record({
      file: fc.constantFrom(...files),
      changes: fc.array(fc.tuple(fc.nat(), fc.constantFrom(0, 10, 13, 45, 58, 61, 63, 255)), { maxLength: 20 }),
      size: fc.integer({ min: 1, max: 200 }),
    });
    fc.assert(
      fc.property(sample, ({ file, changes, size }) => {
        const bytes = readFileSync(path.join(corpus, file)).subarray(0, 20_000);
        for (const [at, value] of changes) bytes[at % bytes.length] = value;
        const whole = parseMessage(bytes);
        assert.deepEqual(inPieces(bytes, size), whole);
        for (const part of flatten(whole.root)) checkOffsets(part, bytes);
      }),
      { numRuns: 150 },
    );
  });
});

function checkOffsets(part: Part, bytes: Buffer): void {
  assert.ok(part.headerStart <= part.headerEnd && part.headerEnd === part.bodyStart, 'the header is before the body');
  assert.ok(part.bodyStart <= part.bodyEnd && part.bodyEnd <= bytes.length, 'the body is within the message');
  const inner = [...part.parts, ...(part.message === undefined ? [] : [part.message.root])];
  for (const child of inner) {
    assert.ok(child.headerStart >= part.bodyStart && child.bodyEnd <= part.bodyEnd, 'a part is within its parent');
  }
  if (inner.length > 0) return;
  const decoded = decodePart(part, bytes.subarray(part.bodyStart, part.bodyEnd));
  assert.equal(part.decodedBytes, decoded.length, 'the size once decoded is known');
}
