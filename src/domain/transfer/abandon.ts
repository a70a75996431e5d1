import type { DomainName } from '../../formats/address/address.ts';
import type { Alert, Cause } from './failure-policy.ts';
import { finishMessage, type Lease, type LeasedRows, lockMessage, moveRecipients } from './queue-rows.ts';
import type { TransferParts } from './transfer.ts';

/** Why recipients are given up without a word to the sender. */
export type Abandonment = { readonly cause: Cause; readonly alert: Alert };

/** The message no longer opens: its rows are damaged, or its tenant's key was destroyed; nor does the sender's address. */
export const unreadable: Abandonment = { cause: 'copy-damaged', alert: 'own-copy-damaged' };
/** What became of them cannot be written down, nor reported: a bug of ours. */
export const unrecordable: Abandonment = { cause: 'interrupted', alert: 'attempts-unrecorded' };

interface Abandoned {
  readonly domain: DomainName;
  readonly rows: LeasedRows;
  readonly lease: Lease;
}

/** Ends recipients of which nobody can be told but the operator; the delivery history says it. */
export async function abandon(
  parts: TransferParts,
  { domain, rows: { ref, recipients }, lease }: Abandoned,
  { cause, alert }: Abandonment,
): Promise<void> {
  const request = { actor: { kind: 'system', task: 'send-domain' }, reason: 'mail-transfer' } as const;
  await parts.audit.act(request, async (act) => {
    await lockMessage(act.tx, ref);
    const results = recipients.map(({ number }) => ({
      number,
      state: 'failed' as const,
      status: '5.3.0',
      cause,
    }));
    await moveRecipients(act.tx, ref, lease, results);
    await finishMessage(act.tx, ref, act.at);
    act.record({
      tenantId: ref.tenantId,
      kind: 'email.returned',
      object: { kind: 'queued-message', id: ref.id },
      outcome: 'failed',
      facts: { domain, cause, recipients: recipients.length },
    });
  });
  parts.observer.alert(alert, { domain });
}
