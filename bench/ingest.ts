/**
 * `npm run bench -- ingest`: messages delivered per second by one load client, the same for every side, in one run: Hygie
 * (durable and sealed at the acknowledgement), Postfix handing over to Dovecot, and Dovecot's LMTP alone. Delivered means
 * in the mailbox: Hygie's acknowledgement is that instant, of the others it is Dovecot's word for each message.
 */
import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { kib, mib } from '../src/base/limits.ts';
import type { BenchResult } from './bench.ts';
import { type BenchAuthority, createBenchAuthority } from './ingest/authority.ts';
import { type HygieSide, startHygie } from './ingest/hygie.ts';
import type { LoadMeasure, LoadOrder } from './ingest/load.ts';
import { type Peers, peerDomain, startPeers } from './ingest/peers.ts';

const execute = promisify(execFile);
const clientDomain = 'cabinet.mssante.example';
const accounts = 50;
const sessions = 10;
const portBase = 45_000;
/** Rounds of each side, in turn, so that a slow minute of the machine falls on all; the median counts. */
const rounds = 3;

interface Measured extends LoadMeasure {
  readonly deliveredPerSecond: number;
}

type Side = 'hygie' | 'postfix' | 'lmtp';

interface Scene {
  readonly hygie: HygieSide;
  readonly peers: Peers;
  readonly authority: BenchAuthority;
}

interface Task {
  readonly messages: number;
  readonly messageBytes: number;
  readonly connectionPerMessage: boolean;
}

/** Every load differs, so that nothing is taken for a repetition. */
const seeds = counter(Date.now() % 1_000_000);

function* counter(from: number): Generator<number, never> {
  for (let value = from; ; value += 1) yield value;
}

async function load(scene: Scene, side: Side, task: Task): Promise<Measured> {
  const { hygie, peers, authority } = scene;

  const order: LoadOrder = {
    protocol: side === 'lmtp' ? 'lmtp' : 'smtp',
    host: '127.0.0.1',
    port: side === 'hygie' ? hygie.smtpPort : side === 'postfix' ? peers.smtpPort : peers.lmtpPort,
    ...(side === 'lmtp' ? {} : { tls: authority.client }),
    sessions,
    sender: `charge@${clientDomain}`,
    recipients: side === 'hygie' ? hygie.recipients : peers.recipients,
    seed: seeds.next().value,
    ...task,
  };
  const before = side === 'hygie' ? 0 : await peers.delivered();
  const script = path.join(import.meta.dirname, 'ingest/load.ts');
  const { stdout } = await execute(process.execPath, [script, JSON.stringify(order)]);
  const measure = JSON.parse(stdout) as LoadMeasure; // our own script wrote it
  if (measure.refused > 0) throw new Error(`${side} refused messages: ${measure.firstRefusal}`);
  if (side === 'hygie') return { ...measure, deliveredPerSecond: measure.accepted / measure.seconds };
  while ((await peers.delivered()) - before < task.messages) await sleep(20);
  return { ...measure, deliveredPerSecond: task.messages / ((Date.now() - measure.startedAtMs) / 1000) };
}

function median(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
}

async function compare(scene: Scene, task: Task): Promise<Record<Side, Measured[]>> {
  const measured: Record<Side, Measured[]> = { hygie: [], postfix: [], lmtp: [] };
  const order: readonly Side[] = ['hygie', 'postfix', 'lmtp'];
  for (const side of order) await load(scene, side, { ...task, messages: Math.ceil(task.messages / 5) });
  for (let round = 0; round < rounds; round += 1) {
    for (const side of order) {
      measured[side].push(await load(scene, side, task));
      if (side === 'hygie') await indexed(scene.hygie);
    }
  }
  return measured;
}

/** Seconds until everything acknowledged is in the search index. */
async function indexed(hygie: HygieSide): Promise<number> {
  const start = performance.now();
  while ((await hygie.unindexed()) > 0) await sleep(50);
  return (performance.now() - start) / 1000;
}

function resultsOf(name: string, measured: Record<Side, Measured[]>): BenchResult[] {
  const rate = (side: Side): number => median(measured[side].map((one) => one.deliveredPerSecond));
  const ours = rate('hygie');
  const latency = (side: Side, which: 'p50Ms' | 'p99Ms'): number => median(measured[side].map((one) => one[which]));
  const against = (side: 'postfix' | 'lmtp', words: string): BenchResult => ({
    name: `${name}, beside ${words}`,
    unit: 'delivered/s',
    ours,
    peer: rate(side),
    ratio: ours / rate(side),
  });
  const acknowledged = (which: 'p50Ms' | 'p99Ms'): BenchResult => ({
    name: `${name}, ${which === 'p50Ms' ? 'median' : '99th percentile'} of the acknowledgement beside Postfix`,
    unit: 'ms',
    ours: latency('hygie', which),
    peer: latency('postfix', which),
    ratio: latency('postfix', which) / latency('hygie', which),
  });
  return [
    against('postfix', 'Postfix and Dovecot'),
    against('lmtp', "Dovecot's LMTP alone"),
    acknowledged('p50Ms'),
    acknowledged('p99Ms'),
  ];
}

const tasks: readonly { readonly name: string; readonly task: Task }[] = [
  { name: '2 kB', task: { messages: 3_000, messageBytes: 2 * kib, connectionPerMessage: false } },
  { name: '50 kB', task: { messages: 1_000, messageBytes: 50 * kib, connectionPerMessage: false } },
  {
    name: '2 kB, a connection per message',
    task: { messages: 500, messageBytes: 2 * kib, connectionPerMessage: true },
  },
];

async function measureAll(scene: Scene): Promise<BenchResult[]> {
  const results: BenchResult[] = [];
  for (const { name, task } of tasks) results.push(...resultsOf(name, await compare(scene, task)));
  await load(scene, 'hygie', { messages: 2_000, messageBytes: 2 * kib, connectionPerMessage: false });
  const searchable = await indexed(scene.hygie);
  const memory = (await scene.hygie.peakMemory()) / mib;
  return [
    ...results,
    { name: 'last message searchable after', unit: 's', ours: searchable, peer: null, ratio: null },
    { name: 'largest memory of the server process', unit: 'MiB', ours: memory, peer: null, ratio: null },
  ];
}

export async function run(): Promise<BenchResult[]> {
  const folder = await mkdtemp(path.join(tmpdir(), 'hygie-ingest-'));
  // Postfix and Dovecot run as users of their own, and must get through.
  await chmod(folder, 0o755);
  const authority = await createBenchAuthority({
    folder: path.join(folder, 'authority'),
    port: portBase + 20,
    serverDomain: peerDomain,
    clientDomain,
  });
  const peers = await startPeers({
    folder: path.join(folder, 'peers'),
    portBase: portBase + 10,
    accounts,
    certificate: authority.server,
  });
  const hygie = await startHygie({ folder: path.join(folder, 'hygie'), portBase, accounts, authority });
  try {
    return await measureAll({ hygie, peers, authority });
  } finally {
    await hygie.stop();
    await peers.stop();
    await authority.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
