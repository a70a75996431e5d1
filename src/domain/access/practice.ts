/** What holds for everybody of a tenant, and what its persons are there. */
import { sql } from 'kysely';
import { present } from '../../base/assert.ts';
import { Refusal } from '../../base/errors.ts';
import type { TenantId } from '../../base/ids.ts';
import type { Db } from '../../platform/db/db.ts';
import type { Act } from '../audit/audit.ts';
import type { PersonRef, Practice, Role } from './access.ts';
import { removeDevicesOfTenant } from './device-removal.ts';
import { accessTexts } from './texts.ts';

/** Who answers for a practice, and who looks after its machines. */
const changers: readonly Role[] = ['holder', 'it-administrator'];

/** The roles in force at `at`, in alphabetical order. */
export async function rolesOf(db: Db, { tenantId, personId }: PersonRef, at: Date): Promise<readonly Role[]> {
  const found = await sql<{ role: Role }>`
    select distinct role from access.membership
     where tenant_id = ${tenantId} and person_id = ${personId}
       and starts_at <= ${at} and (ends_at is null or ends_at > ${at})
     order by role`.execute(db);
  return found.rows.map(({ role }) => role);
}

export async function mayChangePractice(db: Db, person: PersonRef, at: Date): Promise<boolean> {
  return (await rolesOf(db, person, at)).some((role) => changers.includes(role));
}

export async function getPractice(db: Db, tenantId: TenantId): Promise<Practice> {
  const found = await sql<Practice>`
    select name, is_offline_allowed as "isOfflineAllowed" from access.tenant where tenant_id = ${tenantId}`.execute(db);
  return present(found.rows[0], 'a person belongs to no tenant');
}

export async function changePractice(
  act: Act,
  tenantId: TenantId,
  change: { readonly isOfflineAllowed: boolean },
): Promise<boolean> {
  const { actor } = act;
  const isPermitted =
    actor.kind === 'system' ||
    actor.kind === 'administrator' ||
    (actor.kind === 'person' && (await mayChangePractice(act.tx, { tenantId, personId: actor.personId }, act.at)));
  if (!isPermitted) throw new Refusal('not-permitted', accessTexts.practiceNotPermitted);
  const { numAffectedRows } = await sql`
    update access.tenant set is_offline_allowed = ${change.isOfflineAllowed}
     where tenant_id = ${tenantId} and is_offline_allowed <> ${change.isOfflineAllowed}`.execute(act.tx);
  if (numAffectedRows === 0n) return false;
  if (!change.isOfflineAllowed) await removeDevicesOfTenant(act, tenantId);
  act.record({
    tenantId,
    kind: 'practice.changed',
    object: { kind: 'tenant', id: tenantId },
    facts: { isOfflineAllowed: change.isOfflineAllowed },
  });
  return true;
}
