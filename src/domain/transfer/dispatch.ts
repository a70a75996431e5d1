/** What a submission and a sending do alike, in the transaction of their act: deliver here, queue for elsewhere, report. */
import { assert, present } from '../../base/assert.ts';
import type { EmailId, Uuid } from '../../base/ids.ts';
import { type Address, domainOf } from '../../formats/address/address.ts';
import type { Act } from '../audit/audit.ts';
import type { Delivery, DeliveryOutcome, GatheredMessage } from '../mail/mail.ts';
import type { Refused } from './acceptance.ts';
import { namingFrom } from './delivery-line-names.ts';
import { enqueueMessage, type SettledRecipient } from './enqueue.ts';
import { followArrived, storedAmong } from './evidence-follow.ts';
import { ownMessageId, sentMessageHash } from './evidence-signs.ts';
import type { Cause } from './failure-policy.ts';
import { isOurs, noRoom } from './local-recipients.ts';
import type { QueuedContent, QueuedRecipient } from './queued-message.ts';
import {
  asQueued,
  deliveredRecipient,
  type ReportedRecipient,
  refusedRecipient,
  returnedFrom,
  sendReports,
} from './reports.ts';
import type { Destination } from './submission.ts';
import type { GatheredSubmission } from './submission-store.ts';
import type { TransferParts } from './transfer.ts';

export type LocalDestination = Extract<Destination, { kind: 'local' }>['local'];

/** Carries a refusal out of the transaction, which must not commit. */
export class RolledBack extends Error {
  readonly refusal: Refused;

  constructor(refusal: Refused) {
    super('rolled back');
    this.refusal = refusal;
  }
}

export function localsOf(destinations: readonly Destination[]): readonly LocalDestination[] {
  return destinations.flatMap((each) => (each.kind === 'local' ? [each.local] : []));
}

export function deliveryTo(local: LocalDestination, message: GatheredMessage, receivedAt: Date): Delivery {
  return { ...local.account, message, to: { role: 'inbox' }, keywords: [], receivedAt, event: 'email.received' };
}

/** A recipient that is refused when the message leaves: final from the start, and its sender is told. */
export interface FailedRecipient extends QueuedRecipient {
  readonly status: string;
  readonly cause: Cause;
}

export interface Dispatch {
  readonly submission: GatheredSubmission;
  /** The email in the account that is sent, or its copy. */
  readonly emailId: EmailId;
  /** Of the deliveries to accounts of ours, in the order of {@link localsOf}. */
  readonly outcomes: readonly DeliveryOutcome[];
  /** Given when the message goes to whom it can, its sender being away; without, one at least must be reached. */
  readonly failed?: readonly FailedRecipient[];
}

/** Queues and reports what was delivered; the queued message. Throws {@link RolledBack} when nobody is reached. */
export async function dispatch(parts: TransferParts, act: Act, dispatched: Dispatch): Promise<Uuid> {
  const { submission, emailId, outcomes, failed } = dispatched;
  const { account, destinations, envelope, leaving } = submission;
  const locals = localsOf(destinations);
  assert(locals.length === outcomes.length, 'deliveries and their outcomes differ in number');
  const outgoing = destinations.flatMap((each) => (each.kind === 'outgoing' ? [each.recipient] : []));
  const isLost = outgoing.length === 0 && outcomes.every((outcome) => outcome.kind !== 'stored');
  if (isLost && failed === undefined) {
    throw new RolledBack(noRoom(outcomes.some(isOverQuota) ? 'over-quota' : 'closed'));
  }
  const delivered = locals.map((local, index) =>
    reportedOf(local, present(outcomes[index], 'a delivery has no outcome')),
  );
  const refusedNow = (failed ?? []).map((each): ReportedRecipient => ({ ...each, kind: 'failed' }));
  recordAddressed(act, submission, emailId);
  const arrived = locals.map((local) => ({ ...local.account, message: leaving }));
  // An injected message has an author whom nobody compared with its account.
  if (submission.request.inject !== true) await followArrived(parts, act, storedAmong(arrived, outcomes));
  // A receipt goes by itself to who asked for it (RFC 8098 §3): nobody chose to write there.
  if (envelope.sender !== null) await parts.contacts.recordWritten(act, account, addressesOf(destinations));
  const { fields } = (submission.sent ?? leaving).structure;
  const named = namingFrom(fields);
  const own = ownMessageId(fields);
  const messageId = await enqueueMessage(parts, act, {
    tenantId: account.tenantId,
    origin: { accountId: account.accountId, emailId },
    ...(own !== undefined && { messageIdHash: sentMessageHash(parts.lookup, account, own) }),
    envelope: {
      sender: envelope.sender,
      is8Bit: submission.is8Bit,
      endsInLine: submission.endsInLine,
      hasWideHeader: submission.hasWideHeader,
      ...(envelope.ret !== undefined && { ret: envelope.ret }),
      ...(envelope.envelopeId !== undefined && { envelopeId: envelope.envelopeId }),
    },
    content: contentOf(submission),
    outgoing: outgoing.map(named),
    settled: [
      ...delivered.map((each) => settledAs(each, '')),
      ...refusedNow.map((each) => settledAs(each, isOurs(parts, each.address) ? '' : domainOf(each.address))),
    ].map(named),
  });
  await sendReports(parts, act, {
    tenantId: account.tenantId,
    envelope,
    returnTo: { kind: 'account', account },
    acceptedAt: act.at,
    returned: returnedFrom(leaving, envelope.ret),
    recipients: [...delivered, ...refusedNow],
  });
  return messageId;
}

function settledAs(recipient: ReportedRecipient, domain: SettledRecipient['domain']): SettledRecipient {
  const { kind, status, cause } = recipient;
  return {
    ...asQueued(recipient),
    domain,
    state: kind === 'delivered' ? 'accepted' : 'failed',
    status,
    ...(cause !== undefined && { cause }),
  };
}

function isOverQuota(outcome: DeliveryOutcome): boolean {
  return outcome.kind === 'over-quota';
}

function reportedOf(local: LocalDestination, outcome: DeliveryOutcome): ReportedRecipient {
  return outcome.kind === 'stored' ? deliveredRecipient(local) : refusedRecipient(local, outcome.kind);
}

/** What leaves for other operators: without `Return-Path`, which the last of them writes (RFC 5321 §4.4). */
function contentOf({ leaving, returnPathBytes }: GatheredSubmission): QueuedContent {
  const { content, sizeBytes } = leaving;
  return content.kind === 'inline'
    ? { kind: 'inline', bytes: content.bytes.subarray(returnPathBytes) }
    : { ...content, sizeBytes, skipBytes: returnPathBytes };
}

/** To whom, beside the event of the email itself: addresses are sealed there. */
function recordAddressed(act: Act, { account, destinations }: GatheredSubmission, emailId: EmailId): void {
  const addresses = addressesOf(destinations);
  act.record({
    tenantId: account.tenantId,
    accountId: account.accountId,
    kind: 'email.addressed',
    object: { kind: 'email', id: emailId },
    facts: { recipients: addresses.length },
    identifying: { recipients: addresses.join(' ') },
  });
}

function addressesOf(destinations: readonly Destination[]): readonly Address[] {
  return destinations.map((each) => (each.kind === 'local' ? each.local.address : each.recipient.address));
}
