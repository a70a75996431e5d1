import { createHash } from 'node:crypto';
import { assert } from '../../base/assert.ts';
import { mailLimits } from '../../base/domain-limits.ts';
import { Refusal } from '../../base/errors.ts';
import { smtpLimits } from '../../base/limits.ts';
import { createMimeParser, type MimeParser } from '../../formats/mime/mime.ts';
import { hasAttachment, previewOf } from '../../formats/mime/preview.ts';
import type { SealedBlobs, SealedBlobWriter } from '../../platform/blobs/blobs.ts';
import { newKey } from '../../platform/keys/keys.ts';
import type { GatheredMessage, Intake } from './mail.ts';
import { mailTexts } from './texts.ts';

/**
 * One message on its way in: parsed and hashed while its bytes flow. Up to 64 KiB are held; what is longer goes to a sealed
 * blob as it comes, so that a message is never whole in memory (invariant 5).
 *
 *   holding --more than 64 KiB--> spilling --finish--> done
 *      \------------finish-----------------------------^      abort leads out of the first two
 */
export class MessageIntake implements Intake {
  readonly #blobs: SealedBlobs;
  readonly #parser: MimeParser = createMimeParser({ textBytes: mailLimits.previewTextBytes });
  readonly #hash = createHash('sha256');
  readonly #prefixBytes: number;
  #held: Buffer[] = [];
  #sizeBytes = 0;
  #spill: { readonly key: Buffer; readonly writer: SealedBlobWriter } | undefined;
  #isOver = false;

  constructor(blobs: SealedBlobs, prefix: Buffer) {
    assert(prefix.length <= mailLimits.inlineContentBytes, 'trace fields longer than what is held');
    this.#blobs = blobs;
    this.#prefixBytes = prefix.length;
    this.#parser.write(prefix);
    this.#held.push(Buffer.from(prefix));
    this.#sizeBytes = prefix.length;
  }

  write(chunk: Uint8Array): void | Promise<void> {
    assert(!this.#isOver, 'bytes of a message came after its end');
    if (chunk.length === 0) return;
    this.#sizeBytes += chunk.length;
    if (this.#sizeBytes - this.#prefixBytes > smtpLimits.messageBytes) {
      throw new Refusal('message-too-large', mailTexts.messageTooLarge);
    }
    this.#hash.update(chunk);
    this.#parser.write(chunk);
    if (this.#spill !== undefined) return this.#spill.writer.write(chunk);
    this.#held.push(Buffer.from(chunk)); // a copy: what the socket gave is part of a larger buffer
    if (this.#sizeBytes > mailLimits.inlineContentBytes) return this.#beginSpill();
  }

  async finish(): Promise<GatheredMessage> {
    assert(!this.#isOver, 'a message was finished twice');
    this.#isOver = true;
    const { text, ...structure } = this.#parser.end();
    const content = await this.#content();
    return {
      sizeBytes: this.#sizeBytes,
      prefixBytes: this.#prefixBytes,
      sha256: this.#hash.digest(),
      structure,
      preview: previewOf({ ...structure, text }),
      hasAttachment: hasAttachment(structure.root),
      content,
    };
  }

  async abort(): Promise<void> {
    this.#isOver = true;
    this.#held = [];
    await this.#spill?.writer.abort();
  }

  async #beginSpill(): Promise<void> {
    const key = newKey();
    const writer = this.#blobs.create(key);
    this.#spill = { key, writer };
    const held = Buffer.concat(this.#held);
    this.#held = [];
    await writer.write(held);
  }

  async #content(): Promise<GatheredMessage['content']> {
    if (this.#spill === undefined) return { kind: 'inline', bytes: Buffer.concat(this.#held) };
    const { id } = await this.#spill.writer.finish();
    return { kind: 'blob', blobId: id, key: this.#spill.key };
  }
}
