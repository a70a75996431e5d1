/**
 * One email at rest (invariant 9): a random key wrapped by the account's key, and under it the summary, the content when
 * it is small, and the labels. Each piece is bound to its email and its column; destroying the wrapped key destroys all.
 */
import type { EmailId } from '../../base/ids.ts';
import { type DataKey, newKey, seal, unseal } from '../../platform/keys/keys.ts';
import { fieldContext } from './account-key.ts';
import type { AccountRef, GatheredMessage, StoredStructure } from './mail.ts';

/** What the summary holds once opened. */
export interface StoredSummary {
  readonly structure: StoredStructure;
  readonly preview: string;
  readonly prefixBytes: number;
  /** Hexadecimal, of the sender's own bytes. */
  readonly sha256: string;
  /** Base64: the key of the content's blob, shared by the emails of one transaction. */
  readonly blobKey?: string;
}

/** The summary's plain bytes: the same for every recipient, so they are made once for each message. */
export function encodeSummary(message: GatheredMessage): Buffer {
  const summary: StoredSummary = {
    structure: message.structure,
    preview: message.preview,
    prefixBytes: message.prefixBytes,
    sha256: message.sha256.toString('hex'),
    ...(message.content.kind === 'blob' ? { blobKey: message.content.key.toString('base64') } : {}),
  };
  return Buffer.from(JSON.stringify(summary), 'utf8');
}

export interface EmailRef {
  readonly account: AccountRef;
  readonly id: EmailId;
}

/** The email's own key, opened. It seals and opens what belongs to that email and nothing else. */
export class OpenedEmail {
  readonly #key: Buffer;
  readonly #email: EmailRef;

  private constructor(key: Buffer, email: EmailRef) {
    this.#key = key;
    this.#email = email;
  }

  /** A new email's random key, and the same wrapped for its row. */
  static create(accountKey: DataKey, email: EmailRef): { readonly opened: OpenedEmail; readonly wrappedKey: Buffer } {
    const key = newKey();
    const wrappedKey = accountKey.wrap(key, fieldContext('email.wrapped_key', email.account, email.id));
    return { opened: new OpenedEmail(key, email), wrappedKey };
  }

  static open(accountKey: DataKey, email: EmailRef, wrappedKey: Uint8Array): OpenedEmail {
    const context = fieldContext('email.wrapped_key', email.account, email.id);
    return new OpenedEmail(accountKey.unwrap(wrappedKey, context), email);
  }

  sealSummary(encoded: Buffer): Buffer {
    return seal(this.#key, encoded, this.#context('sealed_summary'));
  }

  summary(sealed: Uint8Array): StoredSummary {
    const text = unseal(this.#key, sealed, this.#context('sealed_summary')).toString('utf8');
    return JSON.parse(text) as StoredSummary; // authenticated: it is what `encodeSummary` wrote
  }

  sealContent(bytes: Buffer): Buffer {
    return seal(this.#key, bytes, this.#context('sealed_content'));
  }

  content(sealed: Uint8Array): Buffer {
    return unseal(this.#key, sealed, this.#context('sealed_content'));
  }

  sealLabel(label: string): Buffer {
    return seal(this.#key, Buffer.from(label, 'utf8'), this.#context('keywords'));
  }

  label(sealed: Uint8Array): string {
    return unseal(this.#key, sealed, this.#context('keywords')).toString('utf8');
  }

  #context(column: string): Buffer {
    return fieldContext(`email.${column}`, this.#email.account, this.#email.id);
  }
}
