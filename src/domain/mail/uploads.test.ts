/** Uploads at rest, their bounds, and whom they answer to. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { sql } from 'kysely';
import { readAll, TestMail } from '../../../testkit/mail-store.ts';
import { present } from '../../base/assert.ts';
import { mailLimits } from '../../base/domain-limits.ts';
import { smtpLimits } from '../../base/limits.ts';
import type { Actor } from '../audit/audit.ts';
import type { AccountRef, UploadOutcome } from './mail.ts';

async function upload(store: TestMail, account: AccountRef, bytes: Buffer, actor?: Actor): Promise<UploadOutcome> {
  const intake = store.mail.openUploadIntake();
  await intake.write(bytes);
  const gathered = await intake.finish();
  return store.act((act) => store.mail.keepUpload(act, account, gathered, 'application/pdf'), actor);
}

async function kept(store: TestMail, account: AccountRef, bytes: Buffer, actor?: Actor) {
  const outcome = await upload(store, account, bytes, actor);
  if (outcome.kind !== 'kept') throw new Error(`a test upload was not kept: ${outcome.kind}`);
  return outcome.id;
}

/** Rows of uploads without bytes, as if they had been brought at `at`. */
async function fill(store: TestMail, account: AccountRef, of: { count: number; sizeBytes: number; at: Date }) {
  await sql`
    insert into mail.upload (tenant_id, account_id, id, key_version, wrapped_key, sealed_type, size_bytes, uploaded_at)
    select ${account.tenantId}, ${account.accountId}, gen_random_uuid(), 1, '', '', ${of.sizeBytes}, ${of.at}
      from generate_series(1, ${of.count}::int)`.execute(store.ownerDb);
}

async function scene(t: Parameters<typeof TestMail.open>[0]) {
  const store = await TestMail.open(t);
  const tenantId = await store.createTenant();
  return { store, tenantId, account: await store.createAccount(tenantId) };
}

const events = async (store: TestMail, account: AccountRef): Promise<readonly string[]> =>
  (await store.audit.list(store.db, { ...account, limit: 20 })).map(({ kind }) => kind);

describe('an upload', () => {
  test('is read again whole and in part, with its type, and shows nothing at rest', async (t) => {
    const { store, account } = await scene(t);
    const bytes = Buffer.concat([Buffer.from('Dupont '), Buffer.alloc(200_000, 'compte rendu ')]);
    const id = await kept(store, account, bytes);
    const opened = present(await store.act((act) => store.mail.openUpload(act, account, id)), 'it is not there');
    assert.deepEqual([opened.sizeBytes, opened.type], [bytes.length, 'application/pdf']);
    assert.ok((await readAll(opened.read())).equals(bytes));
    const range = { start: 65_530, end: 65_545 };
    assert.ok((await readAll(opened.read(range))).equals(bytes.subarray(range.start, range.end)));
    const { rows } = await sql<{ row: string }>`select u::text as row from mail.upload u`.execute(store.ownerDb);
    assert.ok(rows.every(({ row }) => !row.includes(Buffer.from('pdf').toString('hex'))));
  });

  test('has the size of the largest message and not one byte more', async (t) => {
    const { store } = await scene(t);
    const intake = store.mail.openUploadIntake();
    for (let left = smtpLimits.messageBytes; left > 0; left -= 5_242_880) await intake.write(Buffer.alloc(5_242_880));
    await assert.rejects(intake.write(Buffer.alloc(1)), { code: 'upload-too-large' });
    await intake.abort();
  });

  test('is of its account alone', async (t) => {
    const { store, tenantId, account } = await scene(t);
    const id = await kept(store, account, Buffer.from('a'));
    const strangers = [await store.createAccount(tenantId), await store.createAccount(await store.createTenant())];
    for (const stranger of strangers) {
      assert.equal(await store.act((act) => store.mail.openUpload(act, stranger, id)), undefined);
    }
  });

  test('asks the right to write, and to read', async (t) => {
    const { store, account } = await scene(t);
    const writer = await store.createReader(account, ['read', 'write']);
    const reader = await store.createReader(account, ['read']);
    const stranger = await store.createReader(account, []);
    const id = await kept(store, account, Buffer.from('a'), writer);
    for (const other of [reader, stranger]) {
      await assert.rejects(upload(store, account, Buffer.from('b'), other), { code: 'not-permitted' });
    }
    const open = (actor: Actor) => store.act((act) => store.mail.openUpload(act, account, id), actor);
    await assert.rejects(open(stranger), { code: 'not-permitted' });
    await open(writer);
    assert.ok(!(await events(store, account)).includes('upload.opened'));
    await open(reader);
    assert.ok((await events(store, account)).includes('upload.opened'));
  });

  test('that was not kept leaves no blob behind, once it is given up', async (t) => {
    const { store } = await scene(t);
    const intake = store.mail.openUploadIntake();
    await intake.write(Buffer.from('a'));
    const { blobId } = await intake.finish();
    await intake.abort();
    assert.deepEqual([...(await store.mail.blobsNamed(store.db, [blobId]))], []);
  });
});

describe('the room for uploads', () => {
  test('is a number of them; those an hour old give way (RFC 8620 §6)', async (t) => {
    const { store, account } = await scene(t);
    await fill(store, account, { count: mailLimits.uploads - 1, sizeBytes: 1, at: store.clock.now() });
    assert.equal((await upload(store, account, Buffer.from('a'))).kind, 'kept');
    assert.equal((await upload(store, account, Buffer.from('a'))).kind, 'too-many-uploads');
    store.clock.advance(mailLimits.uploadSureMs);
    assert.equal((await upload(store, account, Buffer.from('a'))).kind, 'too-many-uploads');
    store.clock.advance(1);
    assert.equal((await upload(store, account, Buffer.from('a'))).kind, 'kept');
  });

  test('is a number of octets', async (t) => {
    const { store, account } = await scene(t);
    await fill(store, account, { count: 1, sizeBytes: mailLimits.uploadedBytes - 2, at: store.clock.now() });
    assert.equal((await upload(store, account, Buffer.from('abc'))).kind, 'too-many-uploads');
    assert.equal((await upload(store, account, Buffer.from('ab'))).kind, 'kept');
  });

  test('is within the quota of the account', async (t) => {
    const { store, tenantId } = await scene(t);
    const account = await store.createAccount(tenantId, 10);
    assert.equal((await upload(store, account, Buffer.alloc(11))).kind, 'over-quota');
    assert.equal((await upload(store, account, Buffer.alloc(6))).kind, 'kept');
    assert.equal((await upload(store, account, Buffer.alloc(5))).kind, 'over-quota');
  });

  test('is not raced by uploads that come together', async (t) => {
    const { store, account } = await scene(t);
    await fill(store, account, { count: mailLimits.uploads - 1, sizeBytes: 1, at: store.clock.now() });
    const outcomes = await Promise.all([1, 2, 3, 4].map(() => upload(store, account, Buffer.from('a'))));
    assert.equal(outcomes.filter(({ kind }) => kind === 'kept').length, 1);
  });

  test('is none in a closed account', async (t) => {
    const { store, account } = await scene(t);
    await store.act((act) => store.mail.closeAccount(act, account));
    assert.equal((await upload(store, account, Buffer.from('a'))).kind, 'closed');
  });
});

test('uploads that are forgotten are destroyed with their keys, and their blobs left to the sweep', async (t) => {
  const { store, account } = await scene(t);
  const id = await kept(store, account, Buffer.from('a'));
  const forget = (before: Date) => store.act((act) => store.mail.forgetUploads(act, before, 10));
  assert.equal(await forget(store.clock.now()), 0);
  assert.deepEqual([...(await store.mail.blobsNamed(store.db, [id]))], [id]);
  store.clock.advance(1);
  assert.equal(await forget(store.clock.now()), 1);
  assert.deepEqual([...(await store.mail.blobsNamed(store.db, [id]))], []);
  assert.ok((await events(store, account)).includes('upload.destroyed'));
});
