/** Turns the words of each document into the documents of each word, and reads these. */
import type { Growing } from './growing.ts';
import type { Slices } from './slices.ts';

export interface PostingColumns {
  readonly wordLetters: Uint8Array;
  readonly wordStarts: Uint32Array;
  readonly wordEntries: Uint32Array;
  readonly entryFields: Uint8Array;
  readonly entryCounts: Uint32Array;
  readonly entryPostings: Uint32Array;
  readonly postings: Uint8Array;
}

interface Forward {
  readonly entries: Growing<Uint8Array>;
  readonly entryCounts: Growing<Uint16Array>;
}

interface TurnOver {
  /** Word and mark of its field -> number of the entry, in the order they were met. */
  readonly keys: ReadonlyMap<string, number>;
  readonly halves: readonly Forward[];
  readonly firstFieldMark: number;
  readonly slices: Slices;
}

/** Letters by which words are put together before they are sorted: each group takes a moment. */
const groupLetters = 3;

async function sortedKeys(keys: Iterable<string>, slices: Slices): Promise<readonly string[]> {
  const groups = new Map<string, string[]>();
  let met = 0;
  for (const key of keys) {
    // The mark of the field sorts before every letter, so groups of shorter words sort where they belong.
    const group = key.slice(0, groupLetters);
    const known = groups.get(group);
    if (known === undefined) groups.set(group, [key]);
    else known.push(key);
    met += 1;
    if ((met & 0x3ff) === 0) await slices.pause();
  }
  const sorted: string[] = [];
  for (const group of [...groups.keys()].sort()) {
    for (const key of (groups.get(group) ?? []).sort()) sorted.push(key);
    await slices.pause();
  }
  return sorted;
}

/** Calls `onEntry` for each word of each document, in order. */
async function walk(source: TurnOver, onEntry: (entry: number, document: number) => void): Promise<void> {
  let document = 0;
  for (const half of source.halves) {
    let next = 0;
    let left = half.entryCounts.at(0);
    let value = 0;
    let shift = 0;
    const ends = document + half.entryCounts.length;
    await half.entries.each(source.slices, (octets) => {
      for (const octet of octets) {
        value |= octet << shift;
        shift += 8;
        if (shift < 24) continue;
        while (left === 0) {
          next += 1;
          document += 1;
          left = half.entryCounts.at(next);
        }
        onEntry(value, document);
        left -= 1;
        value = 0;
        shift = 0;
      }
    });
    document = ends;
  }
}

function sizeOf(step: number): number {
  if (step < 0x80) return 1;
  if (step < 0x4000) return 2;
  return step < 0x200000 ? 3 : 4;
}

export async function turnOver(source: TurnOver): Promise<PostingColumns> {
  const total = source.keys.size;
  const counts = new Uint32Array(total);
  const last = new Int32Array(total).fill(-1);
  const sizes = new Uint32Array(total);
  await walk(source, (entry, document) => {
    sizes[entry] = (sizes[entry] ?? 0) + sizeOf(document - (last[entry] ?? 0));
    counts[entry] = (counts[entry] ?? 0) + 1;
    last[entry] = document;
  });
  const dictionary = await layOut(source, counts, sizes, last);
  const { positions, postings } = dictionary;
  last.fill(-1);
  await walk(source, (entry, document) => {
    const step = document - (last[entry] ?? 0);
    last[entry] = document;
    if (counts[entry] === 1) return;
    let at = positions[entry] ?? 0;
    let rest = step;
    while (rest >= 0x80) {
      postings[at] = (rest & 0x7f) | 0x80;
      at += 1;
      rest >>>= 7;
    }
    postings[at] = rest;
    positions[entry] = at + 1;
  });
  return dictionary.columns;
}

/** The dictionary, and where each entry's documents are to be written. An entry of one document needs no room: `last` is its document. */
async function layOut(source: TurnOver, counts: Uint32Array, sizes: Uint32Array, last: Int32Array) {
  const total = source.keys.size;
  const sorted = await sortedKeys(source.keys.keys(), source.slices);
  const letters = Buffer.alloc(sorted.reduce((sum, key) => sum + key.length - 1, 0));
  const wordStarts: number[] = [];
  const wordEntries: number[] = [];
  const columns = {
    entryFields: new Uint8Array(total),
    entryCounts: new Uint32Array(total),
    entryPostings: new Uint32Array(total),
  };
  const positions = new Uint32Array(total);
  let letter = 0;
  let octets = 0;
  let word = '';
  for (const [at, key] of sorted.entries()) {
    const entry = source.keys.get(key) ?? 0;
    if (at === 0 || key.length - 1 !== word.length || !key.startsWith(word)) {
      word = key.slice(0, -1);
      wordStarts.push(letter);
      wordEntries.push(at);
      letter += letters.write(word, letter, 'latin1');
    }
    const count = counts[entry] ?? 0;
    columns.entryFields[at] = key.charCodeAt(key.length - 1) - source.firstFieldMark;
    columns.entryCounts[at] = count;
    columns.entryPostings[at] = count === 1 ? (last[entry] ?? 0) : octets;
    positions[entry] = octets;
    if (count > 1) octets += sizes[entry] ?? 0;
    if ((at & 0x3ff) === 0) await source.slices.pause();
  }
  wordStarts.push(letter);
  wordEntries.push(total);
  const postings = new Uint8Array(octets);
  return {
    positions,
    postings,
    columns: {
      ...columns,
      postings,
      wordLetters: letters.subarray(0, letter),
      wordStarts: Uint32Array.from(wordStarts),
      wordEntries: Uint32Array.from(wordEntries),
    },
  };
}
