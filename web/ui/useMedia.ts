import { useCallback, useSyncExternalStore } from 'react';

/** Whether a media query holds now; follows it. For what style sheets alone cannot do. */
export function useMedia(query: string): boolean {
  const subscribe = useCallback(
    (onChange: () => void) => {
      const list = window.matchMedia(query);
      list.addEventListener('change', onChange);
      return () => list.removeEventListener('change', onChange);
    },
    [query],
  );
  return useSyncExternalStore(subscribe, () => window.matchMedia(query).matches);
}

/** One pane, tabs at the bottom. */
export const phone = '(max-width: 699px)';
