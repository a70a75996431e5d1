import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { listBenchmarks, renderTable, toJson } from './bench.ts';

const results = [
  { name: 'delivered, 2 kB', unit: 'msg/s', ours: 1234.5, peer: 247, ratio: 4.998, note: 'Postfix and Dovecot' },
  { name: 'peak memory', unit: 'MB', ours: 96.25, peer: null, ratio: null },
];

test('lists the benchmarks and nothing else', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'hygie-bench-'));
  t.after(() => rmSync(folder, { recursive: true }));
  for (const file of ['start.ts', 'bench.ts', 'ingest.ts', 'ingest.test.ts', 'notes.md'])
    writeFileSync(join(folder, file), '');
  assert.deepEqual(listBenchmarks(folder), ['ingest', 'start']);
});

test('prints figures under each other, and a dash where there is no peer', () => {
  assert.equal(
    renderTable(results),
    [
      'what             unit    ours  peer  ratio  note',
      'delivered, 2 kB  msg/s  1,235   247  ×5.00  Postfix and Dovecot',
      'peak memory      MB      96.3     –      –',
      '',
    ].join('\n'),
  );
});

test('writes each figure with the machine and the date', () => {
  const [first, second] = JSON.parse(toJson(results, '2 × cores', new Date('2026-11-22T15:00:00Z')));
  assert.deepEqual(first, { ...results[0], machine: '2 × cores', date: '2026-11-22T15:00:00.000Z' });
  assert.equal(second.peer, null);
});
