import { mimeLimits } from '../../base/limits.ts';
import { HeldBytes } from '../../formats/mime/held-bytes.ts';

/** What has come of a header: not all yet, or all of it (its empty line included) and the first octets of the body. */
export type GatheredHeader =
  | { readonly kind: 'partial' }
  | { readonly kind: 'whole'; readonly header: Buffer; readonly body: Buffer }
  | { readonly kind: 'too-long' };

/** Holds back the first octets of a message until its header is whole; lines end with CRLF here, SMTP has seen to it. */
export class HeaderGatherer {
  readonly #held = new HeldBytes();

  take(chunk: Buffer): GatheredHeader {
    const from = Math.max(0, this.#held.length - emptyLine.length + 1); // the end may lie across the edge of two chunks
    this.#held.append(chunk);
    const held = this.#held.bytes;
    const end = endOfHeader(held, from);
    if ((end ?? held.length) > mimeLimits.headerBytes) return { kind: 'too-long' };
    if (end === undefined) return { kind: 'partial' };
    return { kind: 'whole', header: held.subarray(0, end), body: held.subarray(end) };
  }

  /** A message that ends before its header does is all header (RFC 5322 §2.1: the body is optional). */
  end(): Buffer {
    return this.#held.bytes;
  }
}

const lineEnd = Buffer.from('\r\n');
const emptyLine = Buffer.from('\r\n\r\n');

function endOfHeader(held: Buffer, from: number): number | undefined {
  if (held.subarray(0, lineEnd.length).equals(lineEnd)) return lineEnd.length;
  const at = held.indexOf(emptyLine, from);
  return at === -1 ? undefined : at + emptyLine.length;
}
