/** The reader's own code, built as the application is and served under the headers of production; beside it a page that lets everything. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'vite';
import { systemClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { registerWebFiles } from '../../src/ends/httpd/web-files.ts';
import { createHttpShell } from '../../src/platform/http/http.ts';
import { createMetrics } from '../../src/platform/metrics/metrics.ts';

const web = path.resolve(import.meta.dirname, '../../web');
const page =
  '<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>Essai</title></head><body></body></html>';

export interface ServedReader {
  readonly base: string;
  /** Serves `/<index>`: the vector as it is, under no policy. */
  readonly permissiveBase: string;
  stop(): Promise<void>;
}

export async function serveReader(rawOf: (index: number) => string): Promise<ServedReader> {
  const folder = await mkdtemp(path.join(tmpdir(), 'hygie-reader-'));
  const entries = [
    ...['safety/show-html.ts', 'safety/load-purify.ts', 'attachments/pdf.ts'].map((name) =>
      path.join(web, 'mail/reading', name),
    ),
    path.join(import.meta.dirname, 'read-in-frames.ts'),
  ];
  await build({
    configFile: path.join(web, 'vite.config.ts'),
    root: web,
    logLevel: 'error',
    build: {
      outDir: folder,
      emptyOutDir: true,
      rolldownOptions: {
        input: Object.fromEntries(entries.map((file) => [path.basename(file, '.ts'), file])),
        preserveEntrySignatures: 'strict',
        output: { entryFileNames: 'assets/[name].js' },
      },
    },
  });
  await writeFile(path.join(folder, 'index.html'), page);
  const metrics = createMetrics();
  const shell = await createHttpShell({
    clock: systemClock,
    log: silentLog,
    metrics,
    readiness: [],
    version: '1',
    strictTransport: false,
  });
  await registerWebFiles(shell, folder);
  const { plainPort } = await shell.listen({ host: '127.0.0.1', plain: { port: 0 } });
  const permissive = await serveRaw(rawOf);
  return {
    base: `http://127.0.0.1:${plainPort}`,
    permissiveBase: `http://127.0.0.1:${(permissive.address() as AddressInfo).port}`, // it listens on a port
    async stop() {
      permissive.closeAllConnections();
      permissive.close();
      await shell.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function serveRaw(rawOf: (index: number) => string): Promise<Server> {
  const server = createServer(({ url = '/' }, response) => {
    const [, index] = /^\/(\d+)$/.exec(url) ?? [];
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
    response.end(index === undefined ? page : rawOf(Number(index)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}
