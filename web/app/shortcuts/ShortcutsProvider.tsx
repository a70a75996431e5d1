/** Listens to the keyboard for the whole application; `?` shows what answers to it. */
import { lazy, type ReactNode, Suspense, useEffect, useState } from 'react';
import { readIsOn, writeIsOn } from './choice.ts';
import { Shortcuts } from './registry.ts';
import { ShortcutsContext } from './useShortcuts.ts';

/** Fetched when it is first asked for. */
const ShortcutsHelp = lazy(async () => ({ default: (await import('./ShortcutsHelp.tsx')).ShortcutsHelp }));

function isWriting(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable) return true;
  // A tick box takes no letters: a list that is ticked through still answers.
  return target.closest('input:not([type="checkbox"]), textarea, select, [role="menu"], [role="dialog"]') !== null;
}

/** Enter and the space bar press what has the focus, whatever else they would do. */
function isPressing({ key, target }: KeyboardEvent): boolean {
  if (key !== 'Enter' && key !== ' ') return false;
  return target instanceof Element && target.closest('a[href], button, summary, [role="button"]') !== null;
}

export function ShortcutsProvider({ children }: { readonly children: ReactNode }) {
  const [shortcuts] = useState(() => new Shortcuts());
  const [isOn, setOn] = useState(readIsOn);
  const [isHelpShown, setHelpShown] = useState(false);
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.isComposing || isWriting(event.target) || isPressing(event)) return;
      if (document.querySelector('[role="dialog"], [role="alertdialog"]') !== null) return;
      const { key, ctrlKey, metaKey, altKey } = event;
      if (key === '?' && !ctrlKey && !metaKey) setHelpShown(true);
      else if (!isOn || !shortcuts.press({ key, ctrlKey, metaKey, altKey, at: event.timeStamp })) return;
      event.preventDefault();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [shortcuts, isOn]);
  return (
    <ShortcutsContext.Provider value={shortcuts}>
      {children}
      {isHelpShown ? (
        <Suspense fallback={null}>
          <ShortcutsHelp
            isOpen
            onClose={() => setHelpShown(false)}
            isOn={isOn}
            onSwitch={(next) => {
              setOn(next);
              writeIsOn(next);
            }}
          />
        </Suspense>
      ) : null}
    </ShortcutsContext.Provider>
  );
}
