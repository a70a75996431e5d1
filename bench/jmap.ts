/**
 * `npm run bench -- jmap`: a page of a list, as the webmail asks for it, in an account of 100,000 letters that are sealed at
 * rest: `Email/query` and, by back-reference, `Email/get` of 50 rows, one request on one connection. Beside it, on another, Dovecot's
 * `FETCH` of the envelopes of the same 50 letters in plain, from a warm cache; where we search, Dovecot searches first. Dovecot
 * gives no preview, no thread and no mailbox of a row, and writes no audit.
 */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { mib } from '../src/base/limits.ts';
import type { BenchResult } from './bench.ts';
import { createBenchAuthority } from './ingest/authority.ts';
import { peerDomain } from './ingest/peers.ts';
import { measureBrowser } from './jmap/browser.ts';
import { type DovecotSide, startDovecot, writeMaildir } from './jmap/dovecot.ts';
import { holder, type JmapSide, startJmapSide } from './jmap/hygie.ts';
import { type PlannedEmail, planEmail, rareWord } from './jmap/messages.ts';

const letters = Number(process.env['HYGIE_BENCH_LETTERS'] ?? 100_000);
const rounds = Number(process.env['HYGIE_BENCH_ROUNDS'] ?? 200);
const page = 50;
const portBase = 45_100;

/** What a row of the webmail's list shows. */
export const rowProperties = [
  ...[
    'id',
    'threadId',
    'mailboxIds',
    'keywords',
    'from',
    'to',
    'subject',
    'receivedAt',
    'size',
    'hasAttachment',
    'preview',
  ],
];

interface Scene {
  readonly hygie: JmapSide;
  readonly dovecot: DovecotSide;
}

interface Scenario {
  readonly name: string;
  readonly query: (scene: Scene) => object;
  /** Positions are random below this one. */
  readonly below?: number;
  /** What Dovecot is asked to find before it fetches. */
  readonly search?: string;
  readonly rounds?: number;
}

const inInbox = ({ hygie }: Scene): object => ({ filter: { inMailbox: hygie.inbox } });

export const scenarios: readonly Scenario[] = [
  { name: 'inbox, newest', query: inInbox },
  { name: 'all mail, newest', query: () => ({}) },
  { name: 'all mail, anywhere', query: () => ({}), below: letters - page },
  { name: 'inbox, anywhere', query: inInbox, below: Math.floor(letters * 0.69) },
  { name: 'inbox by thread, newest', query: (scene) => ({ ...inInbox(scene), collapseThreads: true }) },
  {
    name: 'inbox by thread, anywhere',
    query: (scene) => ({ ...inInbox(scene), collapseThreads: true }),
    below: Math.floor(letters * 0.4),
  },
  {
    name: 'inbox, unread',
    query: ({ hygie }) => ({ filter: { inMailbox: hygie.inbox, notKeyword: '$seen' } }),
    search: 'UID SEARCH UNSEEN',
  },
  {
    name: 'a word anywhere',
    query: () => ({ filter: { text: rareWord } }),
    search: `UID SEARCH TEXT ${rareWord}`,
    rounds: 5,
  },
];

export function pageOf(accountId: string, query: object, position: number): readonly [string, object, string][] {
  const sort = [{ property: 'receivedAt', isAscending: false }];
  const ids = { resultOf: 'q', name: 'Email/query', path: '/ids' };
  return [
    ['Email/query', { accountId, sort, ...query, position, limit: page }, 'q'],
    ['Email/get', { accountId, '#ids': ids, properties: rowProperties }, 'g'],
  ];
}

interface Row {
  readonly subject: string;
}

/** The numbers of the letters that an answer shows, newest first: the subject ends with them. */
export function numbersIn(answer: string): number[] {
  const { methodResponses } = JSON.parse(answer) as { methodResponses: [string, { list?: Row[] }, string][] }; // our own end wrote it
  const rows = methodResponses[1]?.[1].list ?? [];
  return rows.map(({ subject }) => Number(subject.split(' ').at(-1)));
}

async function timed<T>(body: () => Promise<T>): Promise<readonly [number, T]> {
  const start = performance.now();
  const result = await body();
  return [performance.now() - start, result];
}

export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

async function measure(scene: Scene, scenario: Scenario): Promise<BenchResult[]> {
  const { hygie, dovecot } = scene;
  const ours: number[] = [];
  const peer: number[] = [];
  const { below, search, rounds: count = rounds } = scenario;
  for (let round = -5; round < count; round += 1) {
    // The golden ratio spreads the positions evenly, the same in every run.
    const position = below === undefined ? 0 : Math.floor((((round + 6) * 0.618_033_988_75) % 1) * below);
    const [ms, answer] = await timed(() => hygie.ask(pageOf(hygie.accountId, scenario.query(scene), position)));
    const numbers = numbersIn(answer);
    if (numbers.length !== page || !numbers.every(Number.isSafeInteger)) {
      throw new Error(`${scenario.name}: ${answer.slice(0, 400)}`);
    }
    const [peerMs] = await timed(async () => {
      if (search !== undefined && (round >= 0 || count > 5)) await dovecot.command(search);
      await dovecot.fetch(numbers.map((number) => number + 1));
    });
    if (round < 0) continue;
    ours.push(ms);
    peer.push(peerMs);
  }
  const note = search === undefined ? 'Dovecot, FETCH ENVELOPE of the same' : `Dovecot, ${search.slice(4)} and FETCH`;
  return [0.5, 0.99].map((share) => ({
    name: `${scenario.name}, ${share === 0.5 ? 'median' : '99th percentile'}`,
    unit: 'ms',
    ours: quantile(ours, share),
    peer: quantile(peer, share),
    ratio: quantile(peer, share) / quantile(ours, share),
    note,
  }));
}

function* plan(address: string): Generator<PlannedEmail> {
  for (let number = 0; number < letters; number += 1) yield planEmail(number, letters, address);
}

export async function run(): Promise<BenchResult[]> {
  const folder = await mkdtemp(path.join(tmpdir(), 'hygie-jmap-bench-'));
  // Dovecot runs as a user of its own, and must get through.
  await chmod(folder, 0o755);
  const authority = await createBenchAuthority({
    folder: path.join(folder, 'authority'),
    port: portBase + 20,
    serverDomain: peerDomain,
    clientDomain: 'cabinet.mssante.example',
  });
  const hygie = await startJmapSide({ folder: path.join(folder, 'hygie'), portBase, authority, plan });
  const peerFolder = path.join(folder, 'dovecot');
  await writeMaildir(peerFolder, plan(`compte0@${peerDomain}`));
  const dovecot = await startDovecot(peerFolder, portBase + 10);
  try {
    const results: BenchResult[] = [];
    for (const scenario of scenarios) results.push(...(await measure({ hygie, dovecot }, scenario)));
    results.push(...(await measureBrowser({ origin: `http://localhost:${hygie.webPort}`, ...holder })));
    const memory = (await hygie.peakMemory()) / mib;
    return [
      ...results,
      { name: 'indexing', unit: 'letters/s', ours: letters / hygie.indexing, peer: null, ratio: null },
      { name: 'largest memory of the server process', unit: 'MiB', ours: memory, peer: null, ratio: null },
    ];
  } finally {
    await hygie.stop();
    await dovecot.stop();
    await authority.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
