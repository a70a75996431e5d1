import type { Clock } from '../../base/clock.ts';
import { keyLimits } from '../../base/limits.ts';
import type { DataKey } from './keys.ts';

interface Entry {
  readonly untilMs: number;
  latest: DataKey | undefined;
  readonly versions: Map<number, DataKey>;
}

/** Opened data keys, by owner: bounded in number, each for a limited time, the least recently used leaves first. */
export interface OpenedKeys {
  get(owner: string, version: number | undefined): DataKey | undefined;
  put(owner: string, key: DataKey, options: { isLatest: boolean }): void;
  /** Forgets the owner's keys, and keeps none for one lifetime: the transaction that changes them may still be open. */
  suspend(owner: string): void;
  forget(owner: string): void;
  clear(): void;
}

export function createOpenedKeys(clock: Clock): OpenedKeys {
  const entries = new Map<string, Entry>();
  const suspendedUntilMs = new Map<string, number>();

  const live = (owner: string): Entry | undefined => {
    const entry = entries.get(owner);
    if (entry === undefined) return undefined;
    entries.delete(owner);
    if (entry.untilMs <= clock.monotonicMs()) return undefined;
    entries.set(owner, entry); // last in the map: most recently used
    return entry;
  };

  const isSuspended = (owner: string): boolean => {
    const now = clock.monotonicMs();
    for (const [other, untilMs] of suspendedUntilMs) {
      if (untilMs > now) break; // in order of time
      suspendedUntilMs.delete(other);
    }
    return suspendedUntilMs.has(owner);
  };

  return {
    get(owner, version) {
      const entry = live(owner);
      return version === undefined ? entry?.latest : entry?.versions.get(version);
    },
    put(owner, key, { isLatest }) {
      if (isSuspended(owner)) return;
      let entry = live(owner);
      if (entry === undefined) {
        entry = { untilMs: clock.monotonicMs() + keyLimits.openKeyLifetimeMs, latest: undefined, versions: new Map() };
        entries.set(owner, entry);
        const oldest = entries.keys().next().value;
        if (entries.size > keyLimits.openKeys && oldest !== undefined) entries.delete(oldest);
      }
      entry.versions.set(key.version, key);
      if (isLatest) entry.latest = key;
    },
    suspend(owner) {
      entries.delete(owner);
      suspendedUntilMs.delete(owner);
      suspendedUntilMs.set(owner, clock.monotonicMs() + keyLimits.openKeyLifetimeMs);
    },
    forget(owner) {
      entries.delete(owner);
    },
    clear() {
      entries.clear();
    },
  };
}
