import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { asId, isUuid, newId } from './ids.ts';

describe('identifiers', () => {
  test('are UUIDs of version 7 whose prefix is their instant in milliseconds (RFC 9562 §5.7)', () => {
    const at = new Date('2026-11-22T10:00:00.123Z');
    const id = newId(at);
    assert.ok(isUuid(id));
    assert.equal(Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16), at.getTime());
    assert.equal(id[14], '7');
    assert.match(id[19] ?? '', /[89ab]/);
  });

  test('sort by the instant they were made', () => {
    const instants = [0, 1, 255, 256, 1_700_000_000_000, 1_763_000_000_000];
    const ids = instants.map((ms) => newId(new Date(ms)));
    assert.deepEqual([...ids].sort(), ids);
  });

  test('of one instant all differ', () => {
    const at = new Date();
    assert.equal(new Set(Array.from({ length: 10_000 }, () => newId(at))).size, 10_000);
  });

  test('refuses another form as a bug', () => {
    for (const text of ['', 'x', newId().toUpperCase(), `${newId()}0`, `{${newId()}}`]) {
      assert.equal(isUuid(text), false);
      assert.throws(() => asId(text), { name: 'AssertionFault' });
    }
  });
});
