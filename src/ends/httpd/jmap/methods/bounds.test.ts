/** What one call of mail may open, ask and attach: each bound at its last and its first value beyond. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { sql } from 'kysely';
import { type Answer, JmapCaller } from '../../../../../testkit/jmap-caller.ts';
import { rawMessage } from '../../../../../testkit/mail-store.ts';
import { mailLimits } from '../../../../base/domain-limits.ts';
import { jmapLimits } from '../../../../base/end-limits.ts';
import { uploadBlobId } from '../blobs.ts';

async function upload(jmap: JmapCaller, bytes: Buffer): Promise<string> {
  const { mail } = jmap.store;
  const intake = mail.openUploadIntake();
  for (let at = 0; at < bytes.length; at += 65_536) await intake.write(bytes.subarray(at, at + 65_536));
  const gathered = await intake.finish();
  const outcome = await jmap.store.act((act) => mail.keepUpload(act, jmap.account, gathered, 'text/plain'));
  assert.ok(outcome.kind === 'kept');
  return uploadBlobId(outcome.id);
}

describe('properties', () => {
  test('are as many as one call may ask of an email, and of its parts, and no more', async (t) => {
    const jmap = await JmapCaller.open(t);
    const { emailId } = await jmap.store.store(jmap.account, rawMessage());
    const headers = (count: number) => Array.from({ length: count }, (_, index) => `header:X-${index}`);
    const ids = [emailId];
    const some = { ids, properties: headers(jmapLimits.properties) };
    assert.equal(Object.keys((await jmap.call('Email/get', some)).list[0]).length, jmapLimits.properties + 1);
    const more = { ids, properties: headers(jmapLimits.properties + 1) };
    assert.equal(await jmap.error('Email/get', more), 'invalidArguments');
    const ofParts = (count: number) => ({ ids, properties: ['textBody'], bodyProperties: headers(count) });
    const { list } = await jmap.call('Email/get', ofParts(jmapLimits.bodyProperties));
    assert.equal(Object.keys(list[0].textBody[0]).length, jmapLimits.bodyProperties);
    assert.equal(await jmap.error('Email/get', ofParts(jmapLimits.bodyProperties + 1)), 'invalidArguments');
  });
});

describe('texts that are opened', () => {
  test('are whole up to their bound, and end with it (RFC 8621 §4.1.4)', async (t) => {
    const jmap = await JmapCaller.open(t);
    const textOf = async (bytes: number): Promise<Answer> => {
      const raw = rawMessage({ 'Content-Transfer-Encoding': '8bit' }, 'x'.repeat(bytes));
      const { emailId } = await jmap.store.store(jmap.account, raw);
      const args = { ids: [emailId], properties: ['bodyValues'], fetchAllBodyValues: true };
      return (await jmap.call('Email/get', args)).list[0].bodyValues['1'];
    };
    for (const [bytes, isTruncated] of [
      [mailLimits.bodyTextBytes, false],
      [mailLimits.bodyTextBytes + 1, true],
    ] as const) {
      const { value, ...told } = await textOf(bytes);
      assert.deepEqual([value.length, told.isTruncated], [mailLimits.bodyTextBytes, isTruncated]);
    }
  });

  test('share one bound in a call, however many emails it asks for', async (t) => {
    const jmap = await JmapCaller.open(t);
    const each = mailLimits.openedTextBytes / 8;
    const ids: string[] = [];
    const store = async (bytes: number): Promise<void> => {
      const raw = rawMessage({ 'Content-Transfer-Encoding': '8bit' }, 'x'.repeat(bytes));
      ids.push((await jmap.store.store(jmap.account, raw)).emailId);
    };
    for (let count = 0; count < 8; count += 1) await store(each);
    const opened = async () => {
      const { list } = await jmap.call('Email/get', { ids, properties: ['bodyValues'], fetchAllBodyValues: true });
      const values: Answer[] = list.map(({ bodyValues }: Answer) => bodyValues['1']);
      const length = values.reduce((sum: number, { value }) => sum + value.length, 0);
      return { length, cut: values.filter(({ isTruncated }) => isTruncated).length };
    };
    assert.deepEqual(await opened(), { length: mailLimits.openedTextBytes, cut: 0 });
    await store(1);
    assert.deepEqual(await opened(), { length: mailLimits.openedTextBytes, cut: 1 });
  });

  test('of a search are looked through as far as their bound, and shown as far as theirs (RFC 8621 §5)', async (t) => {
    const jmap = await JmapCaller.open(t);
    const previewOf = async (body: string): Promise<string | null> => {
      const { emailId } = await jmap.store.store(jmap.account, rawMessage({}, `${body}\r\n`));
      const { list } = await jmap.call('SearchSnippet/get', { filter: { body: 'aiguille' }, emailIds: [emailId] });
      return list[0].preview;
    };
    const [word, lead, shown] = ['aiguille', mailLimits.snippetLeadCharacters, mailLimits.snippetCharacters];
    // The bound counts octets that may be UTF-16: twice as many of the others are read.
    const before = mailLimits.snippetTextBytes * 2 - word.length;
    assert.match((await previewOf(`${'x'.repeat(before - 1)} ${word}`)) ?? '', /<mark>aiguille<\/mark>$/);
    assert.equal(await previewOf(`${'x'.repeat(before)} ${word}`), null);
    const long = (await previewOf(`${'y '.repeat(100)}${word} ${'z'.repeat(shown)}`)) ?? '';
    const plain = long.replaceAll(/<\/?mark>/g, '');
    assert.deepEqual([plain.length, plain.indexOf(word)], [shown, lead]);
    // No part of a word is shown before the first one found.
    assert.equal(await previewOf(`${'w'.repeat(300)} ${word}`), '<mark>aiguille</mark>');
  });
});

describe('labels of the account’s own', () => {
  test('are looked for among as many emails as may be opened, and not one more', async (t) => {
    const jmap = await JmapCaller.open(t);
    const { emailId } = await jmap.store.store(jmap.account, rawMessage());
    await jmap.call('Email/set', { update: { [emailId]: { 'keywords/suivi': true } } });
    // Copies of the row, whose labels do not open: enough to be counted.
    await sql`
      insert into mail.email (tenant_id, account_id, id, number, thread_id, received_at, size_bytes, key_version, wrapped_key,
                              sealed_summary, sealed_content, has_attachment, keywords, created_change, changed_change)
      select tenant_id, account_id, gen_random_uuid(), number + n, thread_id, received_at, size_bytes, key_version, '', '',
             '', false, keywords, created_change, changed_change
        from mail.email, generate_series(1, ${mailLimits.labelledEmails}::int) as n`.execute(jmap.store.ownerDb);
    const ask = () => jmap.error('Email/query', { filter: { hasKeyword: 'suivi' } });
    assert.equal(await ask(), 'unsupportedFilter');
    await sql`delete from mail.email where ctid = (select max(ctid) from mail.email)`.execute(jmap.store.ownerDb);
    // At the bound they are opened: what was copied does not open.
    assert.equal(await ask(), 'serverFail');
  });
});

describe('what is attached and parsed', () => {
  test('is as large as one message may hold, and no larger (RFC 8621 §4.6)', async (t) => {
    const jmap = await JmapCaller.open(t);
    const drafts = await jmap.store.mailboxOf(jmap.account, 'drafts');
    const [half, rest] = [
      await upload(jmap, Buffer.alloc(mailLimits.attachmentsBytes - 1)),
      await upload(jmap, Buffer.alloc(1)),
    ];
    const create = async (...blobIds: string[]): Promise<Answer> => {
      const k = { mailboxIds: { [drafts]: true }, attachments: blobIds.map((blobId) => ({ blobId })) };
      return (await jmap.call('Email/set', { create: { k } })).notCreated?.k ?? null;
    };
    assert.equal(await create(half, rest), null);
    const fault = await create(half, rest, rest);
    assert.deepEqual([fault.type, fault.maxSize], ['tooLarge', mailLimits.attachmentsBytes]);
  });

  test('is read as a message up to a size, and as many at once as are told (RFC 8621 §4.9)', async (t) => {
    const jmap = await JmapCaller.open(t);
    const head = 'Subject: long\r\n\r\n';
    const make = (bytes: number) => upload(jmap, Buffer.from(head.padEnd(bytes, 'x')));
    const [fits, large] = [await make(jmapLimits.parsedBytes), await make(jmapLimits.parsedBytes + 1)];
    const { parsed, notParsable } = await jmap.call('Email/parse', { blobIds: [fits, large], properties: ['subject'] });
    assert.deepEqual([parsed[fits], notParsable], [{ subject: 'long' }, [large]]);
    const many = (count: number) => ({ blobIds: Array.from({ length: count }, (_, index) => `x${index}`) });
    const { notFound } = await jmap.call('Email/parse', many(jmapLimits.parsedBlobs));
    assert.equal(notFound.length, jmapLimits.parsedBlobs);
    assert.equal(await jmap.error('Email/parse', many(jmapLimits.parsedBlobs + 1)), 'requestTooLarge');
  });
});
