import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { findStale } from './generated.ts';

test('names the documents that are missing or no longer what the code makes of them', async (t) => {
  const root = mkdtempSync(join(tmpdir(), 'hygie-generated-'));
  t.after(() => rmSync(root, { recursive: true }));
  writeFileSync(join(root, 'fresh.md'), 'as made');
  writeFileSync(join(root, 'stale.md'), 'as made yesterday');
  const documents = ['fresh.md', 'stale.md', 'missing.md'].map((path) => ({ path, render: () => 'as made' }));
  assert.deepEqual(await findStale(root, documents), ['stale.md', 'missing.md']);
});
