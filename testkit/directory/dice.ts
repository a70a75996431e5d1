/** Numbers drawn from a key: the same key gives the same numbers on every machine (integers and IEEE divisions only). */

function scramble(value: number): number {
  let mixed = Math.imul(value ^ (value >>> 16), 0x7feb352d);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x846ca68b);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

/** 32 bits that depend on all of `key`. */
export function hashOf(...key: readonly number[]): number {
  let hash = 0x9e3779b9;
  for (const part of key) hash = scramble((hash + Math.imul(part | 0, 0x85ebca6b)) >>> 0);
  return hash;
}

export function hashOfText(text: string, seed = 0): number {
  let hash = (0x811c9dc5 ^ seed) >>> 0;
  for (let index = 0; index < text.length; index += 1)
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193) >>> 0;
  return scramble(hash);
}

/** mulberry32. */
export class Dice {
  #state: number;

  constructor(...key: readonly number[]) {
    this.#state = hashOf(...key);
  }

  /** From 0 up to 1, not included. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** An integer from 0 up to `end`, not included. */
  below(end: number): number {
    return Math.floor(this.next() * end);
  }

  /** True `hundredths` times in a hundred. */
  chance(hundredths: number): boolean {
    return this.next() * 100 < hundredths;
  }

  pick<T>(values: readonly T[]): T {
    const value = values[this.below(values.length)];
    if (value === undefined) throw new RangeError('nothing to pick from');
    return value;
  }
}

/** Draws from `values`, each as often as its weight says. */
export class Urn<T> {
  readonly #values: readonly T[];
  readonly #sums: Float64Array;
  readonly total: number;

  constructor(values: readonly T[], weightOf: (value: T, index: number) => number) {
    this.#values = values;
    this.#sums = new Float64Array(values.length);
    let sum = 0;
    values.forEach((value, index) => {
      sum += weightOf(value, index);
      this.#sums[index] = sum;
    });
    this.total = sum;
  }

  draw(dice: Dice): T {
    const target = dice.next() * this.total;
    let low = 0;
    let high = this.#values.length - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#sums[middle] ?? 0) > target) high = middle;
      else low = middle + 1;
    }
    const value = this.#values[low];
    if (value === undefined) throw new RangeError('nothing to draw from');
    return value;
  }
}
