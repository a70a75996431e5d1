/** What a browser tells of where a request comes from, and the cookie by which it is known again. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { present } from '../../../base/assert.ts';
import { Refusal } from '../../../base/errors.ts';
import { Secret } from '../../../base/secret.ts';
import { printCookie, readCookie } from '../../../formats/http/cookie.ts';
import { signInTexts as texts } from '../texts.ts';

export interface BrowserConfig {
  readonly sandbox: boolean;
  readonly operator: { readonly domains: readonly string[] };
  readonly http: { readonly publicUrl: string };
}

/** Methods that change nothing (RFC 9110 §9.2.1), as far as our routes have them. */
export function isSafe({ method }: FastifyRequest): boolean {
  return method === 'GET' || method === 'HEAD';
}

/** Whether a request shows that a browser made it: there, a challenge to HTTP Basic would open the browser's own dialogue. */
export function isFromBrowser({ headers }: FastifyRequest): boolean {
  return headers.cookie !== undefined || headers.origin !== undefined || headers['sec-fetch-site'] !== undefined;
}

/**
 * Throws `Refusal` `foreign-origin` when the browser says that another site caused the request. What it does not say is left to the
 * CSRF token and to the cookie's `SameSite`.
 */
export function checkSource(config: BrowserConfig, request: FastifyRequest): void {
  const { origin, 'sec-fetch-site': site } = request.headers;
  // A person typed the address, or another program opened it.
  const isTyped = site === 'none' && isSafe(request);
  const isForeign = site !== undefined && site !== 'same-origin' && !isTyped;
  if (isForeign || (origin !== undefined && !isOurs(config, request, origin))) {
    throw new Refusal('foreign-origin', texts.foreignOrigin);
  }
}

/** The sandbox is also served in plain on loopback, under any of its names; elsewhere a forged `Host` changes nothing. */
function isOurs({ sandbox, http }: BrowserConfig, { protocol, socket }: FastifyRequest, origin: string): boolean {
  if (origin === new URL(http.publicUrl).origin) return true;
  const names = ['localhost', '127.0.0.1', '[::1]'];
  return sandbox && names.some((name) => origin === `${protocol}://${name}:${socket.localPort}`);
}

/** Cookies ignore ports and share their jar with every path: the name carries the operator. RFC 6265 §8.6 is why `__Host-`. */
export function cookieName({ operator }: Pick<BrowserConfig, 'operator'>, isSecure: boolean): string {
  const domain = present(operator.domains[0], 'an operator without domain');
  return `${isSecure ? '__Host-' : ''}hygie-${domain.replaceAll('.', '-')}`;
}

/** Plain HTTP is the sandbox's, on loopback. */
function isSecure({ protocol }: FastifyRequest): boolean {
  return protocol === 'https';
}

/** The token of the session that the request's cookie names; undefined without one. */
export function sessionTokenIn(config: BrowserConfig, request: FastifyRequest): Secret | undefined {
  const value = readCookie(request.headers.cookie, cookieName(config, isSecure(request)));
  return value === undefined || value === '' ? undefined : new Secret(value);
}

/** Hands the session to the browser, or takes it away. */
export function answerCookie(
  config: BrowserConfig,
  { request, reply }: { readonly request: FastifyRequest; readonly reply: FastifyReply },
  token: Secret | undefined,
): void {
  const cookie = printCookie({
    name: cookieName(config, isSecure(request)),
    value: token?.revealText() ?? '',
    isSecure: isSecure(request),
    lasts: token === undefined ? 'not-at-all' : 'until-closed',
  });
  reply.header('set-cookie', cookie);
}
