import { sql } from 'kysely';
import { assert } from '../../base/assert.ts';
import { mailLimits } from '../../base/domain-limits.ts';
import type { EmailId, MailboxId } from '../../base/ids.ts';
import type { Db } from '../../platform/db/db.ts';
import type { AccountRef } from './mail.ts';
import type { SearchIndex } from './search/search.ts';

/** The present emails among what the index finds, newest first. The index knows words; what is still there, tables know. */
export async function search(
  index: SearchIndex,
  db: Db,
  account: AccountRef,
  query: { readonly text: string; readonly mailboxId?: MailboxId; readonly limit: number },
): Promise<readonly EmailId[]> {
  assert(query.limit <= mailLimits.page, 'a page of search results is too large');
  const hits = await index.find(db, account, { text: query.text });
  const found: EmailId[] = [];
  const step = Math.min(mailLimits.page, query.limit * 4);
  for (let start = 0; start < hits.length && found.length < query.limit; start += step) {
    const numbers = [...hits.subarray(start, start + step)];
    found.push(...(await presentAmong(db, account, numbers, query.mailboxId)));
  }
  return found.slice(0, query.limit);
}

async function presentAmong(
  db: Db,
  account: AccountRef,
  numbers: readonly number[],
  mailboxId: MailboxId | undefined,
): Promise<readonly EmailId[]> {
  const inMailbox =
    mailboxId === undefined
      ? sql`true`
      : sql`exists (select from mail.mailbox_email m
                     where m.tenant_id = e.tenant_id and m.account_id = e.account_id
                       and m.mailbox_id = ${mailboxId} and m.email_id = e.id)`;
  const found = await sql<{ id: EmailId }>`
    select e.id
      from unnest(${numbers}::int8[]) as hit(number)
      join mail.email e
        on e.tenant_id = ${account.tenantId} and e.account_id = ${account.accountId} and e.number = hit.number
     where e.deleted_at is null and ${inMailbox}
     order by e.received_at desc, e.id desc`.execute(db);
  return found.rows.map((row) => row.id);
}
