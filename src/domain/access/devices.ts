/**
 * Devices that keep an encrypted copy for use without network (docs/decisions/0032).
 *
 *   declared --taken back, a new password, its person disabled, the practice switched copies off--> gone (deleted)
 *     `--no contact for accessLimits.deviceContactMs--> over: its half of the key is refused, and deleted when it is asked for
 */
import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { accessLimits } from '../../base/domain-limits.ts';
import { Refusal } from '../../base/errors.ts';
import { newId, type TenantId, type Uuid } from '../../base/ids.ts';
import { Secret } from '../../base/secret.ts';
import type { Db } from '../../platform/db/db.ts';
import type { Act } from '../audit/audit.ts';
import type { AccessParts, Device, DeviceRef, PersonRef } from './access.ts';
import { tellRemoved } from './device-removal.ts';
import { tenantKey } from './persons.ts';
import { getPractice } from './practice.ts';
import { accessTexts } from './texts.ts';

const secretBytes = 32;

interface Sealed {
  readonly name: string;
  /** base64url */
  readonly secret: string;
}

function newSecret(): string {
  return randomBytes(secretBytes).toString('base64url');
}

function contextOf({ tenantId, deviceId }: DeviceRef): Buffer {
  return Buffer.from(`access.device:${tenantId}:${deviceId}`, 'utf8');
}

function contactSince(at: Date): Date {
  return new Date(at.getTime() - accessLimits.deviceContactMs);
}

/** Each speaks of one's own devices alone. */
function checkOwn({ actor }: Act, { personId }: PersonRef): void {
  if (actor.kind !== 'person' || actor.personId !== personId) {
    throw new Refusal('not-permitted', accessTexts.devicesNotPermitted);
  }
}

async function checkAllowed(db: Db, tenantId: TenantId): Promise<void> {
  const { isOfflineAllowed } = await getPractice(db, tenantId);
  if (!isOfflineAllowed) throw new Refusal('offline-not-allowed', accessTexts.offlineNotAllowed);
}

export async function declareDevice(
  parts: AccessParts,
  act: Act,
  { person, name }: { person: PersonRef; name: string },
): Promise<{ deviceId: Uuid; secret: Secret; token: Secret }> {
  checkOwn(act, person);
  const { tenantId, personId } = person;
  await checkAllowed(act.tx, tenantId);
  // One declaration of a person after the other: two at once would both find room for one.
  await sql`select from access.person where tenant_id = ${tenantId} and id = ${personId} for update`.execute(act.tx);
  await sql`
    delete from access.device where tenant_id = ${tenantId} and person_id = ${personId}
       and last_contact_at <= ${contactSince(act.at)}`.execute(act.tx);
  const { rows } = await sql`
    select from access.device where tenant_id = ${tenantId} and person_id = ${personId}`.execute(act.tx);
  if (rows.length >= accessLimits.devicesPerPerson) {
    throw new Refusal('too-many-devices', accessTexts.tooManyDevices(accessLimits.devicesPerPerson));
  }
  const deviceId = newId<Uuid>(act.at);
  const made: Sealed = { name: name.slice(0, accessLimits.deviceNameCharacters), secret: newSecret() };
  const token = newSecret();
  const key = await tenantKey(parts, act.tx, tenantId);
  const sealed = key.seal(Buffer.from(JSON.stringify(made), 'utf8'), contextOf({ tenantId, deviceId }));
  await sql`
    insert into access.device (tenant_id, id, person_id, sealed, token_hash, declared_at, last_contact_at)
    values (${tenantId}, ${deviceId}, ${personId}, ${sealed}, ${parts.lookup.hash('device', token)}, ${act.at},
            ${act.at})`.execute(act.tx);
  act.record({ tenantId, kind: 'device.declared', object: { kind: 'device', id: deviceId } });
  return { deviceId, secret: new Secret(made.secret), token: new Secret(token) };
}

export async function contactDevice(
  parts: AccessParts,
  act: Act,
  { person, deviceId }: { person: PersonRef; deviceId: Uuid },
): Promise<Secret | undefined> {
  checkOwn(act, person);
  const { tenantId, personId } = person;
  await checkAllowed(act.tx, tenantId);
  const found = await sql<{ sealed: Buffer }>`
    update access.device set last_contact_at = ${act.at}
     where tenant_id = ${tenantId} and id = ${deviceId} and person_id = ${personId}
       and last_contact_at > ${contactSince(act.at)}
    returning sealed`.execute(act.tx);
  const row = found.rows[0];
  if (row === undefined) {
    await removeDevice(act, { person, deviceId });
    return undefined;
  }
  act.record({ tenantId, kind: 'device.contacted', object: { kind: 'device', id: deviceId } });
  const { secret } = await unsealed(parts, act.tx, { tenantId, deviceId }, row.sealed);
  return new Secret(secret);
}

/** False when there was none. */
export async function removeDevice(
  act: Act,
  { person, deviceId }: { person: PersonRef; deviceId: Uuid },
): Promise<boolean> {
  checkOwn(act, person);
  const { tenantId, personId } = person;
  const removed = await sql<DeviceRef>`
    delete from access.device where tenant_id = ${tenantId} and id = ${deviceId} and person_id = ${personId}
    returning tenant_id as "tenantId", id as "deviceId"`.execute(act.tx);
  tellRemoved(act, removed.rows);
  return removed.rows.length > 0;
}

/** The one heard of last first. */
export async function listDevices(parts: AccessParts, db: Db, person: PersonRef, at: Date): Promise<readonly Device[]> {
  const { tenantId, personId } = person;
  const { rows } = await sql<{ deviceId: Uuid; sealed: Buffer; declaredAt: Date; lastContactAt: Date }>`
    select id as "deviceId", sealed, declared_at as "declaredAt", last_contact_at as "lastContactAt"
      from access.device
     where tenant_id = ${tenantId} and person_id = ${personId} and last_contact_at > ${contactSince(at)}
     order by last_contact_at desc, id desc`.execute(db);
  return Promise.all(
    rows.map(async ({ deviceId, sealed, declaredAt, lastContactAt }) => {
      const { name } = await unsealed(parts, db, { tenantId, deviceId }, sealed);
      return { deviceId, name, declaredAt, lastContactAt };
    }),
  );
}

export async function isDeviceDeclared(
  parts: AccessParts,
  db: Db,
  { tenantId, deviceId, token, at }: DeviceRef & { readonly token: Secret; readonly at: Date },
): Promise<boolean> {
  const { rows } = await sql<{ tokenHash: Buffer }>`
    select device.token_hash as "tokenHash" from access.device device
      join access.tenant tenant on tenant.tenant_id = device.tenant_id
     where device.tenant_id = ${tenantId} and device.id = ${deviceId} and tenant.is_offline_allowed
       and device.last_contact_at > ${contactSince(at)}`.execute(db);
  const row = rows[0];
  return (
    row !== undefined && new Secret(row.tokenHash).equals(new Secret(parts.lookup.hash('device', token.revealText())))
  );
}

async function unsealed(parts: AccessParts, db: Db, device: DeviceRef, sealed: Buffer): Promise<Sealed> {
  const key = await tenantKey(parts, db, device.tenantId);
  return JSON.parse(key.unseal(sealed, contextOf(device)).toString('utf8')) as Sealed; // sealed by declareDevice alone
}
