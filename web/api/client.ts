/**
 * The API of Hygie from the browser: the session cookie goes along by itself, the CSRF token by a header field.
 *
 * A problem document (RFC 9457) is thrown as `ApiProblem`, a request that never got an answer as `Unreachable`.
 */

/** What the server refused, in its own French words. */
export class ApiProblem extends Error {
  readonly status: number;
  readonly code: string;
  readonly retryAfterSeconds: number | undefined;

  constructor(status: number, code: string, detail: string, retryAfterSeconds?: number) {
    super(detail);
    this.status = status;
    this.code = code;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** No answer: the network or the server is away. What was asked may be asked again. */
export class Unreachable extends Error {}

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface ApiRequest {
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

export interface ApiClient {
  /** The JSON of the answer, as the contract of the route says; `undefined` when it has none. */
  request<Answer>(method: Method, path: string, asked?: ApiRequest): Promise<Answer>;
  /** A raw request under the same rules; refused answers throw. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  setCsrfToken(token: string | undefined): void;
  csrfToken(): string | undefined;
}

export interface ApiClientParts {
  readonly fetch: typeof fetch;
  /** The server no longer knows the session. */
  readonly onSignedOut: () => void;
}

export function createApiClient({ fetch: send, onSignedOut }: ApiClientParts): ApiClient {
  let csrf: string | undefined;
  const ask = async (path: string, init: RequestInit = {}): Promise<Response> => {
    const headers = new Headers(init.headers);
    const isSafe = init.method === undefined || init.method === 'GET' || init.method === 'HEAD';
    if (!isSafe && csrf !== undefined) headers.set('x-csrf-token', csrf);
    let response: Response;
    try {
      response = await send(path, { ...init, headers, credentials: 'same-origin', redirect: 'error' });
    } catch (fault) {
      if (init.signal?.aborted) throw fault;
      throw new Unreachable('no answer', { cause: fault });
    }
    if (response.ok) return response;
    const problem = await readProblem(response);
    if (problem.status === 401 && problem.code === 'signed-out') onSignedOut();
    throw problem;
  };
  return {
    fetch: ask,
    async request<Answer>(method: Method, path: string, { body, signal }: ApiRequest = {}): Promise<Answer> {
      const init: RequestInit = { method, ...(signal === undefined ? {} : { signal }) };
      const response = await ask(
        path,
        body === undefined
          ? init
          : { ...init, body: JSON.stringify(body), headers: { 'content-type': 'application/json' } },
      );
      // The contract of the route is the type of its answer: both sides are built from contract/.
      if (response.status === 204) return undefined as Answer;
      return (await response.json()) as Answer;
    },
    setCsrfToken(token) {
      csrf = token;
    },
    csrfToken: () => csrf,
  };
}

async function readProblem(response: Response): Promise<ApiProblem> {
  const after = Number(response.headers.get('retry-after'));
  const retryAfter = Number.isFinite(after) && after > 0 ? after : undefined;
  const document: unknown = await response.json().catch(() => undefined);
  const isDocument = typeof document === 'object' && document !== null;
  const code = isDocument && 'code' in document && typeof document.code === 'string' ? document.code : 'unreadable';
  const detail = isDocument && 'detail' in document && typeof document.detail === 'string' ? document.detail : '';
  return new ApiProblem(response.status, code, detail, retryAfter);
}
