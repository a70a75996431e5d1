import { present } from '../../base/assert.ts';
import { mimeLimits } from '../../base/limits.ts';
import { ByteChecks } from './byte-checks.ts';
import { Findings } from './findings.ts';
import { parseHeaderBlock } from './header-block.ts';
import { HeldBytes } from './held-bytes.ts';
import { contentLength, cr, hyphen, isBlank, lf } from './lines.ts';
import { checkMessageFields } from './message-fields.ts';
import { PartStack, type Position } from './part-stack.ts';
import type { HeaderField, MessageStructure } from './structure.ts';

/**
 * Walks a message line by line over its bytes.
 *
 * | state         | a line is                     | leaves it                                             |
 * |---------------|-------------------------------|-------------------------------------------------------|
 * | `header`      | part of a header, held        | empty line -> `body` (or `header` of a held message); |
 * |               |                               | boundary -> that of `body`; too long -> `header-rest` |
 * | `header-rest` | part of a header cut, dropped | as `header`                                           |
 * | `body`        | content, given to the sink    | boundary -> `header` of the next part, or `body`      |
 *
 * Offsets are absolute; `#window` starts at `#base`. The end of the last line of a body is held back until the next line
 * shows whether it belongs to a boundary.
 */
export class StreamingParser {
  readonly #findings = new Findings();
  readonly #stack: PartStack;
  readonly #held = new HeldBytes();
  readonly #checks = new ByteChecks(this.#findings);
  #window: Buffer = Buffer.alloc(0);
  #base = 0;
  #state: 'header' | 'header-rest' | 'body' = 'header';
  /** Start of the next line to look at, or of the rest of a line too long to hold. */
  #next = 0;
  #midLine = false;
  /** No line of the header ends before this offset, but those already passed. */
  #searched = 0;
  /** Line ends before `#next`. */
  #lineEnds = 0;
  #headerStart = 0;
  #headerLineEnds = 0;
  #headerFields: HeaderField[] = [];
  /** First byte of the body not given to the sink. */
  #unsunk = 0;
  /** Where the content ends if the next line is a boundary: before the last line end. */
  #content: Position = { offset: 0, lineEnds: 0, midLine: false };
  #size = 0;

  constructor(textBytes: number) {
    this.#stack = new PartStack(this.#findings, textBytes);
  }

  write(chunk: Uint8Array): void {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    if (bytes.length === 0) return;
    this.#checks.check(bytes, this.#size);
    this.#size += bytes.length;
    let at = 0;
    if (this.#held.length === 0) at = this.#walk(bytes, false);
    while (at < bytes.length) {
      const piece = bytes.subarray(at, at + this.#held.room);
      at += piece.length;
      this.#held.append(piece);
      // without a line end there is nothing new to see, until what is held grows too long
      if (piece.indexOf(lf) >= 0 || this.#held.length > mimeLimits.heldBytes) {
        this.#held.drop(this.#walk(this.#held.bytes, false));
      }
    }
  }

  end(): MessageStructure {
    this.#walk(this.#held.bytes, true);
    const fields = this.#stack.rootFields;
    checkMessageFields(fields, this.#findings);
    return {
      sizeBytes: this.#size,
      fields,
      root: present(this.#stack.root, 'a message that has ended has a root part'),
      text: this.#stack.text,
      findings: this.#findings.sorted(),
    };
  }

  /** Reads what can be read of `window`; returns how many bytes are no longer needed. `last`: no more will come. */
  #walk(window: Buffer, last: boolean): number {
    this.#window = window;
    for (;;) {
      const next = this.#next;
      const state = this.#state;
      if (next - this.#base < window.length) {
        if (state === 'body') this.#walkBody(last);
        else this.#walkHeader(last);
      }
      if (this.#next !== next || this.#state !== state) continue;
      if (!last || !this.#isNoHeader(this.#size)) break;
    }
    if (last) this.#finish();
    const needed = this.#state === 'header' ? this.#headerStart : this.#state === 'body' ? this.#unsunk : this.#next;
    const consumed = Math.min(needed - this.#base, window.length);
    this.#base += consumed;
    return consumed;
  }

  #finish(): void {
    const end: Position = { offset: this.#size, lineEnds: this.#lineEnds, midLine: this.#checks.lastByte !== lf };
    // a delimiter as the last line begins no part
    const beginsNothing = this.#state === 'header' && this.#headerStart === this.#size && this.#stack.awaitsPart;
    if (beginsNothing) this.#state = 'body';
    else this.#endHeaders(this.#size, end);
    this.#sinkUpTo(this.#size);
    this.#stack.finish(end);
  }

  #walkHeader(last: boolean): void {
    const window = this.#window;
    while (this.#state !== 'body') {
      const start = this.#next - this.#base;
      const found = window.indexOf(lf, Math.max(start, this.#searched - this.#base));
      if (found < 0 && !last) {
        this.#searched = this.#base + window.length;
        this.#boundHeader(window.length);
        return;
      }
      if (start >= window.length) return;
      const end = found < 0 ? window.length : found + 1;
      if (!this.#midLine) {
        const length = contentLength(window, start, end);
        if (window[start] === hyphen && this.#tryDelimiter(start, end)) return;
        if (length === 0) {
          this.#passLine(start, end);
          if (!this.#isNoHeader(this.#base + start)) {
            this.#endHeader(this.#base + start, { offset: this.#next, lineEnds: this.#lineEnds, midLine: false });
          }
          continue;
        }
      }
      this.#midLine = false;
      this.#passLine(start, end);
      this.#boundHeader(end);
    }
  }

  /** Cuts a header that grows past its bound: what is held of it is read, the rest of it dropped. */
  #boundHeader(end: number): void {
    if (this.#state === 'header') {
      const held = this.#base + end - this.#headerStart;
      if (held <= mimeLimits.headerBytes) return;
      this.#readHeader(this.#base + end);
      this.#findings.addOnce('header-cut', this.#headerStart);
      this.#state = 'header-rest';
    }
    if (this.#base + end > this.#next) {
      this.#next = this.#base + end;
      this.#midLine = true;
    }
  }

  #readHeader(end: number): void {
    const block = this.#window.subarray(this.#headerStart - this.#base, end - this.#base);
    this.#headerFields = parseHeaderBlock(block, this.#headerStart, this.#findings);
  }

  /**
   * Lines up to `end` among which no field stands are no header: the body has begun without the empty line, and nothing
   * of it may be lost. Goes back to read them as body; true when it did.
   */
  #isNoHeader(end: number): boolean {
    if (this.#state !== 'header' || end <= this.#headerStart) return false;
    this.#readHeader(end);
    if (this.#headerFields.length > 0) return false;
    const start: Position = { offset: this.#headerStart, lineEnds: this.#headerLineEnds, midLine: false };
    this.#next = start.offset;
    this.#lineEnds = start.lineEnds;
    while (this.#isReadingHeader()) this.#openPart(start);
    return true;
  }

  #isReadingHeader(): boolean {
    return this.#state !== 'body';
  }

  #endHeader(end: number, bodyStart: Position): void {
    if (this.#state === 'header' && this.#headerFields.length === 0) this.#readHeader(end);
    this.#openPart(bodyStart);
  }

  #openPart(bodyStart: Position): void {
    const isMessage = this.#stack.openPart(this.#headerFields, this.#headerStart, bodyStart);
    this.#headerFields = [];
    this.#state = isMessage ? 'header' : 'body';
    this.#headerStart = bodyStart.offset;
    this.#headerLineEnds = bodyStart.lineEnds;
    this.#unsunk = bodyStart.offset;
    this.#content = bodyStart;
    this.#midLine = false;
  }

  #walkBody(last: boolean): void {
    const window = this.#window;
    const length = window.length;
    let start = this.#next - this.#base;
    while (start < length) {
      if (window[start] === hyphen && !this.#midLine && (start + 1 === length || window[start + 1] === hyphen)) {
        const end = window.indexOf(lf, start);
        if (end < 0 && !last && length - start <= mimeLimits.heldBytes) break;
        if (this.#tryDelimiter(start, end < 0 ? length : end + 1)) return;
      }
      const found = window.indexOf(lf, start);
      if (found < 0) {
        this.#passOpenLine(start, last);
        break;
      }
      const end = found + 1;
      const contentEnd = start + contentLength(window, start, end);
      if (contentEnd === found) this.#findings.addOnce('bare-lf', this.#base + found);
      if (contentEnd - start > mimeLimits.lineBytes) this.#findings.addOnce('long-line', this.#base + start);
      const offset = this.#base + contentEnd;
      this.#content = { offset, lineEnds: this.#lineEnds, midLine: contentEnd > start || this.#midLine };
      this.#lineEnds += 1;
      this.#midLine = false;
      start = end;
      this.#next = this.#base + end;
    }
    this.#sinkUpTo(this.#midLine ? this.#next : this.#content.offset);
  }

  /** A line whose end has not come: held while it is short, else passed on, but for a last CR. */
  #passOpenLine(start: number, last: boolean): void {
    const length = this.#window.length;
    if (!last && length - start <= mimeLimits.heldBytes) return;
    if (length - start > mimeLimits.lineBytes) this.#findings.addOnce('long-line', this.#base + start);
    const end = !last && this.#window[length - 1] === cr ? length - 1 : length;
    this.#next = this.#base + end;
    this.#midLine = true;
    this.#content = { offset: this.#next, lineEnds: this.#lineEnds, midLine: true };
  }

  /** Gives the sink the bytes of the body up to `offset`. */
  #sinkUpTo(offset: number): void {
    if (offset <= this.#unsunk || this.#state !== 'body') return;
    this.#stack.sink?.push(this.#window.subarray(this.#unsunk - this.#base, offset - this.#base));
    this.#unsunk = offset;
  }

  /** RFC 2046 §5.1.1: the line from `start` to `end` separates parts. When it does, the state has changed. */
  #tryDelimiter(start: number, end: number): boolean {
    if (!this.#stack.hasBoundaries || this.#window[start + 1] !== hyphen) return false;
    let lineEnd = start + contentLength(this.#window, start, end);
    while (lineEnd > start && isBlank(this.#window[lineEnd - 1])) lineEnd -= 1;
    if (lineEnd - start > mimeLimits.boundaryBytes + 4) return false;
    const delimiter = this.#window.toString('latin1', start + 2, lineEnd);
    let index = this.#stack.multipartOf(delimiter);
    const closes = index === undefined && delimiter.endsWith('--');
    if (closes) index = this.#stack.multipartOf(delimiter.slice(0, -2));
    if (index === undefined) return false;
    if (this.#state !== 'body') {
      if (this.#isNoHeader(this.#base + start)) return true;
      this.#endUnendedHeader(start);
    }
    this.#sinkUpTo(this.#content.offset);
    const begins = this.#stack.delimit(index, closes, this.#content);
    this.#passLine(start, end);
    const contentEnd = this.#base + start + contentLength(this.#window, start, end);
    this.#content = {
      offset: contentEnd,
      lineEnds: this.#lineEnds - (this.#lastLineEnded(end) ? 1 : 0),
      midLine: true,
    };
    this.#unsunk = contentEnd;
    this.#headerStart = this.#next;
    this.#headerLineEnds = this.#lineEnds;
    this.#state = begins ? 'header' : 'body';
    return true;
  }

  /** A boundary where an empty line was due: the part has no body. */
  #endUnendedHeader(start: number): void {
    const offset = this.#base + start;
    if (offset > this.#headerStart) this.#findings.addOnce('unended-header', offset);
    const here: Position = { offset, lineEnds: this.#lineEnds, midLine: false };
    this.#endHeaders(offset, here);
  }

  /** Ends the header being read, and that of a held message that never came, without a body. */
  #endHeaders(offset: number, position: Position): void {
    while (this.#isReadingHeader()) this.#endHeader(offset, position);
  }

  #passLine(start: number, end: number): void {
    if (this.#lastLineEnded(end)) {
      this.#lineEnds += 1;
      if (contentLength(this.#window, start, end) === end - start - 1) {
        this.#findings.addOnce('bare-lf', this.#base + end - 1);
      }
    }
    this.#next = this.#base + end;
  }

  #lastLineEnded(end: number): boolean {
    return this.#window[end - 1] === lf;
  }
}
