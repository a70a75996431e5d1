/**
 * The services of one process over the product: started in order, stopped in reverse. First what listens, last what works:
 * nothing new comes in while what was accepted is finished.
 *
 * States: starting -> running -> stopping -> stopped. `stop` may be called once, at any moment after `startServer` resolved.
 */
import { present } from '../base/assert.ts';
import { Refusal } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { TransferObserver } from '../domain/transfer/transfer.ts';
import { refreshCrls, refreshWhiteList } from '../domain/trust/trust.ts';
import type { DomainName } from '../formats/address/address.ts';
import type { Config } from '../platform/config/config.ts';
import { createMetrics, type Metrics } from '../platform/metrics/metrics.ts';
import { measureEditions, measureSearches } from './directory-metrics.ts';
import { startHttpEnd } from './httpd/httpd.ts';
import { openProduct, type Product, type ProductParts } from './product.ts';
import { startSmtpServer } from './smtpd/smtpd.ts';
import { productTexts } from './texts.ts';
import { startProductWorker } from './worker/worker.ts';

export interface RunningServer {
  readonly product: Product;
  /** Takes up renewed certificates now, rather than within `tlsLimits.pollMs`. */
  reload(): Promise<void>;
  stop(): Promise<void>;
}

/** Counts what transfer tells, and raises its alarms in the log. */
function observe(metrics: Metrics, log: Log): TransferObserver {
  const received = metrics.counter({
    name: 'hygie_received_total',
    help: 'Messages received from operators, by what X-MSS-NIL said.',
    labels: { productReference: ['present', 'rightly-absent', 'missing'] },
  });
  const sent = metrics.counter({
    name: 'hygie_sent_total',
    help: 'Attempts for one recipient, by outcome.',
    labels: { outcome: ['accepted', 'deferred', 'failed', 'expired'] },
  });
  const reported = metrics.counter({
    name: 'hygie_reports_total',
    help: 'Delivery reports written, by kind.',
    labels: { kind: ['failed', 'delayed', 'delivered'] },
  });
  return {
    received: (productReference) => received.add({ productReference }),
    sent: (outcome) => sent.add({ outcome }),
    reported: (kind) => reported.add({ kind }),
    alert: (alert, facts: { readonly domain: DomainName; readonly host?: string }) =>
      log.warn('transfer.alert', { alert, domain: facts.domain, host: facts.host }),
  };
}

function measureCertificate(metrics: Metrics, product: Product): void {
  metrics.gauge(
    { name: 'hygie_certificate_expires_seconds', help: 'Seconds until our certificate expires.', labels: {} },
    (gauge) => gauge.set({}, (product.tls.expiresAt().getTime() - product.clock.now().getTime()) / 1000),
  );
}

function faultName(fault: unknown): { readonly fault: string } {
  return { fault: fault instanceof Error ? fault.name : '' };
}

/** Without a white list and revocation lists nothing is exchanged: they are asked for at once, and hourly by the worker. */
async function fetchLists({ trustDeps, trust, log }: Product): Promise<void> {
  try {
    await refreshCrls(trustDeps);
    await refreshWhiteList(trustDeps);
    await trust.reload();
  } catch (fault) {
    log.warn('server.lists-not-refreshed', faultName(fault));
  }
}

/** A port that we cannot have is the operator's to free, not a bug. */
function portRefusal(fault: unknown): Refusal | undefined {
  if (!(fault instanceof Error) || !('syscall' in fault) || fault.syscall !== 'listen') return undefined;
  const port = 'port' in fault && typeof fault.port === 'number' ? fault.port : 0;
  const isTaken = 'code' in fault && fault.code === 'EADDRINUSE';
  const text = isTaken ? productTexts.portTaken(port) : productTexts.portRefused(port);
  return new Refusal(isTaken ? 'port-taken' : 'port-refused', text, { cause: fault });
}

export interface ServerParts extends Omit<ProductParts, 'observer' | 'onSearch'> {
  /** Awaited once everything is open, just before the first port is taken. */
  readonly beforeListening?: () => Promise<void>;
}

export async function startServer(parts: ServerParts): Promise<RunningServer> {
  const { config, log } = parts;
  const metrics = createMetrics({ withProcess: true });
  const product = await openProduct({
    ...parts,
    observer: observe(metrics, log),
    onSearch: measureSearches(metrics),
  });
  const running: Running = {
    reloads: [() => product.tls.reload()],
    stops: [],
    beforeListening: parts.beforeListening ?? (async () => undefined),
  };
  const { reloads, stops } = running;
  const stop = async (): Promise<void> => {
    for (const one of stops.splice(0).reverse()) await one();
    await product.transfer.idle();
    await product.close();
  };
  try {
    await startServices(product, metrics, running);
  } catch (fault) {
    await stop();
    throw portRefusal(fault) ?? fault;
  }
  log.info('server.ready', { services: config.services.join(',') });
  return {
    product,
    async reload() {
      await Promise.all(reloads.map((one) => one()));
    },
    stop,
  };
}

function sessionLimits(listener: Config['smtp']): { sessions: number; sessionsPerPeer: number } {
  return { sessions: listener.maxSessions, sessionsPerPeer: listener.maxSessionsPerPeer };
}

/** What the services that started want done when they reload, and when they stop. */
interface Running {
  readonly reloads: (() => Promise<unknown>)[];
  readonly stops: (() => Promise<void>)[];
  readonly beforeListening: () => Promise<void>;
}

async function startServices(product: Product, metrics: Metrics, running: Running): Promise<void> {
  const { reloads, stops } = running;
  const { config, clock, log, tls, transfer } = product;
  measureCertificate(metrics, product);
  measureEditions(metrics, product);
  if (config.services.includes('worker')) {
    await fetchLists(product);
    // What a killed process left due need not wait for the next minute.
    await transfer.sweep();
    const worker = await startProductWorker(product);
    stops.push(() => worker.stop());
  }
  await running.beforeListening();
  if (config.services.includes('http')) {
    // The first who searches need not wait for the index; who comes before it is there waits for this same reading.
    product.directory.warm().catch((fault: unknown) => log.warn('directory.not-warm', faultName(fault)));
    const http = await startHttpEnd(product, {
      metrics,
      readiness: [
        { name: 'database', check: () => product.database.ping() },
        {
          name: 'white-list',
          check: async () => {
            present(product.trust.whiteList(), 'no white list is in force');
          },
        },
      ],
    });
    reloads.push(() => http.reload());
    stops.push(() => http.stop());
  }
  const common = {
    serverName: config.operator.hostName ?? new URL(config.http.publicUrl).hostname,
    secureContext: () => tls.current(),
    clock,
    log,
  };
  const messageBytes = config.limits.messageBytes;
  if (config.services.includes('smtp')) {
    const smtp = await startSmtpServer(
      {
        ...common,
        role: { kind: 'inbound', acceptance: transfer.inbound },
        limits: { ...sessionLimits(config.smtp), messageBytes },
      },
      config.smtp,
    );
    stops.push(() => smtp.stop());
  }
  if (config.services.includes('submission')) {
    const submission = await startSmtpServer(
      {
        ...common,
        role: { kind: 'submission', acceptance: transfer.submission },
        limits: { ...sessionLimits(config.submission), messageBytes },
      },
      config.submission,
    );
    stops.push(() => submission.stop());
  }
}
