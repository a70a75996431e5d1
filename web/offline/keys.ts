/**
 * The key of a device's copy, and how it is locked away (docs/decisions/0032).
 *
 * 32 random octets K, never stored as they are, wrapped twice: under a key made of the person's password, for without network,
 * and under the half that the server gives to an open session. In use K is a non-extractable key, from which two are derived: one
 * seals, one names records.
 */

export const passwordIterations = 600_000; // OWASP's figure for PBKDF2 with HMAC-SHA-256

const aes = 'AES-GCM';
const ivBytes = 12;
const keyBytes = 32;

export interface Sealed {
  readonly iv: Uint8Array<ArrayBuffer>;
  readonly sealed: ArrayBuffer;
}

export interface PasswordWrap extends Sealed {
  readonly salt: Uint8Array<ArrayBuffer>;
  readonly iterations: number;
}

export interface CopyKeys {
  /** AES-GCM */
  readonly seal: CryptoKey;
  /** HMAC-SHA-256 */
  readonly name: CryptoKey;
}

export interface MadeKeys {
  readonly byPassword: PasswordWrap;
  readonly byServer: Sealed;
  readonly keys: CopyKeys;
}

export function utf8(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(new TextEncoder().encode(text));
}

function random(bytes: number): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(bytes));
}

function readBase64url(text: string): Uint8Array<ArrayBuffer> {
  const plain = atob(text.replace(/-/g, '+').replace(/_/g, '/'));
  return Uint8Array.from(plain, (each) => each.charCodeAt(0));
}

/** A wrapped key opens for its own device and in its own way alone. */
function bound(deviceId: string, way: 'password' | 'server'): Uint8Array<ArrayBuffer> {
  return utf8(`hygie-copy ${deviceId} ${way}`);
}

async function keyOfPassword(password: string, salt: Uint8Array<ArrayBuffer>, iterations: number): Promise<CryptoKey> {
  // One spelling of accented letters: keyboards differ in which they type.
  const material = await crypto.subtle.importKey('raw', utf8(password.normalize('NFC')), 'PBKDF2', false, [
    'deriveKey',
  ]);
  const derivation = { name: 'PBKDF2', hash: 'SHA-256', salt, iterations };
  return crypto.subtle.deriveKey(derivation, material, { name: aes, length: 256 }, false, ['encrypt', 'unwrapKey']);
}

async function keyOfSecret(secret: string): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', readBase64url(secret), aes, false, ['encrypt', 'unwrapKey']);
}

async function deriveKeys(content: CryptoKey): Promise<CopyKeys> {
  const from = (info: string) => ({ name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(0), info: utf8(info) });
  const [seal, name] = await Promise.all([
    crypto.subtle.deriveKey(from('seal'), content, { name: aes, length: 256 }, false, ['encrypt', 'decrypt']),
    crypto.subtle.deriveKey(from('name'), content, { name: 'HMAC', hash: 'SHA-256', length: 256 }, false, ['sign']),
  ]);
  return { seal, name };
}

async function wrap(
  content: Uint8Array<ArrayBuffer>,
  key: CryptoKey,
  additionalData: Uint8Array<ArrayBuffer>,
): Promise<Sealed> {
  const iv = random(ivBytes);
  return { iv, sealed: await crypto.subtle.encrypt({ name: aes, iv, additionalData }, key, content) };
}

/** Undefined: it is not the key. */
async function unwrap(
  { iv, sealed }: Sealed,
  key: CryptoKey,
  additionalData: Uint8Array<ArrayBuffer>,
): Promise<CopyKeys | undefined> {
  try {
    const how = { name: aes, iv, additionalData };
    const content = await crypto.subtle.unwrapKey('raw', sealed, key, how, 'HKDF', false, ['deriveKey']);
    return await deriveKeys(content);
  } catch (fault) {
    if (fault instanceof DOMException && fault.name === 'OperationError') return undefined;
    throw fault;
  }
}

/** `secret`: the server's half, 32 octets in base64url. */
export async function makeKeys(asked: {
  readonly deviceId: string;
  readonly password: string;
  readonly secret: string;
  readonly iterations?: number;
}): Promise<MadeKeys> {
  const { deviceId, password, secret, iterations = passwordIterations } = asked;
  const content = random(keyBytes);
  const salt = random(16);
  const byPassword = {
    ...(await wrap(content, await keyOfPassword(password, salt, iterations), bound(deviceId, 'password'))),
    ...{ salt, iterations },
  };
  const byServer = await wrap(content, await keyOfSecret(secret), bound(deviceId, 'server'));
  const material = await crypto.subtle.importKey('raw', content, 'HKDF', false, ['deriveKey']);
  content.fill(0);
  return { byPassword, byServer, keys: await deriveKeys(material) };
}

/** Undefined: another password. */
export async function openByPassword(
  deviceId: string,
  wrapped: PasswordWrap,
  password: string,
): Promise<CopyKeys | undefined> {
  const key = await keyOfPassword(password, wrapped.salt, wrapped.iterations);
  return unwrap(wrapped, key, bound(deviceId, 'password'));
}

/** Undefined: another device's half. */
export async function openBySecret(deviceId: string, wrapped: Sealed, secret: string): Promise<CopyKeys | undefined> {
  return unwrap(wrapped, await keyOfSecret(secret), bound(deviceId, 'server'));
}
