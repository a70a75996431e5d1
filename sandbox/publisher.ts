/** Publishes the lists and the directory's extractions of the small world over HTTP on loopback, with `Last-Modified`. */
import { once } from 'node:events';
import { readFile, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';
import { Refusal } from '../src/base/errors.ts';
import { mailboxesArchive, professionalsArchive } from './directory.ts';
import { sandboxTexts } from './texts.ts';

const published = new Map([
  ['/liste-blanche.xml', 'application/xml'],
  ['/organisations.crl', 'application/pkix-crl'],
  ['/root.crl', 'application/pkix-crl'],
  [`/${mailboxesArchive}`, 'application/zip'],
  [`/${professionalsArchive}`, 'application/zip'],
]);

export async function startPublisher(folder: string, port: number): Promise<{ stop(): Promise<void> }> {
  const server = createServer(async (request, response) => {
    const name = request.url ?? '';
    const type = published.get(name);
    if (type === undefined || request.method !== 'GET') {
      response.writeHead(404).end();
      return;
    }
    const file = path.join(folder, path.basename(name));
    // HTTP dates have no fraction of a second.
    const modified = new Date(Math.floor((await stat(file)).mtimeMs / 1000) * 1000);
    const since = Date.parse(request.headers['if-modified-since'] ?? '');
    if (since >= modified.getTime()) {
      response.writeHead(304).end();
      return;
    }
    response.writeHead(200, { 'Content-Type': type, 'Last-Modified': modified.toUTCString() });
    response.end(await readFile(file));
  });
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  } catch (fault) {
    throw new Refusal('port-taken', sandboxTexts.portTaken(port), { cause: fault });
  }
  return {
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
