/** Documents fetched from hosts that the configuration names: the white list, revocation lists, the directory. */
import { Refusal, Temporary } from '../../base/errors.ts';
import { netLimits } from '../../base/limits.ts';
import { isLoopbackAddress, isPublicAddress } from './addresses.ts';
import { callHttp, type HttpAnswer, readBody } from './http-call.ts';
import { netTexts } from './texts.ts';

export interface FetcherOptions {
  /** `host`, or `host:port` for another port than that of the scheme; nothing else is ever asked. */
  readonly allowedHosts: readonly string[];
  /** Loopback addresses may be reached (the sandbox); other reserved ones never. */
  readonly allowLoopback?: boolean;
  /** `http:` is accepted too: only for documents that are signed, as revocation lists are. */
  readonly allowPlainHttp?: boolean;
  readonly timeoutMs: number;
  readonly maxBytes: number;
  /** Authorities in PEM, in place of the public ones. */
  readonly ca?: string;
}

/** What an earlier answer said of its version, to be told "not modified". */
export interface Validators {
  readonly etag?: string;
  readonly lastModified?: string;
}

export type FetchOutcome =
  | { readonly kind: 'fetched'; readonly body: Buffer; readonly validators: Validators }
  | { readonly kind: 'not-modified' }
  /** The host answered that it will not give it (4xx). */
  | { readonly kind: 'declined'; readonly status: number };

export interface Fetcher {
  /** Throws `Refusal` when the address is not allowed, `Temporary` when the host fails. */
  fetch(url: string, validators?: Validators): Promise<FetchOutcome>;
}

export function createFetcher(options: FetcherOptions): Fetcher {
  const isAllowed = (url: URL): boolean =>
    (url.protocol === 'https:' || (url.protocol === 'http:' && options.allowPlainHttp === true)) &&
    url.username === '' &&
    url.password === '' &&
    options.allowedHosts.includes(url.host);
  const mayReach = (address: string): boolean =>
    isPublicAddress(address) || (options.allowLoopback === true && isLoopbackAddress(address));

  return {
    async fetch(text, validators = {}) {
      let url = parseUrl(text);
      if (!isAllowed(url)) throw new Refusal('host-not-allowed', netTexts.hostNotAllowed(url.host));
      const deadlineMs = performance.now() + options.timeoutMs;
      for (let redirects = 0; ; redirects += 1) {
        const answer = await callHttp({
          url,
          method: 'GET',
          headers: requestHeaders(validators),
          timeoutMs: Math.max(1, Math.ceil(deadlineMs - performance.now())),
          mayReach,
          ...(options.ca === undefined ? {} : { ca: options.ca }),
        });
        const next = redirectOf(answer, url);
        if (next === undefined) return outcomeOf(answer, url.hostname, options.maxBytes);
        answer.discard();
        const isDowngrade = url.protocol === 'https:' && next.protocol !== 'https:';
        if (!isAllowed(next) || isDowngrade || redirects >= netLimits.redirects) {
          throw new Temporary('redirect-refused', netTexts.redirectRefused(url.hostname));
        }
        url = next;
      }
    },
  };
}

function parseUrl(text: string): URL {
  const url = URL.parse(text);
  if (url === null) throw new Refusal('host-not-allowed', netTexts.hostNotAllowed(''));
  return url;
}

function requestHeaders({ etag, lastModified }: Validators): Record<string, string> {
  return {
    'accept-encoding': 'identity', // no decompression: the bound on bytes is the bound on memory
    ...(etag === undefined ? {} : { 'if-none-match': etag }),
    ...(lastModified === undefined ? {} : { 'if-modified-since': lastModified }),
  };
}

function redirectOf(answer: HttpAnswer, from: URL): URL | undefined {
  if (![301, 302, 303, 307, 308].includes(answer.status)) return undefined;
  return URL.parse(answer.header('location') ?? '', from) ?? undefined;
}

async function outcomeOf(answer: HttpAnswer, host: string, maxBytes: number): Promise<FetchOutcome> {
  const { status } = answer;
  if (status === 200) {
    const etag = answer.header('etag');
    const lastModified = answer.header('last-modified');
    const validators = {
      ...(etag === undefined ? {} : { etag }),
      ...(lastModified === undefined ? {} : { lastModified }),
    };
    return { kind: 'fetched', body: await readBody(answer, host, maxBytes), validators };
  }
  answer.discard();
  if (status === 304) return { kind: 'not-modified' };
  // 408, 425 and 429 ask for patience; the other 4xx are answers.
  if (status >= 400 && status < 500 && ![408, 425, 429].includes(status)) return { kind: 'declined', status };
  throw new Temporary('answer-failed', netTexts.answerFailed(host, status));
}
