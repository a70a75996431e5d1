import { assert } from '../../base/assert.ts';
import type { Clock } from '../../base/clock.ts';
import { type BlobId, newId } from '../../base/ids.ts';
import { blobLimits } from '../../base/limits.ts';
import { IntegrityFault } from '../keys/keys.ts';
import type { BlobStore, BlobUpload, ByteRange, SealedBlobs, SealedBlobWriter, StoredBlob } from './blobs.ts';
import { blobKey, openSegment, sealedSegmentBytes, sealSegment, segmentCount, storedBytes } from './segments.ts';

export function createSealedBlobs({ store, clock }: { readonly store: BlobStore; readonly clock: Clock }): SealedBlobs {
  return {
    create: (key) => createWriter(store, newId<BlobId>(clock.now()), key),
    read: (key, id, sizeBytes, range) =>
      readRange(store, { key, id, sizeBytes }, range ?? { start: 0, end: sizeBytes }),
    remove: (id) => store.remove(id),
    list: () => store.list(),
    async sweep(isNamed, graceMs) {
      const before = new Date(clock.now().getTime() - graceMs);
      let removedBlobs = 0;
      for await (const ids of batchesOf(store.list(), before)) {
        const named = await isNamed(ids);
        for (const id of ids) {
          if (named.has(id)) continue;
          await store.remove(id);
          removedBlobs += 1;
        }
      }
      return { removedBlobs, removedUploads: await store.sweepUploads(before) };
    },
  };
}

async function* batchesOf(blobs: AsyncIterable<StoredBlob>, before: Date): AsyncIterable<readonly BlobId[]> {
  let batch: BlobId[] = [];
  for await (const blob of blobs) {
    if (blob.storedAt >= before) continue;
    batch.push(blob.id);
    if (batch.length < blobLimits.sweepBatch) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

function createWriter(store: BlobStore, id: BlobId, callerKey: Buffer): SealedBlobWriter {
  const key = blobKey(callerKey, id);
  // One full segment is held back until more arrives, for the last one is sealed as the last.
  const held = Buffer.allocUnsafe(blobLimits.segmentBytes);
  let heldBytes = 0;
  let index = 0;
  let sizeBytes = 0;
  let state: 'ready' | 'busy' | 'finished' | 'over' = 'ready';
  let upload: BlobUpload | undefined;

  const storeHeld = async (isLast: boolean): Promise<void> => {
    upload ??= await store.begin(id);
    await upload.write(sealSegment(key, { index, isLast }, held.subarray(0, heldBytes)));
    index += 1;
    heldBytes = 0;
  };

  const exclusively = async <T>(act: () => Promise<T>, next: 'ready' | 'finished'): Promise<T> => {
    assert(state === 'ready', `a blob writer was used while ${state}`);
    state = 'busy';
    try {
      const result = await act();
      state = next;
      return result;
    } catch (fault) {
      state = 'over';
      throw fault;
    }
  };

  return {
    id,
    write: (chunk) =>
      exclusively(async () => {
        for (let taken = 0; taken < chunk.length; ) {
          if (heldBytes === held.length) await storeHeld(false);
          const piece = chunk.subarray(taken, taken + held.length - heldBytes);
          held.set(piece, heldBytes);
          heldBytes += piece.length;
          taken += piece.length;
        }
        sizeBytes += chunk.length;
      }, 'ready'),
    finish: () =>
      exclusively(async () => {
        await storeHeld(true);
        await upload?.finish();
        return { id, sizeBytes };
      }, 'finished'),
    async abort() {
      if (state === 'finished') return;
      state = 'over';
      // What cannot be removed now is removed by the next sweep.
      await upload?.abort().catch(() => undefined);
    },
  };
}

interface Sealed {
  readonly key: Buffer;
  readonly id: BlobId;
  readonly sizeBytes: number;
}

async function* readRange(store: BlobStore, blob: Sealed, { start, end }: ByteRange): AsyncGenerator<Buffer> {
  assert(0 <= start && start <= end && end <= blob.sizeBytes, 'a range lies outside its blob');
  const isWhole = start === 0 && end === blob.sizeBytes;
  if (start === end && !isWhole) return;
  const key = blobKey(blob.key, blob.id);
  const count = segmentCount(blob.sizeBytes);
  const first = Math.floor(start / blobLimits.segmentBytes);
  const beyond = Math.max(first + 1, Math.ceil(end / blobLimits.segmentBytes));
  const total = storedBytes(blob.sizeBytes);
  const stored = store.read(
    blob.id,
    { start: first * sealedSegmentBytes, end: Math.min(beyond * sealedSegmentBytes, total) },
    total,
  );
  let index = first;
  for await (const segment of inSegments(stored)) {
    const plaintext = openSegment(key, { index, isLast: index === count - 1 }, segment);
    const offset = index * blobLimits.segmentBytes;
    const part = plaintext.subarray(Math.max(0, start - offset), end - offset);
    index += 1;
    if (part.length > 0) yield part;
  }
  if (index !== beyond) throw new IntegrityFault('sealed-bytes-damaged');
}

/** Chunks of any size as sealed segments; the last may be shorter. */
async function* inSegments(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let held: Buffer[] = [];
  let heldBytes = 0;
  for await (let chunk of chunks) {
    while (heldBytes + chunk.length >= sealedSegmentBytes) {
      const missing = sealedSegmentBytes - heldBytes;
      held.push(chunk.subarray(0, missing));
      yield held.length === 1 ? chunk.subarray(0, missing) : Buffer.concat(held);
      held = [];
      heldBytes = 0;
      chunk = chunk.subarray(missing);
    }
    if (chunk.length === 0) continue;
    held.push(chunk);
    heldBytes += chunk.length;
  }
  if (heldBytes > 0) yield Buffer.concat(held);
}
