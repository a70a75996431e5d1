/** Arguments taken from the response of an earlier call of the same request (RFC 8620 §3.7). */
import { jmapLimits } from '../../../base/end-limits.ts';
import { type Invocation, type Json, type JsonObject, MethodError } from './method.ts';
import { isJsonObject } from './request.ts';
import { jmapTexts } from './texts.ts';

/** `args` with each `#name` replaced by what it points at. Throws `invalidArguments` or `invalidResultReference`. */
export function resolveReferences(args: JsonObject, responses: readonly Invocation[]): JsonObject {
  const names = Object.keys(args);
  if (!names.some((name) => name.startsWith('#'))) return args;
  const resolved: Record<string, Json> = Object.create(null) as Record<string, Json>; // a name may be `__proto__`
  for (const name of names) {
    if (!name.startsWith('#')) {
      resolved[name] = args[name] ?? null;
      continue;
    }
    const plain = name.slice(1);
    if (Object.hasOwn(args, plain)) {
      throw new MethodError('invalidArguments', jmapTexts.bothForms(plain.slice(0, 100)));
    }
    resolved[plain] = lookUp(args[name] ?? null, responses);
  }
  return resolved;
}

function lookUp(reference: Json, responses: readonly Invocation[]): Json {
  if (!isJsonObject(reference)) throw new MethodError('invalidResultReference', jmapTexts.badReference);
  const { resultOf, name, path } = reference;
  if (typeof resultOf !== 'string' || typeof name !== 'string' || typeof path !== 'string') {
    throw new MethodError('invalidResultReference', jmapTexts.badReference);
  }
  const response = responses.find((one) => one.callId === resultOf);
  if (response?.name !== name) throw new MethodError('invalidResultReference', jmapTexts.noSuchResult);
  const found = follow(response.args, readPointer(path));
  if (found === undefined) throw new MethodError('invalidResultReference', jmapTexts.nothingThere);
  return found;
}

/** The tokens of a JSON Pointer (RFC 6901 §4). */
function readPointer(path: string): readonly string[] {
  if (path === '') return [];
  if (!path.startsWith('/')) throw new MethodError('invalidResultReference', jmapTexts.badReference);
  const tokens = path.slice(1).split('/');
  if (tokens.length > jmapLimits.pointerTokens) {
    throw new MethodError('invalidResultReference', jmapTexts.badReference);
  }
  return tokens.map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function follow(value: Json, tokens: readonly string[]): Json | undefined {
  const [token, ...rest] = tokens;
  if (token === undefined) return value;
  if (Array.isArray(value)) {
    // RFC 8620 §3.7: `*` maps over the items, and one level of the lists that come of it is flattened.
    if (token === '*') return followAll(value, rest);
    const item: Json | undefined = /^(?:0|[1-9]\d{0,9})$/.test(token) ? value[Number(token)] : undefined;
    return item === undefined ? undefined : follow(item, rest);
  }
  if (!isJsonObject(value) || !Object.hasOwn(value, token)) return undefined;
  const member = value[token];
  return member === undefined ? undefined : follow(member, rest);
}

function followAll(items: readonly Json[], rest: readonly string[]): Json | undefined {
  const all: Json[] = [];
  for (const item of items) {
    const found = follow(item, rest);
    if (found === undefined) return undefined;
    if (Array.isArray(found)) all.push(...found);
    else all.push(found);
    if (all.length > jmapLimits.referencedItems) {
      throw new MethodError('requestTooLarge', jmapTexts.tooManyReferenced);
    }
  }
  return all;
}
