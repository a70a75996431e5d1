import { Base64Decoder } from './base64.ts';
import { QuotedPrintableDecoder } from './quoted-printable.ts';
import type { Part, TransferEncoding } from './structure.ts';

/** Turns the bytes of a body as sent into its content, piece by piece. */
export interface BodyDecoder {
  /** What `chunk` decodes to; `chunk` itself when nothing is to decode. */
  write(chunk: Uint8Array): Uint8Array;
  end(): Uint8Array;
  /** True when something did not follow its encoding. */
  readonly faulty: boolean;
}

const nothing = new Uint8Array(0);

const identity: BodyDecoder = { write: (chunk) => chunk, end: () => nothing, faulty: false };

export function createBodyDecoder(encoding: TransferEncoding): BodyDecoder {
  if (encoding === 'base64') return new Base64Decoder();
  if (encoding === 'quoted-printable') return new QuotedPrintableDecoder();
  return identity;
}

/** The content of `part`, whose body as sent is `body` (the bytes from `bodyStart` to `bodyEnd`). */
export function decodePart(part: Part, body: Uint8Array): Buffer {
  const decoder = createBodyDecoder(part.encoding);
  return Buffer.concat([decoder.write(body), decoder.end()]);
}

/** The same as a stream. */
export async function* decodePartStream(
  part: Part,
  body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const decoder = createBodyDecoder(part.encoding);
  for await (const chunk of body) {
    const decoded = decoder.write(chunk);
    if (decoded.length > 0) yield decoded;
  }
  const rest = decoder.end();
  if (rest.length > 0) yield rest;
}

export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * What must be read of the message for the octets `[start, end)` of a part's content, and how many to drop of what it decodes to. A
 * content whose places cannot be told in advance is read from its beginning.
 */
export function encodedRange(
  part: Part,
  { start, end }: ByteRange,
): { readonly sent: ByteRange; readonly skip: number } {
  const { bodyStart, bodyEnd, encoding, lineDigits } = part;
  const within = (from: number, to: number): ByteRange => ({
    start: Math.min(bodyStart + from, bodyEnd),
    end: Math.min(bodyStart + to, bodyEnd),
  });
  if (encoding === 'quoted-printable' || (encoding === 'base64' && lineDigits === undefined)) {
    return { sent: { start: bodyStart, end: bodyEnd }, skip: start };
  }
  if (encoding !== 'base64' || lineDigits === undefined) return { sent: within(start, end), skip: 0 };
  // Groups of four digits are three octets; each full line has its CRLF behind it.
  const placeOf = (digits: number): number => digits + 2 * Math.floor(digits / lineDigits);
  const first = Math.floor(start / 3);
  return { sent: within(placeOf(first * 4), placeOf(Math.ceil(end / 3) * 4)), skip: start - first * 3 };
}

/** The octets `[start, end)` of a part's content; `read` gives octets of its message. */
export async function* decodePartRange(
  part: Part,
  range: ByteRange,
  read: (sent: ByteRange) => AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const { sent, skip } = encodedRange(part, range);
  let at = -skip;
  const length = range.end - range.start;
  if (length <= 0) return;
  for await (const chunk of decodePartStream(part, read(sent))) {
    const piece = chunk.subarray(Math.max(0, -at), Math.max(0, length - at));
    at += chunk.length;
    if (piece.length > 0) yield piece;
    if (at >= length) return;
  }
}
