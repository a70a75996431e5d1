/** The copy on screen: what was read, drafts, what waits; reading and writing without network. */
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import {
  createMemoryHistory,
  createRootRoute,
  createRouter,
  RouterProvider,
  useLocation,
  useNavigate,
} from '@tanstack/react-router';
import { CloudOff, SquarePen } from 'lucide-react';
import {
  createContext,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react';
import { OfficeContext } from '../app/session.ts';
import type { Beginning } from '../mail/compose/begin.ts';
import type { ReplyMode } from '../mail/compose/reply-rules.ts';
import { offlineTexts as texts } from '../texts/offline.ts';
import { Button } from '../ui/Button.tsx';
import { longDate } from '../ui/dates.ts';
import { EmptyState } from '../ui/States.tsx';
import { beginOffline } from './begin-offline.ts';
import type { DeviceCopy, KeptDraft, KeptEmail, KeptFrame, WaitingMessage } from './copy.ts';
import { KeptLists } from './KeptLists.tsx';
import { KeptMessage } from './KeptMessage.tsx';
import styles from './Offline.module.css';
import { OfflineComposer } from './OfflineComposer.tsx';
import { offlineOffice } from './offline-office.ts';
import type { DeviceRecord } from './standing.ts';

export interface OfflineAppProps {
  readonly device: DeviceRecord;
  readonly copy: DeviceCopy;
  readonly frame: KeptFrame;
  readonly onRetry: () => void;
}

const PropsContext = createContext<OfflineAppProps | undefined>(undefined);

/** Links of messages lead to addresses of the application: here a router of its own takes them. */
function makeRouter() {
  const routeTree = createRootRoute({ component: OfflineDesk, notFoundComponent: OfflineDesk });
  return createRouter({ routeTree, history: createMemoryHistory({ initialEntries: ['/'] }) });
}

export function OfflineApp(props: OfflineAppProps) {
  const queries = useMemo(() => {
    const made = new QueryClient({ defaultOptions: { queries: { retry: false } } });
    if (props.frame.settings !== undefined) made.setQueryData(['settings'], props.frame.settings);
    return made;
  }, [props.frame]);
  const router = useMemo(makeRouter, []);
  return (
    <PropsContext.Provider value={props}>
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </PropsContext.Provider>
  );
}

export interface Kept {
  readonly emails: readonly KeptEmail[];
  readonly drafts: readonly KeptDraft[];
  readonly waiting: readonly WaitingMessage[];
}

export type Shown =
  | { readonly kind: 'email'; readonly accountId: string; readonly emailId: string }
  | { readonly kind: 'draft'; readonly draft: KeptDraft; readonly isNew: boolean }
  | { readonly kind: 'waiting'; readonly waiting: WaitingMessage };

function useKept(copy: DeviceCopy): { readonly kept: Kept; reload(): Promise<void> } {
  const [kept, setKept] = useState<Kept>({ emails: [], drafts: [], waiting: [] });
  const reload = useCallback(async () => {
    const [emails, drafts, waiting] = await Promise.all([copy.emails(), copy.drafts(), copy.waiting()]);
    setKept({ emails, drafts, waiting });
  }, [copy]);
  useEffect(() => void reload(), [reload]);
  return { kept, reload };
}

function followOnline(onChange: () => void): () => void {
  for (const name of ['online', 'offline']) window.addEventListener(name, onChange);
  return () => {
    for (const name of ['online', 'offline']) window.removeEventListener(name, onChange);
  };
}

function OfflineDesk() {
  const props = useContext(PropsContext);
  return props === undefined ? null : <Desk {...props} />;
}

function Desk({ device, copy, frame, onRetry }: OfflineAppProps) {
  const { kept, reload } = useKept(copy);
  const [shown, setShown] = useState<Shown>();
  const emails = useRef(kept.emails);
  emails.current = kept.emails;
  const urls = useRef(new Map<string, string>());
  const office = useMemo(
    () => offlineOffice({ copy, frame, emails: () => emails.current, urls: urls.current }),
    [copy, frame],
  );
  const show = useCallback(
    (next: Shown | undefined) => {
      setShown(next);
      void reload();
    },
    [reload],
  );
  const write = useCallback(
    async (origin?: { accountId: string; emailId: string; mode: ReplyMode }, to?: string) => {
      const beginning: Beginning = await beginOffline({ office, frame, ...(to === undefined ? {} : { to }) }, origin);
      if (beginning.kind !== 'ready') return;
      const { message } = beginning.begun;
      show({
        ...{ kind: 'draft', isNew: true },
        draft: { message, draft: undefined, changedAt: Date.now(), isChanged: true },
      });
    },
    [office, frame, show],
  );
  useMailLinks(write);
  return (
    <OfficeContext.Provider value={office}>
      <div className={styles.desk} data-open={shown !== undefined || undefined}>
        <Banner device={device} onRetry={onRetry} />
        <section className={styles.list} aria-label={texts.copyTitle}>
          <Button kind="main" isWide icon={<SquarePen aria-hidden="true" />} onPress={() => void write()}>
            {texts.write}
          </Button>
          <KeptLists kept={kept} shown={shown} onShow={show} />
        </section>
        <main className={styles.pane}>
          <Pane {...{ shown, kept, copy, frame, urls: urls.current }} onShow={show} onWrite={write} />
        </main>
      </div>
    </OfficeContext.Provider>
  );
}

/** An address in a message is written to here. */
function useMailLinks(write: (origin: undefined, to: string) => Promise<void>): void {
  const { pathname, search } = useLocation();
  const navigate = useNavigate();
  useEffect(() => {
    if (pathname !== '/ecrire') return;
    const to = 'a' in search && typeof search.a === 'string' ? search.a : '';
    void write(undefined, to);
    void navigate({ to: '/', replace: true });
  }, [pathname, search, write, navigate]);
}

function Banner({ device, onRetry }: Pick<OfflineAppProps, 'device' | 'onRetry'>) {
  const isOnline = useSyncExternalStore(followOnline, () => navigator.onLine);
  return (
    <header className={styles.banner}>
      <CloudOff aria-hidden="true" />
      <h1>{texts.banner(longDate(new Date(device.contactAt), new Date()))}</h1>
      <span role="status">{isOnline ? texts.back : ''}</span>
      <Button onPress={onRetry}>{isOnline ? texts.reconnect : texts.retry}</Button>
    </header>
  );
}

interface PaneProps {
  readonly shown: Shown | undefined;
  readonly kept: Kept;
  readonly copy: DeviceCopy;
  readonly frame: KeptFrame;
  readonly urls: Map<string, string>;
  readonly onShow: (shown: Shown | undefined) => void;
  readonly onWrite: (origin: { accountId: string; emailId: string; mode: ReplyMode }) => Promise<void>;
}

function Pane({ shown, kept, copy, frame, urls, onShow, onWrite }: PaneProps) {
  const back = (): void => onShow(undefined);
  switch (shown?.kind) {
    case undefined:
      return <EmptyState title={texts.nothingOpen}>{texts.nothingOpenHelp}</EmptyState>;
    case 'email': {
      const { accountId, emailId } = shown;
      const found = kept.emails.find((each) => each.accountId === accountId && each.email.id === emailId);
      if (found === undefined) return null;
      return (
        <KeptMessage
          key={`${accountId} ${emailId}`}
          {...{ copy, urls, kept: found, onBack: back }}
          onReply={(mode) => void onWrite({ accountId, emailId, mode })}
        />
      );
    }
    case 'draft':
      return (
        <OfflineComposer
          key={shown.draft.message.draftId}
          {...{ copy, frame, kept: shown.draft, isNew: shown.isNew, emails: kept.emails }}
          onBack={back}
        />
      );
    case 'waiting':
      return <Waiting waiting={shown.waiting} copy={copy} onShow={onShow} />;
  }
}

function Waiting({ waiting, copy, onShow }: Pick<PaneProps, 'copy' | 'onShow'> & { readonly waiting: WaitingMessage }) {
  const { message, drafts, isTried = false } = waiting;
  const resume = async (): Promise<void> => {
    const [former] = drafts;
    const draft: KeptDraft = { message, draft: former, changedAt: Date.now(), isChanged: true };
    await copy.putDraft(draft);
    await copy.dropWaiting(waiting.idempotencyId);
    onShow({ kind: 'draft', draft, isNew: false });
  };
  return (
    <EmptyState
      title={message.subject === '' ? texts.noSubject : message.subject}
      action={isTried ? undefined : <Button onPress={() => void resume()}>{texts.resume}</Button>}
    >
      {texts.queued} {isTried ? texts.maybeSent : null}
    </EmptyState>
  );
}
