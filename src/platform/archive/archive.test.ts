import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { crc32, deflateRawSync } from 'node:zlib';
import { Refusal } from '../../base/errors.ts';
import { isArchive, openArchive } from './archive.ts';

const folder = mkdtempSync(join(tmpdir(), 'hygie-archive-'));
after(() => rmSync(folder, { recursive: true }));

interface Member {
  readonly name: string;
  readonly content: Buffer;
  /** What the archive says instead of the truth. */
  readonly size?: number;
  readonly sum?: number;
}

/** A ZIP by hand, to lie in it. */
function zip(members: readonly Member[]): string {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content, size = content.length, sum = crc32(content) } of members) {
    const packed = deflateRawSync(content);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(8, 4);
    common.writeUInt32LE(sum, 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(size, 18);
    common.writeUInt16LE(Buffer.byteLength(name), 22);
    const at = Buffer.alloc(4);
    at.writeUInt32LE(offset);
    const local = Buffer.concat([Buffer.from('PK\u0003\u0004'), common, Buffer.from(name), packed]);
    directory.push(
      Buffer.concat([Buffer.from('PK\u0001\u0002\u0014\u0000'), common, Buffer.alloc(10), at, Buffer.from(name)]),
    );
    parts.push(local);
    offset += local.length;
  }
  const entries = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\u0005\u0006');
  end.writeUInt16LE(members.length, 8);
  end.writeUInt16LE(members.length, 10);
  end.writeUInt32LE(entries.length, 12);
  end.writeUInt32LE(offset, 16);
  const path = join(folder, `${Math.random()}.zip`);
  writeFileSync(path, Buffer.concat([...parts, entries, end]));
  return path;
}

const bounds = { entries: 3, entryBytes: 1_000, ratio: 10 };
const text = (name: string, content = name): Member => ({ name, content: Buffer.from(content) });
const badArchive = (fault: unknown): boolean => fault instanceof Refusal && fault.code === 'bad-archive';

async function readAll(path: string): Promise<string[]> {
  const archive = await openArchive(path, bounds);
  try {
    const read: string[] = [];
    for (const entry of archive.entries) {
      const chunks: Buffer[] = [];
      for await (const chunk of entry.open()) chunks.push(chunk);
      read.push(`${entry.name}:${Buffer.concat(chunks)}`);
    }
    return read;
  } finally {
    archive.close();
  }
}

test('entries come in their order, folders left out, as often as they are asked for', async () => {
  const path = zip([text('a.txt'), text('sub/', ''), text('sub/b.txt')]);
  assert.equal(await isArchive(path), true);
  assert.deepEqual(await readAll(path), ['a.txt:a.txt', 'sub/b.txt:sub/b.txt']);
});

test('what is no archive is told', async () => {
  const path = join(folder, 'text');
  for (const content of ['', 'PK', 'Type de BAL|']) {
    writeFileSync(path, content);
    assert.equal(await isArchive(path), false);
  }
});

test('number, size and growth are bounded before anything is unpacked', async () => {
  const names = ['a', 'b', 'c'];
  assert.equal((await readAll(zip(names.map((name) => text(name))))).length, bounds.entries);
  await assert.rejects(readAll(zip([...names, 'd'].map((name) => text(name)))), badArchive);
  const noise = (length: number) =>
    Buffer.from(Array.from({ length }, (_, index) => (index * 7_919 * (index + 13)) % 251));
  assert.equal((await readAll(zip([{ name: 'a', content: noise(bounds.entryBytes) }]))).length, 1);
  await assert.rejects(readAll(zip([{ name: 'a', content: noise(bounds.entryBytes + 1) }])), badArchive);
  const grown = Buffer.alloc(deflateRawSync(Buffer.alloc(100)).length * bounds.ratio);
  const packed = deflateRawSync(grown).length;
  assert.equal((await readAll(zip([{ name: 'a', content: Buffer.alloc(packed * bounds.ratio) }]))).length, 1);
  await assert.rejects(readAll(zip([{ name: 'a', content: Buffer.alloc(packed * bounds.ratio + 1) }])), badArchive);
});

test('an entry longer, shorter or other than it announces fails', async () => {
  const content = Buffer.from('douze octets');
  for (const lie of [{ size: 11 }, { size: 13 }, { sum: 1 }]) {
    await assert.rejects(readAll(zip([{ name: 'a', content, ...lie }])), badArchive);
  }
});

test('a name that climbs out of its folder refuses the archive', async () => {
  await assert.rejects(readAll(zip([text('../../etc/passwd')])), badArchive);
});
