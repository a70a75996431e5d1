/**
 * Runs the calls of one request in their order (RFC 8620 §3.3 to §3.7).
 *
 * Guarantees: a call that fails answers `error` in its place and the next ones run; a method that the request's `using` does not
 * name is unknown; a bug is told by an incident number and nothing else; the answers are bounded, one by one and together.
 */
import { jmapLimits } from '../../../base/end-limits.ts';
import { Refusal, Temporary } from '../../../base/errors.ts';
import { newId, type Uuid } from '../../../base/ids.ts';
import type { Log } from '../../../base/log.ts';
import { AnswerRoom } from './answer-room.ts';
import {
  type CallContext,
  type Caller,
  type Invocation,
  type Json,
  type JsonObject,
  type Method,
  MethodError,
} from './method.ts';
import type { JmapRequest } from './request.ts';
import { resolveReferences } from './result-reference.ts';
import { jmapTexts } from './texts.ts';

export interface Engine {
  run(request: JmapRequest, person: Caller): Promise<EngineAnswer>;
}

export interface EngineAnswer {
  readonly methodResponses: readonly (readonly [string, JsonObject, string])[];
  /** Only when the request gave some. */
  readonly createdIds?: JsonObject;
}

/** Codes of the domain's refusals that JMAP has a word for; the others are `invalidArguments`. */
const refusalErrors: Readonly<
  Record<
    string,
    'forbidden' | 'accountNotFound' | 'requestTooLarge' | 'serverUnavailable' | 'unsupportedFilter' | 'unsupportedSort'
  >
> = {
  'not-permitted': 'forbidden',
  'too-many-emails': 'requestTooLarge',
  'too-many-labelled': 'unsupportedFilter',
  'too-many-to-list': 'unsupportedFilter',
  'too-many-to-open': 'unsupportedFilter',
  'too-many-to-sort': 'unsupportedSort',
};

export function createEngine(methods: readonly Method[], log: Log): Engine {
  const byName = new Map(methods.map((method): [string, Method] => [method.name, method]));
  return {
    async run(request, person) {
      const createdIds = new Map(request.createdIds);
      const context: CallContext = { person, using: request.using, createdIds };
      const responses: Invocation[] = [];
      let left = jmapLimits.answerBytes;
      for (const call of request.methodCalls) {
        const { answers, bytes } = await runCall({ byName, log, context, isFull: left <= 0 }, call, responses);
        responses.push(...answers);
        left -= bytes;
      }
      return {
        methodResponses: responses.map(({ name, args, callId }) => [name, args, callId]),
        ...(request.createdIds === undefined ? {} : { createdIds: Object.fromEntries(createdIds) }),
      };
    },
  };
}

interface Running {
  readonly byName: ReadonlyMap<string, Method>;
  readonly log: Log;
  readonly context: CallContext;
  /** Nothing more is answered: what could no longer be told is not done either. */
  readonly isFull: boolean;
}

interface CallAnswers {
  readonly answers: readonly Invocation[];
  readonly bytes: number;
}

async function runCall(
  { byName, log, context, isFull }: Running,
  call: Invocation,
  responses: readonly Invocation[],
): Promise<CallAnswers> {
  const { callId } = call;
  try {
    const method = byName.get(call.name);
    // RFC 8620 §3.3: what a request may use is what it says it uses.
    if (method === undefined || !context.using.has(method.capability)) throw new MethodError('unknownMethod');
    if (isFull) throw new MethodError('requestTooLarge');
    const answer = await method.run(resolveReferences(call.args, responses), context);
    const told = answer.kind === 'one' ? [{ name: call.name, args: answer.args }] : answer.responses;
    const room = new AnswerRoom();
    for (const { args } of told) room.take(args);
    return { answers: told.map(({ name, args }) => ({ name, args, callId })), bytes: room.used };
  } catch (fault) {
    return { answers: [{ name: 'error', args: errorOf(fault, log, call.name), callId }], bytes: 0 };
  }
}

function errorOf(fault: unknown, log: Log, method: string): JsonObject {
  if (fault instanceof MethodError) return describe(fault.type, fault.description, fault.members);
  if (fault instanceof Refusal) return describe(refusalErrors[fault.code] ?? 'invalidArguments', fault.publicText);
  if (fault instanceof Temporary) return describe('serverUnavailable', fault.publicText);
  const incident = newId<Uuid>();
  log.error('jmap-bug', { incident, method }, fault);
  return describe('serverFail', jmapTexts.bug(incident));
}

function describe(type: string, description: string | undefined, members: JsonObject = {}): JsonObject {
  const told: Record<string, Json> = { type, ...members };
  if (description !== undefined) told['description'] = description;
  return told;
}
