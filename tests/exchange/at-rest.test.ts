/** Invariants 9 and 10, proved on what real servers leave on the disk. */
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { present } from '../../src/base/assert.ts';
import { mib } from '../../src/base/limits.ts';
import { silentLog } from '../../src/base/log.ts';
import type { Account } from '../../src/domain/mail/mail.ts';
import { borrowDatabaseWays } from '../../src/ends/database-ways.ts';
import { openProduct, type Product } from '../../src/ends/product.ts';
import { parseAddress } from '../../src/formats/address/address.ts';
import { loadConfig } from '../../src/platform/config/config.ts';
import { readConnectionFile } from '../../src/platform/db/embedded/connection-file.ts';
import { urlOf, withAdmin } from '../../src/platform/db/embedded/databases.ts';
import { adminRole } from '../../src/platform/db/embedded/init.ts';
import { SmtpTestClient } from '../../testkit/smtp-client.ts';
import { folderName, type Letter, label, printLetter, strangers, subjectWords, words } from './at-rest/letters.ts';
import { type Found, formNames, Needles, planted, spellings } from './at-rest/needles.ts';
import { writeAtDesk } from './at-rest/written.ts';
import { SmallWorld } from './small-world.ts';

const author = 'claire.vasseur@cabinet.mssante.example';
const hospital = 'hopital.mssante.example';
const reader = `rachid.meziane@${hospital}`;
const canary = 'canarisauvage';
const waitMs = 60_000;

async function until(what: string, isDone: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + waitMs;
  while (!(await isDone())) {
    assert.ok(performance.now() < deadline, `waited too long: ${what}`);
    await sleep(200);
  }
}

describe('what a stopped world leaves', () => {
  let world: SmallWorld;
  const hooks: (() => Promise<void>)[] = [];
  /** What is not a file: rows as text, metrics. */
  const texts = new Map<string, string>();

  before(async () => {
    // The directory is public and names thousands: a name of it would be found, and prove nothing.
    world = await SmallWorld.start({ after: (hook) => hooks.push(hook) }, { HYGIE_SANDBOX_DIRECTORY: 'none' });
  });
  after(async () => {
    for (const hook of hooks) await hook();
  });

  const addressesOfPatients = (): string[] => world.file.patients.map((patient) => patient.address);

  async function withProduct<T>(operator: string, body: (product: Product) => Promise<T>): Promise<T> {
    const { config: file } = world.operator(operator);
    const config = await loadConfig({ mode: 'sandbox', environment: { HYGIE_CONFIG: file } });
    const { ways } = await borrowDatabaseWays(config, silentLog);
    const product = await openProduct({ config, log: silentLog, ways, applicationName: 'test' });
    try {
      return await body(product);
    } finally {
      await product.close();
    }
  }

  async function accountAt(product: Product, text: string): Promise<Account> {
    const { db } = product.database;
    const address = present(parseAddress(text), 'an address of the test');
    const found = present(await product.mail.findAccount(db, address), 'an account of the test');
    return present(await product.mail.getAccount(db, found), 'an account that was found');
  }

  async function send(operator: string, login: string, letter: Letter): Promise<number> {
    const client = await world.signIn(operator, login);
    const replies = await client.sendMessage({ ...letter, content: await printLetter(letter) });
    client.destroy();
    return present(replies.at(-1), 'the last reply').code;
  }

  const found = (operator: string, address: string, text: string): Promise<number> =>
    withProduct(operator, async (product) => {
      const account = await accountAt(product, address);
      return (await product.mail.search(product.database.db, account, { text, limit: 50 })).length;
    });

  test('once letters, folders, labels, reports and strangers went through it', { timeout: 3 * waitMs }, async () => {
    const [first = '', ...others] = subjectWords;
    const patients = addressesOfPatients();
    assert.equal(await send('cabinet', 'claire.vasseur', { from: author, to: [reader], subject: first }), 250);
    const large: Letter = {
      from: author,
      to: [reader, ...patients],
      subject: others.join(' '),
      attachmentBytes: 200_000,
    };
    assert.equal(await send('cabinet', 'claire.vasseur', large), 250);
    const bounced: Letter = { from: author, to: [`${strangers[0]}@${hospital}`], subject: first };
    assert.equal(await send('cabinet', 'claire.vasseur', bounced), 250);
    const answer: Letter = { from: patients[0] ?? '', to: [author], subject: first };
    assert.equal(await send('citoyens', world.file.patients[0]?.login ?? '', answer), 250);

    await until('the letters are found by their words', async () => {
      const counts = await Promise.all([
        found('hopital', reader, 'bradycardie'),
        found('citoyens', patients[3] ?? '', 'drepano'),
        found('cabinet', author, 'bradycardie'),
        found('cabinet', author, strangers[0] ?? ''),
      ]);
      // The sent ones, the answer of the patient, and the report.
      return (counts[0] ?? 0) >= 2 && (counts[1] ?? 0) >= 1 && (counts[2] ?? 0) >= 4 && (counts[3] ?? 0) >= 2;
    });
  });

  test('and what a person did in her mailbox', async () => {
    await withProduct('cabinet', async ({ access, audit, mail, database }) => {
      const { db } = database;
      const address = present(parseAddress(author), 'an address');
      const account = present(await mail.findAccount(db, address), 'her account');
      const person = present(await access.findPersonByLogin(db, 'claire.vasseur'), 'a person');
      const request = { actor: { kind: 'person', personId: person.personId }, reason: 'care' } as const;
      await audit.act(request, async (act) => {
        const folder = await mail.createMailbox(act, account, { name: folderName, parentId: null });
        const ids = await mail.listEmails(db, account, { limit: 10 });
        await mail.openSummaries(act, account, ids);
        await mail.setKeywords(act, account, ids, { add: [label], remove: [] });
        await mail.moveEmails(act, account, ids.slice(0, 3), [folder]);
        for await (const _ of await mail.openContent(act, account, present(ids[0], 'an email')));
      });
    });
  });

  test('and what she wrote and has not sent, or keeps to write again', async () => {
    const { web } = world.operator('cabinet');
    const she = present(
      world.file.people.find(({ login }) => login === 'claire.vasseur'),
      'a person of the small world',
    );
    await writeAtDesk({ ...she, web, address: author }, present(addressesOfPatients()[0], 'a patient'));
  });

  test('and what strangers tried', async () => {
    const context = await world.contextOf('cabinet');
    const { port } = world.operator('hopital').smtp;
    const client = await SmtpTestClient.connectSecurely(port, context);
    const stranger = `${strangers[1]}@${hospital}`;
    assert.equal((await client.command(`MAIL FROM:<${strangers[0]}@ailleurs.example>`)).code >= 500, true);
    await client.command(`MAIL FROM:<${author}>`);
    assert.equal((await client.command(`RCPT TO:<${stranger}>`)).code, 550);
    for (const patient of addressesOfPatients()) await client.command(`RCPT TO:<${patient}>`);
    await client.command(`VRFY ${stranger}`);
    await client.command(`${strangers[1]} ${addressesOfPatients()[0]}`);
    client.destroy();
    const guess = await SmtpTestClient.connectSecurely(world.operator('citoyens').submission.port);
    assert.equal((await guess.authPlain(world.file.patients[0]?.ins ?? '', 'bradycardie')).code, 535);
    guess.destroy();
  });

  test('and what still waits for an operator that is away', async () => {
    process.kill(world.serverPid('hopital'), 'SIGKILL');
    const late: Letter = { from: author, to: [reader], subject: subjectWords[1] ?? '', attachmentBytes: 100_000 };
    assert.equal(await send('cabinet', 'claire.vasseur', late), 250);
    await until('it waits', () =>
      withProduct('cabinet', async ({ transfer }) => {
        const [entry] = await transfer.listQueue({ kind: 'system', task: 'test' });
        return entry !== undefined && entry.attempts > 0;
      }),
    );
  });

  test('holds no word of them, no name and no INS', { timeout: 2 * waitMs }, async (t) => {
    const needles = new Needles([...words, canary, ...world.file.patients.map((patient) => patient.ins)]);
    await readRows(world.folder, texts);
    for (const table of [
      ...['transfer.sending', 'transfer.vacation', 'transfer.unwanted_report', 'mail.identity', 'mail.template'],
      'access.device',
    ]) {
      assert.notEqual(texts.get(`hygie_cabinet ${table}`) ?? '', '', `${table} holds nothing to search`);
    }
    for (const name of ['cabinet', 'citoyens']) {
      texts.set(`metrics of ${name}`, await (await fetch(`${world.operator(name).web}/metrics`)).text());
    }
    await plantInDatabase(world.folder);
    await world.stop();

    const hits: Found[] = [];
    let bytes = 0;
    const look = (haystack: Buffer, where: string): void => {
      bytes += haystack.length;
      hits.push(...needles.find(haystack, where));
    };
    for (const [where, text] of texts) look(Buffer.from(text), where);
    for (const name of ['cabinet', 'hopital', 'citoyens']) look(await readFile(world.logFile(name)), `log of ${name}`);
    const files: string[] = [];
    for (const folder of ['operators', 'postgres']) files.push(...(await filesUnder(path.join(world.folder, folder))));
    for (const file of files) {
      const where = path.relative(world.folder, file);
      look(await readFile(file), where);
      look(Buffer.from(where), 'names of files');
    }
    t.diagnostic(`${files.length} files, ${texts.size} texts, ${Math.round(bytes / mib)} MiB searched`);
    const blobBytes = files.filter((file) => file.includes(`${path.sep}blobs${path.sep}`));
    assert.ok(blobBytes.length >= 6, 'the large letter lies in blobs');
    assert.ok(bytes > 50 * mib && texts.size > 100, 'the search looked at too little');

    const planted = hits.filter((hit) => hit.word === canary);
    assert.ok(
      planted.some((hit) => hit.where.includes('pg_wal')),
      'what is written is found in the WAL',
    );
    assert.ok(
      planted.some((hit) => hit.where.includes(`${path.sep}base${path.sep}`)),
      'and in the tables',
    );
    assert.deepEqual(
      hits.filter((hit) => hit.word !== canary),
      [],
    );
  });
});

test('the search finds a word in each form and spelling, wherever it stands', () => {
  const needles = new Needles(['Thrombopénie', '279035121518989']);
  for (const word of spellings('Thrombopénie')) {
    for (const form of formNames) {
      for (const bytes of planted(word, form)) {
        const haystack = Buffer.concat([Buffer.alloc(1_001, 0x74), bytes, Buffer.alloc(10, 0x68)]);
        assert.ok(
          needles.find(haystack, 'here').some((hit) => hit.word === 'Thrombopénie'),
          `${word} in ${form}`,
        );
        assert.ok(needles.find(bytes, 'alone').length > 0, `${word} alone in ${form}`);
      }
    }
  }
  for (const shift of ['', 'a', 'ab']) {
    const encoded = Buffer.from(Buffer.from(`${shift}279035121518989@patient.mssante.fr`).toString('base64'));
    assert.deepEqual(needles.find(encoded, 'there'), [{ word: '279035121518989', form: 'base64', where: 'there' }]);
  }
  assert.deepEqual(needles.find(Buffer.from('thrombopatnie 279035121518988'), 'nowhere'), []);
});

function adminUrl(folder: string, database: string) {
  const connection = present(readConnectionFile(path.join(folder, 'postgres')), 'the connection file');
  return urlOf({ role: adminRole, password: connection.adminPassword, port: connection.port, database });
}

/** Every row of every table as text, the catalogue's statistics included: what PostgreSQL compresses on disk shows here. */
async function readRows(folder: string, texts: Map<string, string>): Promise<void> {
  for (const database of ['hygie_cabinet', 'hygie_hopital', 'hygie_citoyens']) {
    await withAdmin(adminUrl(folder, database), async (client) => {
      await client.query('analyze');
      const tables = await client.query<{ name: string }>(
        "select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname <> 'information_schema'",
      );
      for (const { name } of tables.rows) {
        const rows = await client.query<{ text: string }>(`select t::text as text from ${name} as t`);
        texts.set(`${database} ${name}`, rows.rows.map((row) => row.text).join('\n'));
      }
    });
  }
}

async function plantInDatabase(folder: string): Promise<void> {
  await withAdmin(adminUrl(folder, 'hygie_citoyens'), async (client) => {
    await client.query('create table public.cage (bird text)');
    await client.query('insert into public.cage values ($1)', [canary]);
  });
}

async function filesUnder(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
}
