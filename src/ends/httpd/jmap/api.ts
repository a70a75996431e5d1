/** The endpoint of requests (RFC 8620 §3.1). */
import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { present } from '../../../base/assert.ts';
import { jmapLimits } from '../../../base/end-limits.ts';
import { type App, type JmapParts, schema } from './end.ts';
import type { Engine } from './engine.ts';
import { sendRequestFault } from './faults.ts';
import { printAnswer } from './print-answer.ts';
import { limitFault, notJson, parseRequest } from './request.ts';
import { type Capabilities, coreCapability, readableAccounts, sessionState, vapidFacts } from './session.ts';
import { Slots } from './slots.ts';

/** In an instance of its own: it reads bodies in its own way. */
export function registerApiEndpoint(
  app: App,
  parts: JmapParts,
  { engine, capabilities }: { readonly engine: Engine; readonly capabilities: Capabilities },
): void {
  const { signIn } = parts;
  const slots = new Slots(jmapLimits.concurrentRequests);
  const known = new Set([coreCapability, ...capabilities.keys(), ...Object.keys(vapidFacts(parts))]);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    '*',
    { parseAs: 'buffer', bodyLimit: jmapLimits.requestBytes },
    async (_request: FastifyRequest, body: Buffer) => body,
  );
  app.setErrorHandler((fault, _request, reply) => {
    if (hasCode(fault, 'FST_ERR_CTP_INVALID_MEDIA_TYPE')) return sendRequestFault(reply, notJson);
    if (!hasCode(fault, 'FST_ERR_CTP_BODY_TOO_LARGE')) throw fault;
    return sendRequestFault(reply.header('connection', 'close'), limitFault('maxSizeRequest'));
  });
  const takeSlot = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> => {
    if (slots.take(signIn.personOf(request), reply)) return undefined;
    return sendRequestFault(reply.header('connection', 'close'), limitFault('maxConcurrentRequests'));
  };
  app.post('/jmap/api', { schema, onRequest: [signIn.require('jmap'), takeSlot] }, async (request, reply) => {
    const { body } = request;
    if (!/^application\/json[ \t]*(?:;|$)/i.test(request.headers['content-type'] ?? '') || !Buffer.isBuffer(body)) {
      return sendRequestFault(reply, notJson);
    }
    const parsed = parseRequest(body, known);
    if (parsed.kind === 'fault') return sendRequestFault(reply, parsed.fault);
    const person = signIn.personOf(request);
    const held = await readableAccounts(parts, person);
    const answer = await engine.run(parsed.request, { ...person, held });
    const pieces = printAnswer(answer, { sessionState: sessionState(held, capabilities) });
    return reply.type('application/json; charset=utf-8').send(bodyOf(pieces));
  });
}

/** One text when it is short, as nearly all are; else a stream. */
function bodyOf(pieces: Generator<string>): string | Readable {
  const first = present(pieces.next().value, 'an answer has a first piece');
  const second = pieces.next();
  if (second.done === true) return first;
  return Readable.from(restOf([first, second.value], pieces), { objectMode: false });
}

function* restOf(begun: readonly string[], pieces: Iterable<string>): Generator<string> {
  yield* begun;
  yield* pieces;
}

function hasCode(fault: unknown, code: string): boolean {
  return fault instanceof Error && 'code' in fault && fault.code === code;
}
