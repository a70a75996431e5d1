/** Which emails belong to a conversation, as the server last told. */
import type { JmapId } from '../../../contract/jmap/mail.ts';

export class ThreadsTold {
  readonly #emailIds = new Map<string, readonly JmapId[]>();
  readonly #listeners = new Set<() => void>();

  take(accountId: JmapId, threads: readonly { readonly id: JmapId; readonly emailIds: readonly JmapId[] }[]): void {
    for (const { id, emailIds } of threads) this.#emailIds.set(`${accountId}/${id}`, emailIds);
    for (const each of this.#listeners) each();
  }

  /** Oldest first; undefined until it was told. */
  of(accountId: JmapId, threadId: JmapId): readonly JmapId[] | undefined {
    return this.#emailIds.get(`${accountId}/${threadId}`);
  }

  readonly subscribe = (onChange: () => void): (() => void) => {
    this.#listeners.add(onChange);
    return () => this.#listeners.delete(onChange);
  };
}
