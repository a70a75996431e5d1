/** Requests that are refused as a whole (RFC 8620 §3.6.1). */
import type { FastifyReply } from 'fastify';
import type { RequestFault } from './request.ts';

/** RFC 8620 §3.6.1: a problem document, with the status of a bad request unless HTTP has a better one. */
export function sendRequestFault(
  reply: FastifyReply,
  fault: RequestFault,
  status: 400 | 413 | 429 = 400,
): FastifyReply {
  return reply
    .code(status)
    .type('application/problem+json')
    .send(JSON.stringify({ ...fault, status }));
}
