import type { JmapClient } from '../../../jmap/client.ts';
import { readingTexts as texts } from '../../../texts/reading.ts';
import type { ReadPart } from '../conversation/opened.ts';
import { cleanName } from './kinds.ts';

type Blobs = Pick<JmapClient, 'blobUrl'>;
type Part = Pick<ReadPart, 'blobId' | 'name' | 'type'>;

/** Between two downloads: browsers drop those that begin at once. */
const pauseMs = 400;

/** Kept as a file under its clean name; never opened in the page, whatever it is. */
export function downloadOne(jmap: Blobs, accountId: string, { blobId, name }: Part): void {
  if (blobId === null) return;
  const link = document.createElement('a');
  const shownName = cleanName(name) || texts.unnamed;
  link.href = jmap.blobUrl({ accountId, blobId, name: shownName, type: 'application/octet-stream' });
  link.download = shownName;
  link.rel = 'noopener';
  link.click();
}

export async function downloadAll(jmap: Blobs, accountId: string, parts: readonly Part[]): Promise<void> {
  for (const part of parts) {
    downloadOne(jmap, accountId, part);
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}
