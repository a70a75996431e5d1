import { assert } from '../../base/assert.ts';
import type { AccountId, PersonId } from '../../base/ids.ts';
import type { Db } from '../../platform/db/db.ts';
import type { Act } from '../audit/audit.ts';
import type { AccountKey, HeldRights, PersonRef, Right } from './access.ts';
import type { AccessTables } from './tables.ts';

export async function delegate(
  act: Act,
  given: { account: AccountKey; personId: PersonId; rights: readonly Right[]; endsAt?: Date },
): Promise<void> {
  assert(given.rights.length > 0, 'a delegation without right');
  const { tenantId, accountId } = given.account;
  await act.tx
    .withTables<AccessTables>()
    .insertInto('access.delegation')
    .values({
      tenant_id: tenantId,
      account_id: accountId,
      person_id: given.personId,
      rights: [...given.rights],
      starts_at: act.at,
      ends_at: given.endsAt ?? null,
    })
    .execute();
  act.record({
    tenantId,
    accountId,
    kind: 'delegation.given',
    object: { kind: 'person', id: given.personId },
    facts: { rights: given.rights.join(' ') },
  });
}

export async function revokeDelegation(act: Act, account: AccountKey, personId: PersonId): Promise<void> {
  await act.tx
    .withTables<AccessTables>()
    .updateTable('access.delegation')
    .set({ revoked_at: act.at })
    .where('tenant_id', '=', account.tenantId)
    .where('account_id', '=', account.accountId)
    .where('person_id', '=', personId)
    .where('revoked_at', 'is', null)
    .execute();
  act.record({
    tenantId: account.tenantId,
    accountId: account.accountId,
    kind: 'delegation.revoked',
    object: { kind: 'person', id: personId },
  });
}

function inForceAt(db: Db, at: Date) {
  return db
    .withTables<AccessTables>()
    .selectFrom('access.delegation as delegation')
    .innerJoin('access.person as person', (join) =>
      join.onRef('person.tenant_id', '=', 'delegation.tenant_id').onRef('person.id', '=', 'delegation.person_id'),
    )
    .where('delegation.revoked_at', 'is', null)
    .where('delegation.starts_at', '<=', at)
    .where((where) => where.or([where('delegation.ends_at', 'is', null), where('delegation.ends_at', '>', at)]))
    .where('person.disabled_at', 'is', null);
}

function inForce(db: Db, account: AccountKey, at: Date) {
  return inForceAt(db, at)
    .where('delegation.tenant_id', '=', account.tenantId)
    .where('delegation.account_id', '=', account.accountId);
}

export async function rightsOn(db: Db, person: PersonRef, account: AccountKey, at: Date): Promise<ReadonlySet<Right>> {
  if (person.tenantId !== account.tenantId) return new Set();
  const rows = await inForce(db, account, at)
    .where('delegation.person_id', '=', person.personId)
    .select('delegation.rights')
    .execute();
  return new Set(rows.flatMap((row) => row.rights));
}

export async function personsWithRights(db: Db, account: AccountKey, at: Date): Promise<readonly PersonId[]> {
  const rows = await inForce(db, account, at).select('delegation.person_id').distinct().execute();
  return rows.map((row) => row.person_id);
}

export async function accountsOf(db: Db, person: PersonRef, at: Date): Promise<readonly HeldRights[]> {
  const { tenantId } = person;
  const rows = await inForceAt(db, at)
    .where('delegation.tenant_id', '=', tenantId)
    .where('delegation.person_id', '=', person.personId)
    .select(['delegation.account_id', 'delegation.rights'])
    .orderBy('delegation.account_id')
    .execute();
  const held = new Map<AccountId, Set<Right>>();
  for (const row of rows) held.set(row.account_id, new Set([...(held.get(row.account_id) ?? []), ...row.rights]));
  return [...held].map(([accountId, rights]) => ({ account: { tenantId, accountId }, rights }));
}
