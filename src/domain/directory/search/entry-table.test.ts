import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EntryTable } from './entry-table.ts';
import { Slices } from './slices.ts';

test('a word of a field has one number, however many were met since, and all come out in order', async () => {
  const table = new EntryTable();
  const words = [
    'b',
    'ab',
    'abc',
    'a',
    '{p1',
    '0',
    'abcd',
    ...Array.from({ length: 70_000 }, (_, n) => `w${n % 35_000}`),
  ];
  const fields = (index: number): number => (index < 35_007 ? 3 : 14);
  const numbers = words.map((word, index) => table.numberOf(word, fields(index)));
  assert.deepEqual(
    words.map((word, index) => table.numberOf(word, fields(index))),
    numbers,
  );
  assert.equal(new Set(numbers).size, table.size);
  const found = [];
  for await (const group of table.inOrder(new Slices())) found.push(...group);
  assert.equal(found.length, table.size);
  const keys = found.map(({ word, field }) => `${word}${String.fromCharCode(0x20 + field)}`);
  assert.deepEqual(keys, [...keys].sort());
  assert.ok(found.every(({ word, field, number }) => table.numberOf(word, field) === number));
});
