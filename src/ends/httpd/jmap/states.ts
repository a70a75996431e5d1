/** The states of the types that change, as `get` answers them, for one account (RFC 8620 §7.1). */
import type { AccountCount } from '../../../domain/mail/mail.ts';

/** RFC 9425: the quota's own numbers, so that any earlier state can be compared. */
export function quotaState({ quotaBytes, usedBytes }: Pick<AccountCount, 'quotaBytes' | 'usedBytes'>): string {
  return `${quotaBytes}-${usedBytes}`;
}

export function statesOf(count: AccountCount): Readonly<Record<string, string>> {
  const change = String(count.change);
  return {
    Mailbox: change,
    Thread: change,
    Email: change,
    Identity: change,
    EmailSubmission: change,
    Quota: quotaState(count),
    // RFC 8621 §1.5: of no object; for a device that is woken by new emails alone.
    EmailDelivery: String(count.nextEmailNumber),
  };
}
