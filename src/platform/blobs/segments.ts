/** The segments of a sealed blob: where they lie, and how each is sealed (see `blobs.ts`). Pure. */
import { createCipheriv, createDecipheriv, createSecretKey, hkdfSync } from 'node:crypto';
import { assert } from '../../base/assert.ts';
import type { BlobId } from '../../base/ids.ts';
import { blobLimits } from '../../base/limits.ts';
import { IntegrityFault, keyBytes } from '../keys/keys.ts';

const version = 0x01;
const tagBytes = 16;
const nonceBytes = 12;
const algorithm = 'aes-256-gcm';

/** Bytes that sealing adds to each segment. */
const segmentOverheadBytes = 1 + tagBytes;
export const sealedSegmentBytes = blobLimits.segmentBytes + segmentOverheadBytes;

/** Number of segments of a blob of `sizeBytes`; an empty blob has one, so that its emptiness is authenticated. */
export function segmentCount(sizeBytes: number): number {
  return Math.max(1, Math.ceil(sizeBytes / blobLimits.segmentBytes));
}

/** Bytes at rest of a blob of `sizeBytes`. */
export function storedBytes(sizeBytes: number): number {
  return sizeBytes + segmentCount(sizeBytes) * segmentOverheadBytes;
}

/**
 * The key of one blob. The identifier is new for each blob, so no two blobs share a key even when the caller's key seals
 * several: that is what makes counted nonces safe.
 */
export function blobKey(key: Buffer, id: BlobId): Buffer {
  assert(key.length === keyBytes, 'a blob key has another length');
  return Buffer.from(hkdfSync('sha256', key, id, 'hygie blob', keyBytes));
}

interface Place {
  readonly index: number;
  readonly isLast: boolean;
}

export function sealSegment(key: Buffer, place: Place, plaintext: Uint8Array): Buffer {
  assert(place.index < blobLimits.segments, 'a blob has too many segments');
  assert(plaintext.length <= blobLimits.segmentBytes, 'a segment is too long');
  const sealed = Buffer.allocUnsafe(plaintext.length + segmentOverheadBytes);
  sealed[0] = version;
  const cipher = createCipheriv(algorithm, createSecretKey(key), nonceOf(place), { authTagLength: tagBytes });
  cipher.setAAD(sealed.subarray(0, 1));
  cipher.update(plaintext).copy(sealed, 1);
  cipher.final();
  cipher.getAuthTag().copy(sealed, sealed.length - tagBytes);
  return sealed;
}

export function openSegment(key: Buffer, place: Place, sealed: Uint8Array): Buffer {
  if (sealed.length < segmentOverheadBytes || sealed[0] !== version) throw new IntegrityFault('sealed-bytes-damaged');
  const decipher = createDecipheriv(algorithm, createSecretKey(key), nonceOf(place), { authTagLength: tagBytes });
  decipher.setAAD(sealed.subarray(0, 1));
  decipher.setAuthTag(sealed.subarray(sealed.length - tagBytes));
  const plaintext = decipher.update(sealed.subarray(1, sealed.length - tagBytes));
  try {
    decipher.final();
  } catch (fault) {
    throw new IntegrityFault('sealed-bytes-damaged', { cause: fault });
  }
  return plaintext;
}

function nonceOf({ index, isLast }: Place): Buffer {
  const nonce = Buffer.alloc(nonceBytes);
  nonce.writeUInt32BE(index, 7);
  nonce[11] = isLast ? 1 : 0;
  return nonce;
}
