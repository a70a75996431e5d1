import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type BlobId, newId } from '../../base/ids.ts';
import type { BlobStore } from './blobs.ts';
import { openFileStore } from './file-store.ts';

async function newFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'hygie-files-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function put(store: BlobStore, bytes: Buffer): Promise<BlobId> {
  const id = newId<BlobId>();
  const upload = await store.begin(id);
  await upload.write(bytes);
  await upload.finish();
  return id;
}

async function listed(store: BlobStore): Promise<string[]> {
  const ids: string[] = [];
  for await (const { id } of store.list()) ids.push(id);
  return ids;
}

test('nobody but the owner reads the files and folders of the store', async (t) => {
  const folder = join(await newFolder(t), 'blobs');
  const store = await openFileStore(folder);
  const id = await put(store, Buffer.from('x'));
  const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);
  assert.equal(await modeOf(folder), '700');
  assert.equal(await modeOf(join(folder, 'uploads')), '700');
  assert.equal(await modeOf(join(folder, id.slice(-3))), '700');
  assert.equal(await modeOf(join(folder, id.slice(-3), id)), '600');
});

test('lists what it keeps, and passes over what it did not name', async (t) => {
  const folder = await newFolder(t);
  const store = await openFileStore(folder);
  const ids = [await put(store, Buffer.from('a')), await put(store, Buffer.from('bb'))];
  await writeFile(join(folder, 'README'), 'x');
  await mkdir(join(folder, 'abc'), { recursive: true });
  await writeFile(join(folder, 'abc', 'notes'), 'x');
  assert.deepEqual((await listed(store)).sort(), ids.sort());
});

test('opens a store that exists, with what it holds', async (t) => {
  const folder = await newFolder(t);
  const id = await put(await openFileStore(folder), Buffer.from('a'));
  assert.deepEqual(await listed(await openFileStore(folder)), [id]);
});

test('a full disk is temporary, says so, and leaves no half blob once abandoned', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'hygie-full-'));
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', folder]);
  t.after(async () => {
    if (mounted.status === 0) spawnSync('umount', [folder]);
    await rm(folder, { recursive: true });
  });
  if (mounted.status !== 0) return t.skip('a small file system cannot be mounted here');
  const store = await openFileStore(folder);
  const upload = await store.begin(newId<BlobId>());
  await assert.rejects(
    async () => {
      for (let i = 0; i < 64; i += 1) await upload.write(Buffer.alloc(65_536));
    },
    { name: 'Temporary', code: 'blob-store-full' },
  );
  await upload.abort();
  assert.deepEqual(await readdir(join(folder, 'uploads')), []);
  await put(store, Buffer.alloc(1_000)); // room again
});

test('a folder that does not answer is temporary', async (t) => {
  const folder = await newFolder(t);
  const store = await openFileStore(folder);
  await rm(folder, { recursive: true });
  await writeFile(folder, 'a file where the folder was');
  await assert.rejects(store.begin(newId<BlobId>()), { name: 'Temporary', code: 'blob-store-unreachable' });
  await assert.rejects(listed(store), { name: 'Temporary', code: 'blob-store-unreachable' });
  await assert.rejects(openFileStore(folder), { name: 'Temporary', code: 'blob-store-unreachable' });
});
