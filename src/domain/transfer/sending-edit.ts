/** What an account does to its sendings once they are made. */
import { Refusal } from '../../base/errors.ts';
import type { Actor } from '../audit/audit.ts';
import type { AccountRef } from '../mail/mail.ts';
import { requireQueueRight } from './queue-permission.ts';
import { endPending, lockStatus, markDestroyed, readSending } from './sending-rows.ts';
import type { SendingRef, SendRequest, UndoStatus } from './sendings.ts';
import { queueTexts } from './texts.ts';
import type { TransferParts } from './transfer.ts';

/** `canceled` also when it was so already; `too-late` when it is final. */
export type CancelOutcome = 'canceled' | 'too-late' | 'unknown';

/** Takes back what waits. `Refusal` `not-permitted`. */
export async function cancelSending(parts: TransferParts, by: SendRequest, ref: SendingRef): Promise<CancelOutcome> {
  await requireQueueRight(parts, by.actor, ref);
  if ((await readSending(parts.db, ref)) === undefined) return 'unknown';
  return parts.audit.act({ actor: by.actor, reason: by.reason, silent: 'when-nothing-changed' }, async (act) => {
    await by.guard?.(act);
    const change = await parts.mail.takeChange(act, ref);
    const status = await lockStatus(act.tx, ref);
    if (status !== 'pending') return endedAs(status);
    await endPending(act.tx, ref, { status: 'canceled', change });
    const { tenantId, accountId, id } = ref;
    act.record({ tenantId, accountId, kind: 'sending.canceled', object: { kind: 'sending', id } });
    return 'canceled';
  });
}

function endedAs(status: Exclude<UndoStatus, 'pending'> | undefined): CancelOutcome {
  if (status === undefined) return 'unknown';
  return status === 'final' ? 'too-late' : 'canceled';
}

/** `pending`: it is cancelled first, so that nobody takes back by tidying up. */
export type DestroyOutcome = 'destroyed' | 'pending' | 'unknown';

/** Forgets what is final or cancelled; what was sent goes its way, and the delivery history tells of it. */
export async function destroySending(parts: TransferParts, by: SendRequest, ref: SendingRef): Promise<DestroyOutcome> {
  await requireQueueRight(parts, by.actor, ref);
  if ((await readSending(parts.db, ref)) === undefined) return 'unknown';
  return parts.audit.act({ actor: by.actor, reason: by.reason, silent: 'when-nothing-changed' }, async (act) => {
    await by.guard?.(act);
    const change = await parts.mail.takeChange(act, ref);
    const status = await lockStatus(act.tx, ref);
    if (status === undefined) return 'unknown';
    if (status === 'pending') return 'pending';
    await markDestroyed(act.tx, ref, change);
    const { tenantId, accountId, id } = ref;
    act.record({ tenantId, accountId, kind: 'sending.destroyed', object: { kind: 'sending', id } });
    return 'destroyed';
  });
}

/** Invariant 7: who may read the account sees its sendings. */
export async function requireReader(
  parts: Pick<TransferParts, 'access' | 'db' | 'clock'>,
  viewer: Actor,
  account: AccountRef,
): Promise<void> {
  if (viewer.kind === 'system') return;
  if (viewer.kind === 'person') {
    const person = { tenantId: account.tenantId, personId: viewer.personId };
    const rights = await parts.access.rightsOn(parts.db, person, account, parts.clock.now());
    if (rights.has('own') || rights.has('read') || rights.has('send')) return;
  }
  throw new Refusal('not-permitted', queueTexts.notPermitted);
}
