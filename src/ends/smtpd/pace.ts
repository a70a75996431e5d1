import type { Clock } from '../../base/clock.ts';
import { type Connection, ConnectionLost } from './connection.ts';
import type { SmtpdLimits } from './options.ts';

/**
 * Reads content at a minimum rate, so that a sender of one octet a minute does not hold a session for years. Only the time
 * spent waiting for the peer counts: while our own store is slow, the clock stands still.
 */
export class PacedContent {
  readonly #connection: Connection;
  readonly #limits: SmtpdLimits;
  readonly #clock: Clock;
  #waitedMs = 0;
  #bytes = 0;

  constructor(connection: Connection, limits: SmtpdLimits, clock: Clock) {
    this.#connection = connection;
    this.#limits = limits;
    this.#clock = clock;
  }

  /** The next octets; throws `ConnectionLost('timeout')` on a peer that is too slow. */
  async read(): Promise<Buffer> {
    const since = this.#clock.monotonicMs();
    const chunk = await this.#connection.readContent(Math.max(1, this.#limits.paceMs - this.#waitedMs));
    this.#waitedMs += this.#clock.monotonicMs() - since;
    this.#bytes += chunk.length;
    if (this.#bytes >= this.#limits.paceBytes) {
      this.#waitedMs = 0;
      this.#bytes = 0;
    } else if (this.#waitedMs >= this.#limits.paceMs) {
      throw new ConnectionLost('timeout');
    }
    return chunk;
  }
}
