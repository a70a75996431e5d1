/** Documents fetched from hosts that the configuration names: the white list, revocation lists, the directory. */
import { Temporary } from '../../base/errors.ts';
import { getAllowed, type HostRules } from './allowed-get.ts';
import { type HttpAnswer, readBody } from './http-call.ts';
import { netTexts } from './texts.ts';

export interface FetcherOptions extends HostRules {
  readonly timeoutMs: number;
  readonly maxBytes: number;
}

/** What an earlier answer said of its version, to be told "not modified". */
export interface Validators {
  readonly etag?: string;
  readonly lastModified?: string;
}

export type FetchOutcome =
  | { readonly kind: 'fetched'; readonly body: Buffer; readonly validators: Validators }
  | { readonly kind: 'not-modified' }
  /** The host answered that it will not give it (4xx). */
  | { readonly kind: 'declined'; readonly status: number };

export interface Fetcher {
  /** Throws `Refusal` when the address is not allowed, `Temporary` when the host fails. */
  fetch(url: string, validators?: Validators): Promise<FetchOutcome>;
}

export function createFetcher(options: FetcherOptions): Fetcher {
  return {
    async fetch(text, validators = {}) {
      const request = { headers: requestHeaders(validators), timeoutMs: options.timeoutMs };
      const { answer, host } = await getAllowed(options, text, request);
      return outcomeOf(answer, host, options.maxBytes);
    },
  };
}

function requestHeaders({ etag, lastModified }: Validators): Record<string, string> {
  return {
    ...(etag === undefined ? {} : { 'if-none-match': etag }),
    ...(lastModified === undefined ? {} : { 'if-modified-since': lastModified }),
  };
}

async function outcomeOf(answer: HttpAnswer, host: string, maxBytes: number): Promise<FetchOutcome> {
  const { status } = answer;
  if (status === 200) {
    const etag = answer.header('etag');
    const lastModified = answer.header('last-modified');
    const validators = {
      ...(etag === undefined ? {} : { etag }),
      ...(lastModified === undefined ? {} : { lastModified }),
    };
    return { kind: 'fetched', body: await readBody(answer, host, maxBytes), validators };
  }
  answer.discard();
  if (status === 304) return { kind: 'not-modified' };
  // 408, 425 and 429 ask for patience; the other 4xx are answers.
  if (status >= 400 && status < 500 && ![408, 425, 429].includes(status)) return { kind: 'declined', status };
  throw new Temporary('answer-failed', netTexts.answerFailed(host, status));
}
