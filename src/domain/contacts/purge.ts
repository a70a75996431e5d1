import { sql } from 'kysely';
import { contactsLimits } from '../../base/domain-limits.ts';
import type { TenantId, Uuid } from '../../base/ids.ts';
import type { Act } from '../audit/audit.ts';
import { undoableSince } from './groups.ts';
import { lockOwners } from './owner-edit.ts';

/** What opens no more; groups, entries, then addresses that nothing keeps and that were last written to long ago. */
export async function purge(act: Act, limit: number): Promise<number> {
  const before = undoableSince(act.at);
  const destroyed = await purgeDestroyed(act, limit);
  const groups = await sql<{ tenantId: TenantId }>`
    delete from contacts.recipient_group where (tenant_id, account_id, id) in (
      select tenant_id, account_id, id from contacts.recipient_group where removed_at <= ${before} limit ${limit})
    returning tenant_id as "tenantId"`.execute(act.tx);
  const entries = await sql<{ tenantId: TenantId }>`
    delete from contacts.book_entry where (tenant_id, id) in (
      select tenant_id, id from contacts.book_entry where removed_at <= ${before} limit ${limit})
    returning tenant_id as "tenantId"`.execute(act.tx);
  const addresses = await purgeAddresses(act, limit);
  const gone = [
    [...groups.rows, ...destroyed.groups],
    [...entries.rows, ...destroyed.entries],
    [...addresses, ...destroyed.addresses],
  ];
  for (const tenantId of new Set(gone.flat().map((row) => row.tenantId))) {
    const [ofGroups = 0, ofEntries = 0, ofAddresses = 0] = gone.map(
      (rows) => rows.filter((row) => row.tenantId === tenantId).length,
    );
    const facts = { groups: ofGroups, entries: ofEntries, addresses: ofAddresses };
    act.record({ tenantId, kind: 'contacts.purged', facts });
  }
  return gone.flat().length;
}

interface Gone {
  readonly tenantId: TenantId;
}

/** Of owners whose key is destroyed: nobody can read it, but for how much there is and when it was. */
async function purgeDestroyed(
  { tx }: Act,
  limit: number,
): Promise<Readonly<Record<'groups' | 'entries' | 'addresses', readonly Gone[]>>> {
  const owners = await sql<{ tenantId: TenantId; ownerId: Uuid }>`
    select o.tenant_id as "tenantId", o.owner_id as "ownerId" from contacts.owner o
     where exists (select from keys.data_key k
                    where k.tenant_id = o.tenant_id and k.owner_id = o.owner_id and k.destroyed_at is not null
                      and k.purpose = case when o.owner_id = o.tenant_id then 'tenant' else 'account' end)
     order by o.tenant_id, o.owner_id limit ${limit} for update of o skip locked`.execute(tx);
  if (owners.rows.length === 0) return { groups: [], entries: [], addresses: [] };
  const theirs = sql`
    select tenant_id, owner_id from unnest(${owners.rows.map((row) => row.tenantId)}::uuid[],
      ${owners.rows.map((row) => row.ownerId)}::uuid[]) as gone(tenant_id, owner_id)`;
  const groups = await sql<Gone>`
    delete from contacts.recipient_group where ctid = any(array(
      select ctid from contacts.recipient_group where (tenant_id, account_id) in (${theirs}) limit ${limit}))
    returning tenant_id as "tenantId"`.execute(tx);
  const entries = await sql<Gone>`
    delete from contacts.book_entry where ctid = any(array(
      select ctid from contacts.book_entry where (tenant_id, owner_id) in (${theirs}) limit ${limit}))
    returning tenant_id as "tenantId"`.execute(tx);
  const addresses = await sql<Gone>`
    delete from contacts.address where ctid = any(array(
      select a.ctid from contacts.address a where (a.tenant_id, a.owner_id) in (${theirs})
         and not exists (select from contacts.group_member m
                          where m.tenant_id = a.tenant_id and m.account_id = a.owner_id and m.address_hash = a.address_hash)
         and not exists (select from contacts.book_entry e
                          where e.tenant_id = a.tenant_id and e.owner_id = a.owner_id and e.address_hash = a.address_hash)
       limit ${limit}))
    returning tenant_id as "tenantId"`.execute(tx);
  await sql`
    delete from contacts.owner o where (o.tenant_id, o.owner_id) in (${theirs})
       and not exists (select from contacts.address a where a.tenant_id = o.tenant_id and a.owner_id = o.owner_id)
       and not exists (select from contacts.recipient_group g where g.tenant_id = o.tenant_id and g.account_id = o.owner_id)
       and not exists (select from contacts.book_entry e where e.tenant_id = o.tenant_id and e.owner_id = o.owner_id)`.execute(
    tx,
  );
  return { groups: groups.rows, entries: entries.rows, addresses: addresses.rows };
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
