/**
 * Sorting by what stands inside emails (RFC 8621 §4.4.2: `from`, `to`, `subject`, `sentAt`). Nothing of it is kept in clear, so the
 * summaries of everything found are opened, within a bound, and only an order leaves: as with the search index, nobody has
 * read anything, and no event says so.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { sql } from 'kysely';
import { mailLimits } from '../../base/domain-limits.ts';
import { Refusal } from '../../base/errors.ts';
import type { EmailId, ThreadId } from '../../base/ids.ts';
import { mailboxesOf } from '../../formats/address/address-list.ts';
import { baseSubject } from '../../formats/mime/base-subject.ts';
import { decodeWords } from '../../formats/mime/encoded-words.ts';
import { headerAddresses, headerDate, headerText } from '../../formats/mime/header-values.ts';
import type { HeaderField } from '../../formats/mime/mime.ts';
import { fromEmailsById } from './emails-by-id.ts';
import type { EmailQuery } from './mail.ts';
import { EmailOpener, type SealedRow } from './opening.ts';
import type { Clauses, QueryGround } from './query-conditions.ts';
import { fold } from './search/words.ts';
import { mailTexts } from './texts.ts';

type HeaderKey = 'sent' | 'from' | 'to' | 'subject';
type Value = string | number;

/** Summaries opened before others get their turn: some 5 ms. */
const openedTogether = 50;

export function isHeaderKey(by: EmailQuery['sort'][number]['by']): by is HeaderKey {
  return by === 'sent' || by === 'from' || by === 'to' || by === 'subject';
}

interface Candidate {
  readonly id: EmailId;
  readonly threadId: ThreadId;
  /** In the order of the tables' own keys, which decide between equals where they come first or last. */
  readonly tableKeys: readonly (string | number | boolean | Date)[];
}

/** Everything that the query finds, in its order. */
export async function sortByHeaders(
  ground: QueryGround,
  clauses: Clauses,
  query: EmailQuery,
): Promise<readonly { readonly id: EmailId; readonly threadId: ThreadId }[]> {
  const found = await candidates(ground, clauses);
  const wanted = query.sort.map(({ by }) => by).filter(isHeaderKey);
  const values = await openValues(ground, found, wanted);
  const sorted = found.map((candidate) => ({ candidate, values: valuesOf(query, candidate, values) }));
  sorted.sort(
    (one, other) => compare(query, one.values, other.values) || (one.candidate.id < other.candidate.id ? 1 : -1),
  );
  return sorted.map(({ candidate }) => candidate);
}

async function candidates({ db }: QueryGround, clauses: Clauses): Promise<readonly Candidate[]> {
  const { id, thread, from, keys } = clauses;
  const found = await sql<{ id: EmailId; threadId: ThreadId } & Record<string, string | number | boolean | Date>>`
    select ${id} as id, ${thread} as "threadId" ${sql.join(
      keys.map((key, index) => sql`, ${key} as ${sql.ref(`k${index}`)}`),
      sql``,
    )}
    ${from} limit ${mailLimits.sortedByHeader + 1}`.execute(db);
  if (found.rows.length > mailLimits.sortedByHeader) throw new Refusal('too-many-to-sort', mailTexts.tooManyToSort);
  return found.rows.map((row) => ({
    id: row.id,
    threadId: row.threadId,
    tableKeys: keys.map((_, index) => row[`k${index}`] ?? 0),
  }));
}

type Opened = ReadonlyMap<EmailId, ReadonlyMap<HeaderKey, Value>>;

async function openValues(
  ground: Omit<QueryGround, 'index'>,
  found: readonly Candidate[],
  wanted: readonly HeaderKey[],
): Promise<Opened> {
  const values = new Map<EmailId, ReadonlyMap<HeaderKey, Value>>();
  await eachOpened(ground, found, (id, fields) => {
    values.set(id, new Map(wanted.map((key) => [key, read[key](fields)])));
  });
  return values;
}

/** The header fields of all these emails, one email after the other. */
async function eachOpened(
  { parts, db, account }: Omit<QueryGround, 'index'>,
  found: readonly { readonly id: EmailId }[],
  visit: (id: EmailId, fields: readonly HeaderField[]) => void,
): Promise<void> {
  const opener = new EmailOpener(parts, db, account);
  for (let start = 0; start < found.length; start += openedTogether) {
    const ids = found.slice(start, start + openedTogether).map(({ id }) => id);
    const rows = await sql<SealedRow & { readonly sealedSummary: Buffer }>`
      select e.id, e.key_version as "keyVersion", e.wrapped_key as "wrappedKey", e.sealed_summary as "sealedSummary"
        ${fromEmailsById(account, ids)}
       where e.wrapped_key is not null`.execute(db);
    for (const row of rows.rows) visit(row.id, (await opener.open(row)).summary(row.sealedSummary).structure.fields);
    await nextTurn();
  }
}

/** Which of some emails have a field. */
export interface OpenedFields {
  /** With a field called `name`, in which `text` stands when it is given; case and accents aside. */
  idsWith(name: string, text: string | undefined): readonly EmailId[];
}

/** `Refusal` `too-many-to-open` for more emails than may be. */
export async function openFields(
  ground: Omit<QueryGround, 'index'>,
  found: readonly { readonly id: EmailId }[],
): Promise<OpenedFields> {
  if (found.length > mailLimits.sortedByHeader) throw new Refusal('too-many-to-open', mailTexts.tooManyToOpen);
  // Only what is compared is held: names, and texts that are bounded as in an order.
  const fieldsOf = new Map<EmailId, readonly (readonly [string, string])[]>();
  await eachOpened(ground, found, (id, fields) => {
    fieldsOf.set(
      id,
      fields.map(({ name, raw }) => [name.toLowerCase(), key(decodeWords(raw))] as const),
    );
  });
  return {
    idsWith(name, text) {
      const [wanted, part] = [name.toLowerCase(), fold(text ?? '')];
      const has = ([field, value]: readonly [string, string]): boolean => field === wanted && value.includes(part);
      return [...fieldsOf].filter(([, fields]) => fields.some(has)).map(([id]) => id);
    },
  };
}

/** What a field sorts by; the empty value when it is missing. */
const read: Readonly<Record<HeaderKey, (fields: readonly HeaderField[]) => Value>> = {
  sent: (fields) => headerDate(fields)?.date.getTime() ?? 0,
  from: (fields) => firstOf(fields, 'From'),
  to: (fields) => firstOf(fields, 'To'),
  subject: (fields) => key(baseSubject(headerText(fields, 'Subject') ?? '')),
};

/** RFC 8621 §4.4.2: the name of the first address, or the address where it has none. */
function firstOf(fields: readonly HeaderField[], name: 'From' | 'To'): string {
  const [first] = mailboxesOf(headerAddresses(fields, name));
  return key(first?.name !== undefined && first.name !== '' ? first.name : (first?.address ?? ''));
}

function key(text: string): string {
  return fold(text.slice(0, mailLimits.sortKeyCharacters));
}

function valuesOf(query: EmailQuery, { id, tableKeys }: Candidate, opened: Opened): readonly Value[] {
  let next = 0;
  return query.sort.map(({ by }): Value => {
    if (isHeaderKey(by)) return opened.get(id)?.get(by) ?? '';
    const value = tableKeys[next++] ?? 0;
    return typeof value === 'string' || typeof value === 'number' ? value : Number(value);
  });
}

function compare({ sort }: EmailQuery, one: readonly Value[], other: readonly Value[]): number {
  for (const [index, { ascending }] of sort.entries()) {
    const [mine, theirs] = [one[index] ?? '', other[index] ?? ''];
    if (mine === theirs) continue;
    return mine < theirs === ascending ? -1 : 1;
  }
  return 0;
}
