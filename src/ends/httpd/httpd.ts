/** The HTTP end: health, metrics, the API with its description, FHIR, JMAP, sessions of browsers and the web application. */
import { fileURLToPath } from 'node:url';
import type { Config } from '../../platform/config/config.ts';
import { createHttpShell } from '../../platform/http/http.ts';
import type { ReadinessCheck } from '../../platform/http/readiness.ts';
import type { Metrics } from '../../platform/metrics/metrics.ts';
import { createTlsContexts, type TlsContexts } from '../../platform/tls/tls.ts';
import type { Product } from '../product.ts';
import { refusalStatuses, registerApi } from './api/api.ts';
import { registerFhir } from './fhir/fhir.ts';
import { registerJmap } from './jmap/jmap.ts';
import { registerJournalKey } from './journal-key.ts';
import { registerSessionRoutes } from './session-routes.ts';
import { cookieName } from './sign-in/browser.ts';
import { createSignIn } from './sign-in.ts';
import { registerWebFiles } from './web-files.ts';

const version = '0.1.0';

/** Where `vite build web` puts it. */
const builtWeb = fileURLToPath(new URL('../../../web/dist', import.meta.url));

export interface HttpEnd {
  /** Reads its certificate again, if it has its own. */
  reload(): Promise<void>;
  stop(): Promise<void>;
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
    sessionCookie: cookieName(config, !config.sandbox),
    ...(token === undefined ? {} : { metricsToken: token }),
  });
  const { access, clock, database } = product;
  const signIn = createSignIn({ access, clock, config, db: database.db });
  registerSessionRoutes({ app: shell.app, product, signIn, pushKey: async () => product.push?.webPush.publicKey });
  registerJournalKey({ app: shell.app, product, signIn });
  registerApi({ app: shell.app, product, signIn });
  const jmap = await registerJmap(shell.app, { product, signIn });
  registerFhir(shell, product, { signIn: signIn.require('api'), refusalStatuses, version });
  await registerWebFiles(shell, config.http.webFolder ?? builtWeb);
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
