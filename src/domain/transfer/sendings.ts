/**
 * Sendings (EmailSubmission, RFC 8621 §7): an email that an account holds leaves, at once or at a given time. The email is the
 * message: no copy goes to Sent, and what leaves are its octets without what names hidden recipients, after our own trace.
 *
 *   | state    | means                                                 | leaves it for   | moved by |
 *   |----------|-------------------------------------------------------|-----------------|----------|
 *   | pending  | waits for its time; its email cannot be destroyed      | final, canceled | release, its account |
 *   | final    | a message in the queue, or failed: a report says so    | final           | |
 *   | canceled | taken back; never leaves                               | final           | |
 *
 * A sending that is not held is final from the start: judged, delivered and queued in the transaction that makes its row. A
 * held one is judged when it is asked for, so that its author can still be told, and again when it leaves: rights, recipients
 * and trust space as they are then. What is refused then is told by a report, and the others get the message.
 *
 * After a crash: the transaction is there or not. The release takes the row under its lock and finds it pending or not, so
 * that two releases send once and a cancelled one never; a lost job is found by the sweep. A release that fails for as long
 * as the queue would try is given up: a report says so, and the operator is alarmed.
 *
 * Locks are taken in one order: the accounts, then the sending.
 */
import type { EmailId, ThreadId, Uuid } from '../../base/ids.ts';
import type { Address } from '../../formats/address/address.ts';
import type { Act } from '../audit/audit.ts';
import type { AccountRef } from '../mail/mail.ts';
import type { AcceptanceReply } from './acceptance.ts';
import type { QueuedRecipient } from './queued-message.ts';
import type { SubmissionActor } from './submission.ts';

/** RFC 4865 §4: from the moment of asking, or until an instant. */
export type Hold =
  | { readonly kind: 'for'; readonly seconds: number }
  /** As it was written; `at` is what it says. */
  | { readonly kind: 'until'; readonly text: string; readonly at: Date };

export interface SendingEnvelope {
  readonly sender: Address;
  readonly hold?: Hold;
  readonly ret?: 'FULL' | 'HDRS';
  readonly envelopeId?: string;
  readonly recipients: readonly QueuedRecipient[];
}

export type UndoStatus = 'pending' | 'final' | 'canceled';

export interface SendingRef extends AccountRef {
  readonly id: Uuid;
}

export interface Sending {
  readonly id: Uuid;
  readonly emailId: EmailId;
  readonly threadId: ThreadId;
  readonly identityId: Uuid;
  readonly envelope: SendingEnvelope;
  readonly undoStatus: UndoStatus;
  readonly sendAt: Date;
}

/** What became of one recipient, in the words of RFC 8621 §7. */
export interface SendingStatus {
  readonly address: Address;
  /** A reply of SMTP: the next host's, or ours. */
  readonly reply: string;
  readonly delivered: 'queued' | 'yes' | 'no' | 'unknown';
  readonly isDisplayed: boolean;
}

export interface SendingProgress extends Sending {
  /** Null of what was canceled, and where nothing can be told any more. */
  readonly statuses: readonly SendingStatus[] | null;
}

export interface SendRequest {
  readonly actor: SubmissionActor;
  /** A kebab-case code of the purpose, for the audit. */
  readonly reason: string;
  /** Runs first in the transaction; what it throws ends it. */
  readonly guard?: (act: Act) => Promise<void>;
}

export interface WantedSending {
  readonly account: AccountRef;
  readonly emailId: EmailId;
  readonly identityId: Uuid;
  /** Left out: from the email's own fields. */
  readonly envelope?: SendingEnvelope;
  /** The client's own; the same once more within {@link transferLimits.sendingRepeatMs} sends nothing. */
  readonly idempotencyId?: string;
}

/** Why nothing was sent; `reply` says it in French (`sayReply`). */
export type SendRefusal =
  | { readonly what: 'email-unknown' | 'identity-unknown' | 'no-recipients' | 'too-many-held' | 'held-too-long' }
  | { readonly what: 'idempotency-id' }
  /** The account may not be sent from by this actor, now, or at all. */
  | { readonly what: 'sender'; readonly reply: AcceptanceReply }
  /** The envelope's sender is not the account. */
  | { readonly what: 'mail-from'; readonly reply: AcceptanceReply }
  /** The email's authors are not the actor's. */
  | { readonly what: 'author'; readonly reply: AcceptanceReply }
  /** The email is no message that an operator would take; `fields` are those at fault, when they are known. */
  | { readonly what: 'email'; readonly reply: AcceptanceReply; readonly fields: readonly string[] }
  | { readonly what: 'recipients'; readonly recipients: readonly RefusedRecipient[] }
  | { readonly what: 'too-many-recipients'; readonly max: number }
  | { readonly what: 'too-large'; readonly maxBytes: number };

/** `address` as it was written: it may be none. */
export interface RefusedRecipient {
  readonly address: string;
  readonly reply: AcceptanceReply;
}

export type SendOutcome =
  | { readonly kind: 'sent'; readonly sending: SendingProgress }
  /** The idempotency id was used: nothing was sent now. */
  | { readonly kind: 'repeated'; readonly id: Uuid; readonly emailId: EmailId }
  | { readonly kind: 'refused'; readonly refusal: SendRefusal };

export function notSent(refusal: SendRefusal): Extract<SendOutcome, { kind: 'refused' }> {
  return { kind: 'refused', refusal };
}
