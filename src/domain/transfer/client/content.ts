import { Refusal } from '../../../base/errors.ts';
import { smtpLimits } from '../../../base/limits.ts';
import { DataEncoder } from '../../../formats/smtp/data-encoder.ts';
import { TextChecker } from '../../../formats/smtp/text-checker.ts';

/** The content cannot be sent as it is: `code` of the grammar's refusal. */
export class ContentUnfit extends Error {
  override readonly name = 'ContentUnfit';
  readonly code: string;

  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

/** Reading the content failed, on our side; the cause is what the source threw. */
export class SourceFailed extends Error {
  override readonly name = 'SourceFailed';
}

/**
 * `content` as DATA wants it, in blocks; the last block holds the end of the message, so that a small message is one block.
 * Whoever stops before the last block must break the connection.
 */
export async function* encodeContent(content: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  const encoder = new DataEncoder(smtpLimits.textLineBytes);
  let held: readonly Buffer[] = [];
  for await (const chunk of guardSource(content)) {
    if (held.length > 0) yield Buffer.concat(held);
    const octets = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    held = fit(() => encoder.encode(octets));
  }
  const end = fit(() => encoder.end());
  yield Buffer.concat([...held, end]);
}

/** `content` as BDAT wants it: in pieces as they come, none of them empty, held to the same rules as for DATA. */
export async function* checkContent(content: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  const checker = new TextChecker(smtpLimits.textLineBytes);
  for await (const chunk of guardSource(content)) {
    const octets = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    const fault = checker.check(octets);
    if (fault !== undefined) throw new ContentUnfit(fault);
    if (octets.length > 0) yield octets;
  }
  const fault = checker.finish();
  if (fault !== undefined) throw new ContentUnfit(fault);
}

async function* guardSource(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* content;
  } catch (cause) {
    throw new SourceFailed('the source of the content failed', { cause });
  }
}

function fit<T>(encode: () => T): T {
  try {
    return encode();
  } catch (fault) {
    throw fault instanceof Refusal ? new ContentUnfit(fault.code) : fault;
  }
}
