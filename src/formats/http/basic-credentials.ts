/** The credentials of HTTP Basic (RFC 7617). */
import { accessLimits } from '../../base/domain-limits.ts';
import { Secret } from '../../base/secret.ts';

export interface BasicCredentials {
  readonly login: string;
  readonly password: Secret;
}

/** Undefined when the field is absent, of another scheme or malformed. */
export function parseBasicCredentials(field: string | undefined): BasicCredentials | undefined {
  if (field === undefined || field.length > accessLimits.authorizationBytes) return undefined;
  // RFC 9110 §11.1: the scheme is compared without case.
  const token = /^basic +([A-Za-z0-9+/]+={0,2})$/i.exec(field)?.[1];
  if (token === undefined || token.length % 4 !== 0) return undefined;
  const bytes = Buffer.from(token, 'base64');
  // RFC 7617 §2.1: our challenge asks for UTF-8; other octets are no login that we gave.
  const text = bytes.toString('utf8');
  if (!Buffer.from(text, 'utf8').equals(bytes)) return undefined;
  // RFC 7617 §2: no control character; the login ends at the first colon, which the password may hold.
  const colon = text.indexOf(':');
  if (colon < 1 || /\p{Cc}/u.test(text)) return undefined;
  return { login: text.slice(0, colon), password: new Secret(text.slice(colon + 1)) };
}
