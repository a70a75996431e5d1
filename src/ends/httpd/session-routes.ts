/** The session of a browser, under `/api/session`: sign in, who is there, sign out. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import {
  type Session as SessionAnswer,
  sessionSchema,
  signedOutSchema,
  signInSchema,
} from '../../../contract/session.ts';
import { Refusal } from '../../base/errors.ts';
import { Secret } from '../../base/secret.ts';
import type { PersonRef, Session } from '../../domain/access/access.ts';
import type { HttpApp } from '../../platform/http/app.ts';
import type { Product } from '../product.ts';
import { sessionSecurity } from './api/operation.ts';
import { answerCookie, checkSource, sessionTokenIn } from './sign-in/browser.ts';
import { browserChallenge } from './sign-in/programs.ts';
import type { SignIn } from './sign-in.ts';
import { sessionTexts, signInTexts } from './texts.ts';

export interface SessionRouteParts {
  readonly app: HttpApp;
  readonly product: Product;
  readonly signIn: SignIn;
  /** The VAPID key for Web Push; undefined where there is none. */
  readonly pushKey: () => Promise<string | undefined>;
}

const faultSchema = Type.Unsafe<never>(Type.Ref('Problem#'));

export function registerSessionRoutes(parts: SessionRouteParts): void {
  const { app, product, signIn } = parts;
  const { access, audit, config } = product;
  const answers = { 200: sessionSchema, default: faultSchema };

  app.post(
    '/api/session',
    {
      onRequest: async (request) => checkSignInRequest(parts, request),
      schema: { summary: sessionTexts.open, body: signInSchema, response: answers },
    },
    async (request, reply) => {
      const person = await checkCredentials(parts, request.body, { request, reply });
      // The session that this browser had is not kept beside the new one.
      const former = await sessionOfCookie(parts, request);
      const { session, token } = await audit.act(
        { actor: { kind: 'person', personId: person.personId }, reason: 'sign-in' },
        async (act) => {
          if (former !== undefined) await access.endSession(act, refOf(former));
          return access.openSession(act, {
            person,
            login: request.body.login,
            userAgent: request.headers['user-agent'] ?? '',
            remoteAddress: request.socket.remoteAddress ?? '',
          });
        },
      );
      const answer = await describe(parts, session);
      answerCookie(config, { request, reply }, token);
      return answer;
    },
  );

  app.get(
    '/api/session',
    { schema: { summary: sessionTexts.show, response: { ...answers, 204: Type.Null() } } },
    async (request, reply) => {
      const session = await signIn.sessionIn(request);
      // Not a refusal: a page asks this before it knows, and browsers write refusals on their console.
      return session === undefined ? reply.code(204).send(null) : describe(parts, session);
    },
  );

  app.delete(
    '/api/session',
    {
      onRequest: signIn.requireSession(),
      schema: {
        summary: sessionTexts.close,
        security: sessionSecurity,
        response: { 200: signedOutSchema, default: faultSchema },
      },
    },
    async (request, reply) => {
      const session = signIn.sessionOf(request);
      const { actor } = signIn.personOf(request);
      await audit.act({ actor, reason: 'sign-out', silent: 'when-nothing-changed' }, (act) =>
        access.endSession(act, refOf(session)),
      );
      answerCookie(config, { request, reply }, undefined);
      return { done: true as const };
    },
  );
}

function refOf({ person, sessionId }: Session) {
  return { tenantId: person.tenantId, sessionId };
}

/** Before the body is read: no other site signs somebody in as another, and no form can send what is asked for. */
function checkSignInRequest({ product }: SessionRouteParts, request: FastifyRequest): void {
  if (request.headers.authorization !== undefined) throw new Refusal('browser-refused', signInTexts.browserRefused);
  checkSource(product.config, request);
  if (!/^application\/json[ \t]*(?:;|$)/i.test(request.headers['content-type'] ?? '')) {
    throw new Refusal('media-type-unsupported', sessionTexts.notJson);
  }
}

async function checkCredentials(
  { product }: SessionRouteParts,
  { login, password }: { readonly login: string; readonly password: string },
  { request, reply }: { readonly request: FastifyRequest; readonly reply: FastifyReply },
): Promise<PersonRef> {
  const { access, audit, clock, database } = product;
  const answer = await access.checkPassword(database.db, {
    login,
    password: new Secret(password),
    remoteAddress: request.socket.remoteAddress ?? '',
    at: clock.now(),
  });
  switch (answer.kind) {
    case 'accepted':
      return answer.person;
    case 'refused':
      await audit.act({ actor: { kind: 'system', task: 'sign-in' }, reason: 'sign-in' }, async (act) =>
        access.recordRefusedSignIn(act, login),
      );
      reply.header('www-authenticate', browserChallenge);
      throw new Refusal('credentials-refused', sessionTexts.refused);
    case 'slowed':
      // RFC 9110 §10.2.3
      reply.header('retry-after', answer.retryAfterSeconds);
      throw new Refusal('too-many-attempts', signInTexts.slowed);
  }
}

async function sessionOfCookie({ product }: SessionRouteParts, request: FastifyRequest): Promise<Session | undefined> {
  const { access, clock, config, database } = product;
  const token = sessionTokenIn(config, request);
  if (token === undefined) return undefined;
  return access.findSession(database.db, { token, at: clock.now(), isUse: false });
}

async function describe({ product, pushKey }: SessionRouteParts, session: Session): Promise<SessionAnswer> {
  const { access, clock, config, database } = product;
  const { db } = database;
  const { tenantId, personId } = session.person;
  const person = await access.getPerson(db, session.person);
  const { operator, sandbox, trust } = config;
  return {
    person: {
      personId,
      tenantId,
      name: person?.name ?? '',
      title: person?.title ?? '',
      roles: [...(await access.rolesOf(db, session.person, clock.now()))],
    },
    practice: await access.getPractice(db, tenantId),
    operator: {
      name: operator.name,
      isSandbox: sandbox,
      domains: operator.domains,
      patientDomains: trust.patientDomains,
    },
    csrfToken: session.csrfToken.revealText(),
    expiresAt: session.expiresAt.toISOString(),
    pushKey: (await pushKey()) ?? null,
  };
}
