/** Which lines of a long list are in sight: lines of one height, so that any place is reached at once. */
import { type RefObject, useCallback, useEffect, useLayoutEffect, useState } from 'react';

export interface ShownWindow {
  readonly first: number;
  /** Included; before `first` when there is nothing. */
  readonly last: number;
}

/** Lines rendered beyond those in sight, so that a scroll shows no gap before it is answered. */
const spare = 6;

function windowOf(scroller: HTMLElement, rowHeight: number, count: number): ShownWindow {
  const first = Math.max(0, Math.floor(scroller.scrollTop / rowHeight) - spare);
  const last = Math.min(count - 1, Math.ceil((scroller.scrollTop + scroller.clientHeight) / rowHeight) + spare);
  return { first, last };
}

export function useWindow(scroller: RefObject<HTMLElement | null>, rowHeight: number, count: number): ShownWindow {
  const [shown, setShown] = useState<ShownWindow>({ first: 0, last: -1 });
  const look = useCallback(() => {
    const { current } = scroller;
    if (current === null) return;
    const next = windowOf(current, rowHeight, count);
    setShown((now) => (now.first === next.first && now.last === next.last ? now : next));
  }, [scroller, rowHeight, count]);
  useLayoutEffect(look, [look]);
  useEffect(() => {
    const { current } = scroller;
    if (current === null) return;
    const observer = new ResizeObserver(look);
    observer.observe(current);
    current.addEventListener('scroll', look, { passive: true });
    return () => {
      observer.disconnect();
      current.removeEventListener('scroll', look);
    };
  }, [scroller, look]);
  // Between a change of `count` and the look at it, never beyond the list.
  return { first: Math.min(shown.first, Math.max(0, count - 1)), last: Math.min(shown.last, count - 1) };
}
