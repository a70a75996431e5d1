/** Quoted-printable (RFC 2045 §6.7). */

const equals = 61;
const cr = 13;
const lf = 10;
/** White space held at the end of a chunk until the line's end is seen; more than a legal line is let go. */
const maxHeldSpace = 998;

function hexValue(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48;
  const letter = byte | 32; // RFC 2045 §6.7 (1) wants capitals; small letters are read too, as it advises
  return letter >= 97 && letter <= 102 ? letter - 87 : -1;
}

/** A streaming decoder that keeps ill-formed sequences as they stand (RFC 2045 §6.7, note) and reports them. */
export class QuotedPrintableDecoder {
  faulty = false;
  #held: Buffer = Buffer.alloc(0);

  write(chunk: Uint8Array): Buffer {
    const bytes = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    return this.#decode(bytes, false);
  }

  end(): Buffer {
    const bytes = this.#held;
    this.#held = Buffer.alloc(0);
    return this.#decode(bytes, true);
  }

  #decode(bytes: Uint8Array, last: boolean): Buffer {
    const out = Buffer.allocUnsafe(bytes.length);
    const length = bytes.length;
    let n = 0;
    let i = 0;
    while (i < length) {
      const byte = bytes[i] ?? 0;
      if (byte !== equals && byte !== 32 && byte !== 9) {
        out[n] = byte;
        n += 1;
        i += 1;
        continue;
      }
      const end = byte === equals ? this.#escapeAt(bytes, i, last) : spaceEnd(bytes, i);
      const undecided = end < 0 || (byte !== equals && !last && !isLineEndSettled(bytes, end));
      if (undecided && length - i <= maxHeldSpace) {
        this.#held = Buffer.from(bytes.subarray(i));
        return out.subarray(0, n);
      }
      if (byte === equals) {
        const octet = this.#octetOf(bytes, i, end);
        if (octet >= 0) out[n++] = octet;
        i = end < 0 ? i + 1 : end;
      } else {
        // RFC 2045 §6.7 (3): white space at the end of a line was added on the way
        const atLineEnd = end === length ? last : bytes[end] === lf || (bytes[end] === cr && bytes[end + 1] === lf);
        if (!atLineEnd) while (i < end) out[n++] = bytes[i++] ?? 0;
        i = end;
      }
    }
    this.#held = Buffer.alloc(0);
    return out.subarray(0, n);
  }

  /** Where the escape at `i` ends; -1 when more bytes are needed to say. */
  #escapeAt(bytes: Uint8Array, i: number, last: boolean): number {
    const next = bytes[i + 1];
    if (next === undefined) return last ? i + 1 : -1;
    if (hexValue(next) >= 0) {
      const second = bytes[i + 2];
      if (second === undefined) return last ? i + 1 : -1;
      return hexValue(second) >= 0 ? i + 3 : i + 1;
    }
    const end = spaceEnd(bytes, i + 1);
    if (end >= bytes.length) return last ? end : -1;
    if (bytes[end] === lf) return end + 1;
    if (bytes[end] !== cr) return i + 1;
    if (end + 1 >= bytes.length) return last ? end + 1 : -1;
    return bytes[end + 1] === lf ? end + 2 : i + 1;
  }

  /** The octet that the escape from `i` to `end` stands for; -1 when it stands for none. */
  #octetOf(bytes: Uint8Array, i: number, end: number): number {
    const first = hexValue(bytes[i + 1] ?? 0);
    if (end === i + 3 && first >= 0) return (first << 4) | hexValue(bytes[i + 2] ?? 0);
    const isSoftBreak = end > i + 1 || i + 1 >= bytes.length; // a "=" that ends the body is one too
    if (isSoftBreak) return -1;
    this.faulty = true;
    return equals;
  }
}

/** Whether what follows the white space before `end` is enough to say if the line ends there. */
function isLineEndSettled(bytes: Uint8Array, end: number): boolean {
  return end < bytes.length && !(bytes[end] === cr && end + 1 === bytes.length);
}

function spaceEnd(bytes: Uint8Array, from: number): number {
  let i = from;
  while (i < bytes.length && (bytes[i] === 32 || bytes[i] === 9)) i += 1;
  return i;
}

const maxLine = 76; // RFC 2045 §6.7 (5)

/** UTF-8 text (lines end in LF or CRLF) in quoted-printable, lines ending in CRLF. */
export function encodeQuotedPrintable(text: string): string {
  return text
    .split(/\r?\n/)
    .map((line) => encodeLine(Buffer.from(line, 'utf8')))
    .join('\r\n');
}

function encodeLine(bytes: Buffer): string {
  let out = '';
  let width = 0;
  for (let i = 0; i < bytes.length; i += 1) {
    const byte = bytes[i] ?? 0;
    const isLast = i === bytes.length - 1;
    let piece = encodeByte(byte, width === 0, isLast);
    if (width + piece.length > maxLine - 1 && !(isLast && width + piece.length <= maxLine)) {
      out += '=\r\n';
      width = 0;
      piece = encodeByte(byte, true, isLast); // it now opens a line
    }
    out += piece;
    width += piece.length;
  }
  return out;
}

function encodeByte(byte: number, opensLine: boolean, endsLine: boolean): string {
  const isSpace = byte === 32 || byte === 9;
  const isPlain = (byte > 32 && byte < 127 && byte !== equals) || (isSpace && !endsLine);
  // "." and "From " at the start of a line are changed by some relays (RFC 2049 §3)
  const isRisky = opensLine && (byte === 46 || byte === 70);
  return isPlain && !isRisky ? String.fromCharCode(byte) : `=${byte.toString(16).toUpperCase().padStart(2, '0')}`;
}
