import { Base64Counter, Base64Decoder } from './base64.ts';
import { HeldBytes } from './held-bytes.ts';
import { QuotedPrintableDecoder } from './quoted-printable.ts';
import type { TransferEncoding } from './structure.ts';

/** What is learnt of a body as it passes: its decoded size and the first octets of its text. */
export interface BodyFacts {
  readonly decodedBytes: number;
  readonly text: Buffer;
  readonly cut: boolean;
  readonly faulty: boolean;
  /** Of a base64 text that is only counted: {@link Base64Counter.lineDigits}. */
  readonly lineDigits?: number;
}

/** Follows one body. Keeps at most `textLimit` decoded octets; 0 only counts. */
export class BodySink {
  readonly #encoding: TransferEncoding;
  readonly #textLimit: number;
  readonly #counter: Base64Counter | undefined;
  readonly #decoder: Base64Decoder | QuotedPrintableDecoder | undefined;
  #decodedBytes = 0;
  readonly #kept = new HeldBytes();

  constructor(encoding: TransferEncoding, textLimit: number) {
    this.#encoding = encoding;
    this.#textLimit = textLimit;
    if (encoding === 'base64' && textLimit === 0) this.#counter = new Base64Counter();
    else if (encoding === 'base64') this.#decoder = new Base64Decoder();
    else if (encoding === 'quoted-printable') this.#decoder = new QuotedPrintableDecoder();
  }

  /** `bytes` may be reused by the caller afterwards. */
  push(bytes: Buffer): void {
    if (this.#counter !== undefined) this.#counter.write(bytes);
    else if (this.#decoder !== undefined) this.#keep(this.#decoder.write(bytes));
    else this.#keep(bytes);
  }

  #keep(bytes: Buffer): void {
    this.#decodedBytes += bytes.length;
    const room = this.#textLimit - this.#kept.length;
    if (room <= 0 || bytes.length === 0) return;
    this.#kept.append(bytes.length > room ? bytes.subarray(0, room) : bytes);
  }

  end(): BodyFacts {
    if (this.#decoder !== undefined) this.#keep(this.#decoder.end());
    const decodedBytes = this.#counter === undefined ? this.#decodedBytes : this.#counter.end();
    const faulty = this.#counter?.faulty ?? this.#decoder?.faulty ?? false;
    const cut = this.#textLimit > 0 && decodedBytes > this.#kept.length;
    const lineDigits = this.#counter?.lineDigits;
    return { decodedBytes, text: this.#kept.bytes, cut, faulty, ...(lineDigits === undefined ? {} : { lineDigits }) };
  }

  /** The finding that a fault of this body makes. */
  get faultKind(): 'bad-base64' | 'bad-quoted-printable' {
    return this.#encoding === 'base64' ? 'bad-base64' : 'bad-quoted-printable';
  }
}
