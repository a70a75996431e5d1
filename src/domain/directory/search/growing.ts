import type { Slices } from './slices.ts';

export type Column = Uint8Array | Uint16Array | Uint32Array | Float64Array;

const chunkBits = 16;
const chunkLength = 1 << chunkBits;

/** A column that grows without ever being copied. */
export class Growing<T extends Column> {
  readonly #make: (length: number) => T;
  readonly #chunks: T[] = [];
  #last: T | undefined;
  #used = chunkLength;
  length = 0;

  constructor(make: (length: number) => T) {
    this.#make = make;
  }

  push(value: number): void {
    if (this.#used === chunkLength || this.#last === undefined) {
      this.#last = this.#make(chunkLength);
      this.#chunks.push(this.#last);
      this.#used = 0;
    }
    this.#last[this.#used] = value;
    this.#used += 1;
    this.length += 1;
  }

  at(index: number): number {
    return this.#chunks[index >>> chunkBits]?.[index & (chunkLength - 1)] ?? 0;
  }

  /** The values, chunk after chunk; lets others work in between. */
  async each(slices: Slices, take: (values: T) => void): Promise<void> {
    let left = this.length;
    for (const chunk of this.#chunks) {
      take(left < chunkLength ? (chunk.subarray(0, left) as T) : chunk); // a part of a column is of its kind
      left -= chunkLength;
      await slices.pause();
    }
  }

  /** As `each`; nothing is left here. */
  async drain(slices: Slices, take: (values: T) => void): Promise<void> {
    let left = this.length;
    for (let chunk = this.#chunks.shift(); chunk !== undefined; chunk = this.#chunks.shift()) {
      take(left < chunkLength ? (chunk.subarray(0, left) as T) : chunk); // a part of a column is of its kind
      left -= chunkLength;
      await slices.pause();
    }
    this.clear();
  }

  /** Moves all of it into `target`: nothing is left here. */
  async moveTo(target: T, offset: number, slices: Slices): Promise<void> {
    let at = offset;
    await this.drain(slices, (values) => {
      target.set(values, at);
      at += values.length;
    });
  }

  clear(): void {
    this.#chunks.length = 0;
    this.#last = undefined;
    this.#used = chunkLength;
    this.length = 0;
  }
}
