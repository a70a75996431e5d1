/**
 * Keys at rest (design, invariant 9).
 *
 * Three floors: a key-encryption key, which never touches the database or a backup, wraps data keys; a data key belongs to
 * an account, a tenant or the operator, and wraps the random key of each email or seals small fields; destroying the
 * wrapped data key destroys all that lies under it.
 *
 * Guarantees: AES-256-GCM everywhere; every sealed value is bound to what it is through associated data, so that a value
 * moved to another row, column or owner does not open; a wrapped key never opens as data, nor data as a key.
 * Fails with `IntegrityFault` when bytes do not open (damage or tampering: never an expected answer), and with `Temporary`
 * when the ring lacks the key-encryption key that a row names.
 *
 * Parts: `key-ring.ts` (key-encryption keys and where they come from), `data-keys.ts` (the table, its cache, rotation),
 * `lookup-hasher.ts`.
 */
import { createCipheriv, createDecipheriv, createSecretKey, randomBytes, randomUUID } from 'node:crypto';
import { assert } from '../../base/assert.ts';
import type { TenantId, Uuid } from '../../base/ids.ts';
import { asId } from '../../base/ids.ts';
import type { Db, Transaction } from '../db/db.ts';

export const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;
const algorithm = 'aes-256-gcm';

/** The version byte says the layout and what lies inside; it is authenticated with the rest. */
const sealedData = 0x01;
const sealedKey = 0x02;

/** Bytes that sealing adds: version, nonce, tag. */
export const sealOverheadBytes = 1 + nonceBytes + tagBytes;

/** Sealed bytes that do not open, or that are not where a row says: damage or tampering, answered like a bug. */
export class IntegrityFault extends Error {
  override readonly name = 'IntegrityFault';
  readonly code: 'sealed-bytes-damaged' | 'blob-missing';

  constructor(code: 'sealed-bytes-damaged' | 'blob-missing', options?: { cause?: unknown }) {
    super(code, options);
    this.code = code;
  }
}

/** A new random 256-bit key. */
export function newKey(): Buffer {
  return randomBytes(keyBytes);
}

/** `plaintext` under `key` as `version | nonce | ciphertext | tag`; opens only with the same `aad`. */
export function seal(key: Buffer, plaintext: Uint8Array, aad: Uint8Array): Buffer {
  return sealAs(sealedData, { key, plaintext, aad });
}

/** What `seal` sealed. Throws {@link IntegrityFault} unless key, bytes and `aad` are the very same. */
export function unseal(key: Buffer, sealed: Uint8Array, aad: Uint8Array): Buffer {
  return unsealAs(sealedData, { key, sealed, aad });
}

/** `key` under the key `wrapping`; `aad` says whose key it is. */
export function wrapKey(wrapping: Buffer, key: Buffer, aad: Uint8Array): Buffer {
  assert(key.length === keyBytes, 'a key to wrap has another length');
  return sealAs(sealedKey, { key: wrapping, plaintext: key, aad });
}

/** What `wrapKey` wrapped. */
export function unwrapKey(wrapping: Buffer, wrapped: Uint8Array, aad: Uint8Array): Buffer {
  return unsealAs(sealedKey, { key: wrapping, sealed: wrapped, aad });
}

function sealAs(version: number, { key, plaintext, aad }: { key: Buffer; plaintext: Uint8Array; aad: Uint8Array }) {
  const sealed = Buffer.allocUnsafe(sealOverheadBytes + plaintext.length);
  sealed[0] = version;
  // Random 96-bit nonces are sound for 2^32 values under one key (NIST SP 800-38D §8.3); an account seals far fewer.
  const nonce = newNonce();
  nonce.copy(sealed, 1);
  // A key object costs a microsecond to make; bytes in its place cost ten.
  const cipher = createCipheriv(algorithm, createSecretKey(key), nonce, { authTagLength: tagBytes });
  cipher.setAAD(Buffer.concat([sealed.subarray(0, 1), aad]));
  cipher.update(plaintext).copy(sealed, 1 + nonceBytes);
  cipher.final();
  cipher.getAuthTag().copy(sealed, sealed.length - tagBytes);
  return sealed;
}

/**
 * 96 random bits: the ends of a version 4 UUID, which hold no fixed bit. Node draws its randomness for many UUIDs at once,
 * and asks the system each time for the same octets from `randomBytes`.
 */
function newNonce(): Buffer {
  const uuid = randomUUID();
  return Buffer.from(uuid.slice(0, 8) + uuid.slice(9, 13) + uuid.slice(24), 'hex');
}

function unsealAs(version: number, { key, sealed, aad }: { key: Buffer; sealed: Uint8Array; aad: Uint8Array }): Buffer {
  if (sealed.length < sealOverheadBytes || sealed[0] !== version) throw new IntegrityFault('sealed-bytes-damaged');
  const nonce = sealed.subarray(1, 1 + nonceBytes);
  const decipher = createDecipheriv(algorithm, createSecretKey(key), nonce, { authTagLength: tagBytes });
  decipher.setAAD(Buffer.concat([sealed.subarray(0, 1), aad]));
  decipher.setAuthTag(sealed.subarray(sealed.length - tagBytes));
  const plaintext = decipher.update(sealed.subarray(1 + nonceBytes, sealed.length - tagBytes));
  try {
    decipher.final();
  } catch (fault) {
    throw new IntegrityFault('sealed-bytes-damaged', { cause: fault });
  }
  return plaintext;
}

/** A key-encryption key: it wraps data keys and nothing else. */
export interface KeyEncryptionKey {
  /** Public: the first hexadecimal digits of a hash. */
  readonly id: string;
  wrap(key: Buffer, aad: Uint8Array): Buffer;
  unwrap(wrapped: Uint8Array, aad: Uint8Array): Buffer;
}

/** The key-encryption keys in force: the current one wraps, the previous ones still open. */
export interface KeyRing {
  readonly current: KeyEncryptionKey;
  readonly ids: readonly string[];
  find(id: string): KeyEncryptionKey | undefined;
}

export type KeyPurpose = 'account' | 'tenant' | 'lookup' | 'queue' | 'audit';

/** Whose key it is. */
export interface KeyOwner {
  readonly tenantId: TenantId;
  readonly purpose: KeyPurpose;
  readonly ownerId: Uuid;
}

/** The tenant and owner of keys that belong to the operator as a whole. */
export const operatorWide: TenantId = asId<TenantId>('00000000-0000-0000-0000-000000000000');

/** A data key, opened. It cannot be printed; it holds no reference to the database. */
export interface DataKey {
  readonly version: number;
  /** Wraps the random key of one thing (an email, a queued message). */
  wrap(key: Buffer, aad: Uint8Array): Buffer;
  unwrap(wrapped: Uint8Array, aad: Uint8Array): Buffer;
  /** Seals a small field. `aad` names its table, column and row. */
  seal(plaintext: Uint8Array, aad: Uint8Array): Buffer;
  unseal(sealed: Uint8Array, aad: Uint8Array): Buffer;
  /** HMAC-SHA-256 under a sub-key: finds equal values without showing them. Differs from version to version. */
  lookupHash(text: string): Buffer;
}

export type OpenedDataKey =
  | { readonly state: 'open'; readonly key: DataKey }
  | { readonly state: 'destroyed'; readonly destroyedAt: Date };

export interface DataKeys {
  /** The first version of an owner's key, in the transaction that makes the owner. */
  create(tx: Transaction, owner: KeyOwner): Promise<DataKey>;
  /** The version asked, or the latest. A bug when the owner never had a key. */
  open(db: Db | Transaction, owner: KeyOwner & { readonly version?: number }): Promise<OpenedDataKey>;
  /** The latest version, made if there is none yet; safe when several processes start together. */
  openOrCreate(db: Db | Transaction, owner: KeyOwner): Promise<OpenedDataKey>;
  /** A new version, which seals from now on; earlier ones still open what they sealed. */
  rotate(tx: Transaction, owner: KeyOwner): Promise<DataKey>;
  /**
   * Destroys every version: what they sealed is lost for good once `tx` commits. At once in this process; elsewhere on
   * {@link keyDestroyedChannel}, at the latest after `keyLimits.openKeyLifetimeMs`.
   */
  destroy(tx: Transaction, owner: KeyOwner): Promise<void>;
  /** Forgets an opened key; `payload` is what {@link keyDestroyedChannel} brought. */
  forget(payload: string): void;
  /** After a rotation of the key-encryption key: wraps every row anew, in small transactions; may be stopped and run again. */
  rewrapAll(db: Db): Promise<{ readonly rewrapped: number; readonly unopenable: number }>;
  /** Key-encryption keys that rows name and the ring lacks; `serve` refuses to start when there is one. */
  missingKeyIds(db: Db): Promise<readonly string[]>;
}

/** PostgreSQL channel on which the destruction of a data key is told to other processes (`LISTEN`). */
export const keyDestroyedChannel = 'hygie_key_destroyed';

export type LookupKind =
  | 'address'
  | 'login'
  | 'token'
  | 'session'
  | 'device'
  | 'attempt'
  | 'message-id'
  | 'transaction';

/** Keyed hashes for the lookup tables that span tenants. The key is the operator's and outlives key-encryption keys. */
export interface LookupHasher {
  /** 32 bytes; equal for equal `kind` and `text`. Normalise `text` before. */
  hash(kind: LookupKind, text: string): Buffer;
}
