import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { describe, type TestContext, test } from 'node:test';
import { createAuthority } from '../../../testkit/authority/authority.ts';
import { netLimits } from '../../base/limits.ts';
import { createFetcher, type FetcherOptions } from './fetcher.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

async function serve(t: TestContext, server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo; // a TCP server that listens
  return port;
}

async function setUp(t: TestContext, handler: Handler, options: Partial<FetcherOptions> = {}) {
  const port = await serve(t, createServer(handler));
  const fetcher = createFetcher({
    allowedHosts: [`localhost:${port}`, `127.0.0.1:${port}`],
    allowLoopback: true,
    allowPlainHttp: true,
    timeoutMs: 2_000,
    maxBytes: 1_000,
    ...options,
  });
  return { port, url: `http://localhost:${port}/list`, fetch: fetcher.fetch };
}

describe('a fetch', () => {
  test('gives the body and what will tell its version', async (t) => {
    const { url, fetch } = await setUp(t, (request, response) => {
      assert.equal(request.headers['accept-encoding'], 'identity');
      response.writeHead(200, { etag: '"v1"', 'last-modified': 'Fri, 28 Feb 2025 15:42:07 GMT' }).end('liste');
    });
    assert.deepEqual(await fetch(url), {
      kind: 'fetched',
      body: Buffer.from('liste'),
      validators: { etag: '"v1"', lastModified: 'Fri, 28 Feb 2025 15:42:07 GMT' },
    });
  });

  test('asks only for what changed since', async (t) => {
    const { url, fetch } = await setUp(t, (request, response) => {
      assert.equal(request.headers['if-none-match'], '"v1"');
      assert.equal(request.headers['if-modified-since'], 'Fri, 28 Feb 2025 15:42:07 GMT');
      response.writeHead(304).end();
    });
    const validators = { etag: '"v1"', lastModified: 'Fri, 28 Feb 2025 15:42:07 GMT' };
    assert.deepEqual(await fetch(url, validators), { kind: 'not-modified' });
  });

  test('tells a host that declines from one that fails', async (t) => {
    let status = 404;
    const { url, fetch } = await setUp(t, (_request, response) => response.writeHead(status).end());
    assert.deepEqual(await fetch(url), { kind: 'declined', status: 404 });
    for (status of [429, 500, 503, 204, 206]) {
      await assert.rejects(fetch(url), { name: 'Temporary', code: 'answer-failed' }, String(status));
    }
  });

  test('goes nowhere but to the hosts it was given, with no name and password in the address', async (t) => {
    const { port, fetch } = await setUp(t, () => assert.fail('asked'));
    for (const url of [
      'http://localhost/list',
      'http://example.org/',
      `http://user:pass@localhost:${port}/`,
      `ftp://localhost:${port}/`,
      'file:///etc/hostname',
      'not an address',
    ]) {
      await assert.rejects(fetch(url), { name: 'Refusal', code: 'host-not-allowed' }, url);
    }
  });

  test('refuses plain HTTP unless it was allowed', async (t) => {
    const { url, fetch } = await setUp(t, () => assert.fail('asked'), { allowPlainHttp: false });
    await assert.rejects(fetch(url), { code: 'host-not-allowed' });
  });

  test('refuses a listed host that lies at a reserved address, by name or by number', async (t) => {
    const { port, fetch } = await setUp(t, () => assert.fail('asked'), { allowLoopback: false });
    for (const host of ['localhost', '127.0.0.1']) {
      await assert.rejects(fetch(`http://${host}:${port}/`), { name: 'Refusal', code: 'address-not-public' });
    }
  });

  test('accepts a body up to its bound and not one byte more, announced or not', async (t) => {
    let sizeBytes = 1_000;
    let announced = true;
    const { url, fetch } = await setUp(t, (_request, response) => {
      if (announced) response.setHeader('content-length', sizeBytes);
      else response.write('x');
      response.end('x'.repeat(announced ? sizeBytes : sizeBytes - 1));
    });
    for (announced of [true, false]) {
      sizeBytes = 1_000;
      const outcome = await fetch(url);
      assert(outcome.kind === 'fetched');
      assert.equal(outcome.body.length, 1_000);
      sizeBytes = 1_001;
      await assert.rejects(fetch(url), { name: 'Temporary', code: 'answer-too-large' });
    }
  });

  test('a body cut short is temporary, never taken for the whole', async (t) => {
    const { url, fetch } = await setUp(t, (_request, response) => {
      response.writeHead(200, { 'content-length': '500' });
      response.write('half');
      setTimeout(() => response.destroy(), 20);
    });
    await assert.rejects(fetch(url), { name: 'Temporary' });
  });

  test('a body that comes too slowly is temporary', async (t) => {
    const handler: Handler = (_request, response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write('x'), 20);
      response.once('close', () => clearInterval(timer));
    };
    const { url, fetch } = await setUp(t, handler, { timeoutMs: 150 });
    await assert.rejects(fetch(url), { name: 'Temporary', code: 'connection-timeout' });
  });

  test('follows a redirect to a listed host, and no other', async (t) => {
    let target = '/moved';
    const { url, port, fetch } = await setUp(t, (request, response) => {
      if (request.url === '/moved') response.end('there');
      else response.writeHead(302, { location: target }).end();
    });
    assert.equal((await fetch(url)).kind, 'fetched');
    target = `http://127.0.0.1:${port}/moved`;
    assert.equal((await fetch(url)).kind, 'fetched');
    for (target of ['http://169.254.169.254/latest', 'https://example.org/', 'file:///etc/hostname']) {
      await assert.rejects(fetch(url), { name: 'Temporary', code: 'redirect-refused' });
    }
  });

  test('follows as many redirects as its bound and not one more', async (t) => {
    let length = netLimits.redirects;
    const { url, fetch } = await setUp(t, (request, response) => {
      const done = Number(/\d+$/.exec(request.url ?? '')?.[0] ?? 0);
      if (done === length) response.end('there');
      else response.writeHead(307, { location: `/${done + 1}` }).end();
    });
    assert.equal((await fetch(url)).kind, 'fetched');
    length += 1;
    await assert.rejects(fetch(url), { code: 'redirect-refused' });
  });
});

describe('a fetch over TLS', () => {
  const authority = createAuthority({ name: 'FETCH', at: new Date() });
  const dn = 'CN=liste.test,OU=318310021300028,O=TEST,C=FR';

  async function setUpTls(t: TestContext, maxVersion: 'TLSv1.1' | 'TLSv1.3', ca: string) {
    const issued = authority.issue({ dn, hosts: ['localhost'] });
    const server = createTlsServer(
      { key: issued.keyPem, cert: issued.chainPem, maxVersion, minVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0' },
      (_request, response) => response.end('liste'),
    );
    const port = await serve(t, server);
    const fetcher = createFetcher({
      allowedHosts: [`localhost:${port}`],
      allowLoopback: true,
      timeoutMs: 2_000,
      maxBytes: 1_000,
      ca,
    });
    return () => fetcher.fetch(`https://localhost:${port}/`);
  }

  test('trusts the authority it was given, and no other', async (t) => {
    assert.equal((await (await setUpTls(t, 'TLSv1.3', authority.rootPem))()).kind, 'fetched');
    const other = createAuthority({ name: 'OTHER', at: new Date() }).rootPem;
    await assert.rejects(await setUpTls(t, 'TLSv1.3', other), { name: 'Temporary', code: 'connection-failed' });
  });

  test('speaks no TLS older than 1.2 (ANS-REF2 ECO.1.1.1)', async (t) => {
    await assert.rejects(await setUpTls(t, 'TLSv1.1', authority.rootPem), { code: 'connection-failed' });
  });
});
