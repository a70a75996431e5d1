import type { SmtpRefusalCode } from './refusals.ts';

const cr = 0x0d;
const lf = 0x0a;
const nul = 0;

/** What makes the content of a message unfit for SMTP without BINARYMIME. */
export type TextFault = Extract<
  SmtpRefusalCode,
  'smtp-bare-cr' | 'smtp-bare-lf' | 'smtp-nul' | 'smtp-text-line-too-long'
>;

/**
 * Watches content that comes in pieces: lines end with CRLF and only so, are bounded, and hold no NUL
 * (RFC 5321 §2.3.8, RFC 6152 §3, RFC 2045 §2.8). Used for BDAT, where no dot is stuffed, and for what we send.
 */
export class TextChecker {
  readonly #maxLineBytes: number;
  #endsWithCr = false;
  #lineBytes = 0;

  constructor(maxLineBytes: number) {
    this.#maxLineBytes = maxLineBytes;
  }

  /** True when nothing came yet, or the last octets were CRLF. */
  get atLineStart(): boolean {
    return this.#lineBytes === 0;
  }

  /** The first fault of `chunk`, or undefined. After a fault the checker is of no more use. */
  check(chunk: Buffer): TextFault | undefined {
    if (chunk.length === 0) return undefined;
    if (chunk.includes(nul)) return 'smtp-nul';
    let at = 0;
    if (this.#endsWithCr) {
      if (chunk[0] !== lf) return 'smtp-bare-cr';
      if (this.#lineBytes + 1 > this.#maxLineBytes) return 'smtp-text-line-too-long';
      this.#lineBytes = 0;
      at = 1;
    }
    for (;;) {
      const feed = chunk.indexOf(lf, at);
      const ret = chunk.indexOf(cr, at);
      if (feed !== -1 && (ret === -1 || ret > feed)) return 'smtp-bare-lf';
      if (ret !== -1 && (feed === -1 ? ret !== chunk.length - 1 : ret !== feed - 1)) return 'smtp-bare-cr';
      this.#lineBytes += (feed === -1 ? chunk.length : feed + 1) - at;
      if (this.#lineBytes > this.#maxLineBytes) return 'smtp-text-line-too-long';
      if (feed === -1) {
        this.#endsWithCr = ret !== -1;
        return undefined;
      }
      this.#lineBytes = 0;
      at = feed + 1;
    }
  }

  /** The fault of content that ends here, or undefined. A last line without its end is allowed (BDAT). */
  finish(): TextFault | undefined {
    return this.#endsWithCr ? 'smtp-bare-cr' : undefined;
  }
}
