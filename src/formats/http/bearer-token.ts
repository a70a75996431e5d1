/** The credentials of RFC 6750: a token that is enough by itself. */
import { accessLimits } from '../../base/domain-limits.ts';
import { Secret } from '../../base/secret.ts';

/** Undefined when the field is absent, of another scheme or malformed (RFC 6750 §2.1). */
export function parseBearerToken(field: string | undefined): Secret | undefined {
  if (field === undefined || field.length > accessLimits.authorizationBytes) return undefined;
  // RFC 9110 §11.1: the scheme is compared without case.
  const token = /^bearer +([A-Za-z0-9._~+/-]+=*)$/i.exec(field)?.[1];
  return token === undefined ? undefined : new Secret(token);
}
