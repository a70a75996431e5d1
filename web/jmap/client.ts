/**
 * JMAP from the browser (RFC 8620): the session, method calls, blobs, push.
 *
 * Calls of one tick travel in one request each: a caller that wants several answers to be of one moment passes them
 * together. A method's error is thrown as `MethodFault`; a request that got no answer as `Unreachable` (api/client.ts).
 */
import type { ChangedStates, JmapId, JmapSession } from '../../contract/jmap/mail.ts';
import { type ApiClient, ApiProblem, Unreachable } from '../api/client.ts';

export const mailCapabilities = [
  'urn:ietf:params:jmap:core',
  'urn:ietf:params:jmap:mail',
  'urn:ietf:params:jmap:submission',
  'urn:ietf:params:jmap:vacationresponse',
  'urn:ietf:params:jmap:quota',
  'urn:ietf:params:jmap:mdn',
] as const;

export type Arguments = Readonly<Record<string, unknown>>;
/** RFC 8620 §3.2: name, arguments, call id. */
export type Invocation = readonly [name: string, given: Arguments, callId: string];

/** RFC 8620 §3.6.2. */
export class MethodFault extends Error {
  readonly type: string;
  readonly method: string;

  constructor(method: string, type: string, description: string) {
    super(description);
    this.type = type;
    this.method = method;
  }
}

/** The answers of one request, found by call id. */
export interface Answers {
  /** The arguments of the answer to `callId` by the method `name`; throws the `MethodFault` that came instead. */
  of<Answer>(callId: string, name?: string): Answer;
  readonly sessionState: string;
}

export interface UploadedBlob {
  readonly blobId: JmapId;
  readonly type: string;
  readonly size: number;
}

export interface Upload {
  readonly accountId: JmapId;
  readonly file: Blob;
  /** From 0 to 1. */
  readonly onProgress?: (share: number) => void;
  readonly signal?: AbortSignal;
}

export interface BlobAddress {
  readonly accountId: JmapId;
  readonly blobId: JmapId;
  readonly name: string;
  readonly type: string;
}

export interface JmapClient {
  readonly session: JmapSession;
  call(calls: readonly Invocation[], options?: { using?: readonly string[]; signal?: AbortSignal }): Promise<Answers>;
  upload(upload: Upload): Promise<UploadedBlob>;
  blobUrl(blob: BlobAddress): string;
  openBlob(blob: BlobAddress, signal?: AbortSignal): Promise<Blob>;
  /** Follows changes until the returned function is called; `onState` tells whether the line is up. */
  follow(handlers: { onChange: (changed: ChangedStates) => void; onState: (isUp: boolean) => void }): () => void;
}

/** Addresses of the session are absolute; the application only ever asks its own origin. */
function ownPath(url: string): string {
  return url.replace(/^https?:\/\/[^/]+/, '');
}

function filled(template: string, values: Readonly<Record<string, string>>): string {
  return ownPath(template).replace(/\{(\w+)\}/g, (_whole, name: string) => encodeURIComponent(values[name] ?? ''));
}

export async function openJmap(api: ApiClient): Promise<JmapClient> {
  const session = await api.request<JmapSession>('GET', '/.well-known/jmap');
  const apiPath = ownPath(session.apiUrl);
  const blobUrl = ({ accountId, blobId, name, type }: BlobAddress): string =>
    filled(session.downloadUrl, { accountId, blobId, name: name === '' ? 'piece-jointe' : name, type });
  return {
    session,
    async call(methodCalls, { using = mailCapabilities, signal } = {}) {
      const offered = using.filter((name) => name in session.capabilities);
      const answer = await api.request<{ methodResponses: Invocation[]; sessionState: string }>('POST', apiPath, {
        body: { using: offered, methodCalls },
        ...(signal === undefined ? {} : { signal }),
      });
      return readAnswers(answer);
    },
    upload: (upload) => sendBlob(api, filled(session.uploadUrl, { accountId: upload.accountId }), upload),
    blobUrl,
    async openBlob(blob, signal) {
      const response = await api.fetch(blobUrl(blob), signal === undefined ? {} : { signal });
      return response.blob();
    },
    follow: (handlers) =>
      followSource(filled(session.eventSourceUrl, { types: '*', closeafter: 'no', ping: '30' }), handlers),
  };
}

function readAnswers({
  methodResponses,
  sessionState,
}: {
  methodResponses: Invocation[];
  sessionState: string;
}): Answers {
  return {
    sessionState,
    of<Answer>(callId: string, name?: string): Answer {
      const found = methodResponses.filter(([, , id]) => id === callId);
      const [method, given] = found.find(([answered]) => name === undefined || answered === name) ?? found[0] ?? [];
      if (method === undefined || given === undefined) throw new MethodFault('', 'unanswered', callId);
      if (method === 'error') {
        const { type, description } = given;
        throw new MethodFault(callId, String(type), typeof description === 'string' ? description : String(type));
      }
      // Methods answer what RFC 8620 and RFC 8621 say; the caller names which.
      return given as Answer;
    },
  };
}

/** By XMLHttpRequest: `fetch` does not tell how far an upload is. */
function sendBlob(api: ApiClient, path: string, { file, onProgress, signal }: Upload): Promise<UploadedBlob> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', path);
    request.responseType = 'json';
    request.setRequestHeader('content-type', file.type === '' ? 'application/octet-stream' : file.type);
    const csrf = api.csrfToken();
    if (csrf !== undefined) request.setRequestHeader('x-csrf-token', csrf);
    request.upload.onprogress = ({ loaded, total }) => onProgress?.(total === 0 ? 1 : loaded / total);
    request.onerror = () => reject(new Unreachable('no answer'));
    request.onabort = () => reject(signal?.reason ?? new Unreachable('aborted'));
    request.onload = () => {
      const answer: unknown = request.response;
      if (request.status === 201 || request.status === 200) return resolve(answer as UploadedBlob); // RFC 8620 §6.1
      const detail = typeof answer === 'object' && answer !== null && 'detail' in answer ? String(answer.detail) : '';
      reject(new ApiProblem(request.status, 'upload-refused', detail));
    };
    signal?.addEventListener('abort', () => request.abort(), { once: true });
    request.send(file);
  });
}

/** EventSource reconnects by itself; while it does, the line is down. */
function followSource(
  path: string,
  { onChange, onState }: { onChange: (changed: ChangedStates) => void; onState: (isUp: boolean) => void },
): () => void {
  const source = new EventSource(path);
  source.onopen = () => onState(true);
  source.onerror = () => onState(false);
  source.addEventListener('state', ({ data }) => {
    const told: unknown = JSON.parse(String(data));
    if (typeof told !== 'object' || told === null || !('changed' in told)) return;
    onChange(told.changed as ChangedStates); // RFC 8620 §7.1
  });
  return () => source.close();
}
