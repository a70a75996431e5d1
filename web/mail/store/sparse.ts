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

/** By place. No array: one of which nearly all is missing is slow in every engine. */
type Ids = ReadonlyMap<number, JmapId>;

export class SparseIds {
  #known: Map<number, JmapId> = new Map();
  #shown: Ids = new Map();
  #total: number | undefined;
  #places: Map<JmapId, number> | undefined;

  /** Undefined until a window came. */
  get total(): number | undefined {
    return this.#total;
  }

  /** What to show at a place: what is there, or what was there before. */
  at(index: number): JmapId | undefined {
    return this.#known.get(index) ?? this.#shown.get(index);
  }

  isKnown(index: number): boolean {
    return this.#known.has(index);
  }

  /** -1: it is not among those that are here. */
  indexOf(id: JmapId): number {
    this.#places ??= new Map([...placesOf(this.#shown), ...placesOf(this.#known)]);
    const place = this.#places.get(id);
    // Where it stood before, another may be known to stand now.
    return place === undefined || this.at(place) !== id ? -1 : place;
  }

  /** Places known from the first on, without a gap. */
  prefixLength(): number {
    let gap = 0;
    while (this.#known.has(gap)) gap += 1;
    return gap;
  }

  /** A window of the list as it is now. */
  place(position: number, ids: readonly JmapId[], total: number): void {
    for (const [offset, id] of ids.entries()) this.#known.set(position + offset, id);
    this.#end(total);
  }

  /** All of it may have moved. */
  forget(): void {
    this.#shown = new Map([...this.#shown, ...this.#known]);
    this.#known = new Map();
    this.#places = undefined;
  }

  /** RFC 8620 §5.6: first everything removed leaves, then each added one takes its place, from the lowest on. */
  apply({ removed, added, total }: QueryDelta): void {
    const places = placesOf(this.#known);
    const leaving = removed.map((id) => places.get(id)).filter((place) => place !== undefined);
    // Servers name some as removed that never were in the list; the totals tell how many were.
    const left = (this.#total ?? 0) + added.length - total;
    // One that left from a gap moved all that stands behind it; from which gap, nobody can tell.
    const end = left === leaving.length ? Number.POSITIVE_INFINITY : this.prefixLength();
    const before = this.#known;
    this.forget();
    const gone = leaving.toSorted((one, other) => one - other);
    const taken = added.map(({ index }) => index);
    for (const [place, id] of before) {
      if (place < end && !gone.includes(place)) this.#known.set(movedPlace(place, gone, taken), id);
    }
    for (const { id, index } of added) this.#known.set(index, id);
    this.#end(total);
  }

  #end(total: number): void {
    this.#total = total;
    this.#places = undefined;
    for (const place of this.#known.keys()) if (place >= total) this.#known.delete(place);
    if (this.#shown.size > 0) this.#shown = new Map([...this.#shown].filter(([place]) => place < total));
  }
}

function placesOf(ids: Ids): Map<JmapId, number> {
  return new Map([...ids].map(([place, id]) => [id, place]));
}

/** Where what stood at `place` stands once `gone` left and `taken` are others'; both by rising place. */
function movedPlace(place: number, gone: readonly number[], taken: readonly number[]): number {
  let now = place;
  for (const each of gone) {
    if (each >= place) break;
    now -= 1;
  }
  for (const each of taken) {
    if (each > now) break;
    now += 1;
  }
  return now;
}
