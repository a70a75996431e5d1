/** How faults become answers: the one file that maps errors to HTTP (design §5). RFC 9457 problem documents. */
import type { FastifyReply } from 'fastify';
import { type Static, Type } from 'typebox';
import { Refusal, Temporary } from '../../base/errors.ts';
import { newId, type Uuid } from '../../base/ids.ts';
import { httpTexts } from './texts.ts';

const problemMediaType = 'application/problem+json';

/** RFC 9457 §3.1, with two members of ours: `code` for programs, `incident` for the operator's log. */
export const problemSchema = Type.Object(
  {
    type: Type.String({ description: 'urn:hygie:problem:<code>' }),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String(),
    code: Type.String(),
    incident: Type.Optional(Type.String()),
    /** Where a malformed request is wrong: JSON Pointers; never its values. */
    errors: Type.Optional(Type.Array(Type.Object({ pointer: Type.String(), rule: Type.String() }))),
  },
  { $id: 'Problem', title: 'Problem', description: 'RFC 9457' },
);
export type Problem = Static<typeof problemSchema>;

/** The HTTP status of refusals whose code asks for another than 400: `{'signed-out': 401}`. */
export type RefusalStatuses = Readonly<Record<string, 401 | 403 | 404 | 409 | 413 | 415 | 429>>;

export interface FaultAnswer {
  readonly problem: Problem;
  /** Whether the fault is a bug of ours, to be logged as one under `problem.incident`. */
  readonly isBug: boolean;
}

export function answerFault(fault: unknown, statuses: RefusalStatuses): FaultAnswer {
  if (fault instanceof Refusal) {
    const status = Object.hasOwn(statuses, fault.code) ? (statuses[fault.code] ?? 400) : 400;
    return { problem: problem(status, fault.code, fault.publicText), isBug: false };
  }
  if (fault instanceof Temporary) return { problem: problem(503, fault.code, fault.publicText), isBug: false };
  const known = answerFastifyFault(fault);
  if (known) return { problem: known, isBug: false };
  const incident = newId<Uuid>();
  return { problem: { ...problem(500, 'internal-error', httpTexts.bug(incident)), incident }, isBug: true };
}

export function problem(status: number, code: string, detail: string): Problem {
  const titles: Readonly<Record<number, string>> = httpTexts.titles;
  return { type: `urn:hygie:problem:${code}`, title: titles[status] ?? httpTexts.otherTitle, status, detail, code };
}

/** Sends `found` as the answer; for outcomes that a route turns into a problem. */
export function sendProblem(reply: FastifyReply, found: Problem): FastifyReply {
  return reply.code(found.status).type(problemMediaType).send(found);
}

/** Faults that fastify throws before a route runs. Their own texts may quote the request, and are not passed on. */
function answerFastifyFault(fault: unknown): Problem | undefined {
  if (!(fault instanceof Error)) return undefined;
  if ('validation' in fault && Array.isArray(fault.validation)) {
    const errors = fault.validation.map((one: { instancePath?: unknown; keyword?: unknown }) => ({
      pointer: String(one.instancePath ?? ''),
      rule: String(one.keyword ?? ''),
    }));
    return { ...problem(400, 'request-malformed', httpTexts.malformed), errors };
  }
  const status = 'statusCode' in fault && typeof fault.statusCode === 'number' ? fault.statusCode : 500;
  const code = 'code' in fault && typeof fault.code === 'string' ? fault.code : '';
  if (!code.startsWith('FST_ERR_') && !(fault instanceof SyntaxError)) return undefined;
  if (status === 413) return problem(413, 'request-too-large', httpTexts.tooLarge);
  if (status === 415) return problem(415, 'media-type-unsupported', httpTexts.unsupportedType);
  if (status >= 400 && status < 500) return problem(400, 'request-malformed', httpTexts.malformed);
  return undefined;
}
