import type { SecureContext } from 'node:tls';
import type { Clock } from '../../base/clock.ts';
import { smtpdLimits } from '../../base/end-limits.ts';
import { smtpLimits } from '../../base/limits.ts';
import type { Log } from '../../base/log.ts';
import type { InboundAcceptance, SubmissionAcceptance } from '../../domain/transfer/acceptance.ts';

/** Whom a server serves: operators on port 25, or people on port 587. */
export type SmtpdRole =
  | { readonly kind: 'inbound'; readonly acceptance: InboundAcceptance }
  | { readonly kind: 'submission'; readonly acceptance: SubmissionAcceptance };

export type SmtpdLimits = {
  readonly [Name in keyof typeof smtpdLimits | 'messageBytes' | 'recipients']: number;
};

export const defaultSmtpdLimits: SmtpdLimits = {
  ...smtpdLimits,
  messageBytes: smtpLimits.messageBytes,
  recipients: smtpLimits.recipients,
};

export interface SmtpdOptions {
  /** The name said in the greeting and to EHLO. */
  readonly serverName: string;
  readonly role: SmtpdRole;
  /** Asked at each STARTTLS, so that a renewed certificate serves at once. Made with `wholeHandshakes`. */
  readonly secureContext: () => SecureContext;
  readonly clock: Clock;
  readonly log: Log;
  /** Bounds that differ from the defaults. */
  readonly limits?: Partial<SmtpdLimits>;
}
