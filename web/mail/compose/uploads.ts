/** Files on their way to the server: some at a time, each with its progress, stopped or tried again by its writer. */
import type { UploadedBlob } from '../../jmap/client.ts';
import type { Attachment } from './message.ts';

export interface UploadLine {
  readonly id: string;
  readonly name: string;
  readonly size: number;
  readonly state: 'waiting' | 'running' | 'failed';
  /** From 0 to 1. */
  readonly share: number;
}

export interface UploadParts {
  readonly upload: (
    file: Blob,
    options: { readonly onProgress: (share: number) => void; readonly signal: AbortSignal },
  ) => Promise<UploadedBlob>;
  readonly onDone: (attachment: Attachment) => void;
}

export interface Uploads {
  list(): readonly UploadLine[];
  subscribe(onChange: () => void): () => void;
  add(file: File): void;
  cancel(id: string): void;
  retry(id: string): void;
}

/** One less than `maxConcurrentUpload` of the server: another tab may upload too. */
const atOnce = 3;

interface Job {
  readonly file: File;
  readonly abort: AbortController;
}

export function createUploads({ upload, onDone }: UploadParts): Uploads {
  let lines: readonly UploadLine[] = [];
  const jobs = new Map<string, Job>();
  const listeners = new Set<() => void>();
  const set = (changed: readonly UploadLine[]): void => {
    lines = changed;
    for (const each of listeners) each();
  };
  const change = (id: string, to: Partial<UploadLine>): void =>
    set(lines.map((line) => (line.id === id ? { ...line, ...to } : line)));
  const drop = (id: string): void => {
    jobs.delete(id);
    set(lines.filter((line) => line.id !== id));
  };
  const run = async (id: string, { file, abort }: Job): Promise<void> => {
    change(id, { state: 'running', share: 0 });
    try {
      const { blobId, type, size } = await upload(file, {
        onProgress: (share) => change(id, { share }),
        signal: abort.signal,
      });
      drop(id);
      onDone({ blobId, type: file.type === '' ? type : file.type, name: file.name, size });
    } catch {
      if (!abort.signal.aborted) change(id, { state: 'failed' });
    }
    next();
  };
  const next = (): void => {
    const running = lines.filter(({ state }) => state === 'running').length;
    for (const { id } of lines.filter(({ state }) => state === 'waiting').slice(0, Math.max(0, atOnce - running))) {
      const job = jobs.get(id);
      if (job !== undefined) void run(id, job);
    }
  };
  return {
    list: () => lines,
    subscribe(onChange) {
      listeners.add(onChange);
      return () => listeners.delete(onChange);
    },
    add(file) {
      const id = crypto.randomUUID();
      jobs.set(id, { file, abort: new AbortController() });
      set([...lines, { id, name: file.name, size: file.size, state: 'waiting', share: 0 }]);
      next();
    },
    cancel(id) {
      jobs.get(id)?.abort.abort();
      drop(id);
      next();
    },
    retry(id) {
      const job = jobs.get(id);
      if (job === undefined) return;
      jobs.set(id, { file: job.file, abort: new AbortController() });
      change(id, { state: 'waiting' });
      next();
    },
  };
}
