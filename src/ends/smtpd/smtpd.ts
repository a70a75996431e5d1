/**
 * The SMTP server end: listens, bounds the sessions, serves each (RFC 5321). One machine for operators (inbound) and people
 * (submission); what differs is the port of the domain it is given. Under TLS only: in the clear there is EHLO and STARTTLS.
 *
 * Guarantees: `250` after content is said only after the domain's `commit` (see `reception.ts`); a session that breaks, by
 * whatever fault, disturbs no other (ANS-REF2 ECO.1.2.3) and leaves nothing of an unfinished message; a message ends at
 * CRLF.CRLF and nowhere else. Memory: per session, one chunk of content and the bound of `platform/wire`.
 * States: see `session.ts`. Errors: see `errors.ts`.
 */
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { assert } from '../../base/assert.ts';
import { printReply } from '../../formats/smtp/reply.ts';
import { Connection } from './connection.ts';
import { runSession } from './dispatch.ts';
import { protocolReply } from './errors.ts';
import { defaultSmtpdLimits, type SmtpdLimits, type SmtpdOptions } from './options.ts';
import { Session } from './session.ts';
import { smtpdTexts } from './texts.ts';

export interface SmtpServer {
  readonly port: number;
  /** Sessions open now. */
  sessionCount(): number;
  /** Stops listening, lets transactions under way end for `limits.stopMs`, then breaks the rest. */
  stop(): Promise<void>;
}

/** Starts a server on `host`:`port` (0: any free port). */
export async function startSmtpServer(
  options: SmtpdOptions,
  at: { readonly host: string; readonly port: number },
): Promise<SmtpServer> {
  const limits: SmtpdLimits = { ...defaultSmtpdLimits, ...options.limits };
  const sessions = new SessionList(options, limits);
  const server = createServer({ noDelay: true }, (socket) => sessions.serve(socket));
  server.listen(at.port, at.host);
  await once(server, 'listening');
  const address = server.address();
  assert(address !== null && typeof address === 'object', 'a TCP server has an address');
  return {
    port: address.port,
    sessionCount: () => sessions.count,
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      await sessions.stop();
      await closed;
    },
  };
}

class SessionList {
  readonly #options: SmtpdOptions;
  readonly #limits: SmtpdLimits;
  readonly #sessions = new Map<Session, Promise<void>>();
  readonly #perPeer = new Map<string, number>();

  constructor(options: SmtpdOptions, limits: SmtpdLimits) {
    this.#options = options;
    this.#limits = limits;
  }

  get count(): number {
    return this.#sessions.size;
  }

  serve(socket: Socket): void {
    const address = socket.remoteAddress ?? '';
    const fromPeer = this.#perPeer.get(address) ?? 0;
    if (this.#sessions.size >= this.#limits.sessions || fromPeer >= this.#limits.sessionsPerPeer) {
      turnAway(socket);
      return;
    }
    this.#perPeer.set(address, fromPeer + 1);
    const connection = new Connection(socket, this.#limits, this.#options.clock);
    const session = new Session(this.#options, this.#limits, connection);
    const done = runSession(session).finally(() => this.#forget(session, address));
    this.#sessions.set(session, done);
  }

  async stop(): Promise<void> {
    const all = [...this.#sessions];
    for (const [session] of all) session.stop();
    const timer = setTimeout(() => {
      for (const [session] of this.#sessions) session.connection.destroy();
    }, this.#limits.stopMs);
    await Promise.all(all.map(([, done]) => done));
    clearTimeout(timer);
  }

  #forget(session: Session, address: string): void {
    this.#sessions.delete(session);
    const left = (this.#perPeer.get(address) ?? 1) - 1;
    if (left === 0) this.#perPeer.delete(address);
    else this.#perPeer.set(address, left);
  }
}

function turnAway(socket: Socket): void {
  socket.on('error', () => socket.destroy());
  socket.end(printReply(protocolReply(421, '4.3.2', smtpdTexts.tooManySessions)), () => socket.destroy());
}
