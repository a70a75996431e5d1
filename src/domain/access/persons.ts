import { Refusal } from '../../base/errors.ts';
import { newId, type PersonId, type TenantId } from '../../base/ids.ts';
import type { Db } from '../../platform/db/db.ts';
import type { DataKey } from '../../platform/keys/keys.ts';
import type { Act } from '../audit/audit.ts';
import type { AccessParts, Person, PersonRef, Role, Tenant, TenantKind } from './access.ts';
import { removeDevicesOf } from './device-removal.ts';
import { dropPushOf } from './push-removal.ts';
import { endSessionsOf } from './sessions.ts';
import type { AccessTables } from './tables.ts';
import { accessTexts } from './texts.ts';

export async function createTenant(act: Act, wanted: { kind: TenantKind; name: string }): Promise<TenantId> {
  const tenantId = newId<TenantId>(act.at);
  await act.tx
    .withTables<AccessTables>()
    .insertInto('access.tenant')
    .values({ tenant_id: tenantId, kind: wanted.kind, name: wanted.name, created_at: act.at })
    .execute();
  act.record({ tenantId, kind: 'tenant.created', object: { kind: 'tenant', id: tenantId } });
  return tenantId;
}

/** Every tenant of the operator, by name. */
export async function listTenants(db: Db): Promise<readonly Tenant[]> {
  const rows = await db.withTables<AccessTables>().selectFrom('access.tenant').selectAll().orderBy('name').execute();
  return rows.map(({ tenant_id: tenantId, kind, name, created_at: createdAt }) => ({
    tenantId,
    kind,
    name,
    createdAt,
  }));
}

/** Logins are compared without case or surrounding space: people type them on phones. */
export function loginHash(parts: AccessParts, login: string): Buffer {
  return parts.lookup.hash('login', login.trim().toLowerCase());
}

function personContext(person: PersonRef): Buffer {
  return Buffer.from(`access.person:${person.tenantId}:${person.personId}`, 'utf8');
}

export async function tenantKey(parts: AccessParts, db: Db, tenantId: TenantId): Promise<DataKey> {
  const opened = await parts.dataKeys.openOrCreate(db, { tenantId, purpose: 'tenant', ownerId: tenantId });
  if (opened.state === 'destroyed') throw new Refusal('tenant-gone', accessTexts.tenantGone);
  return opened.key;
}

export async function createPerson(
  parts: AccessParts,
  act: Act,
  wanted: { tenantId: TenantId; login: string; name: string; rpps: string | null; title: string; role: Role },
): Promise<PersonRef> {
  const { tenantId } = wanted;
  const person: PersonRef = { tenantId, personId: newId<PersonId>(act.at) };
  const tables = act.tx.withTables<AccessTables>();
  const reserved = await tables
    .insertInto('access.login_lookup')
    .values({ login_hash: loginHash(parts, wanted.login), tenant_id: tenantId, person_id: person.personId })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  if (reserved.numInsertedOrUpdatedRows !== 1n) throw new Refusal('login-taken', accessTexts.loginTaken);
  const key = await tenantKey(parts, act.tx, tenantId);
  const traits = JSON.stringify({ name: wanted.name, rpps: wanted.rpps, title: wanted.title });
  await tables
    .insertInto('access.person')
    .values({
      tenant_id: tenantId,
      id: person.personId,
      sealed: key.seal(Buffer.from(traits, 'utf8'), personContext(person)),
      created_at: act.at,
    })
    .execute();
  await tables
    .insertInto('access.membership')
    .values({
      tenant_id: tenantId,
      person_id: person.personId,
      home_tenant_id: tenantId,
      role: wanted.role,
      starts_at: act.at,
    })
    .execute();
  act.record({
    tenantId,
    kind: 'person.created',
    object: { kind: 'person', id: person.personId },
    facts: { role: wanted.role },
    identifying: { name: wanted.name },
  });
  return person;
}

/** A person who left signs in nowhere and has no right; what they did stays theirs. False when that was so already. */
export async function disablePerson(act: Act, person: PersonRef): Promise<boolean> {
  return setDisabled(act, person, act.at);
}

export async function enablePerson(act: Act, person: PersonRef): Promise<boolean> {
  return setDisabled(act, person, null);
}

async function setDisabled(act: Act, { tenantId, personId }: PersonRef, at: Date | null): Promise<boolean> {
  const { numUpdatedRows } = await act.tx
    .withTables<AccessTables>()
    .updateTable('access.person')
    .set({ disabled_at: at })
    .where('tenant_id', '=', tenantId)
    .where('id', '=', personId)
    .where('disabled_at', at === null ? 'is not' : 'is', null)
    .executeTakeFirstOrThrow();
  if (numUpdatedRows === 0n) return false;
  if (at !== null) {
    await endSessionsOf(act, { tenantId, personId });
    await removeDevicesOf(act, { tenantId, personId });
    await dropPushOf(act, { tenantId, personId });
  }
  const kind = at === null ? 'person.enabled' : 'person.disabled';
  act.record({ tenantId, kind, object: { kind: 'person', id: personId } });
  return true;
}

export async function findPersonByLogin(parts: AccessParts, db: Db, login: string): Promise<PersonRef | undefined> {
  const row = await db
    .withTables<AccessTables>()
    .selectFrom('access.login_lookup')
    .select(['tenant_id', 'person_id'])
    .where('login_hash', '=', loginHash(parts, login))
    .executeTakeFirst();
  return row === undefined ? undefined : { tenantId: row.tenant_id, personId: row.person_id };
}

async function openPerson(
  parts: AccessParts,
  db: Db,
  row: { tenant_id: TenantId; id: PersonId; sealed: Buffer; disabled_at: Date | null },
): Promise<Person> {
  const person: PersonRef = { tenantId: row.tenant_id, personId: row.id };
  const key = await tenantKey(parts, db, row.tenant_id);
  const traits = JSON.parse(key.unseal(row.sealed, personContext(person)).toString('utf8')) as {
    name: string;
    rpps: string | null;
    title: string;
  }; // sealed by createPerson alone
  return { ...person, ...traits, isDisabled: row.disabled_at !== null };
}

export async function getPerson(parts: AccessParts, db: Db, person: PersonRef): Promise<Person | undefined> {
  const row = await db
    .withTables<AccessTables>()
    .selectFrom('access.person')
    .select(['tenant_id', 'id', 'sealed', 'disabled_at'])
    .where('tenant_id', '=', person.tenantId)
    .where('id', '=', person.personId)
    .executeTakeFirst();
  return row === undefined ? undefined : openPerson(parts, db, row);
}

export async function listPersons(parts: AccessParts, db: Db, tenantId: TenantId): Promise<readonly Person[]> {
  const rows = await db
    .withTables<AccessTables>()
    .selectFrom('access.person')
    .select(['tenant_id', 'id', 'sealed', 'disabled_at'])
    .where('tenant_id', '=', tenantId)
    .orderBy('id')
    .execute();
  return Promise.all(rows.map((row) => openPerson(parts, db, row)));
}
