/**
 * What a query asks of the tables: rows that it finds, and their order. When all of it must be in one mailbox, the mailbox's own list is
 * walked, which knows when each email came and its thread; emails are looked at only for what that list does not say.
 */
import { type RawBuilder, sql } from 'kysely';
import { present } from '../../base/assert.ts';
import { mailLimits } from '../../base/domain-limits.ts';
import { Refusal } from '../../base/errors.ts';
import type { EmailId, MailboxId } from '../../base/ids.ts';
import type { Db } from '../../platform/db/db.ts';
import { keptAs, parseKeyword, systemColumns } from './keywords.ts';
import type { AccountRef, EmailFilter, EmailQuery, MailParts, SearchedField } from './mail.ts';
import { EmailOpener, type SealedRow } from './opening.ts';
import { type OpenedFields, openFields } from './query-headers.ts';
import type { KeywordOf } from './reading.ts';
import type { SearchIndex } from './search/search.ts';
import { anyField, type FieldMask, field } from './search/segment.ts';
import { mailTexts } from './texts.ts';

export type Sql = RawBuilder<unknown>;

/** What a query is answered from. */
export interface QueryGround {
  readonly parts: Pick<MailParts, 'dataKeys'>;
  readonly index: SearchIndex;
  readonly db: Db;
  readonly account: AccountRef;
}

/** The clauses of one query, over the email `e` or its membership `m`. */
export interface Clauses {
  readonly id: Sql;
  readonly thread: Sql;
  /** `from … where …`. */
  readonly from: Sql;
  /** What the tables sort by, in the order asked, without direction. */
  readonly keys: readonly Sql[];
  /** Without `order by`; of the keys that the tables know. */
  readonly order: Sql;
  /** The mailbox of which these are all emails, and nothing else is asked. */
  readonly wholeMailbox: MailboxId | undefined;
  /** All present emails of the account. */
  readonly isWholeAccount: boolean;
}

type Filter<Kind extends EmailFilter['kind']> = Extract<EmailFilter, { kind: Kind }>;

const masks: Readonly<Record<SearchedField, FieldMask>> = {
  any: anyField,
  from: field.from,
  to: field.to,
  cc: field.cc,
  bcc: field.bcc,
  subject: field.subject,
  body: field.body,
};

export async function clausesOf(ground: QueryGround, query: EmailQuery): Promise<Clauses> {
  const { home, rest } = split(query.filter);
  const finder = new Finder(ground, home);
  // Header fields are looked for last, in what all else leaves.
  const [known, sealed] = [rest.filter((each) => !asksHeaders(each)), rest.filter(asksHeaders)];
  for (const filter of known) await finder.add(filter);
  if (sealed.length > 0) await finder.openFields(sealed);
  const { keys, order } = await finder.order(query);
  return {
    id: finder.id,
    thread: finder.thread,
    from: finder.from(),
    keys,
    order,
    wholeMailbox: rest.length === 0 ? home : undefined,
    isWholeAccount: home === undefined && rest.length === 0,
  };
}

function asksHeaders(filter: EmailFilter): boolean {
  return 'filters' in filter ? filter.filters.some(asksHeaders) : filter.kind === 'header';
}

/** A mailbox in which all must be, and what is asked beside. */
function split(filter: EmailFilter | undefined): {
  readonly home: MailboxId | undefined;
  readonly rest: readonly EmailFilter[];
} {
  if (filter === undefined) return { home: undefined, rest: [] };
  const all = flatten(filter);
  const home = all.find((each): each is Filter<'in-mailbox'> => each.kind === 'in-mailbox');
  return { home: home?.id, rest: all.filter((each) => each !== home) };
}

function flatten(filter: EmailFilter): readonly EmailFilter[] {
  return filter.kind === 'and' ? filter.filters.flatMap(flatten) : [filter];
}

class Finder {
  readonly id: Sql;
  readonly thread: Sql;
  readonly #ground: QueryGround;
  readonly #home: MailboxId | undefined;
  readonly #receivedAt: Sql;
  readonly #conditions: Sql[] = [];
  /** Something asked for stands in the email's row alone. */
  #looksAtEmails = false;
  /** The labels of the account's own, once one of them is asked for: opened once for a query, however many it names. */
  #labelled: ReadonlyMap<string, readonly number[]> | undefined;
  /** The header fields of what is left to look at. */
  #fields: OpenedFields | undefined;

  constructor(ground: QueryGround, home: MailboxId | undefined) {
    this.#ground = ground;
    this.#home = home;
    this.id = home === undefined ? sql`e.id` : sql`m.email_id`;
    this.thread = home === undefined ? sql`e.thread_id` : sql`m.thread_id`;
    this.#receivedAt = home === undefined ? sql`e.received_at` : sql`m.received_at`;
  }

  /** One condition more that all must meet. */
  async add(filter: EmailFilter): Promise<void> {
    this.#conditions.push(await this.condition(filter));
  }

  /** The conditions that ask for header fields, of what the others leave. */
  async openFields(filters: readonly EmailFilter[]): Promise<void> {
    const { db } = this.#ground;
    const found = await sql<{ id: EmailId }>`
      select ${this.id} as id ${this.from()} limit ${mailLimits.sortedByHeader + 1}`.execute(db);
    this.#fields = await openFields(this.#ground, found.rows);
    for (const filter of filters) await this.add(filter);
  }

  from(): Sql {
    const { tenantId, accountId } = this.#ground.account;
    const condition = this.#conditions.length === 0 ? sql`true` : sql.join(this.#conditions, sql` and `);
    if (this.#home === undefined) {
      return sql`from mail.email e
        where e.tenant_id = ${tenantId} and e.account_id = ${accountId} and e.deleted_at is null and ${condition}`;
    }
    // A deleted email is in no mailbox: memberships are of present ones. That it is said all the same lets partial indexes help.
    const emails = this.#looksAtEmails
      ? sql`join mail.email e
              on e.tenant_id = ${tenantId} and e.account_id = ${accountId} and e.id = m.email_id and e.deleted_at is null`
      : sql``;
    return sql`from mail.mailbox_email m ${emails}
      where m.tenant_id = ${tenantId} and m.account_id = ${accountId} and m.mailbox_id = ${this.#home} and ${condition}`;
  }

  /** What holds for an email that the filter matches. */
  async condition(filter: EmailFilter): Promise<Sql> {
    switch (filter.kind) {
      case 'and':
      case 'or':
      case 'not':
        return this.#combine(filter);
      case 'in-mailbox':
        return this.#isIn(sql`x.mailbox_id = ${filter.id}`);
      case 'in-other-than':
        return this.#isIn(sql`x.mailbox_id <> all(${filter.ids}::uuid[])`);
      case 'before':
        return sql`${this.#receivedAt} < ${filter.at}::timestamptz`;
      case 'after':
        return sql`${this.#receivedAt} >= ${filter.at}::timestamptz`;
      case 'min-size':
        return sql`${this.#email()}.size_bytes >= ${filter.bytes}`;
      case 'max-size':
        return sql`${this.#email()}.size_bytes < ${filter.bytes}`;
      case 'has-attachment':
        return filter.is ? sql`${this.#email()}.has_attachment` : sql`not ${this.#email()}.has_attachment`;
      case 'keyword':
        return this.#keyword(filter);
      case 'header': {
        const fields = present(this.#fields, 'a condition on header fields came before they were opened');
        return sql`${this.id} = any(${fields.idsWith(filter.name, filter.text)}::uuid[])`;
      }
      case 'words': {
        const { index, db, account } = this.#ground;
        const numbers = await index.find(db, account, { text: filter.text, fields: masks[filter.field] });
        return sql`${this.#email()}.number = any(${[...numbers]}::int8[])`;
      }
    }
  }

  async order(query: EmailQuery): Promise<Pick<Clauses, 'keys' | 'order'>> {
    const keys: Sql[] = [];
    const directed: Sql[] = [];
    for (const { by, ascending } of query.sort) {
      const key = await this.#sortKey(by);
      if (key === undefined) continue;
      keys.push(key);
      directed.push(sql`${key} ${ascending ? sql`asc` : sql`desc`}`);
    }
    if (directed.length === 0) directed.push(sql`${this.#receivedAt} desc`);
    // The same state has the same order: RFC 8620 §5.5 asks for it. An index is walked whole, backwards too.
    directed.push(query.sort.at(-1)?.ascending === true ? sql`${this.id} asc` : sql`${this.id} desc`);
    return { keys, order: sql.join(directed, sql`, `) };
  }

  /** Undefined for what stands inside the email. */
  async #sortKey(by: EmailQuery['sort'][number]['by']): Promise<Sql | undefined> {
    if (by === 'received') return this.#receivedAt;
    if (by === 'size') return sql`${this.#email()}.size_bytes`;
    return typeof by === 'object' ? this.#keyword(by) : undefined;
  }

  #email(): Sql {
    this.#looksAtEmails = true;
    return sql`e`;
  }

  async #combine({ kind, filters }: Filter<'and' | 'or' | 'not'>): Promise<Sql> {
    const inside: Sql[] = [];
    for (const each of filters) inside.push(await this.condition(each));
    if (kind === 'and') return inside.length === 0 ? sql`true` : sql`(${sql.join(inside, sql` and `)})`;
    const any = inside.length === 0 ? sql`false` : sql`(${sql.join(inside, sql` or `)})`;
    return kind === 'or' ? any : sql`(not ${any})`;
  }

  #isIn(which: Sql): Sql {
    const { tenantId, accountId } = this.#ground.account;
    return sql`exists (select from mail.mailbox_email x
                        where x.tenant_id = ${tenantId} and x.account_id = ${accountId} and x.email_id = ${this.id}
                          and ${which})`;
  }

  async #keyword({ keyword, of }: KeywordOf): Promise<Sql> {
    const carries = await this.#carriedBy(keyword);
    if (of === 'email') return carries(this.#email());
    const { tenantId, accountId } = this.#ground.account;
    const inThread = sql`t.tenant_id = ${tenantId} and t.account_id = ${accountId} and t.thread_id = ${this.thread}
                         and t.deleted_at is null`;
    if (of === 'some-in-thread') return sql`exists (select from mail.email t where ${inThread} and ${carries(sql`t`)})`;
    return sql`not exists (select from mail.email t where ${inThread} and not ${carries(sql`t`)})`;
  }

  /** Whether the email of an alias carries the keyword. Sealed ones are opened to be compared, within a bound. */
  async #carriedBy(name: string): Promise<(alias: Sql) => Sql> {
    const keyword = parseKeyword(name);
    const kept = keptAs(keyword);
    if (kept === 'column') {
      const column = systemColumns[keyword as keyof typeof systemColumns]; // `keptAs` has looked
      return (alias) => sql`${alias}.${sql.ref(column)}`;
    }
    if (kept === 'clear') return (alias) => sql`${alias}.keywords @> array[${keyword}]::text[]`;
    this.#labelled ??= await openLabels(this.#ground);
    const numbers = this.#labelled.get(keyword) ?? [];
    return (alias) => sql`${alias}.number = any(${numbers}::int8[])`;
  }
}

/** The numbers of the emails that carry each label. */
async function openLabels({
  parts,
  db,
  account,
}: Omit<QueryGround, 'index'>): Promise<ReadonlyMap<string, readonly number[]>> {
  const found = await sql<SealedRow & { number: number; labels: readonly string[] }>`
    select id, number, key_version as "keyVersion", wrapped_key as "wrappedKey", keywords as labels
      from mail.email
     where tenant_id = ${account.tenantId} and account_id = ${account.accountId} and deleted_at is null
       and keywords <> '{}' and exists (select from unnest(keywords) as label where label like '~%')
     limit ${mailLimits.labelledEmails + 1}`.execute(db);
  if (found.rows.length > mailLimits.labelledEmails) throw new Refusal('too-many-labelled', mailTexts.tooManyLabelled);
  const opener = new EmailOpener(parts, db, account);
  const numbers = new Map<string, number[]>();
  for (const row of found.rows) {
    const email = await opener.open(row);
    for (const label of row.labels) {
      if (!label.startsWith('~')) continue;
      const keyword = email.label(Buffer.from(label.slice(1), 'base64url'));
      const carrying = numbers.get(keyword);
      if (carrying === undefined) numbers.set(keyword, [row.number]);
      else carrying.push(row.number);
    }
  }
  return numbers;
}
