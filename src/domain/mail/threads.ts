/**
 * Threads (RFC 8621 §3): an email joins the thread of its parent, else of the latest of its references that the account
 * knows. Identifiers of messages are kept as keyed hashes bound to the account: two accounts that hold the same message
 * cannot be told by them.
 */
import { sql } from 'kysely';
import { mailLimits } from '../../base/domain-limits.ts';
import { newId, type ThreadId } from '../../base/ids.ts';
import { headerMessageIds } from '../../formats/mime/header-values.ts';
import type { HeaderField } from '../../formats/mime/mime.ts';
import type { Transaction } from '../../platform/db/db.ts';
import type { LookupHasher } from '../../platform/keys/keys.ts';
import { accountText } from './account-lock.ts';
import type { AccountRef, GatheredMessage } from './mail.ts';

/** The identifiers that tie a message to others, the most telling first: its own, its parents', its latest references. */
function threadReferences(fields: readonly HeaderField[]): readonly string[] {
  const own = headerMessageIds(fields, 'Message-ID').slice(0, 1);
  const parents = headerMessageIds(fields, 'In-Reply-To');
  const ancestors = headerMessageIds(fields, 'References').reverse();
  return [...new Set([...own, ...parents, ...ancestors])].slice(0, mailLimits.threadReferences);
}

interface ThreadReference {
  readonly account: AccountRef;
  readonly hash: Buffer;
  readonly threadId: ThreadId;
}

/** The threads of some accounts, as far as a batch of emails touches them. */
export class ThreadBook {
  readonly #lookup: LookupHasher;
  /** The hashes of a message's references, for each account that receives it. */
  readonly #hashes = new Map<GatheredMessage, Map<string, readonly Buffer[]>>();
  readonly #references = new Map<GatheredMessage, readonly string[]>();
  readonly #known = new Map<string, ThreadId>();
  readonly #added: ThreadReference[] = [];

  private constructor(lookup: LookupHasher) {
    this.#lookup = lookup;
  }

  /** Reads, under the accounts' locks, what is known of the references of the messages. */
  static async open(
    tx: Transaction,
    lookup: LookupHasher,
    deliveries: readonly (AccountRef & { readonly message: GatheredMessage })[],
  ): Promise<ThreadBook> {
    const book = new ThreadBook(lookup);
    const asked = deliveries.flatMap((account) =>
      book.#hashesOf(account, account.message).map((hash) => ({ account, hash })),
    );
    if (asked.length === 0) return book;
    const hashes = Buffer.concat(asked.map((each) => each.hash));
    const found = await sql<{ row: number; threadId: ThreadId }>`
      select w.row::int4 as row, r.thread_id as "threadId"
        from unnest(${asked.map((each) => each.account.tenantId)}::uuid[],
                    ${asked.map((each) => each.account.accountId)}::uuid[]) with ordinality as w(tenant_id, account_id, row)
        join mail.thread_reference r
          on r.tenant_id = w.tenant_id and r.account_id = w.account_id
         and r.message_id_hash = substr(${hashes}::bytea, (w.row::int4 - 1) * 32 + 1, 32)`.execute(tx);
    for (const { row, threadId } of found.rows) {
      const each = asked[row - 1];
      if (each !== undefined) book.#known.set(keyOf(each.account, each.hash), threadId);
    }
    return book;
  }

  /** The thread that the email joins; a new one when the account knows none of its references. */
  join(account: AccountRef, message: GatheredMessage, at: Date): ThreadId {
    const hashes = this.#hashesOf(account, message);
    let threadId: ThreadId | undefined;
    for (const hash of hashes) threadId ??= this.#known.get(keyOf(account, hash));
    threadId ??= newId<ThreadId>(at);
    for (const hash of hashes) {
      const key = keyOf(account, hash);
      if (this.#known.has(key)) continue;
      this.#known.set(key, threadId);
      this.#added.push({ account, hash, threadId });
    }
    return threadId;
  }

  async write(tx: Transaction): Promise<void> {
    const added = this.#added;
    if (added.length === 0) return;
    const hashes = Buffer.concat(added.map((each) => each.hash));
    await sql`
      insert into mail.thread_reference (tenant_id, account_id, thread_id, message_id_hash)
      select w.tenant_id, w.account_id, w.thread_id, substr(${hashes}::bytea, (w.row::int4 - 1) * 32 + 1, 32)
        from unnest(${added.map((each) => each.account.tenantId)}::uuid[],
                    ${added.map((each) => each.account.accountId)}::uuid[],
                    ${added.map((each) => each.threadId)}::uuid[]) with ordinality as w(tenant_id, account_id, thread_id, row)
      on conflict do nothing`.execute(tx);
  }

  #hashesOf(account: AccountRef, message: GatheredMessage): readonly Buffer[] {
    const owner = accountText(account);
    let byAccount = this.#hashes.get(message);
    if (byAccount === undefined) {
      byAccount = new Map();
      this.#hashes.set(message, byAccount);
      this.#references.set(message, threadReferences(message.structure.fields));
    }
    let hashes = byAccount.get(owner);
    if (hashes === undefined) {
      const references = this.#references.get(message) ?? [];
      hashes = references.map((reference) => this.#lookup.hash('message-id', `${owner}\0${reference}`));
      byAccount.set(owner, hashes);
    }
    return hashes;
  }
}

function keyOf(account: AccountRef, hash: Buffer): string {
  return `${accountText(account)}/${hash.toString('base64')}`;
}
