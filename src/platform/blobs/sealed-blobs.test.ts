import assert from 'node:assert/strict';
import { copyFile, mkdtemp, readdir, readFile, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { type Clock, systemClock } from '../../base/clock.ts';
import type { BlobId } from '../../base/ids.ts';
import { blobLimits } from '../../base/limits.ts';
import { newKey } from '../keys/keys.ts';
import type { ByteRange, SealedBlobs } from './blobs.ts';
import { openFileStore } from './file-store.ts';
import { createSealedBlobs } from './sealed-blobs.ts';
import { sealedSegmentBytes, storedBytes } from './segments.ts';

const segment = blobLimits.segmentBytes;

interface World {
  readonly folder: string;
  readonly blobs: SealedBlobs;
}

async function openWorld(t: TestContext, clock: Clock = systemClock): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), 'hygie-blobs-'));
  t.after(() => rm(folder, { recursive: true }));
  return { folder, blobs: createSealedBlobs({ store: await openFileStore(folder), clock }) };
}

/** Bytes that differ everywhere, so that a segment read for another shows. */
function content(sizeBytes: number): Buffer {
  const bytes = Buffer.alloc(sizeBytes);
  for (let i = 0; i + 4 <= sizeBytes; i += 4) bytes.writeUInt32LE((i * 2654435761) >>> 0, i);
  return bytes;
}

async function store(blobs: SealedBlobs, key: Buffer, bytes: Buffer, chunkBytes = 100_000): Promise<BlobId> {
  const writer = blobs.create(key);
  for (let at = 0; at < bytes.length; at += chunkBytes) await writer.write(bytes.subarray(at, at + chunkBytes));
  const { id, sizeBytes } = await writer.finish();
  assert.equal(sizeBytes, bytes.length);
  return id;
}

async function whole(chunks: AsyncIterable<Buffer>): Promise<Buffer> {
  const all: Buffer[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
}

function fileOf(world: World, id: BlobId): string {
  return join(world.folder, id.slice(-3), id);
}

const damaged = { name: 'IntegrityFault', code: 'sealed-bytes-damaged' };

describe('a sealed blob', () => {
  for (const sizeBytes of [0, 1, segment - 1, segment, segment + 1, 2 * segment, 3 * segment + 5]) {
    test(`of ${sizeBytes} bytes reads back byte for byte, and takes ${storedBytes(sizeBytes)} at rest`, async (t) => {
      const world = await openWorld(t);
      const key = newKey();
      const bytes = content(sizeBytes);
      const id = await store(world.blobs, key, bytes);
      assert.deepEqual(await whole(world.blobs.read(key, id, sizeBytes)), bytes);
      assert.equal((await readFile(fileOf(world, id))).length, storedBytes(sizeBytes));
    });
  }

  test('opens any byte range alone, and a range needs no other segment than its own', async (t) => {
    const world = await openWorld(t);
    const key = newKey();
    const bytes = content(3 * segment + 777);
    const id = await store(world.blobs, key, bytes);
    const range = (start: number, end: number) => whole(world.blobs.read(key, id, bytes.length, { start, end }));
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length), fc.nat(bytes.length), async (a, b) => {
        const [start, end] = [Math.min(a, b), Math.max(a, b)];
        assert.deepEqual(await range(start, end), bytes.subarray(start, end));
      }),
      { numRuns: 60 },
    );
    const edges = [0, 1, segment - 1, segment, segment + 1, 2 * segment, bytes.length - 1, bytes.length];
    for (const start of edges) {
      for (const end of edges.filter((edge) => edge >= start)) {
        assert.deepEqual(await range(start, end), bytes.subarray(start, end));
      }
    }
    await flip(fileOf(world, id), 0);
    assert.deepEqual(await range(segment, 2 * segment), bytes.subarray(segment, 2 * segment));
    await assert.rejects(range(segment - 1, segment), damaged);
  });

  test('refuses a range that lies outside of it', async (t) => {
    const { blobs } = await openWorld(t);
    const key = newKey();
    const id = await store(blobs, key, content(10));
    const outside: ByteRange[] = [
      { start: 0, end: 11 },
      { start: -1, end: 5 },
      { start: 6, end: 5 },
    ];
    for (const range of outside) {
      await assert.rejects(whole(blobs.read(key, id, 10, range)), { name: 'AssertionFault' });
    }
  });

  test('detects one altered byte of each kind: version, ciphertext, tag, in the first, a middle and the last segment', async (t) => {
    const world = await openWorld(t);
    const key = newKey();
    const bytes = content(2 * segment + 100);
    const id = await store(world.blobs, key, bytes);
    const file = fileOf(world, id);
    const last = storedBytes(bytes.length) - 1;
    const offsets = [0, 1, segment, sealedSegmentBytes - 16, sealedSegmentBytes - 1].flatMap((offset) => [
      offset,
      offset + sealedSegmentBytes,
    ]);
    for (const offset of [...offsets, 2 * sealedSegmentBytes, 2 * sealedSegmentBytes + 1, last - 15, last]) {
      await flip(file, offset);
      await assert.rejects(whole(world.blobs.read(key, id, bytes.length)), damaged, `offset ${offset}`);
      await flip(file, offset);
    }
    assert.deepEqual(await whole(world.blobs.read(key, id, bytes.length)), bytes);
  });

  test('detects truncation, also at a segment and with a size that agrees', async (t) => {
    const world = await openWorld(t);
    const key = newKey();
    const id = await store(world.blobs, key, content(3 * segment));
    for (const cut of [3 * sealedSegmentBytes - 1, 2 * sealedSegmentBytes + 40, 2 * sealedSegmentBytes, 0]) {
      await truncate(fileOf(world, id), cut);
      await assert.rejects(whole(world.blobs.read(key, id, 3 * segment)), damaged);
      if (cut === 2 * sealedSegmentBytes) await assert.rejects(whole(world.blobs.read(key, id, 2 * segment)), damaged);
    }
  });

  test('detects segments exchanged, repeated, left out or added', async (t) => {
    const world = await openWorld(t);
    const key = newKey();
    const id = await store(world.blobs, key, content(3 * segment));
    const file = fileOf(world, id);
    const sealed = await readFile(file);
    const [a, b, c] = [0, 1, 2].map((i) => sealed.subarray(i * sealedSegmentBytes, (i + 1) * sealedSegmentBytes));
    assert(a && b && c);
    for (const order of [
      [b, a, c],
      [a, a, c],
      [a, c, b],
      [a, c],
      [a, b, b, c],
      [a, b, c, c],
    ]) {
      await writeFile(file, Buffer.concat(order));
      await assert.rejects(whole(world.blobs.read(key, id, 3 * segment)), damaged);
      await assert.rejects(whole(world.blobs.read(key, id, order.length * segment)), damaged);
    }
  });

  test('does not open under another key, nor in the place of another blob of the same key', async (t) => {
    const world = await openWorld(t);
    const key = newKey();
    const [one, other] = [await store(world.blobs, key, content(500)), await store(world.blobs, key, content(500))];
    await assert.rejects(whole(world.blobs.read(newKey(), one, 500)), damaged);
    await copyFile(fileOf(world, one), fileOf(world, other));
    await assert.rejects(whole(world.blobs.read(key, other, 500)), damaged);
  });

  test('shows no word of its content at rest', async (t) => {
    const world = await openWorld(t);
    const id = await store(world.blobs, newKey(), Buffer.from('ordonnance '.repeat(20_000)));
    assert.equal((await readFile(fileOf(world, id))).includes('ordonnance'), false);
  });

  test('that is not there is told apart from one that is damaged', async (t) => {
    const { blobs } = await openWorld(t);
    const key = newKey();
    const id = await store(blobs, key, content(10));
    await blobs.remove(id);
    await blobs.remove(id);
    await assert.rejects(whole(blobs.read(key, id, 10)), { name: 'IntegrityFault', code: 'blob-missing' });
  });

  test('has no place before it is finished, and none after it was abandoned', async (t) => {
    const world = await openWorld(t);
    const writer = world.blobs.create(newKey());
    await writer.write(content(3 * segment));
    assert.deepEqual(await ids(world.blobs), []);
    assert.equal((await readdir(join(world.folder, 'uploads'))).length, 1);
    await writer.abort();
    await writer.abort();
    assert.deepEqual(await readdir(join(world.folder, 'uploads')), []);
    await assert.rejects(writer.finish(), { name: 'AssertionFault' });
  });

  test('stays when its writer is abandoned after it was finished', async (t) => {
    const { blobs } = await openWorld(t);
    const writer = blobs.create(newKey());
    await writer.finish();
    await writer.abort();
    assert.deepEqual(await ids(blobs), [writer.id]);
  });

  test('refuses a second write before the first has ended', async (t) => {
    const { blobs } = await openWorld(t);
    const writer = blobs.create(newKey());
    const first = writer.write(content(2 * segment));
    await assert.rejects(writer.write(content(1)), { name: 'AssertionFault' });
    await first;
    await writer.abort();
  });
});

describe('the sweep', () => {
  const hour = 3_600_000;

  async function age(path: string, ageMs: number): Promise<void> {
    const then = new Date(Date.now() - ageMs);
    await utimes(path, then, then);
  }

  test('removes what no row names once the grace period has passed, and nothing else', async (t) => {
    const world = await openWorld(t);
    const [named, orphan, young] = [await store1(world), await store1(world), await store1(world)];
    await age(fileOf(world, named), 3 * hour);
    await age(fileOf(world, orphan), 2 * hour + 60_000);
    await age(fileOf(world, young), 2 * hour - 60_000);
    const result = await world.blobs.sweep(async (asked) => {
      assert.equal(asked.includes(young), false);
      return new Set([named]);
    }, 2 * hour);
    assert.deepEqual(result, { removedBlobs: 1, removedUploads: 0 });
    assert.deepEqual(await ids(world.blobs), [named, young].sort());
  });

  test('removes nothing when it cannot be told what is named', async (t) => {
    const world = await openWorld(t);
    const id = await store1(world);
    await age(fileOf(world, id), 2 * hour);
    await assert.rejects(
      world.blobs.sweep(async () => Promise.reject(new Error('no database')), hour),
      /no database/,
    );
    assert.deepEqual(await ids(world.blobs), [id]);
  });

  test('removes what writes abandoned by a crash have left', async (t) => {
    const world = await openWorld(t);
    const uploads = join(world.folder, 'uploads');
    for (const writer of [world.blobs.create(newKey()), world.blobs.create(newKey())]) {
      await writer.write(content(2 * segment));
      t.after(() => writer.abort());
    }
    const [first] = await readdir(uploads);
    assert(first);
    await age(join(uploads, first), 2 * hour);
    assert.deepEqual(await world.blobs.sweep(async () => new Set(), hour), { removedBlobs: 0, removedUploads: 1 });
    assert.equal((await readdir(uploads)).length, 1);
  });

  async function store1(world: World): Promise<BlobId> {
    return store(world.blobs, newKey(), content(10));
  }
});

async function ids(blobs: SealedBlobs): Promise<BlobId[]> {
  const found: BlobId[] = [];
  for await (const { id } of blobs.list()) found.push(id);
  return found.sort();
}

async function flip(path: string, offset: number): Promise<void> {
  const bytes = await readFile(path);
  bytes.writeUInt8(bytes.readUInt8(offset) ^ 0x01, offset);
  await writeFile(path, bytes);
}
