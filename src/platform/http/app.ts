import { type TypeBoxTypeProvider, TypeBoxValidatorCompiler } from '@fastify/type-provider-typebox';
import Fastify, { type FastifyReply } from 'fastify';
import { httpLimits } from '../../base/limits.ts';
import { securityHeaders } from './headers.ts';
import { answerFault, type Problem, sendProblem } from './problems.ts';

/** The fastify instance on which the ends register their routes. */
export type HttpApp = ReturnType<typeof createApp>;

/** How an end that does not speak in problem documents answers one, below its prefix. */
export interface OtherTongue {
  /** `/fhir` */
  readonly prefix: string;
  readonly send: (reply: FastifyReply, problem: Problem) => FastifyReply;
}

/** `tongues` may grow until the first request. */
export function createApp(tongues: readonly OtherTongue[]) {
  return (
    Fastify({
      bodyLimit: httpLimits.bodyBytes,
      routerOptions: { maxParamLength: httpLimits.pathParameterBytes },
      trustProxy: false,
      // What fastify itself refuses (an address that cannot be decoded) is answered as our problems are.
      frameworkErrors: (fault, request, reply) => {
        reply.headers(securityHeaders(false));
        const asked = request.raw.url ?? '';
        const other = tongues.find(({ prefix }) => asked.startsWith(`${prefix}/`));
        (other?.send ?? sendProblem)(reply, answerFault(fault, {}).problem);
      },
    })
      // A body is checked as it is; values of addresses and header fields, where all is text, are converted first.
      .setValidatorCompiler(TypeBoxValidatorCompiler)
      .withTypeProvider<TypeBoxTypeProvider>()
  );
}
