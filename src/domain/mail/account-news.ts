/** News of accounts: that one changed, told by the database after the commit that changed it, to every process. */
import type { Database } from '../../platform/db/db.ts';
import { accountText } from './account-lock.ts';
import type { AccountRef } from './mail.ts';

/** PostgreSQL channel of a trigger on `mail.account`; the payload is `<tenant>/<account>`. */
const accountChangedChannel = 'hygie_account_changed';

export interface AccountNews {
  /** Calls `onNews` soon after each change of the account, and when some may have been missed. The return value ends it. */
  watch(account: AccountRef, onNews: () => void): () => void;
  stop(): Promise<void>;
}

/** One listener for this process, however many watch. */
export async function openAccountNews(database: Pick<Database, 'listen'>): Promise<AccountNews> {
  const watchers = new Map<string, Set<() => void>>();
  const listening = await database.listen(accountChangedChannel, (payload) => {
    const told = payload === '' ? [...watchers.values()] : [watchers.get(payload) ?? []];
    for (const each of told) for (const onNews of [...each]) onNews();
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
    stop: () => listening.stop(),
  };
}
