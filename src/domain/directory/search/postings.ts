/** Turns the words of each document into the documents of each word, and reads these. */
import type { EntryTable } from './entry-table.ts';
import { Growing } from './growing.ts';
import type { Slices } from './slices.ts';
import type { Word } from './words.ts';

export interface PostingColumns {
  readonly wordLetters: Uint8Array;
  readonly wordStarts: Uint32Array;
  readonly wordEntries: Uint32Array;
  readonly entryFields: Uint8Array;
  readonly entryCounts: Uint32Array;
  readonly entryPostings: Uint32Array;
  readonly postings: Uint8Array;
}

/** The words of documents, document after document: the number of each entry, seven bits an octet, the last octet of each below 128. */
export class ForwardWords {
  readonly #octets = new Growing((length) => new Uint8Array(length));
  /** How many words each document has. */
  readonly #counts = new Growing((length) => new Uint16Array(length));

  add(entry: number): void {
    let rest = entry;
    while (rest >= 0x80) {
      this.#octets.push((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    this.#octets.push(rest);
  }

  endDocument(words: number): void {
    this.#counts.push(words);
  }

  get documents(): number {
    return this.#counts.length;
  }

  /** Calls `onEntry` for each word of each document, in order, the first of which has the number `first`. The last walk leaves nothing. */
  async walk(
    { slices, first, isLast }: { readonly slices: Slices; readonly first: number; readonly isLast: boolean },
    onEntry: (entry: number, document: number) => void,
  ): Promise<void> {
    let document = 0;
    let left = this.#counts.at(0);
    let value = 0;
    let shift = 0;
    const take = (octets: Uint8Array): void => {
      for (const octet of octets) {
        value |= (octet & 0x7f) << shift;
        shift += 7;
        if (octet >= 0x80) continue;
        while (left === 0) {
          document += 1;
          left = this.#counts.at(document);
        }
        onEntry(value, first + document);
        left -= 1;
        value = 0;
        shift = 0;
      }
    };
    await (isLast ? this.#octets.drain(slices, take) : this.#octets.each(slices, take));
  }
}

interface TurnOver {
  readonly entries: EntryTable;
  /** One half of the documents, then the other. */
  readonly halves: readonly ForwardWords[];
  readonly slices: Slices;
}

async function walk(
  { halves, slices }: TurnOver,
  isLast: boolean,
  onEntry: (entry: number, document: number) => void,
): Promise<void> {
  let first = 0;
  for (const half of halves) {
    await half.walk({ slices, first, isLast }, onEntry);
    first += half.documents;
  }
}

function sizeOf(step: number): number {
  if (step < 0x80) return 1;
  if (step < 0x4000) return 2;
  return step < 0x200000 ? 3 : 4;
}

/** Nothing is left in `source.halves`. */
export async function turnOver(source: TurnOver): Promise<PostingColumns> {
  const total = source.entries.size;
  const counts = new Uint32Array(total);
  const last = new Int32Array(total).fill(-1);
  const sizes = new Uint32Array(total);
  await walk(source, false, (entry, document) => {
    sizes[entry] = (sizes[entry] ?? 0) + sizeOf(document - (last[entry] ?? 0));
    counts[entry] = (counts[entry] ?? 0) + 1;
    last[entry] = document;
  });
  const { positions, postings, columns } = await layOut(source, counts, sizes, last);
  last.fill(-1);
  await walk(source, true, (entry, document) => {
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
  return columns;
}

/** The dictionary, and where each entry's documents are to be written. An entry of one document needs no room: `last` is its document. */
async function layOut({ entries, slices }: TurnOver, counts: Uint32Array, sizes: Uint32Array, last: Int32Array) {
  const total = entries.size;
  const letters = Buffer.alloc(entries.letters);
  const wordStarts = new Uint32Array(total + 1);
  const wordEntries = new Uint32Array(total + 1);
  const columns = {
    entryFields: new Uint8Array(total),
    entryCounts: new Uint32Array(total),
    entryPostings: new Uint32Array(total),
  };
  const positions = new Uint32Array(total);
  let at = 0;
  let words = 0;
  let letter = 0;
  let octets = 0;
  let known: Word | undefined;
  for await (const group of entries.inOrder(slices)) {
    for (const { word, field, number } of group) {
      if (word !== known) {
        known = word;
        wordStarts[words] = letter;
        wordEntries[words] = at;
        words += 1;
        letter += letters.write(word, letter, 'latin1');
      }
      const count = counts[number] ?? 0;
      columns.entryFields[at] = field;
      columns.entryCounts[at] = count;
      columns.entryPostings[at] = count === 1 ? (last[number] ?? 0) : octets;
      positions[number] = octets;
      if (count > 1) octets += sizes[number] ?? 0;
      at += 1;
    }
  }
  wordStarts[words] = letter;
  wordEntries[words] = total;
  const postings = new Uint8Array(octets);
  return {
    positions,
    postings,
    columns: {
      ...columns,
      postings,
      wordLetters: letters.subarray(0, letter),
      wordStarts: wordStarts.subarray(0, words + 1),
      wordEntries: wordEntries.subarray(0, words + 1),
    },
  };
}
