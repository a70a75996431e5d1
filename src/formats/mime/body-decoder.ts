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
