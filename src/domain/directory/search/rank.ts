/**
 * The order of what matches: by match, then by who is written to, then by what tells equal matches apart (a whole name before a part
 * of one), then by distance to the practice. Filters and facets are looked at in the same pass.
 */
import { directorySearchLimits } from '../../../base/domain-limits.ts';
import type { Coded, FacetCount, ListedMailboxType, SearchContext, SearchFilters } from '../directory.ts';
import { departmentCode, kilometresBetween } from './departments.ts';
import type { DirectoryIndex, Sets } from './directory-index.ts';
import { field, fineSteps } from './fields.ts';
import { flag } from './index-format.ts';
import type { Matches } from './match.ts';

export interface Ranked {
  readonly documents: readonly number[];
  readonly total: number;
  readonly facets: {
    readonly professions: readonly FacetCount[];
    readonly specialities: readonly FacetCount[];
    readonly departments: readonly FacetCount[];
    readonly types: readonly FacetCount[];
  };
}

const types: readonly ListedMailboxType[] = ['PER', 'ORG', 'APP', 'CAB'];

/** For each set of codes whether it holds one of those asked for; undefined when none is asked for. */
function allowedSets(sets: Sets, codes: readonly string[] | undefined): Uint8Array | undefined {
  if (codes === undefined || codes.length === 0) return undefined;
  const wanted = new Set(codes);
  const isWanted = sets.labels.map(({ code }) => wanted.has(code));
  const allowed = new Uint8Array(sets.starts.length - 1);
  for (let set = 0; set < allowed.length; set += 1) {
    for (let at = sets.starts[set] ?? 0; at < (sets.starts[set + 1] ?? 0); at += 1) {
      if (isWanted[sets.members[at] ?? 0]) allowed[set] = 1;
    }
  }
  return allowed;
}

/** Which documents stand in all of the given sets. */
function filterOf(index: DirectoryIndex, filters: SearchFilters): ((document: number) => boolean) | undefined {
  const professions = allowedSets(index.professions, filters.professions);
  const specialities = allowedSets(index.specialities, filters.specialities);
  const departments = allowedSets(index.departments, filters.departments);
  const wanted = (filters.types ?? []).reduce((bits, type) => bits | flag[type], 0);
  if (professions === undefined && specialities === undefined && departments === undefined && wanted === 0)
    return undefined;
  return (document) =>
    (professions === undefined || professions[index.professionSets[document] ?? 0] === 1) &&
    (specialities === undefined || specialities[index.specialitySets[document] ?? 0] === 1) &&
    (departments === undefined || departments[index.departmentSets[document] ?? 0] === 1) &&
    (wanted === 0 || ((index.flags[document] ?? 0) & wanted) !== 0);
}

/** Farther than anything in France, and than what is not known. */
const unknownDistance = 30_000;
const distanceSteps = 32_768;
const familiarSteps = 256;

/** What stands for a distance: 0 in the same postcode, 1 in the same department, else kilometres. */
class Nearness {
  readonly #index: DirectoryIndex;
  readonly #home: string | null;
  readonly #bySet: Int32Array;

  constructor(index: DirectoryIndex, postcode: string | undefined) {
    this.#index = index;
    this.#home = postcode === undefined ? null : departmentCode(null, postcode);
    this.#bySet = new Int32Array(this.#home === null ? 0 : index.departments.starts.length - 1).fill(-1);
  }

  /** Of a document with this set of departments. */
  of(set: number): number {
    if (this.#home === null) return 0;
    const known = this.#bySet[set] ?? -1;
    if (known >= 0) return known;
    const { members, starts, labels } = this.#index.departments;
    let least = unknownDistance;
    for (let at = starts[set] ?? 0; at < (starts[set + 1] ?? 0); at += 1) {
      const code = labels[members[at] ?? 0]?.code ?? '';
      least = Math.min(least, code === this.#home ? 1 : (kilometresBetween(this.#home, code) ?? unknownDistance));
    }
    this.#bySet[set] = least;
    return least;
  }
}

/** The best of a stream, kept as a heap with the worst on top. */
class Best {
  readonly #size: number;
  readonly #keys: number[] = [];
  readonly #documents: number[] = [];

  constructor(size: number) {
    this.#size = size;
  }

  /** What is below does not come in. */
  least = 0;

  /** Smaller documents go first among equals. */
  offer(key: number, document: number): void {
    const length = this.#keys.length;
    if (length < this.#size) {
      this.#keys.push(key);
      this.#documents.push(document);
      this.#rise(length);
    } else if (key > (this.#keys[0] ?? 0) || (key === this.#keys[0] && document < (this.#documents[0] ?? 0))) {
      this.#keys[0] = key;
      this.#documents[0] = document;
      this.#sink();
    }
    if (this.#keys.length === this.#size) this.least = this.#keys[0] ?? 0;
  }

  #isWorse(one: number, other: number): boolean {
    const difference = (this.#keys[one] ?? 0) - (this.#keys[other] ?? 0);
    return difference < 0 || (difference === 0 && (this.#documents[one] ?? 0) > (this.#documents[other] ?? 0));
  }

  #exchange(one: number, other: number): void {
    for (const column of [this.#keys, this.#documents]) {
      [column[one], column[other]] = [column[other] ?? 0, column[one] ?? 0];
    }
  }

  #rise(from: number): void {
    for (let at = from; at > 0; ) {
      const parent = (at - 1) >>> 1;
      if (!this.#isWorse(at, parent)) return;
      this.#exchange(at, parent);
      at = parent;
    }
  }

  #sink(): void {
    for (let at = 0; ; ) {
      let worst = at;
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if (child < this.#keys.length && this.#isWorse(child, worst)) worst = child;
      }
      if (worst === at) return;
      this.#exchange(at, worst);
      at = worst;
    }
  }

  sorted(): readonly number[] {
    const order = this.#keys.map((_, at) => at).sort((one, other) => (this.#isWorse(one, other) ? 1 : -1));
    return order.map((at) => this.#documents[at] ?? 0);
  }
}

/** What the account writes to and what is next door, by document: the former up to 127, the latter the eighth bit. */
const nextDoor = 0x80;

export class Ranking {
  readonly #index: DirectoryIndex;
  readonly #marks: Uint8Array;
  readonly #run: Uint32Array;

  constructor(index: DirectoryIndex) {
    this.#index = index;
    this.#marks = new Uint8Array(index.documents);
    this.#run = new Uint32Array(index.documents);
  }

  rank(matches: Matches, filters: SearchFilters, context: SearchContext, most: number): Ranked {
    const limit = filters.reachableOnly === false ? this.#index.documents : this.#index.reachable;
    const marked = this.#mark(context, limit);
    try {
      return this.#pass(matches, filterOf(this.#index, filters), context, most);
    } finally {
      for (const document of marked) this.#marks[document] = 0;
    }
  }

  #mark(context: SearchContext, limit: number): readonly number[] {
    const marked: number[] = [];
    let left = directorySearchLimits.familiarAddresses;
    for (const [address, times] of context.familiar ?? []) {
      left -= 1;
      if (left < 0) break;
      for (const document of this.#index.withAddress(address)) {
        const mark = Math.min(nextDoor - 1, Math.ceil(8 * Math.log2(1 + Math.max(0, times))));
        this.#marks[document] = Math.max(this.#marks[document] ?? 0, mark);
        marked.push(document);
      }
    }
    const word = context.near === undefined ? undefined : this.#index.findWord(context.near.postcode);
    if (word === undefined) return marked;
    const entries = this.#index.entriesOf(word);
    for (let entry = entries.from; entry < entries.to; entry += 1) {
      if (this.#index.entryFields[entry] !== field.postcode) continue;
      const length = this.#index.decode(entry, limit, this.#run);
      for (const document of this.#run.subarray(0, length)) {
        this.#marks[document] = (this.#marks[document] ?? 0) | nextDoor;
        marked.push(document);
      }
    }
    return marked;
  }

  #pass(
    matches: Matches,
    isAllowed: ((document: number) => boolean) | undefined,
    context: SearchContext,
    most: number,
  ): Ranked {
    const index = this.#index;
    const nearness = new Nearness(index, context.near?.postcode);
    const best = new Best(most);
    const professions = new Uint32Array(index.professions.starts.length - 1);
    const specialities = new Uint32Array(index.specialities.starts.length - 1);
    const departments = new Uint32Array(index.departments.starts.length - 1);
    const flags = new Uint32Array(256);
    const marks = this.#marks;
    const { professionSets, specialitySets, departmentSets, flags: allFlags } = index;
    const { documents, count, points: allPoints } = matches;
    let total = 0;
    for (let at = 0; at < count; at += 1) {
      const document = documents[at] ?? 0;
      if (isAllowed !== undefined && !isAllowed(document)) continue;
      total += 1;
      increment(professions, professionSets[document] ?? 0);
      increment(specialities, specialitySets[document] ?? 0);
      const departmentSet = departmentSets[document] ?? 0;
      increment(departments, departmentSet);
      increment(flags, allFlags[document] ?? 0);
      const points = allPoints[document] ?? 0;
      const fine = points & (fineSteps - 1);
      const mark = marks[document] ?? 0;
      const distance = mark >= nextDoor ? 0 : nearness.of(departmentSet);
      const match = (points - fine) * familiarSteps + (mark & (nextDoor - 1)) * fineSteps + fine;
      const key = match * distanceSteps + (distanceSteps - 1 - distance);
      if (key >= best.least) best.offer(key, document);
    }
    return {
      documents: best.sorted(),
      total,
      facets: {
        professions: facetOf(index.professions, professions),
        specialities: facetOf(index.specialities, specialities),
        departments: facetOf(index.departments, departments),
        types: typeFacet(flags),
      },
    };
  }
}

function increment(counts: Uint32Array, at: number): void {
  counts[at] = (counts[at] ?? 0) + 1;
}

function facetOf(sets: Sets, bySet: Uint32Array): readonly FacetCount[] {
  const counts = new Uint32Array(sets.labels.length);
  for (let set = 0; set < bySet.length; set += 1) {
    const count = bySet[set] ?? 0;
    if (count === 0) continue;
    for (let at = sets.starts[set] ?? 0; at < (sets.starts[set + 1] ?? 0); at += 1) {
      const member = sets.members[at] ?? 0;
      counts[member] = (counts[member] ?? 0) + count;
    }
  }
  return mostFrequent(sets.labels.map((label, at) => ({ ...label, count: counts[at] ?? 0 })));
}

/** What each type is called is the screen's business. */
function typeFacet(byFlags: Uint32Array): readonly FacetCount[] {
  const count = (bit: number) => byFlags.reduce((sum, each, flags) => ((flags & bit) === 0 ? sum : sum + each), 0);
  return mostFrequent(types.map((type) => ({ code: type, label: type, count: count(flag[type]) })));
}

function mostFrequent(values: readonly (Coded & { count: number })[]): readonly FacetCount[] {
  return values
    .filter(({ count }) => count > 0)
    .sort((one, other) => other.count - one.count || (one.code < other.code ? -1 : 1))
    .slice(0, directorySearchLimits.facetValues);
}
