import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { Refusal } from '../../base/errors.ts';
import { httpLimits } from '../../base/limits.ts';
import { isLoopbackAddress } from '../net/addresses.ts';
import type { TlsContexts } from '../tls/tls.ts';
import { httpTexts } from './texts.ts';

export interface Listener {
  readonly port: number;
  /** Takes no new connection, lets requests end, then cuts what is left after `httpLimits.stopMs`. */
  stop(): Promise<void>;
}

const bounds = {
  maxHeaderSize: httpLimits.headerBytes,
  headersTimeout: httpLimits.headersMs,
  requestTimeout: httpLimits.requestMs,
  keepAliveTimeout: httpLimits.keepAliveMs,
  // How often Node looks for connections past their time.
  connectionsCheckingInterval: 5_000,
} as const;

export async function listenTls(
  handler: RequestListener,
  { host, port, tls }: { readonly host: string; readonly port: number; readonly tls: TlsContexts },
): Promise<Listener> {
  const server = createTlsServer({ ...bounds, ...tls.options() }, handler);
  tls.onRenewal(() => server.setSecureContext(tls.options()));
  return listen(server, host, port);
}

/** Plain HTTP, for the sandbox: loopback alone. */
export async function listenPlain(
  handler: RequestListener,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<Listener> {
  if (host !== 'localhost' && !isLoopbackAddress(host)) throw new Refusal('plain-http-refused', httpTexts.plainRefused);
  return listen(createServer(bounds, handler), host, port);
}

async function listen(server: Server, host: string, port: number): Promise<Listener> {
  server.maxConnections = httpLimits.connections;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.removeListener('error', reject);
      resolve();
    });
  });
  const address = server.address() as AddressInfo; // a TCP server that listens
  return {
    port: address.port,
    stop: () =>
      new Promise((resolve) => {
        const timer = setTimeout(() => server.closeAllConnections(), httpLimits.stopMs);
        server.close(() => {
          clearTimeout(timer);
          resolve();
        });
        server.closeIdleConnections();
      }),
  };
}
