import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import PostalMime from 'postal-mime';
import { decodePart } from '../src/formats/mime/body-decoder.ts';
import { headerAddresses, headerDate, headerText } from '../src/formats/mime/header-values.ts';
import { type Part, parseMessage } from '../src/formats/mime/mime.ts';
import type { BenchResult } from './bench.ts';

/** Another parser: reads a whole message and gives what it made of it. */
type Peer = (message: Buffer) => Promise<unknown>;

interface Sample {
  readonly name: string;
  readonly messages: readonly Buffer[];
}

const note = 'the same work on both sides: fields read, every part decoded in memory';

/** Reading messages: ours beside `mailparser` and `postal-mime`, each message whole in memory, best of the rounds. */
export async function run(): Promise<BenchResult[]> {
  const peers: [string, Peer][] = [
    ['mailparser', mailparser()],
    ['postal-mime', postalMime()],
  ];
  const results: BenchResult[] = [];
  for (const sample of samples()) {
    const ours = await megabytesPerSecond(sample, readWhole);
    for (const [peerName, peer] of peers) {
      const theirs = await megabytesPerSecond(sample, peer);
      const name = `${sample.name}, beside ${peerName}`;
      results.push({ name, unit: 'MB/s', ours, peer: theirs, ratio: ours / theirs, note });
    }
    const alone = await megabytesPerSecond(sample, readStructure);
    const name = `${sample.name}, structure and text as at arrival`;
    results.push({ name, unit: 'MB/s', ours: alone, peer: null, ratio: null });
  }
  const small = generated(2_000);
  const rate = await megabytesPerSecond(
    { name: '', messages: Array.from({ length: 200 }, () => small) },
    readStructure,
  );
  results.push({
    name: 'one message of 2 kB, at arrival',
    unit: 'µs',
    ours: small.length / rate,
    peer: null,
    ratio: null,
  });
  return results;
}

function samples(): Sample[] {
  const corpus = path.resolve(import.meta.dirname, '../../shared/data/mail');
  const files = existsSync(corpus)
    ? readdirSync(corpus, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(eml|msg)$/.test(name))
    : [];
  return [
    ...(files.length === 0
      ? []
      : [
          {
            name: `${files.length} real messages`,
            messages: files.map((file) => readFileSync(path.join(corpus, file))),
          },
        ]),
    { name: '2 kB text', messages: Array.from({ length: 100 }, () => generated(2_000)) },
    { name: '50 kB, a text and a PDF', messages: Array.from({ length: 10 }, () => generated(50_000)) },
    { name: '10 MB, a text and a PDF', messages: [generated(10_000_000)] },
  ];
}

/** A message such as a practice sends: French text in quoted-printable, and what is left of `size` in base64. */
function generated(size: number): Buffer {
  const received =
    'Received: from mx.hopital.example (mx.hopital.example [192.0.2.1])\r\n by mx.cabinet.example with ESMTPS\r\n';
  const header =
    `${received}From: =?UTF-8?Q?=C3=89lodie_Martin?= <elodie.martin@cabinet.example>\r\nTo: labo@hopital.example\r\n` +
    'Subject: =?UTF-8?Q?Compte_rendu_d=E2=80=99op=C3=A9ration?=\r\nDate: Fri, 13 Feb 2026 21:38:16 +0100\r\n' +
    'Message-ID: <0198f2d0-1@cabinet.example>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="=_b1"\r\n\r\n';
  const text = 'Cher confr=C3=A8re, je vous remercie de m=E2=80=99avoir adress=C3=A9 ce patient.\r\n'.repeat(12);
  const textPart = `--=_b1\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n${text}`;
  const fileHeader =
    '--=_b1\r\nContent-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n' +
    "Content-Disposition: attachment; filename*=UTF-8''compte%20rendu.pdf\r\n\r\n";
  const room = size - header.length - textPart.length - fileHeader.length - 10;
  const file = 'JVBERi0xLjcKJcOkw7zDtsOfCjIgMCBvYmoKPDwvTGVuZ3RoIDMgMCBSL0ZpbHRlci9GbGF0ZURl\r\n'.repeat(
    Math.max(1, Math.ceil(room / 78)),
  );
  const filePart = room > 0 ? `${fileHeader}${file}` : '';
  return Buffer.from(`${header}${textPart}${filePart}--=_b1--\r\n`);
}

/** Best throughput over rounds of at least 300 ms in all, after one to warm up. */
async function megabytesPerSecond(sample: Sample, parse: (message: Buffer) => Promise<unknown>): Promise<number> {
  const bytes = sample.messages.reduce((sum, message) => sum + message.length, 0);
  let best = 0;
  const until = performance.now() + 600;
  for (let round = 0; round < 2 || performance.now() < until; round += 1) {
    const started = performance.now();
    for (const message of sample.messages) await parse(message);
    const rate = bytes / 1_000 / (performance.now() - started);
    if (round > 0) best = Math.max(best, rate);
  }
  return best;
}

/** What is done at arrival. */
async function readStructure(message: Buffer): Promise<unknown> {
  return parseMessage(message);
}

/** What the peers do: the fields they read, and every part decoded. */
async function readWhole(message: Buffer): Promise<unknown> {
  const { fields, root, text } = parseMessage(message);
  const addresses = ['From', 'To', 'Cc'].map((name) => headerAddresses(fields, name));
  const contents = leavesOf(root).map((part) => decodePart(part, message.subarray(part.bodyStart, part.bodyEnd)));
  return [headerText(fields, 'Subject'), headerDate(fields), addresses, contents, text];
}

function leavesOf(part: Part): Part[] {
  if (part.message !== undefined) return leavesOf(part.message.root);
  return part.parts.length === 0 ? [part] : part.parts.flatMap(leavesOf);
}

/** This package has no types of its own: what is used of it is written here. */
function mailparser(): Peer {
  const load = createRequire(import.meta.url);
  const library = load('mailparser') as { simpleParser(message: Buffer): Promise<unknown> };
  return (message) => library.simpleParser(message);
}

function postalMime(): Peer {
  return (message) => PostalMime.parse(message);
}
