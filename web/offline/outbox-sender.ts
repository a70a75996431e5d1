/** The outbox of an open copy: what waits leaves in its order, one tab at a time, each message under the id it was written with. */
import { offlineTexts as texts } from '../texts/offline.ts';
import { copyBounds } from './bounds.ts';
import type { DeviceCopy, WaitingMessage } from './copy.ts';
import type { Outbox, OutboxView, QueuedMessage } from './outbox.ts';
import { type SendParts, sendWaiting } from './send-waiting.ts';

interface Parts {
  readonly copy: Pick<DeviceCopy, 'waiting' | 'putWaiting' | 'dropWaiting'>;
  readonly now: () => number;
  readonly sendParts: () => Promise<SendParts>;
  readonly onSent: (count: number) => void;
  readonly onNotSent: (kind: 'drafted' | 'refused', subject: string, reason: string) => void;
}

/** The network may be back without the browser saying so. */
const retryMs = 20_000;

export class OutboxSender implements Outbox {
  readonly #parts: Parts;
  readonly #listeners = new Set<() => void>();
  #view: OutboxView = { waiting: 0, isSending: false };
  #flushing: Promise<void> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isClosed = false;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  async load(): Promise<void> {
    this.#set({ ...this.#view, waiting: (await this.#parts.copy.waiting()).length });
  }

  async queueForLater(queued: QueuedMessage): Promise<void> {
    if (this.#view.waiting >= copyBounds.waiting) throw new Error(texts.tooMany);
    // Who hands it over has tried, unless told otherwise.
    await this.#parts.copy.putWaiting({ isTried: true, ...queued, writtenAt: this.#parts.now() });
    await this.load();
    this.#tryLater();
  }

  view(): OutboxView {
    return this.#view;
  }

  subscribe(onChange: () => void): () => void {
    this.#listeners.add(onChange);
    return () => this.#listeners.delete(onChange);
  }

  async flush(): Promise<void> {
    this.#flushing ??= this.#alone(() => this.#sendAll()).finally(() => {
      this.#flushing = undefined;
    });
    return this.#flushing;
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  /** Not while another tab sends. */
  async #alone(send: () => Promise<void>): Promise<void> {
    await navigator.locks.request('hygie-outbox', { ifAvailable: true }, async (lock) => {
      if (lock !== null) await send();
    });
  }

  async #sendAll(): Promise<void> {
    const { copy, sendParts, onSent } = this.#parts;
    const waiting = (await copy.waiting()).filter(({ refusal }) => refusal === undefined);
    if (waiting.length === 0 || this.#isClosed) return this.load();
    this.#set({ waiting: waiting.length, isSending: true });
    let sent = 0;
    try {
      const parts = await sendParts();
      for (const each of waiting) {
        if (this.#isClosed) break;
        if (await this.#sendOne(each, parts)) sent += 1;
      }
    } catch {
      this.#tryLater(); // not known what the server did: the same ids go again
    } finally {
      this.#set({ ...this.#view, isSending: false });
      await this.load().catch(() => undefined);
      if (sent > 0) onSent(sent);
    }
  }

  async #sendOne(waiting: WaitingMessage, parts: SendParts): Promise<boolean> {
    const { copy, onNotSent } = this.#parts;
    const { idempotencyId, message } = waiting;
    if (waiting.isTried !== true) await copy.putWaiting({ ...waiting, isTried: true });
    const outcome = await sendWaiting(waiting, parts);
    if (outcome.kind === 'refused') await copy.putWaiting({ ...waiting, refusal: outcome.reason });
    else await copy.dropWaiting(idempotencyId);
    if (outcome.kind === 'sent') return true;
    onNotSent(outcome.kind, message.subject === '' ? texts.noSubject : message.subject, outcome.reason);
    return false;
  }

  #tryLater(): void {
    clearTimeout(this.#timer);
    if (!this.#isClosed) this.#timer = setTimeout(() => void this.flush(), retryMs);
  }

  #set(view: OutboxView): void {
    this.#view = view;
    for (const each of this.#listeners) each();
  }
}
