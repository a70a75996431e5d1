/** Blobs between accounts (RFC 8620 §6.3), and made or read within a request (RFC 9404 §4). */
import { createHash } from 'node:crypto';
import { mailLimits } from '../../../../base/domain-limits.ts';
import { jmapLimits } from '../../../../base/end-limits.ts';
import { Refusal } from '../../../../base/errors.ts';
import type { Act, Actor, Audit } from '../../../../domain/audit/audit.ts';
import type { Mail } from '../../../../domain/mail/mail.ts';
import { parseMediaType } from '../../../../formats/http/media-type.ts';
import { type AccountsParts, accountFor, type HeldAccount } from '../accounts.ts';
import { Arguments, invalid } from '../arguments.ts';
import { type OpenBlob, type OpenedBlob, uploadBlobId } from '../blobs.ts';
import { type CallContext, type Json, type JsonObject, type Method, MethodError } from '../method.ts';
import { isId, isJsonObject } from '../request.ts';
import { blobCapability, coreCapability } from '../session.ts';
import { jmapRouteTexts } from '../texts.ts';
import { blobLookup } from './blob-lookup.ts';
import { readSources, type Source } from './blob-sources.ts';

export interface BlobMethodParts extends AccountsParts {
  readonly audit: Audit;
  readonly mail: Pick<Mail, 'hasRoomFor' | 'keepUpload' | 'listCards' | 'openUploadIntake'>;
  readonly openBlob: OpenBlob;
}

export function blobMethods(parts: BlobMethodParts): readonly Method[] {
  return [
    { name: 'Blob/copy', capability: coreCapability, run: (args, context) => copyBlobs({ parts, context }, args) },
    { name: 'Blob/upload', capability: blobCapability, run: (args, context) => makeBlobs({ parts, context }, args) },
    { name: 'Blob/get', capability: blobCapability, run: (args, context) => getBlobs({ parts, context }, args) },
    blobLookup(parts, blobCapability),
  ];
}

interface Call {
  readonly parts: BlobMethodParts;
  readonly context: CallContext;
}

type Answer = ReturnType<Method['run']>;

function actFor<T>({ parts, context }: Call, body: (act: Act) => Promise<T>): Promise<T> {
  const { personId, sessionId } = context.person;
  const actor: Actor = { kind: 'person', personId, ...(sessionId === undefined ? {} : { sessionId }) };
  return parts.audit.act({ actor, reason: 'jmap', silent: 'when-nothing-changed' }, body);
}

function open(call: Call, account: HeldAccount, blobId: string): Promise<OpenedBlob | undefined> {
  return actFor(call, (act) => call.parts.openBlob(act, account, blobId));
}

type Made = { readonly id: string; readonly size: number } | { readonly fault: JsonObject };

/** What `bytes` gives, as an upload of the account. */
async function keep(call: Call, account: HeldAccount, type: string, bytes: AsyncIterable<Uint8Array>): Promise<Made> {
  const intake = call.parts.mail.openUploadIntake();
  try {
    for await (const chunk of bytes) await intake.write(chunk);
    const gathered = await intake.finish();
    const outcome = await actFor(call, (act) => call.parts.mail.keepUpload(act, account, gathered, type));
    if (outcome.kind === 'kept') return { id: uploadBlobId(outcome.id), size: outcome.sizeBytes };
    await intake.abort();
    return { fault: keepFaults[outcome.kind] };
  } catch (fault) {
    await intake.abort();
    if (fault instanceof Refusal && fault.code === 'upload-too-large') return { fault: { type: 'tooLarge' } };
    throw fault;
  }
}

/** SetErrors of RFC 8620 §5.3. */
const keepFaults = {
  'over-quota': { type: 'overQuota', description: jmapRouteTexts.overQuota },
  'too-many-uploads': { type: 'rateLimit', description: jmapRouteTexts.tooManyUploads },
  closed: { type: 'forbidden', description: jmapRouteTexts.accountClosed },
} as const satisfies Readonly<Record<string, JsonObject>>;

async function copyBlobs(call: Call, raw: JsonObject): Answer {
  const args = new Arguments(raw, ['fromAccountId', 'accountId', 'blobIds']);
  const from = await sourceAccount(call, args.id('fromAccountId'));
  const to = await accountFor(call.parts, call.context.person, args.id('accountId'), 'write');
  const blobIds = args.optionalStrings('blobIds');
  if (blobIds === undefined || !blobIds.every(isId)) throw invalid(['blobIds']);
  if (blobIds.length > jmapLimits.objectsInSet) throw new MethodError('requestTooLarge');
  const copied: Record<string, string> = {};
  const notCopied: Record<string, JsonObject> = {};
  for (const blobId of new Set(blobIds)) {
    const blob = await open(call, from, blobId);
    if (blob === undefined) {
      notCopied[blobId] = { type: 'notFound' };
      continue;
    }
    const made = await keep(call, to, fitType(blob.type), blob.read());
    if ('fault' in made) notCopied[blobId] = made.fault;
    else copied[blobId] = made.id;
  }
  const ids = { fromAccountId: from.accountId, accountId: to.accountId };
  return { kind: 'one', args: { ...ids, copied: orNull(copied), notCopied: orNull(notCopied) } };
}

/** RFC 8620 §6.3: the account of the source has an error of its own. */
async function sourceAccount({ parts, context }: Call, accountId: string): Promise<HeldAccount> {
  try {
    return await accountFor(parts, context.person, accountId, 'read');
  } catch (fault) {
    if (fault instanceof MethodError) throw new MethodError('fromAccountNotFound');
    throw fault;
  }
}

function orNull<T extends Json>(found: Readonly<Record<string, T>>): Json {
  return Object.keys(found).length === 0 ? null : found;
}

function fitType(type: string): string {
  const read = parseMediaType(type)?.text ?? '';
  return read === '' || read.length > mailLimits.uploadTypeCharacters ? 'application/octet-stream' : read;
}

/** `Blob/upload` (RFC 9404 §4.1). */
async function makeBlobs(call: Call, raw: JsonObject): Answer {
  const args = new Arguments(raw, ['accountId', 'create']);
  const account = await accountFor(call.parts, call.context.person, args.id('accountId'), 'write');
  const wanted = args.optionalObject('create');
  if (wanted === undefined || !Object.keys(wanted).every(isId)) throw invalid(['create']);
  if (Object.keys(wanted).length > jmapLimits.objectsInSet) throw new MethodError('requestTooLarge');
  const created: Record<string, JsonObject> = {};
  const notCreated: Record<string, JsonObject> = {};
  for (const [creationId, object] of Object.entries(wanted)) {
    const made = await makeBlob(call, account, object);
    if ('fault' in made) {
      notCreated[creationId] = made.fault;
      continue;
    }
    call.context.createdIds.set(creationId, made.told.id);
    created[creationId] = made.told;
  }
  const { accountId } = account;
  return { kind: 'one', args: { accountId, created: orNull(created), notCreated: orNull(notCreated) } };
}

type Created =
  | { readonly fault: JsonObject }
  | { readonly told: { readonly id: string; readonly type: string | null; readonly size: number } };

async function makeBlob(call: Call, account: HeldAccount, object: Json): Promise<Created> {
  if (!isJsonObject(object)) return { fault: { type: 'invalidProperties' } };
  const { data, type = null, ...others } = object;
  const strange = Object.keys(others);
  if (strange.length > 0) return { fault: { type: 'invalidProperties', properties: strange } };
  if (type !== null && typeof type !== 'string') return { fault: { type: 'invalidProperties', properties: ['type'] } };
  const sources = readSources(data, (id) => call.context.createdIds.get(id));
  if ('fault' in sources) return sources;
  const pieces: Buffer[] = [];
  let size = 0;
  for (const source of sources.all) {
    const bytes = await bytesOf(call, { account, source, roomBytes: jmapLimits.blobSetBytes - size });
    if ('fault' in bytes) return bytes;
    size += bytes.bytes.length;
    if (size > jmapLimits.blobSetBytes) return { fault: { type: 'tooLarge' } };
    pieces.push(bytes.bytes);
  }
  const made = await keep(call, account, fitType(type ?? ''), pieceByPiece(pieces));
  return 'fault' in made ? made : { told: { id: made.id, type, size: made.size } };
}

async function* pieceByPiece(pieces: readonly Buffer[]): AsyncGenerator<Buffer> {
  yield* pieces;
}

interface Sourced {
  readonly account: HeldAccount;
  readonly source: Source;
  readonly roomBytes: number;
}

async function bytesOf(
  call: Call,
  { account, source, roomBytes }: Sourced,
): Promise<{ readonly bytes: Buffer } | { readonly fault: JsonObject }> {
  if ('bytes' in source) return source;
  const blob = await open(call, account, source.blobId);
  if (blob === undefined) return { fault: { type: 'blobNotFound', notFound: [source.blobId] } };
  const end = source.length === undefined ? blob.sizeBytes : source.offset + source.length;
  // RFC 9404 §4.1.1: a range that is not all there makes no blob.
  if (source.offset > end || end > blob.sizeBytes)
    return { fault: { type: 'invalidProperties', properties: ['data'] } };
  if (end - source.offset > roomBytes) return { fault: { type: 'tooLarge' } };
  return { bytes: await readWhole(blob.read({ start: source.offset, end })) };
}

async function readWhole(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
}

const digests = { 'digest:sha': 'sha1', 'digest:sha-256': 'sha256', 'digest:sha-512': 'sha512' } as const;
const blobProperties: readonly string[] = ['data', 'data:asText', 'data:asBase64', 'size', ...Object.keys(digests)];

interface Wanted {
  readonly properties: ReadonlySet<string>;
  readonly offset: number;
  readonly length: number | undefined;
  readonly room: { left: number };
}

/** `Blob/get` (RFC 9404 §4.2). */
async function getBlobs(call: Call, raw: JsonObject): Answer {
  const args = new Arguments(raw, ['accountId', 'ids', 'properties', 'offset', 'length']);
  const account = await accountFor(call.parts, call.context.person, args.id('accountId'), 'read');
  const ids = args.optionalIds('ids');
  if (ids === undefined) throw invalid(['ids']); // nobody can list all blobs
  const properties = args.optionalStrings('properties') ?? ['data', 'size'];
  if (!properties.every((property) => property === 'id' || blobProperties.includes(property)))
    throw invalid(['properties']);
  const wanted: Wanted = {
    properties: new Set(properties),
    offset: args.optionalUnsigned('offset') ?? 0,
    length: args.optionalUnsigned('length'),
    room: { left: jmapLimits.blobGetBytes },
  };
  const list: JsonObject[] = [];
  const notFound: string[] = [];
  for (const id of new Set(ids)) {
    const blob = await open(call, account, id);
    if (blob === undefined) notFound.push(id);
    else list.push({ id, ...(await shown(blob, wanted)) });
  }
  return { kind: 'one', args: { accountId: account.accountId, list, notFound } };
}

async function shown(blob: OpenedBlob, { properties, offset, length, room }: Wanted): Promise<JsonObject> {
  const told: Record<string, Json> = {};
  const { sizeBytes } = blob;
  if (properties.has('size')) told['size'] = sizeBytes;
  const hashes = Object.entries(digests).filter(([name]) => properties.has(name));
  const hasData = ['data', 'data:asText', 'data:asBase64'].some((name) => properties.has(name));
  if (!hasData && hashes.length === 0) return told;
  const asked = offset + (length ?? sizeBytes);
  const range = { start: Math.min(offset, sizeBytes), end: Math.min(asked, sizeBytes) };
  if (hasData) {
    room.left -= range.end - range.start;
    if (room.left < 0) throw new MethodError('requestTooLarge');
  }
  const running = hashes.map(([name, algorithm]) => ({ name, hash: createHash(algorithm) }));
  const pieces: Uint8Array[] = [];
  for await (const chunk of blob.read(range)) {
    for (const { hash } of running) hash.update(chunk);
    if (hasData) pieces.push(chunk);
  }
  for (const { name, hash } of running) told[name] = hash.digest('base64');
  if (hasData) Object.assign(told, showData(Buffer.concat(pieces), properties));
  // RFC 9404 §4.2: less was there than was asked.
  if (offset > sizeBytes || (length !== undefined && offset + length > sizeBytes)) told['isTruncated'] = true;
  return told;
}

/** `data` is text where the octets are text. */
function showData(bytes: Buffer, properties: ReadonlySet<string>): JsonObject {
  const told: Record<string, Json> = {};
  const text = readText(bytes);
  const asText = properties.has('data:asText') || (properties.has('data') && text !== undefined);
  const asBase64 = properties.has('data:asBase64') || (properties.has('data') && text === undefined);
  if (asText) told['data:asText'] = text ?? null;
  if (asBase64) told['data:asBase64'] = bytes.toString('base64');
  if (text === undefined && (properties.has('data') || properties.has('data:asText'))) told['isEncodingProblem'] = true;
  return told;
}

function readText(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
