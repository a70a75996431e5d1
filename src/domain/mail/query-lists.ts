/**
 * All that a query finds, in order, as packed identifiers: for pages far into collapsed threads, for anchors, for orders that the tables do
 * not know. The same query finds the same in the same state (RFC 8620 §5.5), so a list is kept until its account changes,
 * or until others need its room.
 */
import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { mailLimits } from '../../base/domain-limits.ts';
import { Refusal } from '../../base/errors.ts';
import { asId, type EmailId } from '../../base/ids.ts';
import { accountText } from './account-lock.ts';
import type { AccountRef, EmailFilter, EmailQuery } from './mail.ts';
import type { Clauses, QueryGround } from './query-conditions.ts';
import { isHeaderKey, sortByHeaders } from './query-headers.ts';
import { mailTexts } from './texts.ts';

const idBytes = 16;

export class EmailList {
  readonly #packed: Buffer;

  constructor(packed: Buffer) {
    this.#packed = packed;
  }

  get length(): number {
    return this.#packed.length / idBytes;
  }

  get bytes(): number {
    return this.#packed.length;
  }

  slice(start: number, end: number): readonly EmailId[] {
    const last = Math.min(end, this.length);
    const ids: EmailId[] = [];
    for (let place = Math.max(0, start); place < last; place += 1) ids.push(unpack(this.#packed, place * idBytes));
    return ids;
  }

  positionOf(id: EmailId): number | undefined {
    const packed = pack(id);
    let at = this.#packed.indexOf(packed);
    // The same octets may begin in the middle of another.
    while (at >= 0 && at % idBytes !== 0) at = this.#packed.indexOf(packed, at + 1);
    return at < 0 ? undefined : at / idBytes;
  }

  /** Where those of `ids` stand that are in the list, in its order. */
  positionsOf(ids: ReadonlySet<EmailId>): readonly { readonly id: EmailId; readonly position: number }[] {
    const wanted = new Map([...ids].map((id) => [pack(id).toString('latin1'), id]));
    const found: { id: EmailId; position: number }[] = [];
    for (let position = 0; position < this.length && found.length < wanted.size; position += 1) {
      const at = position * idBytes;
      const id = wanted.get(this.#packed.toString('latin1', at, at + idBytes));
      if (id !== undefined) found.push({ id, position });
    }
    return found;
  }
}

function pack(id: string): Buffer {
  return Buffer.from(id.replaceAll('-', ''), 'hex');
}

function unpack(packed: Buffer, at: number): EmailId {
  const hex = packed.toString('hex', at, at + idBytes);
  const groups = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)];
  return asId<EmailId>(groups.join('-'));
}

/** Lists by query and state, the least used forgotten first. */
export class ListShelf {
  readonly #lists = new Map<string, EmailList>();
  readonly #roomBytes: number;
  #bytes = 0;

  constructor(roomBytes: number = mailLimits.keptListBytes) {
    this.#roomBytes = roomBytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  async find(key: string | undefined, make: () => Promise<EmailList>): Promise<EmailList> {
    if (key === undefined) return make();
    const known = this.#lists.get(key);
    if (known !== undefined) {
      this.#lists.delete(key);
      this.#lists.set(key, known);
      return known;
    }
    const made = await make();
    this.#keep(key, made);
    return made;
  }

  #keep(key: string, list: EmailList): void {
    if (this.#lists.has(key) || list.bytes > this.#roomBytes) return;
    this.#lists.set(key, list);
    this.#bytes += list.bytes;
    for (const [oldest, forgotten] of this.#lists) {
      if (this.#bytes <= this.#roomBytes) return;
      this.#lists.delete(oldest);
      this.#bytes -= forgotten.bytes;
    }
  }
}

/** What a list is kept by; undefined for what the search index finds, which learns words without a change of the account. */
export function listKey(account: AccountRef, change: number, query: EmailQuery): string | undefined {
  if (query.filter !== undefined && asksWords(query.filter)) return undefined;
  const { filter = null, sort, collapseThreads } = query;
  const asked = createHash('sha256')
    .update(JSON.stringify([filter, sort, collapseThreads]))
    .digest('base64url');
  return `${accountText(account)}/${change}/${asked}`;
}

function asksWords(filter: EmailFilter): boolean {
  return 'filters' in filter ? filter.filters.some(asksWords) : filter.kind === 'words';
}

/** `Refusal` `too-many-to-list`, `too-many-to-sort`. */
export async function readList(ground: QueryGround, clauses: Clauses, query: EmailQuery): Promise<EmailList> {
  if (query.sort.some(({ by }) => isHeaderKey(by))) {
    const sorted = await sortByHeaders(ground, clauses, query);
    const threads = new Set<string>();
    const shown = sorted.filter(({ threadId }) => !query.collapseThreads || isNew(threads, threadId));
    return new EmailList(Buffer.concat(shown.map(({ id }) => pack(id))));
  }
  const { id, thread, from, order } = clauses;
  // Aggregated in the order of the rows below, as PostgreSQL does without being asked.
  const found = await sql<{ ids: Buffer; threads: Buffer | null }>`
    select coalesce(string_agg(uuid_send(id), ''::bytea), ''::bytea) as ids,
           ${query.collapseThreads ? sql`string_agg(uuid_send(thread_id), ''::bytea)` : sql`null::bytea`} as threads
      from (select ${id} as id, ${thread} as thread_id ${from} order by ${order}
             limit ${sql.lit(mailLimits.listedEmails + 1)}) as listed`.execute(ground.db);
  const row = found.rows[0];
  const ids = row?.ids ?? Buffer.alloc(0);
  if (ids.length > mailLimits.listedEmails * idBytes) throw new Refusal('too-many-to-list', mailTexts.tooManyToSort);
  return new EmailList(query.collapseThreads ? firstOfThreads(ids, row?.threads ?? Buffer.alloc(0)) : ids);
}

function isNew(known: Set<string>, one: string): boolean {
  if (known.has(one)) return false;
  known.add(one);
  return true;
}

function firstOfThreads(ids: Buffer, threads: Buffer): Buffer {
  const known = new Set<string>();
  const kept = Buffer.allocUnsafe(ids.length);
  let end = 0;
  for (let at = 0; at < ids.length; at += idBytes) {
    if (!isNew(known, threads.toString('latin1', at, at + idBytes))) continue;
    ids.copy(kept, end, at, at + idBytes);
    end += idBytes;
  }
  return Buffer.from(kept.subarray(0, end));
}
