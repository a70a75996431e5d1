/** The HTTP end: health, metrics, the description of the API, and the operator's page. */
import { Type } from 'typebox';
import type { Config } from '../../platform/config/config.ts';
import { createHttpShell, type HttpShell } from '../../platform/http/http.ts';
import type { ReadinessCheck } from '../../platform/http/readiness.ts';
import type { Metrics } from '../../platform/metrics/metrics.ts';
import { createTlsContexts, type TlsContexts } from '../../platform/tls/tls.ts';
import type { Product } from '../product.ts';
import { refusalStatuses, registerApi } from './api/api.ts';
import { registerFhir } from './fhir/fhir.ts';
import { type HomePageFacts, homeStylesheet, renderHomePage } from './home-page.ts';
import { registerJmap } from './jmap/jmap.ts';
import { createSignIn } from './sign-in.ts';

const version = '0.1.0';

export interface HttpEnd {
  /** Reads its certificate again, if it has its own. */
  reload(): Promise<void>;
  stop(): Promise<void>;
}

function homeFacts({ config, trust }: Product): HomePageFacts {
  const { services } = config;
  const published = config.operator.hostName ?? new URL(config.http.publicUrl).hostname;
  // The sandbox's host names are invented: what can be typed into a mail program is the address it listens on.
  const at = ({ host, port }: { readonly host: string; readonly port: number }): string =>
    `${config.sandbox ? host : published}:${port}`;
  const listed: HomePageFacts['services'][number][] = [];
  if (services.includes('submission')) listed.push({ name: 'submission', address: at(config.submission) });
  if (services.includes('smtp')) listed.push({ name: 'smtp', address: at(config.smtp) });
  listed.push({ name: 'https', address: config.http.publicUrl });
  const list = trust.whiteList();
  return {
    operator: config.operator.name,
    domains: config.operator.domains,
    isSandbox: config.sandbox,
    services: listed,
    whiteList: list === undefined ? undefined : { generatedAt: list.generatedAt },
  };
}

function registerHome(shell: HttpShell, product: Product): void {
  shell.app.get('/', { schema: { hide: true, response: { 200: Type.String() } } }, async (_request, reply) =>
    reply.type('text/html; charset=utf-8').send(renderHomePage(homeFacts(product))),
  );
  shell.app.get('/home.css', { schema: { hide: true, response: { 200: Type.String() } } }, async (_request, reply) =>
    reply.type('text/css; charset=utf-8').send(homeStylesheet),
  );
}

async function webTls(config: Config, product: Product): Promise<{ contexts: TlsContexts; isOwn: boolean }> {
  const { tls } = config.http;
  if (tls === undefined) return { contexts: product.tls, isOwn: false };
  const { certificatePath, keyPath, chainPath } = tls;
  const files = { certificatePath, keyPath, ...(chainPath === undefined ? {} : { chainPath }) };
  return { contexts: await createTlsContexts(files, { clock: product.clock, log: product.log }), isOwn: true };
}

export async function startHttpEnd(
  product: Product,
  { metrics, readiness }: { metrics: Metrics; readiness: readonly ReadinessCheck[] },
): Promise<HttpEnd> {
  const { config } = product;
  const { contexts, isOwn } = await webTls(config, product);
  const { token } = config.metrics;
  const shell = await createHttpShell({
    version,
    clock: product.clock,
    log: product.log,
    metrics,
    readiness,
    refusalStatuses,
    strictTransport: !config.sandbox,
    ...(token === undefined ? {} : { metricsToken: token }),
  });
  registerHome(shell, product);
  const { access, clock, database } = product;
  const signIn = createSignIn({ access, clock, db: database.db });
  registerApi({ app: shell.app, product, signIn });
  const jmap = await registerJmap(shell.app, { product, signIn });
  registerFhir(shell, product, { signIn: signIn.require('api'), refusalStatuses, version });
  await shell.listen({
    host: config.http.host,
    tls: { port: config.http.httpsPort, contexts },
    ...(config.http.plainPort === undefined ? {} : { plain: { port: config.http.plainPort } }),
  });
  return {
    async reload() {
      if (isOwn) await contexts.reload();
    },
    async stop() {
      await jmap.stop();
      await shell.stop();
      if (isOwn) contexts.stop();
    },
  };
}
