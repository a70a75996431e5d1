/**
 * FHIR R4 under `/fhir`: the national directory for programs. Read and search of Practitioner, PractitionerRole and Organization, as
 * docs/integrate/fhir.md says; everything but the CapabilityStatement asks who is there.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { fhirSearchLimits } from '../../../base/end-limits.ts';
import { createBrowse } from '../../../domain/directory/directory.ts';
import { capabilityStatement } from '../../../formats/fhir/capability-statement.ts';
import type { ResourceType } from '../../../formats/fhir/resources.ts';
import { readReading } from '../../../formats/fhir/search-request.ts';
import type { HttpShell } from '../../../platform/http/http.ts';
import type { RefusalStatuses } from '../../../platform/http/problems.ts';
import type { Product } from '../../product.ts';
import {
  answerThrown,
  type FaultOptions,
  outcomeOfProblem,
  sendFault,
  sendProblemAsOutcome,
  sendResource,
} from './answers.ts';
import { checkFormat, isLenient, pairsOf } from './asked.ts';
import { answerRead } from './read.ts';
import { answerSearch } from './search.ts';
import { fhirEndTexts } from './texts.ts';

export interface FhirOptions {
  /** Lets in who holds an app password of scope `api`; throws a refusal or answers a problem for anybody else. */
  readonly signIn: (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;
  /** Of the refusals that `signIn` throws. */
  readonly refusalStatuses?: RefusalStatuses;
  /** Of the program, for the CapabilityStatement. */
  readonly version: string;
}

type FhirProduct = Pick<Product, 'clock' | 'log'> & {
  readonly config: { readonly http: { readonly publicUrl: string }; readonly operator: { readonly name: string } };
  readonly database: Pick<Product['database'], 'db'>;
};

type App = HttpShell['app'];
type Params = { readonly type: string; readonly id: string };

const types: readonly ResourceType[] = ['Practitioner', 'PractitionerRole', 'Organization'];
const otherMethods = ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;
/** These answers are described by the CapabilityStatement, not by the OpenAPI file. */
const schema = { hide: true } as const;

export function registerFhir(
  { app, speak }: Pick<HttpShell, 'app' | 'speak'>,
  product: FhirProduct,
  options: FhirOptions,
): void {
  speak({ prefix: '/fhir', send: sendProblemAsOutcome });
  const base = `${product.config.http.publicUrl.replace(/\/$/, '')}/fhir`;
  app.register(
    async (scope) => {
      answerFaults(scope, { log: product.log, refusalStatuses: options.refusalStatuses ?? {} });
      registerMetadata(scope, base, product, options);
      scope.register(async (closed) => {
        closed.addHook('onRequest', options.signIn);
        registerResources(closed, base, product);
        refuseOthers(closed);
      });
    },
    { prefix: '/fhir' },
  );
}

/** Any instance: hooks do not depend on the types of routes. */
type Scope = Pick<App, 'addHook' | 'setErrorHandler' | 'setNotFoundHandler' | 'get' | 'route' | 'post'> &
  Pick<App, 'addContentTypeParser' | 'removeAllContentTypeParsers'>;

function answerFaults(scope: Scope, options: FaultOptions): void {
  scope.setErrorHandler((fault, request, reply) => answerThrown(fault, request, reply, options));
  scope.addHook('onSend', async (_request, reply, payload) => outcomeOfProblem(reply, payload) ?? payload);
}

function registerMetadata(scope: Scope, base: string, { clock, config }: FhirProduct, { version }: FhirOptions): void {
  const statement = capabilityStatement({
    base,
    version,
    date: clock.now(),
    title: fhirEndTexts.title(config.operator.name),
    security: fhirEndTexts.security,
  });
  scope.get('/metadata', { schema }, async (request, reply) => {
    const pairs = pairsOf(request);
    checkFormat(request, pairs);
    readReading(pairs, isLenient(request));
    return sendResource(reply, statement);
  });
  refuseMethods(scope, '/metadata', 'GET, HEAD', otherMethods);
}

function registerResources(scope: Scope, base: string, product: FhirProduct): void {
  const parts = { browse: createBrowse(), db: product.database.db, base };
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: fhirSearchLimits.formBytes },
    async (_request: FastifyRequest, body: string) => body,
  );
  scope.get<{ Params: Params }>('/:type/:id', { schema }, async (request, reply) => {
    const { id } = request.params;
    const type = typeOf(request.params.type);
    if (type === undefined) return sendUnknownType(reply);
    return answerRead(parts, { type, id }, request, reply);
  });
  const search = async (request: FastifyRequest<{ Params: Params }>, reply: FastifyReply): Promise<FastifyReply> => {
    const type = typeOf(request.params.type);
    return type === undefined ? sendUnknownType(reply) : answerSearch(parts, type, request, reply);
  };
  scope.get<{ Params: Params }>('/:type', { schema }, search);
  scope.post<{ Params: Params }>('/:type/_search', { schema }, search);
}

function typeOf(text: string): ResourceType | undefined {
  return types.find((type) => type === text);
}

function sendUnknownType(reply: FastifyReply): FastifyReply {
  return sendFault(reply, { status: 404, issue: 'not-supported', text: fhirEndTexts.unknownType(types.join(', ')) });
}

/** What FHIR knows and this directory does not offer: to write, to look into the past, to search everything at once. */
function refuseOthers(scope: Scope): void {
  refuseMethods(scope, '/:type', 'GET, HEAD', otherMethods);
  refuseMethods(scope, '/:type/:id', 'GET, HEAD', otherMethods);
  refuseMethods(scope, '/:type/_search', 'POST', ['GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
  for (const url of ['/', '/_history', '/:type/_history', '/:type/:id/_history', '/:type/:id/_history/:version']) {
    refuseMethods(scope, url, '', ['GET', ...otherMethods]);
  }
  scope.setNotFoundHandler((_request, reply) =>
    sendFault(reply, { status: 404, issue: 'not-found', text: fhirEndTexts.unknownRoute }),
  );
}

/** Before the body is looked at: its form does not matter. RFC 9110 §15.5.6 asks for `Allow`. */
function refuseMethods(scope: Scope, url: string, allow: string, methods: readonly string[]): void {
  const refuse = async (_request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> =>
    sendFault(reply.header('allow', allow), { status: 405, issue: 'not-supported', text: fhirEndTexts.notAllowed });
  scope.route({ method: [...methods], url, schema, onRequest: refuse, handler: refuse });
}
