/** What a new blob is put together from (RFC 9404 §4.1.1). */
import { jmapLimits } from '../../../../base/end-limits.ts';
import { isUnsigned } from '../arguments.ts';
import type { Json, JsonObject } from '../method.ts';
import { isId, isJsonObject } from '../request.ts';

export type Source =
  | { readonly bytes: Buffer }
  | { readonly blobId: string; readonly offset: number; readonly length: number | undefined };

const malformed = { fault: { type: 'invalidProperties', properties: ['data'] } } as const;
const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** `created` finds what an earlier creation of the request made (`#id`). */
export function readSources(
  data: Json | undefined,
  created: (creationId: string) => string | undefined,
): { readonly all: readonly Source[] } | { readonly fault: JsonObject } {
  if (!Array.isArray(data)) return malformed;
  if (data.length > jmapLimits.dataSources) return malformed;
  const all: Source[] = [];
  for (const item of data) {
    const source = isJsonObject(item) ? readSource(item, created) : undefined;
    if (source === undefined) return malformed;
    all.push(source);
  }
  return { all };
}

function readSource(item: JsonObject, created: (creationId: string) => string | undefined): Source | undefined {
  const { 'data:asText': text, 'data:asBase64': encoded, blobId, offset = null, length = null } = item;
  const given = [text, encoded, blobId].filter((one) => one !== undefined && one !== null);
  if (given.length !== 1) return undefined;
  if (typeof text === 'string') return text.isWellFormed() ? { bytes: Buffer.from(text, 'utf8') } : undefined;
  if (typeof encoded === 'string') return base64.test(encoded) ? { bytes: Buffer.from(encoded, 'base64') } : undefined;
  if (typeof blobId !== 'string') return undefined;
  const named = blobId.startsWith('#') ? created(blobId.slice(1)) : blobId;
  if (!isId(named)) return undefined;
  if (offset !== null && !isUnsigned(offset)) return undefined;
  if (length !== null && !isUnsigned(length)) return undefined;
  return { blobId: named, offset: offset ?? 0, length: length ?? undefined };
}
