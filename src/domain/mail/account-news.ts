/** News of accounts: that one changed, told by the database after the commit that changed it, to every process. */
import { sql } from 'kysely';
import { type AccountId, asId, type TenantId } from '../../base/ids.ts';
import type { Database, Db } from '../../platform/db/db.ts';
import { accountText } from './account-lock.ts';
import type { AccountRef } from './mail.ts';

/** PostgreSQL channel of a trigger on `mail.account`; the payload is `<tenant>/<account>`. */
const accountChangedChannel = 'hygie_account_changed';

/** What followers compare: the counters of an account, read without opening anything. */
export interface AccountCount extends AccountRef {
  readonly change: number;
  /** Grows with every email that is added, and with nothing else. */
  readonly nextEmailNumber: number;
  readonly quotaBytes: number;
  readonly usedBytes: number;
}

export interface AccountNews {
  /** Calls `onNews` soon after each change of the account, and when some may have been missed. The return value ends it. */
  watch(account: AccountRef, onNews: () => void): () => void;
  /** Calls `onNews` with each account that changes, and with undefined when some may have been missed, until `stop`. */
  watchAll(onNews: (account: AccountRef | undefined) => void): void;
  /** Those of the accounts that exist, in no order. */
  counts(accounts: readonly AccountRef[]): Promise<readonly AccountCount[]>;
  stop(): Promise<void>;
}

/** One listener for this process, however many watch. */
export async function openAccountNews(database: Pick<Database, 'db' | 'listen'>): Promise<AccountNews> {
  const watchers = new Map<string, Set<() => void>>();
  const watchersOfAll: ((account: AccountRef | undefined) => void)[] = [];
  const listening = await database.listen(accountChangedChannel, (payload) => {
    const told = payload === '' ? [...watchers.values()] : [watchers.get(payload) ?? []];
    for (const each of told) for (const onNews of [...each]) onNews();
    const account = readAccount(payload);
    for (const onNews of watchersOfAll) onNews(account);
  });
  return {
    watch(account, onNews) {
      const key = accountText(account);
      const present = watchers.get(key) ?? new Set();
      watchers.set(key, present);
      present.add(onNews);
      return () => {
        if (present.delete(onNews) && present.size === 0) watchers.delete(key);
      };
    },
    watchAll(onNews) {
      watchersOfAll.push(onNews);
    },
    counts: (accounts) => readCounts(database.db, accounts),
    stop: () => listening.stop(),
  };
}

function readAccount(payload: string): AccountRef | undefined {
  const [tenantId, accountId] = payload.split('/');
  if (tenantId === undefined || accountId === undefined) return undefined;
  return { tenantId: asId<TenantId>(tenantId), accountId: asId<AccountId>(accountId) };
}

export async function readCounts(db: Db, accounts: readonly AccountRef[]): Promise<readonly AccountCount[]> {
  if (accounts.length === 0) return [];
  const found = await sql<AccountCount>`
    select a.tenant_id as "tenantId", a.id as "accountId", a.change, a.next_email_number as "nextEmailNumber",
           a.quota_bytes as "quotaBytes", a.used_bytes as "usedBytes"
      from mail.account a
      join unnest(${accounts.map((each) => each.tenantId)}::uuid[],
                  ${accounts.map((each) => each.accountId)}::uuid[]) as wanted(tenant_id, id)
        on a.tenant_id = wanted.tenant_id and a.id = wanted.id`.execute(db);
  return found.rows;
}
