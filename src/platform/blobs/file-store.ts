/**
 * Blobs as files: `<folder>/<last three hexadecimal digits>/<id>`, and `<folder>/uploads/<id>` while being written. A file
 * is written and fsynced, then named into its place, then that folder is fsynced: no name ever shows half a blob.
 */
import { constants } from 'node:fs';
import { type FileHandle, mkdir, open, opendir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Temporary } from '../../base/errors.ts';
import { asId, type BlobId, isUuid } from '../../base/ids.ts';
import { IntegrityFault } from '../keys/keys.ts';
import type { BlobStore, BlobUpload, ByteRange, StoredBlob } from './blobs.ts';
import { sealedSegmentBytes } from './segments.ts';
import { blobTexts } from './texts.ts';

const uploadsName = 'uploads';
const shardName = /^[0-9a-f]{3}$/;

/** Opens the store, making its folder when there is none. */
export async function openFileStore(folder: string): Promise<BlobStore> {
  const uploads = join(folder, uploadsName);
  await worldly(async () => {
    await mkdir(uploads, { recursive: true, mode: 0o700 });
    await syncFolder(folder);
    await syncFolder(dirname(folder));
  });
  const durableShards = new Set<string>();
  return {
    begin: (id) => worldly(() => beginUpload({ folder, uploads, durableShards }, id)),
    read: (id, range, storedBytes) => readFile(placeOf(folder, id), range, storedBytes),
    remove: (id) => worldly(() => rm(placeOf(folder, id), { force: true })),
    list: () => listFiles(folder),
    sweepUploads: (before) =>
      worldly(async () => {
        let removed = 0;
        for await (const { name } of await opendir(uploads)) {
          const path = join(uploads, name);
          const status = await ifPresent(stat(path));
          if (status === undefined || status.mtime >= before) continue;
          await rm(path, { force: true });
          removed += 1;
        }
        return removed;
      }),
  };
}

// The first digits of a UUID v7 are the time; the last ones are random and spread evenly.
function shardOf(id: BlobId): string {
  return id.slice(-3);
}

function placeOf(folder: string, id: BlobId): string {
  return join(folder, shardOf(id), id);
}

interface Places {
  readonly folder: string;
  readonly uploads: string;
  /** Shard folders whose own name is known to be durable. */
  readonly durableShards: Set<string>;
}

async function beginUpload(places: Places, id: BlobId): Promise<BlobUpload> {
  const temporary = join(places.uploads, id);
  const file = await open(temporary, 'wx', 0o600);
  return {
    write: (chunk) => worldly(() => writeAll(file, chunk)),
    finish: () =>
      worldly(async () => {
        await file.sync();
        await file.close();
        await rename(temporary, join(await durableShard(places, shardOf(id)), id));
        await syncFolder(join(places.folder, shardOf(id)));
      }),
    abort: async () => {
      await file.close().catch(() => undefined);
      await worldly(() => rm(temporary, { force: true }));
    },
  };
}

async function durableShard({ folder, durableShards }: Places, shard: string): Promise<string> {
  const path = join(folder, shard);
  if (!durableShards.has(shard)) {
    await mkdir(path, { recursive: true, mode: 0o700 });
    // Also when another process made it: that one may not have synced it yet.
    await syncFolder(folder);
    durableShards.add(shard);
  }
  return path;
}

async function writeAll(file: FileHandle, chunk: Buffer): Promise<void> {
  for (let written = 0; written < chunk.length; ) {
    const { bytesWritten } = await file.write(chunk, written, chunk.length - written);
    written += bytesWritten;
  }
}

async function* readFile(path: string, range: ByteRange, storedBytes: number): AsyncGenerator<Buffer> {
  const file = await worldly(() => ifPresent(open(path, constants.O_RDONLY)));
  if (file === undefined) throw new IntegrityFault('blob-missing');
  try {
    const { size } = await worldly(() => file.stat());
    if (size !== storedBytes) throw new IntegrityFault('sealed-bytes-damaged');
    for (let position = range.start; position < range.end; ) {
      const chunk = Buffer.allocUnsafe(Math.min(sealedSegmentBytes, range.end - position));
      const { bytesRead } = await worldly(() => file.read(chunk, 0, chunk.length, position));
      if (bytesRead === 0) throw new IntegrityFault('sealed-bytes-damaged');
      yield chunk.subarray(0, bytesRead);
      position += bytesRead;
    }
  } finally {
    await file.close();
  }
}

async function* listFiles(folder: string): AsyncGenerator<StoredBlob> {
  for await (const shard of await worldly(() => opendir(folder))) {
    if (!shardName.test(shard.name)) continue;
    for await (const { name } of await worldly(() => opendir(join(folder, shard.name)))) {
      if (!isUuid(name)) continue;
      // A blob may be removed while the list is walked.
      const status = await worldly(() => ifPresent(stat(join(folder, shard.name, name))));
      if (status) yield { id: asId<BlobId>(name), storedAt: status.mtime, sizeBytes: status.size };
    }
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, constants.O_RDONLY);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

async function ifPresent<T>(found: Promise<T>): Promise<T | undefined> {
  try {
    return await found;
  } catch (fault) {
    if (errorCode(fault) === 'ENOENT') return undefined;
    throw fault;
  }
}

/** Runs `act`; what the file system refuses becomes a `Temporary`. */
async function worldly<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (fault) {
    const code = errorCode(fault);
    if (code === undefined) throw fault;
    if (code === 'ENOSPC' || code === 'EDQUOT')
      throw new Temporary('blob-store-full', blobTexts.full, { cause: fault });
    throw new Temporary('blob-store-unreachable', blobTexts.unreachable, { cause: fault });
  }
}

function errorCode(fault: unknown): string | undefined {
  if (!(fault instanceof Error) || !('syscall' in fault) || !('code' in fault)) return undefined;
  return typeof fault.code === 'string' ? fault.code : undefined;
}
