import { timingSafeEqual } from 'node:crypto';

const hidden = '[secret]';

/** A secret that cannot be printed by accident: string conversion, JSON and `util.inspect` all give `[secret]`. */
export class Secret {
  readonly #bytes: Buffer;

  constructor(value: string | Uint8Array) {
    this.#bytes = typeof value === 'string' ? Buffer.from(value, 'utf8') : Buffer.from(value);
  }

  /** The bytes themselves; the caller neither logs nor keeps them. */
  revealBytes(): Buffer {
    return this.#bytes;
  }

  /** The UTF-8 text itself; the caller neither logs nor keeps it. */
  revealText(): string {
    return this.#bytes.toString('utf8');
  }

  /** Constant-time comparison. */
  equals(other: Secret): boolean {
    return this.#bytes.length === other.#bytes.length && timingSafeEqual(this.#bytes, other.#bytes);
  }

  toString(): string {
    return hidden;
  }

  toJSON(): string {
    return hidden;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return hidden;
  }
}
