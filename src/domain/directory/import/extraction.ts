/** What is imported, opened: a text, an archive of texts, or what an address gives, downloaded first. */
import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { directoryImportLimits } from '../../../base/domain-limits.ts';
import { Refusal, Temporary } from '../../../base/errors.ts';
import { editionDate } from '../../../formats/rpps/edition-date.ts';
import { isArchive, openArchive } from '../../../platform/archive/archive.ts';
import type { Downloader } from '../../../platform/net/download.ts';
import { type KnownHeader, readTextHeader } from './read-text.ts';
import { importTexts } from './texts.ts';

export interface ExtractionText {
  readonly header: KnownHeader;
  readonly fileName: string;
  readonly publishedAt: Date | undefined;
  readonly bytes: number;
  open(): AsyncIterable<Buffer>;
}

export interface Extraction {
  readonly texts: readonly ExtractionText[];
  /** Of the file as it came, packed or not. */
  sha256(signal: AbortSignal | undefined): Promise<Buffer>;
  close(): Promise<void>;
}

export interface SourceParts {
  /** Undefined where no address may be asked. */
  readonly downloader: Downloader | undefined;
  /** Where downloads lie until they are read. */
  readonly workFolder: string;
}

export interface OpeningOptions {
  readonly onBytes: (bytes: number, totalBytes: number | null) => void;
  readonly signal: AbortSignal | undefined;
}

/** Throws `Refusal` `unknown-file`, `bad-archive`, `wrong-header`. */
export async function openExtraction(parts: SourceParts, source: string, options: OpeningOptions): Promise<Extraction> {
  if (!/^https?:\/\//i.test(source)) return openFile(source, basename(source), async () => undefined);
  const path = join(parts.workFolder, `directory-${randomBytes(8).toString('hex')}.part`);
  const remove = (): Promise<void> => rm(path, { force: true });
  await download(parts, source, path, options);
  return openFile(path, basename(new URL(source).pathname), remove).catch(async (fault: unknown) => {
    await remove();
    throw fault;
  });
}

async function download(parts: SourceParts, url: string, path: string, options: OpeningOptions): Promise<void> {
  if (parts.downloader === undefined) throw new Refusal('unknown-file', importTexts.unknownFile);
  const outcome = await parts.downloader.download({
    url,
    path,
    onBytes: options.onBytes,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  if (outcome.kind === 'declined') throw new Temporary('source-declined', importTexts.declined(outcome.status));
}

async function openFile(path: string, fileName: string, onClose: () => Promise<void>): Promise<Extraction> {
  const bytes = await sizeOf(path);
  const sha256 = (signal: AbortSignal | undefined): Promise<Buffer> => hashFile(path, signal);
  if (!(await isArchive(path))) {
    if (bytes > directoryImportLimits.textBytes) throw new Refusal('unknown-file', importTexts.tooLarge);
    const text = await describeText({ name: fileName, bytes, open: () => createReadStream(path) });
    return { texts: [text], sha256, close: onClose };
  }
  const archive = await openArchive(path, {
    entries: directoryImportLimits.archiveEntries,
    entryBytes: directoryImportLimits.textBytes,
    ratio: directoryImportLimits.archiveRatio,
  });
  const close = async (): Promise<void> => {
    archive.close();
    await onClose();
  };
  try {
    const texts: ExtractionText[] = [];
    for (const entry of archive.entries) texts.push(await describeText(entry));
    if (texts.length === 0) throw new Refusal('bad-archive', importTexts.emptyArchive);
    const kinds = new Set(texts.map(({ header }) => header.kind));
    if (kinds.size < texts.length) throw new Refusal('bad-archive', importTexts.sameSourceTwice);
    return { texts, sha256, close };
  } catch (fault) {
    archive.close();
    throw fault;
  }
}

async function sizeOf(path: string): Promise<number> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined || !found.isFile()) throw new Refusal('unknown-file', importTexts.unknownFile);
  return found.size;
}

async function describeText(text: {
  readonly name: string;
  readonly bytes: number;
  open(): AsyncIterable<Buffer>;
}): Promise<ExtractionText> {
  const header = await readTextHeader(text.open());
  const fileName = basename(text.name.replaceAll('\\', '/')).slice(0, directoryImportLimits.fieldCharacters);
  return { header, fileName, publishedAt: editionDate(fileName), bytes: text.bytes, open: () => text.open() };
}

async function hashFile(path: string, signal: AbortSignal | undefined): Promise<Buffer> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) {
    signal?.throwIfAborted();
    hash.update(chunk);
  }
  return hash.digest();
}
