import { sql } from 'kysely';
import type { AccountId, TenantId, Uuid } from '../../base/ids.ts';
import type { Db, Transaction } from '../../platform/db/db.ts';
import type { DataKeys } from '../../platform/keys/keys.ts';
import type { AuditEvent, RecordedEvent } from './audit.ts';

export interface EventRow {
  readonly id: Uuid;
  readonly occurredAt: Date;
  readonly actorKind: string;
  readonly actor: string;
  readonly sessionId: Uuid | null;
  readonly reason: string;
  readonly event: AuditEvent;
}

/** What sealed facts are bound to: moved to another event, they do not open. */
function eventContext(tenantId: TenantId, eventId: Uuid): Buffer {
  return Buffer.from(`audit.event:${tenantId}:${eventId}`, 'utf8');
}

async function sealFacts(tx: Transaction, keys: DataKeys, row: EventRow): Promise<Buffer | null> {
  const { identifying, tenantId } = row.event;
  if (identifying === undefined || Object.keys(identifying).length === 0) return null;
  const opened = await keys.openOrCreate(tx, { tenantId, purpose: 'audit', ownerId: tenantId });
  // A tenant whose audit key was destroyed is gone: what would name somebody of it is not written again.
  if (opened.state === 'destroyed') return null;
  return opened.key.seal(Buffer.from(JSON.stringify(identifying), 'utf8'), eventContext(tenantId, row.id));
}

/** Adds `rows` in one statement. */
export async function insertEvents(tx: Transaction, keys: DataKeys, rows: readonly EventRow[]): Promise<void> {
  if (rows.length === 0) return;
  const sealed: (Buffer | null)[] = [];
  for (const row of rows) sealed.push(await sealFacts(tx, keys, row));
  await sql`
    insert into audit.event (tenant_id, id, occurred_at, kind, actor_kind, actor, session_id, account_id,
                             object_kind, object_id, outcome, reason, facts, sealed)
    select * from unnest(
      ${rows.map((row) => row.event.tenantId)}::uuid[], ${rows.map((row) => row.id)}::uuid[],
      ${rows.map((row) => row.occurredAt)}::timestamptz[], ${rows.map((row) => row.event.kind)}::text[],
      ${rows.map((row) => row.actorKind)}::text[], ${rows.map((row) => row.actor)}::text[],
      ${rows.map((row) => row.sessionId)}::uuid[], ${rows.map((row) => row.event.accountId ?? null)}::uuid[],
      ${rows.map((row) => row.event.object?.kind ?? null)}::text[],
      ${rows.map((row) => row.event.object?.id ?? null)}::uuid[],
      ${rows.map((row) => row.event.outcome ?? 'done')}::text[], ${rows.map((row) => row.reason)}::text[],
      ${rows.map((row) => JSON.stringify(row.event.facts ?? {}))}::jsonb[], ${sealed}::bytea[])`.execute(tx);
}

export async function listEvents(
  db: Db,
  of: { tenantId: TenantId; accountId?: AccountId; limit: number },
): Promise<readonly RecordedEvent[]> {
  const account = of.accountId ?? null;
  const found = await sql<RecordedEvent>`
    select id, occurred_at as "occurredAt", kind, actor_kind as "actorKind", actor, account_id as "accountId",
           object_kind as "objectKind", object_id as "objectId", outcome, reason, facts
      from audit.event
     where tenant_id = ${of.tenantId} and (${account}::uuid is null or account_id = ${account})
     order by occurred_at desc, id desc
     limit ${of.limit}`.execute(db);
  return found.rows;
}
