/**
 * What each thing that happens to an outgoing message means: the next host, a later attempt, the end, an alarm.
 * The one place where that is decided (design §5); what is decided is done in `outbound.ts`.
 *
 * Principles. What the world may cure (a host away, a full disk, a certificate being renewed) is deferred, never bounced.
 * What the peer refuses for good is bounced at once, so that the sender knows. No fault of TLS, of a certificate or of the
 * white list ever leads to a weaker connection: the message waits, and somebody is told.
 */
import { unreachable } from '../../base/assert.ts';
import type { OpeningFailure, RecipientOutcome, TrustFault } from './client/outcomes.ts';
import { readReply } from './reply-reading.ts';

/** Before any host: what the domain and our own copy say. */
type OwnHappening =
  /** The domain names no host: it does not exist, or says that it takes no mail (RFC 7505). */
  | { readonly kind: 'no-host' }
  /** The domain has left the trust space since the message was accepted. */
  | { readonly kind: 'domain-left' }
  /** The name could not be resolved now, or has no address that may be reached. */
  | { readonly kind: 'resolution-failed' }
  /** Our sealed copy does not open. */
  | { readonly kind: 'copy-damaged' }
  /** The store of our copy is away. */
  | { readonly kind: 'copy-unavailable' };

export type Happening = OwnHappening | OpeningFailure | Exclude<RecipientOutcome, { kind: 'delivered' }>;

/** Why a recipient did not get the message: a code kept in the queue, put into French by `texts.ts`. */
export type Cause =
  | 'domain-unknown'
  | 'domain-left'
  | 'unreachable'
  | 'untrusted'
  | 'interrupted'
  | 'peer-busy'
  | 'peer-refused'
  | 'recipient-unknown'
  | 'mailbox-full'
  | 'mailbox-closed'
  | 'too-large'
  | 'interoperability-off'
  | 'patient-closed'
  | 'not-authorized'
  | 'content-refused'
  | 'loop'
  | 'unsupported-address'
  | 'copy-damaged'
  /** Who scheduled the message may no longer write from the account. */
  | 'sender-withdrawn'
  /** A scheduled message that could not leave by our own fault, for as long as the queue would have tried. */
  | 'never-released'
  | 'dropped';

/** Codes of alarms for the operator, never for a doctor. */
export type Alert = 'peer-untrusted' | 'own-copy-damaged' | 'peer-gibberish' | 'attempts-unrecorded';

export type Decision =
  /** Try the domain's next host now; when there is none, defer. */
  | { readonly do: 'next-host'; readonly cause: Cause; readonly status: string; readonly alert?: Alert }
  | { readonly do: 'defer'; readonly cause: Cause; readonly status: string; readonly alert?: Alert }
  /** These recipients are too many for one transaction: send to them in the next, at once. */
  | { readonly do: 'split' }
  | { readonly do: 'bounce'; readonly cause: Cause; readonly status: string; readonly alert?: Alert };

/** `isFirst`: of the recipients of its transaction. */
export interface HappeningTo {
  readonly isFirst: boolean;
}

/** What to do about `happening`. `status` is the enhanced code that a report gives (RFC 3463). */
export function decide(happening: Happening, to: HappeningTo = { isFirst: true }): Decision {
  switch (happening.kind) {
    case 'no-host':
      return { do: 'bounce', cause: 'domain-unknown', status: '5.1.2' };
    case 'domain-left':
      return { do: 'bounce', cause: 'domain-left', status: '5.7.1' };
    case 'resolution-failed':
      return { do: 'defer', cause: 'unreachable', status: '4.4.3' };
    case 'unreachable':
      return { do: 'next-host', cause: 'unreachable', status: '4.4.1' };
    case 'turned-away':
      // RFC 5321 §3.1, §4.3.2: 554 in place of a greeting says "no mail here": another host may say yes.
      return { do: 'next-host', cause: 'peer-busy', status: '4.3.2' };
    case 'untrusted':
      return untrusted(happening.fault);
    case 'interrupted':
      return { do: 'next-host', cause: 'interrupted', status: '4.4.2' };
    case 'answer-lost':
      // Not the next host at once: the same peer, if it has taken the message, recognises the repetition (RFC 5321 §4.1.1.4).
      return { do: 'defer', cause: 'interrupted', status: '4.4.2' };
    case 'gibberish': {
      // The peer may have taken it, whatever it tried to say.
      const isAnswerLost = happening.stage === 'end-of-data';
      return {
        do: isAnswerLost ? 'defer' : 'next-host',
        cause: 'interrupted',
        status: '4.5.0',
        alert: 'peer-gibberish',
      };
    }
    case 'refused':
      return refused(happening, to);
    case 'unsuited':
      return happening.need === 'size'
        ? { do: 'bounce', cause: 'too-large', status: '5.3.4' }
        : // RFC 6531 §3.5, RFC 6152 §3: never converted on the way, the sender's signature would break.
          { do: 'bounce', cause: 'unsupported-address', status: happening.need === 'smtputf8' ? '5.6.7' : '5.6.3' };
    case 'copy-damaged':
      return { do: 'bounce', cause: 'copy-damaged', status: '5.3.0', alert: 'own-copy-damaged' };
    case 'copy-unavailable':
      return { do: 'defer', cause: 'interrupted', status: '4.3.0' };
    case 'content-damaged':
      // RFC 5321 §2.3.8: a lone CR or LF never leaves us; reception refuses it, so that here it is our fault.
      return { do: 'bounce', cause: 'copy-damaged', status: '5.6.0', alert: 'own-copy-damaged' };
    default:
      return unreachable(happening);
  }
}

// ANS-REF2 ECO.1.1.6, ECO.1.1.7, ECO.1.1.10: no trust, no message; the sender's text waits in our queue.
function untrusted(fault: TrustFault): Decision {
  switch (fault) {
    case 'no-starttls':
    case 'handshake':
    case 'certificate':
    case 'not-in-white-list':
      return { do: 'next-host', cause: 'untrusted', status: '4.7.5', alert: 'peer-untrusted' };
    case 'revocation-unknown':
      return { do: 'defer', cause: 'untrusted', status: '4.7.5', alert: 'peer-untrusted' };
    default:
      return unreachable(fault);
  }
}

type RefusedHappening = Extract<Happening, { kind: 'refused' }>;

function refused(happening: RefusedHappening, to: HappeningTo): Decision {
  const { reply } = happening;
  const reading = readReply(reply);
  if (!to.isFirst && isTooManyRecipients(happening)) return { do: 'split' };
  // RFC 5321 §3.8: 421 says that the peer is closing: another host may be open.
  if (reply.code === 421) return { do: 'next-host', cause: 'peer-busy', status: '4.3.2' };
  if (reply.code >= 500) return { do: 'bounce', cause: reading.cause, status: reading.status };
  return { do: 'defer', cause: reading.cause, status: reading.status };
}

/** RFC 5321 §4.5.3.1.10: 452 says too many recipients, and some say 552. */
function isTooManyRecipients({ stage, reply }: RefusedHappening): boolean {
  if (stage !== 'rcpt') return false;
  return (
    reply.enhanced === '4.5.3' || reply.enhanced === '5.5.3' || (reply.code === 452 && reply.enhanced === undefined)
  );
}
