/** What the service worker answers itself: files of the application, never anything of anybody. */

/** Of which service worker's files a cache is. */
export const cachePrefix = 'hygie-files-';

export interface Asked {
  readonly method: string;
  readonly mode: string;
  readonly url: URL;
  readonly origin: string;
}

export type Rule =
  /** The browser does as without a service worker. */
  | 'pass'
  /** From the cache; named by its content, so never another. */
  | 'asset'
  /** From the network, from the cache when it is away. */
  | 'fallback'
  /** A page of the application: the network, or the one page of the cache. */
  | 'page';

/** As in the server's web-files.ts: there the application has no page. */
const otherEnds = ['/api', '/fhir', '/jmap', '/.well-known', '/health', '/metrics'];
/** Named as they are, and needed before the application is there. */
const plain = ['/frame.html', '/frame-images.html', '/theme.js'];

export function ruleOf({ method, mode, url, origin }: Asked): Rule {
  const { pathname } = url;
  if (method !== 'GET' || url.origin !== origin) return 'pass';
  if (otherEnds.some((end) => pathname === end || pathname.startsWith(`${end}/`))) return 'pass';
  if (pathname === '/sw.js') return 'pass';
  if (pathname.startsWith('/assets/')) return 'asset';
  if (plain.includes(pathname) || /^\/(?:icons\/)?[\w-]+\.(?:svg|png|webmanifest)$/.test(pathname)) return 'fallback';
  return mode === 'navigate' ? 'page' : 'pass';
}

/** Kept from the start: all but what is large and seldom wanted, which is kept once it was fetched. */
export function isKeptFromStart(name: string): boolean {
  return !/pdf|zip|\.map$/i.test(name);
}
