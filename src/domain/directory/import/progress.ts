import { directoryImportLimits } from '../../../base/domain-limits.ts';
import type { ImportOptions, ImportProgress } from '../directory.ts';

/** Tells of progress some times a second at most. */
export class Progress {
  readonly #onProgress: ((progress: ImportProgress) => void) | undefined;
  readonly #signal: AbortSignal | undefined;
  #nextMs = 0;

  constructor({ onProgress, signal }: Pick<ImportOptions, 'onProgress' | 'signal'>) {
    this.#onProgress = onProgress;
    this.#signal = signal;
  }

  tell(progress: ImportProgress, isStage = false): void {
    if (this.#onProgress === undefined || (!isStage && performance.now() < this.#nextMs)) return;
    this.#nextMs = performance.now() + directoryImportLimits.progressMs;
    this.#onProgress(progress);
  }

  opening(): { onBytes: (bytes: number, totalBytes: number | null) => void; signal: AbortSignal | undefined } {
    return {
      onBytes: (bytes, totalBytes) => this.tell({ stage: 'downloading', source: null, bytes, totalBytes, rows: 0 }),
      signal: this.#signal,
    };
  }
}
