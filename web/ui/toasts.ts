/** What just happened, said in passing, with a way back. One line at a time in view; the others wait their turn. */
export interface Toast {
  readonly id: number;
  readonly text: string;
  readonly kind: 'done' | 'fault';
  readonly undo?: () => void;
  /** Milliseconds it stays; faults stay until they are closed. */
  readonly lastsMs: number;
}

export interface Toasts {
  show(text: string, options?: { undo?: () => void; kind?: Toast['kind']; lastsMs?: number }): number;
  close(id: number): void;
  subscribe(onChange: () => void): () => void;
  list(): readonly Toast[];
}

const usualMs = 6_000;
const mostKept = 4;

export function createToasts(): Toasts {
  let toasts: readonly Toast[] = [];
  let next = 1;
  const listeners = new Set<() => void>();
  const set = (changed: readonly Toast[]): void => {
    toasts = changed;
    for (const each of listeners) each();
  };
  return {
    show(text, { undo, kind = 'done', lastsMs = kind === 'fault' ? Number.POSITIVE_INFINITY : usualMs } = {}) {
      const toast: Toast = { id: next, text, kind, lastsMs, ...(undo === undefined ? {} : { undo }) };
      next += 1;
      set([...toasts, toast].slice(-mostKept));
      return toast.id;
    },
    close: (id) => set(toasts.filter((toast) => toast.id !== id)),
    subscribe(onChange) {
      listeners.add(onChange);
      return () => listeners.delete(onChange);
    },
    list: () => toasts,
  };
}
