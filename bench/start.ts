/** The start of the small world, from the command to ready, beside what its PostgreSQL alone takes of it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '../src/base/log.ts';
import { startEmbedded } from '../src/platform/db/embedded/embedded.ts';
import { freePortBase } from '../testkit/port-base.ts';
import type { BenchResult } from './bench.ts';

const root = join(import.meta.dirname, '..');
const rounds = 3;
const mostSeconds = 60;

export async function run(): Promise<BenchResult[]> {
  const first: number[] = [];
  const second: number[] = [];
  const firstDatabase: number[] = [];
  const secondDatabase: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    await inFolder(async (folder) => {
      const base = await freePortBase();
      first.push(await startWorld(folder, base));
      second.push(await startWorld(folder, base));
    });
    await inFolder(async (folder) => {
      firstDatabase.push(await startDatabase(folder));
      secondDatabase.push(await startDatabase(folder));
    });
  }
  const peer = 'PostgreSQL alone (initdb, start): what no start can go below; median of 3';
  return [
    compare('start to ready, empty folder', { ours: middle(first), peer: middle(firstDatabase) }, peer),
    compare('start to ready, second start', { ours: middle(second), peer: middle(secondDatabase) }, 'PostgreSQL alone'),
  ];
}

function compare(name: string, { ours, peer }: { ours: number; peer: number }, note: string): BenchResult {
  return { name, unit: 's', ours, peer, ratio: peer / ours, note };
}

function middle(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
}

async function inFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'hygie-start-'));
  try {
    await body(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** As `npm start` runs it; ready when `sandbox.json` is there. The world is stopped again. */
async function startWorld(folder: string, portBase: number): Promise<number> {
  const startedAt = performance.now();
  const world = spawn(process.execPath, [join(root, 'tools/start.mjs')], {
    cwd: root,
    env: { PATH: process.env['PATH'], HYGIE_DATA: folder, HYGIE_PORT_BASE: String(portBase) },
    stdio: 'ignore',
  });
  try {
    while (!existsSync(join(folder, 'sandbox.json'))) {
      if (!isRunning(world)) throw new Error('the small world did not start');
      if (performance.now() - startedAt > mostSeconds * 1_000) throw new Error('the small world takes too long');
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    return (performance.now() - startedAt) / 1_000;
  } finally {
    if (isRunning(world)) {
      const ended = once(world, 'exit');
      world.kill('SIGTERM');
      await ended;
    }
  }
}

function isRunning(program: ChildProcess): boolean {
  return program.exitCode === null && program.signalCode === null;
}

async function startDatabase(folder: string): Promise<number> {
  const startedAt = performance.now();
  const postgres = await startEmbedded({ folder, log: silentLog });
  const seconds = (performance.now() - startedAt) / 1_000;
  await postgres.stop();
  return seconds;
}
