/** The line of news and the store of emails, for as long as somebody is signed in. */
import { type ReactNode, useEffect, useState } from 'react';
import { MailStoreContext } from '../mail/store/hooks.ts';
import { createMailStore } from '../mail/store/store.ts';
import { type Live, openLive } from './live.ts';
import { LiveContext } from './live-context.ts';
import { useOffice } from './session.ts';

function setTimer(deed: () => void, ms: number): () => void {
  const timer = setTimeout(deed, ms);
  return () => clearTimeout(timer);
}

export function LiveProvider({ children }: { readonly children: ReactNode }) {
  const { jmap, accounts } = useOffice();
  const [live, setLive] = useState<Live>();
  // Of the first sign-in: another person at the same screen loads the page anew (SessionGate).
  const [store] = useState(() =>
    createMailStore({ jmap, accountIds: accounts.map(({ accountId }) => accountId), setTimer }),
  );
  useEffect(() => {
    const opened = openLive({ follow: jmap.follow, setTimer, random: Math.random });
    const stop = store.follow(opened);
    setLive(opened);
    return () => {
      stop();
      opened.close();
    };
  }, [jmap, store]);
  return (
    <LiveContext.Provider value={live}>
      <MailStoreContext.Provider value={store}>{children}</MailStoreContext.Provider>
    </LiveContext.Provider>
  );
}
