/**
 * `npm run bench -- search`: a search in one account of 100,000 sealed letters, once warm, beside PostgreSQL's own full text
 * over the same letters in plain. Our store shows nothing of a word at rest; the peer shows them all.
 */
import { sql } from 'kysely';
import { kib, mib } from '../src/base/limits.ts';
import { parseMessage } from '../src/formats/mime/mime.ts';
import { TestMail } from '../testkit/mail-store.ts';
import type { BenchResult } from './bench.ts';
import { frenchMessages } from './ingest/messages.ts';

const letters = Number(process.env['HYGIE_BENCH_LETTERS'] ?? 100_000);
const batch = 100;
const page = 50;

const queries = [
  'dyspnée',
  'creatinine stable',
  'bisoprol',
  'echographie vesiculaire',
  'genou gauche meziane',
  'vasseur kali',
  'allergie codeine',
  'pansement jeudi garnier',
  'lithiase le goff',
  'aubry',
];

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

async function timed(body: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await body();
  return performance.now() - start;
}

async function measure(run: (text: string) => Promise<unknown>): Promise<number[]> {
  for (const text of queries) await run(text);
  const times: number[] = [];
  for (let round = 0; round < 10; round += 1) for (const text of queries) times.push(await timed(() => run(text)));
  return times;
}

/** The peer: words without accents, as ours, found by prefix in an inverted index. */
async function fillPeer(store: TestMail): Promise<void> {
  await sql`create table public.letter (number bigint primary key, received_at timestamptz not null, words tsvector)`.execute(
    store.ownerDb,
  );
}

function plain(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}

function asTsquery(text: string): string {
  const words = plain(text).match(/[a-z0-9]+/g) ?? [];
  return words.map((word, index) => (index === words.length - 1 ? `${word}:*` : word)).join(' & ');
}

export async function run(): Promise<BenchResult[]> {
  const closings: (() => Promise<void>)[] = [];
  const store = await TestMail.open({ after: (close) => closings.push(close) });
  try {
    const account = await store.createAccount(await store.createTenant(), 100 * 1024 * mib);
    const make = frenchMessages({
      messageBytes: 2 * kib,
      sender: 'a@b.example',
      recipients: [account.address],
      seed: 7,
    });
    await fillPeer(store);
    for (let start = 0; start < letters; start += batch) {
      const numbers = Array.from({ length: Math.min(batch, letters - start) }, (_, index) => start + index);
      const raws = numbers.map((number) => make(number).subarray(0, -3)); // without the end-of-data line
      store.clock.advance(1_000);
      const gathered = await Promise.all(raws.map((raw) => store.gather(raw, raw.length)));
      await store.deliver(...gathered.map((message) => store.delivery(account, message)));
      const texts = raws.map((raw) =>
        plain(
          parseMessage(raw)
            .text.map((part) => part.text)
            .join(' '),
        ),
      );
      await sql`
        insert into public.letter
        select number, ${store.clock.now()}, to_tsvector('simple', text)
          from unnest(${numbers}::int8[], ${texts}::text[]) as made(number, text)`.execute(store.ownerDb);
    }
    const indexing = await timed(async () => {
      while ((await store.mail.indexAccount(account)) !== 'done');
    });
    await sql`create index on public.letter using gin (words)`.execute(store.ownerDb);
    await sql`vacuum analyze public.letter`.execute(store.ownerDb);
    const ours = await measure((text) => store.mail.search(store.db, account, { text, limit: page }));
    const peer = await measure((text) =>
      sql`select number from public.letter where words @@ to_tsquery('simple', ${asTsquery(text)})
           order by received_at desc, number desc limit ${page}`.execute(store.ownerDb),
    );
    const size = await sql<{ bytes: number }>`
      select sum(length(sealed)) as bytes from mail.search_segment`.execute(store.ownerDb);
    const row = (name: string, share: number): BenchResult => ({
      name: `search in ${letters} letters, warm, ${name}`,
      unit: 'ms',
      ours: quantile(ours, share),
      peer: quantile(peer, share),
      ratio: quantile(peer, share) / quantile(ours, share),
      note: "PostgreSQL's full text in plain",
    });
    return [
      row('median', 0.5),
      row('99th percentile', 0.99),
      { name: 'indexing', unit: 'letters/s', ours: letters / (indexing / 1000), peer: null, ratio: null },
      {
        name: 'index at rest, sealed',
        unit: 'MiB',
        ours: Number(size.rows[0]?.bytes ?? 0) / mib,
        peer: null,
        ratio: null,
      },
    ];
  } finally {
    for (const close of closings.reverse()) await close();
  }
}
