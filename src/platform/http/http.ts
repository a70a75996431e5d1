/**
 * The HTTP shell: what every route of Hygie gets without asking.
 *
 * Guarantees: faults become RFC 9457 problems, and a bug shows an incident number only; every answer carries the security
 * header fields; bodies, header fields and times are bounded; the log names the route's pattern and never the address that
 * was asked, which may hold a trait; `/api/openapi.json` describes the registered routes with the schemas that check them.
 * States: built -> (routes are registered) -> listening -> stopped.
 */
import swagger from '@fastify/swagger';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { assert } from '../../base/assert.ts';
import { httpLimits } from '../../base/limits.ts';
import type { TlsContexts } from '../tls/tls.ts';
import { createApp, type HttpApp, type OtherTongue } from './app.ts';
import { policyFor, securityHeaders } from './headers.ts';
import { type Listener, listenPlain, listenTls } from './listeners.ts';
import { answerFault, problem, problemSchema, type RefusalStatuses, sendProblem } from './problems.ts';
import { registerSystemRoutes, type SystemRoutesOptions } from './system-routes.ts';
import { httpTexts } from './texts.ts';

export interface HttpShellOptions extends SystemRoutesOptions {
  /** The version that the OpenAPI file tells. */
  readonly version: string;
  readonly refusalStatuses?: RefusalStatuses;
  /** The name of the cookie of a browser's session, as the OpenAPI file tells it. */
  readonly sessionCookie?: string;
  /** Browsers are told to use TLS alone from now on; off in the sandbox, which serves one host in plain too. */
  readonly strictTransport: boolean;
}

export interface ListenOptions {
  readonly host: string;
  readonly tls?: { readonly port: number; readonly contexts: TlsContexts };
  /** Plain HTTP on loopback: the sandbox. */
  readonly plain?: { readonly port: number };
}

/** Undefined when it is not for it either. */
type Otherwise = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply | undefined>;

export interface HttpShell {
  readonly app: HttpApp;
  /** What is refused before its route is known (an address that cannot be decoded) is answered so below a prefix. */
  speak(tongue: OtherTongue): void;
  /** Answers what no route knows; the last that was given, if any. */
  otherwise(answer: Otherwise): void;
  /** Opens the listeners, once all routes are registered; port 0 stands for any free one. */
  listen(options: ListenOptions): Promise<{ readonly tlsPort?: number; readonly plainPort?: number }>;
  stop(): Promise<void>;
}

export async function createHttpShell(options: HttpShellOptions): Promise<HttpShell> {
  const tongues: OtherTongue[] = [];
  const app = createApp(tongues);
  const listeners: Listener[] = [];
  let isStopping = false;
  let otherwise: Otherwise = async () => undefined;
  app.addHook('onSend', async (_request, reply) => {
    // A kept connection would hold the stop until it is cut.
    if (isStopping) reply.header('connection', 'close');
  });
  answerFaults(app, options);
  app.setNotFoundHandler(async (request, reply) => {
    const answered = await otherwise(request, reply);
    return answered ?? sendProblem(reply, problem(404, 'not-found', httpTexts.notFound));
  });
  addHeaders(app, options);
  countRequests(app, options);
  await describeApi(app, options);
  app.addSchema(problemSchema);
  registerSystemRoutes(app, options);

  return {
    app,
    speak: (tongue) => void tongues.push(tongue),
    otherwise(answer) {
      otherwise = answer;
    },
    async listen({ host, tls, plain }) {
      assert(tls !== undefined || plain !== undefined, 'an HTTP shell has nothing to listen on');
      await app.ready();
      const handler = app.routing.bind(app);
      const opened: { tlsPort?: number; plainPort?: number } = {};
      if (tls) {
        const listener = await listenTls(handler, { host, port: tls.port, tls: tls.contexts });
        listeners.push(listener);
        opened.tlsPort = listener.port;
      }
      if (plain) {
        const listener = await listenPlain(handler, { host, port: plain.port });
        listeners.push(listener);
        opened.plainPort = listener.port;
      }
      return opened;
    },
    async stop() {
      isStopping = true;
      await Promise.all(listeners.map((listener) => listener.stop()));
      await app.close();
    },
  };
}

async function describeApi(app: HttpApp, options: Pick<HttpShellOptions, 'version' | 'sessionCookie'>): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: httpTexts.apiTitle, description: httpTexts.apiDescription, version: options.version },
      tags: [],
      components: {
        securitySchemes: {
          appPassword: { type: 'http', scheme: 'basic', description: httpTexts.appPassword },
          token: { type: 'http', scheme: 'bearer', description: httpTexts.token },
          session: {
            type: 'apiKey',
            in: 'cookie',
            name: options.sessionCookie ?? 'hygie',
            description: httpTexts.session,
          },
        },
      },
    },
    // Schemas keep their own names in `components`.
    refResolver: {
      buildLocalReference: (json, _base, _fragment, i) => (typeof json['$id'] === 'string' ? json['$id'] : `def-${i}`),
    },
  });
}

/** Any instance: hooks do not depend on the types of routes. */
type AnyApp = Pick<FastifyInstance, 'setErrorHandler' | 'addHook'>;

function answerFaults(app: AnyApp, { log, refusalStatuses = {} }: HttpShellOptions): void {
  app.setErrorHandler((fault, request, reply) => {
    const { problem: found, isBug } = answerFault(fault, refusalStatuses);
    if (isBug) log.error('http-bug', { incident: found.incident, route: routeOf(request) }, fault);
    else if (found.status === 503) log.warn('http-unavailable', { code: found.code, route: routeOf(request) });
    if (found.status === 503) reply.header('retry-after', httpLimits.retryAfterSeconds);
    return sendProblem(reply, found);
  });
}

function addHeaders(app: AnyApp, { strictTransport }: HttpShellOptions): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(securityHeaders(strictTransport && request.protocol === 'https'));
  });
  app.addHook('onSend', async (_request, reply) => {
    const policy = policyFor(reply.getHeader('content-type'), reply.getHeader('content-security-policy'));
    if (policy !== undefined) reply.header('content-security-policy', policy);
  });
}

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'other'] as const;
const statusClasses = ['2xx', '3xx', '4xx', '5xx', 'other'] as const;

function countRequests(app: AnyApp, { metrics, log }: HttpShellOptions): void {
  const labels = { method: methods, status: statusClasses };
  const seconds = metrics.histogram({
    name: 'hygie_http_request_seconds',
    help: 'Time from the head of a request to the end of its answer.',
    labels,
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10, 60],
  });
  app.addHook('onResponse', async (request, reply) => {
    const method = methods.find((one) => one === request.method) ?? 'other';
    const status = statusClasses.find((one) => one.startsWith(`${Math.floor(reply.statusCode / 100)}`)) ?? 'other';
    seconds.observe({ method, status }, reply.elapsedTime / 1_000);
    log.debug('http-request', {
      method,
      route: routeOf(request),
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime),
    });
  });
}

/** The pattern of the route, such as `/api/patients/:id`; never the address asked. */
function routeOf(request: FastifyRequest): string {
  return request.routeOptions.url ?? 'none';
}
