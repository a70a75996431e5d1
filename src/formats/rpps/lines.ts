/**
 * Lines of an extraction, cut from octets as they come: strict UTF-8, LF or CRLF, each bounded. Whole blocks are checked and decoded at
 * once, and looked at line by line only where something is wrong: most of the two million lines are right.
 */
import { isUtf8 } from 'node:buffer';
import { directoryImportLimits } from '../../base/domain-limits.ts';

export type LineFault = 'bad-encoding' | 'control-character' | 'line-too-long';

export interface LineSink {
  /** `line` counts from 1, as editors do. The text may share the memory of its block: keep copies, not slices. */
  onLine(line: number, text: string): void;
  onFault(line: number, fault: LineFault): void;
}

const lf = 0x0a;
/** C0 but LF and CR, and DEL: nothing in a directory needs one, and PostgreSQL takes no NUL. */
const control = /[\x00-\x09\x0b\x0c\x0e-\x1f\x7f]/;
const { lineBytes } = directoryImportLimits;

export class LineCutter {
  readonly #sink: LineSink;
  #line = 1;
  #held: Buffer = Buffer.alloc(0);
  /** The beginning of the line was dropped: it is too long. */
  #isDropping = false;

  constructor(sink: LineSink) {
    this.#sink = sink;
  }

  push(chunk: Buffer): void {
    let rest = chunk;
    if (this.#isDropping) {
      const end = rest.indexOf(lf);
      if (end < 0) return;
      this.#endDropped();
      rest = rest.subarray(end + 1);
    }
    const block = this.#held.length === 0 ? rest : Buffer.concat([this.#held, rest]);
    const end = block.lastIndexOf(lf);
    if (end >= 0) this.#cut(block.subarray(0, end));
    this.#held = block.subarray(end + 1);
    if (this.#held.length >= lineBytes) {
      this.#held = Buffer.alloc(0);
      this.#isDropping = true;
    }
  }

  /** The last line may lack its end. */
  end(): void {
    if (this.#isDropping) this.#endDropped();
    else if (this.#held.length > 0) this.#cut(this.#held);
    this.#held = Buffer.alloc(0);
  }

  #endDropped(): void {
    this.#isDropping = false;
    this.#sink.onFault(this.#line, 'line-too-long');
    this.#line += 1;
  }

  #cut(lines: Buffer): void {
    if (!isUtf8(lines)) {
      this.#cutDoubtful(lines);
      return;
    }
    const text = lines.toString('utf8');
    const isClean = !control.test(text) && !text.includes('\r');
    for (const line of text.split('\n')) {
      if (isClean && line.length * 3 < lineBytes) {
        this.#sink.onLine(this.#line, line);
        this.#line += 1;
      } else this.#checkOne(line, Buffer.byteLength(line));
    }
  }

  #cutDoubtful(lines: Buffer): void {
    for (let start = 0; start <= lines.length; ) {
      const found = lines.indexOf(lf, start);
      const end = found < 0 ? lines.length : found;
      const line = lines.subarray(start, end);
      if (isUtf8(line)) this.#checkOne(line.toString('utf8'), line.length);
      else {
        this.#sink.onFault(this.#line, line.length < lineBytes ? 'bad-encoding' : 'line-too-long');
        this.#line += 1;
      }
      start = end + 1;
    }
  }

  #checkOne(line: string, bytes: number): void {
    const text = line.endsWith('\r') ? line.slice(0, -1) : line;
    if (bytes >= lineBytes) this.#sink.onFault(this.#line, 'line-too-long');
    else if (control.test(text) || text.includes('\r')) this.#sink.onFault(this.#line, 'control-character');
    else this.#sink.onLine(this.#line, text);
    this.#line += 1;
  }
}
