/**
 * `npm run bench -- directory`: the national directory at its real size. Import of both extractions (time, memory of the server process, size of
 * the database), then ten thousand queries as an office types them, by one client that waits for each answer; those that are prefixes are
 * asked of OpenLDAP too, in the same run, which holds the same people. Both are asked over a local socket, both are warm.
 * `HYGIE_BENCH_ACTIVITIES`, `HYGIE_BENCH_MAILBOXES` and `HYGIE_BENCH_QUERIES` make it smaller.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { mib } from '../src/base/limits.ts';
import type { BenchResult } from './bench.ts';
import { type BenchFiles, directoryFiles } from './directory/files.ts';
import { type LdapPeer, startLdap } from './directory/ldap.ts';
import { type OurDirectory, startOurs } from './directory/ours.ts';
import { type Query, type QueryClass, queryClasses, realisticQueries } from './directory/queries.ts';

const portBase = 45_100;
/** Lines of the list under the box. */
const page = 20;

const classNames: Readonly<Record<QueryClass, string>> = {
  prefix: 'name, letter by letter',
  'first-name': 'name and start of a first name',
  town: 'name and town',
  error: 'name with an error, first name',
  speciality: 'speciality and town',
  words: 'title, name with an error, speciality, town',
};

function sizeFrom(variable: string, full: number): number {
  const asked = Number(process.env[variable] ?? full);
  if (!Number.isInteger(asked) || asked < 1) throw new Error(`${variable} is a number of rows`);
  return asked;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

const alone = { peer: null, ratio: null } as const;

async function measureImport(ours: OurDirectory, files: BenchFiles): Promise<BenchResult[]> {
  const results: BenchResult[] = [];
  const start = performance.now();
  await ours.importFiles(files.archives);
  const seconds = (performance.now() - start) / 1000;
  const { activities, mailboxes, skills, diplomas } = files.rows;
  const rows = activities + mailboxes + skills + diplomas;
  const note = `${activities} activities, ${mailboxes} mailboxes, ${skills} skills, ${diplomas} diplomas`;
  results.push({ name: 'import, index of the search included', unit: 's', ours: seconds, ...alone, note });
  results.push({ name: 'import', unit: 'rows/s', ours: rows / seconds, ...alone });
  const memory = (await ours.peakMemory()) / mib;
  results.push({ name: 'largest memory of the server process, import', unit: 'MiB', ours: memory, ...alone });
  return results;
}

async function measureSize(ours: OurDirectory): Promise<BenchResult[]> {
  const sizes = await ours.sizes();
  for (const { table, bytes, indexBytes } of sizes) {
    say(`directory.${table}: ${(bytes / mib).toFixed(1)} MiB, of which indexes ${(indexBytes / mib).toFixed(1)} MiB`);
  }
  const total = sizes.reduce((sum, { bytes }) => sum + bytes, 0) / mib;
  const index = (sizes.find(({ table }) => table === 'index_part')?.bytes ?? 0) / mib;
  return [
    { name: 'size of the database', unit: 'MiB', ours: total, ...alone },
    { name: 'index of the search, in it', unit: 'MiB', ours: index, ...alone },
  ];
}

/** Milliseconds of each query, one after the other. */
async function timed(queries: readonly Query[], ask: (query: Query) => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  for (const query of queries) {
    const start = performance.now();
    await ask(query);
    times.push(performance.now() - start);
  }
  return times;
}

function percentile(times: readonly number[], share: number): number {
  const sorted = [...times].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

function compare(name: string, ours: readonly number[], peer: readonly number[]): BenchResult[] {
  return (
    [
      ['median', 0.5],
      ['99th percentile', 0.99],
    ] as const
  ).map(([words, share]) => {
    const [mine, other] = [percentile(ours, share), percentile(peer, share)];
    return {
      name: `${name}, ${words}`,
      unit: 'ms',
      ours: mine,
      peer: peer.length === 0 ? null : other,
      ratio: peer.length === 0 ? null : other / mine,
    };
  });
}

async function measureSearch(ours: OurDirectory, ldap: LdapPeer, queries: readonly Query[]): Promise<BenchResult[]> {
  const mine = (query: Query): Promise<unknown> => ours.search({ text: query.text, limit: page });
  const theirs = async ({ prefixes }: Query): Promise<unknown> => prefixes && (await ldap.search(prefixes, page));
  const known = queries.filter(({ prefixes }) => prefixes !== null);
  // Warm: the first queries, once, on each side.
  await timed(queries.slice(0, 500), mine);
  await timed(known.slice(0, 500), theirs);
  const all = await timed(queries, mine);
  const peer = await timed(known, theirs);
  const of = (times: readonly number[], asked: readonly Query[], name: QueryClass): number[] =>
    times.filter((_, index) => asked[index]?.of === name);
  const slowest = all.indexOf(Math.max(...all));
  say(`slowest query: “${queries[slowest]?.text}”, ${all[slowest]?.toFixed(1)} ms`);
  return [
    ...compare(`${queries.length} queries of all kinds`, all, []),
    ...compare(
      'those that prefixes can ask',
      all.filter((_, index) => queries[index]?.prefixes !== null),
      peer,
    ),
    ...queryClasses.flatMap((name) => compare(classNames[name], of(all, queries, name), of(peer, known, name))),
  ];
}

export async function run(): Promise<BenchResult[]> {
  const size = {
    activities: sizeFrom('HYGIE_BENCH_ACTIVITIES', 2_000_000),
    mailboxes: sizeFrom('HYGIE_BENCH_MAILBOXES', 536_000),
  };
  const count = sizeFrom('HYGIE_BENCH_QUERIES', 10_000);
  const files = await directoryFiles(size);
  const queries = await realisticQueries(files.mailboxesFile, size.mailboxes, count);
  const folder = await mkdtemp(path.join(tmpdir(), 'hygie-directory-'));
  const ours = await startOurs(path.join(folder, 'hygie'));
  try {
    const imported = await measureImport(ours, files);
    const sizes = await measureSize(ours);
    const ldap = await startLdap({ folder: path.join(folder, 'ldap'), port: portBase, directory: files });
    say(`slapd: ${ldap.people} people loaded in ${ldap.loadSeconds.toFixed(1)} s`);
    try {
      const searched = await measureSearch(ours, ldap, queries);
      const memory = (await ours.peakMemory()) / mib;
      const last: BenchResult = {
        name: 'largest memory of the server process, to the end',
        unit: 'MiB',
        ours: memory,
        ...alone,
      };
      return [...imported, ...sizes, ...searched, last];
    } finally {
      await ldap.stop();
    }
  } finally {
    await ours.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
