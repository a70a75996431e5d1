/** The page's side of the service worker: registered where it was built, looked for anew, taken away when the server has none. */
import { cachePrefix } from './sw-rules.ts';

export interface Updates {
  /** Whether a new version waits to take over. */
  isReady(): boolean;
  subscribe(onChange: () => void): () => void;
  /** Takes over and loads the page anew. */
  apply(): void;
}

const address = '/sw.js';
const lookEveryMs = 60 * 60_000;

export function followUpdates(container: ServiceWorkerContainer): Updates {
  const listeners = new Set<() => void>();
  let waiting: ServiceWorker | undefined;
  let isAsked = false;
  const setWaiting = (worker: ServiceWorker | null): void => {
    waiting = worker ?? undefined;
    for (const each of listeners) each();
  };
  const watch = (registration: ServiceWorkerRegistration): void => {
    if (container.controller !== null) setWaiting(registration.waiting);
    registration.addEventListener('updatefound', () => {
      const { installing } = registration;
      installing?.addEventListener('statechange', () => {
        // The first one of this browser replaces nothing.
        if (installing.state === 'installed' && container.controller !== null) setWaiting(registration.waiting);
      });
    });
    const look = (): void => void registration.update().catch(() => removeIfGone(registration));
    setInterval(look, lookEveryMs);
    window.addEventListener('online', look);
  };
  container.addEventListener('controllerchange', () => {
    if (isAsked) window.location.reload();
  });
  const register = async (): Promise<void> => {
    // What the server no longer has ends here too: browsers themselves would keep it for ever.
    const former = await container.getRegistration('/');
    const isKnown = former !== undefined || (await keptFiles()).length > 0;
    if (isKnown && (await removeIfGone(former))) return;
    watch(await container.register(address, { scope: '/', updateViaCache: 'none' }));
  };
  register().catch(() => undefined); // without network, what is registered serves on
  return {
    isReady: () => waiting !== undefined,
    subscribe(onChange) {
      listeners.add(onChange);
      return () => listeners.delete(onChange);
    },
    apply() {
      isAsked = true;
      waiting?.postMessage('take-over');
    },
  };
}

async function keptFiles(): Promise<readonly string[]> {
  return (await caches.keys()).filter((name) => name.startsWith(cachePrefix));
}

/** Files too: a page that the worker still serves may have it keep some more, which go at the next start. */
async function removeIfGone(registration: ServiceWorkerRegistration | undefined): Promise<boolean> {
  const answer = await fetch(address, { method: 'HEAD', cache: 'no-store' }).catch(() => undefined);
  if (answer === undefined || (answer.status !== 404 && answer.status !== 410)) return false;
  await registration?.unregister();
  for (const name of await keptFiles()) await caches.delete(name);
  return true;
}
