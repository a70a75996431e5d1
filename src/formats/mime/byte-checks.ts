import type { Findings } from './findings.ts';
import { cr, lf } from './lines.ts';

/** Looks for what may stand nowhere in a message: NUL, and CR without LF (RFC 5322 §2.3, RFC 2045 §2.7). */
export class ByteChecks {
  /** Of all that was checked. */
  lastByte = lf;
  readonly #findings: Findings;

  constructor(findings: Findings) {
    this.#findings = findings;
  }

  /** `bytes` stand at `offset` of the message, after those checked before. */
  check(bytes: Buffer, offset: number): void {
    if (!this.#findings.has('nul-byte')) {
      const nul = bytes.indexOf(0);
      if (nul >= 0) this.#findings.addOnce('nul-byte', offset + nul);
    }
    if (!this.#findings.has('bare-cr')) this.#checkCr(bytes, offset);
    this.lastByte = bytes[bytes.length - 1] ?? lf;
  }

  #checkCr(bytes: Buffer, offset: number): void {
    if (this.lastByte === cr && bytes[0] !== lf) this.#findings.addOnce('bare-cr', offset - 1);
    const last = bytes.length - 1;
    for (let at = bytes.indexOf(cr); at >= 0 && at < last; at = bytes.indexOf(cr, at + 1)) {
      if (bytes[at + 1] === lf) continue;
      this.#findings.addOnce('bare-cr', offset + at);
      return;
    }
  }
}
