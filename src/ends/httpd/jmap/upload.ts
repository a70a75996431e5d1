/** Uploads (RFC 8620 §6.1): streamed into the sealed store, then made the account's. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { mailLimits } from '../../../base/domain-limits.ts';
import { jmapLimits } from '../../../base/end-limits.ts';
import { Refusal, Temporary } from '../../../base/errors.ts';
import { smtpLimits } from '../../../base/limits.ts';
import type { GatheredUpload, UploadIntake } from '../../../domain/mail/mail.ts';
import { parseMediaType } from '../../../formats/http/media-type.ts';
import { problem, sendProblem } from '../../../platform/http/problems.ts';
import { accountFor, type HeldAccount } from './accounts.ts';
import { uploadBlobId } from './blobs.ts';
import { type App, actorOf, type JmapParts, schema } from './end.ts';
import { sendRequestFault } from './faults.ts';
import { MethodError } from './method.ts';
import { limitFault } from './request.ts';
import { Slots } from './slots.ts';
import { jmapRouteTexts as texts } from './texts.ts';

type Params = { readonly accountId: string };

const octets = 'application/octet-stream';

/** What an account can take of uploads, as an answer; RFC 8620 §6.1 leaves their form to HTTP. */
const uploadRefusals = {
  'over-quota': { status: 413, text: texts.overQuota },
  closed: { status: 403, text: texts.accountClosed },
  'too-many-uploads': { status: 429, text: texts.tooManyUploads },
} as const;

/** In an instance of its own: bodies are not read before the route does. */
export function registerUpload(app: App, parts: JmapParts): void {
  const { signIn } = parts;
  const slots = new Slots(jmapLimits.concurrentUploads);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
  const takeSlot = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> => {
    // A type that is none is no reason to refuse the bytes, as fastify would.
    const { headers } = request.raw;
    if (parseMediaType(headers['content-type']) === undefined) headers['content-type'] = octets;
    if (slots.take(signIn.personOf(request), reply)) return undefined;
    return sendRequestFault(reply.header('connection', 'close'), limitFault('maxConcurrentUpload'), 429);
  };
  const options = { schema, onRequest: [signIn.require('jmap'), takeSlot] };
  app.post<{ Params: Params }>('/jmap/upload/:accountId', options, async (request, reply) => {
    const account = await writableAccount(parts, request);
    if (typeof account === 'string') {
      // What comes of the body is for nobody.
      reply.header('connection', 'close');
      return sendProblem(reply, problems[account]);
    }
    const declared = Number(request.headers['content-length'] ?? 0);
    if (declared > smtpLimits.messageBytes) return tooLarge(reply);
    const room = await parts.product.mail.hasRoomFor(parts.product.database.db, account, declared);
    if (room !== 'yes') return refuse(reply, room);
    const intake = parts.product.mail.openUploadIntake();
    try {
      return await takeIn(parts, { request, reply, account, intake });
    } catch (fault) {
      await intake.abort();
      if (fault instanceof Refusal && fault.code === 'upload-too-large') return tooLarge(reply);
      throw fault;
    }
  });
}

const problems = {
  unknown: problem(404, 'account-unknown', texts.accountUnknown),
  'read-only': problem(403, 'not-permitted', texts.readOnly),
} as const;

async function writableAccount(
  { product, signIn }: JmapParts,
  request: FastifyRequest<{ Params: Params }>,
): Promise<HeldAccount | keyof typeof problems> {
  const { access, database, clock } = product;
  try {
    const { accountId } = request.params;
    return await accountFor({ access, db: database.db, clock }, signIn.personOf(request), accountId, 'write');
  } catch (fault) {
    if (!(fault instanceof MethodError)) throw fault;
    return fault.type === 'accountReadOnly' ? 'read-only' : 'unknown';
  }
}

interface Taking {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly account: HeldAccount;
  readonly intake: UploadIntake;
}

async function takeIn(parts: JmapParts, taking: Taking): Promise<FastifyReply> {
  const { request, reply, account, intake } = taking;
  const written = parseMediaType(request.headers['content-type'])?.text ?? octets;
  const type = written.length > mailLimits.uploadTypeCharacters ? octets : written;
  const gathered = await gather(request, intake);
  const { audit, mail } = parts.product;
  const outcome = await audit.act(
    { actor: actorOf(parts, request), reason: 'jmap', silent: 'when-nothing-changed' },
    (act) => mail.keepUpload(act, account, gathered, type),
  );
  if (outcome.kind !== 'kept') {
    await intake.abort();
    return refuse(reply, outcome.kind);
  }
  const { accountId } = account;
  return reply.code(201).send({ accountId, blobId: uploadBlobId(outcome.id), type, size: outcome.sizeBytes });
}

/** One piece at a time: the store's pace is the client's. */
async function gather(request: FastifyRequest, intake: UploadIntake): Promise<GatheredUpload> {
  try {
    // What is refused half way is still answered.
    for await (const chunk of request.raw.iterator({ destroyOnReturn: false })) await intake.write(chunk);
  } catch (fault) {
    if (fault instanceof Refusal) throw fault;
    if (request.raw.destroyed && !request.raw.complete)
      throw new Temporary('upload-cut', texts.uploadCut, { cause: fault });
    throw fault;
  }
  return intake.finish();
}

function tooLarge(reply: FastifyReply): FastifyReply {
  return sendRequestFault(reply.header('connection', 'close'), limitFault('maxSizeUpload'), 413);
}

function refuse(reply: FastifyReply, kind: keyof typeof uploadRefusals): FastifyReply {
  const { status, text } = uploadRefusals[kind];
  if (status === 429) reply.header('retry-after', mailLimits.uploadSureMs / 1_000); // RFC 9110 §10.2.3
  return sendProblem(reply.header('connection', 'close'), problem(status, kind, text));
}
