import { smtpLimits } from '../../base/limits.ts';
import type { Address } from '../address/address.ts';
import { readParameters, refuseUnknownParameters } from './parameters.ts';
import { postmaster, printPath, readPath } from './path.ts';
import { refusal } from './refusals.ts';
import { decodeXtext, encodeXtext } from './xtext.ts';

/** MAIL (RFC 5321 §4.1.1.2) with SIZE (RFC 1870), BODY (RFC 6152), SMTPUTF8 (RFC 6531), RET and ENVID (RFC 3461). */
export interface MailArguments {
  /** Null for `<>`: reports, which nobody may answer with a report (RFC 5321 §4.5.5). */
  readonly sender: Address | null;
  /** Octets that the peer announces. */
  readonly sizeBytes?: number;
  readonly body?: '7BIT' | '8BITMIME';
  readonly smtpUtf8: boolean;
  /** How much of the message a report returns. */
  readonly ret?: 'FULL' | 'HDRS';
  readonly envelopeId?: string;
}

export const notifyEvents = ['SUCCESS', 'FAILURE', 'DELAY'] as const;
export type NotifyEvent = (typeof notifyEvents)[number];

/** The recipient as its first sender wrote it: RFC 3461 §4.2. */
export interface OriginalRecipient {
  readonly addressType: string;
  readonly address: string;
}

/** RCPT (RFC 5321 §4.1.1.3) with NOTIFY and ORCPT (RFC 3461). */
export interface RcptArguments {
  readonly recipient: Address | typeof postmaster;
  /** Which reports are asked for; `[]` is NEVER; absent means that the peer said nothing. */
  readonly notify?: readonly NotifyEvent[];
  readonly originalRecipient?: OriginalRecipient;
}

/** Reads what follows `MAIL `. `withAuth` admits the AUTH parameter of RFC 4954 §5, which is checked and not believed. */
export function parseMailArguments(text: string, options: { withAuth: boolean }): MailArguments {
  if (!/^FROM:/i.test(text)) throw refusal('smtp-arguments');
  const { path, rest, isAscii } = readPath(text.slice('FROM:'.length), 'smtp-sender');
  if (path === postmaster) throw refusal('smtp-sender');
  const parameters = readParameters(rest);
  const known = ['SIZE', 'BODY', 'SMTPUTF8', 'RET', 'ENVID'];
  refuseUnknownParameters(parameters, options.withAuth ? [...known, 'AUTH'] : known);

  const smtpUtf8 = parameters.has('SMTPUTF8');
  if (smtpUtf8 && parameters.get('SMTPUTF8') !== undefined) throw refusal('smtp-parameter');
  if (!smtpUtf8 && !isAscii) throw refusal('smtp-utf8-not-requested');
  if (parameters.has('AUTH')) decodeXtext(parameters.get('AUTH') ?? '+'); // a lone `+` is never xtext
  return {
    sender: path,
    smtpUtf8,
    ...(parameters.has('SIZE') && { sizeBytes: readSize(parameters.get('SIZE')) }),
    ...(parameters.has('BODY') && { body: readOneOf(parameters.get('BODY'), ['7BIT', '8BITMIME']) }),
    ...(parameters.has('RET') && { ret: readOneOf(parameters.get('RET'), ['FULL', 'HDRS']) }),
    ...(parameters.has('ENVID') && { envelopeId: readEnvelopeId(parameters.get('ENVID')) }),
  };
}

/** Writes a MAIL command without its CRLF. */
export function printMail(mail: MailArguments): string {
  return [
    `MAIL FROM:${printPath(mail.sender)}`,
    mail.sizeBytes === undefined ? '' : ` SIZE=${mail.sizeBytes}`,
    mail.body === undefined ? '' : ` BODY=${mail.body}`,
    mail.smtpUtf8 ? ' SMTPUTF8' : '',
    mail.ret === undefined ? '' : ` RET=${mail.ret}`,
    mail.envelopeId === undefined ? '' : ` ENVID=${encodeXtext(mail.envelopeId)}`,
  ].join('');
}

/** Reads what follows `RCPT `. `smtpUtf8` tells what MAIL asked for. */
export function parseRcptArguments(text: string, options: { smtpUtf8: boolean }): RcptArguments {
  if (!/^TO:/i.test(text)) throw refusal('smtp-arguments');
  const { path, rest, isAscii } = readPath(text.slice('TO:'.length), 'smtp-recipient');
  if (path === null) throw refusal('smtp-recipient');
  const parameters = readParameters(rest);
  refuseUnknownParameters(parameters, ['NOTIFY', 'ORCPT']);
  if (!options.smtpUtf8 && !isAscii) throw refusal('smtp-utf8-not-requested');
  return {
    recipient: path,
    ...(parameters.has('NOTIFY') && { notify: readNotify(parameters.get('NOTIFY')) }),
    ...(parameters.has('ORCPT') && { originalRecipient: readOriginalRecipient(parameters.get('ORCPT')) }),
  };
}

/** Writes a RCPT command without its CRLF. */
export function printRcpt(rcpt: RcptArguments): string {
  const { notify, originalRecipient } = rcpt;
  return [
    `RCPT TO:${printPath(rcpt.recipient)}`,
    notify === undefined ? '' : ` NOTIFY=${notify.length === 0 ? 'NEVER' : notify.join(',')}`,
    originalRecipient === undefined
      ? ''
      : ` ORCPT=${originalRecipient.addressType};${encodeXtext(originalRecipient.address)}`,
  ].join('');
}

/** RFC 1870 §3: up to 20 digits. What is beyond exact numbers is beyond every limit too. */
function readSize(value: string | undefined): number {
  if (value === undefined || !/^\d{1,20}$/.test(value)) throw refusal('smtp-parameter');
  return Math.min(Number(value), Number.MAX_SAFE_INTEGER);
}

function readOneOf<const T extends string>(value: string | undefined, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === value?.toUpperCase());
  if (found === undefined) throw refusal('smtp-parameter');
  return found;
}

/** RFC 3461 §4.4: at most 100 characters of xtext. */
function readEnvelopeId(value: string | undefined): string {
  if (value === undefined || value.length > smtpLimits.envelopeIdChars) throw refusal('smtp-parameter');
  return decodeXtext(value);
}

/** RFC 3461 §4.1: NEVER alone, or a list without repeats. */
function readNotify(value: string | undefined): readonly NotifyEvent[] {
  if (value?.toUpperCase() === 'NEVER') return [];
  const events = (value ?? '').split(',').map((event) => readOneOf(event, notifyEvents));
  if (new Set(events).size !== events.length) throw refusal('smtp-parameter');
  return events;
}

/** RFC 3461 §4.2: `addr-type;xtext`, at most 500 characters. */
function readOriginalRecipient(value: string | undefined): OriginalRecipient {
  const match = /^([A-Za-z0-9][A-Za-z0-9-]*);(.+)$/.exec(value ?? '');
  const [, addressType, xtext] = match ?? [];
  if (value === undefined || value.length > smtpLimits.originalRecipientChars) throw refusal('smtp-parameter');
  if (addressType === undefined || xtext === undefined) throw refusal('smtp-parameter');
  return { addressType: addressType.toLowerCase(), address: decodeXtext(xtext) };
}
