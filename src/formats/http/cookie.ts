/** Cookies (RFC 6265): read from a request, printed for an answer. */
import { assert } from '../../base/assert.ts';

/** RFC 6265 §4.1.1: names and values that stand for themselves. */
const nameForm = /^[A-Za-z0-9_.-]{1,200}$/;
const valueForm = /^[A-Za-z0-9_-]*$/;

/**
 * The value of the cookie `name` in a `Cookie` field (RFC 6265 §4.2.1). Undefined when it is not there, or there twice: another path or
 * another host under ours has set one of them, and nothing tells which is ours (RFC 6265 §8.6).
 */
export function readCookie(field: string | undefined, name: string): string | undefined {
  const values = (field ?? '').split(';').flatMap((pair) => {
    const equals = pair.indexOf('=');
    return equals !== -1 && pair.slice(0, equals).trim() === name ? [pair.slice(equals + 1).trim()] : [];
  });
  return values.length === 1 ? values[0] : undefined;
}

/**
 * A `Set-Cookie` field for every path of this host alone, hidden from scripts and from requests that another site causes; it lasts
 * until the browser is closed, or not at all (RFC 6265 §4.1.2).
 */
export function printCookie(cookie: {
  readonly name: string;
  readonly value: string;
  readonly isSecure: boolean;
  readonly lasts: 'until-closed' | 'not-at-all';
}): string {
  assert(nameForm.test(cookie.name) && valueForm.test(cookie.value), 'a cookie of ours needs quotes');
  const attributes = ['Path=/', 'HttpOnly', 'SameSite=Strict'];
  if (cookie.isSecure) attributes.push('Secure');
  if (cookie.lasts === 'not-at-all') attributes.push('Max-Age=0');
  return [`${cookie.name}=${cookie.value}`, ...attributes].join('; ');
}
