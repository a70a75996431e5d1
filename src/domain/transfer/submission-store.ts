import { present } from '../../base/assert.ts';
import type { EmailId } from '../../base/ids.ts';
import type { Address } from '../../formats/address/address.ts';
import type { Act } from '../audit/audit.ts';
import type { AccountRef, Delivery, DeliveryOutcome, GatheredMessage } from '../mail/mail.ts';
import type { Refused } from './acceptance.ts';
import { claimTransactions, findSentCopy, rememberSentCopy, transactionHash } from './accepted-transactions.ts';
import { enqueueMessage } from './enqueue.ts';
import { accountText, noRoom } from './local-recipients.ts';
import type { QueuedContent } from './queued-message.ts';
import { refused } from './replies.ts';
import {
  asQueued,
  deliveredRecipient,
  type ReportedRecipient,
  refusedRecipient,
  returnedFrom,
  sendReports,
} from './reports.ts';
import type { Destination, SubmissionContext } from './submission.ts';
import type { TransferParts } from './transfer.ts';

export type StoredSubmission =
  | { readonly kind: 'submitted'; readonly emailId: EmailId; readonly isRepeated: boolean }
  | Refused;

/** A submitted message, judged and gathered, and where it goes. */
export type GatheredSubmission = Omit<SubmissionContext, 'account'> & {
  readonly account: AccountRef;
  readonly destinations: readonly Destination[];
  readonly sent: GatheredMessage;
  readonly leaving: GatheredMessage;
  readonly returnPathBytes: number;
  readonly is8Bit: boolean;
  readonly endsInLine: boolean;
  readonly hasWideHeader: boolean;
  readonly hasOwnMessageId: boolean;
};

type Local = Extract<Destination, { kind: 'local' }>['local'];
type StoredOutcome = Extract<DeliveryOutcome, { kind: 'stored' }>;

/** Carries a refusal out of the transaction, which must not commit. */
class RolledBack extends Error {
  readonly refusal: Refused;

  constructor(refusal: Refused) {
    super('rolled back');
    this.refusal = refusal;
  }
}

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

function hashOf(parts: TransferParts, { account, envelope, destinations, sent }: GatheredSubmission): Buffer {
  return transactionHash(parts.lookup, {
    source: accountText(account),
    sender: envelope.sender,
    recipients: destinations.map((each) =>
      each.kind === 'local' ? accountText(each.local.account) : each.recipient.address,
    ),
    sha256: sent.sha256,
  });
}

async function store(
  parts: TransferParts,
  act: Act,
  submission: GatheredSubmission,
): Promise<Extract<StoredSubmission, { kind: 'submitted' }>> {
  const { account, destinations, envelope, sent, leaving } = submission;
  const locals = destinations.flatMap((each) => (each.kind === 'local' ? [each.local] : []));
  const outgoing = destinations.flatMap((each) => (each.kind === 'outgoing' ? [each.recipient] : []));
  const deliveries = deliveriesOf({ account, sent, leaving, receivedAt: act.at }, locals);
  const [kept, ...outcomes] = await parts.mail.deliver(act, deliveries);
  if (kept?.kind !== 'stored') throw new RolledBack(refused('own-mailbox-full'));
  const isLost = outgoing.length === 0 && outcomes.every((outcome) => outcome.kind !== 'stored');
  if (isLost) throw new RolledBack(noRoom(outcomes.some(isOverQuota) ? 'over-quota' : 'closed'));

  const reported = locals.map((local, index) =>
    reportedOf(local, present(outcomes[index], 'a delivery has no outcome')),
  );
  recordSubmission(act, submission, kept);
  // A receipt goes by itself to who asked for it (RFC 8098 §3): nobody chose to write there.
  if (envelope.sender !== null) await parts.contacts.recordWritten(act, account, addressesOf(destinations));
  await enqueueMessage(parts, act, {
    tenantId: account.tenantId,
    origin: { accountId: account.accountId, emailId: kept.emailId },
    envelope: {
      sender: envelope.sender,
      is8Bit: submission.is8Bit,
      endsInLine: submission.endsInLine,
      hasWideHeader: submission.hasWideHeader,
      ...(envelope.ret !== undefined && { ret: envelope.ret }),
      ...(envelope.envelopeId !== undefined && { envelopeId: envelope.envelopeId }),
    },
    content: contentOf(submission),
    outgoing,
    local: reported.map((each, index) => ({
      ...asQueued(present(locals[index], 'a report is of a recipient')),
      state: each.kind === 'delivered' ? 'accepted' : 'failed',
      status: each.status,
    })),
  });
  await sendReports(parts, act, {
    tenantId: account.tenantId,
    envelope,
    returnTo: { kind: 'account', account },
    acceptedAt: act.at,
    returned: returnedFrom(leaving, envelope.ret),
    recipients: reported,
  });
  return { kind: 'submitted', emailId: kept.emailId, isRepeated: false };
}

function isOverQuota(outcome: DeliveryOutcome): boolean {
  return outcome.kind === 'over-quota';
}

function reportedOf(local: Local, outcome: DeliveryOutcome): ReportedRecipient {
  return outcome.kind === 'stored' ? deliveredRecipient(local) : refusedRecipient(local, outcome.kind);
}

/** The copy in Sent comes first. */
function deliveriesOf(
  {
    account,
    sent,
    leaving,
    receivedAt,
  }: Pick<GatheredSubmission, 'account' | 'sent' | 'leaving'> & { receivedAt: Date },
  locals: readonly Local[],
): readonly Delivery[] {
  return [
    { ...account, message: sent, to: { role: 'sent' }, keywords: ['$seen'], receivedAt, event: 'email.submitted' },
    ...locals.map(
      (local): Delivery => ({
        ...local.account,
        message: leaving,
        to: { role: 'inbox' },
        keywords: [],
        receivedAt,
        event: 'email.received',
      }),
    ),
  ];
}

/** What leaves for other operators: without `Return-Path`, which the last of them writes (RFC 5321 §4.4). */
function contentOf({ leaving, returnPathBytes }: GatheredSubmission): QueuedContent {
  const { content, sizeBytes } = leaving;
  return content.kind === 'inline'
    ? { kind: 'inline', bytes: content.bytes.subarray(returnPathBytes) }
    : { ...content, sizeBytes, skipBytes: returnPathBytes };
}

/** To whom, beside the event of the copy in Sent: addresses are sealed there. */
function recordSubmission(act: Act, { account, destinations }: GatheredSubmission, kept: StoredOutcome): void {
  const addresses = addressesOf(destinations);
  act.record({
    ...account,
    kind: 'email.addressed',
    object: { kind: 'email', id: kept.emailId },
    facts: { recipients: addresses.length },
    identifying: { recipients: addresses.join(' ') },
  });
}

function addressesOf(destinations: readonly Destination[]): readonly Address[] {
  return destinations.map((each) => (each.kind === 'local' ? each.local.address : each.recipient.address));
}
