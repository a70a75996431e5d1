import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { useMemo } from 'react';
import { I18nProvider } from 'react-aria-components';
import { ApiProblem } from '../api/client.ts';
import { MethodFault } from '../jmap/client.ts';
import { DeviceProvider } from '../offline/DeviceProvider.tsx';
import { type Installed, InstalledContext } from '../offline/device-context.ts';
import { ToastRegion, ToastsContext } from '../ui/ToastRegion.tsx';
import { createToasts } from '../ui/toasts.ts';
import { LiveProvider } from './LiveProvider.tsx';
import { createAppRouter } from './router.tsx';
import { SessionGate } from './SessionGate.tsx';
import { useOffice } from './session.ts';
import { ShortcutsProvider } from './shortcuts/ShortcutsProvider.tsx';

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
              <DeviceProvider>
                <LiveProvider>
                  <ShortcutsProvider>
                    <Screens />
                  </ShortcutsProvider>
                </LiveProvider>
              </DeviceProvider>
            </InstalledContext.Provider>
          </SessionGate>
          <ToastRegion />
        </ToastsContext.Provider>
      </QueryClientProvider>
    </I18nProvider>
  );
}

function Screens() {
  const { personId } = useOffice().session.person;
  const router = useMemo(() => createAppRouter(personId), [personId]);
  return <RouterProvider router={router} />;
}
