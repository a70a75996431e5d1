/** Digests of 64 bits, in two halves: they tell rows apart and whether one has changed. Not for secrets: anyone can make two meet. */

export interface Digest {
  readonly high: number;
  readonly low: number;
}

const factors = { high: 0x9e_37_79_b1, low: 0x85_eb_ca_77 } as const;
const lastMix = { first: 0x7f_eb_35_2d, second: 0x84_6c_a6_8b } as const;

export function digestOf(text: string): Digest {
  let high = 0x6a_09_e6_67;
  let low = 0xbb_67_ae_85;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    high = Math.imul(high ^ code, factors.high);
    high = (high << 13) | (high >>> 19);
    low = Math.imul(low ^ code, factors.low);
    low = (low << 17) | (low >>> 15);
  }
  return { high: mix(high ^ low), low: mix(low ^ text.length) };
}

function mix(half: number): number {
  let mixed = half ^ (half >>> 16);
  mixed = Math.imul(mixed, lastMix.first);
  mixed ^= mixed >>> 15;
  mixed = Math.imul(mixed, lastMix.second);
  return mixed ^ (mixed >>> 16);
}

/** As a `bigint` of PostgreSQL, in text. */
export function digestText({ high, low }: Digest): string {
  return ((BigInt(high) << 32n) | BigInt(low >>> 0)).toString();
}

const shardCount = 256;
const firstSlots = 64;

/** A set of millions of digests in eight octets each, in many small tables, so that none takes long to grow. */
export class DigestSet {
  readonly #shards: Shard[] = Array.from({ length: shardCount }, () => new Shard());

  /** False when it was there already. */
  add(digest: Digest): boolean {
    return (this.#shards[digest.high >>> 24] ?? new Shard()).add(digest.high, digest.low);
  }
}

class Shard {
  #slots = new Int32Array(firstSlots * 2);
  #count = 0;
  /** Two zeros mark a free slot: their digest is kept here. */
  #hasZero = false;

  add(high: number, low: number): boolean {
    if (high === 0 && low === 0) {
      const isNew = !this.#hasZero;
      this.#hasZero = true;
      return isNew;
    }
    if (this.#count * 4 >= this.#slots.length) this.#grow(); // half of the slots
    const isNew = place(this.#slots, high, low);
    if (isNew) this.#count += 1;
    return isNew;
  }

  #grow(): void {
    const before = this.#slots;
    this.#slots = new Int32Array(before.length * 2);
    for (let at = 0; at < before.length; at += 2) {
      const high = before[at] ?? 0;
      const low = before[at + 1] ?? 0;
      if (high !== 0 || low !== 0) place(this.#slots, high, low);
    }
  }
}

function place(slots: Int32Array, high: number, low: number): boolean {
  const mask = slots.length - 1;
  for (let at = (low << 1) & mask; ; at = (at + 2) & mask) {
    const heldHigh = slots[at];
    const heldLow = slots[at + 1];
    if (heldHigh === 0 && heldLow === 0) {
      slots[at] = high;
      slots[at + 1] = low;
      return true;
    }
    if (heldHigh === high && heldLow === low) return false;
  }
}
