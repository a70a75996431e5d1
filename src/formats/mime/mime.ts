/**
 * MIME messages (RFC 5322, 2045, 2046, 2047, 2183, 2231, 6532): the parser.
 *
 * {@link createMimeParser} takes a message by pieces and gives its {@link MessageStructure}: a tree of parts as offsets
 * into the bytes, the header fields, the first octets of text for the index, and findings. It promises:
 * - any bytes are accepted, nothing throws; what is broken or ambiguous stands in `findings` and the choice made is fixed
 *   (the first of two fields, the innermost of two equal boundaries);
 * - memory is bounded by `mimeLimits`, whatever the size of the message, and time is linear in it;
 * - the result does not depend on how the bytes were cut into pieces.
 */
import { mimeLimits } from '../../base/limits.ts';
import { StreamingParser } from './streaming-parser.ts';
import type { MessageStructure } from './structure.ts';

export type { Finding, HeaderField, MessageStructure, Part } from './structure.ts';

export interface MimeParser {
  /** The next bytes of the message; the caller may reuse `chunk` afterwards. */
  write(chunk: Uint8Array): void;
  /** After the last byte. Called once. */
  end(): MessageStructure;
}

export interface MimeParserOptions {
  /** Decoded octets of text kept from one part; 0 keeps none. `mimeLimits.textBytes` unless told. */
  readonly textBytes?: number;
}

export function createMimeParser(options: MimeParserOptions = {}): MimeParser {
  return new StreamingParser(Math.min(options.textBytes ?? mimeLimits.textBytes, mimeLimits.textBytes));
}

/** The structure of a message that is in memory already. */
export function parseMessage(bytes: Uint8Array, options: MimeParserOptions = {}): MessageStructure {
  const parser = createMimeParser(options);
  parser.write(bytes);
  return parser.end();
}
