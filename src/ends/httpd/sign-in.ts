/**
 * Who makes a request.
 *
 *   a program   brings an app password with each request: HTTP Basic (RFC 7617) or Bearer (RFC 6750); there is no session
 *   a browser   brings the cookie of its session (`session-routes.ts`); but for GET and HEAD, the session's CSRF token too
 *
 * Guarantees. A request that a browser made is never let in by a password that it remembers, and never by a cookie when another site
 * caused it: `Origin` and `Sec-Fetch-Site`, where they are told, must be ours. What is refused says the same whether the login, the
 * password or its scope was wrong, whether the session is over or never was, and whether the CSRF token is missing or another's.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { present } from '../../base/assert.ts';
import type { Clock } from '../../base/clock.ts';
import { Refusal } from '../../base/errors.ts';
import type { Uuid } from '../../base/ids.ts';
import { Secret } from '../../base/secret.ts';
import type { Access, PersonRef, Scope, Session } from '../../domain/access/access.ts';
import type { Actor } from '../../domain/audit/audit.ts';
import type { Db } from '../../platform/db/db.ts';
import { type BrowserConfig, checkSource, isFromBrowser, isSafe, sessionTokenIn } from './sign-in/browser.ts';
import { browserRefused, letProgramIn, type ProgramParts, programRefused, signedOut } from './sign-in/programs.ts';
import { signInTexts as texts } from './texts.ts';

/** What requests may ask for; a session of a browser opens both. */
export type WebScope = Extract<Scope, 'jmap' | 'api'>;

/** The person behind one request. */
export interface SignedIn extends PersonRef {
  readonly actor: Extract<Actor, { kind: 'person' }>;
  /** Of a browser; a program has none. */
  readonly sessionId?: Uuid;
}

type Hook = (request: FastifyRequest, reply: FastifyReply) => Promise<void>;

export interface SignIn {
  /**
   * The hook of a route that `scope` opens. Throws `Refusal` `signed-out`, `credentials-refused`, `too-many-attempts`,
   * `browser-refused`, `foreign-origin`, `csrf-refused`. `isUse: false` when requests of this route come by themselves: they do not keep
   * a session open.
   */
  require(scope: WebScope, options?: { readonly isUse?: boolean }): Hook;
  /** The hook of a route that only a browser's session opens; {@link sessionOf} then answers. */
  requireSession(): Hook;
  /** The session of a browser's request, for a route that nobody need be signed in for; throws as {@link require} does of browsers. */
  sessionIn(request: FastifyRequest): Promise<Session | undefined>;
  personOf(request: FastifyRequest): SignedIn;
  sessionOf(request: FastifyRequest): Session;
  /** For an answer that outlives its sign-in: false once what let it in was taken back, or is over. */
  isStillIn(request: FastifyRequest): Promise<boolean>;
}

export interface SignInParts extends ProgramParts {
  readonly access: ProgramParts['access'] & Pick<Access, 'isAppPasswordValid' | 'findSession' | 'isSessionOpen'>;
  readonly db: Db;
  readonly clock: Clock;
  readonly config: BrowserConfig;
}

type Way =
  | { readonly kind: 'app-password'; readonly id: Uuid; readonly scope: WebScope }
  | { readonly kind: 'session'; readonly session: Session };

export function createSignIn(parts: SignInParts): SignIn {
  const { access, db, clock } = parts;
  const ways = new WeakMap<FastifyRequest, { readonly person: SignedIn; readonly way: Way }>();
  const admit = (request: FastifyRequest, { tenantId, personId }: PersonRef, way: Way): void => {
    const inSession = way.kind === 'session' ? { sessionId: way.session.sessionId } : {};
    const actor = { kind: 'person', personId, ...inSession } as const;
    ways.set(request, { person: { tenantId, personId, actor, ...inSession }, way });
  };
  const admitSession = async (request: FastifyRequest, reply: FastifyReply, isUse: boolean): Promise<void> => {
    const session = await sessionIn(parts, request, isUse);
    if (session === undefined) throw signedOut(request, reply);
    admit(request, session.person, { kind: 'session', session });
  };
  const wayOf = (request: FastifyRequest) =>
    present(ways.get(request), 'a route asks who is signed in and requires nobody to be');
  return {
    require:
      (scope, { isUse = true } = {}) =>
      async (request, reply) => {
        if (request.headers.authorization === undefined) return admitSession(request, reply, isUse);
        const { person, appPasswordId } = await letProgramIn(parts, { request, reply }, scope);
        admit(request, person, { kind: 'app-password', id: appPasswordId, scope });
      },
    requireSession: () => async (request, reply) => {
      if (request.headers.authorization !== undefined) throw programRefused(request, reply);
      return admitSession(request, reply, true);
    },
    async sessionIn(request) {
      if (request.headers.authorization !== undefined && isFromBrowser(request)) throw browserRefused();
      return sessionIn(parts, request, true);
    },
    personOf: (request) => wayOf(request).person,
    sessionOf(request) {
      const { way } = wayOf(request);
      return present(way.kind === 'session' ? way.session : undefined, 'a route asks for a session and requires none');
    },
    async isStillIn(request) {
      const { person, way } = wayOf(request);
      const { tenantId } = person;
      return way.kind === 'session'
        ? access.isSessionOpen(db, { tenantId, sessionId: way.session.sessionId }, clock.now())
        : access.isAppPasswordValid(db, tenantId, way.id, way.scope);
    },
  };
}

/** The session of a browser's request; throws when another site may have caused it. */
async function sessionIn(
  { access, db, clock, config }: SignInParts,
  request: FastifyRequest,
  isUse: boolean,
): Promise<Session | undefined> {
  const token = sessionTokenIn(config, request);
  if (token === undefined) return undefined;
  checkSource(config, request);
  const session = await access.findSession(db, { token, at: clock.now(), isUse });
  if (session === undefined || isSafe(request)) return session;
  const told = request.headers['x-csrf-token'];
  if (typeof told !== 'string' || !new Secret(told).equals(session.csrfToken)) {
    throw new Refusal('csrf-refused', texts.csrfRefused);
  }
  return session;
}
