/**
 * Reads reports about messages (RFC 6522): what a delivery status notification (RFC 3464) and a disposition notification
 * (RFC 8098) say. What comes here decides what a doctor is told of a letter, so that nothing is guessed: a field that stands
 * twice, a missing field or an unknown word leaves out what it is about.
 */
import { mimeLimits } from '../../base/limits.ts';
import { type Address, parseAddress } from '../address/address.ts';
import type { EnhancedCode } from '../smtp/reply.ts';
import { findFields, parseHeaderBlock } from './header-block.ts';
import { parseMessageIds } from './header-values.ts';
import type { HeaderField, MessageStructure, Part } from './structure.ts';

/** Where a report holds what a program reads, and what it gives back of the message that it is about. */
export interface ReportParts {
  readonly kind: 'delivery-status' | 'disposition-notification';
  readonly status: Part;
  /** `text/rfc822-headers`, whose content is a header, or `message/rfc822`, whose header has been read. */
  readonly returned: Part | undefined;
}

/** RFC 6522 §3: for people, for programs, then perhaps the message. Undefined when the message is no report. */
export function reportParts(root: Part): ReportParts | undefined {
  if (root.type !== 'multipart' || root.subtype !== 'report') return undefined;
  const [, status, returned] = root.parts;
  if (status === undefined || status.type !== 'message' || status.message !== undefined) return undefined;
  // RFC 6533 §4, §5: what holds addresses beyond ASCII has types of its own.
  const kind = status.subtype.replace(/^global-/, '');
  if (kind !== 'delivery-status' && kind !== 'disposition-notification') return undefined;
  const declared = root.parameters.filter(({ name }) => name === 'report-type');
  if (declared.length !== 1 || declared[0]?.value.toLowerCase() !== kind) return undefined;
  return { kind, status, returned: isReturned(returned) ? returned : undefined };
}

function isReturned(part: Part | undefined): part is Part {
  if (part === undefined) return false;
  const type = `${part.type}/${part.subtype}`;
  return part.message !== undefined || type === 'text/rfc822-headers' || type === 'message/global-headers';
}

/** True for the top of a message that says it is a report, whatever it then holds. */
export function claimsReport({ root }: Pick<MessageStructure, 'root'>): boolean {
  return root.type === 'multipart' && root.subtype === 'report';
}

export interface ReportedStatus {
  /** Absent when it is of another kind, or no address. */
  readonly finalRecipient?: Address;
  /** As the sender's own system named the recipient (RFC 3461 §4.2). */
  readonly originalRecipient?: Address;
  readonly action: 'failed' | 'delayed' | 'delivered' | 'relayed' | 'expanded';
  /** RFC 3463. */
  readonly status: EnhancedCode;
  /** The words of the server that answered, on one line. */
  readonly diagnostic?: string;
  readonly remoteMta?: string;
}

export interface DeliveryStatus {
  readonly envelopeId?: string;
  /** At most `mimeLimits.reportedRecipients`. */
  readonly recipients: readonly ReportedStatus[];
}

/** The content of `message/delivery-status`: groups of fields between empty lines (RFC 3464 §2.1). */
export function parseDeliveryStatus(content: Uint8Array): DeliveryStatus | undefined {
  const groups = fieldGroups(content);
  const [message, ...recipients] = groups;
  // RFC 3464 §2.2.2: what reports says its name.
  if (message === undefined || single(message, 'Reporting-MTA') === undefined) return undefined;
  const envelopeId = single(message, 'Original-Envelope-Id');
  return {
    ...(envelopeId !== undefined && { envelopeId }),
    recipients: recipients.flatMap((fields) => statusOf(fields) ?? []),
  };
}

/** RFC 3464 §2.3: undefined without the three fields that must stand there. */
function statusOf(fields: readonly HeaderField[]): ReportedStatus | undefined {
  const final = single(fields, 'Final-Recipient');
  const action = actionOf(single(fields, 'Action'));
  const status = statusCode(single(fields, 'Status') ?? '');
  if (final === undefined || action === undefined || status === undefined) return undefined;
  if (hasTwice(fields, 'Original-Recipient')) return undefined;
  const finalRecipient = parseTypedAddress(final);
  const originalRecipient = parseTypedAddress(single(fields, 'Original-Recipient') ?? '');
  const diagnostic = single(fields, 'Diagnostic-Code')?.replace(/^\s*[A-Za-z0-9-]+\s*;\s*/, '');
  const remoteMta = single(fields, 'Remote-MTA')?.replace(/^\s*[A-Za-z0-9-]+\s*;\s*/, '');
  return {
    ...(finalRecipient !== undefined && { finalRecipient }),
    ...(originalRecipient !== undefined && { originalRecipient }),
    action,
    status,
    ...(diagnostic !== undefined && { diagnostic }),
    ...(remoteMta !== undefined && { remoteMta }),
  };
}

function statusCode(text: string): EnhancedCode | undefined {
  const code = /^([245]\.\d{1,3}\.\d{1,3})(?:\s*\(.*)?$/.exec(text)?.[1];
  return code as EnhancedCode | undefined; // checked by the expression
}

function actionOf(text: string | undefined): ReportedStatus['action'] | undefined {
  const word = text?.toLowerCase();
  switch (word) {
    case 'failed':
    case 'delayed':
    case 'delivered':
    case 'relayed':
    case 'expanded':
      return word;
    default:
      return undefined;
  }
}

export interface DispositionStatus {
  readonly reportingUa?: string;
  readonly mdnGateway?: string;
  /** As written, type and address: `rfc822; anne@cabinet.example`. */
  readonly originalRecipient?: string;
  readonly finalRecipient: string;
  /** Without brackets. */
  readonly originalMessageId?: string;
  readonly actionMode: 'manual-action' | 'automatic-action';
  readonly sendingMode: 'mdn-sent-manually' | 'mdn-sent-automatically';
  /** `denied` is of RFC 2298 §3.2.6.2, and still sent by older programs: the reader does not want to tell. */
  readonly type: 'displayed' | 'deleted' | 'dispatched' | 'processed' | 'denied';
  readonly errors: readonly string[];
  /** Fields that no standard of ours names, the first of each name. */
  readonly extensions: readonly { readonly name: string; readonly value: string }[];
}

const dispositionFields = new Set([
  ...['reporting-ua', 'mdn-gateway', 'original-recipient', 'final-recipient', 'original-message-id', 'disposition'],
  'error',
]);

/** The content of `message/disposition-notification` (RFC 8098 §3.1): one group of fields. */
export function parseDispositionNotification(content: Uint8Array): DispositionStatus | undefined {
  const groups = fieldGroups(content);
  const [fields] = groups;
  if (fields === undefined || groups.length !== 1) return undefined;
  const once = [...dispositionFields].filter((name) => name !== 'error');
  if (once.some((name) => hasTwice(fields, name))) return undefined;
  const finalRecipient = single(fields, 'Final-Recipient');
  const disposition = dispositionOf(single(fields, 'Disposition') ?? '');
  if (finalRecipient === undefined || disposition === undefined) return undefined;
  const ids = parseMessageIds(single(fields, 'Original-Message-ID') ?? '');
  const [originalMessageId] = ids;
  if (ids.length > 1) return undefined;
  const reportingUa = single(fields, 'Reporting-UA');
  const mdnGateway = single(fields, 'MDN-Gateway');
  const originalRecipient = single(fields, 'Original-Recipient');
  return {
    ...disposition,
    finalRecipient,
    ...(reportingUa !== undefined && { reportingUa }),
    ...(mdnGateway !== undefined && { mdnGateway }),
    ...(originalRecipient !== undefined && { originalRecipient }),
    ...(originalMessageId !== undefined && { originalMessageId }),
    errors: findFields(fields, 'Error').map(textOf),
    extensions: extensionsOf(fields),
  };
}

function extensionsOf(fields: readonly HeaderField[]): DispositionStatus['extensions'] {
  const found = new Map<string, { name: string; value: string }>();
  for (const field of fields) {
    const key = field.name.toLowerCase();
    if (dispositionFields.has(key) || found.has(key)) continue;
    found.set(key, { name: field.name, value: textOf(field) });
  }
  return [...found.values()];
}

/** RFC 8098 §3.2.6: `manual-action/MDN-sent-manually; displayed/error`. */
function dispositionOf(text: string): Pick<DispositionStatus, 'actionMode' | 'sendingMode' | 'type'> | undefined {
  const [, actionMode, sendingMode, type] =
    /^(manual-action|automatic-action)\s*\/\s*(mdn-sent-manually|mdn-sent-automatically)\s*;\s*(displayed|deleted|dispatched|processed|denied)(?:\s*\/[\w\s,.-]*)?$/.exec(
      text.toLowerCase(),
    ) ?? [];
  if (actionMode !== 'manual-action' && actionMode !== 'automatic-action') return undefined;
  if (sendingMode !== 'mdn-sent-manually' && sendingMode !== 'mdn-sent-automatically') return undefined;
  switch (type) {
    case 'displayed':
    case 'deleted':
    case 'dispatched':
    case 'processed':
    case 'denied':
      return { actionMode, sendingMode, type };
    default:
      return undefined;
  }
}

/** `rfc822;anne@cabinet.example` (RFC 3464 §2.1.2), or `utf-8;…` with `\x{…}` in place of what is not ASCII (RFC 6533 §3). */
export function parseTypedAddress(text: string): Address | undefined {
  const [, type, written = ''] = /^\s*(rfc822|utf-8)\s*;\s*(.*?)\s*$/is.exec(text) ?? [];
  if (type === undefined) return undefined;
  const bare = written.startsWith('<') && written.endsWith('>') ? written.slice(1, -1) : written;
  if (type.toLowerCase() === 'rfc822') return parseAddress(bare);
  const decoded = bare.replace(/\\x\{([0-9A-Fa-f]{1,6})\}/g, (all, digits: string) => {
    const point = Number.parseInt(digits, 16);
    return point <= 0x10ffff && (point < 0xd800 || point > 0xdfff) ? String.fromCodePoint(point) : all;
  });
  return parseAddress(decoded);
}

/** Groups of fields between empty lines, as many as a report is read of. */
function fieldGroups(content: Uint8Array): readonly (readonly HeaderField[])[] {
  const text = Buffer.from(content.buffer, content.byteOffset, content.byteLength)
    .subarray(0, mimeLimits.reportBytes)
    .toString('latin1');
  const groups: HeaderField[][] = [];
  // One group for the message, then one for each recipient.
  for (const block of text.split(/(?:^|\r?\n)(?:[ \t]*\r?\n)+/)) {
    if (groups.length > mimeLimits.reportedRecipients) break;
    const fields = parseHeaderBlock(Buffer.from(block, 'latin1'));
    if (fields.length > 0) groups.push(fields);
  }
  return groups;
}

/** The value of the field called `name` when it stands once and says something. */
function single(fields: readonly HeaderField[], name: string): string | undefined {
  const [field, ...others] = findFields(fields, name);
  if (field === undefined || others.length > 0) return undefined;
  const value = textOf(field);
  return value === '' ? undefined : value;
}

function hasTwice(fields: readonly HeaderField[], name: string): boolean {
  return findFields(fields, name).length > 1;
}

function textOf(field: HeaderField): string {
  return field.raw.replace(/\p{Cc}+/gu, ' ').trim();
}
