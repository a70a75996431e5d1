import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, type TestContext, test } from 'node:test';
import { inspect } from 'node:util';
import { Secret } from '../../base/secret.ts';
import { createJsonClient, type JsonClientOptions } from './json-client.ts';

const now = new Date('2026-11-22T10:00:00Z');

async function setUp(
  t: TestContext,
  handler: (request: IncomingMessage, response: ServerResponse) => void,
  options: Partial<JsonClientOptions> = {},
) {
  const server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo; // a TCP server that listens
  const client = createJsonClient({
    baseUrl: `http://127.0.0.1:${port}/fhir/v2/`,
    secretHeaders: { 'x-key': new Secret('a-key') },
    allowLoopback: true,
    maxBytes: 1_000,
    ...options,
  });
  const get = (text: string, timeoutMs = 2_000) =>
    client.send({ method: 'GET', url: client.address(text), timeoutMs }, now);
  return { port, client, get };
}

describe('a JSON client', () => {
  test('sends what it is given with its key, and tells any status with what came', async (t) => {
    const { client } = await setUp(t, (request, response) => {
      assert.equal(request.url, '/fhir/v2/Thing?identifier=a%7Cb');
      assert.equal(request.method, 'PATCH');
      assert.equal(request.headers['x-key'], 'a-key');
      assert.equal(request.headers['content-type'], 'application/fhir+json');
      request.pipe(response.writeHead(422));
    });
    const body = { à: 1 };
    const url = client.address('Thing', [['identifier', 'a|b']]);
    const request = { method: 'PATCH', url, body, contentType: 'application/fhir+json', timeoutMs: 2_000 } as const;
    assert.deepEqual(await client.send(request, now), { status: 422, body, retryAfterMs: undefined });
  });

  test('reads how long it is asked to wait, in seconds or as a date (RFC 9110 §10.2.3)', async (t) => {
    let wait = '';
    const { get } = await setUp(t, (_, response) => response.writeHead(503, { 'retry-after': wait }).end());
    for (const [text, waitMs] of [
      ['120', 120_000],
      ['Sun, 22 Nov 2026 10:05:00 GMT', 300_000],
      ['Sun, 22 Nov 2026 09:00:00 GMT', 0],
      ['soon', undefined],
      ['-3x', undefined],
    ] as const) {
      wait = text;
      assert.equal((await get('x')).retryAfterMs, waitMs, text);
    }
  });

  test('takes for no JSON what is none, in UTF-8', async (t) => {
    let bytes = Buffer.alloc(0);
    const { get } = await setUp(t, (_, response) => response.end(bytes));
    for (const text of ['', '<html>', '{"a":', 'nul']) {
      bytes = Buffer.from(text);
      assert.equal((await get('x')).body, undefined, text);
    }
    bytes = Buffer.from('"\xe9"', 'latin1');
    assert.equal((await get('x')).body, undefined);
  });

  test('reads an answer up to its bound and not one byte more', async (t) => {
    let size = 1_000;
    const { get } = await setUp(t, (_, response) => response.end(`"${'x'.repeat(size - 2)}"`));
    assert.equal(String((await get('x')).body).length, 998);
    size = 1_001;
    await assert.rejects(get('x'), { name: 'Temporary', code: 'answer-too-large' });
  });

  test('asks nothing outside its base', async (t) => {
    const { client, port } = await setUp(t, () => assert.fail('asked'));
    const base = `http://127.0.0.1:${port}/fhir/v2`;
    assert.equal(client.address(`${base}?page=2`).href, `${base}?page=2`);
    assert.equal(client.address('Thing').href, `${base}/Thing`);
    for (const text of [
      `http://127.0.0.1:${port}/other`,
      `http://127.0.0.1:${port}/fhir/v22/Thing`,
      `http://localhost:${port}/fhir/v2/Thing`,
      `https://127.0.0.1:${port}/fhir/v2/Thing`,
      `http://user:pass@127.0.0.1:${port}/fhir/v2/Thing`,
      '../v1/Thing',
      '%2e%2e/v1',
      '/metadata',
      '//example.org/fhir/v2',
      'http://[',
    ]) {
      assert.throws(() => client.address(text), { name: 'Refusal', code: 'host-not-allowed' }, text);
    }
  });

  test('follows no redirect: the key would go with it', async (t) => {
    const { get } = await setUp(t, (request, response) => {
      assert.equal(request.url, '/fhir/v2/x');
      response.writeHead(307, { location: '/fhir/v2/y' }).end();
    });
    await assert.rejects(get('x'), { name: 'Temporary', code: 'redirect-refused' });
  });

  test('speaks plain HTTP to this machine alone, and only where that is allowed', async (t) => {
    const { port } = await setUp(t, () => assert.fail('asked'));
    const options = { maxBytes: 1_000, allowLoopback: true };
    assert.throws(() => createJsonClient({ ...options, baseUrl: `http://127.0.0.1:${port}`, allowLoopback: false }), {
      code: 'host-not-allowed',
    });
    const client = createJsonClient({ ...options, baseUrl: 'http://192.0.2.1/' });
    const sent = client.send({ method: 'GET', url: client.address('x'), timeoutMs: 2_000 }, now);
    await assert.rejects(sent, { name: 'Refusal', code: 'address-not-public' });
  });

  test('tells its key in no fault', async (t) => {
    const { get } = await setUp(t, (_, response) => response.destroy());
    for (const fault of [await get('x').catch((one) => one), await get('x', 1).catch((one) => one)]) {
      assert.equal(fault.name, 'Temporary');
      assert.ok(!inspect(fault, { depth: 12, showHidden: true }).includes('a-key'));
    }
  });
});
