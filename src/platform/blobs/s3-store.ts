/**
 * Blobs as objects of an S3-compatible store, path-style: `<endpoint>/<bucket>/<prefix><id>`. A blob of one part is one PUT;
 * a larger one is a multipart upload, so that memory holds one part whatever the size. An object shows only once complete.
 *
 * Parts of uploads that were never completed are left to the store: give the bucket the lifecycle rule
 * `AbortIncompleteMultipartUpload`, as `docs/operate` says. (Few stores list uploads reliably.)
 */
import { createHash } from 'node:crypto';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { setTimeout as pause } from 'node:timers/promises';
import { AwsV4Signer } from 'aws4fetch';
import { Temporary } from '../../base/errors.ts';
import { asId, type BlobId, isUuid } from '../../base/ids.ts';
import { blobLimits } from '../../base/limits.ts';
import type { Secret } from '../../base/secret.ts';
import { IntegrityFault } from '../keys/keys.ts';
import { callHttp, type HttpAnswer, readBody } from '../net/http-call.ts';
import type { BlobStore, BlobUpload, ByteRange, StoredBlob } from './blobs.ts';
import { readXml, type XmlElement } from './s3-xml.ts';
import { blobTexts } from './texts.ts';

export interface S3Options {
  readonly endpoint: string;
  readonly region: string;
  readonly bucket: string;
  /** Prepended to identifiers, for several operators in one bucket. */
  readonly prefix?: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: Secret;
  /** Authorities in PEM, for a store with a certificate of its own. */
  readonly ca?: string;
}

interface S3Request {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  readonly key: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
}

type Send = (request: S3Request) => Promise<HttpAnswer>;

export interface S3Store extends BlobStore {
  /** Closes idle connections. */
  close(): void;
}

export function createS3Store(options: S3Options): S3Store {
  const endpoint = new URL(options.endpoint);
  const prefix = options.prefix ?? '';
  const agent =
    endpoint.protocol === 'https:' ? new HttpsAgent({ keepAlive: true }) : new HttpAgent({ keepAlive: true });
  const send: Send = (request) => sendWithPatience(options, agent, request);
  return {
    begin: async (id) => createUpload(send, prefix + id),
    read: (id, range, storedBytes) => readObject(send, prefix + id, range, storedBytes),
    async remove(id) {
      const answer = await send({ method: 'DELETE', key: prefix + id });
      answer.discard();
      if (answer.status !== 404) expectStatus(answer, 204, 200);
    },
    list: () => listObjects(send, prefix),
    sweepUploads: async () => 0,
    close: () => agent.destroy(),
  };
}

function createUpload(send: Send, key: string): BlobUpload {
  let held: Buffer[] = [];
  let heldBytes = 0;
  let uploadId: string | undefined;
  const etags: string[] = [];

  const takeHeld = (): Buffer => {
    const part = Buffer.concat(held);
    held = [];
    heldBytes = 0;
    return part;
  };
  const putPart = async (): Promise<void> => {
    uploadId ??= await beginMultipart(send, key);
    const query = { partNumber: String(etags.length + 1), uploadId };
    const answer = await send({ method: 'PUT', key, query, body: takeHeld() });
    await drain(answer);
    expectStatus(answer, 200);
    etags.push(answer.header('etag') ?? '');
  };

  return {
    async write(chunk) {
      held.push(chunk);
      heldBytes += chunk.length;
      if (heldBytes >= blobLimits.s3PartBytes) await putPart();
    },
    async finish() {
      if (uploadId === undefined) {
        const answer = await send({ method: 'PUT', key, body: takeHeld() });
        await drain(answer);
        return expectStatus(answer, 200);
      }
      if (heldBytes > 0) await putPart();
      const parts = etags.map(
        (etag, index) => `<Part><PartNumber>${index + 1}</PartNumber><ETag>${etag}</ETag></Part>`,
      );
      const body = Buffer.from(`<CompleteMultipartUpload>${parts.join('')}</CompleteMultipartUpload>`);
      const answer = await send({ method: 'POST', key, query: { uploadId }, body });
      expectStatus(answer, 200);
      // The store may answer 200 and then tell of a failure in the body.
      const document = readXml(await readBody(answer, 's3', blobLimits.s3AnswerBytes));
      if (document.name !== 'CompleteMultipartUploadResult') throw unreachable(document.name);
    },
    async abort() {
      held = [];
      if (uploadId === undefined) return;
      const answer = await send({ method: 'DELETE', key, query: { uploadId } });
      answer.discard();
    },
  };
}

async function beginMultipart(send: Send, key: string): Promise<string> {
  const answer = await send({ method: 'POST', key, query: { uploads: '' } });
  expectStatus(answer, 200);
  const id = textOf(readXml(await readBody(answer, 's3', blobLimits.s3AnswerBytes)), 'UploadId');
  if (id === undefined || id === '') throw unreachable('no upload identifier');
  return id;
}

async function* readObject(send: Send, key: string, range: ByteRange, storedBytes: number): AsyncGenerator<Buffer> {
  const headers = { range: `bytes=${range.start}-${range.end - 1}` };
  const answer = await send({ method: 'GET', key, headers });
  if (answer.status === 404) {
    answer.discard();
    throw new IntegrityFault('blob-missing');
  }
  if (answer.status === 416) {
    answer.discard();
    throw new IntegrityFault('sealed-bytes-damaged');
  }
  expectStatus(answer, 206);
  const total = /\/(\d+)$/.exec(answer.header('content-range') ?? '')?.[1];
  if (Number(total) !== storedBytes) {
    answer.discard();
    throw new IntegrityFault('sealed-bytes-damaged');
  }
  yield* answer.body;
}

async function* listObjects(send: Send, prefix: string): AsyncGenerator<StoredBlob> {
  let continuation: string | undefined;
  do {
    const query = {
      'list-type': '2',
      'max-keys': '1000',
      prefix,
      ...(continuation === undefined ? {} : { 'continuation-token': continuation }),
    };
    const answer = await send({ method: 'GET', key: '', query });
    expectStatus(answer, 200);
    const page = readXml(await readBody(answer, 's3', blobLimits.s3AnswerBytes));
    for (const object of page.children.filter((child) => child.name === 'Contents')) {
      const name = (textOf(object, 'Key') ?? '').slice(prefix.length);
      if (!isUuid(name)) continue;
      const storedAt = new Date(textOf(object, 'LastModified') ?? '');
      // An age that is not known must not pass for a great one: the sweep removes what is old.
      if (Number.isNaN(storedAt.getTime())) throw unreachable('a date that cannot be read');
      yield { id: asId<BlobId>(name), storedAt, sizeBytes: Number(textOf(object, 'Size')) };
    }
    continuation = textOf(page, 'IsTruncated') === 'true' ? textOf(page, 'NextContinuationToken') : undefined;
  } while (continuation !== undefined);
}

/** Sends, and sends again while the store asks for patience. Every request here may be repeated without harm. */
async function sendWithPatience(
  options: S3Options,
  agent: HttpAgent | HttpsAgent,
  request: S3Request,
): Promise<HttpAnswer> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const answer = await sendOnce(options, agent, request);
      if (!asksForPatience(answer.status)) return answer;
      answer.discard();
      if (attempt >= blobLimits.s3Attempts) throw unreachable(String(answer.status));
    } catch (fault) {
      if (attempt >= blobLimits.s3Attempts) throw fault instanceof Temporary ? unreachable(fault) : fault;
      if (!(fault instanceof Temporary)) throw fault;
    }
    await pause(100 * 2 ** attempt * (0.5 + Math.random()));
  }
}

async function sendOnce(options: S3Options, agent: HttpAgent | HttpsAgent, request: S3Request): Promise<HttpAnswer> {
  const url = new URL(options.endpoint);
  url.pathname = [url.pathname.replace(/\/$/, ''), options.bucket, request.key].join('/');
  for (const [name, value] of Object.entries(request.query ?? {})) url.searchParams.set(name, value);
  const body = request.body ?? Buffer.alloc(0);
  const signer = new AwsV4Signer({
    url: url.href,
    method: request.method,
    // The hash lets the store refuse a body that was damaged on its way.
    headers: { ...request.headers, 'x-amz-content-sha256': createHash('sha256').update(body).digest('hex') },
    accessKeyId: options.accessKeyId,
    secretAccessKey: options.secretAccessKey.revealText(),
    service: 's3',
    region: options.region,
  });
  const signed = await signer.sign();
  const headers = Object.fromEntries(signed.headers.entries());
  return callHttp({
    url: signed.url,
    method: request.method,
    headers: { ...headers, 'content-length': String(body.length) },
    body,
    timeoutMs: blobLimits.s3RequestMs,
    mayReach: () => true, // the operator named this host; it is usually a private one
    agent,
    ...(options.ca === undefined ? {} : { ca: options.ca }),
  });
}

/** A full store (507) will not have emptied in a second: that is for the caller to know. */
function asksForPatience(status: number): boolean {
  return status === 429 || (status >= 500 && status !== 507);
}

async function drain(answer: HttpAnswer): Promise<void> {
  await readBody(answer, 's3', blobLimits.s3AnswerBytes);
}

function expectStatus(answer: HttpAnswer, ...expected: readonly number[]): void {
  if (expected.includes(answer.status)) return;
  answer.discard();
  // 507: what stores answer when their disks are full (Ceph, MinIO).
  if (answer.status === 507) throw new Temporary('blob-store-full', blobTexts.full);
  throw unreachable(String(answer.status));
}

function unreachable(cause: unknown): Temporary {
  return new Temporary('blob-store-unreachable', blobTexts.unreachable, { cause });
}

function textOf(element: XmlElement, name: string): string | undefined {
  return element.children.find((child) => child.name === name)?.text;
}
