/**
 * Every stored address looked at again when an edition of the directory made it come or go. One step is one transaction; how far an edition
 * was looked at is kept in it, so that a killed step is done again and a finished edition is not. An address is marked by what the directory
 * says of it now, not by what the edition says happened: editions may be looked at in any order, and twice.
 */
import { sql } from 'kysely';
import { present } from '../../base/assert.ts';
import type { TenantId, Uuid } from '../../base/ids.ts';
import { contactsLimits } from '../../base/limits.ts';
import type { Address } from '../../formats/address/address.ts';
import type { Transaction } from '../../platform/db/db.ts';
import type { Act } from '../audit/audit.ts';
import { addressHash, hashText, leftAtOf } from './addresses.ts';
import type { ContactsParts } from './contacts.ts';
import { lockOwners } from './owner-edit.ts';

export async function recheck(parts: ContactsParts, act: Act, editionId: number): Promise<'more' | 'done'> {
  const { tx } = act;
  const { rows } = await sql<{ done: number; isFinished: boolean }>`
    insert into contacts.recheck as r (edition_id, done) values (${editionId}, 0)
        on conflict (edition_id) do update set done = r.done
    returning done, finished_at is not null as "isFinished"`.execute(tx);
  const { done, isFinished } = present(rows[0], 'an upsert returns its row');
  if (isFinished) return 'done';
  const limit = contactsLimits.recheckBatch;
  const moved = await parts.directory.movedAddresses(tx, editionId, { offset: done, limit });
  await remark(parts, act, moved);
  const isLast = moved.length < limit;
  await sql`
    update contacts.recheck set done = ${done + moved.length}, finished_at = ${isLast ? act.at : null}
     where edition_id = ${editionId}`.execute(tx);
  return isLast ? 'done' : 'more';
}

async function remark(parts: ContactsParts, act: Act, moved: readonly Address[]): Promise<void> {
  const byHash = new Map(moved.map((address) => [hashText(addressHash(parts.lookup, address)), address]));
  const hashes = [...byHash.keys()].map((text) => Buffer.from(text, 'base64'));
  const stored = await sql<{ hash: Buffer }>`
    select distinct address_hash as hash from contacts.address
     where address_hash = any(${hashes}::bytea[])`.execute(act.tx);
  if (stored.rows.length === 0) return;
  const addresses = stored.rows.map(({ hash }) => present(byHash.get(hashText(hash)), 'another address was found'));
  const standings = await parts.directory.standingOf(act.tx, addresses);
  const marks = addresses.flatMap((address, index) => {
    const standing = present(standings.get(address), 'the directory answers for each address');
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
