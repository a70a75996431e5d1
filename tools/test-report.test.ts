import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { type TestContext, test } from 'node:test';
import { runTests } from './run-tests.ts';
import { TestReport } from './test-report.ts';

const head = "import { test, describe } from 'node:test'; import assert from 'node:assert/strict';";

/** Runs files of the given texts; returns the exit code and what was printed. */
async function report(
  t: TestContext,
  texts: Record<string, string>,
  fileTimeoutMs = 30_000,
): Promise<{ code: number; lines: string[] }> {
  const folder = mkdtempSync(join(tmpdir(), 'hygie-report-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(texts)) writeFileSync(join(folder, name), `${head}\n${text}`);
  const files = Object.keys(texts).map((name) => join(folder, name));
  let printed = '';
  const reporter = new TestReport(
    (path) => relative(folder, path),
    (text) => {
      printed += text;
    },
  );
  // A run inside a run is refused by an environment variable.
  const { NODE_TEST_CONTEXT: context } = process.env;
  delete process.env['NODE_TEST_CONTEXT'];
  try {
    await runTests({ files, report: reporter, fileTimeoutMs, concurrency: 2, signal: new AbortController().signal });
    const code = reporter.conclude();
    return { code, lines: printed.trimEnd().split('\n') };
  } finally {
    if (context !== undefined) process.env['NODE_TEST_CONTEXT'] = context;
  }
}

test('ends with the count of what passed, failed and was skipped, and shows each failure with its file', async (t) => {
  const { code, lines } = await report(t, {
    'good.test.ts':
      "test('one', () => {}); describe('group', () => { test('two', () => {}); }); test.skip('three', () => {});",
    'bad.test.ts':
      "console.log('a word before'); test('wrong sum', () => assert.equal(1 + 1, 3)); test('right', () => {});",
  });
  assert.equal(code, 1);
  assert.equal(lines.at(-1), '3 passed, 1 failed, 1 skipped');
  const text = lines.join('\n');
  assert.match(text, /✔ good\.test\.ts \(2 passed, 1 skipped/);
  assert.match(text, /✖ bad\.test\.ts \(1 passed, 1 failed/);
  assert.match(text, /✖ bad\.test\.ts\n {4}wrong sum/);
  assert.match(text, /it wrote:\na word before/);
});

test('says nothing of skipped tests when there are none, and succeeds', async (t) => {
  const { code, lines } = await report(t, { 'good.test.ts': "test('one', () => {});" });
  assert.equal(code, 0);
  assert.equal(lines.at(-1), '1 passed, 0 failed');
});

test('a file that does not load, one that dies and those that hang each count as failed', async (t) => {
  const texts = {
    'broken.test.ts': 'const x = ;',
    'dies.test.ts': "test('dies', () => process.kill(process.pid, 'SIGKILL'));",
    'hangs.test.ts': "test('hangs', () => new Promise(() => setInterval(() => {}, 1000)));",
    'spins.test.ts': "test('spins', () => { for (;;); });",
  };
  const { code, lines } = await report(t, texts, 3_000);
  assert.equal(code, 1);
  assert.equal(lines.at(-1), '0 passed, 4 failed');
  for (const name of Object.keys(texts))
    assert.ok(
      lines.some((line) => line.startsWith(`✖ ${name} (0 passed, 1 failed`)),
      name,
    );
});

test('a run without a test is no success', async (t) => {
  const { code, lines } = await report(t, {});
  assert.equal(code, 1);
  assert.equal(lines.at(-1), '0 passed, 0 failed');
});
