/**
 * One segment of the search index: the words of some emails of one account, in one block of bytes that is searched where
 * it lies. Layout, integers little-endian:
 *
 * | part       | content                                                                                             |
 * |------------|-----------------------------------------------------------------------------------------------------|
 * | header     | magic, documents, words, blocks, offsets of blocks, dictionary and postings: seven u32               |
 * | documents  | per document, by number: email number (u48), seconds since 1970 of its reception (u32)               |
 * | blocks     | per 32 words: offset into the dictionary, offset into the postings (u32 each)                        |
 * | dictionary | per word: octets shared with the one before in its block, octets that follow, those octets, length of its postings; lengths as varints |
 * | postings   | per word, per document: varint of (step from the last document << 1, lowest bit set when a field octet follows); without it the word stands in the body alone |
 */

import { assert } from '../../../base/assert.ts';
import type { Word } from './words.ts';

/** Where in an email a word stands; several add up. */
export const field = { from: 1, to: 2, cc: 4, bcc: 8, subject: 16, body: 32, attachment: 64 } as const;
export type FieldMask = number;
export const anyField: FieldMask = 127;

const magic = 0x31495348; // "HSI1"
const headerBytes = 28;
const documentBytes = 10;
const blockBytes = 8;
const wordsPerBlock = 32;

export interface SegmentDocument {
  readonly number: number;
  readonly receivedSeconds: number;
}

/** Grows as it is written. */
class ByteWriter {
  #bytes: Buffer;
  #length = 0;

  constructor(capacity: number) {
    this.#bytes = Buffer.allocUnsafe(Math.max(capacity, 64));
  }

  get length(): number {
    return this.#length;
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#length + more));
    this.#bytes.copy(grown, 0, 0, this.#length);
    this.#bytes = grown;
  }

  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#length] = value;
    this.#length += 1;
  }

  varint(value: number): void {
    this.#reserve(6);
    let rest = value;
    while (rest > 127) {
      this.#bytes[this.#length] = (rest & 127) | 128;
      this.#length += 1;
      rest >>>= 7;
    }
    this.#bytes[this.#length] = rest;
    this.#length += 1;
  }

  u32(value: number): void {
    this.#reserve(4);
    this.#bytes.writeUInt32LE(value, this.#length);
    this.#length += 4;
  }

  word(text: Word): void {
    this.#reserve(text.length);
    this.#length += this.#bytes.write(text, this.#length, 'latin1');
  }

  bytes(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }
}

/** Writes a segment word by word, in ascending order. */
export class SegmentWriter {
  readonly #documents: readonly SegmentDocument[];
  readonly #blocks = new ByteWriter(1024);
  readonly #dictionary = new ByteWriter(16_384);
  readonly #postings = new ByteWriter(65_536);
  #words = 0;
  #last: Word = '';
  #wordStart = 0;
  #lastDocument = -1;

  /** `documents` by ascending number. */
  constructor(documents: readonly SegmentDocument[]) {
    this.#documents = documents;
  }

  beginWord(): void {
    this.#wordStart = this.#postings.length;
    this.#lastDocument = -1;
  }

  /** `document` is an index into the documents, ascending within the word. */
  posting(document: number, mask: FieldMask): void {
    const step = document - this.#lastDocument;
    this.#lastDocument = document;
    if (mask === field.body) {
      this.#postings.varint(step << 1);
    } else {
      this.#postings.varint((step << 1) | 1);
      this.#postings.byte(mask);
    }
  }

  /** Gives the word its name; without any posting it is left out. */
  endWord(word: Word): void {
    const length = this.#postings.length - this.#wordStart;
    if (length === 0) return;
    let shared = 0;
    if (this.#words % wordsPerBlock === 0) {
      this.#blocks.u32(this.#dictionary.length);
      this.#blocks.u32(this.#wordStart);
    } else {
      const most = Math.min(word.length, this.#last.length);
      while (shared < most && word.charCodeAt(shared) === this.#last.charCodeAt(shared)) shared += 1;
    }
    this.#dictionary.varint(shared);
    this.#dictionary.varint(word.length - shared);
    this.#dictionary.word(word.slice(shared));
    this.#dictionary.varint(length);
    this.#last = word;
    this.#words += 1;
  }

  finish(): Buffer {
    const count = this.#documents.length;
    const head = Buffer.allocUnsafe(headerBytes + count * documentBytes);
    const blocksAt = head.length;
    const dictionaryAt = blocksAt + this.#blocks.length;
    const postingsAt = dictionaryAt + this.#dictionary.length;
    const blocks = this.#blocks.length / blockBytes;
    [magic, count, this.#words, blocks, blocksAt, dictionaryAt, postingsAt].forEach((value, index) => {
      head.writeUInt32LE(value, index * 4);
    });
    this.#documents.forEach((document, index) => {
      const at = headerBytes + index * documentBytes;
      head.writeUIntLE(document.number, at, 6);
      head.writeUInt32LE(document.receivedSeconds, at + 6);
    });
    return Buffer.concat([head, this.#blocks.bytes(), this.#dictionary.bytes(), this.#postings.bytes()]);
  }
}

/** A position in the dictionary, moving forward word by word. */
export interface WordCursor {
  word: Word;
  postingsStart: number;
  postingsEnd: number;
}

/** Reads a segment where it lies. */
export class Segment {
  readonly documentCount: number;
  readonly wordCount: number;
  readonly #bytes: Buffer;
  readonly #blocks: number;
  readonly #blocksAt: number;
  readonly #dictionaryAt: number;
  readonly #postingsAt: number;

  constructor(bytes: Buffer) {
    assert(bytes.length >= headerBytes && bytes.readUInt32LE(0) === magic, 'not a segment of the search index');
    this.#bytes = bytes;
    this.documentCount = bytes.readUInt32LE(4);
    this.wordCount = bytes.readUInt32LE(8);
    this.#blocks = bytes.readUInt32LE(12);
    this.#blocksAt = bytes.readUInt32LE(16);
    this.#dictionaryAt = bytes.readUInt32LE(20);
    this.#postingsAt = bytes.readUInt32LE(24);
    assert(this.#postingsAt <= bytes.length, 'a segment of the search index is cut short');
  }

  get sizeBytes(): number {
    return this.#bytes.length;
  }

  document(index: number): SegmentDocument {
    const at = headerBytes + index * documentBytes;
    return { number: this.#bytes.readUIntLE(at, 6), receivedSeconds: this.#bytes.readUInt32LE(at + 6) };
  }

  /** Words in order, from the first that is not below `from`. */
  *words(from: Word): Generator<WordCursor> {
    const start = this.#blockBefore(from);
    if (start >= this.#blocks) return;
    const bytes = this.#bytes;
    let at = this.#dictionaryAt + bytes.readUInt32LE(this.#blocksAt + start * blockBytes);
    let postings = this.#postingsAt + bytes.readUInt32LE(this.#blocksAt + start * blockBytes + 4);
    const cursor: WordCursor = { word: '', postingsStart: 0, postingsEnd: 0 };
    const varint = (): number => {
      let value = 0;
      for (let shift = 0; ; shift += 7) {
        const octet = bytes[at] ?? 0;
        at += 1;
        value |= (octet & 127) << shift;
        if (octet < 128) return value;
      }
    };
    for (let index = start * wordsPerBlock; index < this.wordCount; index += 1) {
      const shared = varint();
      const length = varint();
      cursor.word = cursor.word.slice(0, shared) + bytes.toString('latin1', at, at + length);
      at += length;
      cursor.postingsStart = postings;
      postings += varint();
      cursor.postingsEnd = postings;
      if (cursor.word >= from) yield cursor;
    }
  }

  /** Calls `onPosting` for each document of the word under `cursor`. */
  forEachPosting(cursor: WordCursor, onPosting: (document: number, mask: FieldMask) => void): void {
    const bytes = this.#bytes;
    let at = cursor.postingsStart;
    let document = -1;
    while (at < cursor.postingsEnd) {
      let value = 0;
      for (let shift = 0; ; shift += 7) {
        const octet = bytes[at] ?? 0;
        at += 1;
        value |= (octet & 127) << shift;
        if (octet < 128) break;
      }
      document += value >>> 1;
      if ((value & 1) === 0) {
        onPosting(document, field.body);
      } else {
        onPosting(document, bytes[at] ?? 0);
        at += 1;
      }
    }
  }

  /** The last block whose first word is not above `word`. */
  #blockBefore(word: Word): number {
    let low = 0;
    let high = this.#blocks;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#firstWordOf(middle) <= word) low = middle + 1;
      else high = middle;
    }
    return Math.max(0, low - 1);
  }

  #firstWordOf(block: number): Word {
    // The first word of a block shares nothing with another: a zero octet, its length (one octet: words have 40 at most), itself.
    const at = this.#dictionaryAt + this.#bytes.readUInt32LE(this.#blocksAt + block * blockBytes);
    const length = this.#bytes[at + 1] ?? 0;
    return this.#bytes.toString('latin1', at + 2, at + 2 + length);
  }
}
