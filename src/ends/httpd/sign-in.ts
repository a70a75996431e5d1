/**
 * Who makes a request of a program: HTTP Basic with an app password (RFC 7617), asked for with each request; there is no session.
 *
 * A request with a cookie or an `Origin` comes from a browser, where another site may have made it: refused, whatever its credentials.
 * What is refused says the same whether the login, the password or its scope was wrong.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { present } from '../../base/assert.ts';
import type { Clock } from '../../base/clock.ts';
import { Refusal } from '../../base/errors.ts';
import type { Uuid } from '../../base/ids.ts';
import type { Access, PersonRef, Scope } from '../../domain/access/access.ts';
import type { Actor } from '../../domain/audit/audit.ts';
import { parseBasicCredentials } from '../../formats/http/basic-credentials.ts';
import type { Db } from '../../platform/db/db.ts';
import { signInTexts as texts } from './texts.ts';

/** The person behind one request. */
export interface SignedIn extends PersonRef {
  readonly actor: Extract<Actor, { kind: 'person' }>;
}

export interface SignIn {
  /** The hook of a route that `scope` opens. Throws `Refusal` `browser-refused`, `signed-out`, `credentials-refused`, `too-many-attempts`. */
  require(scope: Scope): (request: FastifyRequest, reply: FastifyReply) => Promise<void>;
  personOf(request: FastifyRequest): SignedIn;
  /** For an answer that outlives its sign-in: false once what let it in was taken back. */
  isStillIn(request: FastifyRequest): Promise<boolean>;
}

export interface SignInParts {
  readonly access: Pick<Access, 'authenticateAppPassword' | 'isAppPasswordValid'>;
  readonly db: Db;
  readonly clock: Clock;
}

// RFC 7617 §2, §2.1: the realm, and the charset of what is asked for.
const challenge = 'Basic realm="Hygie", charset="UTF-8"';

export function createSignIn({ access, db, clock }: SignInParts): SignIn {
  const persons = new WeakMap<FastifyRequest, SignedIn>();
  const ways = new WeakMap<FastifyRequest, { readonly appPasswordId: Uuid; readonly scope: Scope }>();
  return {
    require: (scope) => async (request, reply) => {
      const { headers, socket } = request;
      if (headers.cookie !== undefined || headers.origin !== undefined) {
        throw new Refusal('browser-refused', texts.browserRefused);
      }
      const credentials = parseBasicCredentials(headers.authorization);
      if (credentials === undefined) {
        reply.header('www-authenticate', challenge);
        throw new Refusal('signed-out', texts.signedOut);
      }
      const answer = await access.authenticateAppPassword(db, {
        login: credentials.login,
        token: credentials.password,
        scope,
        remoteAddress: socket.remoteAddress ?? '',
        at: clock.now(),
      });
      switch (answer.kind) {
        case 'accepted': {
          const { tenantId, personId } = answer.person;
          persons.set(request, { tenantId, personId, actor: { kind: 'person', personId } });
          ways.set(request, { appPasswordId: present(answer.appPasswordId, 'an app password has no id'), scope });
          return;
        }
        case 'refused':
          reply.header('www-authenticate', challenge);
          throw new Refusal('credentials-refused', texts.refused);
        case 'slowed':
          // RFC 9110 §10.2.3
          reply.header('retry-after', answer.retryAfterSeconds);
          throw new Refusal('too-many-attempts', texts.slowed);
      }
    },
    async isStillIn(request) {
      const way = ways.get(request);
      const person = persons.get(request);
      if (way === undefined || person === undefined) return false;
      return access.isAppPasswordValid(db, person.tenantId, way.appPasswordId, way.scope);
    },
    personOf: (request) => present(persons.get(request), 'a route asks who is signed in and requires nobody to be'),
  };
}
