import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type BlobId, newId } from '../../base/ids.ts';
import { blobLimits } from '../../base/limits.ts';
import { newKey } from '../keys/keys.ts';
import { blobKey, openSegment, sealSegment, segmentCount, storedBytes } from './segments.ts';

const damaged = { name: 'IntegrityFault', code: 'sealed-bytes-damaged' };

test('segments are counted so that an empty blob has one and a full segment is the last', () => {
  const n = blobLimits.segmentBytes;
  const table = [
    [0, 1],
    [1, 1],
    [n, 1],
    [n + 1, 2],
    [2 * n, 2],
    [2 * n + 1, 3],
  ] as const;
  for (const [sizeBytes, count] of table) {
    assert.equal(segmentCount(sizeBytes), count);
    assert.equal(storedBytes(sizeBytes), sizeBytes + 17 * count);
  }
});

test('a segment opens only at its own place', () => {
  const key = newKey();
  const sealed = sealSegment(key, { index: 5, isLast: false }, Buffer.from('five'));
  assert.equal(openSegment(key, { index: 5, isLast: false }, sealed).toString(), 'five');
  assert.throws(() => openSegment(key, { index: 4, isLast: false }, sealed), damaged);
  assert.throws(() => openSegment(key, { index: 5, isLast: true }, sealed), damaged);
});

test('a segment with any byte altered, or shorter than its frame, does not open', () => {
  const key = newKey();
  const place = { index: 0, isLast: true };
  const sealed = sealSegment(key, place, Buffer.from('0123456789'));
  for (let offset = 0; offset < sealed.length; offset += 1) {
    const altered = Buffer.from(sealed);
    altered.writeUInt8(altered.readUInt8(offset) ^ 0x80, offset);
    assert.throws(() => openSegment(key, place, altered), damaged, `offset ${offset}`);
  }
  for (let length = 0; length < sealed.length; length += 1) {
    assert.throws(() => openSegment(key, place, sealed.subarray(0, length)), damaged);
  }
});

test('the last segment that a blob may have is sealed, one more is a bug', () => {
  const key = newKey();
  const last = { index: blobLimits.segments - 1, isLast: true };
  assert.equal(openSegment(key, last, sealSegment(key, last, Buffer.from('x'))).toString(), 'x');
  const beyond = { index: blobLimits.segments, isLast: true };
  assert.throws(() => sealSegment(key, beyond, Buffer.from('x')), { name: 'AssertionFault' });
});

test('a segment holds 64 KiB, and one byte more is a bug', () => {
  const key = newKey();
  const place = { index: 0, isLast: true };
  assert.equal(sealSegment(key, place, Buffer.alloc(blobLimits.segmentBytes)).length, blobLimits.segmentBytes + 17);
  assert.throws(() => sealSegment(key, place, Buffer.alloc(blobLimits.segmentBytes + 1)), { name: 'AssertionFault' });
});

test('two blobs under one key have different keys, so that counted nonces never meet', () => {
  const key = newKey();
  assert.notDeepEqual(blobKey(key, newId<BlobId>()), blobKey(key, newId<BlobId>()));
  assert.throws(() => blobKey(key.subarray(1), newId<BlobId>()), { name: 'AssertionFault' });
});
