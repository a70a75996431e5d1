import type { EmailId } from '../../base/ids.ts';
import type { AccountRef } from '../mail/mail.ts';
import { recordEvidence } from './evidence.ts';
import type { TransferParts } from './transfer.ts';
import { answerForAbsent } from './vacation-answer.ts';

/** The body of the job `follow-received`. An email that is gone meanwhile is evidence of nothing, and nobody is answered. */
export async function followReceived(parts: TransferParts, account: AccountRef, emailId: EmailId): Promise<void> {
  const request = { actor: { kind: 'system', task: 'follow-received' }, reason: 'delivery-evidence' } as const;
  const [email] = await parts.audit.act({ ...request, silent: 'when-nothing-changed' }, (act) =>
    parts.mail.openSummaries(act, account, [emailId]),
  );
  if (email === undefined) return;
  await recordEvidence(parts, account, email);
  await answerForAbsent(parts, account, email);
}
