/** Blobs by their identifiers (RFC 8620 §6): what was uploaded, and what emails are made of. */
import { Refusal } from '../../../base/errors.ts';
import { asId, type BlobId, isUuid } from '../../../base/ids.ts';
import type { Act } from '../../../domain/audit/audit.ts';
import type { AccountRef, Mail } from '../../../domain/mail/mail.ts';
import { readEmailBlobId } from './methods/blob-id.ts';

export interface OpenedBlob {
  readonly sizeBytes: number;
  readonly type: string;
  /** The bytes, or those of `[start, end)`: also after the act. */
  read(range?: { readonly start: number; readonly end: number }): AsyncIterable<Uint8Array>;
}

/** Undefined when the account has no blob of that identifier. */
export type OpenBlob = (act: Act, account: AccountRef, blobId: string) => Promise<OpenedBlob | undefined>;

const uploadMark = 'U';

export function uploadBlobId(id: BlobId): string {
  return `${uploadMark}${id}`;
}

/** Undefined for what {@link uploadBlobId} never writes. */
export function readUploadBlobId(blobId: string): BlobId | undefined {
  const id = blobId.slice(uploadMark.length);
  return blobId.startsWith(uploadMark) && isUuid(id) ? asId<BlobId>(id) : undefined;
}

export function openUploadedBlob(mail: Pick<Mail, 'openUpload'>): OpenBlob {
  return async (act, account, blobId) => {
    const id = readUploadBlobId(blobId);
    return id === undefined ? undefined : mail.openUpload(act, account, id);
  };
}

/** A whole email, or the decoded content of one of its parts. */
export function openEmailBlob(mail: Pick<Mail, 'openEmailBytes' | 'openPart'>): OpenBlob {
  return async (act, account, blobId) => {
    const blob = readEmailBlobId(blobId);
    if (blob === undefined) return undefined;
    try {
      if (blob.partId === undefined) {
        const { sizeBytes, read } = await mail.openEmailBytes(act, account, blob.emailId);
        return { sizeBytes, type: 'message/rfc822', read };
      }
      const { part, read } = await mail.openPart(act, account, blob.emailId, blob.partId);
      const charset = part.charset === undefined ? '' : `;charset=${part.charset}`;
      return { sizeBytes: part.decodedBytes, type: `${part.type}/${part.subtype}${charset}`, read };
    } catch (fault) {
      if (fault instanceof Refusal && fault.code === 'email-unknown') return undefined;
      throw fault;
    }
  };
}

/** The first that knows the identifier opens it. */
export function openFirst(...openers: readonly OpenBlob[]): OpenBlob {
  return async (act, account, blobId) => {
    for (const open of openers) {
      const blob = await open(act, account, blobId);
      if (blob !== undefined) return blob;
    }
    return undefined;
  };
}
