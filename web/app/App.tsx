import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { lazy, Suspense, useMemo } from 'react';
import { I18nProvider } from 'react-aria-components';
import { ApiProblem } from '../api/client.ts';
import { MethodFault } from '../jmap/client.ts';
import { type Installed, InstalledContext } from '../offline/device-context.ts';
import { uiTexts } from '../texts/ui.ts';
import { LoadingNote } from '../ui/States.tsx';
import { ToastRegion, ToastsContext } from '../ui/ToastRegion.tsx';
import { createToasts } from '../ui/toasts.ts';
import { SessionGate } from './SessionGate.tsx';

const SignedIn = lazy(async () => ({ default: (await import('./SignedIn.tsx')).SignedIn }));

/** What the server refused will be refused again; a request without an answer is tried twice more. */
function mayRetry(failures: number, fault: Error): boolean {
  return !(fault instanceof ApiProblem || fault instanceof MethodFault) && failures < 2;
}

export function App({ installed }: { readonly installed: Installed }) {
  const queries = useMemo(
    () =>
      new QueryClient({
        defaultOptions: { queries: { retry: mayRetry, staleTime: 30_000 }, mutations: { retry: false } },
      }),
    [],
  );
  const toasts = useMemo(createToasts, []);
  return (
    <I18nProvider locale="fr-FR">
      <QueryClientProvider client={queries}>
        <ToastsContext.Provider value={toasts}>
          <SessionGate>
            <InstalledContext.Provider value={installed}>
              <Suspense fallback={<LoadingNote>{uiTexts.loading}</LoadingNote>}>
                <SignedIn />
              </Suspense>
            </InstalledContext.Provider>
          </SessionGate>
          <ToastRegion />
        </ToastsContext.Provider>
      </QueryClientProvider>
    </I18nProvider>
  );
}
