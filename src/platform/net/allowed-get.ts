/** A GET from hosts that the configuration names, redirections included: what `fetcher.ts` and `download.ts` share. */
import { Refusal, Temporary } from '../../base/errors.ts';
import { netLimits } from '../../base/limits.ts';
import { isLoopbackAddress, isPublicAddress } from './addresses.ts';
import { callHttp, type HttpAnswer } from './http-call.ts';
import { netTexts } from './texts.ts';

export interface HostRules {
  /** `host`, or `host:port` for another port than that of the scheme; nothing else is ever asked. */
  readonly allowedHosts: readonly string[];
  /** Loopback addresses may be reached (the sandbox); other reserved ones never. */
  readonly allowLoopback?: boolean;
  /** `http:` is accepted too: only for documents that are signed, as revocation lists are. */
  readonly allowPlainHttp?: boolean;
  /** Authorities in PEM, in place of the public ones. */
  readonly ca?: string;
}

/** The answer that is no redirection, and the host that gave it. Throws `Refusal` when the address is not allowed. */
export async function getAllowed(
  rules: HostRules,
  text: string,
  request: { readonly headers: Readonly<Record<string, string>>; readonly timeoutMs: number },
): Promise<{ readonly answer: HttpAnswer; readonly host: string }> {
  const isAllowed = (url: URL): boolean =>
    (url.protocol === 'https:' || (url.protocol === 'http:' && rules.allowPlainHttp === true)) &&
    url.username === '' &&
    url.password === '' &&
    rules.allowedHosts.includes(url.host);
  let url = parseUrl(text);
  if (!isAllowed(url)) throw new Refusal('host-not-allowed', netTexts.hostNotAllowed(url.host));
  const deadlineMs = performance.now() + request.timeoutMs;
  for (let redirects = 0; ; redirects += 1) {
    const answer = await callHttp({
      url,
      method: 'GET',
      // no decompression: the bound on bytes is the bound on what is kept
      headers: { 'accept-encoding': 'identity', ...request.headers },
      timeoutMs: Math.max(1, Math.ceil(deadlineMs - performance.now())),
      mayReach: (address) => isPublicAddress(address) || (rules.allowLoopback === true && isLoopbackAddress(address)),
      ...(rules.ca === undefined ? {} : { ca: rules.ca }),
    });
    const next = redirectOf(answer, url);
    if (next === undefined) return { answer, host: url.hostname };
    answer.discard();
    const isDowngrade = url.protocol === 'https:' && next.protocol !== 'https:';
    if (!isAllowed(next) || isDowngrade || redirects >= netLimits.redirects) {
      throw new Temporary('redirect-refused', netTexts.redirectRefused(url.hostname));
    }
    url = next;
  }
}

function parseUrl(text: string): URL {
  const url = URL.parse(text);
  if (url === null) throw new Refusal('host-not-allowed', netTexts.hostNotAllowed(''));
  return url;
}

function redirectOf(answer: HttpAnswer, from: URL): URL | undefined {
  if (![301, 302, 303, 307, 308].includes(answer.status)) return undefined;
  return URL.parse(answer.header('location') ?? '', from) ?? undefined;
}
