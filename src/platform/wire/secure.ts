/** TLS laid over a connection that began in the clear (STARTTLS), on either side. Whom the peer is, is judged by others. */
import { constants } from 'node:crypto';
import { isIP } from 'node:net';
import { connect, type SecureContext, type SecureContextOptions, TLSSocket } from 'node:tls';
import { Temporary } from '../../base/errors.ts';
import { wireLimits } from '../../base/limits.ts';
import { wireTexts } from './texts.ts';
import { Wire } from './wire.ts';

/**
 * To be part of the context of a server that asks for certificates. Without it a peer that resumes a session fails its
 * handshake, or shows its leaf alone; every connection must show a whole chain to be judged.
 */
export const wholeHandshakes = { secureOptions: constants.SSL_OP_NO_TICKET } as const satisfies SecureContextOptions;

export interface SecuredWire {
  readonly wire: Wire;
  /** `TLSv1.2` or `TLSv1.3`. */
  readonly version: string;
  readonly cipher: string;
  /** DER, leaf first, as the peer sent them; empty when it sent none. Nothing has been checked. */
  readonly peerChain: readonly Buffer[];
}

interface Side {
  readonly secureContext: SecureContext;
  readonly timeoutMs: number;
}

export interface ServerSide extends Side {
  /** Where people come, nobody asks: their programs would offer the card of the profession, and ask for its code. */
  readonly asksCertificate: boolean;
}

export interface ClientSide extends Side {
  /** The name asked for (SNI); an IP address asks for none. */
  readonly serverName: string;
}

/** Waits for the peer's handshake; its certificate, when asked for, may be missing. Throws `Temporary('tls-handshake')`. */
export function secureAsServer(wire: Wire, side: ServerSide): Promise<SecuredWire> {
  const socket = new TLSSocket(wire.release(), {
    isServer: true,
    secureContext: side.secureContext,
    requestCert: side.asksCertificate,
    rejectUnauthorized: false,
  });
  return handshake(socket, 'secure', side.timeoutMs);
}

/** Begins the handshake with the peer. Throws `Temporary('tls-handshake')`. */
export function secureAsClient(wire: Wire, side: ClientSide): Promise<SecuredWire> {
  const socket = connect({
    socket: wire.release(),
    secureContext: side.secureContext,
    // RFC 6066 §3: SNI names hosts, never addresses.
    ...(isIP(side.serverName) === 0 && { servername: side.serverName }),
    rejectUnauthorized: false,
  });
  return handshake(socket, 'secureConnect', side.timeoutMs);
}

function handshake(socket: TLSSocket, event: 'secure' | 'secureConnect', timeoutMs: number): Promise<SecuredWire> {
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      clearTimeout(timer);
      socket.off(event, onSecure);
      socket.off('close', onClose);
      socket.off('error', onFault);
    };
    const onFault = (cause?: unknown): void => {
      settle();
      socket.on('error', () => undefined); // what comes after the first fault says nothing new
      socket.destroy();
      reject(new Temporary('tls-handshake', wireTexts.handshake, { cause }));
    };
    const onClose = (): void => onFault();
    const onSecure = (): void => {
      settle();
      const wire = new Wire(socket);
      resolve({
        wire,
        version: socket.getProtocol() ?? '',
        cipher: socket.getCipher().standardName,
        peerChain: chainOf(socket),
      });
    };
    const timer = setTimeout(onFault, timeoutMs);
    socket.once(event, onSecure);
    socket.once('close', onClose);
    socket.once('error', onFault);
  });
}

function chainOf(socket: TLSSocket): readonly Buffer[] {
  const chain: Buffer[] = [];
  let certificate = socket.getPeerX509Certificate();
  while (certificate !== undefined && chain.length < wireLimits.peerCertificates) {
    const { raw } = certificate;
    if (chain.some((other) => other.equals(raw))) break; // a root is its own issuer
    chain.push(raw);
    certificate = certificate.issuerCertificate;
  }
  return chain;
}
