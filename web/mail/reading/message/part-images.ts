/** Pictures that a message carries and shows in its text. */
import type { JmapClient } from '../../../jmap/client.ts';
import type { ReadPart } from '../conversation/opened.ts';
import { readingBounds } from '../safety/bounds.ts';

interface Shown {
  readonly jmap: Pick<JmapClient, 'openBlob'>;
  readonly accountId: string;
  readonly parts: readonly ReadPart[];
  readonly images: readonly { readonly contentId: string; show(url: string): void }[];
  /** Aborted when the message is no longer shown: their addresses end then. */
  readonly signal: AbortSignal;
}

const raster = /^image\/(?:png|jpeg|gif|webp|bmp|avif)$/;

/** A picture that cannot be had keeps its alternative text. */
export async function showPartImages({ jmap, accountId, parts, images, signal }: Shown): Promise<void> {
  const opened = new Map<string, Promise<string | undefined>>();
  const open = async ({ blobId, type, size, name }: ReadPart): Promise<string | undefined> => {
    if (blobId === null || !raster.test(type) || size > readingBounds.previewBytes) return undefined;
    const blob = await jmap.openBlob({ accountId, blobId, type, name: name ?? '' }, signal).catch(() => undefined);
    if (blob === undefined || signal.aborted) return undefined;
    const url = URL.createObjectURL(new Blob([blob], { type }));
    signal.addEventListener('abort', () => URL.revokeObjectURL(url), { once: true });
    return url;
  };
  await Promise.all(
    images.map(async ({ contentId, show }) => {
      const id = contentId.toLowerCase();
      const part = parts.find(({ cid }) => cid?.toLowerCase() === id);
      if (part === undefined) return;
      const opening = opened.get(id) ?? open(part);
      opened.set(id, opening);
      const url = await opening;
      if (url !== undefined) show(url);
    }),
  );
}
