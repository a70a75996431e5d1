/**
 * The web application as it was built (`vite build web`): its files, and its one page for every address that the application itself
 * understands. Nothing here asks who is there: the files are the same for everybody and hold nothing of anybody.
 *
 *   /assets/*       named by their content, so kept for ever
 *   /frame*.html    empty pages into which the application puts the sanitised HTML of a message: no script runs in them
 *   *.js            may be a worker, which has the policy of its own answer
 *   the rest        asked for again each time, by its tag
 */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import staticFiles from '@fastify/static';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { framePolicy, pagePolicy, workerPolicy } from '../../platform/http/headers.ts';
import type { HttpShell } from '../../platform/http/http.ts';
import { webFilesTexts as texts } from './texts.ts';

/** What the application never is: there an unknown address is told by a problem document. */
const otherEnds = ['/api', '/fhir', '/jmap', '/.well-known', '/health', '/metrics', '/assets'];

/** Each segment begins with a letter, a digit or `_`: no hidden file, no way up, nothing encoded. */
const fileForm = /^(?:\/[A-Za-z0-9_][A-Za-z0-9._-]*)+$/;

/** What stands beside a file for those who take it compressed is not asked for by its own name. */
const besides = /\.(?:br|gz|map)$/;

export async function registerWebFiles(
  { app, otherwise }: Pick<HttpShell, 'app' | 'otherwise'>,
  folder: string,
): Promise<void> {
  await app.register(staticFiles, {
    root: folder,
    serve: false,
    index: false,
    dotfiles: 'deny',
    cacheControl: false,
    preCompressed: true,
    suppressWarning: true,
  });
  otherwise(async (request, reply) => {
    const asked = pathOf(request);
    if (asked === undefined) return undefined;
    const isFile = fileForm.test(asked) && !besides.test(asked);
    if (isFile && (await isThere(folder, asked))) return sendFile(reply, asked);
    const isPage = asked === '/' || /\btext\/html\b/.test(request.headers.accept ?? '');
    if (!isPage || otherEnds.some((end) => asked === end || asked.startsWith(`${end}/`))) return undefined;
    if (await isThere(folder, '/index.html')) return sendFile(reply, '/index.html');
    return reply.code(200).type('text/html; charset=utf-8').send(texts.notBuilt);
  });
}

function pathOf({ method, url }: FastifyRequest): string | undefined {
  return method === 'GET' || method === 'HEAD' ? url.split('?')[0] : undefined;
}

async function isThere(folder: string, name: string): Promise<boolean> {
  const found = await stat(path.join(folder, name)).catch(() => undefined);
  return found?.isFile() === true;
}

function sendFile(reply: FastifyReply, name: string): FastifyReply {
  // RFC 9110 §12.5.5
  reply.headers({ 'cache-control': 'no-cache', vary: 'accept-encoding', ...headersOf(name) });
  return reply.code(200).sendFile(name.slice(1));
}

function headersOf(name: string): Readonly<Record<string, string>> {
  if (name === '/frame.html') {
    return { 'content-security-policy': framePolicy('data: blob:'), 'x-frame-options': 'SAMEORIGIN' };
  }
  // For a reader who asked for the images of a message: whoever serves them learns no more than that.
  if (name === '/frame-images.html') {
    return { 'content-security-policy': framePolicy('data: blob: https:'), 'x-frame-options': 'SAMEORIGIN' };
  }
  if (name.endsWith('.html')) return { 'content-security-policy': pagePolicy };
  const isScript = /\.m?js$/.test(name);
  return {
    ...(isScript && { 'content-security-policy': workerPolicy }),
    ...(name === '/sw.js' && { 'service-worker-allowed': '/' }),
    ...(name.startsWith('/assets/') && { 'cache-control': 'public, max-age=31536000, immutable' }),
  };
}
