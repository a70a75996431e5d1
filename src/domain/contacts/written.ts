import { sql } from 'kysely';
import { contactsLimits } from '../../base/domain-limits.ts';
import { type Address, domainOf } from '../../formats/address/address.ts';
import type { Act } from '../audit/audit.ts';
import type { AccountRef } from '../mail/mail.ts';
import { addressHash, hashText, normal, sealRecipient } from './addresses.ts';
import type { ContactsParts } from './contacts.ts';
import { accountOwner, OwnerKeys } from './owner-keys.ts';
import { requireRight } from './permission.ts';

/** Of a message written at `at`: what makes it count for half of one written a half-life later. */
export function heatAt(at: Date): number {
  return at.getTime() / (contactsLimits.halfLifeDays * 86_400_000);
}

/** One statement for all recipients: it stands between a message and its acknowledgement. */
export async function recordWritten(
  parts: ContactsParts,
  act: Act,
  account: AccountRef,
  addresses: readonly Address[],
): Promise<void> {
  await requireRight(parts.access, act.tx, { as: act.actor, account, right: 'send', at: act.at });
  const owner = accountOwner(account);
  const keys = await OwnerKeys.open(parts.dataKeys, act.tx, owner);
  if (keys === undefined || addresses.length === 0) return;
  const rows = new Map(
    addresses.map((each) => {
      const hash = addressHash(parts.lookup, each);
      const isPatient = parts.patientDomains.includes(domainOf(each));
      return [
        hashText(hash),
        { hash, isPatient, sealed: sealRecipient(keys, hash, { address: normal(each), name: null }) },
      ];
    }),
  );
  const all = [...rows.values()];
  // Sums of powers of two, told by their logarithm; below 2^-60 nothing is added, and PostgreSQL would complain.
  await sql`
    with locked as (
      insert into contacts.owner as o (tenant_id, owner_id, change) values (${owner.tenantId}, ${owner.ownerId}, 1)
          on conflict (tenant_id, owner_id) do update set change = o.change + 1
      returning change)
    insert into contacts.address as a (tenant_id, owner_id, address_hash, sealed, heat, written_at, is_patient)
    select ${owner.tenantId}, ${owner.ownerId}, address_hash, sealed, ${heatAt(act.at)}::float8, ${act.at}, is_patient
      from locked, unnest(${all.map((row) => row.hash)}::bytea[], ${all.map((row) => row.sealed)}::bytea[],
                          ${all.map((row) => row.isPatient)}::bool[]) as written(address_hash, sealed, is_patient)
        on conflict (tenant_id, owner_id, address_hash)
        do update set written_at = excluded.written_at, is_patient = excluded.is_patient,
                      heat = case when a.heat is null then excluded.heat
                             else greatest(a.heat, excluded.heat)
                                  + ln(1 + power(2::float8, -least(abs(a.heat - excluded.heat), 60))) / ln(2::float8) end`.execute(
    act.tx,
  );
}
