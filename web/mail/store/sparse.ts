/**
 * The ids of a long list of which only parts are here, as the server counts them (RFC 8620 §5.5), and how they move when the
 * server says what changed (RFC 8620 §5.6).
 *
 * What may be at another place by now is no longer *known*, but still *shown* until it was fetched again: a list must not go
 * blank under the eyes of its reader.
 */
import type { JmapId } from '../../../contract/jmap/mail.ts';

export interface QueryDelta {
  readonly removed: readonly JmapId[];
  /** By rising index. */
  readonly added: readonly { readonly id: JmapId; readonly index: number }[];
  readonly total: number;
}

type Ids = readonly (JmapId | undefined)[];

/** Of each id, its place in the last list that has it. */
function placesOf(...lists: readonly Ids[]): Map<JmapId, number> {
  const places = new Map<JmapId, number>();
  for (const list of lists) {
    // `forEach` steps over holes, of which there are many.
    list.forEach((id, index) => {
      if (id !== undefined) places.set(id, index);
    });
  }
  return places;
}

export class SparseIds {
  #known: (JmapId | undefined)[] = [];
  #shown: (JmapId | undefined)[] = [];
  #total: number | undefined;
  #places: Map<JmapId, number> | undefined;

  /** Undefined until a window came. */
  get total(): number | undefined {
    return this.#total;
  }

  /** What to show at a place: what is there, or what was there before. */
  at(index: number): JmapId | undefined {
    return this.#known[index] ?? this.#shown[index];
  }

  isKnown(index: number): boolean {
    return this.#known[index] !== undefined;
  }

  /** -1: it is not among those that are here. */
  indexOf(id: JmapId): number {
    this.#places ??= placesOf(this.#shown, this.#known);
    const place = this.#places.get(id);
    // Where it stood before, another may be known to stand now.
    return place === undefined || this.at(place) !== id ? -1 : place;
  }

  /** Places known from the first on, without a gap. */
  prefixLength(): number {
    let gap = 0;
    while (this.#known[gap] !== undefined) gap += 1;
    return gap;
  }

  /** A window of the list as it is now. */
  place(position: number, ids: readonly JmapId[], total: number): void {
    this.#resize(total);
    for (const [offset, id] of ids.entries()) {
      if (position + offset < total) this.#known[position + offset] = id;
    }
    this.#changed();
  }

  /** All of it may have moved. */
  forget(): void {
    this.#keepShown();
    this.#known = new Array<JmapId | undefined>(this.#total ?? 0);
    this.#changed();
  }

  /** RFC 8620 §5.6: first everything removed leaves, then each added one takes its place, from the lowest on. */
  apply({ removed, added, total }: QueryDelta): void {
    const places = placesOf(this.#known);
    this.#keepShown();
    let leaving = removed.map((id) => places.get(id)).filter((place) => place !== undefined);
    // Servers name some as removed that never were in the list; the totals tell how many were.
    const left = (this.#total ?? 0) + added.length - total;
    if (left !== leaving.length) {
      // One that left from a gap moved all that stands behind it; from which gap, nobody can tell.
      this.#known.length = this.prefixLength();
      leaving = leaving.filter((place) => place < this.#known.length);
    }
    leaving.sort((one, other) => other - one);
    for (const place of leaving) this.#known.splice(place, 1);
    for (const { id, index } of added) {
      if (index >= this.#known.length) {
        this.#known.length = index;
        this.#known.push(id);
      } else {
        this.#known.splice(index, 0, id);
      }
    }
    this.#resize(total);
    this.#changed();
  }

  #keepShown(): void {
    this.#shown = Array.from({ length: this.#known.length }, (_, index) => this.at(index));
  }

  #resize(total: number): void {
    this.#total = total;
    this.#known.length = total;
    if (this.#shown.length > total) this.#shown.length = total;
  }

  #changed(): void {
    this.#places = undefined;
  }
}
