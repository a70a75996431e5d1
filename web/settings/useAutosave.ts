import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { createAutosave, type SaveState } from './autosave.ts';

/** A moment of rest between two words. */
const restMs = 800;

export interface Autosaved<Value> {
  readonly value: Value;
  readonly state: SaveState;
  set(value: Value): void;
  /** At once, as for a switch; or again, after a fault. */
  flush(): void;
}

/** Of a form that saves itself: what stands in it, and how far it is saved. It is saved too when the screen is left. */
export function useAutosave<Value>(initial: Value, save: (value: Value) => Promise<void>): Autosaved<Value> {
  const [value, setValue] = useState(initial);
  const latest = useRef(save);
  latest.current = save;
  const autosave = useMemo(() => createAutosave<Value>((changed) => latest.current(changed), restMs), []);
  const state = useSyncExternalStore(autosave.subscribe, autosave.state);
  useEffect(() => {
    const flush = (): void => void autosave.flush();
    window.addEventListener('pagehide', flush);
    return () => {
      window.removeEventListener('pagehide', flush);
      flush();
    };
  }, [autosave]);
  return {
    value,
    state,
    set(next) {
      setValue(next);
      autosave.set(next);
    },
    flush: () => void autosave.flush(),
  };
}
