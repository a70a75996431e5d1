/**
 * Nobody is signed in: the sign-in page. The session ended while one worked: the screen stays as it is, behind the sign-in
 * dialog, and what was typed with it.
 */
import { lazy, type ReactNode, Suspense, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { Session } from '../../contract/session.ts';
import { ApiProblem, createApiClient } from '../api/client.ts';
import { openJmap } from '../jmap/client.ts';
import { checkStanding } from '../offline/check-standing.ts';
import { forgetDevice } from '../offline/device.ts';
import { offlineTexts } from '../texts/offline.ts';
import { sessionTexts as texts } from '../texts/session.ts';
import { uiTexts } from '../texts/ui.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { EmptyState, LoadingNote } from '../ui/States.tsx';
import { endSession, enterAgain, isLeaving } from './leaving.ts';
import { SignInForm } from './SignInForm.tsx';
import { SignInPage } from './SignInPage.tsx';
import { type HeldAccount, type Office, OfficeContext, openAccounts } from './session.ts';

const OfflineGate = lazy(() =>
  import('../offline/OfflineGate.tsx').then((loaded) => ({ default: loaded.OfflineGate })),
);

type State =
  | { readonly kind: 'opening' }
  | { readonly kind: 'away' }
  /** `note`: what of the sign-out could not be done. */
  | { readonly kind: 'signed-out'; readonly note?: string }
  | { readonly kind: 'open'; readonly office: Omit<Office, 'signOut' | 'api'>; readonly isEnded: boolean };

/** Fetched while the server is asked, not after; without them nothing is open. */
async function fetchScreens(path: string): Promise<void> {
  const isList = path === '/' || path.startsWith('/messages/');
  await Promise.all([import('./SignedIn.tsx'), ...(isList ? [import('../mail/MailPage.tsx')] : [])]);
}

/** While somebody types a password, the browser has nothing to do. */
function useScreensAhead(isSignedOut: boolean): void {
  useEffect(() => {
    if (!isSignedOut) return;
    const timer = setTimeout(() => void fetchScreens('/').catch(() => undefined), 1_500); // asked for again at sign-in
    return () => clearTimeout(timer);
  }, [isSignedOut]);
}

/** The state of the session, and the deeds that move it. */
function useSession() {
  const [state, setState] = useState<State>({ kind: 'opening' });
  const ended = useRef<() => void>(() => undefined);
  /** Whose screen this page is. */
  const opened = useRef<string>(undefined);
  const api = useMemo(
    () => createApiClient({ fetch: window.fetch.bind(window), onSignedOut: () => ended.current() }),
    [],
  );
  ended.current = () => setState((now) => (now.kind === 'open' ? { ...now, isEnded: true } : now));

  const enter = useCallback(
    async (session: Session) => {
      enterAgain(localStorage);
      // Someone else signed in over a screen that was left open: nothing of the first may stay, nor be saved in the name of the second.
      if (opened.current !== undefined && opened.current !== session.person.personId) {
        window.location.replace('/');
        return new Promise<void>(() => undefined); // the page goes
      }
      opened.current = session.person.personId;
      api.setCsrfToken(session.csrfToken);
      const asked: Promise<[Office['jmap'], readonly HeldAccount[]]> = Promise.all([openJmap(api), openAccounts(api)]);
      const [[jmap, accounts]] = await Promise.all([asked, fetchScreens(window.location.pathname)]);
      setState({ kind: 'open', office: { jmap, session, accounts }, isEnded: false });
    },
    [api],
  );

  /** From `away` without a word until there is an answer: what is shown without network stays on screen. */
  const open = useCallback(async () => {
    setState((now) => (now.kind === 'away' ? now : { kind: 'opening' }));
    try {
      const session = await api.request<Session | undefined>('GET', '/api/session');
      if (session !== undefined && isLeaving(localStorage)) {
        api.setCsrfToken(session.csrfToken);
        const isEnded = await endSession(api, localStorage);
        setState({ kind: 'signed-out', ...(isEnded ? {} : { note: texts.notEnded }) });
      } else if (session === undefined) setState({ kind: 'signed-out' });
      else await enter(session);
    } catch (fault) {
      setState({ kind: fault instanceof ApiProblem && fault.status === 401 ? 'signed-out' : 'away' });
    }
  }, [api, enter]);
  useEffect(() => void open(), [open]);
  useEffect(() => {
    if (state.kind === 'signed-out') void checkStanding(api, Date.now()).catch(() => undefined); // asked again at the next start
  }, [api, state.kind]);

  useScreensAhead(state.kind === 'signed-out');

  const signOut = useCallback(async () => {
    const isForgotten = await forgetDevice().then(
      () => true,
      () => false,
    );
    const isEnded = await endSession(api, localStorage);
    if (isForgotten && isEnded) window.location.replace('/');
    else setState({ kind: 'signed-out', note: isEnded ? offlineTexts.notForgotten : texts.notEnded });
  }, [api]);
  return { api, state, enter, open, signOut };
}

export function SessionGate({ children }: { readonly children: ReactNode }) {
  const { api, state, enter, open, signOut } = useSession();
  switch (state.kind) {
    case 'opening':
      return <LoadingNote>{uiTexts.loading}</LoadingNote>;
    case 'away':
      return (
        <Suspense fallback={null}>
          <OfflineGate fallback={<Away onRetry={open} />} onRetry={open} />
        </Suspense>
      );
    case 'signed-out':
      return <SignInPage api={api} onEnter={enter} {...(state.note === undefined ? {} : { note: state.note })} />;
    case 'open':
      return (
        <OfficeContext.Provider value={{ ...state.office, api, signOut }}>
          {children}
          <Dialog title={texts.endedTitle} isOpen={state.isEnded} onClose={() => undefined} isBlocking>
            <SignInForm api={api} onEnter={enter} note={texts.ended} />
          </Dialog>
        </OfficeContext.Provider>
      );
  }
}

function Away({ onRetry }: { readonly onRetry: () => void }) {
  return (
    <main>
      <EmptyState
        isPage
        title={texts.awayTitle}
        action={
          <Button kind="main" onPress={onRetry}>
            {uiTexts.retry}
          </Button>
        }
      >
        {uiTexts.unreachable}
      </EmptyState>
    </main>
  );
}
