/** The line of news, from a component. */
import { createContext, useContext, useEffect, useRef, useSyncExternalStore } from 'react';
import type { Live, News } from './live.ts';

/** Undefined: it is not open yet. */
export const LiveContext = createContext<Live | undefined>(undefined);

function useLive(): Live | undefined {
  return useContext(LiveContext);
}

const never = (): (() => void) => () => undefined;
const yes = (): boolean => true;

export function useIsLineUp(): boolean {
  const live = useLive();
  return useSyncExternalStore(live?.subscribeState ?? never, live?.isUp ?? yes);
}

/** Calls `listener` with each change while the component is shown. */
export function useNews(listener: (news: News) => void): void {
  const live = useLive();
  const latest = useRef(listener);
  latest.current = listener;
  useEffect(() => live?.listen((news) => latest.current(news)), [live]);
}
