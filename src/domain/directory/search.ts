/**
 * Search over the national directory: what is found by the index in memory, in the words that the tables say now. What left or was
 * hidden since the index was built is left out of the page, and so is who cannot be written to any more (the facets, and the pages that
 * nobody looks at, count them until the next edition). Asked for by a hidden address, nobody answers: whose it is stays hidden too.
 */

import { sql } from 'kysely';
import { directorySearchLimits as limits } from '../../base/domain-limits.ts';
import { Refusal } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import { parseAddress } from '../../formats/address/address.ts';
import type { Database, Db } from '../../platform/db/db.ts';
import type { Correspondent, SearchAnswer, SearchFilters, SearchRequest } from './directory.ts';
import { CurrentIndex } from './search/current-index.ts';
import type { Found, FoundDocument } from './search/find.ts';
import { type LineContext, personLine, sharedLine } from './search/lines.ts';
import { type PersonRecord, readPersons, readShared, type SharedRecord } from './search/records.ts';
import type { ResolvedWord } from './search/resolve.ts';
import { searchTexts } from './search/texts.ts';
import { type Word, wordsOf } from './search/words.ts';

export interface DirectorySearch {
  search(db: Db, request: SearchRequest): Promise<SearchAnswer>;
  /** Reads the index before anybody asks. */
  warm(): Promise<void>;
  stop(): Promise<void>;
}

export function createDirectorySearch(parts: { readonly database: Database; readonly log: Log }): DirectorySearch {
  const current = new CurrentIndex(parts.database, parts.log);
  return {
    async search(db, request) {
      check(request);
      const held = await current.get();
      if (held === undefined) return nothing;
      const { text, filters = {}, context = {}, offset = 0, limit } = request;
      if (await namesHidden(db, text)) return { ...nothing, publishedAt: held.publishedAt };
      const found = held.finder.find({ text, filters, context, most: offset + limit });
      const page = found.documents.slice(offset, offset + limit);
      const asked = { ...context, words: found.words.flatMap(meanings) };
      const lines = await readLines(db, { page, context: asked, publishedAt: held.publishedAt });
      const isShown = ({ addresses }: Correspondent) => filters.reachableOnly === false || addresses.length > 0;
      const items = lines.items.filter(isShown);
      return {
        items,
        total: found.total - (page.length - items.length),
        facets: found.facets,
        understood: understoodOf(found, lines.words),
        publishedAt: held.publishedAt,
      };
    },
    async warm() {
      await current.get();
    },
    stop: () => current.stop(),
  };
}

const nothing: SearchAnswer = {
  items: [],
  total: 0,
  facets: { professions: [], specialities: [], departments: [], types: [] },
  understood: [],
  publishedAt: null,
};

function check({ text, filters = {}, offset = 0, limit }: SearchRequest): void {
  if (text.length > limits.queryCharacters) {
    throw new Refusal('query-too-long', searchTexts.queryTooLong(limits.queryCharacters));
  }
  if (!Number.isInteger(limit) || limit < 1 || limit > limits.page) {
    throw new Refusal('page-too-long', searchTexts.pageTooLong(limits.page));
  }
  if (!Number.isInteger(offset) || offset < 0 || offset > limits.offset) {
    throw new Refusal('page-too-far', searchTexts.pageTooFar(limits.offset));
  }
  for (const values of filterValues(filters)) {
    if (values.length > limits.filterValues) {
      throw new Refusal('too-many-values', searchTexts.tooManyValues(limits.filterValues));
    }
  }
}

function filterValues({
  professions,
  specialities,
  departments,
  types,
}: SearchFilters): readonly (readonly string[])[] {
  return [professions ?? [], specialities ?? [], departments ?? [], types ?? []];
}

/** An address, typed whole among other words. */
async function namesHidden(db: Db, text: string): Promise<boolean> {
  const typed = text.split(/\s+/).flatMap((word) => parseAddress(word)?.toLowerCase() ?? []);
  if (typed.length === 0) return false;
  const { rows } = await sql<{ isHidden: boolean }>`
    select bool_or(directory.is_hidden(typed)) as "isHidden" from unnest(${typed}::text[]) as typed`.execute(db);
  return rows.some(({ isHidden }) => isHidden);
}

function meanings({ asked, taken }: ResolvedWord): readonly Word[] {
  return asked.isOptional ? [] : [asked.typed, ...asked.others, ...asked.departments, ...taken];
}

interface Page {
  readonly page: readonly FoundDocument[];
  readonly context: LineContext;
  readonly publishedAt: Date | null;
}

interface Lines {
  readonly items: readonly Correspondent[];
  /** Of the first line, all that is known of it. */
  readonly words: ReadonlySet<Word>;
}

async function readLines(db: Db, { page, context, publishedAt }: Page): Promise<Lines> {
  const numbers = (kind: FoundDocument['kind']) =>
    page.filter((each) => each.kind === kind).map(({ number }) => number);
  const [people, mailboxes] = [numbers('practitioner'), numbers('mailbox')];
  const [persons, shared] = await Promise.all([
    people.length === 0 ? [] : readPersons(db, { numbers: people }, publishedAt),
    mailboxes.length === 0 ? [] : readShared(db, { numbers: mailboxes }, publishedAt),
  ]);
  const personOf = new Map(persons.map((each) => [each.number, each]));
  const sharedOf = new Map(shared.map((each) => [each.number, each]));
  const items: Correspondent[] = [];
  let words: ReadonlySet<Word> | undefined;
  for (const { kind, number, isHomonym, askedBy } of page) {
    const person = kind === 'practitioner' ? personOf.get(number) : undefined;
    const mailbox = kind === 'mailbox' ? sharedOf.get(number) : undefined;
    const held = person?.mailboxes ?? (mailbox === undefined ? [] : [mailbox]);
    // Asked for by an address that somebody else has now: nobody may take the one for the other.
    if (askedBy.some((asked) => !held.some(({ address }) => address.toLowerCase() === asked))) continue;
    if (person !== undefined) items.push(personLine(person, context, isHomonym));
    else if (mailbox !== undefined) items.push(sharedLine(mailbox, context));
    else continue;
    words ??= recordWords(person ?? mailbox);
  }
  return { items, words: words ?? new Set() };
}

function recordWords(record: PersonRecord | SharedRecord | undefined): ReadonlySet<Word> {
  return new Set(wordsOf(JSON.stringify(record ?? {})));
}

/** Each word that was taken for another one, by what the first line holds; a word that it holds as typed was not. */
function understoodOf({ words }: Found, held: ReadonlySet<Word>): SearchAnswer['understood'] {
  const begins = (word: Word) => held.values().some((each) => each.startsWith(word));
  return words.flatMap(({ asked, taken }) => {
    if (taken.length === 0 || begins(asked.typed)) return [];
    const as = taken.find((word) => wordsOf(word).every((each) => begins(each)));
    return as === undefined ? [] : [{ typed: asked.typed, as }];
  });
}
