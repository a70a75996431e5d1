import { type TypeBoxTypeProvider, TypeBoxValidatorCompiler } from '@fastify/type-provider-typebox';
import Fastify from 'fastify';
import { httpLimits } from '../../base/limits.ts';
import { securityHeaders } from './headers.ts';
import { answerFault, sendProblem } from './problems.ts';

/** The fastify instance on which the ends register their routes. */
export type HttpApp = ReturnType<typeof createApp>;

export function createApp() {
  return (
    Fastify({
      bodyLimit: httpLimits.bodyBytes,
      routerOptions: { maxParamLength: httpLimits.pathParameterBytes },
      trustProxy: false,
      // What fastify itself refuses (an address that cannot be decoded) is answered as our problems are.
      frameworkErrors: (fault, _request, reply) => {
        reply.headers(securityHeaders(false));
        sendProblem(reply, answerFault(fault, {}).problem);
      },
    })
      // A body is checked as it is; values of addresses and header fields, where all is text, are converted first.
      .setValidatorCompiler(TypeBoxValidatorCompiler)
      .withTypeProvider<TypeBoxTypeProvider>()
  );
}
