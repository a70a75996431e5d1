/** Large documents fetched to a file, from hosts that the configuration names: the extractions of the directory. */
import { open, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { Temporary } from '../../base/errors.ts';
import { getAllowed, type HostRules } from './allowed-get.ts';
import type { HttpAnswer } from './http-call.ts';
import { netTexts } from './texts.ts';

export interface DownloaderOptions extends HostRules {
  /** For the whole download, and without a single octet. */
  readonly timeoutMs: number;
  readonly idleMs: number;
  readonly maxBytes: number;
}

export interface DownloadWish {
  readonly url: string;
  /** Written anew; removed when the download fails. */
  readonly path: string;
  readonly onBytes?: (bytes: number, totalBytes: number | null) => void;
  readonly signal?: AbortSignal;
}

export type DownloadOutcome =
  | { readonly kind: 'downloaded'; readonly bytes: number }
  /** The host answered that it will not give it (4xx). */
  | { readonly kind: 'declined'; readonly status: number };

export interface Downloader {
  /** Throws `Refusal` when the address is not allowed, `Temporary` when the host fails. */
  download(wish: DownloadWish): Promise<DownloadOutcome>;
}

export function createDownloader(options: DownloaderOptions): Downloader {
  return {
    async download(wish) {
      const { answer, host } = await getAllowed(options, wish.url, { headers: {}, timeoutMs: options.timeoutMs });
      const { status } = answer;
      if (status !== 200) {
        answer.discard();
        // 408, 425 and 429 ask for patience; the other 4xx are answers.
        if (status >= 400 && status < 500 && ![408, 425, 429].includes(status)) return { kind: 'declined', status };
        throw new Temporary('answer-failed', netTexts.answerFailed(host, status));
      }
      try {
        return { kind: 'downloaded', bytes: await writeBody(options, wish, answer, host) };
      } catch (fault) {
        await rm(wish.path, { force: true });
        if (isShortOfRoom(fault)) throw new Temporary('disk-full', netTexts.noRoom, { cause: fault });
        throw fault;
      }
    },
  };
}

async function writeBody(
  { idleMs, maxBytes }: DownloaderOptions,
  { path, onBytes, signal }: DownloadWish,
  answer: HttpAnswer,
  host: string,
): Promise<number> {
  const announced = answer.header('content-length');
  const totalBytes = announced === undefined ? null : Number(announced);
  const tooLarge = (): Temporary => new Temporary('answer-too-large', netTexts.answerTooLarge(host));
  if (totalBytes !== null && totalBytes > maxBytes) {
    answer.discard();
    throw tooLarge();
  }
  // Opened before and closed after: a stream that opens by itself may make the file once it has been taken away.
  const file = await open(path, 'w', 0o600);
  let bytes = 0;
  let isIdle = false;
  const watch = setTimeout(() => {
    isIdle = true;
    answer.discard();
  }, idleMs);
  async function* counted(): AsyncGenerator<Buffer> {
    for await (const chunk of answer.body) {
      watch.refresh();
      bytes += chunk.length;
      if (bytes > maxBytes) throw tooLarge(); // leaving the loop closes the connection
      onBytes?.(bytes, totalBytes);
      yield chunk;
    }
  }
  try {
    await pipeline(counted, file.createWriteStream(), signal === undefined ? {} : { signal });
  } catch (fault) {
    if (isIdle) throw new Temporary('connection-timeout', netTexts.connectionTimeout(host), { cause: fault });
    throw fault;
  } finally {
    clearTimeout(watch);
    await file.close();
  }
  return bytes;
}

function isShortOfRoom(fault: unknown): boolean {
  return fault instanceof Error && 'code' in fault && (fault.code === 'ENOSPC' || fault.code === 'EDQUOT');
}
