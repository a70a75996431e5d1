/**
 * Saves what one changes, a moment after the hand rests, one save at a time, the newest last.
 *
 *   clean -> waiting -> saving -> saved        a change on the way goes back to `waiting`
 *                          `----> fault        what was typed stays; the next change or `flush` tries again
 */
export type SaveState =
  | { readonly kind: 'clean' | 'waiting' | 'saving' | 'saved' }
  | { readonly kind: 'fault'; readonly fault: unknown };

export interface Autosave<Value> {
  set(value: Value): void;
  /** Saves now what waits, or what failed. */
  flush(): Promise<void>;
  subscribe(onChange: () => void): () => void;
  state(): SaveState;
}

export function createAutosave<Value>(save: (value: Value) => Promise<void>, restMs: number): Autosave<Value> {
  let state: SaveState = { kind: 'clean' };
  let unsaved: { readonly value: Value } | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running: Promise<void> | undefined;
  const listeners = new Set<() => void>();
  const become = (next: SaveState): void => {
    state = next;
    for (const each of listeners) each();
  };
  const run = async (): Promise<void> => {
    while (unsaved !== undefined) {
      const sent = unsaved;
      become({ kind: 'saving' });
      try {
        await save(sent.value);
      } catch (fault) {
        return become({ kind: 'fault', fault });
      }
      if (unsaved === sent) unsaved = undefined;
    }
    become({ kind: 'saved' });
  };
  const flush = (): Promise<void> => {
    clearTimeout(timer);
    if (running === undefined && unsaved === undefined) return Promise.resolve();
    running ??= run().finally(() => {
      running = undefined;
    });
    return running;
  };
  return {
    set(value) {
      unsaved = { value };
      clearTimeout(timer);
      become({ kind: 'waiting' });
      timer = setTimeout(() => void flush(), restMs);
    },
    flush,
    subscribe(onChange) {
      listeners.add(onChange);
      return () => listeners.delete(onChange);
    },
    state: () => state,
  };
}
