/**
 * JSON asked of one interface that the configuration names, below one address. Secrets that it wants (a key) go into the header of the
 * request and nowhere else: no redirect is followed, and no other host is asked, whatever an answer says.
 */
import { Refusal, Temporary } from '../../base/errors.ts';
import type { Secret } from '../../base/secret.ts';
import { isLoopbackAddress, isPublicAddress } from './addresses.ts';
import { callHttp, type HttpAnswer, readBody } from './http-call.ts';
import { netTexts } from './texts.ts';

export interface JsonClientOptions {
  /** `https://host/path`: nothing above or beside it is ever asked. */
  readonly baseUrl: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly secretHeaders?: Readonly<Record<string, Secret>>;
  /** A loopback address may be reached, by `http:` too (the sandbox). */
  readonly allowLoopback?: boolean;
  readonly maxBytes: number;
  /** Authorities in PEM, in place of the public ones. */
  readonly ca?: string;
}

export interface JsonRequest {
  readonly method: 'GET' | 'POST' | 'PATCH';
  /** Made by {@link JsonClient.address}. */
  readonly url: URL;
  readonly body?: unknown;
  readonly contentType?: string;
  /** For the whole exchange. */
  readonly timeoutMs: number;
}

export interface JsonAnswer {
  readonly status: number;
  /** Undefined when the answer holds none, or none that can be read. */
  readonly body: unknown;
  /** RFC 9110 §10.2.3, for how long the host asks to be left alone. */
  readonly retryAfterMs: number | undefined;
}

export interface JsonClient {
  /** `text` within the base: a path below it, or a whole address. Throws `Refusal('host-not-allowed')` for any other place. */
  address(text: string, query?: readonly (readonly [string, string])[]): URL;
  /** Any status is an answer. Throws `Temporary` when there is none, or too long a one. */
  send(request: JsonRequest, now: Date): Promise<JsonAnswer>;
}

export function createJsonClient(options: JsonClientOptions): JsonClient {
  const base = URL.parse(options.baseUrl);
  const allowLoopback = options.allowLoopback === true;
  const isPlain = base?.protocol === 'http:';
  if (base === null || !(base.protocol === 'https:' || (isPlain && allowLoopback)) || base.username !== '') {
    throw new Refusal('host-not-allowed', netTexts.hostNotAllowed(base?.host ?? ''));
  }
  const folder = base.pathname.replace(/\/+$/, '');
  // In the clear, a key goes to this machine only.
  const mayReach = (address: string): boolean =>
    (!isPlain && isPublicAddress(address)) || (allowLoopback && isLoopbackAddress(address));

  return {
    address(text, query = []) {
      const url = URL.parse(text, `${base.origin}${folder}/`);
      const isWithin =
        url?.origin === base.origin && (url.pathname === folder || url.pathname.startsWith(`${folder}/`));
      if (url === null || !isWithin || url.username !== '' || url.password !== '') {
        throw new Refusal('host-not-allowed', netTexts.hostNotAllowed(url?.host ?? ''));
      }
      for (const [name, value] of query) url.searchParams.append(name, value);
      return url;
    },
    async send({ method, url, body, contentType, timeoutMs }, now) {
      const content = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
      const answer = await callHttp({
        url,
        method,
        headers: headersOf(options, contentType, content),
        ...(content === undefined ? {} : { body: content }),
        timeoutMs,
        mayReach,
        ...(options.ca === undefined ? {} : { ca: options.ca }),
      });
      if (answer.status >= 300 && answer.status < 400) {
        answer.discard();
        throw new Temporary('redirect-refused', netTexts.redirectRefused(url.hostname));
      }
      const bytes = await readBody(answer, url.hostname, options.maxBytes);
      return { status: answer.status, body: readJson(bytes), retryAfterMs: retryAfter(answer, now) };
    },
  };
}

function headersOf(
  options: JsonClientOptions,
  contentType: string | undefined,
  content: Buffer | undefined,
): Record<string, string> {
  const secrets = Object.entries(options.secretHeaders ?? {}).map(([name, value]) => [name, value.revealText()]);
  return {
    'accept-encoding': 'identity', // no decompression: the bound on bytes is the bound on memory
    ...options.headers,
    ...Object.fromEntries(secrets),
    ...(content === undefined
      ? {}
      : { 'content-type': contentType ?? 'application/json', 'content-length': String(content.length) }),
  };
}

function readJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

/** Seconds, or a date. */
function retryAfter(answer: HttpAnswer, now: Date): number | undefined {
  const text = answer.header('retry-after');
  if (text === undefined) return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1_000;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now.getTime());
}
