/**
 * A stand-in for the Annuaire Santé: its FHIR interface on a port (searches, conditional PATCHes, CapabilityStatement) with the faults that a
 * test or the sandbox asks for, and files (the extractions) served beside it. What it knows lies in memory.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Readable } from 'node:stream';
import { present } from '../../src/base/assert.ts';
import { applyPatch, isObject, type JsonObject, PatchRefused } from './patch-evaluation.ts';
import { matches, type Registry, SearchRefused, searchedTypes, searchset } from './search.ts';

export type StandInFault =
  | { readonly kind: 'status'; readonly status: number; readonly retryAfter?: string }
  /** A gateway's page, or half a document, in place of JSON. */
  | { readonly kind: 'garbage' }
  | { readonly kind: 'oversize'; readonly bytes: number }
  /** The connection breaks: before anything is done, in the middle of the answer, or once the PATCH is done but not answered. */
  | { readonly kind: 'cut'; readonly when: 'before' | 'within' | 'after' }
  | { readonly kind: 'silence' }
  | { readonly kind: 'redirect'; readonly to: string }
  /** The next page lies there. */
  | { readonly kind: 'next-link'; readonly url: string };

export interface StandInOptions {
  /** `test-key` unless told. */
  readonly apiKey?: string;
  readonly resources?: readonly JsonObject[];
  /** 50 unless told, as the Annuaire has it. */
  readonly pageSize?: number;
  readonly hidesRedListed?: boolean;
  readonly tls?: { readonly keyPem: string; readonly certificatePem: string };
  /** Any free one unless told. */
  readonly port?: number;
}

export interface StandInRequest {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly body: unknown;
  readonly apiKey: string | undefined;
}

export interface StandInAnnuaire {
  /** The base of the FHIR interface. */
  readonly url: string;
  readonly apiKey: string;
  /** By `Practitioner/1`; may be changed at any time. */
  readonly resources: Map<string, JsonObject>;
  readonly requests: readonly StandInRequest[];
  /** The next requests fail so, in order; `method` spares the others. */
  fail(fault: StandInFault, options?: { readonly times?: number; readonly method?: string }): void;
  /** Serves `open()` at `/files/<name>`, and gives its address. */
  serveFile(name: string, open: () => Readable): string;
  stop(): Promise<void>;
}

const folder = '/fhir/v2';
const fhirJson = 'application/fhir+json;charset=UTF-8';

export async function startAnnuaire(options: StandInOptions = {}): Promise<StandInAnnuaire> {
  const apiKey = options.apiKey ?? 'test-key';
  const resources = new Map((options.resources ?? []).map((one) => [`${one['resourceType']}/${one['id']}`, one]));
  const requests: StandInRequest[] = [];
  const faults: { readonly fault: StandInFault; readonly method: string | undefined }[] = [];
  const files = new Map<string, () => Readable>();
  const takeFault = (method: string | undefined): StandInFault | undefined => {
    const index = faults.findIndex((one) => one.method === undefined || one.method === method);
    return index === -1 ? undefined : faults.splice(index, 1)[0]?.fault;
  };
  let base = '';
  const registry = (): Registry => ({
    resources,
    base: base + folder,
    pageSize: options.pageSize ?? 50,
    hidesRedListed: options.hidesRedListed === true,
  });

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const target = request.url ?? '/';
    const url = new URL(target, base);
    const open = files.get(url.pathname);
    if (open !== undefined) return void open().pipe(response);
    const body = await readBody(request);
    const key = request.headers['esante-api-key'];
    const method = request.method ?? '';
    requests.push({ method, target, body: asJson(body), apiKey: Array.isArray(key) ? key[0] : key });
    const fault = takeFault(method);
    if (fault !== undefined && !isLate(fault)) return breakDown(response, fault);
    const answer = key === apiKey ? answerTo(registry(), method, url, body) : outcome(401, 'login', 'API key required');
    const { changed } = answer;
    if (changed !== undefined) resources.set(`${changed['resourceType']}/${changed['id']}`, changed);
    if (fault?.kind === 'cut') return void response.destroy();
    if (fault?.kind === 'next-link') answer.body = withNext(answer.body, fault.url);
    response.writeHead(answer.status, { 'content-type': fhirJson }).end(JSON.stringify(answer.body));
  };
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    serve(request, response).catch(() => response.destroy());
  };
  const { tls } = options;
  const server =
    tls === undefined
      ? createServer(listener)
      : createTlsServer({ key: tls.keyPem, cert: tls.certificatePem }, listener);
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = present(typeof address === 'object' ? address?.port : undefined, 'a TCP server has a port');
  base = tls === undefined ? `http://127.0.0.1:${port}` : `https://localhost:${port}`;
  return {
    url: base + folder,
    apiKey,
    resources,
    requests,
    fail(fault, { times = 1, method } = {}) {
      for (let index = 0; index < times; index += 1) faults.push({ fault, method });
    },
    serveFile(name, open) {
      files.set(`/files/${name}`, open);
      return `${base}/files/${name}`;
    },
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

interface Answer {
  readonly status: number;
  body: JsonObject;
  /** A resource as a PATCH leaves it. */
  readonly changed?: JsonObject;
}

function isLate(fault: StandInFault): boolean {
  return fault.kind === 'next-link' || (fault.kind === 'cut' && fault.when === 'after');
}

function breakDown(response: ServerResponse, fault: StandInFault): void {
  switch (fault.kind) {
    case 'status': {
      const { status, body } = outcome(fault.status, 'transient', 'asked for by the test');
      const patience = fault.retryAfter === undefined ? {} : { 'retry-after': fault.retryAfter };
      response.writeHead(status, { 'content-type': fhirJson, ...patience }).end(JSON.stringify(body));
      return;
    }
    case 'garbage':
      response.writeHead(200, { 'content-type': fhirJson }).end('{"resourceType":"Bundle","type":"search');
      return;
    case 'oversize':
      response.writeHead(200, { 'content-type': fhirJson }).end(`"${'x'.repeat(fault.bytes - 2)}"`);
      return;
    case 'redirect':
      response.writeHead(302, { location: fault.to }).end();
      return;
    case 'cut':
      if (fault.when === 'before') return void response.destroy();
      response.writeHead(200, { 'content-type': fhirJson, 'content-length': '1000' });
      response.write('{"resourceType":"Bundle"', () => response.destroy());
      return;
    default:
      return; // silence: the connection stays, nothing comes
  }
}

function withNext(body: JsonObject, url: string): JsonObject {
  return { ...body, link: [{ relation: 'next', url }] };
}

function answerTo(registry: Registry, method: string, url: URL, body: Buffer): Answer {
  const path = url.pathname.slice(folder.length);
  const [, type = '', id] = path.split('/');
  if (!url.pathname.startsWith(folder)) return outcome(404, 'not-found', 'no such path');
  const types: readonly string[] = searchedTypes;
  try {
    if (method === 'GET' && type === 'metadata') return { status: 200, body: capabilities() };
    if (method === 'PATCH' && types.includes(type)) {
      return patch(registry, type, { id, query: url.searchParams, body });
    }
    if (method === 'POST' && types.includes(type) && id === '_search') {
      const query = new URLSearchParams([...url.searchParams, ...new URLSearchParams(body.toString('utf8'))]);
      return { status: 200, body: searchset(registry, `/${type}`, [type], query) };
    }
    if (method !== 'GET') return outcome(405, 'not-supported', 'method not allowed');
    if (type === '') {
      const asked = (url.searchParams.get('_type') ?? '').split(',');
      if (!asked.every((one) => types.includes(one))) throw new SearchRefused('_type');
      return { status: 200, body: searchset(registry, '/', asked, url.searchParams) };
    }
    if (!types.includes(type)) return outcome(404, 'not-found', 'no such path');
    if (id === undefined) return { status: 200, body: searchset(registry, `/${type}`, [type], url.searchParams) };
    const found = registry.resources.get(`${type}/${id}`);
    return found === undefined ? outcome(404, 'not-found', 'no such resource') : { status: 200, body: found };
  } catch (fault) {
    if (fault instanceof SearchRefused) return outcome(400, 'invalid', fault.message);
    if (fault instanceof PatchRefused) return outcome(fault.status, 'invalid', fault.message);
    throw fault;
  }
}

interface PatchRequest {
  readonly id: string | undefined;
  readonly query: URLSearchParams;
  readonly body: Buffer;
}

function patch(registry: Registry, type: string, { id, query, body }: PatchRequest): Answer {
  const found = id === undefined ? matchesOf(registry, type, query) : [registry.resources.get(`${type}/${id}`)];
  const [resource] = found;
  if (resource === undefined) return outcome(404, 'not-found', 'no match for conditional PATCH');
  if (found.length > 1) return outcome(412, 'conflict', 'Multiple matches found for conditional PATCH');
  const patched = applyPatch(resource, asJson(body));
  const meta = isObject(patched['meta']) ? patched['meta'] : {};
  const changed = { ...patched, meta: { ...meta, lastUpdated: new Date().toISOString() } };
  return { status: 200, body: changed, changed };
}

function matchesOf(registry: Registry, type: string, query: URLSearchParams): readonly JsonObject[] {
  const wanted = type === 'PractitionerRole' ? ['practitioner.identifier', 'organization.identifier'] : ['identifier'];
  if (!wanted.every((name) => query.has(name))) throw new PatchRefused(400, `${wanted.join(' and ')} required`);
  return matches(registry, [type], query);
}

function outcome(status: number, code: string, text: string): Answer {
  const issue = [{ severity: 'error', code, details: { text } }];
  return { status, body: { resourceType: 'OperationOutcome', issue } };
}

function capabilities(): JsonObject {
  return {
    resourceType: 'CapabilityStatement',
    status: 'active',
    kind: 'instance',
    fhirVersion: '4.0.1',
    format: ['application/fhir+json'],
    rest: [
      {
        mode: 'server',
        resource: searchedTypes.map((type) => ({
          type,
          interaction: [{ code: 'read' }, { code: 'search-type' }, { code: 'patch' }],
          conditionalPatch: true,
        })),
      },
    ],
  };
}

function asJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}
