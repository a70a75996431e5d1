/** The request of the JMAP endpoint, read strictly (RFC 8620 §3.3). What is wrong with it as a whole is answered by a problem document. */
import { jmapLimits } from '../../../base/end-limits.ts';
import type { Invocation, Json, JsonObject } from './method.ts';
import { jmapTexts } from './texts.ts';

export interface JmapRequest {
  readonly using: ReadonlySet<string>;
  readonly methodCalls: readonly Invocation[];
  /** Given by the client, and then given back. */
  readonly createdIds: ReadonlyMap<string, string> | undefined;
}

/** RFC 8620 §3.6.1. */
export interface RequestFault {
  readonly type: `urn:ietf:params:jmap:error:${'notJSON' | 'notRequest' | 'unknownCapability' | 'limit'}`;
  readonly detail: string;
  /** For `limit`: the name of the limit, as in the session. */
  readonly limit?: string;
}

export type ParsedRequest =
  | { readonly kind: 'request'; readonly request: JmapRequest }
  | { readonly kind: 'fault'; readonly fault: RequestFault };

export const notJson: RequestFault = { type: 'urn:ietf:params:jmap:error:notJSON', detail: jmapTexts.notJson };

/** `Id` (RFC 8620 §1.2), which creation ids are too. */
const idPattern = /^[A-Za-z0-9_-]{1,255}$/;

export function isId(text: unknown): text is string {
  return typeof text === 'string' && idPattern.test(text);
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `body` as UTF-8 text; `capabilities` are those that the session offers. */
export function parseRequest(body: Uint8Array, capabilities: ReadonlySet<string>): ParsedRequest {
  let value: Json;
  try {
    // I-JSON (RFC 7493 §2.1) is UTF-8 without surrogates alone; a malformed octet is refused, not replaced.
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)) as Json; // what JSON.parse returns
  } catch {
    return { kind: 'fault', fault: notJson };
  }
  if (!isJsonObject(value)) return fault('notRequest', jmapTexts.notRequest('/'));
  const { using, methodCalls, createdIds } = value;
  if (!Array.isArray(using) || !using.every((name) => typeof name === 'string')) {
    return fault('notRequest', jmapTexts.notRequest('/using'));
  }
  const unknown = using.find((name) => !capabilities.has(name));
  if (unknown !== undefined) return fault('unknownCapability', jmapTexts.unknownCapability(shown(unknown)));
  if (!Array.isArray(methodCalls)) return fault('notRequest', jmapTexts.notRequest('/methodCalls'));
  // RFC 8620 §2, `maxCallsInRequest`
  if (methodCalls.length > jmapLimits.callsInRequest) {
    return { kind: 'fault', fault: limitFault('maxCallsInRequest') };
  }
  const calls: Invocation[] = [];
  for (const [index, call] of methodCalls.entries()) {
    const invocation = readInvocation(call);
    if (invocation === undefined) return fault('notRequest', jmapTexts.notRequest(`/methodCalls/${index}`));
    calls.push(invocation);
  }
  const created = readCreatedIds(createdIds);
  if (created === 'malformed') return fault('notRequest', jmapTexts.notRequest('/createdIds'));
  return { kind: 'request', request: { using: new Set(using), methodCalls: calls, createdIds: created } };
}

export function limitFault(
  limit: 'maxCallsInRequest' | 'maxSizeRequest' | 'maxConcurrentRequests' | 'maxSizeUpload' | 'maxConcurrentUpload',
): RequestFault {
  return { type: 'urn:ietf:params:jmap:error:limit', detail: jmapTexts.limit(limit), limit };
}

function fault(name: 'notRequest' | 'unknownCapability', detail: string): ParsedRequest {
  return { kind: 'fault', fault: { type: `urn:ietf:params:jmap:error:${name}`, detail } };
}

/** A name of the client's in our answer: short and printable. */
function shown(name: string): string {
  return name.slice(0, 100).replace(/[^\x20-\x7e]/g, '?');
}

function readInvocation(value: Json): Invocation | undefined {
  if (!Array.isArray(value) || value.length !== 3) return undefined;
  const [name, args, callId] = value;
  if (typeof name !== 'string' || !isJsonObject(args) || typeof callId !== 'string') return undefined;
  return { name, args, callId };
}

function readCreatedIds(value: Json | undefined): ReadonlyMap<string, string> | undefined | 'malformed' {
  if (value === undefined || value === null) return undefined;
  if (!isJsonObject(value)) return 'malformed';
  const ids = new Map<string, string>();
  for (const [creationId, id] of Object.entries(value)) {
    if (!isId(creationId) || !isId(id)) return 'malformed';
    ids.set(creationId, id);
  }
  return ids;
}
