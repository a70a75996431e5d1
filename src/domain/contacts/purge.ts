import { sql } from 'kysely';
import type { TenantId, Uuid } from '../../base/ids.ts';
import { contactsLimits } from '../../base/limits.ts';
import type { Act } from '../audit/audit.ts';
import { undoableSince } from './groups.ts';
import { lockOwners } from './owner-edit.ts';

/** Groups, entries, then addresses that nothing keeps and that were last written to long ago. */
export async function purge(act: Act, limit: number): Promise<number> {
  const before = undoableSince(act.at);
  const groups = await sql<{ tenantId: TenantId }>`
    delete from contacts.recipient_group where (tenant_id, account_id, id) in (
      select tenant_id, account_id, id from contacts.recipient_group where removed_at <= ${before} limit ${limit})
    returning tenant_id as "tenantId"`.execute(act.tx);
  const entries = await sql<{ tenantId: TenantId }>`
    delete from contacts.book_entry where (tenant_id, id) in (
      select tenant_id, id from contacts.book_entry where removed_at <= ${before} limit ${limit})
    returning tenant_id as "tenantId"`.execute(act.tx);
  const addresses = await purgeAddresses(act, limit);
  const gone = [groups.rows, entries.rows, addresses];
  for (const tenantId of new Set(gone.flat().map((row) => row.tenantId))) {
    const [ofGroups = 0, ofEntries = 0, ofAddresses = 0] = gone.map(
      (rows) => rows.filter((row) => row.tenantId === tenantId).length,
    );
    const facts = { groups: ofGroups, entries: ofEntries, addresses: ofAddresses };
    act.record({ tenantId, kind: 'contacts.purged', facts });
  }
  return gone.flat().length;
}

async function purgeAddresses(act: Act, limit: number): Promise<readonly { tenantId: TenantId }[]> {
  const before = new Date(act.at.getTime() - contactsLimits.writtenMs);
  const isForgotten = sql`
    a.favourite_at is null and a.preferred_at is null and (a.written_at is null or a.written_at <= ${before})
    and not exists (select from contacts.group_member m
                     where m.tenant_id = a.tenant_id and m.account_id = a.owner_id and m.address_hash = a.address_hash)
    and not exists (select from contacts.book_entry e
                     where e.tenant_id = a.tenant_id and e.owner_id = a.owner_id and e.address_hash = a.address_hash)`;
  const found = await sql<{ tenantId: TenantId; ownerId: Uuid; hash: Buffer }>`
    select a.tenant_id as "tenantId", a.owner_id as "ownerId", a.address_hash as hash
      from contacts.address a where ${isForgotten} limit ${limit}`.execute(act.tx);
  const owners = new Map(found.rows.map((row) => [`${row.tenantId}/${row.ownerId}`, row]));
  await lockOwners(act.tx, [...owners.values()]);
  // Under the locks: what was put to use meanwhile stays.
  const { rows } = await sql<{ tenantId: TenantId }>`
    delete from contacts.address a
     using unnest(${found.rows.map((row) => row.tenantId)}::uuid[], ${found.rows.map((row) => row.ownerId)}::uuid[],
                  ${found.rows.map((row) => row.hash)}::bytea[]) as old(tenant_id, owner_id, address_hash)
     where a.tenant_id = old.tenant_id and a.owner_id = old.owner_id and a.address_hash = old.address_hash
       and ${isForgotten}
    returning a.tenant_id as "tenantId"`.execute(act.tx);
  return rows;
}
