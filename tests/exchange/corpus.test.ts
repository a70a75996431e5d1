/**
 * What others wrote crosses from one operator to the other: two servers, each with its own database, and the command line.
 * Every byte that arrives is compared with the file that was sent.
 */
import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, type TestContext, test } from 'node:test';
import { assert as ensure, present } from '../../src/base/assert.ts';
import { runCli } from '../../src/ends/cli/cli.ts';
import { sendCommand } from '../../src/ends/cli/commands/send.ts';
import { decodePart } from '../../src/formats/mime/body-decoder.ts';
import { parseMessage } from '../../src/formats/mime/mime.ts';
import { createTrustWorld } from '../../testkit/authority/trust-world.ts';
import { ServedOperator } from '../../testkit/served-operator.ts';
import { dnOf } from '../../testkit/transfer-world.ts';
import { addedFields, asLeaving, expectedFields, fieldsBefore, removedFields } from './corpus/added-fields.ts';
import { fixtures } from './corpus/fixtures.ts';

const shared = path.resolve(import.meta.dirname, '../../../shared/data');
const leastShare = 0.95;

interface SentFile {
  readonly file: string;
  readonly name: string;
  readonly state: string;
  readonly reason: string;
}

const author = 'claire';
const folder = await mkdtemp(path.join(tmpdir(), 'hygie-corpus-'));
after(() => rm(folder, { recursive: true, force: true }));
const world = await createTrustWorld({ after }, { at: new Date() });
await world.publishCrls();
await world.publishList(['cabinet', 'hopital'].map((name) => ({ domain: `${name}.mssante.example`, dn: dnOf(name) })));
const readers = ['essais', 'messages', 'documents', 'tableau'] as const;
type Reader = (typeof readers)[number];
const hopital = await ServedOperator.start({ after }, world, { name: 'hopital', accounts: readers });
const cabinet = await ServedOperator.start({ after }, world, {
  name: 'cabinet',
  accounts: [author],
  routes: { [hopital.domain]: hopital.ports.smtp },
});

/** What `hygie send --inject` prints, from the practice to the hospital. */
async function printSend(reader: Reader, ...more: readonly string[]): Promise<string> {
  let [printed, complaint] = ['', ''];
  const io = {
    out: (text: string) => {
      printed += text;
    },
    err: (text: string) => {
      complaint += text;
    },
    read: () => assert.fail('nothing is asked'),
  };
  const parts = { commands: [sendCommand], io, openProduct: () => cabinet.openProduct() };
  const addresses = ['--from', `${author}@${cabinet.domain}`, '--to', `${reader}@${hopital.domain}`];
  await runCli(parts, ['send', ...addresses, '--inject', ...more]);
  assert.equal(complaint, '');
  return printed;
}

/** Sends what lies at `place`, and says what became of the files that did not arrive. */
async function send(t: TestContext, reader: Reader, place: string): Promise<readonly SentFile[]> {
  const printed = await printSend(reader, '--json', place);
  const outcome = JSON.parse(printed) as { delivered: number; refused: number; files: SentFile[] }; // printed above
  const { files, delivered, refused } = outcome;
  const share = ((100 * delivered) / files.length).toFixed(1);
  t.diagnostic(`${files.length} files: ${delivered} delivered (${share} %), ${refused} refused`);
  for (const one of files) if (one.state !== 'accepted') t.diagnostic(`  ${one.name}: ${one.state}, ${one.reason}`);
  return files;
}

async function arrivedFor(reader: Reader): Promise<Buffer[]> {
  return (await hopital.inbox(reader)).map(({ content }) => content);
}

/** Takes the stored message of these bytes out of `arrived`. */
function take(arrived: Buffer[], source: Buffer, name: string): void {
  const leaving = asLeaving(source);
  const at = arrived.findIndex((stored) => isCopy(stored, leaving));
  assert.notEqual(at, -1, `${name} did not arrive as it was sent`);
  arrived.splice(at, 1);
}

function isCopy(stored: Buffer, leaving: Buffer): boolean {
  const found = fieldsBefore(stored, leaving);
  return found !== undefined && found.join() === expectedFields(leaving).join();
}

// RFC 5321 §4.4, RFC 5322 §3.6: what is added is listed, and nothing else is changed.
describe('what is sent from one operator to another', () => {
  test('arrives byte for byte, or is refused by a rule that is named', async (t) => {
    t.diagnostic(`added: ${addedFields.map((field) => `${field.name} (${field.by}, ${field.when})`).join(', ')}`);
    t.diagnostic(`not sent: ${removedFields.join(', ')}`);
    const own = path.join(folder, 'fixtures');
    await mkdir(own);
    for (const { name, content } of fixtures) await writeFile(path.join(own, `${name}.eml`), content);
    const sent = await send(t, 'essais', own);
    const arrived = await arrivedFor('essais');
    for (const { name, content, refusedFor } of fixtures) {
      const one = present(
        sent.find((each) => each.name === `${name}.eml`),
        `${name} was not sent`,
      );
      if (refusedFor === undefined) {
        assert.equal(one.state, 'accepted', `${name}: ${one.reason}`);
        take(arrived, content, name);
      } else {
        assert.equal(one.state, 'refused', name);
        assert.match(one.reason, refusedFor, name);
      }
    }
    assert.equal(arrived.length, 0, 'nothing else arrived');
  });

  test('of the messages that others wrote, 95 in 100 at least', async (t) => {
    const corpus = path.join(shared, 'mail');
    if (!existsSync(corpus)) return t.skip('the mail corpora are not here');
    const sent = await send(t, 'messages', corpus);
    assert.equal(sent.length, 187);
    const delivered = sent.filter((one) => one.state === 'accepted');
    assert.ok(delivered.length / sent.length >= leastShare);
    for (const one of sent) if (one.state !== 'accepted') assert.match(one.reason, /RFC \d+/, one.name);
    const arrived = await arrivedFor('messages');
    const taken = new Set<string>();
    for (const one of delivered) {
      const source = await readFile(one.file);
      const text = source.toString('latin1');
      // Two files of the same bytes that name themselves are one message, sent once.
      const isRepeated = taken.has(text) && !expectedFields(asLeaving(source)).includes('Message-ID');
      if (!isRepeated) take(arrived, source, one.name);
      taken.add(text);
    }
    assert.equal(arrived.length, 0, 'nothing else arrived');
  });

  test('of the documents of the CI-SIS, all, as attachments', async (t) => {
    const corpus = path.join(shared, 'cda');
    if (!existsSync(corpus)) return t.skip('the corpus of documents is not here');
    const sent = await send(t, 'documents', corpus);
    assert.equal(sent.length, readdirSync(corpus).filter((name) => name.endsWith('.xml')).length);
    const byName = new Map(
      (await arrivedFor('documents')).map((stored) => [attachmentOf(stored).name, attachmentOf(stored).bytes]),
    );
    assert.equal(byName.size, sent.length);
    for (const one of sent) {
      assert.equal(one.state, 'accepted', `${one.name}: ${one.reason}`);
      const source = await readFile(one.file);
      assert.ok(byName.get(one.name.normalize())?.equals(source), `${one.name} did not arrive as it was sent`);
    }
  });
});

test('what became of each file is printed as a table, with its reason', async () => {
  const place = path.join(folder, 'tableau');
  await mkdir(place);
  await writeFile(path.join(place, 'a.eml'), 'From: a@b.example\n\nBonjour\n');
  await writeFile(path.join(place, 'long.eml'), 'From: a@b.example\n\nBon\u0000jour\n');
  await writeFile(path.join(place, 'a.json'), '{}');
  assert.deepEqual((await printSend('tableau', place)).split('\n'), [
    'Fichier   État    Raison',
    'a.eml     remis',
    "long.eml  refusé  Le message n'est pas conforme : RFC 5322 2.1, NUL.",
    '1 remis (50\u202f%), 1 refusés ou en échec, 0 en attente.',
    '',
  ]);
});

function attachmentOf(stored: Buffer): { readonly name: string; readonly bytes: Buffer } {
  const part = parseMessage(stored).root.parts.find((each) => each.disposition === 'attachment');
  ensure(part !== undefined, 'a message lacks its attachment');
  const bytes = Buffer.from(decodePart(part, stored.subarray(part.bodyStart, part.bodyEnd)));
  return { name: (part.fileName ?? '').normalize(), bytes };
}
