import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import { systemClock } from '../../base/clock.ts';
import { silentLog } from '../../base/log.ts';
import { createHttpShell, type HttpShell } from '../../platform/http/http.ts';
import { createMetrics } from '../../platform/metrics/metrics.ts';
import { registerWebFiles } from './web-files.ts';

const folder = await mkdtemp(path.join(tmpdir(), 'hygie-web-'));
after(() => rm(folder, { recursive: true, force: true }));
const dist = path.join(folder, 'dist');
const script = 'export const hygie = 1;'.repeat(50);
const files: Readonly<Record<string, string | Buffer>> = {
  'secret.txt': 'outside',
  'dist/index.html': '<!doctype html><title>Hygie</title>',
  'dist/frame.html': '<!doctype html><title>Message</title>',
  'dist/frame-images.html': '<!doctype html><title>Message</title>',
  'dist/sw.js': 'self.skipWaiting();',
  'dist/icon.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>',
  'dist/manifest.webmanifest': '{}',
  'dist/.env': 'hidden',
  'dist/.git/config': 'hidden',
  'dist/assets/index-a1b2.js': script,
  'dist/assets/index-a1b2.js.br': brotliCompressSync(script),
  'dist/assets/index-a1b2.js.gz': gzipSync(script),
  'dist/assets/index-a1b2.js.map': '{}',
  'dist/assets/index-a1b2.css': 'body{}',
  'dist/assets/text-c3.woff2': 'font',
};

async function serve(root: string): Promise<{ shell: HttpShell; base: string }> {
  const metrics = createMetrics();
  const options = { clock: systemClock, log: silentLog, metrics, readiness: [], version: '1', strictTransport: false };
  const shell = await createHttpShell(options);
  await registerWebFiles(shell, root);
  const { plainPort } = await shell.listen({ host: '127.0.0.1', plain: { port: 0 } });
  return { shell, base: `http://127.0.0.1:${plainPort}` };
}

let shell: HttpShell;
let base: string;
before(async () => {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), content);
  }
  ({ shell, base } = await serve(dist));
});
after(() => shell.stop());

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** As it is written: `fetch` would tidy the path, and open what is compressed. */
function ask(
  target: string,
  headers: Record<string, string> = {},
  { method = 'GET', at = base }: { method?: string; at?: string } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { port } = new URL(at);
    const asked = request({ host: '127.0.0.1', port, path: target, method, headers }, (response) => {
      const pieces: Buffer[] = [];
      response.on('data', (piece: Buffer) => pieces.push(piece));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(pieces) }),
      );
    });
    asked.on('error', reject);
    asked.end();
  });
}

const page = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
const directives = (policy: unknown): Readonly<Record<string, string>> =>
  Object.fromEntries(
    String(policy)
      .split('; ')
      .map((one) => [one.split(' ')[0] ?? '', one.split(' ').slice(1).join(' ')]),
  );

describe('the page of the application', () => {
  test('answers its address and every address that it understands itself', async () => {
    for (const target of ['/', '/m/inbox/0190', '/reglages', '/m/a.b', '/recherche?texte=x', '/%C3%A9t%C3%A9']) {
      const { status, body, headers } = await ask(target, page);
      assert.deepEqual([status, body.toString()], [200, files['dist/index.html']], target);
      assert.equal(headers['cache-control'], 'no-cache');
      assert.match(String(headers['content-type']), /^text\/html; charset=utf-8$/i);
    }
    assert.equal((await ask('/')).status, 200, 'whatever is accepted');
  });

  test('runs and shows its own files alone, in no frame of others', async () => {
    const { headers } = await ask('/', page);
    assert.deepEqual(directives(headers['content-security-policy']), {
      'default-src': "'none'",
      'script-src': "'self'",
      'style-src': "'self'",
      'img-src': "'self' data: blob:",
      'font-src': "'self'",
      'connect-src': "'self'",
      'manifest-src': "'self'",
      'worker-src': "'self'",
      'frame-src': "'self' blob:",
      'frame-ancestors': "'none'",
      'base-uri': "'none'",
      'form-action': "'none'",
    });
    assert.equal(headers['x-frame-options'], 'DENY');
    assert.equal(headers['x-content-type-options'], 'nosniff');
    assert.equal(headers['referrer-policy'], 'no-referrer');
  });

  test('is not sent again while it is the same (RFC 9110 §13.1.2)', async () => {
    const { headers } = await ask('/', page);
    const etag = String(headers['etag']);
    const again = await ask('/', { ...page, 'if-none-match': etag });
    assert.deepEqual([again.status, again.body.length], [304, 0]);
    assert.equal(again.headers['content-security-policy'], headers['content-security-policy']);
  });

  test('never stands in for what another end does not know, nor for a file that is gone', async () => {
    const others = ['/api/unknown', '/jmap/unknown', '/.well-known/unknown', '/health', '/fhir', '/assets/gone-1.js'];
    for (const target of others) {
      const { status, headers } = await ask(target, page);
      assert.equal(status, 404, target);
      assert.match(String(headers['content-type']), /^application\/problem\+json/, target);
    }
    assert.equal((await ask('/m/inbox', { accept: 'application/json' })).status, 404);
    assert.equal((await ask('/m/inbox', page, { method: 'POST' })).status, 404);
    assert.equal((await ask('/apiary', page)).status, 200);
  });

  test('says how to build it where it is not built', async () => {
    const bare = await serve(path.join(folder, 'nowhere'));
    try {
      const { status, body, headers } = await ask('/', page, { at: bare.base });
      assert.equal(status, 200);
      assert.match(body.toString(), /vite build web/);
      assert.match(String(headers['content-security-policy']), /default-src 'none'/);
      assert.equal((await ask('/assets/a.js', {}, { at: bare.base })).status, 404);
    } finally {
      await bare.shell.stop();
    }
  });
});

describe('a file of the application', () => {
  test('that is named by its content is kept for ever, and sent compressed to who takes it so', async () => {
    const target = '/assets/index-a1b2.js';
    const plain = await ask(target);
    assert.deepEqual([plain.status, plain.body.toString()], [200, script]);
    assert.equal(plain.headers['cache-control'], 'public, max-age=31536000, immutable');
    assert.match(String(plain.headers['content-type']), /^(?:text|application)\/javascript/);
    const brotli = await ask(target, { 'accept-encoding': 'gzip, br' });
    assert.equal(brotli.headers['content-encoding'], 'br');
    assert.match(String(brotli.headers['content-type']), /^(?:text|application)\/javascript/);
    assert.equal(brotliDecompressSync(brotli.body).toString(), script);
    const gzip = await ask(target, { 'accept-encoding': 'gzip' });
    assert.equal(gzip.headers['content-encoding'], 'gzip');
    assert.equal(gunzipSync(gzip.body).toString(), script);
    // RFC 9110 §12.5.5
    for (const { headers } of [plain, brotli, gzip]) assert.match(String(headers['vary']), /accept-encoding/i);
    const font = await ask('/assets/text-c3.woff2', { 'accept-encoding': 'gzip, br' });
    assert.deepEqual([font.status, font.headers['content-encoding']], [200, undefined]);
  });

  test('that is a script may be a worker, which loads and fetches from here alone', async () => {
    for (const target of ['/assets/index-a1b2.js', '/sw.js']) {
      const { headers } = await ask(target);
      const {
        'default-src': other,
        'script-src': scripts,
        'connect-src': calls,
      } = directives(headers['content-security-policy']);
      assert.deepEqual([other, scripts, calls], ["'none'", "'self'", "'self'"], target);
    }
  });

  test('that works offline is asked for again each time, and has the whole site', async () => {
    const { headers } = await ask('/sw.js');
    assert.equal(headers['cache-control'], 'no-cache');
    assert.equal(headers['service-worker-allowed'], '/');
  });

  test('of any other kind runs nothing', async () => {
    for (const target of ['/icon.svg', '/manifest.webmanifest', '/assets/index-a1b2.css']) {
      const { status, headers } = await ask(target);
      assert.equal(status, 200, target);
      assert.equal(directives(headers['content-security-policy'])['default-src'], "'none'", target);
      assert.equal(directives(headers['content-security-policy'])['script-src'], undefined, target);
      assert.equal(headers['x-content-type-options'], 'nosniff', target);
    }
  });

  test('is told of without its bytes to who asks for its head', async () => {
    const { status, headers, body } = await ask('/assets/index-a1b2.js', {}, { method: 'HEAD' });
    assert.deepEqual([status, headers['content-length'], body.length], [200, String(script.length), 0]);
  });
});

describe('the frame of a message', () => {
  test('runs no script, fetches nothing, and stands in a page of ours alone', async () => {
    const { headers } = await ask('/frame.html', page);
    assert.deepEqual(directives(headers['content-security-policy']), {
      'default-src': "'none'",
      'style-src': "'unsafe-inline'",
      'img-src': 'data: blob:',
      'font-src': "'none'",
      'script-src': "'none'",
      'form-action': "'none'",
      'base-uri': "'none'",
      'frame-ancestors': "'self'",
    });
    assert.equal(headers['x-frame-options'], 'SAMEORIGIN');
  });

  test('fetches images of others once the reader asked for them, and tells their servers no page', async () => {
    const { headers } = await ask('/frame-images.html', page);
    const plain = directives((await ask('/frame.html', page)).headers['content-security-policy']);
    const expected = { ...plain, 'img-src': 'data: blob: https:' };
    assert.deepEqual(directives(headers['content-security-policy']), expected);
    assert.equal(headers['referrer-policy'], 'no-referrer');
    assert.equal(headers['x-frame-options'], 'SAMEORIGIN');
  });
});

describe('what is not of the application', () => {
  test('is never sent: above the folder, hidden, beside a file, or by another spelling', async () => {
    const targets = [
      '/../secret.txt',
      '/assets/../../secret.txt',
      '/%2e%2e/secret.txt',
      '/..%2fsecret.txt',
      '/assets/..%2f..%2fsecret.txt',
      '/assets/%2e%2e%2f%2e%2e%2fsecret.txt',
      '/..%5csecret.txt',
      '/....//secret.txt',
      '//etc/passwd',
      '/assets//index-a1b2.js',
      '/./assets/index-a1b2.js',
      '/.env',
      '/%2eenv',
      '/.git/config',
      '/assets/index-a1b2.js.br',
      '/assets/index-a1b2.js.gz',
      '/assets/index-a1b2.js.map',
      '/assets/index-a1b2.js%00.html',
      '/assets/index-a1b2.js/',
      '/index.html/',
    ];
    for (const target of targets) {
      const { status, body } = await ask(target);
      assert.ok(status === 404 || status === 400, `${target} ${status}`);
      assert.doesNotMatch(body.toString('latin1'), /outside|hidden|hygie = 1|root:/, target);
    }
  });

  test('is not listed', async () => {
    for (const target of ['/assets', '/assets/', '/.git/']) {
      for (const headers of [{}, page]) {
        const { body } = await ask(target, headers);
        assert.doesNotMatch(body.toString(), /index-a1b2|config/, target);
      }
    }
  });
});
