/**
 * What a message that came says of messages sent before it, and who says it. Pure: whether it is believed needs the trust
 * space and the rows of what was sent, and is decided in `evidence.ts`.
 *
 *   | it is                            | it says of a recipient                       | believed of                                    |
 *   |----------------------------------|----------------------------------------------|------------------------------------------------|
 *   | a delivery status (RFC 3464)     | delivered, returned, delayed                 | domains of the operator whose domain it is from |
 *   | a receipt (RFC 8098)             | displayed, deleted, denied, handled          | its own author                                 |
 *   | an answer, by In-Reply-To        | answered                                     | its own author                                 |
 *   | an answer of a machine (RFC 3834)| auto-answered                                | its own author                                 |
 */
import type { Address } from '../../formats/address/address.ts';
import { findField, findFields } from '../../formats/mime/header-block.ts';
import { headerMessageIds, headerValue } from '../../formats/mime/header-values.ts';
import type { HeaderField } from '../../formats/mime/mime.ts';
import {
  parseDeliveryStatus,
  parseDispositionNotification,
  type ReportedStatus,
  type ReportParts,
} from '../../formats/mime/report-reading.ts';
import type { StoredStructure } from '../mail/mail.ts';
import { readAuthors } from './authors.ts';
import { answeredIds } from './evidence-signs.ts';
import type { Cause } from './failure-policy.ts';
import { readReply } from './reply-reading.ts';

/** The columns that say it, without `_at`. */
export type Fact =
  | { readonly kind: 'delivered' | 'displayed' | 'deleted' | 'denied' | 'answered' | 'auto_answered' }
  | { readonly kind: 'returned'; readonly status: string; readonly cause: Cause; readonly words: string }
  | { readonly kind: 'delayed'; readonly words: string };

/** `fact` holds of `recipient` of the messages called `messageIds`, says `by`. */
export interface Claim {
  readonly messageIds: readonly string[];
  readonly by: { readonly kind: 'operator' | 'recipient'; readonly author: Address };
  /** As a report names them, the sender's own name first; a recipient speaks for itself. */
  readonly recipients: readonly Address[];
  readonly fact: Fact;
}

/** A message that came, as far as it is opened. */
export interface Arrived {
  readonly structure: StoredStructure;
  /** Set for a report, with what its parts hold. */
  readonly report?: {
    readonly parts: ReportParts;
    readonly status: Uint8Array;
    readonly returned: readonly HeaderField[];
  };
}

export function claimsOf(arrived: Arrived): readonly Claim[] {
  const { fields, findings } = arrived.structure;
  const authors = readAuthors(fields, findings);
  // One author alone answers for what is said.
  const [author, ...others] = authors.kind === 'known' ? new Set(authors.addresses) : [];
  if (author === undefined || others.length > 0) return [];
  const { report } = arrived;
  if (report === undefined) return answerClaims(fields, author);
  return report.parts.kind === 'delivery-status' ? statusClaims(fields, report, author) : receiptClaims(report, author);
}

function answerClaims(fields: readonly HeaderField[], author: Address): readonly Claim[] {
  const messageIds = answeredIds(fields);
  if (messageIds.length === 0) return [];
  // RFC 3834 §5: anything but `no` says that a machine wrote it.
  const isByMachine = findFields(fields, 'Auto-Submitted').some((field) => !/^\s*no\s*(?:;|\(|$)/i.test(field.raw));
  const fact: Fact = { kind: isByMachine ? 'auto_answered' : 'answered' };
  return [{ messageIds, by: { kind: 'recipient', author }, recipients: [author], fact }];
}

function statusClaims(
  fields: readonly HeaderField[],
  report: NonNullable<Arrived['report']>,
  author: Address,
): readonly Claim[] {
  // RFC 3464 §2: it has no sender, which our own trace field says. A person of that operator cannot leave theirs out.
  if (findField(fields, 'Return-Path') === undefined || headerValue(fields, 'Return-Path') !== '<>') return [];
  const messageIds = headerMessageIds(report.returned, 'Message-ID');
  const read = parseDeliveryStatus(report.status);
  if (messageIds.length !== 1 || read === undefined) return [];
  return read.recipients.flatMap((each) => {
    const fact = factOf(each);
    const recipients = [each.originalRecipient, each.finalRecipient].flatMap((address) => address ?? []);
    if (fact === undefined || recipients.length === 0) return [];
    return [{ messageIds, by: { kind: 'operator' as const, author }, recipients, fact }];
  });
}

/** RFC 3464 §2.3.3. `relayed` says no more than the 250 that we had. */
function factOf({ action, status, diagnostic = '' }: ReportedStatus): Fact | undefined {
  switch (action) {
    case 'delivered':
    case 'expanded':
      return { kind: 'delivered' };
    case 'delayed':
      return { kind: 'delayed', words: diagnostic };
    case 'failed': {
      const code = Number(/^(5\d\d)\b/.exec(diagnostic)?.[1] ?? 554);
      const { cause } = readReply({ code, enhanced: status, lines: [diagnostic] });
      // RFC 3463 §3.5: the network stood in the way until its time was over.
      const isUnreachable = cause === 'peer-refused' && /^\d\.4\.[17]$/.test(status);
      return { kind: 'returned', status, cause: isUnreachable ? 'unreachable' : cause, words: diagnostic };
    }
    case 'relayed':
      return undefined;
  }
}

function receiptClaims(report: NonNullable<Arrived['report']>, author: Address): readonly Claim[] {
  const read = parseDispositionNotification(report.status);
  if (read?.originalMessageId === undefined) return [];
  const { type, originalMessageId } = read;
  // RFC 8098 §3.2.6.2: a program dealt with it, so that it has arrived; nobody has read it.
  const kind = type === 'dispatched' || type === 'processed' ? 'delivered' : type;
  return [{ messageIds: [originalMessageId], by: { kind: 'recipient', author }, recipients: [author], fact: { kind } }];
}
