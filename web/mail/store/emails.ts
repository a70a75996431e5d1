/**
 * Emails by account: as the server last told them, and over that what was done here and is not answered yet.
 *
 * Answers may overtake each other. Each carries the tick at which its request began: an answer to a request that began before
 * an email was last written here is older than what is here, and is dropped for that email.
 */
import type { JmapId } from '../../../contract/jmap/mail.ts';
import { type Patch, patched } from './patches.ts';
import type { EmailCore, EmailHead, EmailRef, HeldEmail } from './types.ts';

/** As `Email/get` answers it, with or without what a line shows. */
export type ToldEmail = EmailCore & Partial<EmailHead>;

interface Kept {
  readonly told: HeldEmail;
  readonly tick: number;
  /** With the deeds under way; undefined: gone by one of them. */
  readonly shown: HeldEmail | undefined;
}

interface PendingDeed {
  readonly accountId: JmapId;
  readonly patches: ReadonlyMap<JmapId, Patch>;
}

/** Emails whose words are kept; of those that came longest ago, only what lists are made of stays. */
const mostHeads = 5_000;

function headOf(told: ToldEmail): HeldEmail['head'] {
  const { preview, blobId } = told;
  if (preview === undefined || blobId === undefined) return undefined;
  const { from = null, to = null, subject = null, hasAttachment = false, size = 0 } = told;
  return { from, to, subject, preview, hasAttachment, size, blobId };
}

export class Emails {
  readonly #kept = new Map<string, Kept>();
  readonly #deeds = new Map<number, PendingDeed>();
  readonly #listeners = new Map<string, Set<() => void>>();
  readonly #anyListeners = new Set<(accountId: JmapId) => void>();
  #tick = 0;
  #heads = 0;

  /** The moment before a request, for `take`. */
  tick(): number {
    this.#tick += 1;
    return this.#tick;
  }

  /** As a screen shows it; undefined: not here, or gone. */
  get({ accountId, emailId }: EmailRef): HeldEmail | undefined {
    return this.#kept.get(`${accountId}/${emailId}`)?.shown;
  }

  /** As the server told it. */
  told({ accountId, emailId }: EmailRef): HeldEmail | undefined {
    return this.#kept.get(`${accountId}/${emailId}`)?.told;
  }

  /** Answers of a request that began at `tick`. */
  take(accountId: JmapId, emails: readonly ToldEmail[], tick: number): void {
    for (const email of emails) {
      const key = `${accountId}/${email.id}`;
      const before = this.#kept.get(key);
      if (before !== undefined && before.tick > tick) continue;
      const { id, threadId, mailboxIds, keywords, receivedAt } = email;
      const head = headOf(email) ?? before?.told.head; // what is written in an email never changes
      this.#keep(accountId, { id, threadId, mailboxIds, keywords, receivedAt, head }, tick);
    }
    this.#tidy();
    this.#tellAny(accountId);
  }

  drop(accountId: JmapId, emailIds: readonly JmapId[]): void {
    for (const id of emailIds) {
      this.#forget(`${accountId}/${id}`);
      this.#tell(`${accountId}/${id}`);
    }
    this.#tellAny(accountId);
  }

  /** Shows a deed before the server answered; `settle` ends it. */
  begin(accountId: JmapId, patches: ReadonlyMap<JmapId, Patch>): number {
    const deed = this.tick();
    this.#deeds.set(deed, { accountId, patches });
    this.#showAgain(accountId, patches.keys());
    return deed;
  }

  /** The server answered: of `done` the deed holds from now on, of the others it never was. */
  settle(deed: number, done: ReadonlySet<JmapId>): void {
    const pending = this.#deeds.get(deed);
    if (pending === undefined) return;
    this.#deeds.delete(deed);
    const { accountId, patches } = pending;
    const tick = this.tick();
    for (const [id, patch] of patches) {
      const told = this.#kept.get(`${accountId}/${id}`)?.told;
      if (told === undefined || !done.has(id)) continue;
      const now = patched(told, patch);
      if (now === undefined) this.#forget(`${accountId}/${id}`);
      else this.#keep(accountId, now, tick);
    }
    this.#showAgain(accountId, patches.keys());
  }

  subscribe({ accountId, emailId }: EmailRef, onChange: () => void): () => void {
    const key = `${accountId}/${emailId}`;
    const listeners = this.#listeners.get(key) ?? new Set();
    listeners.add(onChange);
    this.#listeners.set(key, listeners);
    return () => {
      listeners.delete(onChange);
      if (listeners.size === 0 && this.#listeners.get(key) === listeners) this.#listeners.delete(key);
    };
  }

  /** Some email of an account changed. */
  subscribeAny(onChange: (accountId: JmapId) => void): () => void {
    this.#anyListeners.add(onChange);
    return () => this.#anyListeners.delete(onChange);
  }

  /** Those of an account that are here. */
  idsOf(accountId: JmapId): readonly JmapId[] {
    const prefix = `${accountId}/`;
    return [...this.#kept.keys()].filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length));
  }

  #keep(accountId: JmapId, told: HeldEmail, tick: number): void {
    const key = `${accountId}/${told.id}`;
    this.#forget(key); // it comes last again
    if (told.head !== undefined) this.#heads += 1;
    this.#kept.set(key, { told, tick, shown: this.#withDeeds(accountId, told) });
    this.#tell(key);
  }

  #forget(key: string): void {
    if (this.#kept.get(key)?.told.head !== undefined) this.#heads -= 1;
    this.#kept.delete(key);
  }

  #withDeeds(accountId: JmapId, told: HeldEmail): HeldEmail | undefined {
    let shown: HeldEmail | undefined = told;
    for (const deed of this.#deeds.values()) {
      const patch = deed.accountId === accountId ? deed.patches.get(told.id) : undefined;
      if (patch !== undefined && shown !== undefined) shown = patched(shown, patch);
    }
    return shown;
  }

  #showAgain(accountId: JmapId, ids: Iterable<JmapId>): void {
    for (const id of ids) {
      const key = `${accountId}/${id}`;
      const kept = this.#kept.get(key);
      if (kept !== undefined) this.#kept.set(key, { ...kept, shown: this.#withDeeds(accountId, kept.told) });
      this.#tell(key);
    }
    this.#tellAny(accountId);
  }

  /** From time to time, so that each answer does not walk through all of them. */
  #tidy(): void {
    if (this.#heads < 2 * mostHeads) return;
    for (const [key, kept] of this.#kept) {
      if (this.#heads <= mostHeads) return;
      if (kept.told.head === undefined || this.#listeners.has(key)) continue;
      const shown = kept.shown === undefined ? undefined : { ...kept.shown, head: undefined };
      this.#kept.set(key, { ...kept, told: { ...kept.told, head: undefined }, shown });
      this.#heads -= 1;
    }
  }

  #tell(key: string): void {
    for (const each of this.#listeners.get(key) ?? []) each();
  }

  #tellAny(accountId: JmapId): void {
    for (const each of this.#anyListeners) each(accountId);
  }
}
