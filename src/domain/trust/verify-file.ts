import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { assert } from '../../base/assert.ts';
import { trustLimits } from '../../base/domain-limits.ts';
import { Temporary } from '../../base/errors.ts';
import { trustTexts } from './texts.ts';

/** Reads and proves a white list in a thread of its own, so that the event loop goes on. */

/** A list whose signature holds; who signed it is still to be judged. */
export interface ProvenList {
  readonly generatedAt: Date;
  readonly entryCount: number;
  readonly domainCount: number;
  readonly unreadableEntries: number;
  /** Of the file, lower-case hexadecimal. */
  readonly sha256: string;
  readonly signerDer: Uint8Array;
  /**
   * Rows of `trust.white_list_entry` as one JSON array in UTF-8: handed over without a copy, it goes to the database as it
   * is, unopened on this thread.
   */
  readonly entriesJson: Uint8Array<ArrayBuffer>;
}

export type WorkerAnswer =
  | { readonly outcome: 'read'; readonly list: ProvenList }
  | { readonly outcome: 'refused'; readonly code: string };

/** Throws `Temporary('white-list-verification')` when the thread takes too long, too much memory, or dies. */
export async function proveWhiteList(
  file: Uint8Array,
  { timeoutMs }: { readonly timeoutMs: number } = { timeoutMs: trustLimits.verifyMs },
): Promise<WorkerAnswer> {
  const worker = new Worker(new URL('./verify-worker.ts', import.meta.url), {
    workerData: file,
    resourceLimits: { maxOldGenerationSizeMb: trustLimits.verifyHeapMib },
  });
  try {
    const [answer] = await once(worker, 'message', { signal: AbortSignal.timeout(timeoutMs) });
    assert(isAnswer(answer), 'the thread of the white list answered something else');
    return answer;
  } catch (cause) {
    throw new Temporary('white-list-verification', trustTexts.verificationFailed, { cause });
  } finally {
    await worker.terminate();
  }
}

/** The thread is ours: its discriminant is enough. */
function isAnswer(value: unknown): value is WorkerAnswer {
  return typeof value === 'object' && value !== null && 'outcome' in value;
}
