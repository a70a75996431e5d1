/**
 * Reports to who sent a message (RFC 3461, RFC 3464): not delivered, late, delivered when asked. They have no sender, so
 * that nothing ever answers them, and none is made for a message without sender: no report on a report (RFC 5321 §6.1).
 */
import { isAscii } from 'node:buffer';
import { assert } from '../../base/assert.ts';
import { transferLimits } from '../../base/domain-limits.ts';
import { newId, type TenantId } from '../../base/ids.ts';
import type { Act } from '../audit/audit.ts';
import type { AccountRef, GatheredMessage } from '../mail/mail.ts';
import type { EnvelopeRecipient, SenderEnvelope } from './acceptance.ts';
import { enqueueMessage } from './enqueue.ts';
import type { Cause } from './failure-policy.ts';
import type { LocalRecipient } from './local-recipients.ts';
import type { QueuedRecipient } from './queued-message.ts';
import { composeReport, type ReportRequest } from './report-message.ts';
import type { ReportKind } from './report-texts.ts';
import { printHeader } from './trace-fields.ts';
import type { TransferParts } from './transfer.ts';

/** What became of one recipient. */
export interface ReportedRecipient extends QueuedRecipient {
  readonly kind: ReportKind;
  /** RFC 3463. */
  readonly status: string;
  /** Why, unless it was delivered. */
  readonly cause?: Cause;
  /** What the peer said, and who it was. */
  readonly answer?: { readonly host: string; readonly text: string };
  readonly isExpired?: boolean;
  /** Handed to a server that reports nothing of its own (RFC 3461 §5.2.2). */
  readonly isRelayed?: boolean;
  readonly retriedUntil?: Date;
}

/** What a report gives back of the message it is about (RFC 3461 §4.3, §6.2). */
export type ReturnedContent =
  | { readonly kind: 'header'; readonly text: string }
  | { readonly kind: 'message'; readonly bytes: Buffer };

export interface ReportOccasion {
  readonly tenantId: TenantId;
  readonly envelope: Pick<SenderEnvelope, 'sender' | 'ret' | 'envelopeId'>;
  /** One of our accounts, or another operator's, reached through the queue. */
  readonly returnTo: { readonly kind: 'account'; readonly account: AccountRef } | { readonly kind: 'peer' };
  readonly acceptedAt: Date;
  readonly returned: ReturnedContent;
  readonly recipients: readonly ReportedRecipient[];
}

/** Sends the reports that `occasion` calls for, one for each kind or a few when long, in the act's transaction. */
export async function sendReports(parts: TransferParts, act: Act, occasion: ReportOccasion): Promise<void> {
  const { sender } = occasion.envelope;
  if (sender === null) return; // RFC 5321 §6.1, RFC 3464 §2: never a report on a report
  for (const kind of ['failed', 'delayed', 'delivered'] as const) {
    const recipients = occasion.recipients.filter((recipient) => recipient.kind === kind && isWanted(recipient));
    if (recipients.length === 0) continue;
    for (const content of await composeReports(parts, { ...occasion, at: act.at, kind, recipients, to: sender })) {
      if (occasion.returnTo.kind === 'account') {
        await deliverReport(parts, act, occasion.returnTo.account, content);
      } else {
        await enqueueMessage(parts, act, {
          tenantId: occasion.tenantId,
          envelope: { sender: null, is8Bit: !isAscii(content), hasWideHeader: false },
          content: { kind: 'inline', bytes: content },
          // RFC 3461 §6.1: a report itself is never reported on.
          outgoing: [{ address: sender, notify: [] }],
        });
      }
    }
    parts.observer.reported(kind, recipients.length);
  }
}

/**
 * One report, or as many as it takes for each to be held with its row: what peers say of a hundred recipients may be long,
 * and no answer of theirs may keep the author from being told. A report on one recipient is within the bound by those of
 * its parts.
 */
async function composeReports(
  parts: Pick<TransferParts, 'options'>,
  report: Omit<ReportRequest, 'id'>,
): Promise<readonly Buffer[]> {
  const { recipients } = report;
  const content = await composeReport(parts.options, { ...report, id: newId(report.at) });
  if (content.length <= transferLimits.reportBytes || recipients.length === 1) return [content];
  const half = Math.ceil(recipients.length / 2);
  const first = await composeReports(parts, { ...report, recipients: recipients.slice(0, half) });
  return [...first, ...(await composeReports(parts, { ...report, recipients: recipients.slice(half) }))];
}

/** RFC 3461 §4.1: without NOTIFY, failures are told, and delays may be. */
function isWanted({ kind, notify }: ReportedRecipient): boolean {
  switch (kind) {
    case 'failed':
      return notify === undefined || notify.includes('FAILURE');
    case 'delayed':
      return notify === undefined || notify.includes('DELAY');
    case 'delivered':
      return notify?.includes('SUCCESS') ?? false;
  }
}

async function deliverReport(parts: TransferParts, act: Act, account: AccountRef, content: Buffer): Promise<void> {
  const intake = parts.mail.openIntake({ prefix: Buffer.from('Return-Path: <>\r\n') }); // RFC 5321 §4.4
  await intake.write(content);
  const message = await intake.finish();
  assert(message.content.kind === 'inline', 'a report is small enough to be held');
  // A report that finds its account full or closed is lost, as the message was; the delivery history still tells.
  await parts.mail.deliver(act, [
    { ...account, message, to: { role: 'inbox' }, keywords: [], receivedAt: act.at, event: 'email.reported' },
  ]);
}

/** One of our accounts has it. */
export function deliveredRecipient(
  recipient: LocalRecipient & Omit<EnvelopeRecipient, 'recipient'>,
): ReportedRecipient {
  return { ...asQueued(recipient), kind: 'delivered', status: '2.1.5' };
}

/** One of our accounts lost its room, or was closed, between RCPT and the end of DATA. */
export function refusedRecipient(
  recipient: LocalRecipient & Omit<EnvelopeRecipient, 'recipient'>,
  outcome: 'over-quota' | 'closed' | 'no-mailbox',
): ReportedRecipient {
  const isFull = outcome === 'over-quota';
  return {
    ...asQueued(recipient),
    kind: 'failed',
    status: isFull ? '5.2.2' : '5.2.1',
    cause: isFull ? 'mailbox-full' : 'mailbox-closed',
  };
}

/** What the queue and the reports keep of a recipient. */
export function asQueued({ address, notify, originalRecipient }: QueuedRecipient): QueuedRecipient {
  return {
    address,
    ...(notify !== undefined && { notify }),
    ...(originalRecipient !== undefined && { originalRecipient }),
  };
}

/** What to give back of a message that we hold: what its sender wrote, without the fields that we put before. */
export function returnedFrom(message: GatheredMessage, ret: SenderEnvelope['ret']): ReturnedContent {
  const { content, prefixBytes } = message;
  if (ret === 'FULL' && content.kind === 'inline') {
    const bytes = content.bytes.subarray(prefixBytes);
    if (bytes.length <= transferLimits.returnedMessageBytes) return { kind: 'message', bytes };
  }
  const fields = message.structure.fields.filter((field) => field.start >= prefixBytes);
  return { kind: 'header', text: printHeader(fields) };
}
