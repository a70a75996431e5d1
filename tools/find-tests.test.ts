import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { test } from 'node:test';
import { findTests } from './find-tests.ts';

test('finds all tests, or those named by file, folder, glob or part of a path', (t) => {
  const root = mkdtempSync(join(tmpdir(), 'hygie-find-'));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  const paths = ['src/a/one.test.ts', 'src/b/two.test.ts', 'tests/exchange/three.test.ts', 'src/a/code.ts'];
  for (const path of [...paths, 'web/node_modules/x/foreign.test.ts']) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), '');
  }
  const find = (...patterns: string[]) => findTests(root, patterns).map((path) => relative(root, path));
  assert.deepEqual(find(), ['src/a/one.test.ts', 'src/b/two.test.ts', 'tests/exchange/three.test.ts']);
  assert.deepEqual(find('src/a/one.test.ts'), ['src/a/one.test.ts']);
  assert.deepEqual(find('src'), ['src/a/one.test.ts', 'src/b/two.test.ts']);
  assert.deepEqual(find('src/*/t*.test.ts'), ['src/b/two.test.ts']);
  assert.deepEqual(find('exchange', 'one'), ['src/a/one.test.ts', 'tests/exchange/three.test.ts']);
  assert.deepEqual(find('nothing'), []);
});
