import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request as requestTls } from 'node:https';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { Type } from 'typebox';
import { createAuthority } from '../../../testkit/authority/authority.ts';
import { systemClock } from '../../base/clock.ts';
import { Refusal, Temporary } from '../../base/errors.ts';
import { httpLimits } from '../../base/limits.ts';
import { createLog } from '../../base/log.ts';
import { Secret } from '../../base/secret.ts';
import { createMetrics } from '../metrics/metrics.ts';
import { createTlsContexts } from '../tls/tls.ts';
import { createHttpShell, type HttpShell, type HttpShellOptions } from './http.ts';

interface World {
  readonly shell: HttpShell;
  readonly lines: Record<string, unknown>[];
  /** Opens the plain listener and gives its address. */
  open(): Promise<string>;
}

async function world(t: TestContext, options: Partial<HttpShellOptions> = {}): Promise<World> {
  const lines: Record<string, unknown>[] = [];
  const log = createLog({ level: 'debug', write: (line) => lines.push(JSON.parse(line)) });
  const shell = await createHttpShell({
    clock: systemClock,
    log,
    metrics: createMetrics(),
    readiness: [],
    version: '1.2.3',
    strictTransport: true,
    ...options,
  });
  t.after(() => shell.stop());
  const open = async () => {
    const { plainPort } = await shell.listen({ host: '127.0.0.1', plain: { port: 0 } });
    return `http://127.0.0.1:${plainPort}`;
  };
  return { shell, lines, open };
}

describe('a fault', () => {
  const problemType = 'application/problem+json';

  async function answerTo(t: TestContext, fault: Error, options: Partial<HttpShellOptions> = {}) {
    const { shell, open, lines } = await world(t, options);
    shell.app.get('/patients/:ins', async () => {
      throw fault;
    });
    const response = await fetch(`${await open()}/patients/279035121518989`);
    assert.equal(response.headers.get('content-type')?.split(';')[0], problemType);
    const body: unknown = await response.json();
    assert(typeof body === 'object' && body !== null);
    return { response, lines, body: { incident: undefined, ...body } };
  }

  test('of the caller is a 400 with its code and public text (RFC 9457 §3.1)', async (t) => {
    const { response, body } = await answerTo(t, new Refusal('recipient-unknown', 'Destinataire inconnu.'));
    assert.equal(response.status, 400);
    assert.deepEqual(body, {
      type: 'urn:hygie:problem:recipient-unknown',
      title: 'Requête refusée',
      status: 400,
      detail: 'Destinataire inconnu.',
      code: 'recipient-unknown',
      incident: undefined,
    });
  });

  test('whose code has a status of its own gets it', async (t) => {
    const refusalStatuses = { 'signed-out': 401 } as const;
    const { response } = await answerTo(t, new Refusal('signed-out', 'Session close.'), { refusalStatuses });
    assert.equal(response.status, 401);
  });

  test('of the world is a 503 that asks for patience', async (t) => {
    const { response, body } = await answerTo(t, new Temporary('database-unavailable', 'Réessayez.'));
    assert.equal(response.status, 503);
    assert.equal(response.headers.get('retry-after'), String(httpLimits.retryAfterSeconds));
    assert.equal('code' in body && body.code, 'database-unavailable');
  });

  test('of ours is a 500 that shows an incident number and nothing else; the log knows the rest, but no address asked', async (t) => {
    const { response, body, lines } = await answerTo(t, new TypeError('Dupont, INS 279035121518989, is undefined'));
    assert.equal(response.status, 500);
    assert.match(String(body.incident), /^[0-9a-f-]{36}$/);
    assert.equal(JSON.stringify(body).includes('Dupont'), false);
    const bug = lines.find(({ event }) => event === 'http-bug');
    assert.equal(bug?.['incident'], body.incident);
    assert.equal(bug?.['route'], '/patients/:ins');
    assert.equal(bug?.['fault'], 'TypeError');
    assert.doesNotMatch(JSON.stringify(lines), /279035121518989|Dupont/);
  });
});

describe('a request', () => {
  async function withEcho(t: TestContext) {
    const here = await world(t);
    const schema = {
      body: Type.Object({ name: Type.String() }, { additionalProperties: false }),
      querystring: Type.Object({ count: Type.Optional(Type.Integer()) }),
    };
    here.shell.app.post('/echo', { schema }, async (request) => ({ size: request.body.name.length, ...request.query }));
    const base = await here.open();
    const post = (body: string, type = 'application/json', query = '') =>
      fetch(`${base}/echo${query}`, { method: 'POST', body, headers: { 'content-type': type } });
    return { ...here, base, post };
  }

  async function codeOf(response: Response): Promise<string> {
    const body: unknown = await response.json();
    assert(typeof body === 'object' && body !== null && 'code' in body && 'status' in body);
    assert.equal(body.status, response.status);
    return `${response.status} ${body.code}`;
  }

  test('is checked against the schema of its route; values in the address are converted, those in the body are not', async (t) => {
    const { post } = await withEcho(t);
    assert.deepEqual(await (await post('{"name":"abc"}', 'application/json', '?count=5')).json(), {
      size: 3,
      count: 5,
    });
    for (const body of ['{"name":5}', '{}', '{"name":"a","more":1}', '[]']) {
      assert.equal(await codeOf(await post(body)), '400 request-malformed', body);
    }
    assert.equal(await codeOf(await post('{"name":"a"}', 'application/json', '?count=x')), '400 request-malformed');
  });

  test('that is malformed is told where, never what', async (t) => {
    const { post } = await withEcho(t);
    const text = await (await post('{"name":{"secret":"Dupont"}}')).text();
    assert.match(text, /"pointer":"\/name"/);
    assert.doesNotMatch(text, /Dupont/);
  });

  test('that is no JSON, of another type, or asks for nothing known is a problem document', async (t) => {
    const { post, base } = await withEcho(t);
    assert.equal(await codeOf(await post('{"name":')), '400 request-malformed');
    assert.equal(await codeOf(await post('')), '400 request-malformed');
    assert.equal(await codeOf(await post('<a/>', 'text/xml')), '415 media-type-unsupported');
    assert.equal(await codeOf(await fetch(`${base}/nowhere`)), '404 not-found');
    assert.equal(await codeOf(await fetch(`${base}/%ZZ`)), '400 request-malformed');
  });

  test('has a body up to its bound and not one byte more', async (t) => {
    const { post } = await withEcho(t);
    const frame = '{"name":""}'.length;
    const sized = (bytes: number) => `{"name":"${'x'.repeat(bytes - frame)}"}`;
    assert.equal((await post(sized(httpLimits.bodyBytes))).status, 200);
    assert.equal(await codeOf(await post(sized(httpLimits.bodyBytes + 1))), '413 request-too-large');
  });

  test('has a path parameter up to its bound and not one byte more', async (t) => {
    const { shell, open } = await world(t);
    shell.app.get('/things/:id', async () => ({}));
    const base = await open();
    assert.equal((await fetch(`${base}/things/${'x'.repeat(httpLimits.pathParameterBytes)}`)).status, 200);
    assert.notEqual((await fetch(`${base}/things/${'x'.repeat(httpLimits.pathParameterBytes + 1)}`)).status, 200);
  });

  test('with too long a head is cut off', async (t) => {
    const { open } = await world(t);
    const { port } = new URL(await open());
    const socket = connect(Number(port), '127.0.0.1');
    socket.write(`GET /health/live HTTP/1.1\r\nHost: x\r\nX-Long: ${'x'.repeat(httpLimits.headerBytes)}\r\n\r\n`);
    assert.match(String(Buffer.concat(await socket.toArray())), /^HTTP\/1\.1 431/);
  });

  test('leaves the pattern of its route in the log, and neither its address nor its query', async (t) => {
    const { shell, open, lines } = await world(t);
    shell.app.get('/patients/:name', async () => ({}));
    const base = await open();
    await (await fetch(`${base}/patients/dupont?birth=1979-03-28`)).text();
    await (await fetch(`${base}/dupont-nowhere`)).text();
    await shell.stop();
    assert.doesNotMatch(JSON.stringify(lines), /dupont|1979/);
    assert.deepEqual(
      lines.filter(({ event }) => event === 'http-request').map(({ route, status }) => [route, status]),
      [
        ['/patients/:name', 200],
        ['none', 404],
      ],
    );
  });

  test('is answered with the security header fields, also when it is refused', async (t) => {
    const { open } = await world(t);
    const base = await open();
    for (const path of ['/health/live', '/nowhere', '/%ZZ']) {
      const { headers } = await fetch(base + path);
      assert.match(headers.get('content-security-policy') ?? '', /default-src 'none'/, path);
      assert.equal(headers.get('x-content-type-options'), 'nosniff');
      assert.equal(headers.get('referrer-policy'), 'no-referrer');
      assert.equal(headers.get('cross-origin-opener-policy'), 'same-origin');
      assert.equal(headers.get('cache-control'), 'no-store');
      assert.equal(headers.get('strict-transport-security'), null);
    }
  });
});

describe('a page', () => {
  test('may use its own files alone; one whose route chose a policy keeps it', async (t) => {
    const { shell, open } = await world(t);
    const sandboxed = "sandbox; default-src 'none'";
    shell.app.get('/page', async (_request, reply) => reply.type('text/html; charset=utf-8').send('<p>x'));
    shell.app.get('/download', async (_request, reply) =>
      reply.type('text/html').header('content-security-policy', sandboxed).send('<p>x'),
    );
    const base = await open();
    const policyOf = async (path: string) => (await fetch(base + path)).headers.get('content-security-policy') ?? '';
    assert.match(await policyOf('/page'), /default-src 'none'; script-src 'self'; style-src 'self'/);
    assert.doesNotMatch(await policyOf('/page'), /unsafe/);
    assert.equal(await policyOf('/download'), sandboxed);
  });
});

describe('the system routes', () => {
  test('tell that the process lives', async (t) => {
    const { open } = await world(t);
    const response = await fetch(`${await open()}/health/live`);
    assert.deepEqual([response.status, await response.json()], [200, { status: 'live' }]);
  });

  test('tell that it is ready only when every part is, and which is not, without saying why', async (t) => {
    const parts = [
      { name: 'database', check: async () => undefined },
      { name: 'blobs', check: async () => Promise.reject(new Error('secret reason')) },
    ];
    const ready = await world(t, { readiness: parts.slice(0, 1) });
    const yes = await fetch(`${await ready.open()}/health/ready`);
    assert.deepEqual([yes.status, await yes.json()], [200, { status: 'ready', checks: { database: 'ok' } }]);
    const { open } = await world(t, { readiness: parts });
    const no = await fetch(`${await open()}/health/ready`);
    const checks = { database: 'ok', blobs: 'failed' };
    assert.deepEqual([no.status, await no.json()], [503, { status: 'not-ready', checks }]);
  });

  test('show the measures to loopback, and to nobody that a proxy brings', async (t) => {
    const { open } = await world(t);
    const base = await open();
    await (await fetch(`${base}/nowhere`)).text();
    const response = await fetch(`${base}/metrics`);
    assert.match(response.headers.get('content-type') ?? '', /^text\/plain/);
    assert.match(await response.text(), /hygie_http_request_seconds_count\{method="GET",status="4xx"\} 1/);
    for (const name of ['forwarded', 'x-forwarded-for']) {
      assert.equal((await fetch(`${base}/metrics`, { headers: { [name]: 'for=1.2.3.4' } })).status, 403);
    }
  });

  test('show the measures to who presents the token, when there is one', async (t) => {
    const { open } = await world(t, { metricsToken: new Secret('a-token-of-some-length') });
    const base = await open();
    const statusOf = async (authorization?: string) =>
      (await fetch(`${base}/metrics`, authorization === undefined ? {} : { headers: { authorization } })).status;
    assert.equal(await statusOf('Bearer a-token-of-some-length'), 200);
    for (const wrong of [
      undefined,
      'Bearer',
      'Bearer ',
      'Bearer a-token-of-some-lengtH',
      'Basic a-token-of-some-length',
    ]) {
      assert.equal(await statusOf(wrong), 403, wrong);
    }
  });

  test('describe every registered route in OpenAPI 3.1, with its schemas', async (t) => {
    const { shell, open } = await world(t);
    const schema = {
      summary: 'Une chose.',
      params: Type.Object({ id: Type.String({ format: 'uuid' }) }),
      response: { 200: Type.Object({ name: Type.String() }), default: Type.Ref('Problem#') },
    };
    shell.app.get('/api/things/:id', { schema }, async () => ({ name: 'x' }));
    const response = await fetch(`${await open()}/api/openapi.json`);
    assert.equal(response.headers.get('content-type'), 'application/json; charset=utf-8');
    const document = JSON.parse(await response.text());
    assert.equal(document.openapi, '3.1.0');
    assert.equal(document.info.version, '1.2.3');
    const operation = document.paths['/api/things/{id}'].get;
    assert.deepEqual(operation.parameters[0].schema, { type: 'string', format: 'uuid' });
    assert.equal(operation.responses['200'].content['application/json'].schema.properties.name.type, 'string');
    assert.deepEqual(operation.responses.default.content['application/json'].schema, {
      $ref: '#/components/schemas/Problem',
    });
    assert.equal(document.components.schemas.Problem.properties.code.type, 'string');
    assert('/health/ready' in document.paths);
  });
});

describe('the listeners', () => {
  async function tlsWorld(t: TestContext, options: Partial<HttpShellOptions> = {}) {
    const folder = await mkdtemp(join(tmpdir(), 'hygie-http-'));
    t.after(() => rm(folder, { recursive: true }));
    const authority = createAuthority({ name: 'WEB', at: new Date() });
    const files = { certificatePath: join(folder, 'c.pem'), keyPath: join(folder, 'k.pem') };
    const install = async (name: string) => {
      const issued = authority.issue({ dn: `CN=${name},O=TEST,C=FR`, hosts: ['localhost'] });
      await writeFile(files.certificatePath, issued.chainPem);
      await writeFile(files.keyPath, issued.keyPem);
    };
    await install('first');
    const contexts = await createTlsContexts(files, {
      clock: systemClock,
      log: createLog({ level: 'error', write: () => undefined }),
    });
    t.after(() => contexts.stop());
    const { shell } = await world(t, options);
    const { tlsPort } = await shell.listen({ host: '127.0.0.1', tls: { port: 0, contexts } });
    const ask = (options: object = {}) =>
      new Promise<{ hsts: string | undefined; certificate: string | undefined }>((resolve, reject) => {
        const request = requestTls(
          { host: '127.0.0.1', port: tlsPort, path: '/health/live', ca: authority.rootPem, agent: false, ...options },
          (response) => {
            const socket = response.socket;
            const certificate =
              'getPeerCertificate' in socket && typeof socket.getPeerCertificate === 'function'
                ? socket.getPeerCertificate().subject.CN
                : undefined;
            response.resume();
            response.once('end', () =>
              resolve({ hsts: response.headers['strict-transport-security']?.toString(), certificate }),
            );
          },
        );
        request.once('error', reject).end();
      });
    return { ask, install, contexts };
  }

  test('speak TLS 1.2 or newer, ask browsers to keep to it, and follow a renewal (ANS-REF2 ECO.1.1.1)', async (t) => {
    const { ask, install, contexts } = await tlsWorld(t);
    const first = await ask();
    assert.match(first.hsts ?? '', /max-age=31536000/);
    assert.equal(first.certificate, 'first');
    await assert.rejects(ask({ minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0' }));
    await install('second');
    await contexts.reload();
    assert.equal((await ask()).certificate, 'second');
  });

  test('do not bind browsers to TLS when the host serves in plain too', async (t) => {
    const { ask } = await tlsWorld(t, { strictTransport: false });
    assert.equal((await ask()).hsts, undefined);
  });

  test('open no plain port beyond the machine', async (t) => {
    const { shell } = await world(t);
    for (const host of ['0.0.0.0', '::', 'example.org']) {
      await assert.rejects(shell.listen({ host, plain: { port: 0 } }), { name: 'Refusal', code: 'plain-http-refused' });
    }
  });

  test('let a request end before they stop, and take no new one', async (t) => {
    const { shell, open } = await world(t);
    const { promise: entered, resolve: enter } = Promise.withResolvers<void>();
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    shell.app.get('/slow', async () => {
      enter();
      await released;
      return { done: true };
    });
    const base = await open();
    const answer = fetch(`${base}/slow`);
    await entered;
    const stopped = shell.stop();
    await assert.rejects(fetch(`${base}/health/live`));
    release();
    assert.deepEqual(await (await answer).json(), { done: true });
    await stopped;
  });
});
