/** What a file holds, told without importing it. */
import type { EditionSource, FileExamination, ImportOptions } from '../directory.ts';
import { openExtraction, type SourceParts } from './extraction.ts';
import { Progress } from './progress.ts';
import { readText } from './read-text.ts';
import { noWriter } from './staged-tables.ts';

export async function checkFile(
  parts: SourceParts,
  source: string,
  options: Pick<ImportOptions, 'onProgress' | 'signal'>,
): Promise<readonly FileExamination[]> {
  const progress = new Progress(options);
  const extraction = await openExtraction(parts, source, progress.opening());
  try {
    const found: FileExamination[] = [];
    for (const text of extraction.texts) {
      const kind: EditionSource = text.header.kind;
      const tally = await readText({
        header: text.header,
        chunks: text.open(),
        writer: noWriter,
        onBytes: (bytes, rows) =>
          progress.tell({ stage: 'reading', source: kind, bytes, totalBytes: text.bytes, rows }),
        signal: options.signal,
      });
      const { rows, oddRows, reasons, listed } = tally;
      found.push({
        source: kind,
        fileName: text.fileName,
        publishedAt: text.publishedAt ?? null,
        rows,
        oddRows,
        reasons,
        listed,
      });
    }
    return found;
  } finally {
    await extraction.close();
  }
}
