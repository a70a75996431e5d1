/** One HTTP request with every bound it needs: time, size of the answer, and which addresses may be reached. */
import { type LookupAddress, type LookupOptions, lookup as systemLookup } from 'node:dns';
import { type Agent as HttpAgent, type IncomingMessage, request as requestPlain } from 'node:http';
import { type Agent as HttpsAgent, request as requestTls } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { Refusal, Temporary } from '../../base/errors.ts';
import { netLimits } from '../../base/limits.ts';
import { tlsFloor } from '../tls/tls.ts';
import { netTexts } from './texts.ts';

export interface HttpCall {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Buffer;
  /** For the whole exchange, the body of the answer included. */
  readonly timeoutMs: number;
  /** Which addresses may be reached; judged on what is really connected to. */
  readonly mayReach: (address: string) => boolean;
  /** Authorities in PEM, in place of the public ones. */
  readonly ca?: string;
  readonly agent?: HttpAgent | HttpsAgent;
}

export interface HttpAnswer {
  readonly status: number;
  header(name: string): string | undefined;
  /** The body, once; must be read or discarded. Throws `Temporary` when it stops before its end. */
  readonly body: AsyncIterable<Buffer>;
  discard(): void;
}

/** Sends the request; resolves with the head of the answer. Throws `Temporary` when there is none. */
export async function callHttp(call: HttpCall): Promise<HttpAnswer> {
  const host = call.url.hostname;
  // A literal address is never looked up: it is judged here, a name by `guardedLookup` when it is resolved.
  const literal = host.startsWith('[') ? host.slice(1, -1) : host;
  if (isIP(literal) !== 0 && !call.mayReach(literal)) {
    throw new Refusal('address-not-public', netTexts.addressNotPublic(host));
  }
  const signal = AbortSignal.timeout(call.timeoutMs);
  return new Promise((resolve, reject) => {
    const options = {
      method: call.method,
      headers: call.headers,
      lookup: guardedLookup(call.mayReach),
      maxHeaderSize: netLimits.answerHeaderBytes,
      signal,
      ...(call.agent === undefined ? {} : { agent: call.agent }),
    };
    const request =
      call.url.protocol === 'https:'
        ? requestTls(call.url, { ...options, ...tlsFloor, ...(call.ca === undefined ? {} : { ca: call.ca }) })
        : requestPlain(call.url, options);
    request.once('error', (fault) => reject(asFault(fault, host, signal)));
    request.once('response', (message) => resolve(answerOf(message, host, signal)));
    request.end(call.body);
  });
}

/** The whole body, at most `maxBytes`. Throws `Temporary` when there is more. */
export async function readBody(answer: HttpAnswer, host: string, maxBytes: number): Promise<Buffer> {
  const tooLarge = (): Temporary => new Temporary('answer-too-large', netTexts.answerTooLarge(host));
  if (Number(answer.header('content-length') ?? 0) > maxBytes) {
    answer.discard();
    throw tooLarge();
  }
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of answer.body) {
    sizeBytes += chunk.length;
    if (sizeBytes > maxBytes) throw tooLarge(); // leaving the loop closes the connection
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function answerOf(message: IncomingMessage, host: string, signal: AbortSignal): HttpAnswer {
  return {
    status: message.statusCode ?? 0,
    header(name) {
      const value = message.headers[name];
      return Array.isArray(value) ? value[0] : value;
    },
    body: bodyOf(message, host, signal),
    discard: () => message.destroy(),
  };
}

async function* bodyOf(message: IncomingMessage, host: string, signal: AbortSignal): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of message) yield chunk;
  } catch (fault) {
    throw asFault(fault, host, signal);
  }
  if (!message.complete) throw new Temporary('answer-cut-short', netTexts.answerCutShort(host));
}

function asFault(fault: unknown, host: string, signal: AbortSignal): Error {
  if (fault instanceof Refusal || fault instanceof Temporary) return fault;
  if (signal.aborted) return new Temporary('connection-timeout', netTexts.connectionTimeout(host), { cause: fault });
  return new Temporary('connection-failed', netTexts.connectionFailed(host), { cause: fault });
}

/** Resolves like the system, and refuses the addresses that may not be reached: what is judged is what is connected to. */
function guardedLookup(mayReach: (address: string) => boolean): LookupFunction {
  return (hostname, options, callback) => {
    const all: LookupOptions & { all: true } = { ...options, all: true };
    systemLookup(hostname, all, (fault, found: LookupAddress[]) => {
      if (fault) return callback(fault, '', 0);
      const allowed = found.filter(({ address }) => mayReach(address));
      const [first] = allowed;
      if (first === undefined) {
        return callback(new Refusal('address-not-public', netTexts.addressNotPublic(hostname)), '', 0);
      }
      if (options.all) return callback(null, allowed);
      return callback(null, first.address, first.family);
    });
  };
}
