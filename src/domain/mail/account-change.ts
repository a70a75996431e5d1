import { sql } from 'kysely';
import { present } from '../../base/assert.ts';
import { Refusal } from '../../base/errors.ts';
import type { Act } from '../audit/audit.ts';
import { accountText, lockAccounts } from './account-lock.ts';
import type { AccountRef } from './mail.ts';
import { mailTexts } from './texts.ts';

/**
 * The account's next change number (invariant 13), for what other modules keep of it. `also` are locked with it, in the one
 * order: the accounts that the same transaction delivers to.
 */
export async function takeChange(act: Act, account: AccountRef, also: readonly AccountRef[] = []): Promise<number> {
  const accounts = new Map([account, ...also].map((each) => [accountText(each), each]));
  const edits = await lockAccounts(act.tx, [...accounts.values()]);
  if (!edits.has(accountText(account))) throw new Refusal('account-unknown', mailTexts.accountUnknown);
  const taken = await sql<{ change: number }>`
    update mail.account set change = change + 1
     where tenant_id = ${account.tenantId} and id = ${account.accountId} returning change`.execute(act.tx);
  return present(taken.rows[0], 'a locked account is gone').change;
}
