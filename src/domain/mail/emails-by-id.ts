import { type RawBuilder, sql } from 'kysely';
import type { EmailId } from '../../base/ids.ts';
import type { AccountRef } from './mail.ts';

/**
 * `from` the emails `e` of the account among `ids`. Each is looked up by its key, whatever the planner
 * thinks of the account: with `id = any(…)` it may read all of a large one, as long as nothing was analysed since a large import.
 */
export function fromEmailsById({ tenantId, accountId }: AccountRef, ids: readonly EmailId[]): RawBuilder<unknown> {
  return sql`
      from unnest(${ids}::uuid[]) as wanted(id)
      cross join lateral (select * from mail.email x
                           where x.tenant_id = ${tenantId} and x.account_id = ${accountId} and x.id = wanted.id
                           limit 1) as e`;
}
