/// <reference lib="webworker" />
/**
 * The service worker: keeps the application's own files, so that its page opens without network, and ends a copy that is over.
 * It never sees what `/api` and `/jmap` answer.
 */
import { endIfOver } from './offline/device.ts';
import { cachePrefix, ruleOf } from './offline/sw-rules.ts';

/** Written by web/vite.config.ts: what is kept from the start, and a digest of all that was built. */
declare const builtFiles: readonly string[];
declare const builtVersion: string;

const worker = self as unknown as ServiceWorkerGlobalScope; // the page's types are there too
const cacheName = `${cachePrefix}${builtVersion}`;
/** A network that answers neither yes nor no is away. */
const patienceMs = 4_000;

worker.addEventListener('install', (event) => {
  event.waitUntil(
    caches
      .open(cacheName)
      .then((cache) => cache.addAll(builtFiles.map((url) => new Request(url, { cache: 'no-cache' })))),
  );
});

worker.addEventListener('activate', (event) => {
  const tidy = async (): Promise<void> => {
    for (const name of await caches.keys()) {
      if (name.startsWith(cachePrefix) && name !== cacheName) await caches.delete(name);
    }
    await endIfOver(Date.now());
    await worker.clients.claim();
  };
  event.waitUntil(tidy());
});

worker.addEventListener('message', ({ data }) => {
  if (data === 'take-over') void worker.skipWaiting();
});

worker.addEventListener('fetch', (event) => {
  const { request } = event;
  const { method, mode } = request;
  const rule = ruleOf({ method, mode, url: new URL(request.url), origin: worker.location.origin });
  if (rule === 'pass') return;
  if (rule === 'asset') return event.respondWith(cachedFirst(request));
  if (rule === 'page') event.waitUntil(endIfOver(Date.now()));
  event.respondWith(networkFirst(request, rule === 'page' ? '/' : new URL(request.url).pathname));
});

async function cachedFirst(request: Request): Promise<Response> {
  const cache = await caches.open(cacheName);
  const kept = await cache.match(request.url);
  if (kept !== undefined) return kept;
  const answer = await fetch(request);
  if (answer.ok && answer.type === 'basic') await cache.put(request.url, answer.clone());
  return answer;
}

async function networkFirst(request: Request, keptAs: string): Promise<Response> {
  const kept = async (): Promise<Response | undefined> => (await caches.open(cacheName)).match(keptAs);
  const asked = fetch(request).catch(() => undefined);
  const late = new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), patienceMs));
  return (await Promise.race([asked, late])) ?? (await kept()) ?? (await asked) ?? Response.error();
}
