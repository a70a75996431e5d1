/** Blobs made, read and copied within requests, through real requests. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, describe, test } from 'node:test';
import { JmapHttp, type JmapPerson } from '../../../../../testkit/jmap-http.ts';
import { rawMessage } from '../../../../../testkit/mail-store.ts';
import { jmapLimits } from '../../../../base/end-limits.ts';
import type { Json, JsonObject } from '../method.ts';

const world = await JmapHttp.open({ after });
const tenantId = await world.createTenant();
const { person, account } = await world.createHolder(tenantId);
const { accountId } = account;

async function answer(name: string, args: JsonObject, who: JmapPerson = person): Promise<JsonObject> {
  const [told, found] = await world.call(who, name, { accountId, ...args });
  assert.equal(told, name, JSON.stringify(found));
  return found;
}

async function errorOf(name: string, args: JsonObject, who: JmapPerson = person): Promise<unknown> {
  const [told, found] = await world.call(who, name, { accountId, ...args });
  return told === 'error' ? found['type'] : told;
}

interface Made {
  readonly created: Readonly<Record<string, { id: string; type: string | null; size: number }>> | null;
  readonly notCreated: Readonly<Record<string, { type: string; properties?: string[] }>> | null;
}

async function make(data: Json, more: JsonObject = {}): Promise<Made> {
  const found: unknown = await answer('Blob/upload', { create: { b: { data, ...more } } });
  return found as Made; // as our method writes it
}

async function made(data: Json, more: JsonObject = {}): Promise<string> {
  const { created, notCreated } = await make(data, more);
  assert.ok(created?.['b'] !== undefined, JSON.stringify(notCreated));
  return created['b'].id;
}

async function read(id: string, more: JsonObject = {}): Promise<JsonObject> {
  const { list } = await answer('Blob/get', { ids: [id], ...more });
  const [first] = list as readonly JsonObject[]; // as our method writes it
  return first ?? {};
}

describe('Blob/upload (RFC 9404 §4.1)', () => {
  test('puts a blob together from text, base64 and ranges of others (RFC 9404 §4.1.1)', async () => {
    const source = await made([{ 'data:asText': 'The quick brown fox' }]);
    const { created } = await make(
      [
        { 'data:asText': 'Été ' },
        { 'data:asBase64': Buffer.from('AZ').toString('base64') },
        { blobId: source, offset: 4, length: 5 },
        { blobId: source, offset: 15 },
      ],
      { type: 'text/plain' },
    );
    assert.deepEqual([created?.['b']?.type, created?.['b']?.size], ['text/plain', 6 + 2 + 5 + 4]);
    assert.equal((await read(created?.['b']?.id ?? ''))['data:asText'], 'Été AZquick fox');
  });

  test('lets later creations and calls name it', async () => {
    const found = await answer('Blob/upload', {
      create: { a: { data: [{ 'data:asText': 'ab' }] }, b: { data: [{ blobId: '#a' }, { blobId: '#a' }] } },
    });
    assert.equal((found as unknown as Made).created?.['b']?.size, 4); // as our method writes it
  });

  test('refuses what is malformed, for that blob alone', async () => {
    const source = await made([{ 'data:asText': 'abc' }]);
    const malformed: readonly Json[] = [
      null,
      [{}],
      [{ 'data:asText': 'a', 'data:asBase64': 'YQ==' }],
      [{ 'data:asBase64': 'YQ' }],
      [{ 'data:asText': 1 }],
      [{ blobId: source, offset: -1 }],
      [{ blobId: source, offset: 2, length: 2 }],
      [{ blobId: source, offset: 4 }],
    ];
    for (const data of malformed) {
      const { notCreated } = await make(data);
      assert.deepEqual([notCreated?.['b']?.type, notCreated?.['b']?.properties], ['invalidProperties', ['data']]);
    }
    assert.equal((await make([], { other: 1 })).notCreated?.['b']?.type, 'invalidProperties');
    assert.equal((await make([{ blobId: 'Unone' }])).notCreated?.['b']?.type, 'blobNotFound');
  });

  test('takes as many sources and octets as it tells, and not one more', async () => {
    const sources = Array(jmapLimits.dataSources).fill({ 'data:asText': 'a' });
    assert.equal((await make(sources)).created?.['b']?.size, jmapLimits.dataSources);
    assert.equal((await make([...sources, sources[0]])).notCreated?.['b']?.type, 'invalidProperties');
    const half = await made([{ 'data:asText': 'a'.repeat(jmapLimits.blobSetBytes / 2) }]);
    const whole = [{ blobId: half }, { blobId: half }];
    assert.equal((await make(whole)).created?.['b']?.size, jmapLimits.blobSetBytes);
    assert.equal((await make([...whole, { 'data:asText': 'a' }])).notCreated?.['b']?.type, 'tooLarge');
    assert.equal((await make([{ 'data:asText': 'a' }, ...whole])).notCreated?.['b']?.type, 'tooLarge');
  });
});

describe('Blob/get (RFC 9404 §4.2)', () => {
  test('shows text as text and the rest in base64, whole or a range', async () => {
    const text = await made([{ 'data:asText': 'confrère' }]);
    assert.deepEqual(await read(text), { id: text, size: 9, 'data:asText': 'confrère' });
    const octets = await made([{ 'data:asBase64': '/w==' }]);
    assert.deepEqual(await read(octets), { id: octets, size: 1, 'data:asBase64': '/w==', isEncodingProblem: true });
    const range = { offset: 3, length: 100, properties: ['data:asText'] };
    assert.deepEqual(await read(text, range), { id: text, 'data:asText': 'frère', isTruncated: true });
    assert.equal((await read(octets, { properties: ['data:asText'] }))['data:asText'], null);
  });

  test('sums up', async () => {
    const id = await made([{ 'data:asText': 'abc' }]);
    const sum = (algorithm: string) => createHash(algorithm).update('abc').digest('base64');
    assert.deepEqual(await read(id, { properties: ['digest:sha', 'digest:sha-256'] }), {
      id,
      'digest:sha': sum('sha1'),
      'digest:sha-256': sum('sha256'),
    });
  });

  test('brings a bounded number of octets', async () => {
    const id = await made([{ 'data:asText': 'a'.repeat(jmapLimits.blobGetBytes) }]);
    const one = await made([{ 'data:asText': 'a' }]);
    assert.equal(await errorOf('Blob/get', { ids: [id] }), 'Blob/get');
    assert.equal(await errorOf('Blob/get', { ids: [id, one] }), 'requestTooLarge');
  });

  test('reads emails too, and asks for ids', async () => {
    const raw = rawMessage();
    const { emailId } = await world.store(account, raw);
    assert.equal((await read(`E${emailId}`))['data:asText'], raw);
    assert.equal(await errorOf('Blob/get', {}), 'invalidArguments');
    assert.deepEqual((await answer('Blob/get', { ids: [] }))['list'], []);
    assert.equal(await errorOf('Blob/get', { ids: [], properties: ['x'] }), 'invalidArguments');
  });
});

describe('Blob/copy (RFC 8620 §6.3)', () => {
  test('brings uploads and emails to another account, and says which it could not', async () => {
    const to = await world.createAccount(tenantId);
    await world.lend(to, person, ['read', 'write']);
    const { blobId } = await world.upload(person, account, 'abc', 'text/plain');
    const { emailId } = await world.store(account, rawMessage());
    const found = await answer('Blob/copy', {
      fromAccountId: accountId,
      accountId: to.accountId,
      blobIds: [blobId, `E${emailId}`, 'Unone'],
    });
    const { copied, notCopied } = found as unknown as { copied: Record<string, string>; notCopied: unknown }; // as our method writes it
    assert.deepEqual(Object.keys(copied), [blobId, `E${emailId}`]);
    assert.deepEqual(notCopied, { Unone: { type: 'notFound' } });
    const copy = await answer('Blob/get', { accountId: to.accountId, ids: Object.values(copied) });
    assert.equal((copy['list'] as readonly unknown[]).length, 2); // as our method writes it
  });

  test('asks to read there and to write here', async () => {
    const { blobId } = await world.upload(person, account, 'abc');
    const lent = await world.createAccount(tenantId);
    await world.lend(lent, person, ['read']);
    const other = await world.createHolder(tenantId);
    const copy = (fromAccountId: string, toId: string) =>
      errorOf('Blob/copy', { fromAccountId, accountId: toId, blobIds: [blobId] });
    assert.equal(await copy(accountId, lent.accountId), 'accountReadOnly');
    assert.equal(await copy(accountId, other.account.accountId), 'accountNotFound');
    assert.equal(await copy(other.account.accountId, accountId), 'fromAccountNotFound');
  });
});

// RFC 9404 §4
describe('blobs of others', () => {
  test('are not there, in the practice or outside', async () => {
    const { blobId } = await world.upload(person, account, 'abc');
    const { emailId } = await world.store(account, rawMessage());
    for (const other of [await world.createHolder(tenantId), await world.createHolder()]) {
      const own = other.account.accountId;
      for (const id of [blobId, `E${emailId}`, `E${emailId}-1`]) {
        const { notFound } = await answer('Blob/get', { accountId: own, ids: [id] }, other.person);
        assert.deepEqual(notFound, [id]);
        assert.equal(await errorOf('Blob/get', { ids: [id] }, other.person), 'accountNotFound');
        const create = { b: { data: [{ blobId: id }] } };
        const found: unknown = await answer('Blob/upload', { accountId: own, create }, other.person);
        assert.equal((found as Made).notCreated?.['b']?.type, 'blobNotFound'); // as our method writes it
        const copied = await answer('Blob/copy', { accountId: own, fromAccountId: own, blobIds: [id] }, other.person);
        assert.deepEqual(copied['notCopied'], { [id]: { type: 'notFound' } });
      }
    }
  });
});

describe('Blob/lookup (RFC 9404 §4.3)', () => {
  const everything = ['Mailbox', 'Thread', 'Email'];

  test('says which objects name a blob, and of what is not theirs nothing', async () => {
    const { emailId, threadId } = await world.store(account, rawMessage());
    const other = await world.createHolder(tenantId);
    const foreign = await world.store(other.account, rawMessage());
    const { blobId } = await world.upload(person, account, 'octets');
    const inbox = (await world.mail.listMailboxes(world.foundation.database.db, account)).find(
      ({ role }) => role === 'inbox',
    );
    const nothing = { Mailbox: [], Thread: [], Email: [] };
    const whole = { Mailbox: [inbox?.id ?? ''], Thread: [threadId], Email: [emailId] };
    const ids = [`E${emailId}`, `E${emailId}-1`, `E${emailId}-7`, `E${foreign.emailId}`, blobId, 'not-a-blob'];
    const told = await answer('Blob/lookup', { typeNames: everything, ids });
    const expected = [whole, whole, nothing, nothing, nothing];
    assert.deepEqual(
      told['list'],
      expected.map((matchedIds, index) => ({ id: ids[index], matchedIds })),
    );
    assert.deepEqual(told['notFound'], ['not-a-blob']);
    const emails = await answer('Blob/lookup', { typeNames: ['Email'], ids: [`E${emailId}`] });
    assert.deepEqual(emails['list'], [{ id: `E${emailId}`, matchedIds: { Email: [emailId] } }]);
  });

  test('takes the types that the session tells, of capabilities that the request names', async () => {
    assert.equal(await errorOf('Blob/lookup', { typeNames: ['Calendar'], ids: [] }), 'unknownDataType');
    assert.equal(await errorOf('Blob/lookup', { ids: [] }), 'invalidArguments');
    assert.equal(await errorOf('Blob/lookup', { typeNames: everything, ids: null }), 'invalidArguments');
    const using = ['urn:ietf:params:jmap:core', 'urn:ietf:params:jmap:blob'];
    const methodCalls = [['Blob/lookup', { accountId, typeNames: ['Email'], ids: [] }, 'c']];
    const response = await world.post(person, { using, methodCalls });
    const { methodResponses }: { methodResponses: [string, JsonObject][] } = JSON.parse(await response.text());
    assert.deepEqual(methodResponses[0]?.[1]['type'], 'unknownDataType');
  });
});
