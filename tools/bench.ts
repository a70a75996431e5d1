/** `npm run bench -- NAME [--json FILE]`: runs `bench/NAME.ts`, prints its table, writes it as JSON where asked. */
import { readdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, release, totalmem, type } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import type { Benchmark, BenchResult } from '../bench/bench.ts';
import { repositoryRoot } from './source-files.ts';

/** The benchmarks that `folder` holds: every file but the one of their types. */
export function listBenchmarks(folder: string): string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && file !== 'bench.ts')
    .map((file) => file.slice(0, -'.ts'.length))
    .sort();
}

/** The results as a table whose figures stand under each other. */
export function renderTable(results: readonly BenchResult[]): string {
  const rows = results.map(({ name, unit, ours, peer, ratio, note }) => [
    name,
    unit,
    formatFigure(ours),
    peer === null ? '–' : formatFigure(peer),
    ratio === null ? '–' : `×${ratio.toFixed(2)}`,
    note ?? '',
  ]);
  const table = [['what', 'unit', 'ours', 'peer', 'ratio', 'note'], ...rows];
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  const lines = table.map((row) =>
    row
      .map((cell, column) => (column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
  return `${lines.join('\n')}\n`;
}

/** The results as other programs read them: each with the machine and the instant. */
export function toJson(results: readonly BenchResult[], machine: string, date: Date): string {
  const rows = results.map((result) => ({ ...result, machine, date: date.toISOString() }));
  return `${JSON.stringify(rows, null, 2)}\n`;
}

function formatFigure(value: number): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 1 ? 1 : 3;
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

function describeMachine(): string {
  const memory = Math.round(totalmem() / 2 ** 30);
  const model = cpus()[0]?.model.trim() ?? 'unknown processor';
  return `${availableParallelism()} × ${model}, ${memory} GiB, ${type()} ${release()}, Node ${process.versions.node}`;
}

async function loadBenchmark(name: string): Promise<Benchmark> {
  const module: Partial<Benchmark> = await import(pathToFileURL(join(repositoryRoot, 'bench', `${name}.ts`)).href);
  if (typeof module.run !== 'function') throw new Error(`bench/${name}.ts does not export run()`);
  return { run: module.run };
}

async function main(): Promise<void> {
  const { positionals, values } = parseArgs({ allowPositionals: true, options: { json: { type: 'string' } } });
  const known = listBenchmarks(join(repositoryRoot, 'bench'));
  const [name, ...rest] = positionals;
  if (name === undefined || rest.length > 0 || !known.includes(name)) {
    const list = known.map((each) => `  ${each}\n`).join('') || '  (none yet)\n';
    process.stdout.write(`npm run bench -- NAME [--json FILE], where NAME is one of:\n${list}`);
    process.exitCode = name === undefined ? 0 : 2;
    return;
  }
  const { run } = await loadBenchmark(name);
  const results = await run();
  const machine = describeMachine();
  process.stdout.write(`\n${renderTable(results)}\n${machine}\n`);
  if (values.json !== undefined) writeFileSync(values.json, toJson(results, machine, new Date()));
}

if (import.meta.main) await main();
