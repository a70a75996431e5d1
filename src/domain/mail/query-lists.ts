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
import { currentChange } from './changes.ts';
import type { AccountRef, EmailFilter, EmailQuery } from './mail.ts';
import type { Clauses, QueryGround } from './query-conditions.ts';
import { isHeaderKey, sortByHeaders } from './query-headers.ts';
import { mailTexts } from './texts.ts';

const idBytes = 16;
/** What a list takes beside its identifiers, about. */
const shelfBytes = 300;

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

/** A list, and the change up to which it is so. */
export interface ListInState {
  readonly change: number;
  readonly list: EmailList;
}

/** The last list of each query, the least used forgotten first. */
export class ListShelf {
  readonly #lists = new Map<string, ListInState>();
  readonly #roomBytes: number;
  #bytes = 0;

  constructor(roomBytes: number = mailLimits.keptListBytes) {
    this.#roomBytes = roomBytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** The list of the key, if it is of this state. */
  find(key: string, change: number): ListInState | undefined {
    const known = this.#lists.get(key);
    if (known?.change !== change) return undefined;
    this.#lists.delete(key);
    this.#lists.set(key, known);
    return known;
  }

  keep(key: string, made: ListInState): void {
    this.#forget(key);
    if (made.list.bytes > this.#roomBytes) return;
    this.#lists.set(key, made);
    this.#bytes += made.list.bytes + shelfBytes;
    for (const oldest of this.#lists.keys()) {
      if (this.#bytes <= this.#roomBytes) return;
      this.#forget(oldest);
    }
  }

  #forget(key: string): void {
    const known = this.#lists.get(key);
    if (known === undefined) return;
    this.#lists.delete(key);
    this.#bytes -= known.list.bytes + shelfBytes;
  }
}

/** Not what the search index finds: it learns words without a change of the account. */
export function isKept({ filter }: EmailQuery): boolean {
  return filter === undefined || !asksWords(filter);
}

export function keyOf(account: AccountRef, { filter, sort, collapseThreads }: EmailQuery): string {
  const asked = JSON.stringify([filter ?? null, sort, collapseThreads]);
  return `${accountText(account)}/${createHash('sha256').update(asked).digest('base64url')}`;
}

function asksWords(filter: EmailFilter): boolean {
  return 'filters' in filter ? filter.filters.some(asksWords) : filter.kind === 'words';
}

/** Also in a transaction that sees one instant. `Refusal` `too-many-to-list`, `too-many-to-sort`. */
export async function readList(ground: QueryGround, clauses: Clauses, query: EmailQuery): Promise<ListInState> {
  const { db, account } = ground;
  if (query.sort.some(({ by }) => isHeaderKey(by))) {
    const change = await currentChange(db, account);
    const sorted = await sortByHeaders(ground, clauses, query);
    const threads = new Set<string>();
    const shown = sorted.filter(({ threadId }) => !query.collapseThreads || isNew(threads, threadId));
    return { change, list: new EmailList(Buffer.concat(shown.map(({ id }) => pack(id)))) };
  }
  const { id, thread, from, order } = clauses;
  // Aggregated in the order of the rows below, as PostgreSQL does without being asked. State and list in one statement.
  const found = await sql<{ change: number; ids: Buffer; threads: Buffer }>`
    select a.change, listed.ids, listed.threads
      from mail.account a,
           (select coalesce(string_agg(uuid_send(id), ''::bytea), ''::bytea) as ids,
                   ${query.collapseThreads ? sql`coalesce(string_agg(uuid_send(thread_id), ''::bytea), ''::bytea)` : sql`''::bytea`} as threads
              from (select ${id} as id, ${thread} as thread_id ${from} order by ${order}
                     limit ${sql.lit(mailLimits.listedEmails + 1)}) as rows) as listed
     where a.tenant_id = ${account.tenantId} and a.id = ${account.accountId}`.execute(db);
  const { change = 0, ids = Buffer.alloc(0), threads = Buffer.alloc(0) } = found.rows[0] ?? {};
  if (ids.length > mailLimits.listedEmails * idBytes) throw new Refusal('too-many-to-list', mailTexts.tooManyToSort);
  return { change, list: new EmailList(query.collapseThreads ? firstOfThreads(ids, threads) : ids) };
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
