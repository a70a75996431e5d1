/** Downloads (RFC 8620 §6.2): emails, their parts and uploads, whole or a range of them. */
import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type AccountId, asId, isUuid } from '../../../base/ids.ts';
import type { AccountRef } from '../../../domain/mail/mail.ts';
import { readByteRange } from '../../../formats/http/byte-range.ts';
import { printContentDisposition } from '../../../formats/http/content-disposition.ts';
import { parseMediaType } from '../../../formats/http/media-type.ts';
import { problem, sendProblem } from '../../../platform/http/problems.ts';
import type { OpenedBlob } from './blobs.ts';
import { type App, actorOf, type JmapParts, schema } from './end.ts';
import { isId } from './request.ts';
import { canDo } from './session.ts';
import { jmapRouteTexts as texts } from './texts.ts';

type Params = { readonly accountId: string; readonly blobId: string; readonly name: string };
type Asked = FastifyRequest<{ Params: Params; Querystring: { readonly type?: unknown } }>;

/** What a browser may show where it stands: what cannot run (invariant 14). */
const shownInline: ReadonlySet<string> = new Set([
  'application/pdf',
  'image/png',
  'image/jpeg',
  'image/gif',
  'image/webp',
  'image/avif',
  'image/bmp',
]);

export function registerDownload(app: App, parts: JmapParts): void {
  const options = { schema, onRequest: parts.signIn.require('jmap') };
  app.get<{ Params: Params; Querystring: { readonly type?: unknown } }>(
    '/jmap/download/:accountId/:blobId/:name',
    options,
    async (request, reply) => {
      const blob = await openAsked(parts, request);
      if (blob === undefined) return sendProblem(reply, problem(404, 'blob-unknown', texts.blobUnknown));
      return answer(request, reply, { blob, inSession: parts.signIn.personOf(request).sessionId !== undefined });
    },
  );
}

/** Undefined alike for what is not there and for what is another's. */
async function openAsked(parts: JmapParts, request: Asked): Promise<OpenedBlob | undefined> {
  const { accountId, blobId } = request.params;
  const { access, audit, clock, database } = parts.product;
  if (!isUuid(accountId) || !isId(blobId)) return undefined;
  const person = parts.signIn.personOf(request);
  const account: AccountRef = { tenantId: person.tenantId, accountId: asId<AccountId>(accountId) };
  const rights = await access.rightsOn(database.db, person, account, clock.now());
  if (!canDo(rights, 'read')) return undefined;
  // Opened once in a session, it leaves no second event.
  const why = { actor: actorOf(parts, request), reason: 'jmap', silent: 'when-nothing-changed' } as const;
  return audit.act(why, (act) => parts.openBlob(act, account, blobId));
}

interface Found {
  readonly blob: OpenedBlob;
  readonly inSession: boolean;
}

function answer(request: Asked, reply: FastifyReply, found: Found): FastifyReply {
  const { blob } = found;
  const { blobId } = request.params;
  const { headers, method } = request;
  const etag = `"${blobId}"`;
  // RFC 9110 §13.1.5: a part of another content is not wanted.
  const isSame = headers['if-range'] === undefined || headers['if-range'] === etag;
  const range = readByteRange(isSame ? headers.range : undefined, blob.sizeBytes);
  if (range.kind === 'unsatisfiable') {
    reply.header('content-range', `bytes */${blob.sizeBytes}`); // RFC 9110 §15.5.17
    return sendProblem(reply, problem(416, 'range-unsatisfiable', texts.badRange));
  }
  describe(request, reply, found);
  if (namesTag(headers['if-none-match'], etag)) return reply.code(304).header('etag', etag).send();
  const { start, end } = range.kind === 'part' ? range : { start: 0, end: blob.sizeBytes };
  if (range.kind === 'part') reply.code(206).header('content-range', `bytes ${start}-${end - 1}/${blob.sizeBytes}`);
  reply.headers({ 'content-length': end - start, 'accept-ranges': 'bytes', etag });
  const bytes = method === 'HEAD' ? [] : blob.read({ start, end });
  return reply.send(Readable.from(bytes, { objectMode: false }));
}

/** The type that is asked, or the blob's own; a name; and that nothing of it may run (invariant 14). */
function describe(request: Asked, reply: FastifyReply, { blob, inSession }: Found): void {
  const { type: asked } = request.query;
  const type = parseMediaType(typeof asked === 'string' ? asked : undefined) ??
    parseMediaType(blob.type) ?? { essence: '', text: 'application/octet-stream' };
  const kind = shownInline.has(type.essence) ? 'inline' : 'attachment';
  reply.headers({
    'content-type': type.text,
    'content-disposition': printContentDisposition(kind, request.params.name),
    'content-security-policy': "sandbox; default-src 'none'",
    // RFC 8620 §6.2: the bytes of an identifier never change. A browser may be on a desk that others sit down at: it keeps nothing.
    'cache-control': inSession ? 'private, no-store' : 'private, immutable, max-age=31536000',
  });
}

/** RFC 9110 §13.1.2. */
function namesTag(ifNoneMatch: string | undefined, etag: string): boolean {
  const tags = (ifNoneMatch ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return tags.includes('*') || tags.includes(etag);
}
