import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readByteRange } from './byte-range.ts';

const part = (start: number, end: number) => ({ kind: 'part', start, end });
const whole = { kind: 'whole' };
const unsatisfiable = { kind: 'unsatisfiable' };

describe('a range of ten octets (RFC 9110 §14.1.2 and §14.2)', () => {
  const cases: readonly [string | undefined, object][] = [
    [undefined, whole],
    ['bytes=0-0', part(0, 1)],
    ['bytes=2-5', part(2, 6)],
    ['Bytes=2-', part(2, 10)],
    ['bytes=0-9', part(0, 10)],
    ['bytes=0-10', part(0, 10)],
    ['bytes=9-', part(9, 10)],
    ['bytes=10-', unsatisfiable],
    ['bytes=-3', part(7, 10)],
    ['bytes=-10', part(0, 10)],
    ['bytes=-11', part(0, 10)],
    ['bytes=-0', unsatisfiable],
    ['bytes=5-4', whole],
    ['bytes=0-1,4-5', whole],
    ['bytes=-', whole],
    ['bytes=a-b', whole],
    ['lines=0-1', whole],
    [`bytes=${'9'.repeat(15)}-`, unsatisfiable],
    [`bytes=${'9'.repeat(16)}-`, whole],
  ];
  for (const [text, expected] of cases) {
    test(`is ${text ?? 'none'}`, () => assert.deepEqual(readByteRange(text, 10), expected));
  }

  test('is never within nothing', () => {
    assert.deepEqual(readByteRange('bytes=0-0', 0), unsatisfiable);
    assert.deepEqual(readByteRange('bytes=-1', 0), unsatisfiable);
  });
});
