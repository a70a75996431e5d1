/** App passwords of programs: HTTP Basic (RFC 7617) or Bearer (RFC 6750), with each request. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { present } from '../../../base/assert.ts';
import type { Clock } from '../../../base/clock.ts';
import { Refusal } from '../../../base/errors.ts';
import type { Uuid } from '../../../base/ids.ts';
import type { Access, PersonRef, SignIn } from '../../../domain/access/access.ts';
import { parseBasicCredentials } from '../../../formats/http/basic-credentials.ts';
import { parseBearerToken } from '../../../formats/http/bearer-token.ts';
import type { Db } from '../../../platform/db/db.ts';
import type { WebScope } from '../sign-in.ts';
import { signInTexts as texts } from '../texts.ts';
import { isFromBrowser } from './browser.ts';

// RFC 7617 §2, §2.1: the realm, and the charset of what is asked for.
const basicChallenge = 'Basic realm="Hygie", charset="UTF-8"';
// RFC 6750 §3
const bearerChallenge = 'Bearer realm="Hygie"';
/** RFC 9110 §15.5.2 asks for a challenge; browsers pass over one that they do not know. */
export const browserChallenge = 'Hygie-Session realm="Hygie"';

export interface ProgramParts {
  readonly access: Pick<Access, 'authenticateAppPassword' | 'authenticateToken'>;
  readonly db: Db;
  readonly clock: Clock;
}

/** Nobody is there. */
export function signedOut(request: FastifyRequest, reply: FastifyReply): Refusal {
  reply.header('www-authenticate', isFromBrowser(request) ? browserChallenge : [basicChallenge, bearerChallenge]);
  return new Refusal('signed-out', texts.signedOut);
}

/** For what only a session opens. */
export function programRefused(request: FastifyRequest, reply: FastifyReply): Refusal {
  return isFromBrowser(request) ? browserRefused() : signedOut(request, reply);
}

/** Another site may have made a browser send credentials that it remembers. */
export function browserRefused(): Refusal {
  return new Refusal('browser-refused', texts.browserRefused);
}

/** Throws `Refusal` `browser-refused`, `signed-out`, `credentials-refused`, `too-many-attempts`. */
export async function letProgramIn(
  parts: ProgramParts,
  { request, reply }: { readonly request: FastifyRequest; readonly reply: FastifyReply },
  scope: WebScope,
): Promise<{ readonly person: PersonRef; readonly appPasswordId: Uuid }> {
  if (isFromBrowser(request)) throw browserRefused();
  const answer = await authenticate(parts, request, scope);
  switch (answer?.kind) {
    case undefined:
      throw signedOut(request, reply);
    case 'accepted':
      return { person: answer.person, appPasswordId: present(answer.appPasswordId, 'an app password has no id') };
    case 'refused':
      // RFC 6750 §3.1
      reply.header('www-authenticate', [basicChallenge, `${bearerChallenge}, error="invalid_token"`]);
      throw new Refusal('credentials-refused', texts.refused);
    case 'slowed':
      // RFC 9110 §10.2.3
      reply.header('retry-after', answer.retryAfterSeconds);
      throw new Refusal('too-many-attempts', texts.slowed);
  }
}

/** Undefined when the field is of neither scheme, or malformed. */
async function authenticate(
  { access, db, clock }: ProgramParts,
  { headers, socket }: FastifyRequest,
  scope: WebScope,
): Promise<SignIn | undefined> {
  const attempt = { scope, remoteAddress: socket.remoteAddress ?? '', at: clock.now() };
  const token = parseBearerToken(headers.authorization);
  if (token !== undefined) return access.authenticateToken(db, { ...attempt, token });
  const credentials = parseBasicCredentials(headers.authorization);
  if (credentials === undefined) return undefined;
  const { login, password } = credentials;
  return access.authenticateAppPassword(db, { ...attempt, login, token: password });
}
