/**
 * What was typed and the server does not have yet, kept by the browser (docs/decisions/0030): sealed under a key that only an
 * open session gets from the server, erased once the draft is saved, at sign-out and after a week.
 */
import type { EmailRef } from '../store/types.ts';
import type { ComposedMessage } from './message.ts';

export interface JournalEntry {
  readonly message: ComposedMessage;
  /** The draft that the message was when it was last saved. */
  readonly savedAs: EmailRef | undefined;
  /** Milliseconds since 1970. */
  readonly changedAt: number;
}

export interface SealedEntry {
  readonly draftId: string;
  readonly changedAt: number;
  readonly nonce: Uint8Array<ArrayBuffer>;
  readonly sealed: ArrayBuffer;
}

/** Where sealed entries lie: one for each draft. */
export interface JournalStore {
  put(entry: SealedEntry): Promise<void>;
  remove(draftId: string): Promise<void>;
  all(): Promise<readonly SealedEntry[]>;
}

export interface Journal {
  write(entry: JournalEntry): Promise<void>;
  erase(draftId: string): Promise<void>;
  /** The latest first; what is too old, or another person's, is erased. */
  entries(now: number): Promise<readonly JournalEntry[]>;
}

const keptMs = 7 * 86_400_000;
const algorithm = 'AES-GCM';

/** `secret`: 32 octets, base64url, from the server. */
export async function journalKey(secret: string): Promise<CryptoKey> {
  const plain = atob(secret.replace(/-/g, '+').replace(/_/g, '/'));
  const bytes = Uint8Array.from(plain, (each) => each.charCodeAt(0));
  return crypto.subtle.importKey('raw', bytes, algorithm, false, ['encrypt', 'decrypt']);
}

/** An entry opens as that of its own draft alone. */
function bound(draftId: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`hygie-journal ${draftId}`);
}

export function openJournal(store: JournalStore, key: CryptoKey): Journal {
  const unseal = async ({ draftId, nonce, sealed }: SealedEntry): Promise<JournalEntry | undefined> => {
    try {
      const plain = await crypto.subtle.decrypt(
        { name: algorithm, iv: nonce, additionalData: bound(draftId) },
        key,
        sealed,
      );
      // Written below, under a key that nobody else has: its shape is ours.
      return JSON.parse(new TextDecoder().decode(plain)) as JournalEntry;
    } catch {
      return undefined;
    }
  };
  return {
    async write(entry) {
      const { draftId } = entry.message;
      const nonce = crypto.getRandomValues(new Uint8Array(12));
      const plain = new TextEncoder().encode(JSON.stringify(entry));
      const sealed = await crypto.subtle.encrypt(
        { name: algorithm, iv: nonce, additionalData: bound(draftId) },
        key,
        plain,
      );
      await store.put({ draftId, changedAt: entry.changedAt, nonce, sealed });
    },
    erase: (draftId) => store.remove(draftId),
    async entries(now) {
      const found: JournalEntry[] = [];
      for (const sealed of await store.all()) {
        const entry = now - sealed.changedAt > keptMs ? undefined : await unseal(sealed);
        if (entry === undefined) await store.remove(sealed.draftId);
        else found.push(entry);
      }
      return found.toSorted((a, b) => b.changedAt - a.changedAt);
    },
  };
}
