import { setImmediate as nextTurn } from 'node:timers/promises';
import { searchLimits } from '../../../base/domain-limits.ts';
import { type FieldMask, type Segment, type SegmentDocument, SegmentWriter, type WordCursor } from './segment.ts';
import { forEachWord, type Word } from './words.ts';

/** What the index keeps of one email. */
export interface IndexableEmail {
  readonly number: number;
  readonly receivedAt: Date;
  /** Text by field; several texts of one field are allowed. */
  readonly texts: readonly { readonly mask: FieldMask; readonly text: string }[];
}

function asDocument(email: IndexableEmail): SegmentDocument {
  return { number: email.number, receivedSeconds: Math.max(0, Math.floor(email.receivedAt.getTime() / 1000)) };
}

/** Words with, for each, pairs of document and mask one after the other: a flat array costs a third of an array of pairs. */
type Postings = Map<Word, number[]>;

function addWords(postings: Postings, document: number, email: IndexableEmail): void {
  let left = searchLimits.wordsPerEmail;
  for (const { mask, text } of email.texts) {
    forEachWord(text, (word) => {
      const known = postings.get(word);
      if (known !== undefined && known[known.length - 2] === document) {
        known[known.length - 1] = (known[known.length - 1] ?? 0) | mask;
      } else if (left > 0) {
        left -= 1;
        if (known === undefined) postings.set(word, [document, mask]);
        else known.push(document, mask);
      }
    });
  }
}

/** Lets others work when this work has taken its slice of time. */
class Slices {
  #end = performance.now() + searchLimits.sliceMs;

  async pause(): Promise<void> {
    if (performance.now() < this.#end) return;
    await nextTurn();
    this.#end = performance.now() + searchLimits.sliceMs;
  }
}

/** A segment of these emails; lets others work in between. */
export async function buildSegment(emails: readonly IndexableEmail[]): Promise<Buffer> {
  const ordered = [...emails].sort((one, other) => one.number - other.number);
  const slices = new Slices();
  const postings: Postings = new Map();
  for (const [document, email] of ordered.entries()) {
    addWords(postings, document, email);
    await slices.pause();
  }
  const writer = new SegmentWriter(ordered.map(asDocument));
  for (const word of [...postings.keys()].sort()) {
    const pairs = postings.get(word) ?? [];
    writer.beginWord();
    for (let index = 0; index < pairs.length; index += 2) writer.posting(pairs[index] ?? 0, pairs[index + 1] ?? 0);
    writer.endWord(word);
  }
  return writer.finish();
}

interface Source {
  readonly segment: Segment;
  readonly words: Generator<WordCursor>;
  cursor: WordCursor | undefined;
  /** New index of each document; -1 for one that is left out. */
  readonly renumbered: Int32Array;
}

function openSources(
  segments: readonly Segment[],
  isKept: (number: number) => boolean,
): { sources: Source[]; documents: SegmentDocument[] } {
  const kept = segments
    .flatMap((segment, source) =>
      Array.from({ length: segment.documentCount }, (_, index) => ({ source, index, ...segment.document(index) })),
    )
    .filter((document) => isKept(document.number))
    .sort((one, other) => one.number - other.number);
  const sources = segments.map((segment): Source => {
    const words = segment.words('');
    return { segment, words, cursor: words.next().value, renumbered: new Int32Array(segment.documentCount).fill(-1) };
  });
  kept.forEach((document, index) => {
    const source = sources[document.source];
    if (source !== undefined) source.renumbered[document.index] = index;
  });
  return {
    sources,
    documents: kept.map(({ number, receivedSeconds }) => ({ number, receivedSeconds })),
  };
}

function lowestWord(sources: readonly Source[]): Word | undefined {
  let lowest: Word | undefined;
  for (const { cursor } of sources) {
    if (cursor !== undefined && (lowest === undefined || cursor.word < lowest)) lowest = cursor.word;
  }
  return lowest;
}

/** One segment of all of them, without the documents that `isKept` leaves out; lets others work in between. */
export async function mergeSegments(
  segments: readonly Segment[],
  isKept: (number: number) => boolean,
): Promise<Buffer> {
  const { sources, documents } = openSources(segments, isKept);
  const writer = new SegmentWriter(documents);
  const slices = new Slices();
  for (let word = lowestWord(sources); word !== undefined; word = lowestWord(sources)) {
    const postings: { document: number; mask: FieldMask }[] = [];
    for (const source of sources) {
      if (source.cursor?.word !== word) continue;
      source.segment.forEachPosting(source.cursor, (document, mask) => {
        const renumbered = source.renumbered[document] ?? -1;
        if (renumbered >= 0) postings.push({ document: renumbered, mask });
      });
      source.cursor = source.words.next().value;
    }
    postings.sort((one, other) => one.document - other.document);
    writer.beginWord();
    for (const { document, mask } of postings) writer.posting(document, mask);
    writer.endWord(word);
    await slices.pause();
  }
  return writer.finish();
}
