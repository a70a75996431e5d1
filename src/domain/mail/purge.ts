import { sql } from 'kysely';
import { assert } from '../../base/assert.ts';
import { mailLimits } from '../../base/domain-limits.ts';
import type { AccountId, EmailId, TenantId } from '../../base/ids.ts';
import type { Act } from '../audit/audit.ts';
import { accountText } from './account-lock.ts';
import type { AccountRef, MailParts } from './mail.ts';

interface DestroyedRow {
  readonly tenantId: TenantId;
  readonly accountId: AccountId;
  readonly id: EmailId;
  readonly number: number;
}

/**
 * Destroys emails deleted before `before`: their wrapped keys go with their rows, and what lay under them (summary, content,
 * labels, the shared key of a blob) opens no more. A blob that no email names is left to the sweep. Emails that a person is
 * undeleting at this moment are locked, and left alone.
 */
export async function purgeDeleted(
  parts: Pick<MailParts, 'enqueueForgetting'>,
  act: Act,
  before: Date,
  limit: number,
): Promise<number> {
  assert(limit <= mailLimits.maintenancePage, 'too many emails destroyed in one transaction');
  const destroyed = await sql<DestroyedRow>`
    with chosen as (
      select tenant_id, account_id, id from mail.email
       where deleted_at < ${before} order by deleted_at limit ${limit} for update skip locked
    ), unseen as (
      delete from mail.seen_by s using chosen
       where s.tenant_id = chosen.tenant_id and s.account_id = chosen.account_id and s.email_id = chosen.id
    )
    delete from mail.email e using chosen
     where e.tenant_id = chosen.tenant_id and e.account_id = chosen.account_id and e.id = chosen.id
    returning e.tenant_id as "tenantId", e.account_id as "accountId", e.id, e.number`.execute(act.tx);
  const byAccount = new Map<string, { account: AccountRef; numbers: number[] }>();
  for (const { tenantId, accountId, id, number } of destroyed.rows) {
    act.record({ tenantId, accountId, kind: 'email.destroyed', object: { kind: 'email', id } });
    const account = { tenantId, accountId };
    const known = byAccount.get(accountText(account)) ?? { account, numbers: [] };
    known.numbers.push(number);
    byAccount.set(accountText(account), known);
  }
  if (byAccount.size > 0) await parts.enqueueForgetting(act.tx, [...byAccount.values()]);
  return destroyed.rows.length;
}
