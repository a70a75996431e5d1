import type { Slices } from './slices.ts';

/** 32 bits of `text`, spread evenly: FNV-1a with a final mixing. */
export function hash32(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

const bucketBits = 6;
const buckets = 1 << bucketBits;

/**
 * Pairs of a value and its hash, one after the other, in the order of the hashes. Sorted bucket after bucket: the sort of a whole
 * column would hold up everybody else for a third of a second.
 */
export async function inHashOrder(hashes: Uint32Array, values: Uint32Array, slices: Slices): Promise<Uint32Array> {
  const ends = new Uint32Array(buckets);
  for (const hash of hashes) ends[hash >>> (32 - bucketBits)] = (ends[hash >>> (32 - bucketBits)] ?? 0) + 1;
  for (let bucket = 1; bucket < buckets; bucket += 1) ends[bucket] = (ends[bucket] ?? 0) + (ends[bucket - 1] ?? 0);
  await slices.pause();
  const next = Uint32Array.from(ends, (_, bucket) => ends[bucket - 1] ?? 0);
  const sorted = new BigUint64Array(hashes.length);
  const halves = new Uint32Array(sorted.buffer);
  for (let index = 0; index < hashes.length; index += 1) {
    const hash = hashes[index] ?? 0;
    const bucket = hash >>> (32 - bucketBits);
    const at = next[bucket] ?? 0;
    next[bucket] = at + 1;
    halves[2 * at] = values[index] ?? 0; // the low half comes first on every machine that Node runs on
    halves[2 * at + 1] = hash;
    if ((index & 0xffff) === 0) await slices.pause();
  }
  for (let bucket = 0; bucket < buckets; bucket += 1) {
    sorted.subarray(ends[bucket - 1] ?? 0, ends[bucket]).sort();
    await slices.pause();
  }
  return halves;
}
