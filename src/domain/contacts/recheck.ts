/**
 * Every stored address looked at again when an edition of the directory made it come or go. One step is one transaction; how far an edition
 * was looked at is kept in it, so that a killed step is done again and a finished edition is not. An address is marked by what the directory
 * says of it now, not by what the edition says happened: editions may be looked at in any order, and twice.
 */
import { sql } from 'kysely';
import { present } from '../../base/assert.ts';
import { contactsLimits } from '../../base/domain-limits.ts';
import type { TenantId, Uuid } from '../../base/ids.ts';
import { type Address, parseAddress } from '../../formats/address/address.ts';
import type { Act } from '../audit/audit.ts';
import type { DirectoryChange } from '../directory/directory.ts';
import { addressHash, hashText, leftAtOf, normal, standingsOf } from './addresses.ts';
import type { ContactsParts } from './contacts.ts';
import { lockOwners } from './owner-edit.ts';

export async function recheck(parts: ContactsParts, act: Act, editionId: number): Promise<'more' | 'done'> {
  const { tx } = act;
  const { rows } = await sql<{ lastKey: string; isFinished: boolean }>`
    insert into contacts.recheck as r (edition_id, last_key) values (${editionId}, '')
        on conflict (edition_id) do update set last_key = r.last_key
    returning last_key as "lastKey", finished_at is not null as "isFinished"`.execute(tx);
  const { lastKey, isFinished } = present(rows[0], 'an upsert returns its row');
  if (isFinished) return 'done';
  const changes = await parts.directory.changesSince(tx, {
    since: editionId - 1,
    after: { editionId, subject: 'mailbox', key: lastKey, kind: 'changed' },
    limit: contactsLimits.recheckBatch,
  });
  const own = changes.filter((change) => change.editionId === editionId && change.subject === 'mailbox');
  const moved = own.filter((change) => change.kind !== 'changed');
  await remark(parts, act, moved.map(addressIn));
  // The directory bounds its pages too: the end is where it has nothing more to tell, or tells of something else.
  const isLast = own.length < changes.length || own.length === 0;
  await sql`
    update contacts.recheck set last_key = ${isLast ? '' : own.at(-1)?.key}, finished_at = ${isLast ? act.at : null}
     where edition_id = ${editionId}`.execute(tx);
  return isLast ? 'done' : 'more';
}

function addressIn({ key }: DirectoryChange): Address {
  return present(parseAddress(key), 'the directory keeps addresses alone');
}

async function remark(parts: ContactsParts, act: Act, moved: readonly Address[]): Promise<void> {
  const byHash = new Map(moved.map((address) => [hashText(addressHash(parts.lookup, address)), address]));
  const hashes = [...byHash.keys()].map((text) => Buffer.from(text, 'base64'));
  const stored = await sql<{ hash: Buffer }>`
    select distinct address_hash as hash from contacts.address
     where address_hash = any(${hashes}::bytea[])`.execute(act.tx);
  if (stored.rows.length === 0) return;
  const addresses = stored.rows.map(({ hash }) => present(byHash.get(hashText(hash)), 'another address was found'));
  const standings = await standingsOf(parts, act.tx, addresses);
  const marks = addresses.flatMap((address, index) => {
    const standing = present(standings.get(normal(address)), 'the directory answers for each address');
    const hash = present(stored.rows[index], 'a row for each address').hash;
    // Neither listed nor ever seen: nothing is known that a mark could tell.
    return standing.kind === 'unknown' ? [] : [{ hash, leftAt: leftAtOf(standing) }];
  });
  await writeMarks(act, marks);
}

interface Mark {
  readonly hash: Buffer;
  readonly leftAt: Date | null;
}

async function writeMarks(act: Act, marks: readonly Mark[]): Promise<void> {
  const marked = sql`
    unnest(${marks.map((mark) => mark.hash)}::bytea[], ${marks.map((mark) => mark.leftAt)}::timestamptz[])
    as mark(address_hash, left_at)`;
  const differs = sql`a.address_hash = mark.address_hash and a.left_at is distinct from mark.left_at`;
  const owners = await sql<{ tenantId: TenantId; ownerId: Uuid }>`
    select distinct a.tenant_id as "tenantId", a.owner_id as "ownerId"
      from contacts.address a, ${marked} where ${differs}`.execute(act.tx);
  await lockOwners(act.tx, owners.rows);
  const { rows } = await sql<{ tenantId: TenantId; hasLeft: boolean }>`
    update contacts.address a set left_at = mark.left_at from ${marked} where ${differs}
    returning a.tenant_id as "tenantId", a.left_at is not null as "hasLeft"`.execute(act.tx);
  for (const tenantId of new Set(rows.map((row) => row.tenantId))) {
    const own = rows.filter((row) => row.tenantId === tenantId);
    const left = own.filter((row) => row.hasLeft).length;
    act.record({ tenantId, kind: 'contacts.rechecked', facts: { left, returned: own.length - left } });
  }
}
