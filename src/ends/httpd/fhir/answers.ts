/** How FHIR answers leave: their media type, and every fault as an OperationOutcome (FHIR R4, RESTful API). */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Refusal } from '../../../base/errors.ts';
import { httpLimits } from '../../../base/limits.ts';
import type { Log } from '../../../base/log.ts';
import { outcome } from '../../../formats/fhir/outcome.ts';
import { answerOfRefusal } from '../../../formats/fhir/refusals.ts';
import type { IssueCode } from '../../../formats/fhir/resources.ts';
import { answerFault, type Problem, type RefusalStatuses } from '../../../platform/http/problems.ts';

const mediaType = 'application/fhir+json; charset=utf-8';

export function sendResource(reply: FastifyReply, resource: object): FastifyReply {
  return reply.type(mediaType).send(JSON.stringify(resource));
}

export interface FhirFault {
  readonly status: number;
  readonly issue: IssueCode;
  readonly text: string;
  readonly diagnostics?: string;
}

export function sendFault(reply: FastifyReply, { status, issue, text, diagnostics }: FhirFault): FastifyReply {
  return sendResource(reply.code(status), outcome('error', issue, text, diagnostics));
}

const issueOfStatus: Readonly<Record<number, IssueCode>> = {
  400: 'invalid',
  401: 'login',
  403: 'forbidden',
  404: 'not-found',
  405: 'not-supported',
  406: 'not-supported',
  409: 'conflict',
  413: 'too-long',
  415: 'not-supported',
  422: 'processing',
  429: 'throttled',
  503: 'transient',
};

function issueOf(status: number): IssueCode {
  return issueOfStatus[status] ?? (status < 500 ? 'invalid' : 'exception');
}

export interface FaultOptions {
  readonly log: Log;
  readonly refusalStatuses: RefusalStatuses;
}

/** What a route or a hook threw. */
export function answerThrown(
  fault: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  { log, refusalStatuses }: FaultOptions,
): FastifyReply {
  if (fault instanceof Refusal) {
    const ours = answerOfRefusal(fault.code);
    if (ours !== undefined) return sendFault(reply, { ...ours, text: fault.publicText, diagnostics: fault.code });
  }
  const { problem, isBug } = answerFault(fault, refusalStatuses);
  const route = request.routeOptions.url ?? 'none';
  if (isBug) log.error('http-bug', { incident: problem.incident, route }, fault);
  else if (problem.status === 503) log.warn('http-unavailable', { code: problem.code, route });
  if (problem.status === 503) reply.header('retry-after', httpLimits.retryAfterSeconds);
  return sendFault(reply, {
    status: problem.status,
    issue: issueOf(problem.status),
    text: problem.detail,
    diagnostics: problem.incident ?? problem.code,
  });
}

/** Of a request that was refused before anybody knew that it is FHIR's. */
export function sendProblemAsOutcome(reply: FastifyReply, { status, detail, code }: Problem): FastifyReply {
  return sendFault(reply, { status, issue: issueOf(status), text: detail, diagnostics: code });
}

/** A problem document that a shared hook sent, as an OperationOutcome; undefined for anything else. */
export function outcomeOfProblem(reply: FastifyReply, payload: unknown): string | undefined {
  const type = String(reply.getHeader('content-type') ?? '');
  if (!type.startsWith('application/problem+json') || typeof payload !== 'string') return undefined;
  const problem: { detail?: unknown; code?: unknown } = JSON.parse(payload);
  reply.type(mediaType);
  return JSON.stringify(outcome('error', issueOf(reply.statusCode), String(problem.detail), String(problem.code)));
}
