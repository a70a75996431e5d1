import { randomBytes } from 'node:crypto';
import { transferLimits } from '../../base/domain-limits.ts';
import type { Uuid } from '../../base/ids.ts';
import type { Address } from '../../formats/address/address.ts';
import { composeDeliveryStatus, type RecipientStatus } from '../../formats/mime/compose-report.ts';
import { explanations, formatInstant, type ReportKind, reportTexts } from './report-texts.ts';
import type { ReportedRecipient, ReportOccasion } from './reports.ts';
import type { TransferOptions } from './transfer.ts';

export type ReportRequest = Pick<ReportOccasion, 'envelope' | 'acceptedAt' | 'returned'> & {
  readonly id: Uuid;
  readonly at: Date;
  readonly kind: ReportKind;
  readonly to: Address;
  readonly recipients: readonly ReportedRecipient[];
};

type ReportOptions = Pick<TransferOptions, 'hostName' | 'administrator' | 'productReference'>;

/** The report as it is sent: French for the person, then the fields of RFC 3464, then what comes back of the message. */
export function composeReport(options: ReportOptions, report: ReportRequest): Promise<Buffer> {
  const { returned, kind } = report;
  return composeDeliveryStatus(
    {
      // The domain of the administrator is ours, so that peers can vouch for this author.
      from: { name: reportTexts.fromName, address: options.administrator },
      to: { address: report.to },
      subject: reportTexts.subject[kind],
      date: report.at,
      messageId: `${report.id}@${options.hostName}`,
      fields: [{ name: 'X-MSS-NIL', value: options.productReference }], // ANS-REF2 ECO.2.4.3
      text: printText(report),
      reportingMta: options.hostName,
      ...(report.envelope.envelopeId !== undefined && { envelopeId: report.envelope.envelopeId }),
      arrivalDate: report.acceptedAt,
      recipients: report.recipients.map((recipient) => statusOf(report, recipient)),
      original:
        returned.kind === 'message'
          ? { kind: 'message', bytes: returned.bytes }
          : { kind: 'headers', bytes: Buffer.from(returned.text, 'utf8') },
    },
    () => `=_${randomBytes(18).toString('hex')}`,
  );
}

/** RFC 3464 §2.3. */
function statusOf(report: ReportRequest, recipient: ReportedRecipient): RecipientStatus {
  const { originalRecipient, answer, retriedUntil, isRelayed } = recipient;
  return {
    finalRecipient: recipient.address,
    ...(originalRecipient !== undefined && {
      originalRecipient: `${originalRecipient.addressType};${originalRecipient.address}`,
    }),
    action: recipient.kind === 'delivered' && isRelayed === true ? 'relayed' : recipient.kind,
    status: recipient.status,
    ...(answer !== undefined && { remoteMta: answer.host, diagnostic: cut(answer.text) }),
    lastAttempt: report.at,
    ...(retriedUntil !== undefined && { willRetryUntil: retriedUntil }),
  };
}

function printText(report: ReportRequest): string {
  const { kind, recipients, acceptedAt } = report;
  return [
    reportTexts.opening[kind](formatInstant(acceptedAt)),
    ...recipients.map((recipient) => printRecipient(recipient, report)),
    reportTexts.closing,
    '',
  ].join('\n\n');
}

function printRecipient(recipient: ReportedRecipient, { at, acceptedAt }: ReportRequest): string {
  const lines = [reportTexts.recipient(recipient.address)];
  if (recipient.kind === 'delivered') {
    lines.push(recipient.isRelayed === true ? reportTexts.relayed : reportTexts.delivered);
    return lines.join('\n');
  }
  const hours = Math.round((at.getTime() - acceptedAt.getTime()) / 3_600_000);
  if (recipient.cause !== undefined) lines.push(explanations[recipient.cause].what);
  if (recipient.isExpired === true) lines.push(reportTexts.expired(hours));
  if (recipient.cause !== undefined) lines.push(explanations[recipient.cause].advice);
  if (recipient.retriedUntil !== undefined) lines.push(reportTexts.retriedUntil(formatInstant(recipient.retriedUntil)));
  if (recipient.answer !== undefined) {
    lines.push(reportTexts.answer(recipient.answer.host), `    ${cut(recipient.answer.text)}`);
  }
  return lines.join('\n');
}

/** The peer's words, bounded, on one line. */
function cut(text: string): string {
  const clean = text.replace(/\p{Cc}+/gu, ' ');
  return new TextDecoder().decode(Buffer.from(clean).subarray(0, transferLimits.answerBytes), { stream: true });
}
