/** Reports about messages (RFC 6522): delivery status notifications (RFC 3464) and disposition notifications (RFC 8098). */
import { isAscii } from 'node:buffer';
import {
  type ComposedPart,
  gather,
  type Mailbox,
  type MakeBoundary,
  multipart,
  printHeader,
  textPart,
} from './compose.ts';
import { printMailDate } from './mail-date.ts';
import { printParameterField, printTextField, printTokenField } from './print-fields.ts';

/** What every report holds. */
export interface ReportEnvelope {
  readonly from: Mailbox;
  readonly to: Mailbox;
  readonly subject: string;
  readonly date: Date;
  readonly offsetMinutes?: number;
  readonly messageId: string;
  /** Of the message that the report is about. */
  readonly originalMessageId?: string;
  /** What a person reads. */
  readonly text: string;
  /** The header of the message, or all of it, as it came. */
  readonly original?: { readonly kind: 'headers' | 'message'; readonly bytes: Uint8Array };
  /** Other fields of the report's own header (`X-MSS-NIL` …). */
  readonly fields?: readonly { readonly name: string; readonly value: string }[];
}

export interface RecipientStatus {
  readonly finalRecipient: string;
  /** As the DSN extension gave it: `rfc822;address` (RFC 3461 §4.2). */
  readonly originalRecipient?: string;
  readonly action: 'failed' | 'delayed' | 'delivered' | 'relayed' | 'expanded';
  /** `5.1.1` (RFC 3463). */
  readonly status: string;
  /** Name of the server that answered. */
  readonly remoteMta?: string;
  /** Its answer, raw. */
  readonly diagnostic?: string;
  readonly lastAttempt?: Date;
  readonly willRetryUntil?: Date;
}

export interface DeliveryReport extends ReportEnvelope {
  /** Name of the server that reports. */
  readonly reportingMta: string;
  /** `ENVID` of the transaction (RFC 3461 §4.4). */
  readonly envelopeId?: string;
  readonly arrivalDate?: Date;
  readonly recipients: readonly RecipientStatus[];
}

/** A delivery status notification; to be sent with the null sender (RFC 3464 §2). */
export function composeDeliveryStatus(report: DeliveryReport, makeBoundary: MakeBoundary): Promise<Buffer> {
  const groups = [
    [
      optional('Original-Envelope-Id', report.envelopeId),
      printTextField('Reporting-MTA', `dns; ${report.reportingMta}`),
      report.arrivalDate === undefined ? '' : printTokenField('Arrival-Date', printMailDate(report.arrivalDate)),
    ].join(''),
    ...report.recipients.map(printRecipient),
  ];
  return composeReport(report, 'delivery-status', groups.join('\r\n'), makeBoundary);
}

/** RFC 3464 §2.3. */
function printRecipient(recipient: RecipientStatus): string {
  const { diagnostic, lastAttempt, willRetryUntil } = recipient;
  return [
    optional('Original-Recipient', recipient.originalRecipient),
    printTokenField('Final-Recipient', typedAddress(recipient.finalRecipient)),
    printTokenField('Action', recipient.action),
    printTextField('Status', recipient.status),
    optional('Remote-MTA', recipient.remoteMta === undefined ? undefined : `dns; ${recipient.remoteMta}`),
    optional('Diagnostic-Code', diagnostic === undefined ? undefined : `smtp; ${asciiOnly(diagnostic)}`),
    lastAttempt === undefined ? '' : printTokenField('Last-Attempt-Date', printMailDate(lastAttempt)),
    willRetryUntil === undefined ? '' : printTokenField('Will-Retry-Until', printMailDate(willRetryUntil)),
  ].join('');
}

export interface DispositionReport extends ReportEnvelope {
  /** `name; product` (RFC 8098 §3.2.1). */
  readonly reportingUa?: string;
  readonly originalRecipient?: string;
  readonly finalRecipient: string;
  /** Whether a person caused it, by reading for instance. */
  readonly mode: 'manual' | 'automatic';
  /** Whether a person agreed to send this one; as `mode` unless told. */
  readonly sending?: 'manual' | 'automatic';
  readonly disposition: 'displayed' | 'deleted' | 'dispatched' | 'processed';
  /** Set when the message could not be handled: its text goes to an `Error` field (RFC 8098 §3.2.7). */
  readonly error?: string;
  /** RFC 8098 §3.3; names of header fields. */
  readonly extensions?: readonly { readonly name: string; readonly value: string }[];
}

/** A disposition notification, the receipt that `Disposition-Notification-To` asks for; null sender too (RFC 8098 §3). */
export function composeDispositionNotification(report: DispositionReport, makeBoundary: MakeBoundary): Promise<Buffer> {
  const sending = (report.sending ?? report.mode) === 'manual' ? 'MDN-sent-manually' : 'MDN-sent-automatically';
  const mode = `${report.mode}-action/${sending}`;
  const modifier = report.error === undefined ? '' : '/error';
  const fields = [
    optional('Reporting-UA', report.reportingUa),
    optional('Original-Recipient', report.originalRecipient),
    printTokenField('Final-Recipient', typedAddress(report.finalRecipient)),
    optional(
      'Original-Message-ID',
      report.originalMessageId === undefined ? undefined : `<${report.originalMessageId}>`,
    ),
    printTokenField('Disposition', `${mode}; ${report.disposition}${modifier}`),
    optional('Error', report.error),
    ...(report.extensions ?? []).map(({ name, value }) => printTextField(name, value)),
  ];
  return composeReport(report, 'disposition-notification', fields.join(''), makeBoundary);
}

async function composeReport(
  report: ReportEnvelope,
  type: 'delivery-status' | 'disposition-notification',
  fields: string,
  makeBoundary: MakeBoundary,
): Promise<Buffer> {
  const parts: ComposedPart[] = [
    textPart('plain', report.text),
    { header: printTokenField('Content-Type', `message/${type}`), body: () => [Buffer.from(fields)] },
  ];
  if (report.original !== undefined) parts.push(originalPart(report.original));
  const content = multipart('report', parts, makeBoundary(), [{ name: 'report-type', value: type }]);
  const header = printHeader({
    ...report,
    to: [report.to],
    ...(report.originalMessageId === undefined
      ? {}
      : { inReplyTo: [report.originalMessageId], references: [report.originalMessageId] }),
    // RFC 3834 §5: nobody answers a report by a machine
    fields: [{ name: 'Auto-Submitted', value: 'auto-replied' }, ...(report.fields ?? [])],
  });
  return Buffer.concat([Buffer.from(`${header}${content.header}\r\n`), await gather(content.body())]);
}

function originalPart(original: NonNullable<ReportEnvelope['original']>): ComposedPart {
  const type = original.kind === 'headers' ? 'text/rfc822-headers' : 'message/rfc822';
  return {
    header:
      printParameterField('Content-Type', type, []) +
      printTokenField('Content-Transfer-Encoding', isAscii(original.bytes) ? '7bit' : '8bit'),
    body: () => [original.bytes],
  };
}

function optional(name: string, value: string | undefined): string {
  return value === undefined ? '' : printTextField(name, value);
}

/** RFC 6533 §3: an address outside ASCII is written with `\x{…}` escapes under the type `utf-8`. */
function typedAddress(address: string): string {
  const clean = address.replace(/[\p{Cc}\s]+/gu, '');
  if (/^[!-~]*$/.test(clean)) return `rfc822; ${clean}`;
  return `utf-8; ${clean.replace(/[^!-~]/gu, (char) => `\\x{${(char.codePointAt(0) ?? 0).toString(16).toUpperCase()}}`)}`;
}

/** Diagnostics of others stay readable in an ASCII field. */
function asciiOnly(text: string): string {
  return text.replace(/[^ -~\s]/gu, '?');
}
