import type { Socket } from 'node:net';
import type { Clock } from '../../base/clock.ts';
import { Temporary } from '../../base/errors.ts';
import { decodeLine, LineReader } from '../../formats/smtp/line-reader.ts';
import { printReply, type Reply } from '../../formats/smtp/reply.ts';
import { type SecuredWire, type ServerSide, secureAsServer } from '../../platform/wire/secure.ts';
import { Wire } from '../../platform/wire/wire.ts';
import type { SmtpdLimits } from './options.ts';

/** The peer is gone, or too slow to be waited for. Thrown through the session; never a fault of ours. */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost';
  readonly reason: 'closed' | 'lost' | 'timeout';

  constructor(reason: 'closed' | 'lost' | 'timeout', cause?: unknown) {
    super(reason, { cause });
    this.reason = reason;
  }
}

/** Lines and content in, replies out. Replies gather while the peer's pipelined commands last (RFC 2920 §3.2). */
export class Connection {
  readonly remoteAddress: string;
  readonly #limits: SmtpdLimits;
  readonly #clock: Clock;
  readonly #reader = new LineReader();
  #wire: Wire;
  #secured: SecuredWire | undefined;
  #replies = '';

  constructor(socket: Socket, limits: SmtpdLimits, clock: Clock) {
    this.remoteAddress = socket.remoteAddress ?? '';
    this.#limits = limits;
    this.#clock = clock;
    this.#wire = new Wire(socket);
  }

  /** What TLS established, once it did. */
  get secured(): SecuredWire | undefined {
    return this.#secured;
  }

  /** True when the peer sent octets that nobody has read. */
  get hasUnread(): boolean {
    return this.#reader.heldBytes > 0 || this.#wire.heldBytes > 0;
  }

  /** The next line. The whole line must come in time, so that dripping octets wins nothing (RFC 5321 §4.5.3.2.7). */
  async readLine(maxBytes: number): Promise<string> {
    const deadline = this.#clock.monotonicMs() + this.#limits.commandMs;
    for (;;) {
      const line = this.#reader.next(maxBytes);
      if (line !== undefined) return decodeLine(line);
      await this.flush();
      this.#reader.push(await this.#read(Math.max(1, deadline - this.#clock.monotonicMs())));
    }
  }

  /** The next octets of content. */
  async readContent(timeoutMs: number): Promise<Buffer> {
    if (this.#reader.heldBytes > 0) return this.#reader.take();
    await this.flush();
    return this.#read(timeoutMs);
  }

  /** Gives back what followed the content. */
  unread(rest: Buffer): void {
    if (rest.length > 0) this.#reader.push(rest);
  }

  reply(reply: Reply): void {
    this.#replies += printReply(reply);
  }

  /** Sends the replies gathered. A peer that does not take them is not served further. */
  async flush(): Promise<void> {
    if (this.#replies === '') return;
    this.#wire.write(this.#replies);
    this.#replies = '';
    try {
      await this.#wire.drain(this.#limits.replyMs);
    } catch (fault) {
      throw lost(fault);
    }
  }

  /** Lays TLS over the connection. The caller has seen that nothing is unread. */
  async startTls(side: Pick<ServerSide, 'secureContext' | 'asksCertificate'>): Promise<void> {
    try {
      this.#secured = await secureAsServer(this.#wire, { ...side, timeoutMs: this.#limits.handshakeMs });
    } catch (fault) {
      throw lost(fault);
    }
    this.#wire = this.#secured.wire;
    this.#reader.take(); // RFC 3207 §4.2: nothing said in the clear is remembered
  }

  /** Sends what is left and closes. */
  end(): void {
    if (this.#replies !== '') this.#wire.write(this.#replies);
    this.#replies = '';
    this.#wire.end();
  }

  destroy(): void {
    this.#wire.destroy();
  }

  async #read(timeoutMs: number): Promise<Buffer> {
    let chunk: Buffer | undefined;
    try {
      chunk = await this.#wire.read(timeoutMs);
    } catch (fault) {
      throw lost(fault);
    }
    if (chunk === undefined) throw new ConnectionLost('closed');
    return chunk;
  }
}

function lost(fault: unknown): unknown {
  if (!(fault instanceof Temporary)) return fault;
  return new ConnectionLost(fault.code === 'wire-timeout' ? 'timeout' : 'lost', fault);
}
