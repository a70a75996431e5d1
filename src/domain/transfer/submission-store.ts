import { present } from '../../base/assert.ts';
import type { EmailId } from '../../base/ids.ts';
import type { Act } from '../audit/audit.ts';
import type { AccountRef, GatheredMessage } from '../mail/mail.ts';
import type { Refused } from './acceptance.ts';
import { claimTransactions, findSentCopy, rememberSentCopy, transactionHash } from './accepted-transactions.ts';
import { deliveryTo, dispatch, localsOf, RolledBack } from './dispatch.ts';
import { accountText } from './local-recipients.ts';
import { refused } from './replies.ts';
import type { Destination, SubmissionContext } from './submission.ts';
import type { TransferParts } from './transfer.ts';

export type StoredSubmission =
  | { readonly kind: 'submitted'; readonly emailId: EmailId; readonly isRepeated: boolean }
  | Refused;

/** A submitted message, judged and gathered, and where it goes. */
export type GatheredSubmission = Omit<SubmissionContext, 'account'> & {
  readonly account: AccountRef;
  readonly destinations: readonly Destination[];
  /** For the copy in Sent, unless an email is kept already. */
  readonly sent: GatheredMessage | undefined;
  readonly leaving: GatheredMessage;
  readonly returnPathBytes: number;
  readonly is8Bit: boolean;
  readonly endsInLine: boolean;
  readonly hasWideHeader: boolean;
  readonly hasOwnMessageId: boolean;
};

/** The copy in Sent, the deliveries here and the queue for elsewhere, in one transaction; or nothing. */
export async function storeSubmission(parts: TransferParts, submission: GatheredSubmission): Promise<StoredSubmission> {
  const { actor, reason } = submission.request;
  const hash = submission.hasOwnMessageId ? hashOf(parts, submission) : undefined;
  try {
    return await parts.audit.act({ actor, reason, silent: 'when-nothing-changed' }, async (act) => {
      if (hash === undefined) return store(parts, act, submission);
      // The same message once more, from a program that missed our answer (webmails and phones do): sent once.
      const claimed = await claimTransactions(act.tx, [hash], act.at);
      if (claimed.size === 0) {
        const emailId = present(await findSentCopy(act.tx, hash), 'a claimed submission has no copy in Sent');
        return { kind: 'submitted', emailId, isRepeated: true };
      }
      const stored = await store(parts, act, submission);
      await rememberSentCopy(act.tx, hash, stored.emailId);
      return stored;
    });
  } catch (fault) {
    if (fault instanceof RolledBack) return fault.refusal;
    throw fault;
  }
}

function hashOf(parts: TransferParts, submission: GatheredSubmission): Buffer {
  const { account, envelope, destinations } = submission;
  return transactionHash(parts.lookup, {
    source: accountText(account),
    sender: envelope.sender,
    recipients: destinations.map((each) =>
      each.kind === 'local' ? accountText(each.local.account) : each.recipient.address,
    ),
    sha256: copyOf(submission).sha256,
  });
}

async function store(
  parts: TransferParts,
  act: Act,
  submission: GatheredSubmission,
): Promise<Extract<StoredSubmission, { kind: 'submitted' }>> {
  const { account, destinations, leaving } = submission;
  const message = copyOf(submission);
  const [kept, ...outcomes] = await parts.mail.deliver(act, [
    { ...account, message, to: { role: 'sent' }, keywords: ['$seen'], receivedAt: act.at, event: 'email.submitted' },
    ...localsOf(destinations).map((local) => deliveryTo(local, leaving, act.at)),
  ]);
  if (kept?.kind !== 'stored') throw new RolledBack(refused('own-mailbox-full'));
  await dispatch(parts, act, { submission, emailId: kept.emailId, outcomes });
  return { kind: 'submitted', emailId: kept.emailId, isRepeated: false };
}

function copyOf({ sent }: GatheredSubmission): GatheredMessage {
  return present(sent, 'a submission has no copy for Sent');
}
