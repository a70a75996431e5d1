import { refusal } from './refusals.ts';
import { TextChecker } from './text-checker.ts';

const dot = 0x2e;
const lf = 0x0a;
const oneDot = Buffer.from('.');
const lineStartDot = Buffer.from('\r\n.');

/**
 * Encodes content for DATA: stuffs dots (RFC 5321 §4.5.2) and writes the one true end. Content with a lone CR or LF, a NUL
 * or an endless line is refused, never repaired here, so that no malformed end of data can leave this operator.
 */
export class DataEncoder {
  readonly #checker: TextChecker;

  constructor(maxLineBytes: number) {
    this.#checker = new TextChecker(maxLineBytes);
  }

  /** The octets to send for `chunk`, as pieces. After a thrown refusal the connection must be dropped, not ended. */
  encode(chunk: Buffer): readonly Buffer[] {
    const isLineStart = this.#checker.atLineStart;
    const fault = this.#checker.check(chunk);
    if (fault !== undefined) throw refusal(fault);
    const pieces: Buffer[] = [];
    if (isLineStart && chunk[0] === dot) pieces.push(oneDot);
    let from = 0;
    // A CRLF cut by the edge of two chunks: the checker knows that the CR came before, so a leading LF ends a line.
    if (chunk[0] === lf && chunk[1] === dot) {
      pieces.push(chunk.subarray(0, 1), oneDot);
      from = 1;
    }
    for (let at = chunk.indexOf(lineStartDot, from); at !== -1; at = chunk.indexOf(lineStartDot, at + 2)) {
      pieces.push(chunk.subarray(from, at + 2), oneDot);
      from = at + 2;
    }
    pieces.push(from === 0 ? chunk : chunk.subarray(from));
    return pieces;
  }

  /** The end of the message: CRLF.CRLF, whose first CRLF is the content's own when it ends with one (RFC 5321 §4.1.1.4). */
  end(): Buffer {
    const fault = this.#checker.finish();
    if (fault !== undefined) throw refusal(fault);
    return Buffer.from(this.#checker.atLineStart ? '.\r\n' : '\r\n.\r\n');
  }
}

/** Turns each lone LF into CRLF, for content written on a Unix machine; a lone CR stays, and is refused where it is sent. */
export class LineEndNormalizer {
  #endsWithCr = false;

  normalize(chunk: Buffer): readonly Buffer[] {
    const pieces: Buffer[] = [];
    let from = 0;
    for (let feed = chunk.indexOf(lf); feed !== -1; feed = chunk.indexOf(lf, feed + 1)) {
      const hasCr = feed === 0 ? this.#endsWithCr : chunk[feed - 1] === 0x0d;
      if (hasCr) continue;
      pieces.push(chunk.subarray(from, feed), lineEnd);
      from = feed + 1;
    }
    pieces.push(from === 0 ? chunk : chunk.subarray(from));
    if (chunk.length > 0) this.#endsWithCr = chunk[chunk.length - 1] === 0x0d;
    return pieces;
  }
}

const lineEnd = Buffer.from('\r\n');
