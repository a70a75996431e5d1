import { directorySearchLimits } from '../../../base/domain-limits.ts';
import type { Coded } from '../directory.ts';

/** Codes of one nomenclature, and the different sets of them that documents have: a document keeps the number of its set. */
export class CodeSets {
  readonly #codes = new Map<string, number>();
  readonly #labels: Coded[] = [];
  readonly #sets = new Map<string, number>([['', 0]]);
  readonly #members: number[] = [];
  readonly #starts: number[] = [0, 0];

  /** The number of the set of these codes; when no more can be told apart, that of the first code alone, or of none. */
  setOf(values: readonly Coded[]): number {
    if (values.length === 0) return 0;
    const members = [...new Set(values.map((value) => this.numberOf(value)))].sort((one, other) => one - other);
    return this.#find(members) ?? this.#find(members.slice(0, 1)) ?? 0;
  }

  numberOf(value: Coded): number {
    const known = this.#codes.get(value.code);
    if (known !== undefined) return known;
    const number = this.#labels.length;
    this.#codes.set(value.code, number);
    this.#labels.push({ code: value.code, label: value.label });
    return number;
  }

  #find(members: readonly number[]): number | undefined {
    const key = members.join(' ');
    const known = this.#sets.get(key);
    if (known !== undefined) return known;
    if (this.#sets.size >= directorySearchLimits.combinations) return undefined;
    const number = this.#sets.size;
    this.#sets.set(key, number);
    this.#members.push(...members);
    this.#starts.push(this.#members.length);
    return number;
  }

  get labels(): readonly Coded[] {
    return this.#labels;
  }

  members(): Uint16Array {
    return Uint16Array.from(this.#members);
  }

  starts(): Uint32Array {
    return Uint32Array.from(this.#starts);
  }
}
