import { smtpClientLimits } from '../../../base/domain-limits.ts';
import type { Reply } from '../../../formats/smtp/reply.ts';

/** Where a session was when something happened before its first message. */
export type OpeningStage = 'connect' | 'greeting' | 'ehlo' | 'starttls' | 'ehlo-secured';

/** Why the peer is not one that may be given health data. The last three are the judge's words (see `verifyPeer`). */
export type TrustFault = 'no-starttls' | 'handshake' | 'certificate' | 'revocation-unknown' | 'not-in-white-list';

/** Why no session came to be. */
export type OpeningFailure =
  /** No connection at all. */
  | { readonly kind: 'unreachable' }
  /** The peer greeted, or answered EHLO or STARTTLS, with a refusal. */
  | { readonly kind: 'turned-away'; readonly stage: OpeningStage; readonly reply: Reply }
  | { readonly kind: 'untrusted'; readonly fault: TrustFault }
  /** Connection lost or time-out. */
  | { readonly kind: 'interrupted'; readonly stage: OpeningStage }
  /** The peer speaks outside the grammar. */
  | { readonly kind: 'gibberish'; readonly stage: OpeningStage };

/** Where in a transaction a reply came, or failed to. */
export type SendingStage = 'mail' | 'rcpt' | 'data' | 'content' | 'end-of-data';

/** What became of the message for one recipient. */
export type RecipientOutcome =
  /** The peer answered for it: it is the peer's now. */
  | { readonly kind: 'delivered'; readonly reply: Reply }
  /** The peer said 4yz (later) or 5yz (never). */
  | { readonly kind: 'refused'; readonly stage: SendingStage; readonly reply: Reply }
  /** Connection lost or time-out; the peer cannot have taken the message. */
  | { readonly kind: 'interrupted'; readonly stage: SendingStage }
  /** Connection lost or time-out between the last octet and the answer: the peer may have taken it. */
  | { readonly kind: 'answer-lost' }
  /** The peer speaks outside the grammar; when it answered the end of data so, it may have taken the message. */
  | { readonly kind: 'gibberish'; readonly stage: SendingStage }
  /** The peer lacks an extension that the message needs, or takes only smaller messages. Nothing was sent. */
  | { readonly kind: 'unsuited'; readonly need: 'size' | '8bitmime' | 'smtputf8' }
  /** Our content is not fit for SMTP (`code` of the refusal). The transfer was broken off before its end. */
  | { readonly kind: 'content-damaged'; readonly code: string };

/** `reply` as reports and the queue may keep it. */
export function boundReply(reply: Reply): Reply {
  let left = smtpClientLimits.keptReplyChars;
  const lines: string[] = [];
  for (const line of reply.lines) {
    if (left <= 0) break;
    lines.push(line.slice(0, left));
    left -= line.length;
  }
  return { ...reply, lines };
}
