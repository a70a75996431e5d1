/** Large text files, written as fast as the disk takes them and no faster; and the ZIP that the source packs them in. */
import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { crc32, createDeflateRaw } from 'node:zlib';

const partCharacters = 1 << 18;

export class ExtractionFile {
  readonly path: string;
  readonly #handle: FileHandle;
  #parts: string[] = [];
  #pending = 0;
  /** Lines written, the header included. */
  lines = 0;

  private constructor(file: string, handle: FileHandle) {
    this.path = file;
    this.#handle = handle;
  }

  static async create(file: string, header: string): Promise<ExtractionFile> {
    const extraction = new ExtractionFile(file, await open(file, 'w'));
    extraction.add(`${header}\n`);
    return extraction;
  }

  /** Keeps a row until the next `drain`. */
  add(row: string): void {
    this.#parts.push(row);
    this.#pending += row.length;
    this.lines += 1;
  }

  get isFull(): boolean {
    return this.#pending >= partCharacters;
  }

  async drain(): Promise<void> {
    const text = this.#parts.join('');
    this.#parts = [];
    this.#pending = 0;
    if (text !== '') await this.#handle.write(text, null, 'utf8');
  }

  /** Rows as they are, be they UTF-8 or not. */
  async addBytes(rows: Buffer): Promise<void> {
    await this.drain();
    await this.#handle.write(rows);
    for (const byte of rows) if (byte === 0x0a) this.lines += 1;
  }

  async close(): Promise<void> {
    await this.drain();
    await this.#handle.close();
  }
}

interface Entry {
  readonly name: Buffer;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
  readonly offset: number;
}

/** APPNOTE 4.4.4: sizes follow the data (bit 3), names are UTF-8 (bit 11); 4.4.5: deflated. The source's packer writes so too. */
const flags = 0x0808;
const deflated = 8;

function dosTime(date: Date): number {
  const time = (date.getUTCHours() << 11) | (date.getUTCMinutes() << 5) | (date.getUTCSeconds() >> 1);
  const day = ((date.getUTCFullYear() - 1980) << 9) | ((date.getUTCMonth() + 1) << 5) | date.getUTCDate();
  return ((day << 16) | time) >>> 0;
}

function localHeader(name: Buffer, date: Date): Buffer {
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(20, 4);
  header.writeUInt16LE(flags, 6);
  header.writeUInt16LE(deflated, 8);
  header.writeUInt32LE(dosTime(date), 10);
  header.writeUInt16LE(name.length, 26);
  return Buffer.concat([header, name]);
}

function descriptor({ crc, packed, size }: Entry): Buffer {
  const bytes = Buffer.alloc(16);
  bytes.writeUInt32LE(0x08074b50, 0);
  bytes.writeUInt32LE(crc, 4);
  bytes.writeUInt32LE(packed, 8);
  bytes.writeUInt32LE(size, 12);
  return bytes;
}

function directoryEntry({ name, crc, packed, size, offset }: Entry, date: Date): Buffer {
  const header = Buffer.alloc(46);
  header.writeUInt32LE(0x02014b50, 0);
  header.writeUInt16LE(20, 4);
  header.writeUInt16LE(20, 6);
  header.writeUInt16LE(flags, 8);
  header.writeUInt16LE(deflated, 10);
  header.writeUInt32LE(dosTime(date), 12);
  header.writeUInt32LE(crc, 16);
  header.writeUInt32LE(packed, 20);
  header.writeUInt32LE(size, 24);
  header.writeUInt16LE(name.length, 28);
  header.writeUInt32LE(offset, 42);
  return Buffer.concat([header, name]);
}

async function addEntry(archive: FileHandle, file: string, from: { offset: number; date: Date }): Promise<Entry> {
  const name = Buffer.from(path.basename(file));
  const header = localHeader(name, from.date);
  await archive.write(header);
  let crc = 0;
  let size = 0;
  let packed = 0;
  await pipeline(
    createReadStream(file, { highWaterMark: 1 << 18 }),
    async function* (source: AsyncIterable<Buffer>) {
      for await (const part of source) {
        crc = crc32(part, crc);
        size += part.length;
        yield part;
      }
    },
    createDeflateRaw(),
    async (source: AsyncIterable<Buffer>) => {
      for await (const part of source) {
        packed += part.length;
        await archive.write(part);
      }
    },
  );
  const entry = { name, crc, packed, size, offset: from.offset };
  await archive.write(descriptor(entry));
  return entry;
}

/** Packs `files` in a new archive, each under its own name. */
export async function pack(target: string, files: readonly string[], date: Date): Promise<void> {
  const archive = await open(target, 'w');
  try {
    const entries: Entry[] = [];
    let offset = 0;
    for (const file of files) {
      const entry = await addEntry(archive, file, { offset, date });
      entries.push(entry);
      offset += 30 + entry.name.length + entry.packed + 16;
    }
    const directory = Buffer.concat(entries.map((entry) => directoryEntry(entry, date)));
    const end = Buffer.alloc(22);
    end.writeUInt32LE(0x06054b50, 0);
    end.writeUInt16LE(entries.length, 8);
    end.writeUInt16LE(entries.length, 10);
    end.writeUInt32LE(directory.length, 12);
    end.writeUInt32LE(offset, 16);
    await archive.write(Buffer.concat([directory, end]));
  } finally {
    await archive.close();
  }
}
