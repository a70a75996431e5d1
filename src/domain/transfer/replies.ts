import type { EnhancedCode } from '../../formats/smtp/reply.ts';
import type { AcceptanceReply, Deferred, Refused } from './acceptance.ts';
import type { ReplyTextKey } from './texts.ts';

interface Answer {
  readonly code: number;
  readonly enhanced: EnhancedCode;
}

/** Every "no" of the domain with its codes: RFC 5321 §4.2.3 and §4.3.2, RFC 3463 §3. */
const answers = {
  'certificate-missing': { code: 550, enhanced: '5.7.1' },
  'certificate-untrusted': { code: 550, enhanced: '5.7.1' },
  'certificate-revoked': { code: 550, enhanced: '5.7.1' },
  'certificate-status-unknown': { code: 451, enhanced: '4.7.5' }, // ANS-REF2 ECO.1.1.6: nobody can tell, so not now
  'operator-unknown': { code: 550, enhanced: '5.7.1' },
  'sender-domain-foreign': { code: 550, enhanced: '5.7.1' },
  'sender-not-owned': { code: 553, enhanced: '5.7.1' },
  'header-sender-foreign': { code: 550, enhanced: '5.7.1' },
  'recipient-unknown': { code: 550, enhanced: '5.1.1' },
  'recipient-malformed': { code: 553, enhanced: '5.1.3' },
  'recipient-elsewhere': { code: 550, enhanced: '5.7.1' }, // RFC 5321 §3.6.2: no relay
  'recipient-outside-trust-space': { code: 550, enhanced: '5.7.1' },
  'trust-space-unknown': { code: 451, enhanced: '4.7.5' }, // no white list has come yet: nobody can tell, so not now
  'mailbox-closed': { code: 550, enhanced: '5.2.1' },
  'mailbox-full': { code: 552, enhanced: '5.2.2' },
  'own-mailbox-full': { code: 552, enhanced: '5.2.2' },
  'null-sender-not-report': { code: 550, enhanced: '5.7.1' },
  'message-loop': { code: 554, enhanced: '5.4.6' },
  'message-malformed': { code: 554, enhanced: '5.6.0' },
  'credentials-refused': { code: 535, enhanced: '5.7.8' }, // RFC 4954 §6
  'too-many-recipients': { code: 452, enhanced: '4.5.3' },
  'too-many-attempts': { code: 454, enhanced: '4.7.0' },
} as const satisfies Partial<Record<ReplyTextKey, Answer>>;

export type ReplyKey = keyof typeof answers;
type LaterKey = 'certificate-status-unknown' | 'too-many-attempts' | 'too-many-recipients' | 'trust-space-unknown';

export function refused(text: Exclude<ReplyKey, LaterKey>, values?: Readonly<Record<string, string>>): Refused {
  return { kind: 'refused', reply: replyOf(text, values) };
}

export function deferred(text: LaterKey): Deferred {
  return { kind: 'deferred', reply: replyOf(text) };
}

function replyOf(text: ReplyKey, values?: Readonly<Record<string, string>>): AcceptanceReply {
  return { ...answers[text], text, ...(values !== undefined && { values }) };
}
