/**
 * The port between the SMTP server end and the domain: what the end asks before it answers. The end knows sessions and
 * nothing of accounts; the domain knows accounts and nothing of sockets.
 *
 * One connection: `admitPeer` (operators) or `authenticate` (people) gives an {@link Admission}; it opens transactions one
 * after the other; each admits recipients one by one, then receives one message through a {@link MessageSink}.
 *
 * How it fails: an expected "no" is a returned {@link Refused} (5xx) or {@link Deferred} (4xx). A thrown `Temporary` becomes
 * 451, a thrown `Refusal` 554, anything else 421 with an incident id.
 */
import type { Secret } from '../../base/secret.ts';
import type { Address } from '../../formats/address/address.ts';
import type { MailArguments, NotifyEvent, OriginalRecipient } from '../../formats/smtp/envelope-commands.ts';
import type { postmaster } from '../../formats/smtp/path.ts';
import type { EnhancedCode } from '../../formats/smtp/reply.ts';
import { type ReplyTextKey, replyTexts } from './texts.ts';

/** Who is on the other side of a connection under TLS. */
export interface Peer {
  readonly remoteAddress: string;
  /** What the peer calls itself in EHLO; it proves nothing, and belongs in `Received`. */
  readonly clientName: string;
  readonly tls: { readonly version: string; readonly cipher: string };
  /** DER, leaf first, as the peer sent it; empty when it sent none. Nothing has been checked. */
  readonly certificateChain: readonly Uint8Array[];
}

/** What the peer is told: codes, and a text of `texts.ts` with its values. Values carry no patient trait. */
export interface AcceptanceReply {
  readonly code: number;
  readonly enhanced: EnhancedCode;
  readonly text: ReplyTextKey;
  readonly values?: Readonly<Record<string, string>>;
}

/** Never: 5xx. */
export interface Refused {
  readonly kind: 'refused';
  readonly reply: AcceptanceReply;
}
/** Not now: 4xx. */
export interface Deferred {
  readonly kind: 'deferred';
  readonly reply: AcceptanceReply;
}
export type Verdict = { readonly kind: 'accepted' } | Refused | Deferred;
export type AdmissionVerdict = { readonly kind: 'admitted'; readonly admission: Admission } | Refused | Deferred;
export type OpeningVerdict = { readonly kind: 'opened'; readonly transaction: Transaction } | Refused | Deferred;
export type ReceptionVerdict = { readonly kind: 'receiving'; readonly sink: MessageSink } | Refused | Deferred;
/** `reference` is said in the 250, for both sides' logs: letters, digits and hyphens. */
export type CommitVerdict = { readonly kind: 'accepted'; readonly reference: string } | Refused | Deferred;

/** Operators, port 25. */
export interface InboundAcceptance {
  /** Is this peer an operator of the trust space at all? Asked at each EHLO under TLS; a "no" answers every MAIL. */
  admitPeer(peer: Peer): Promise<AdmissionVerdict>;
}

/** People, port 587. */
export interface SubmissionAcceptance {
  /** Rate limits come before the work. A refusal says the same whether the name or the password was wrong. */
  authenticate(credentials: Credentials, peer: Peer): Promise<AdmissionVerdict>;
}

export interface Credentials {
  readonly kind: 'password';
  readonly authorizationId?: string;
  readonly authenticationId: string;
  readonly password: Secret;
}

/** What one connection may do. It may live for hours: what can be withdrawn meanwhile is checked again at each transaction. */
export interface Admission {
  openTransaction(envelope: SenderEnvelope): Promise<OpeningVerdict>;
}

/** What MAIL said. */
export type SenderEnvelope = MailArguments;

/** What RCPT said. */
export interface EnvelopeRecipient {
  readonly recipient: Address | typeof postmaster;
  /** `[]` is NEVER; absent when the peer said nothing. */
  readonly notify?: readonly NotifyEvent[];
  readonly originalRecipient?: OriginalRecipient;
}

/** One mail transaction. It may be dropped at any moment before `receive` without a word: it holds nothing. */
export interface Transaction {
  admitRecipient(recipient: EnvelopeRecipient): Promise<Verdict>;
  /** Asked once, when content is about to come, with at least one admitted recipient. */
  receive(): Promise<ReceptionVerdict>;
}

export type AbortReason = 'connection-lost' | 'content-refused' | 'too-big' | 'given-up' | 'fault';

/** Where the content of one message goes. Exactly one of `commit` and `abort` is called, once, after the last `write`. */
export interface MessageSink {
  /** Takes content, dots unstuffed; the sink may keep the chunk. A promise holds the sender back until it resolves. */
  write(chunk: Buffer): Promise<void> | undefined;
  /** Makes the message durable. When it resolves with `accepted`, the message is ours; else, or when it throws, nothing remains. */
  commit(): Promise<CommitVerdict>;
  /** Forgets everything written. Does not throw. */
  abort(reason: AbortReason): Promise<void>;
}

/** The French sentence of `reply`; in ASCII unless the peer asked for UTF-8. */
export function sayReply(reply: AcceptanceReply, { smtpUtf8 }: { readonly smtpUtf8: boolean }): string {
  const text = replyTexts[reply.text].replace(/\{(\w+)\}/g, (_, name: string) => reply.values?.[name] ?? '…');
  return smtpUtf8 ? text : toAsciiReply(text);
}

const asciiOf: Readonly<Record<string, string>> = {
  œ: 'oe',
  Œ: 'OE',
  æ: 'ae',
  Æ: 'AE',
  '’': "'",
  '…': '...',
  '«': '"',
  '»': '"',
};

/** French in ASCII, for peers that did not ask for UTF-8 (RFC 6531 §3.7.4.2): accents dropped, the rest as `?`. */
export function toAsciiReply(text: string): string {
  return text
    .replace(/[œŒæÆ’…«»]/g, (char) => asciiOf[char] ?? char)
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/\p{Zs}/gu, ' ')
    .replace(/[^ -~]/gu, '?');
}
