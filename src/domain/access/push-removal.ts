/** What ends push subscriptions besides their person's own wish (states: `push.ts`). */
import { sql } from 'kysely';
import type { TenantId, Uuid } from '../../base/ids.ts';
import type { Act } from '../audit/audit.ts';
import type { PersonRef } from './access.ts';

export interface PushRef {
  readonly tenantId: TenantId;
  readonly subscriptionId: Uuid;
}

/** What opens the mail of a person was taken back: nobody is told for them (RFC 8620 §7.2). */
export async function dropPushOf(act: Act, { tenantId, personId }: PersonRef): Promise<void> {
  const { rows } = await sql<PushRef>`
    delete from access.push_subscription where tenant_id = ${tenantId} and person_id = ${personId}
    returning tenant_id as "tenantId", id as "subscriptionId"`.execute(act.tx);
  for (const ref of rows) recordPush(act, ref, 'push.unsubscribed');
}

export function recordPush(
  act: Act,
  { tenantId, subscriptionId }: PushRef,
  kind: 'push.subscribed' | 'push.unsubscribed',
): void {
  act.record({ tenantId, kind, object: { kind: 'push-subscription', id: subscriptionId } });
}
