/**
 * Runs the test files against one PostgreSQL cluster that is started for them and thrown away, as many files at a time as there are processors. Prints one
 * line per file, the failures in full, and as its last line `N passed, N failed` (and `, N skipped`).
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { startThrowAwayCluster } from '../testkit/database.ts';
import { findTests } from './find-tests.ts';
import { runTests } from './run-tests.ts';
import { repositoryRoot } from './source-files.ts';
import { TestReport } from './test-report.ts';

/** Longest life of a test file; the longest of ours, the crash harness in its short form, takes about a minute. */
const fileTimeoutMs = 300_000;

async function main(): Promise<number> {
  const files = findTests(repositoryRoot, process.argv.slice(2));
  const folder = mkdtempSync(join(tmpdir(), 'hygie-test-run-'));
  const cluster = await startThrowAwayCluster(folder);
  process.env['HYGIE_TEST_POSTGRES'] = folder;
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => interrupted.abort());
  try {
    const report = new TestReport(
      (path) => relative(repositoryRoot, path),
      (text) => process.stdout.write(text),
    );
    const concurrency = Math.max(2, availableParallelism());
    await runTests({ files, report, fileTimeoutMs, concurrency, signal: interrupted.signal });
    return report.conclude();
  } finally {
    await cluster.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

process.exitCode = await main();
