/** The one place where what went wrong becomes an SMTP reply (design §5). */
import { assert } from '../../base/assert.ts';
import { Refusal, Temporary } from '../../base/errors.ts';
import { newId, type Uuid } from '../../base/ids.ts';
import type { Log } from '../../base/log.ts';
import { type Deferred, type Refused, sayReply, toAsciiReply } from '../../domain/transfer/acceptance.ts';
import { isSmtpRefusalCode, refusalText, type SmtpRefusalCode } from '../../formats/smtp/refusals.ts';
import type { EnhancedCode, Reply } from '../../formats/smtp/reply.ts';
import type { TextFault } from '../../formats/smtp/text-checker.ts';
import { smtpdTexts } from './texts.ts';

export interface FaultReply {
  readonly reply: Reply;
  /** The session cannot go on: where the next command begins is not known, or our own state is in doubt. */
  readonly isFatal: boolean;
}

type Codes = readonly [code: number, enhanced: EnhancedCode];

// RFC 5321 §4.2.3, RFC 3463 §3, RFC 5248 §2
const codesOfGrammar: Readonly<Partial<Record<SmtpRefusalCode, Codes>>> = {
  'smtp-bare-cr': [500, '5.5.2'],
  'smtp-bare-lf': [500, '5.5.2'],
  'smtp-nul': [500, '5.5.2'],
  'smtp-line-too-long': [500, '5.5.2'],
  'smtp-control-character': [500, '5.5.2'],
  'smtp-charset': [500, '5.5.2'],
  'smtp-command': [500, '5.5.1'],
  'smtp-arguments': [501, '5.5.4'],
  'smtp-sender': [501, '5.1.7'],
  'smtp-recipient': [501, '5.1.3'],
  'smtp-parameter-unknown': [555, '5.5.4'], // RFC 5321 §4.1.1.11
  'smtp-parameter': [501, '5.5.4'],
  'smtp-utf8-not-requested': [553, '5.6.7'], // RFC 6531 §3.5
  'smtp-base64': [501, '5.5.2'], // RFC 4954 §4
  'smtp-credentials': [501, '5.5.2'],
  'smtp-chunk-size': [501, '5.5.4'],
};

/** After these nobody knows where the next command begins, so nothing more is read. */
const fatalGrammar: readonly string[] = ['smtp-bare-cr', 'smtp-bare-lf', 'smtp-line-too-long', 'smtp-chunk-size'];

/** The reply to anything thrown while a command was read or run; what is our own fault is logged under an incident id. */
export function replyOfFault(fault: unknown, log: Log): FaultReply {
  if (fault instanceof Refusal) {
    const codes = isSmtpRefusalCode(fault.code) ? codesOfGrammar[fault.code] : undefined;
    const [code, enhanced] = codes ?? [554, '5.0.0'];
    const reply = { code, enhanced, lines: [toAsciiReply(fault.publicText)] };
    return { reply, isFatal: fatalGrammar.includes(fault.code) };
  }
  if (fault instanceof Temporary) {
    log.warn('smtpd-temporary', { code: fault.code });
    return { reply: { code: 451, enhanced: '4.3.0', lines: [smtpdTexts.temporary] }, isFatal: false };
  }
  const incident = newId<Uuid>();
  log.error('smtpd-incident', { incident }, fault);
  return { reply: { code: 421, enhanced: '4.3.0', lines: [smtpdTexts.incident(incident)] }, isFatal: true };
}

/** The reply to an expected "no" of the domain, in French; with accents only where SMTPUTF8 was asked for. */
export function replyOfVerdict({ kind, reply }: Refused | Deferred, to: { readonly smtpUtf8: boolean }): Reply {
  const first = kind === 'refused' ? '5' : '4';
  assert(String(reply.code).startsWith(first) && reply.enhanced.startsWith(first), 'a verdict has codes of its class');
  return { code: reply.code, enhanced: reply.enhanced, lines: [sayReply(reply, to)] };
}

/** The reply at the end of content that no message may hold. */
export function replyOfTextFault(fault: TextFault): Reply {
  return { code: 554, enhanced: '5.6.0', lines: [refusalText(fault)] };
}

/** A reply of the protocol itself. */
export function protocolReply(code: number, enhanced: EnhancedCode, text: string): Reply {
  return { code, enhanced, lines: [text] };
}

/** To whoever has no message under way when the server stops (RFC 5321 §3.8). */
export const stoppingReply: Reply = protocolReply(421, '4.3.2', smtpdTexts.stopping);
