/**
 * What others wrote crosses from one operator to the other: two servers, each a process with its own database, and the
 * command line. Every byte that arrives is compared with the file that was sent.
 */
import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, type TestContext, test } from 'node:test';
import { assert as ensure, present } from '../../src/base/assert.ts';
import { runCli } from '../../src/ends/cli/cli.ts';
import { sendCommand } from '../../src/ends/cli/commands/send.ts';
import type { Product } from '../../src/ends/product.ts';
import { decodePart } from '../../src/formats/mime/body-decoder.ts';
import { parseMessage } from '../../src/formats/mime/mime.ts';
import { readAll } from '../../testkit/mail-store.ts';
import { type OperatorProcess, type OperatorsWorld, openOperators } from '../../testkit/operators.ts';
import { addedFields, asLeaving, expectedFields, fieldsBefore, removedFields } from './corpus/added-fields.ts';
import { fixtures } from './corpus/fixtures.ts';

const shared = path.resolve(import.meta.dirname, '../../../shared/data');
const [author, reader] = ['claire', 'rachid'];
const leastShare = 0.95;

interface SentFile {
  readonly file: string;
  readonly name: string;
  readonly state: string;
  readonly reason: string;
}

let folder: string;
let world: OperatorsWorld;
let cabinet: OperatorProcess;
let hopital: OperatorProcess;

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'hygie-corpus-'));
  const names = { cabinet: ['administrateur', author], hopital: ['administrateur', reader] };
  world = await openOperators({ folder, operators: names, peers: [] });
  cabinet = present(world.operators[0], 'the world lacks an operator');
  hopital = present(world.operators[1], 'the world lacks an operator');
});

after(async () => {
  await world?.close();
  await rm(folder, { recursive: true, force: true });
});

/** `hygie send --inject`, from the practice to the hospital; prints what became of the files that did not arrive. */
async function send(t: TestContext, places: readonly string[]): Promise<readonly SentFile[]> {
  let [printed, complaint] = ['', ''];
  const io = {
    out: (text: string) => {
      printed += text;
    },
    err: (text: string) => {
      complaint += text;
    },
  };
  const parts = { commands: [sendCommand], io, openProduct: () => cabinet.openProduct() };
  const addresses = ['--from', `${author}@${cabinet.domain}`, '--to', `${reader}@${hopital.domain}`];
  await runCli(parts, ['send', ...addresses, '--inject', '--json', ...places]);
  assert.equal(complaint, '');
  const outcome = JSON.parse(printed) as { delivered: number; refused: number; files: SentFile[] }; // printed above
  const { files, delivered, refused } = outcome;
  const share = ((100 * delivered) / files.length).toFixed(1);
  t.diagnostic(`${files.length} files: ${delivered} delivered (${share} %), ${refused} refused`);
  for (const one of files) if (one.state !== 'accepted') t.diagnostic(`  ${one.name}: ${one.state}, ${one.reason}`);
  return files;
}

/** Everything that has arrived, and not been taken by an earlier test. */
async function takeArrived(): Promise<Buffer[]> {
  const product = await hopital.openProduct();
  try {
    return await takeFrom(product);
  } finally {
    await product.close();
  }
}

async function takeFrom({ mail, database, audit }: Product): Promise<Buffer[]> {
  const account = present(hopital.accounts.get(`${reader}@${hopital.domain}`), 'the reader has no account');
  const ids = await mail.listEmails(database.db, account, { limit: 500 });
  assert.ok(ids.length < 500, 'one page holds all');
  if (ids.length === 0) return [];
  const request = {
    actor: { kind: 'system', task: 'test' },
    reason: 'test',
    silent: 'when-nothing-changed',
  } as const;
  const contents = await Promise.all(
    ids.map((id) => audit.act(request, async (act) => readAll(await mail.openContent(act, account, id)))),
  );
  await audit.act(request, (act) => mail.deleteEmails(act, account, ids));
  await audit.act(request, (act) => mail.deleteEmails(act, account, ids));
  return contents;
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
    const sent = await send(t, [own]);
    const arrived = await takeArrived();
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
    const sent = await send(t, [corpus]);
    assert.equal(sent.length, 187);
    const delivered = sent.filter((one) => one.state === 'accepted');
    assert.ok(delivered.length / sent.length >= leastShare);
    for (const one of sent) if (one.state !== 'accepted') assert.match(one.reason, /RFC \d+/, one.name);
    const arrived = await takeArrived();
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
    const sent = await send(t, [corpus]);
    assert.equal(sent.length, readdirSync(corpus).filter((name) => name.endsWith('.xml')).length);
    const byName = new Map(
      (await takeArrived()).map((stored) => [attachmentOf(stored).name, attachmentOf(stored).bytes]),
    );
    assert.equal(byName.size, sent.length);
    for (const one of sent) {
      assert.equal(one.state, 'accepted', `${one.name}: ${one.reason}`);
      const source = await readFile(one.file);
      assert.ok(byName.get(one.name.normalize())?.equals(source), `${one.name} did not arrive as it was sent`);
    }
  });
});

function attachmentOf(stored: Buffer): { readonly name: string; readonly bytes: Buffer } {
  const part = parseMessage(stored).root.parts.find((each) => each.disposition === 'attachment');
  ensure(part !== undefined, 'a message lacks its attachment');
  const bytes = Buffer.from(decodePart(part, stored.subarray(part.bodyStart, part.bodyEnd)));
  return { name: (part.fileName ?? '').normalize(), bytes };
}
