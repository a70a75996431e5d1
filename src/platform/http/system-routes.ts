/** What operators and machines ask of the program: is it alive, is it ready, how is it doing, what does it offer. */
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import { Secret } from '../../base/secret.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { isLoopbackAddress } from '../net/addresses.ts';
import type { HttpApp } from './app.ts';
import { problem, sendProblem } from './problems.ts';
import { createReadiness, type ReadinessCheck } from './readiness.ts';
import { httpTexts } from './texts.ts';

export interface SystemRoutesOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly readiness: readonly ReadinessCheck[];
  /** To be presented to read `/metrics`; without it they are read from loopback alone. */
  readonly metricsToken?: Secret;
}

const liveSchema = Type.Object({ status: Type.Literal('live') });
const readySchema = Type.Object({
  status: Type.Enum(['ready', 'not-ready']),
  checks: Type.Record(Type.String(), Type.Enum(['ok', 'failed'])),
});

export function registerSystemRoutes(app: HttpApp, options: SystemRoutesOptions): void {
  const isReady = createReadiness(options.readiness, options);

  app.get(
    '/health/live',
    { schema: { summary: httpTexts.summaries.live, response: { 200: liveSchema } } },
    async () => ({ status: 'live' as const }),
  );

  app.get(
    '/health/ready',
    { schema: { summary: httpTexts.summaries.ready, response: { 200: readySchema, 503: readySchema } } },
    async (_request, reply) => {
      const { isReady: ready, checks } = await isReady();
      return reply
        .code(ready ? 200 : 503)
        .send({ status: ready ? ('ready' as const) : ('not-ready' as const), checks });
    },
  );

  app.get('/metrics', { schema: { summary: httpTexts.summaries.metrics } }, async (request, reply) => {
    if (!mayReadMetrics(request, options.metricsToken)) {
      return sendProblem(reply, problem(403, 'metrics-refused', httpTexts.notAllowed));
    }
    const { contentType, text } = await options.metrics.render();
    return reply.type(contentType).send(text);
  });

  app.get('/api/openapi.json', { schema: { summary: httpTexts.summaries.openapi } }, async (_request, reply) =>
    reply.type('application/json').send(JSON.stringify(app.swagger())),
  );
}

function mayReadMetrics(request: FastifyRequest, token: Secret | undefined): boolean {
  if (token !== undefined) {
    const [scheme, presented] = (request.headers.authorization ?? '').split(' ');
    return scheme === 'Bearer' && presented !== undefined && new Secret(presented).equals(token);
  }
  // Behind a proxy on the same machine everybody comes from loopback: what a proxy passed on is refused.
  const isForwarded = request.headers.forwarded !== undefined || request.headers['x-forwarded-for'] !== undefined;
  return !isForwarded && isLoopbackAddress(request.socket.remoteAddress ?? '');
}
