import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, type TestContext, test } from 'node:test';
import { Refusal, Temporary } from '../../base/errors.ts';
import { createDownloader, type DownloaderOptions } from './download.ts';

const folder = mkdtempSync(join(tmpdir(), 'hygie-download-'));
after(() => rmSync(folder, { recursive: true }));
const path = join(folder, 'file');

async function setUp(
  t: TestContext,
  handler: (request: IncomingMessage, response: ServerResponse) => void,
  options: Partial<DownloaderOptions> = {},
) {
  const server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo; // a TCP server that listens
  const host = `localhost:${port}`;
  const rules = {
    allowedHosts: [host],
    allowLoopback: true,
    allowPlainHttp: true,
    timeoutMs: 5_000,
    idleMs: 2_000,
    maxBytes: 1_000,
  };
  return { url: `http://${host}/file`, downloader: createDownloader({ ...rules, ...options }) };
}

const isTemporary =
  (code: string) =>
  (fault: unknown): boolean =>
    fault instanceof Temporary && fault.code === code;

test('a document comes whole into its file, and its progress is told', async (t) => {
  const { url, downloader } = await setUp(t, (_request, response) =>
    response.writeHead(200, { 'content-length': 5 }).end('liste'),
  );
  const told: (number | null)[] = [];
  const outcome = await downloader.download({ url, path, onBytes: (bytes, total) => told.push(bytes, total) });
  assert.deepEqual(outcome, { kind: 'downloaded', bytes: 5 });
  assert.equal(readFileSync(path, 'utf8'), 'liste');
  assert.deepEqual(told.slice(-2), [5, 5]);
});

test('a document up to the bound is taken, one past it is not and leaves no file, announced or not', async (t) => {
  let size = 1_000;
  let isAnnounced = true;
  const { url, downloader } = await setUp(t, (_request, response) => {
    response.writeHead(200, isAnnounced ? { 'content-length': size } : {});
    response.end(Buffer.alloc(size));
  });
  for (isAnnounced of [true, false]) {
    size = 1_000;
    assert.deepEqual(await downloader.download({ url, path }), { kind: 'downloaded', bytes: 1_000 });
    size = 1_001;
    await assert.rejects(downloader.download({ url, path }), isTemporary('answer-too-large'));
    assert.equal(existsSync(path), false);
  }
});

test('a host that falls silent, that stops early or that fails is waited for no longer', async (t) => {
  const silent = await setUp(t, (_request, response) => void response.writeHead(200).write('x'), { idleMs: 50 });
  await assert.rejects(silent.downloader.download({ url: silent.url, path }), isTemporary('connection-timeout'));
  const slow = await setUp(t, (_request, response) => void response.writeHead(200).write('x'), { timeoutMs: 50 });
  await assert.rejects(slow.downloader.download({ url: slow.url, path }), isTemporary('connection-timeout'));
  const short = await setUp(t, (_request, response) => {
    response.writeHead(200, { 'content-length': 10 }).write('x', () => response.destroy());
  });
  await assert.rejects(short.downloader.download({ url: short.url, path }), Temporary);
  const failing = await setUp(t, (_request, response) => response.writeHead(503).end());
  await assert.rejects(failing.downloader.download({ url: failing.url, path }), isTemporary('answer-failed'));
  assert.equal(existsSync(path), false);
});

test('a host that declines says so, another host is never asked, and the caller may give up', async (t) => {
  const { url, downloader } = await setUp(t, (request, response) => {
    if (request.url === '/file') response.writeHead(404).end();
    else response.writeHead(200).write('x');
  });
  assert.deepEqual(await downloader.download({ url, path }), { kind: 'declined', status: 404 });
  await assert.rejects(
    downloader.download({ url: 'https://autre.example/', path }),
    (fault) => fault instanceof Refusal && fault.code === 'host-not-allowed',
  );
  const stop = new AbortController();
  const wish = { url: url.replace('/file', '/endless'), path, signal: stop.signal, onBytes: () => stop.abort() };
  await assert.rejects(downloader.download(wish), { name: 'AbortError' });
  assert.equal(existsSync(path), false);
});

test('a disk without room ends a download as Temporary, and leaves no file', async (t) => {
  const { url, downloader } = await setUp(t, (_request, response) => response.writeHead(200).end('liste'));
  // A device that takes nothing, by a name that may be removed.
  const full = join(folder, 'full');
  symlinkSync('/dev/full', full);
  await assert.rejects(downloader.download({ url, path: full }), isTemporary('disk-full'));
  assert.equal(existsSync(full), false);
  assert.equal(existsSync('/dev/full'), true);
});
