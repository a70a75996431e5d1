/**
 * The FHIR interface of the Annuaire: searches read page by page, and PATCHes. Whatever it does is an outcome, never an exception; its key
 * goes into the header of requests and nowhere else.
 *
 * A search is tried again within its 30 s, as the interface asks; a PATCH is sent once: whoever sends it looks again before the next.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { assert } from '../../../base/assert.ts';
import type { Clock } from '../../../base/clock.ts';
import { liveLimits } from '../../../base/domain-limits.ts';
import { Refusal, Temporary } from '../../../base/errors.ts';
import type { Log } from '../../../base/log.ts';
import type { Secret } from '../../../base/secret.ts';
import { type FoundResource, readSearchset, type SearchsetPage } from '../../../formats/fhir/bundle-reading.ts';
import type { PatchParameters } from '../../../formats/fhir/patch.ts';
import type { ResourceType } from '../../../formats/fhir/resources.ts';
import type { Db } from '../../../platform/db/db.ts';
import { createJsonClient, type JsonAnswer, type JsonClient } from '../../../platform/net/json-client.ts';
import { type CircuitName, noteAnswer, noteFailure, openUntil } from './circuit.ts';
import { liveTexts } from './texts.ts';

export type AnnuaireFault =
  /** Nobody asks at the moment: it failed too often. */
  | 'paused'
  | 'too-slow'
  | 'unreachable'
  /** 429, 503: it asks for patience. */
  | 'busy'
  /** Other 5xx. */
  | 'failing'
  /** What came is no FHIR, was cut short, is too long, or leads elsewhere. */
  | 'answer-malformed'
  /** More pages than we read. */
  | 'answer-too-long'
  /** 401, 403. */
  | 'key-refused'
  /** Other 4xx: it does not take what we ask. */
  | 'question-refused'
  /** The address is reserved, or is not the configured one. */
  | 'not-allowed';

export interface AnnuaireFailure {
  readonly kind: 'failed';
  readonly fault: AnnuaireFault;
  /** When it asks to be tried again, or when the pause ends. */
  readonly retryAt?: Date;
  /** Of a question that was refused. */
  readonly status?: number;
}

export type Query = readonly (readonly [name: string, value: string])[];
export type SearchOutcome = { readonly kind: 'found'; readonly resources: readonly FoundResource[] } | AnnuaireFailure;
/** `refused` is an answer: what it means depends on what was asked. */
export type PatchOutcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'refused'; readonly status: number }
  | AnnuaireFailure;

export interface AnnuaireParts {
  /** For the circuit, whose state all processes share. */
  readonly db: Db;
  readonly clock: Clock;
  readonly log: Log;
  readonly name: CircuitName;
  /** The base of the interface. */
  readonly url: string;
  readonly apiKey: Secret;
  /** The sandbox's stand-in is on loopback, and may be asked by `http:`. */
  readonly allowLoopback?: boolean;
  /** Authorities in PEM, in place of the public ones. */
  readonly ca?: string;
  /** `liveLimits.questionMs` unless told. */
  readonly questionMs?: number;
}

export interface Annuaire {
  search(resource: ResourceType, query: Query): Promise<SearchOutcome>;
  /** Conditional: `query` says which resource, one and no more. */
  patch(resource: ResourceType, query: Query, parameters: PatchParameters): Promise<PatchOutcome>;
}

const fhirJson = 'application/fhir+json';

/** Throws `Refusal` `host-not-allowed` or `bad-api-key`: what the configuration says cannot be used. */
export function openAnnuaire(parts: AnnuaireParts): Annuaire {
  // RFC 9110 §5.5: what a header field may hold; Node would put another one into the text of its error.
  if (!/^[\x21-\x7e]+$/.test(parts.apiKey.revealText())) throw new Refusal('bad-api-key', liveTexts.badApiKey);
  const client = createJsonClient({
    baseUrl: parts.url,
    headers: { accept: fhirJson },
    secretHeaders: { 'esante-api-key': parts.apiKey },
    allowLoopback: parts.allowLoopback === true,
    maxBytes: liveLimits.answerBytes,
    ...(parts.ca === undefined ? {} : { ca: parts.ca }),
  });
  return {
    search: (resource, query) => guarded(parts, () => search(parts, client, resource, query)),
    patch: (resource, query, parameters) =>
      guarded(parts, async () => {
        const answer = await ask(parts, () =>
          client.send(
            {
              method: 'PATCH',
              url: client.address(resource, query),
              body: parameters,
              contentType: fhirJson,
              timeoutMs: parts.questionMs ?? liveLimits.questionMs,
            },
            parts.clock.now(),
          ),
        );
        if (answer.kind === 'failed') return answer;
        if (answer.status === 200 || answer.status === 204) return { kind: 'done' };
        return { kind: 'refused', status: answer.status };
      }),
  };
}

/** Asks unless the circuit is open, and tells it what came of it. */
async function guarded<T extends { readonly kind: string }>(
  { db, clock, log, name }: AnnuaireParts,
  question: () => Promise<T | AnnuaireFailure>,
): Promise<T | AnnuaireFailure> {
  assert(!db.isTransaction, 'the Annuaire is asked inside a transaction');
  const pause = await openUntil(db, name, clock.now());
  if (pause !== undefined) return { kind: 'failed', fault: 'paused', retryAt: pause };
  const outcome = await question();
  if (!isFailure(outcome)) {
    await noteAnswer(db, name);
    return outcome;
  }
  log.warn('annuaire-failed', { interface: name, fault: outcome.fault });
  // What it answered in its own way is no sign that it is away.
  if (outcome.fault === 'question-refused' || outcome.fault === 'answer-too-long') await noteAnswer(db, name);
  else await noteFailure(db, name, clock.now(), outcome.retryAt);
  return outcome;
}

function isFailure(outcome: { readonly kind: string }): outcome is AnnuaireFailure {
  return outcome.kind === 'failed';
}

async function search(
  parts: AnnuaireParts,
  client: JsonClient,
  resource: ResourceType,
  query: Query,
): Promise<SearchOutcome> {
  const deadlineMs = performance.now() + (parts.questionMs ?? liveLimits.questionMs);
  const resources: FoundResource[] = [];
  const sized: Query = [...query, ['_count', String(liveLimits.pageSize)]];
  let url = client.address(resource, sized);
  for (let pages = 1; ; pages += 1) {
    const page = await readPage(parts, client, url, deadlineMs);
    if ('kind' in page) return page;
    resources.push(...page.resources);
    if (page.odd > 0) parts.log.warn('annuaire-odd-resources', { interface: parts.name, count: page.odd });
    if (page.next === null) return { kind: 'found', resources };
    if (pages >= liveLimits.pages) return { kind: 'failed', fault: 'answer-too-long' };
    try {
      url = client.address(page.next);
    } catch (fault) {
      // A link that leads elsewhere would take the key there.
      if (fault instanceof Refusal) return { kind: 'failed', fault: 'answer-malformed' };
      throw fault;
    }
  }
}

/** One page, tried again while there is time. */
async function readPage(
  parts: AnnuaireParts,
  client: JsonClient,
  url: URL,
  deadlineMs: number,
): Promise<SearchsetPage | AnnuaireFailure> {
  for (let attempt = 1; ; attempt += 1) {
    const timeoutMs = Math.max(1, Math.ceil(deadlineMs - performance.now()));
    const failure = await askPage(parts, client, url, timeoutMs);
    if (!('kind' in failure)) return failure;
    const asksMs = failure.retryAt === undefined ? 0 : failure.retryAt.getTime() - parts.clock.now().getTime();
    const pauseMs = Math.max(asksMs, liveLimits.firstPauseMs * 2 ** (attempt - 1) * (0.75 + Math.random() / 2));
    const isHopeful = ['unreachable', 'busy', 'failing', 'answer-malformed'].includes(failure.fault);
    const hasTime = performance.now() + pauseMs < deadlineMs;
    if (!isHopeful || !hasTime || attempt >= liveLimits.attempts) return failure;
    await sleep(pauseMs);
  }
}

async function askPage(
  parts: AnnuaireParts,
  client: JsonClient,
  url: URL,
  timeoutMs: number,
): Promise<SearchsetPage | AnnuaireFailure> {
  const answer = await ask(parts, () => client.send({ method: 'GET', url, timeoutMs }, parts.clock.now()));
  if (answer.kind === 'failed') return answer;
  if (answer.status !== 200) return { kind: 'failed', fault: 'question-refused', status: answer.status };
  try {
    return readSearchset(answer.body);
  } catch (fault) {
    if (fault instanceof Refusal) return { kind: 'failed', fault: 'answer-malformed' };
    throw fault;
  }
}

/** One request; the statuses that are failures whatever was asked are told as such. */
async function ask(
  { clock }: AnnuaireParts,
  send: () => Promise<JsonAnswer>,
): Promise<(JsonAnswer & { readonly kind: 'answered' }) | AnnuaireFailure> {
  try {
    const answer = await send();
    const fault = faultOfStatus(answer.status);
    if (fault === undefined) return { kind: 'answered', ...answer };
    if (answer.retryAfterMs === undefined) return { kind: 'failed', fault };
    return { kind: 'failed', fault, retryAt: new Date(clock.now().getTime() + answer.retryAfterMs) };
  } catch (fault) {
    if (fault instanceof Refusal) return { kind: 'failed', fault: 'not-allowed' };
    if (fault instanceof Temporary) return { kind: 'failed', fault: faultOfCode(fault.code) };
    throw fault;
  }
}

function faultOfStatus(status: number): AnnuaireFault | undefined {
  if (status === 401 || status === 403) return 'key-refused';
  if (status === 408 || status === 425 || status === 429 || status === 503) return 'busy';
  // 501 says that it does not offer this: an answer.
  return status >= 500 && status !== 501 ? 'failing' : undefined;
}

function faultOfCode(code: string): AnnuaireFault {
  switch (code) {
    case 'connection-timeout':
      return 'too-slow';
    case 'answer-too-large':
    case 'answer-cut-short':
    case 'redirect-refused':
      return 'answer-malformed';
    default:
      return 'unreachable';
  }
}
