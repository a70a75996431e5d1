import { assert } from '../../../base/assert.ts';
import type { Peer } from '../../../domain/transfer/acceptance.ts';
import { type Capabilities, printCapabilities } from '../../../formats/smtp/capabilities.ts';
import { parseClientName } from '../../../formats/smtp/command-line.ts';
import { type Session, sessionStates } from '../session.ts';
import { define } from './command.ts';

/** EHLO (RFC 5321 §4.1.1.1). It drops the transaction (RFC 5321 §4.1.4). */
export const ehlo = define({
  verb: 'EHLO',
  states: sessionStates,
  isIdle: true,
  parse: parseClientName,
  run: async (session, clientName) => {
    await session.resetTransaction('given-up');
    session.clientName = clientName;
    const { role } = session.options;
    if (session.connection.secured === undefined) {
      session.state = 'announced';
    } else if (role.kind === 'inbound') {
      session.standing = await role.acceptance.admitPeer(peerOf(session));
      session.state = 'ready';
    } else if (session.state === 'secured') {
      session.state = 'unauthenticated';
    }
    session.reply({ code: 250, lines: printCapabilities(capabilitiesOf(session)) });
  },
});

/** The other side, once under TLS. */
export function peerOf(session: Session): Peer {
  const { remoteAddress, secured } = session.connection;
  assert(secured !== undefined, 'peers are judged under TLS only');
  return {
    remoteAddress,
    clientName: session.clientName,
    tls: { version: secured.version, cipher: secured.cipher },
    certificateChain: secured.peerChain,
  };
}

function capabilitiesOf(session: Session): Capabilities {
  const isSecured = session.connection.secured !== undefined;
  return {
    serverName: session.options.serverName,
    startTls: !isSecured,
    pipelining: true, // RFC 2920
    size: true, // RFC 1870
    maxSizeBytes: session.limits.messageBytes,
    eightBitMime: true, // RFC 6152
    smtpUtf8: true, // RFC 6531
    enhancedStatusCodes: true, // RFC 2034
    dsn: true, // RFC 3461
    chunking: true, // RFC 3030
    // RFC 4954 §4: passwords are never invited in the clear.
    authMechanisms: isSecured && session.options.role.kind === 'submission' ? ['PLAIN', 'LOGIN'] : [],
  };
}
