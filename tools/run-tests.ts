/** Runs test files, each in a process of its own, several at a time. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from 'node:test';
import { repositoryRoot } from './source-files.ts';
import type { TestReport } from './test-report.ts';

export interface TestRun {
  readonly files: readonly string[];
  readonly report: TestReport;
  /** Milliseconds after which the process of a file is killed. */
  readonly fileTimeoutMs: number;
  readonly concurrency: number;
  /** Ends the run: files that run are killed, the others are not begun. */
  readonly signal: AbortSignal;
}

export async function runTests({ files, report, fileTimeoutMs, concurrency, signal }: TestRun): Promise<void> {
  const left = [...files];
  const lane = async (): Promise<void> => {
    for (let file = left.shift(); file !== undefined && !signal.aborted; file = left.shift()) {
      const limit = AbortSignal.any([signal, AbortSignal.timeout(fileTimeoutMs)]);
      // A test that left a timer or a socket open must not keep its process, once its tests have ended.
      const execArgv = ['--test-force-exit', ...preloads(file)];
      await report.follow(file, run({ files: [file], signal: limit, execArgv }));
    }
  };
  await Promise.all(Array.from({ length: concurrency }, lane));
}

function preloads(file: string): string[] {
  const statesProperties = readFileSync(file, 'utf8').includes("from 'fast-check'");
  return statesProperties ? ['--import', join(repositoryRoot, 'testkit/property-seed.ts')] : [];
}
