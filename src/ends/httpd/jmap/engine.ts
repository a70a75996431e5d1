/**
 * Runs the calls of one request in their order (RFC 8620 §3.3 to §3.7).
 *
 * Guarantees: a call that fails answers `error` in its place and the next ones run; a method that the request's `using` does not
 * name is unknown; a bug is told by an incident number and nothing else.
 */
import { Refusal, Temporary } from '../../../base/errors.ts';
import { newId, type Uuid } from '../../../base/ids.ts';
import type { Log } from '../../../base/log.ts';
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
  Record<string, 'forbidden' | 'accountNotFound' | 'requestTooLarge' | 'serverUnavailable' | 'unsupportedFilter'>
> = {
  'not-permitted': 'forbidden',
  'too-many-emails': 'requestTooLarge',
  'too-many-labelled': 'unsupportedFilter',
};

export function createEngine(methods: readonly Method[], log: Log): Engine {
  const byName = new Map(methods.map((method): [string, Method] => [method.name, method]));
  return {
    async run(request, person) {
      const createdIds = new Map(request.createdIds);
      const context: CallContext = { person, using: request.using, createdIds };
      const responses: Invocation[] = [];
      for (const call of request.methodCalls) {
        for (const answer of await runCall({ byName, log, context }, call, responses)) responses.push(answer);
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
}

async function runCall(
  { byName, log, context }: Running,
  call: Invocation,
  responses: readonly Invocation[],
): Promise<readonly Invocation[]> {
  const { callId } = call;
  try {
    const method = byName.get(call.name);
    // RFC 8620 §3.3: what a request may use is what it says it uses.
    if (method === undefined || !context.using.has(method.capability)) throw new MethodError('unknownMethod');
    const answer = await method.run(resolveReferences(call.args, responses), context);
    if (answer.kind === 'one') return [{ name: call.name, args: answer.args, callId }];
    return answer.responses.map(({ name, args }) => ({ name, args, callId }));
  } catch (fault) {
    return [{ name: 'error', args: errorOf(fault, log, call.name), callId }];
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
