import type { TextFault } from './text-checker.ts';

const cr = 0x0d;
const lf = 0x0a;
const dot = 0x2e;
const nul = 0;
const nothing: Buffer = Buffer.alloc(0);

export interface DecodedData {
  /** Content with its dots unstuffed, as pieces of the input (nothing is copied). Empty once there is a fault. */
  readonly parts: readonly Buffer[];
  /** Octets after the end of the message (pipelined commands), or undefined while the message goes on. */
  readonly rest: Buffer | undefined;
}

/**
 * Decodes what follows DATA. The message ends at CRLF.CRLF and nowhere else (RFC 5321 §4.1.1.4): each of the malformed
 * ends known from SMTP smuggling is content, and makes a fault. After a fault nothing more is given out, but the
 * true end is still awaited: a peer that sends bare line feeds in good faith gets its 5xx, and nothing that follows such a
 * false end is ever taken for a command.
 */
export class DataDecoder {
  readonly #maxLineBytes: number;
  #undecided: Buffer = nothing;
  #atLineStart = true;
  #lineBytes = 0;
  #fault: TextFault | undefined;

  constructor(maxLineBytes: number) {
    this.#maxLineBytes = maxLineBytes;
  }

  /** The first fault seen, if any. */
  get fault(): TextFault | undefined {
    return this.#fault;
  }

  /** Decodes one more chunk. Not called again once `rest` was given. */
  decode(chunk: Buffer): DecodedData {
    const input = this.#undecided.length === 0 ? chunk : Buffer.concat([this.#undecided, chunk]);
    this.#undecided = nothing;
    const parts: Buffer[] = [];
    let from = 0; // first octet not yet given out
    let at = 0; // first octet not yet looked at
    let ret = input.indexOf(cr);
    let feed = input.indexOf(lf);
    const give = (to: number): void => {
      if (to > from) parts.push(input.subarray(from, to));
    };
    const finish = (to: number, rest: Buffer | undefined): DecodedData => {
      give(to);
      // RFC 5321 §4.5.2 asks for all octets to be delivered; NUL is none a line of text may hold (RFC 2045 §2.8).
      if (this.#fault === undefined && parts.some((part) => part.includes(nul))) this.#fault = 'smtp-nul';
      return { parts: this.#fault === undefined ? parts : [], rest };
    };

    while (at < input.length) {
      if (this.#atLineStart && input[at] === dot) {
        const end = endAfterDot(input, at);
        if (end === 'undecided') {
          this.#undecided = input.subarray(at);
          return finish(at, undefined);
        }
        if (end === 'end') return finish(at, input.subarray(at + 3));
        give(at); // RFC 5321 §4.5.2: a leading dot that is not alone is dropped
        at += 1;
        from = at;
      }
      if (ret !== -1 && ret < at) ret = input.indexOf(cr, at);
      if (feed !== -1 && feed < at) feed = input.indexOf(lf, at);
      if (ret !== -1 && ret === input.length - 1) {
        // Whether its LF comes is known with the next chunk.
        this.#undecided = input.subarray(ret);
        this.#countLine(ret - at, false);
        this.#atLineStart = false;
        if (feed !== -1 && feed < ret) this.#fault ??= 'smtp-bare-lf';
        return finish(ret, undefined);
      }
      at = this.#takeLine(input, at, { ret, feed });
    }
    return finish(input.length, undefined);
  }

  /** Takes one line, or what there is of it; gives the place after it. */
  #takeLine(input: Buffer, at: number, next: { ret: number; feed: number }): number {
    const { ret, feed } = next;
    if (ret === -1 && feed === -1) {
      this.#countLine(input.length - at, false);
      this.#atLineStart = false;
      return input.length;
    }
    if (ret !== -1 && feed === ret + 1) {
      this.#countLine(feed + 1 - at, true);
      this.#atLineStart = true;
      return feed + 1;
    }
    // RFC 5321 §2.3.8, §4.1.1.4: a lone CR or LF ends neither a line nor a message.
    const isFeedFirst = feed !== -1 && (ret === -1 || feed < ret);
    this.#fault ??= isFeedFirst ? 'smtp-bare-lf' : 'smtp-bare-cr';
    this.#atLineStart = false;
    return (isFeedFirst ? feed : ret) + 1;
  }

  #countLine(bytes: number, isEnded: boolean): void {
    this.#lineBytes += bytes;
    if (this.#lineBytes > this.#maxLineBytes) this.#fault ??= 'smtp-text-line-too-long';
    if (isEnded) this.#lineBytes = 0;
  }
}

/** What a dot at the start of a line is: the end of the message, a stuffed dot, or not known before more octets come. */
function endAfterDot(input: Buffer, at: number): 'end' | 'stuffed' | 'undecided' {
  const second = input[at + 1];
  if (second === undefined) return 'undecided';
  if (second !== cr) return 'stuffed';
  const third = input[at + 2];
  if (third === undefined) return 'undecided';
  return third === lf ? 'end' : 'stuffed';
}
