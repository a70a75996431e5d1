import { sql } from 'kysely';
import { present } from '../../base/assert.ts';
import type { EmailId } from '../../base/ids.ts';
import type { Act } from '../audit/audit.ts';
import type { AccountRef } from './mail.ts';

/**
 * Tells those who follow the account that something they show beside the email is news, though nothing that the email holds
 * changed: how a sent message fares. Gives the change number that it took, also when the email is no longer there.
 *
 * It happens with each attempt to send, so it is two statements: under the account's lock, change numbers are given as
 * `AccountEdit` gives them, one to the email, then one to each mailbox that holds it.
 */
export async function tellNewsOfEmail(act: Act, { tenantId, accountId }: AccountRef, id: EmailId): Promise<number> {
  await sql`select 1 from mail.account where tenant_id = ${tenantId} and id = ${accountId} for update`.execute(act.tx);
  const told = await sql<{ change: number }>`
    with held as (
      select mailbox_id, row_number() over (order by mailbox_id) as step
        from mail.mailbox_email
       where tenant_id = ${tenantId} and account_id = ${accountId} and email_id = ${id}
    ), counted as (
      update mail.account set change = change + 1 + (select count(*) from held)
       where tenant_id = ${tenantId} and id = ${accountId}
      returning change - (select count(*) from held) as first
    ), touched as (
      update mail.email e set changed_change = counted.first
        from counted
       where e.tenant_id = ${tenantId} and e.account_id = ${accountId} and e.id = ${id} and e.deleted_at is null
    ), filled as (
      update mail.mailbox m set content_change = counted.first + held.step
        from counted, held
       where m.tenant_id = ${tenantId} and m.account_id = ${accountId} and m.id = held.mailbox_id
    )
    select first as change from counted`.execute(act.tx);
  return present(told.rows[0], 'news are told of an account that is not there').change;
}
