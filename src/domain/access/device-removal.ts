/** What ends devices besides their person's own wish (states: `devices.ts`). */
import { sql } from 'kysely';
import type { TenantId } from '../../base/ids.ts';
import type { Act } from '../audit/audit.ts';
import type { DeviceRef, PersonRef } from './access.ts';

/** A copy opens with the password that it was made with: a new one ends it, as it ends sessions. */
export async function removeDevicesOf(act: Act, { tenantId, personId }: PersonRef): Promise<void> {
  const removed = await sql<DeviceRef>`
    delete from access.device where tenant_id = ${tenantId} and person_id = ${personId}
    returning tenant_id as "tenantId", id as "deviceId"`.execute(act.tx);
  tellRemoved(act, removed.rows);
}

export async function removeDevicesOfTenant(act: Act, tenantId: TenantId): Promise<void> {
  const removed = await sql<DeviceRef>`
    delete from access.device where tenant_id = ${tenantId}
    returning tenant_id as "tenantId", id as "deviceId"`.execute(act.tx);
  tellRemoved(act, removed.rows);
}

export function tellRemoved(act: Act, removed: readonly DeviceRef[]): void {
  for (const { tenantId, deviceId } of removed) {
    act.record({ tenantId, kind: 'device.removed', object: { kind: 'device', id: deviceId } });
  }
}
