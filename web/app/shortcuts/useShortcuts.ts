/** Shortcuts, from a component. */
import { createContext, useContext, useEffect, useRef } from 'react';
import type { Shortcut, Shortcuts } from './registry.ts';

export const ShortcutsContext = createContext<Shortcuts | undefined>(undefined);

/** Declares these while the component is shown. Their keys, names and number stay the same from one rendering to the next. */
export function useShortcuts(shortcuts: readonly Shortcut[]): void {
  const registry = useContext(ShortcutsContext);
  const latest = useRef(shortcuts);
  latest.current = shortcuts;
  useEffect(() => {
    return registry?.declare(
      latest.current.map((shortcut, at) =>
        shortcut.run === undefined ? shortcut : { ...shortcut, run: () => latest.current[at]?.run?.() },
      ),
    );
  }, [registry]);
}
