/** Base64 as bodies hold it (RFC 2045 §6.8): what is not in the alphabet is skipped, as the RFC asks, and reported. */

const padding = 64;
const space = 65;
const foreign = 66;

function makeTable(): Uint8Array {
  const table = new Uint8Array(256).fill(foreign);
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  for (let i = 0; i < 64; i += 1) table[alphabet.charCodeAt(i)] = i;
  for (const char of ' \t\r\n') table[char.charCodeAt(0)] = space;
  table['='.charCodeAt(0)] = padding;
  return table;
}

const table = makeTable();

/**
 * A streaming decoder. `=` ends a group and decoding goes on after it: some senders join several encoded texts.
 * {@link Base64Decoder.faulty} says whether anything but one well-formed text was seen.
 */
export class Base64Decoder {
  faulty = false;
  #bits = 0;
  #count = 0;
  #padded = false;

  write(chunk: Uint8Array): Buffer {
    const out = Buffer.allocUnsafe(((chunk.length * 3) >> 2) + 3);
    const length = chunk.length;
    let bits = this.#bits;
    let count = this.#count;
    let n = 0;
    let i = 0;
    while (i < length) {
      // whole groups, which is nearly all of it
      if (count === 0 && !this.#padded) {
        while (i + 3 < length) {
          const a = table[chunk[i] ?? 0] ?? 0;
          const b = table[chunk[i + 1] ?? 0] ?? 0;
          const c = table[chunk[i + 2] ?? 0] ?? 0;
          const d = table[chunk[i + 3] ?? 0] ?? 0;
          if ((a | b | c | d) > 63) break;
          out[n] = (a << 2) | (b >> 4);
          out[n + 1] = ((b & 15) << 4) | (c >> 2);
          out[n + 2] = ((c & 3) << 6) | d;
          n += 3;
          i += 4;
        }
        if (i >= length) break;
      }
      const value = table[chunk[i] ?? 0] ?? foreign;
      i += 1;
      if (value < 64) {
        if (this.#padded) {
          this.faulty = true;
          this.#padded = false;
        }
        bits = (bits << 6) | value;
        count += 1;
        if (count === 4) {
          out[n] = bits >> 16;
          out[n + 1] = bits >> 8;
          out[n + 2] = bits;
          n += 3;
          bits = 0;
          count = 0;
        }
      } else if (value === padding) {
        n = endGroup(out, n, bits, count);
        if (count === 1) this.faulty = true;
        bits = 0;
        count = 0;
        this.#padded = true;
      } else if (value === foreign) {
        this.faulty = true;
      }
    }
    this.#bits = bits;
    this.#count = count;
    return out.subarray(0, n);
  }

  end(): Buffer {
    const out = Buffer.allocUnsafe(2);
    const n = endGroup(out, 0, this.#bits, this.#count);
    if (this.#count !== 0) this.faulty = true; // the padding lacks
    this.#count = 0;
    return out.subarray(0, n);
  }
}

function endGroup(out: Buffer, at: number, bits: number, count: number): number {
  if (count === 2) {
    out[at] = bits >> 4;
    return at + 1;
  }
  if (count === 3) {
    out[at] = bits >> 10;
    out[at + 1] = bits >> 2;
    return at + 2;
  }
  return at;
}

/** Counts what {@link Base64Decoder} would give, without giving it. */
export class Base64Counter {
  faulty = false;
  readonly #lines = new LineWatch();
  #bytes = 0;
  #digits = 0;
  #padded = false;

  write(chunk: Uint8Array): void {
    let digits = this.#digits;
    const length = chunk.length;
    for (let i = 0; i < length; i += 1) {
      const value = table[chunk[i] ?? 0] ?? 0;
      if (value < 64) {
        digits += 1;
        continue;
      }
      if (value === space) {
        this.#lines.see(chunk[i] ?? 0, digits, this.#padded);
        continue;
      }
      if (value === foreign) {
        this.faulty = true;
        continue;
      }
      if (digits % 4 === 1) this.faulty = true;
      this.#bytes += octets(digits);
      if (this.#padded && digits > 0) this.faulty = true;
      digits = 0;
      this.#padded = true;
    }
    this.#digits = digits;
  }

  end(): number {
    if (this.#digits % 4 !== 0 || (this.#padded && this.#digits > 0)) this.faulty = true;
    return this.#bytes + octets(this.#digits);
  }

  /** Digits of every line but the last, once all are counted; undefined when lines differ, or when there is one alone. */
  get lineDigits(): number | undefined {
    return this.faulty ? undefined : this.#lines.digits;
  }
}

const [carriageReturn, lineFeed] = [13, 10];

/** Whether every line but the last has as many digits, and nothing else between them than its CRLF. */
class LineWatch {
  #width = 0;
  #start = 0;
  /** Digits before the last CR. */
  #return = -1;
  #isShort = false;
  #isRegular = true;

  get digits(): number | undefined {
    return this.#isRegular && this.#width > 0 ? this.#width : undefined;
  }

  /** A character that is no digit, after `digits` of them. What comes after the padding is of no concern. */
  see(character: number, digits: number, isPadded: boolean): void {
    if (isPadded) return;
    if (character === carriageReturn) {
      this.#return = digits;
      return;
    }
    const line = digits - this.#start;
    const isEnd = character === lineFeed && this.#return === digits;
    if (this.#width === 0) this.#width = line;
    // Empty lines may end the text; a line after a shorter one may not.
    if (!isEnd || line > this.#width || this.#width === 0 || (this.#isShort && line > 0)) this.#isRegular = false;
    if (line < this.#width) this.#isShort = true;
    this.#start = digits;
    this.#return = -1;
  }
}

function octets(digits: number): number {
  const rest = digits % 4;
  return ((digits - rest) / 4) * 3 + (rest > 1 ? rest - 1 : 0);
}
