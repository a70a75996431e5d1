/** How many requests of one kind a person may have under way. Counted in this process alone: it bounds work, not rights. */
import type { PersonRef } from '../../../domain/access/access.ts';

/** What can be over: the raw answer of a reply. */
interface Answer {
  readonly raw: { readonly destroyed: boolean; once(event: 'close', listener: () => void): unknown };
}

export class Slots {
  readonly #limit: number;
  readonly #taken = new Map<string, number>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Takes a slot until the answer is over, or the connection; false when none is left. */
  take({ tenantId, personId }: PersonRef, { raw }: Answer): boolean {
    const key = `${tenantId}/${personId}`;
    const taken = this.#taken.get(key) ?? 0;
    if (taken >= this.#limit) return false;
    if (raw.destroyed) return true; // nobody waits for the answer any more
    this.#taken.set(key, taken + 1);
    raw.once('close', () => {
      const left = (this.#taken.get(key) ?? 1) - 1;
      if (left > 0) this.#taken.set(key, left);
      else this.#taken.delete(key);
    });
    return true;
  }
}
