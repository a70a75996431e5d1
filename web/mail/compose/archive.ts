/**
 * A message as an encrypted archive, made on this device for someone outside the trust space: WinZip AE-2, AES-256
 * (APPNOTE 6.3.10 §7.2, WinZip AES). Nothing of it leaves the device by Hygie.
 */
import { composeTexts as texts } from '../../texts/compose.ts';
import { type ComposedMessage, plainTextOf, printHtml } from './message.ts';

export interface ArchiveFile {
  readonly name: string;
  readonly open: () => Promise<Blob>;
}

/** Names once each, without what a folder or another system would make of them. */
export function archiveNames(names: readonly string[]): readonly string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    const plain = name
      .replace(/[\\/:*?"<>|\p{Cc}\p{Cf}]+/gu, '_')
      .replace(/^[.\s]+|[.\s]+$/g, '')
      .slice(-120);
    const usable = plain === '' ? texts.unnamedFile : plain;
    let [candidate, count] = [usable, 1];
    while (taken.has(candidate.toLowerCase())) {
      count += 1;
      candidate = usable.replace(/(\.[^.]{1,10})?$/, (ending) => ` (${count})${ending}`);
    }
    taken.add(candidate.toLowerCase());
    return candidate;
  });
}

/** The text twice, for whoever reads HTML or not. */
export function messageFiles(message: ComposedMessage): readonly ArchiveFile[] {
  const subject = message.subject === '' ? [] : [texts.field(texts.subject, message.subject), ''];
  const text = [...subject, plainTextOf(message), ''].join('\n').replace(/\r?\n/g, '\r\n');
  const plain = { name: texts.archiveText, open: async () => new Blob([text], { type: 'text/plain' }) };
  if (message.format === 'text') return [plain];
  const html = printHtml(message.html);
  return [plain, { name: texts.archiveHtml, open: async () => new Blob([html], { type: 'text/html' }) }];
}

export interface ArchiveRequest {
  readonly files: readonly ArchiveFile[];
  readonly password: string;
  readonly onProgress: (done: number) => void;
}

/** The browser's own compression and cipher, on this thread: the content policy lets no other code in. */
export async function makeArchive({ files, password, onProgress }: ArchiveRequest): Promise<Blob> {
  const { BlobReader, BlobWriter, configure, ZipWriter } = await import('@zip.js/zip.js/lib/zip-core-native.js');
  configure({ useWebWorkers: false });
  const writer = new ZipWriter(new BlobWriter('application/zip'), { password, encryptionStrength: 3 });
  const names = archiveNames(files.map(({ name }) => name));
  for (const [index, { open }] of files.entries()) {
    await writer.add(names[index] ?? String(index), new BlobReader(await open()));
    onProgress(index + 1);
  }
  return writer.close();
}
