import { transferLimits } from '../../base/domain-limits.ts';
import { forgetTransactions } from './accepted-transactions.ts';
import { dueDomains } from './queue-rows.ts';
import { dueSendings } from './sending-rows.ts';
import type { TransferParts } from './transfer.ts';
import { forgetAnswers } from './vacation-answer.ts';

/**
 * The body of the job `sweep-transfer`, each minute: wakes every domain that has something due, whether it was deferred,
 * its job was lost, or its worker died; forgets transactions that no peer repeats any more.
 */
export async function sweepTransfer(
  parts: TransferParts,
): Promise<{ readonly woken: number; readonly forgotten: number }> {
  const now = parts.clock.now();
  const domains = await dueDomains(parts.db, now);
  if (domains.length > 0) await parts.db.transaction().execute((tx) => parts.enqueueSending(tx, domains));
  // What the job should have released a lease ago.
  const late = await dueSendings(
    parts.db,
    new Date(now.getTime() - transferLimits.leaseMs),
    transferLimits.sendingsPerSweep,
  );
  if (late.length > 0) {
    await parts.db.transaction().execute(async (tx) => {
      for (const sending of late) await parts.enqueueRelease(tx, sending, now);
    });
  }
  await forgetAnswers(parts.db, now);
  return { woken: domains.length, forgotten: await forgetTransactions(parts.db, now) };
}
