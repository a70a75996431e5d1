/**
 * Calls to the outside. Nothing here follows what a stranger says: mail goes to configured routes or to what the DNS gives
 * on the public Internet, documents are fetched from hosts that the configuration names, and reserved addresses are refused
 * at the moment of connecting, so that a name cannot change its mind in between.
 *
 * Parts: `mail-hosts.ts` (where the mail of a domain goes), `fetcher.ts` (documents over HTTP), `http-call.ts` (one bounded
 * request), `addresses.ts` (which addresses are public).
 */
import { connect, type Socket } from 'node:net';
import { Refusal, Temporary } from '../../base/errors.ts';
import { isPublicAddress } from './addresses.ts';
import { netTexts } from './texts.ts';

export interface ConnectTarget {
  /** IPv4 or IPv6 text: names are resolved before, by `resolveMailHosts`. */
  readonly address: string;
  readonly port: number;
  /** How the host is called in faults. */
  readonly name: string;
}

/**
 * A connected TCP socket. Throws `Temporary('connection-timeout' | 'connection-failed')`, and `Refusal('address-not-public')`
 * for a reserved address unless `allowPrivate` (a configured route, the sandbox).
 */
export async function connectTo(
  target: ConnectTarget,
  { timeoutMs, allowPrivate = false }: { readonly timeoutMs: number; readonly allowPrivate?: boolean },
): Promise<Socket> {
  if (!allowPrivate && !isPublicAddress(target.address)) {
    throw new Refusal('address-not-public', netTexts.addressNotPublic(target.name));
  }
  return new Promise((resolve, reject) => {
    const socket = connect({ host: target.address, port: target.port });
    const fail = (fault: Temporary): void => {
      clearTimeout(timer);
      socket.destroy();
      reject(fault);
    };
    const timer = setTimeout(() => {
      fail(new Temporary('connection-timeout', netTexts.connectionTimeout(target.name)));
    }, timeoutMs);
    const onError = (cause: Error): void => {
      fail(new Temporary('connection-failed', netTexts.connectionFailed(target.name), { cause }));
    };
    socket.once('error', onError);
    socket.once('connect', () => {
      clearTimeout(timer);
      socket.removeListener('error', onError);
      socket.setNoDelay(true);
      resolve(socket);
    });
  });
}
