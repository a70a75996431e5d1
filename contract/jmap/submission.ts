/** Sending by JMAP, as clients see it (RFC 8621 §7). The identity that every account has carries the account's own id (§6). */
import type { JmapId, UtcDate } from './mail.ts';

/** RFC 8621 §1.3.2. */
export const submissionCapability = 'urn:ietf:params:jmap:submission';

/**
 * A name, not an address: with it in `using`, the creation of an EmailSubmission takes `idempotencyId`. The same id once more
 * for the account within 30 days answers `alreadyExists` with `existingId` and `emailId`: nothing is sent again.
 */
export const idempotencyCapability = 'https://hygie.example/jmap/idempotency';

/** Characters of an `idempotencyId`. */
export const idempotencyBounds = { characters: 128 };

/** What an account says of the submission capability. */
export interface SubmissionAccountCapability {
  /** Seconds. */
  readonly maxDelayedSend: number;
  readonly submissionExtensions: Readonly<Record<string, readonly string[]>>;
}

/** RFC 8621 §7: `HOLDFOR` (seconds) and `HOLDUNTIL` of RFC 4865; `RET`, `ENVID`, `NOTIFY` and `ORCPT` of RFC 3461. */
export interface EnvelopeAddress {
  readonly email: string;
  readonly parameters?: Readonly<Record<string, string | null>> | null;
}

export interface SubmissionEnvelope {
  readonly mailFrom: EnvelopeAddress;
  readonly rcptTo: readonly EnvelopeAddress[];
}

export interface DeliveryStatus {
  readonly smtpReply: string;
  readonly delivered: 'queued' | 'yes' | 'no' | 'unknown';
  readonly displayed: 'unknown' | 'yes';
}

export type UndoStatus = 'pending' | 'final' | 'canceled';

export interface EmailSubmission {
  readonly id: JmapId;
  readonly identityId: JmapId;
  readonly emailId: JmapId;
  readonly threadId: JmapId;
  readonly envelope: SubmissionEnvelope;
  readonly sendAt: UtcDate;
  readonly undoStatus: UndoStatus;
  /** By recipient; null of what was canceled. */
  readonly deliveryStatus: Readonly<Record<string, DeliveryStatus>> | null;
  readonly dsnBlobIds: readonly JmapId[];
  readonly mdnBlobIds: readonly JmapId[];
}

export interface WantedSubmission {
  /** One of the account; its `#creationId` too. */
  readonly emailId: JmapId;
  readonly identityId: JmapId;
  /** Left out: from the email's own fields. */
  readonly envelope?: SubmissionEnvelope | null;
  readonly idempotencyId?: string;
}

/** RFC 8621 §7.5, beside those of RFC 8620 §5.3. `description` is French, for the person who writes. */
export interface SubmissionSetError {
  readonly type:
    | 'alreadyExists'
    | 'cannotUnsend'
    | 'forbiddenFrom'
    | 'forbiddenMailFrom'
    | 'forbiddenToSend'
    | 'invalidEmail'
    | 'invalidRecipients'
    | 'noRecipients'
    | 'tooLarge'
    | 'tooManyRecipients';
  readonly description?: string | null;
  readonly properties?: readonly string[];
  /** `alreadyExists`: the submission that this would repeat, and its email. */
  readonly existingId?: JmapId;
  readonly emailId?: JmapId;
  /** `invalidRecipients`. */
  readonly invalidRecipients?: readonly string[];
  /** `tooManyRecipients`. */
  readonly maxRecipients?: number;
  /** `tooLarge`: octets. */
  readonly maxSize?: number;
}
