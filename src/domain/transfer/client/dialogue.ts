import type { Socket } from 'node:net';
import type { SecureContext } from 'node:tls';
import type { Clock } from '../../../base/clock.ts';
import { Temporary } from '../../../base/errors.ts';
import { smtpLimits } from '../../../base/limits.ts';
import { LineReader } from '../../../formats/smtp/line-reader.ts';
import { type Reply, ReplyParser } from '../../../formats/smtp/reply.ts';
import { type SecuredWire, secureAsClient } from '../../../platform/wire/secure.ts';
import { wireTexts } from '../../../platform/wire/texts.ts';
import { Wire } from '../../../platform/wire/wire.ts';
import { boundReply } from './outcomes.ts';

/** Commands out, replies in, over one connection. Throws `Temporary` when it is lost, `Refusal('smtp-…')` on a reply outside the grammar. */
export class Dialogue {
  readonly #clock: Clock;
  readonly #reader = new LineReader();
  #wire: Wire;

  constructor(socket: Socket, clock: Clock) {
    this.#clock = clock;
    socket.setNoDelay(true); // blocks are gathered here; TCP must not wait for more
    this.#wire = new Wire(socket);
  }

  /** True when the peer said something that nobody asked for, or is gone. */
  get isDisturbed(): boolean {
    return this.hasUnread || this.#wire.isOver;
  }

  /** True when octets came that nobody has read. */
  get hasUnread(): boolean {
    return this.#reader.heldBytes > 0 || this.#wire.heldBytes > 0;
  }

  /** True once the peer closed or the connection broke. */
  get isOver(): boolean {
    return this.#wire.isOver;
  }

  send(octets: string | Buffer): void {
    this.#wire.write(octets);
  }

  /** Waits until little is left to be sent. */
  async drain(timeoutMs: number): Promise<void> {
    await this.#wire.drain(timeoutMs);
  }

  /** The next reply, whole within `timeoutMs`. */
  async readReply(timeoutMs: number): Promise<Reply> {
    const deadline = this.#clock.monotonicMs() + timeoutMs;
    const parser = new ReplyParser();
    for (;;) {
      // Twice the bound of the RFC: long explanations are common, and nothing is gained by refusing them.
      const line = this.#reader.next(2 * smtpLimits.replyLineBytes);
      const reply = line === undefined ? undefined : parser.take(line);
      if (reply !== undefined) return boundReply(reply);
      if (line !== undefined) continue;
      const chunk = await this.#wire.read(Math.max(1, deadline - this.#clock.monotonicMs()));
      if (chunk === undefined) throw new Temporary('wire-lost', wireTexts.lost);
      this.#reader.push(chunk);
    }
  }

  /** Lays TLS over the connection. Throws `Temporary('tls-handshake')`. */
  async secure(side: { secureContext: SecureContext; serverName: string; timeoutMs: number }): Promise<SecuredWire> {
    const secured = await secureAsClient(this.#wire, side);
    this.#wire = secured.wire;
    return secured;
  }

  end(): void {
    this.#wire.end();
  }

  destroy(): void {
    this.#wire.destroy();
  }
}
