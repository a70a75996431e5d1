/** Around whoever is signed in: the copy of this device, when it keeps one. What keeps it is loaded then, not before. */
import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { type Office, OfficeContext, useOffice } from '../app/session.ts';
import type { JmapClient } from '../jmap/client.ts';
import type { OpenedEmail } from '../mail/reading/conversation/opened.ts';
import { offlineTexts as texts } from '../texts/offline.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { useToasts } from '../ui/ToastRegion.tsx';
import { readDevice } from './device.ts';
import { DeviceContext, type DeviceKeeping, useKeeperState } from './device-context.ts';
import type { Keeper } from './keeper.ts';
import { OutboxContext } from './outbox.ts';

/** An hour: the week without contact is counted by days. */
const contactEveryMs = 60 * 60_000;
/** Leaving does not wait longer for what still leaves. */
const flushPatienceMs = 5_000;

function useKeeping(office: Office): DeviceKeeping {
  const queries = useQueryClient();
  const toasts = useToasts();
  const [keeper, setKeeper] = useState<Keeper>();
  const loading = useRef<Promise<Keeper> | undefined>(undefined);
  const latest = useRef(office);
  latest.current = office;
  const load = useCallback((): Promise<Keeper> => {
    loading.current ??= import('./make-keeper.ts').then(async ({ makeKeeper }) => {
      const made = makeKeeper({ office: () => latest.current, queries, toasts });
      setKeeper(made);
      await made.start();
      return made;
    });
    return loading.current;
  }, [queries, toasts]);
  useEffect(() => {
    // No IndexedDB, as in some private windows: nothing is kept.
    readDevice().then(
      (device) => {
        if (device !== undefined) void load().catch(() => undefined); // what keeps the copy did not come: as without one
      },
      () => undefined,
    );
  }, [load]);
  return useMemo(() => ({ keeper, load }), [keeper, load]);
}

/** What is opened to be read is kept: by the queries that reading asks, and by the files that it looks into. */
function useKept(keeper: Keeper | undefined): void {
  const queries = useQueryClient();
  useEffect(() => {
    if (keeper === undefined) return;
    return keepWhatIsRead(queries, keeper);
  }, [keeper, queries]);
}

function keepWhatIsRead(queries: QueryClient, keeper: Keeper): () => void {
  const cache = queries.getQueryCache();
  const keep = (key: readonly unknown[], data: unknown): void => {
    const [area, accountId, kind] = key; // mail/reading/conversation/useReading.ts
    if (area !== 'reading' || kind !== 'email' || typeof accountId !== 'string' || data == null) return;
    keeper.keepEmail(accountId, data as OpenedEmail); // what that query answers
  };
  const keepAll = (): void => {
    for (const { queryKey, state } of cache.findAll({ queryKey: ['reading'] })) keep(queryKey, state.data);
  };
  let wasOpen = false;
  const stops = [
    cache.subscribe((event) => {
      if (event.type === 'updated' && event.action.type === 'success')
        keep(event.query.queryKey, event.query.state.data);
    }),
    keeper.subscribe(() => {
      const isOpen = keeper.state().kind === 'open';
      if (isOpen && !wasOpen) keepAll();
      wasOpen = isOpen;
    }),
  ];
  keepAll();
  return () => {
    for (const stop of stops) stop();
  };
}

function useContacts(keeper: Keeper | undefined): void {
  useEffect(() => {
    if (keeper === undefined) return;
    const contact = (): void => void keeper.start().catch(() => undefined); // the next one does it
    const timer = setInterval(contact, contactEveryMs);
    window.addEventListener('online', contact);
    return () => {
      clearInterval(timer);
      window.removeEventListener('online', contact);
    };
  }, [keeper]);
}

function useKeepingJmap(jmap: JmapClient, keeper: Keeper | undefined): JmapClient {
  const latest = useRef(keeper);
  latest.current = keeper;
  return useMemo(
    () => ({
      ...jmap,
      async openBlob(blob, signal) {
        const opened = await jmap.openBlob(blob, signal);
        latest.current?.keepFile({ accountId: blob.accountId, blobId: blob.blobId }, opened);
        return opened;
      },
    }),
    [jmap],
  );
}

export function DeviceProvider({ children }: { readonly children: ReactNode }) {
  const office = useOffice();
  const keeping = useKeeping(office);
  const { keeper } = keeping;
  const state = useKeeperState(keeper);
  useKept(keeper);
  useContacts(keeper);
  const jmap = useKeepingJmap(office.jmap, keeper);
  const [lost, setLost] = useState(0);
  const leave = useCallback(async () => {
    await keeper?.erase().catch(() => undefined); // signing out forgets once more, and says when it could not
    await office.signOut();
  }, [keeper, office]);
  const signOut = useCallback(async () => {
    const waiting = await waitingAfterFlush(keeper);
    if (waiting > 0) setLost(waiting);
    else await leave();
  }, [keeper, leave]);
  const kept = useMemo(() => ({ ...office, jmap, signOut }), [office, jmap, signOut]);
  return (
    <OfficeContext.Provider value={kept}>
      <DeviceContext.Provider value={keeping}>
        <OutboxContext.Provider value={state.kind === 'open' ? state.outbox : undefined}>
          {children}
          <Dialog
            title={texts.leaveTitle}
            isOpen={lost > 0}
            onClose={() => setLost(0)}
            actions={
              <>
                <Button kind="alarm" onPress={() => void leave()}>
                  {texts.leaveAnyway}
                </Button>
                <Button kind="main" onPress={() => setLost(0)}>
                  {texts.stay}
                </Button>
              </>
            }
          >
            <p>{texts.leaveLead(lost)}</p>
          </Dialog>
        </OutboxContext.Provider>
      </DeviceContext.Provider>
    </OfficeContext.Provider>
  );
}

async function waitingAfterFlush(keeper: Keeper | undefined): Promise<number> {
  const state = keeper?.state();
  if (state?.kind !== 'open') return 0;
  const patience = new Promise<void>((resolve) => setTimeout(resolve, flushPatienceMs));
  await Promise.race([state.outbox.flush(), patience]);
  return (await state.copy.waiting()).length;
}
