/**
 * Entries of a ZIP file as streams, one at a time, in the order of the archive.
 *
 * Guarantees: an entry gives exactly the octets that it announces, with the checksum that it announces, or its stream fails; number,
 * size and growth of entries are bounded before anything is unpacked; names are told, and never used as paths.
 * Fails: `Refusal` `bad-archive`.
 */
import { open } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import yauzl from 'yauzl';
import { Refusal } from '../../base/errors.ts';
import { archiveTexts } from './texts.ts';

export interface ArchiveBounds {
  readonly entries: number;
  /** Octets of one entry, unpacked. */
  readonly entryBytes: number;
  /** How many times an entry may grow. */
  readonly ratio: number;
}

export interface ArchiveEntry {
  /** As the archive says it: for people, not for paths. */
  readonly name: string;
  readonly bytes: number;
  /** Each call unpacks it anew. */
  open(): AsyncIterable<Buffer>;
}

export interface Archive {
  readonly entries: readonly ArchiveEntry[];
  close(): void;
}

const localFileHeader = 0x04_03_4b_50;
const endOfCentralDirectory = 0x06_05_4b_50;

/** Does the file begin as a ZIP does, an empty one included? */
export async function isArchive(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(4), 0, 4, 0);
    if (bytesRead < 4) return false;
    const mark = buffer.readUInt32LE(0);
    return mark === localFileHeader || mark === endOfCentralDirectory;
  } finally {
    await file.close();
  }
}

export async function openArchive(path: string, bounds: ArchiveBounds): Promise<Archive> {
  const zip = await yauzl.openPromise(path, { autoClose: false, decodeStrings: true }).catch(refuse);
  try {
    const entries: ArchiveEntry[] = [];
    let count = 0;
    for await (const entry of zip.eachEntry()) {
      count += 1;
      if (count > bounds.entries) throw new Refusal('bad-archive', archiveTexts.tooMany(bounds.entries));
      if (entry.fileName.endsWith('/')) continue; // a folder
      const isTooLarge =
        entry.uncompressedSize > bounds.entryBytes || entry.uncompressedSize > entry.compressedSize * bounds.ratio;
      if (isTooLarge) throw new Refusal('bad-archive', archiveTexts.tooLarge);
      entries.push({ name: entry.fileName, bytes: entry.uncompressedSize, open: () => unpack(zip, entry) });
    }
    return { entries, close: () => zip.close() };
  } catch (fault) {
    zip.close();
    return refuse(fault);
  }
}

/** yauzl holds the entry to its announced size; the checksum is left to us. */
async function* unpack(zip: yauzl.ZipFile, entry: yauzl.Entry): AsyncGenerator<Buffer> {
  const stream = await zip.openReadStreamPromise(entry).catch(refuse);
  let sum = 0;
  try {
    for await (const chunk of stream) {
      sum = crc32(chunk, sum);
      yield chunk;
    }
  } catch (fault) {
    refuse(fault);
  } finally {
    stream.destroy();
  }
  if (sum !== entry.crc32) throw new Refusal('bad-archive', archiveTexts.unreadable);
}

function refuse(fault: unknown): never {
  if (fault instanceof Refusal) throw fault;
  throw new Refusal('bad-archive', archiveTexts.unreadable, { cause: fault });
}
