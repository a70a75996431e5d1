/**
 * Blobs: what is too large for a row (design, invariant 9).
 *
 * A blob is written once, under a key of the caller's, and never changes. It is durable when `finish` resolves, before the
 * commit that names it; what no row names is swept after a grace period.
 *
 * At rest a blob is a row of segments, `version | ciphertext | tag`, each of at most 64 KiB of plaintext, sealed with
 * AES-256-GCM under a key derived from the caller's key and the blob's identifier. The nonce holds the segment's number and
 * whether it is the last (the STREAM construction of Hoang, Reyhanitabar, Rogaway and Vizár, 2015): a segment that is
 * missing, moved, repeated or added does not open, and a byte range opens alone.
 *
 * Fails with `Temporary('blob-store-full' | 'blob-store-unreachable')`, with `IntegrityFault('sealed-bytes-damaged')` when
 * bytes were altered, and with `IntegrityFault('blob-missing')` when there are none.
 *
 * Parts: `sealed-blobs.ts` over one of the stores, `file-store.ts` or `s3-store.ts`.
 */
import type { BlobId } from '../../base/ids.ts';

/** Bytes `[start, end)` of the plaintext. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

export interface SealedBlobWriter {
  readonly id: BlobId;
  /** Resolves when more may be written: wait for it. */
  write(chunk: Uint8Array): Promise<void>;
  /** The blob is durable once this resolves. */
  finish(): Promise<{ readonly id: BlobId; readonly sizeBytes: number }>;
  /** Drops what was written; does nothing after `finish` resolved. Never throws: what it leaves is swept later. */
  abort(): Promise<void>;
}

export interface StoredBlob {
  readonly id: BlobId;
  readonly storedAt: Date;
  /** Bytes at rest, sealing included. */
  readonly sizeBytes: number;
}

export interface SweepResult {
  readonly removedBlobs: number;
  readonly removedUploads: number;
}

export interface SealedBlobs {
  /** Begins a blob under `key` (32 bytes). Nothing is stored before the first `write` or `finish`. */
  create(key: Buffer): SealedBlobWriter;
  /** The plaintext, whole or in part, authenticated before it is given. `sizeBytes` is what `finish` gave. */
  read(key: Buffer, id: BlobId, sizeBytes: number, range?: ByteRange): AsyncIterable<Buffer>;
  /** Does nothing when there is no such blob. */
  remove(id: BlobId): Promise<void>;
  list(): AsyncIterable<StoredBlob>;
  /**
   * Removes blobs older than `graceMs` that no row names, and writes abandoned for as long. `isNamed` answers which of the
   * identifiers are named; it throws rather than guess.
   */
  sweep(isNamed: (ids: readonly BlobId[]) => Promise<ReadonlySet<BlobId>>, graceMs: number): Promise<SweepResult>;
}

/** One write into a store, in order. */
export interface BlobUpload {
  write(chunk: Buffer): Promise<void>;
  /** Durable once resolved. */
  finish(): Promise<void>;
  abort(): Promise<void>;
}

/** A place that keeps bytes under identifiers; it knows nothing of what they mean. */
export interface BlobStore {
  begin(id: BlobId): Promise<BlobUpload>;
  /** Bytes `[start, end)` in chunks of any size. Throws `IntegrityFault` when the blob does not have `storedBytes` bytes. */
  read(id: BlobId, range: ByteRange, storedBytes: number): AsyncIterable<Buffer>;
  remove(id: BlobId): Promise<void>;
  list(): AsyncIterable<StoredBlob>;
  /** Removes what writes begun before `before` and never finished have left; returns how many. */
  sweepUploads(before: Date): Promise<number>;
}
