import { isAscii, isUtf8 } from 'node:buffer';
import { refusal } from './refusals.ts';

const cr = 0x0d;
const lf = 0x0a;

/**
 * Cuts a stream of octets into lines that end with CRLF and nothing else: a lone CR or LF is refused, so that no peer can
 * make us see a line end where another server sees none (SMTP smuggling).
 */
export class LineReader {
  #held: Buffer = Buffer.alloc(0);

  /** Adds octets received. The caller reads all lines before it pushes more, so what is held stays under one line + one chunk. */
  push(chunk: Buffer): void {
    this.#held = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
  }

  /** The next line without its CRLF, or undefined when it has not arrived whole. `maxBytes` counts the CRLF. */
  next(maxBytes: number): Buffer | undefined {
    const held = this.#held;
    const feed = held.indexOf(lf);
    const ret = held.indexOf(cr);
    // RFC 5321 §2.3.8: CR and LF stand only together, and only as the end of a line.
    if (feed !== -1 && (ret === -1 || ret > feed)) throw refusal('smtp-bare-lf');
    if (ret !== -1 && (feed === -1 ? ret !== held.length - 1 : ret !== feed - 1)) throw refusal('smtp-bare-cr');
    // RFC 5321 §4.5.3.1.4: a line is bounded, ended or not.
    if ((feed === -1 ? held.length : feed + 1) > maxBytes) throw refusal('smtp-line-too-long');
    if (feed === -1) return undefined;
    this.#held = held.subarray(feed + 1);
    return held.subarray(0, ret);
  }

  /** Octets received and not yet read. */
  get heldBytes(): number {
    return this.#held.length;
  }

  /** Everything not yet read, which the reader forgets: message content after DATA or BDAT. */
  take(): Buffer {
    const held = this.#held;
    this.#held = Buffer.alloc(0);
    return held;
  }
}

/** The text of a command line: ASCII, or UTF-8 for addresses (RFC 6531 §3.3), without control characters. */
export function decodeLine(line: Buffer): string {
  if (!isAscii(line) && !isUtf8(line)) throw refusal('smtp-charset');
  const text = line.toString('utf8');
  if (/\p{Cc}/u.test(text)) throw refusal(text.includes('\0') ? 'smtp-nul' : 'smtp-control-character');
  return text;
}
