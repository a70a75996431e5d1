import type { DomainName } from '../../formats/address/address.ts';
import { finishMessage, type Lease, type LeasedRows, lockMessage, moveRecipients } from './queue-rows.ts';
import type { TransferParts } from './transfer.ts';

/**
 * Ends recipients whose message no longer opens: its rows are damaged, or its tenant's key was destroyed. Not even the
 * sender's address can be read then, so nobody is told but the operator; the delivery history says it.
 */
export async function abandonUnreadable(
  parts: TransferParts,
  domain: DomainName,
  { ref, recipients }: LeasedRows,
  lease: Lease,
): Promise<void> {
  const request = { actor: { kind: 'system', task: 'send-domain' }, reason: 'mail-transfer' } as const;
  await parts.audit.act(request, async (act) => {
    await lockMessage(act.tx, ref);
    const results = recipients.map(({ number }) => ({
      number,
      state: 'failed' as const,
      status: '5.3.0',
      cause: 'copy-damaged' as const,
    }));
    await moveRecipients(act.tx, ref, lease, results);
    await finishMessage(act.tx, ref, act.at);
    act.record({
      tenantId: ref.tenantId,
      kind: 'email.returned',
      object: { kind: 'queued-message', id: ref.id },
      outcome: 'failed',
      facts: { domain, cause: 'copy-damaged', recipients: recipients.length },
    });
  });
  parts.observer.alert('own-copy-damaged', { domain });
}
