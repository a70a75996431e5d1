/**
 * Sealed records: what is stored says neither what it is nor of which email. The identifier of a record is a keyed hash of its name,
 * its content opens under that identifier and in its own shelf alone.
 */
import { type CopyKeys, type Sealed, utf8 } from './keys.ts';

export const shelves = ['emails', 'files', 'drafts', 'outbox', 'frame'] as const;
export type Shelf = (typeof shelves)[number];

export interface SealedRecord extends Sealed {
  /** base64url of HMAC-SHA-256. */
  readonly id: string;
}

/** Where sealed records lie. */
export interface RecordStore {
  put(shelf: Shelf, record: SealedRecord): Promise<void>;
  get(shelf: Shelf, id: string): Promise<SealedRecord | undefined>;
  remove(shelf: Shelf, id: string): Promise<void>;
  all(shelf: Shelf): Promise<readonly SealedRecord[]>;
}

export interface Vault {
  /** Octets that it takes. */
  put(shelf: Shelf, name: string, value: unknown): Promise<number>;
  /** Undefined: it is not there. The caller knows the form of what it put. */
  get<Value>(shelf: Shelf, name: string): Promise<Value | undefined>;
  remove(shelf: Shelf, name: string): Promise<void>;
  /** With the octets that each takes. What does not open is removed: it is of another key, or was tampered with. */
  all<Value>(shelf: Shelf): Promise<readonly { readonly value: Value; readonly bytes: number }[]>;
}

function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replace(/\+/g, '-')
    .replace(/\//g, '_')
    .replace(/=+$/, '');
}

export function openVault(store: RecordStore, keys: CopyKeys): Vault {
  const idOf = async (shelf: Shelf, name: string): Promise<string> =>
    base64url(new Uint8Array(await crypto.subtle.sign('HMAC', keys.name, utf8(`${shelf} ${name}`))));
  const how = (shelf: Shelf, id: string, iv: Uint8Array<ArrayBuffer>) => ({
    ...{ name: 'AES-GCM', iv, additionalData: utf8(`hygie-copy ${shelf} ${id}`) },
  });
  const unseal = async (shelf: Shelf, { id, iv, sealed }: SealedRecord): Promise<unknown> => {
    const plain = await crypto.subtle.decrypt(how(shelf, id, iv), keys.seal, sealed);
    return JSON.parse(new TextDecoder().decode(plain));
  };
  return {
    async put(shelf, name, value) {
      const id = await idOf(shelf, name);
      const iv = crypto.getRandomValues(new Uint8Array(12));
      const sealed = await crypto.subtle.encrypt(how(shelf, id, iv), keys.seal, utf8(JSON.stringify(value)));
      await store.put(shelf, { id, iv, sealed });
      return sealed.byteLength;
    },
    async get<Value>(shelf: Shelf, name: string) {
      const record = await store.get(shelf, await idOf(shelf, name));
      if (record === undefined) return undefined;
      try {
        return (await unseal(shelf, record)) as Value; // sealed above, under a key that nobody else has
      } catch {
        await store.remove(shelf, record.id);
        return undefined;
      }
    },
    async remove(shelf, name) {
      await store.remove(shelf, await idOf(shelf, name));
    },
    async all<Value>(shelf: Shelf) {
      const found: { value: Value; bytes: number }[] = [];
      for (const record of await store.all(shelf)) {
        try {
          const value = (await unseal(shelf, record)) as Value; // as above
          found.push({ value, bytes: record.sealed.byteLength });
        } catch {
          await store.remove(shelf, record.id);
        }
      }
      return found;
    },
  };
}
