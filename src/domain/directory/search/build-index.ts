/**
 * Builds the index of the search out of all documents, which come in the order of their national identifiers, mailboxes last.
 *
 * The words of each document are kept as numbers, document after document; at the end they are turned over: counted, then written where
 * they belong. Nothing grows with the number of documents but columns of numbers, which give way to those of the index.
 */
import { assert } from '../../../base/assert.ts';
import type { Coded } from '../directory.ts';
import { CodeSets } from './code-sets.ts';
import { departmentCode, departmentName } from './departments.ts';
import { documentWords } from './document-words.ts';
import { EntryTable } from './entry-table.ts';
import { field } from './fields.ts';
import { type Column, Growing } from './growing.ts';
import { hash32, inHashOrder } from './hashed-pairs.ts';
import type { IndexDocument } from './index-document.ts';
import { codeWord, flag } from './index-format.ts';
import { ForwardWords, turnOver } from './postings.ts';
import { Slices } from './slices.ts';
import { fold } from './words.ts';
import { type IndexColumns, writeIndex } from './write-index.ts';

const bytes = (length: number) => new Uint8Array(length);
const shorts = (length: number) => new Uint16Array(length);
const longs = (length: number) => new Uint32Array(length);
const doubles = (length: number) => new Float64Array(length);

/** The columns of one half of the documents: those that can be written to, or the others. */
class Half {
  readonly numbers = new Growing(longs);
  readonly rpps = new Growing(doubles);
  readonly professionSets = new Growing(shorts);
  readonly specialitySets = new Growing(shorts);
  readonly departmentSets = new Growing(shorts);
  readonly flags = new Growing(bytes);
  readonly names = new Growing(longs);
  readonly words = new ForwardWords();
  lastRpps = 0;
}

/** What a document without a name hashes to. */
const noName = 0;

class IndexBuilder {
  readonly slices = new Slices();
  readonly #reachable = new Half();
  readonly #others = new Half();
  #entries = new EntryTable();
  readonly #professions = new CodeSets();
  readonly #specialities = new CodeSets();
  readonly #departments = new CodeSets();
  readonly #addressHashes = new Growing(longs);
  readonly #addressDocuments = new Growing(longs);

  add(document: IndexDocument): void {
    const half = document.addresses.length > 0 ? this.#reachable : this.#others;
    for (const { address } of document.addresses) {
      this.#addressHashes.push(hash32(address.toLowerCase()));
      this.#addressDocuments.push(half.numbers.length);
    }
    half.numbers.push(document.number);
    half.flags.push(flagsOf(document));
    half.names.push(document.family === null ? noName : hash32(fold(`${document.family}|${document.given ?? ''}`)));
    const departments = departmentsOf(document);
    half.professionSets.push(this.#professions.setOf(document.professions));
    half.specialitySets.push(this.#specialities.setOf(document.specialities));
    half.departmentSets.push(this.#departments.setOf(departments));
    const words = documentWords(document);
    this.#addRpps(half, document.idnps, (word) => words.set(word, field.identifier));
    for (const each of document.professions)
      words.set(codeWord('p', this.#professions.numberOf(each)), field.profession);
    for (const each of document.specialities)
      words.set(codeWord('s', this.#specialities.numberOf(each)), field.speciality);
    for (const each of departments) words.set(codeWord('d', this.#departments.numberOf(each)), field.department);
    for (const [word, of] of words) half.words.add(this.#entries.numberOf(word, of));
    half.words.endDocument(words.size);
  }

  /** Eleven digits stand in a column that is searched by halves; another identifier is a word. */
  #addRpps(half: Half, idnps: string | null, addWord: (word: string) => void): void {
    if (idnps !== null && /^8\d{11}$/.test(idnps)) {
      const rpps = Number(idnps.slice(1));
      assert(rpps >= half.lastRpps, 'documents do not come in the order of their identifiers');
      half.lastRpps = rpps;
    } else if (idnps !== null) addWord(fold(idnps));
    half.rpps.push(half.lastRpps);
  }

  async finish(write: (part: Buffer) => Promise<void>): Promise<{ documents: number; bytes: number }> {
    const [reachable, others] = [this.#reachable, this.#others];
    const reachableCount = reachable.numbers.length;
    const documents = reachableCount + others.numbers.length;
    const { slices } = this;
    const halves = [reachable.words, others.words];
    const postings = await turnOver({ entries: this.#entries, halves, slices });
    this.#entries = new EntryTable();
    const both = async <T extends Column>(pick: (half: Half) => Growing<T>, target: T): Promise<T> => {
      await pick(reachable).moveTo(target, 0, slices);
      await pick(others).moveTo(target, reachableCount, slices);
      return target;
    };
    const flags = await both((half) => half.flags, bytes(documents));
    await this.#markHomonyms(await both((half) => half.names, longs(documents)), flags);
    const columns: IndexColumns = {
      ...postings,
      numbers: await both((half) => half.numbers, longs(documents)),
      rpps: await both((half) => half.rpps, doubles(documents)),
      professionSets: await both((half) => half.professionSets, shorts(documents)),
      specialitySets: await both((half) => half.specialitySets, shorts(documents)),
      departmentSets: await both((half) => half.departmentSets, shorts(documents)),
      flags,
      professionMembers: this.#professions.members(),
      professionStarts: this.#professions.starts(),
      specialityMembers: this.#specialities.members(),
      specialityStarts: this.#specialities.starts(),
      departmentMembers: this.#departments.members(),
      departmentStarts: this.#departments.starts(),
      addresses: await this.#addresses(),
    };
    const heading = {
      documents,
      reachable: reachableCount,
      professions: this.#professions.labels,
      specialities: this.#specialities.labels,
      departments: this.#departments.labels,
    };
    return { documents, bytes: await writeIndex(heading, columns, this.slices, write) };
  }

  async #addresses(): Promise<Uint32Array> {
    const hashes = longs(this.#addressHashes.length);
    const documents = longs(this.#addressDocuments.length);
    await this.#addressHashes.moveTo(hashes, 0, this.slices);
    await this.#addressDocuments.moveTo(documents, 0, this.slices);
    return inHashOrder(hashes, documents, this.slices);
  }

  async #markHomonyms(names: Uint32Array, flags: Uint8Array): Promise<void> {
    const numbered = longs(names.length);
    for (let document = 0; document < numbered.length; document += 1) numbered[document] = document;
    await this.slices.pause();
    const pairs = await inHashOrder(names, numbered, this.slices);
    for (let at = 2; at < pairs.length; at += 2) {
      if ((at & 0xffff) === 0) await this.slices.pause();
      if (pairs[at + 1] !== pairs[at - 1] || pairs[at + 1] === noName) continue;
      for (const document of [pairs[at] ?? 0, pairs[at - 2] ?? 0]) {
        flags[document] = (flags[document] ?? 0) | flag.homonym;
      }
    }
  }
}

function flagsOf(document: IndexDocument): number {
  let flags: number = document.kind === 'mailbox' ? flag.mailbox : 0;
  for (const { type } of document.addresses) flags |= flag[type];
  return flags;
}

function departmentsOf(document: IndexDocument): readonly Coded[] {
  const codes = new Set<string>();
  for (const { department, postcode } of document.places) {
    const code = departmentCode(department, postcode);
    if (code !== null) codes.add(code);
  }
  return [...codes].map((code) => ({ code, label: departmentName(code) }));
}

export async function buildIndex(
  documents: AsyncIterable<IndexDocument>,
  write: (part: Buffer) => Promise<void>,
): Promise<{ documents: number; bytes: number }> {
  const builder = new IndexBuilder();
  for await (const document of documents) {
    builder.add(document);
    await builder.slices.pause();
  }
  return builder.finish(write);
}
