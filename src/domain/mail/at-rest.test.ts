import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { sql } from 'kysely';
import { rawMessage, TestMail } from '../../../testkit/mail-store.ts';
import { present } from '../../base/assert.ts';
import { parseAddress } from '../../formats/address/address.ts';

/** What must not be found: words, names, an INS, in every place where a store could leave them. */
const traits = {
  ins: '279035121518989',
  patient: 'CORMORAN',
  doctor: 'DUGUESCLIN',
  subject: 'insuffisance',
  body: 'bradycardie',
  file: 'echographie',
  label: 'vasculaire',
  folder: 'Pneumologie',
  messageId: 'identifiant-singulier',
};

/** Every row of every table of the program, as text: binary columns show as hexadecimal. */
async function dump(store: TestMail): Promise<string> {
  const tables = await sql<{ name: string }>`
    select format('%I.%I', schemaname, tablename) as name from pg_tables
     where schemaname in ('mail', 'audit', 'access', 'keys')`.execute(store.ownerDb);
  const texts: string[] = [];
  for (const { name } of tables.rows) {
    const rows = await sql<{ text: string }>`select t::text as text from ${sql.raw(name)} as t`.execute(store.ownerDb);
    texts.push(...rows.rows.map((row) => row.text));
  }
  return texts.join('\n').toLowerCase();
}

async function blobsOf(folder: string): Promise<Buffer> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return Buffer.concat(await Promise.all(files.map((entry) => readFile(join(entry.parentPath, entry.name)))));
}

test('no word, name or INS of a stored message stands in the database or in the blobs', async (t) => {
  const store = await TestMail.open(t);
  const tenantId = await store.createTenant();
  const address = present(parseAddress(`${traits.ins}@patient.mssante.example`), 'an address');
  const account = await store.act((act) =>
    store.mail.createAccount(act, {
      tenantId,
      type: 'PER',
      address,
      displayName: `Mme Jeanne ${traits.patient}`,
      quotaBytes: 10_000_000,
    }),
  );
  const fields = {
    From: `Dr Bertrand ${traits.doctor} <${traits.doctor}@hopital.example>`,
    To: address,
    Subject: `Suivi ${traits.subject}`,
    'Message-ID': `<${traits.messageId}@hopital.example>`,
    'Content-Type': 'multipart/mixed; boundary=b',
  };
  const body = (size: number): string =>
    `--b\r\nContent-Type: text/plain\r\n\r\n${`${traits.body} de ${traits.patient}\r\n`.repeat(size)}\r\n--b\r\n` +
    `Content-Type: application/pdf\r\nContent-Disposition: attachment; filename=${traits.file}.pdf\r\n\r\n%PDF\r\n--b--\r\n`;
  const small = await store.store(account, rawMessage(fields, body(1)));
  const large = await store.store(account, rawMessage({ ...fields, 'In-Reply-To': fields['Message-ID'] }, body(9_000)));
  const folder = await store.act((act) =>
    store.mail.createMailbox(act, account, { name: traits.folder, parentId: null }),
  );
  const reader = await store.createReader(account, ['own']);
  await store.act(async (act) => {
    const ids = [small.emailId, large.emailId];
    await store.mail.setKeywords(act, account, ids, { add: [traits.label], remove: [] });
    await store.mail.moveEmails(act, account, ids, [folder]);
    await store.mail.openSummaries(act, account, ids);
  }, reader);
  while ((await store.mail.indexAccount(account)) !== 'done');
  assert.equal((await store.mail.search(store.db, account, { text: traits.body, limit: 10 })).length, 2);

  const rows = await dump(store);
  const blobs = await blobsOf(store.blobFolder);
  assert(rows.includes(small.emailId) && blobs.length > 100_000, 'the search looked at nothing');
  for (const [what, trait] of Object.entries(traits)) {
    for (const form of [trait, trait.toLowerCase(), trait.toUpperCase()]) {
      const hex = Buffer.from(form).toString('hex');
      const base64 = [0, 1, 2].map((shift) => inBase64(form, shift));
      for (const needle of [form.toLowerCase(), hex]) assert(!rows.includes(needle), `${what} stands in the database`);
      for (const needle of base64) assert(!rows.includes(needle), `${what} stands in base64 in the database`);
      assert(!blobs.includes(form), `${what} stands in a blob`);
    }
  }
});

/** The middle of `text` as base64 shows it when it begins `shift` bytes into a group; in lower case like the dump. */
function inBase64(text: string, shift: number): string {
  const encoded = Buffer.from('x'.repeat(shift) + text).toString('base64');
  return encoded.slice(4, -4).toLowerCase();
}
