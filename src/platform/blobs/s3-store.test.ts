import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { systemClock } from '../../base/clock.ts';
import { type BlobId, newId } from '../../base/ids.ts';
import { blobLimits } from '../../base/limits.ts';
import { Secret } from '../../base/secret.ts';
import { newKey } from '../keys/keys.ts';
import type { SealedBlobs } from './blobs.ts';
import { createS3Store, type S3Store } from './s3-store.ts';
import { createSealedBlobs } from './sealed-blobs.ts';

interface S3Server {
  run(): Promise<AddressInfo>;
  close(): Promise<void>;
}
type S3ServerClass = new (options: {
  address: string;
  port: number;
  silent: boolean;
  directory: string;
  configureBuckets: readonly { name: string }[];
}) => S3Server;

// The package has no types; the two methods used are declared above.
const S3rver = createRequire(import.meta.url)('s3rver') as S3ServerClass;

const credentials = { accessKeyId: 'S3RVER', secretAccessKey: new Secret('S3RVER') };
const damaged = { name: 'IntegrityFault', code: 'sealed-bytes-damaged' };
const unreachable = { name: 'Temporary', code: 'blob-store-unreachable' };

async function whole(chunks: AsyncIterable<Buffer>): Promise<Buffer> {
  const all: Buffer[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
}

function content(sizeBytes: number): Buffer {
  const bytes = Buffer.alloc(sizeBytes);
  for (let i = 0; i + 4 <= sizeBytes; i += 4) bytes.writeUInt32LE((i * 2654435761) >>> 0, i);
  return bytes;
}

async function write(blobs: SealedBlobs, key: Buffer, bytes: Buffer): Promise<BlobId> {
  const writer = blobs.create(key);
  for (let at = 0; at < bytes.length; at += 300_000) await writer.write(bytes.subarray(at, at + 300_000));
  return (await writer.finish()).id;
}

describe('the S3 store, against a real S3 server', () => {
  let folder = '';
  let server: S3Server;
  let endpoint = '';
  const stores: S3Store[] = [];

  function open(options: { bucket?: string; prefix?: string; accessKeyId?: string } = {}): S3Store {
    const store = createS3Store({
      endpoint,
      region: 'fr-test-1',
      bucket: options.bucket ?? 'hygie',
      prefix: options.prefix ?? '',
      accessKeyId: options.accessKeyId ?? credentials.accessKeyId,
      secretAccessKey: credentials.secretAccessKey,
    });
    stores.push(store);
    return store;
  }

  const sealed = (store: S3Store): SealedBlobs => createSealedBlobs({ store, clock: systemClock });

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hygie-s3-'));
    server = new S3rver({
      address: '127.0.0.1',
      port: 0,
      silent: true,
      directory: folder,
      configureBuckets: ['hygie', 'listed', 'prefixed'].map((name) => ({ name })),
    });
    const address = await server.run();
    endpoint = `http://127.0.0.1:${address.port}`;
  });

  after(async () => {
    for (const store of stores) store.close();
    await server.close();
    await rm(folder, { recursive: true });
  });

  // One part holds s3PartBytes; a blob that reaches it goes as a multipart upload.
  const partBytes = blobLimits.s3PartBytes;
  for (const sizeBytes of [0, 10, 200_000, partBytes - 65_536, partBytes, 2 * partBytes + 12_345]) {
    test(`keeps ${sizeBytes} bytes and gives them back, whole and in part`, async () => {
      const blobs = sealed(open());
      const key = newKey();
      const bytes = content(sizeBytes);
      const id = await write(blobs, key, bytes);
      assert(bytes.equals(await whole(blobs.read(key, id, sizeBytes))));
      const range = { start: Math.floor(sizeBytes / 3), end: Math.floor(sizeBytes / 2) };
      assert(bytes.subarray(range.start, range.end).equals(await whole(blobs.read(key, id, sizeBytes, range))));
    });
  }

  test('tells a blob that is missing from one that has another size', async () => {
    const blobs = sealed(open());
    const key = newKey();
    const id = await write(blobs, key, content(1_000));
    await assert.rejects(whole(blobs.read(key, newId<BlobId>(), 1_000)), {
      name: 'IntegrityFault',
      code: 'blob-missing',
    });
    await assert.rejects(whole(blobs.read(key, id, 999)), damaged);
    await assert.rejects(whole(blobs.read(key, id, 100_000)), damaged);
  });

  test('removes a blob, and is content when it is gone already', async () => {
    const blobs = sealed(open());
    const key = newKey();
    const id = await write(blobs, key, content(5));
    await blobs.remove(id);
    await blobs.remove(id);
    await assert.rejects(whole(blobs.read(key, id, 5)), { code: 'blob-missing' });
  });

  test('lists what it keeps, with size and date', async () => {
    const blobs = sealed(open({ bucket: 'listed' }));
    const key = newKey();
    const written = new Set([await write(blobs, key, content(0)), await write(blobs, key, content(100_000))]);
    const found = new Map<BlobId, number>();
    for await (const blob of blobs.list()) {
      found.set(blob.id, blob.sizeBytes);
      assert(Math.abs(blob.storedAt.getTime() - Date.now()) < 60_000);
    }
    assert.deepEqual(new Set(found.keys()), written);
    assert.deepEqual([...found.values()].sort(), [100_034, 17]);
  });

  test('two operators with their own prefixes in one bucket do not see each other', async () => {
    const [a, b] = [
      sealed(open({ bucket: 'prefixed', prefix: 'a/' })),
      sealed(open({ bucket: 'prefixed', prefix: 'b/' })),
    ];
    const key = newKey();
    const id = await write(a, key, content(5));
    assert.deepEqual((await whole(a.read(key, id, 5))).length, 5);
    await assert.rejects(whole(b.read(key, id, 5)), { code: 'blob-missing' });
    for await (const blob of b.list()) assert.fail(`${blob.id} is of the other operator`);
  });

  test('shows nothing of a blob that was abandoned after some parts', async () => {
    const blobs = sealed(open());
    const key = newKey();
    const writer = blobs.create(key);
    await writer.write(content(partBytes + 200_000));
    await writer.abort();
    await assert.rejects(whole(blobs.read(key, writer.id, partBytes)), { code: 'blob-missing' });
  });

  test('a bucket that does not exist, or an unknown key, is temporary: the operator mends it', async () => {
    await assert.rejects(write(sealed(open({ bucket: 'nowhere' })), newKey(), content(5)), unreachable);
    await assert.rejects(write(sealed(open({ accessKeyId: 'unknown' })), newKey(), content(5)), unreachable);
  });
});

describe('the S3 store, in answers that the real server does not give', () => {
  type Answer = { readonly status: number; readonly body?: string };

  async function standIn(t: { after(fn: () => unknown): void }, answer: (count: number, url: URL) => Answer) {
    let count = 0;
    const server: Server = createServer((request, response) => {
      count += 1;
      request.resume();
      const { status, body } = answer(count, new URL(request.url ?? '', 'http://s3'));
      response.writeHead(status).end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo; // a TCP server that listens
    const store = createS3Store({ endpoint: `http://127.0.0.1:${port}`, region: 'x', bucket: 'b', ...credentials });
    t.after(() => {
      store.close();
      server.close();
    });
    return { blobs: createSealedBlobs({ store, clock: systemClock }), requests: () => count, server };
  }

  test('lists page after page', async (t) => {
    const [first, second] = [newId<BlobId>(), newId<BlobId>()];
    const page = (id: BlobId, next: string) =>
      `<?xml version="1.0"?><ListBucketResult>${next}<Contents><Key>${id}</Key><Size>17</Size>` +
      '<LastModified>2026-01-02T03:04:05.000Z</LastModified></Contents><Contents><Key>other</Key></Contents></ListBucketResult>';
    const { blobs } = await standIn(t, (_count, url) => ({
      status: 200,
      body:
        url.searchParams.get('continuation-token') === 'a&b'
          ? page(second, '<IsTruncated>false</IsTruncated>')
          : page(first, '<IsTruncated>true</IsTruncated><NextContinuationToken>a&amp;b</NextContinuationToken>'),
    }));
    const found: unknown[] = [];
    for await (const blob of blobs.list()) found.push(blob);
    const storedAt = new Date('2026-01-02T03:04:05Z');
    assert.deepEqual(found, [
      { id: first, storedAt, sizeBytes: 17 },
      { id: second, storedAt, sizeBytes: 17 },
    ]);
  });

  for (const body of ['', 'not XML', '<ListBucketResult>', '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>']) {
    test(`a list that is ${body === '' ? 'empty' : body} is temporary`, async (t) => {
      const { blobs } = await standIn(t, () => ({ status: 200, body }));
      await assert.rejects(async () => {
        for await (const blob of blobs.list()) assert.fail(blob.id);
      }, unreachable);
    });
  }

  test('a list is read up to its bound, and refused one byte beyond', async (t) => {
    const frame = '<ListBucketResult></ListBucketResult>';
    const sized = (bytes: number) => frame.replace('><', `>${' '.repeat(bytes - frame.length)}<`);
    for (const [bytes, isRead] of [
      [blobLimits.s3AnswerBytes, true],
      [blobLimits.s3AnswerBytes + 1, false],
    ] as const) {
      const { blobs } = await standIn(t, () => ({ status: 200, body: sized(bytes) }));
      const read = async () => {
        for await (const blob of blobs.list()) assert.fail(blob.id);
      };
      await (isRead ? read() : assert.rejects(read(), { name: 'Temporary', code: 'answer-too-large' }));
    }
  });

  test('a multipart upload that fails after its 200 is temporary', async (t) => {
    const { blobs } = await standIn(t, (_count, url) => {
      if (url.searchParams.has('uploads')) return { status: 200, body: '<R><UploadId>u</UploadId></R>' };
      return { status: 200, body: '<Error><Code>InternalError</Code></Error>' };
    });
    await assert.rejects(write(blobs, newKey(), content(blobLimits.s3PartBytes + 100_000)), unreachable);
  });

  test('patience is asked twice and granted', async (t) => {
    const { blobs, requests } = await standIn(t, (count) => ({ status: count < blobLimits.s3Attempts ? 503 : 200 }));
    await write(blobs, newKey(), content(5));
    assert.equal(requests(), blobLimits.s3Attempts);
  });

  test('patience is asked once too often', async (t) => {
    const { blobs, requests } = await standIn(t, () => ({ status: 503 }));
    await assert.rejects(write(blobs, newKey(), content(5)), unreachable);
    assert.equal(requests(), blobLimits.s3Attempts);
  });

  test('a full store is told as full', async (t) => {
    const { blobs } = await standIn(t, () => ({ status: 507 }));
    await assert.rejects(write(blobs, newKey(), content(5)), { name: 'Temporary', code: 'blob-store-full' });
  });

  test('nobody listens', async (t) => {
    const { blobs, server } = await standIn(t, () => ({ status: 200 }));
    server.close();
    await assert.rejects(write(blobs, newKey(), content(5)), unreachable);
  });
});
