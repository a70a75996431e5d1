import { mimeLimits } from '../../base/limits.ts';
import type { Finding, FindingKind } from './structure.ts';

/** Collects findings: at most `mimeLimits.findings`, and one more of each kind that is kept once for a message. */
export class Findings {
  readonly list: Finding[] = [];
  readonly #seen = new Set<FindingKind>();

  add(kind: FindingKind, at: number, where?: { partId?: string; field?: string }): void {
    this.#seen.add(kind);
    if (this.list.length < mimeLimits.findings) this.list.push({ kind, at, ...where });
  }

  /** For what a broken message repeats on every line. */
  addOnce(kind: FindingKind, at: number, where?: { partId?: string; field?: string }): void {
    if (this.#seen.has(kind)) return;
    this.#seen.add(kind);
    this.list.push({ kind, at, ...where });
  }

  /** In the order of the message, which does not depend on how it came. */
  sorted(): Finding[] {
    return this.list.toSorted((a, b) => a.at - b.at || a.kind.localeCompare(b.kind));
  }

  has(kind: FindingKind): boolean {
    return this.#seen.has(kind);
  }

  /** Says of the findings added since `first` which part they are about. */
  nameSince(first: number, partId: string): void {
    for (let i = first; i < this.list.length; i += 1) {
      const finding = this.list[i];
      if (finding !== undefined) this.list[i] = { ...finding, partId };
    }
  }
}
