/**
 * Which messages that come may say something of what was sent from the account, told from what reception holds in memory;
 * and by which hash a sent message is found again.
 */
import { deliveryLimits } from '../../base/domain-limits.ts';
import { headerMessageIds } from '../../formats/mime/header-values.ts';
import type { HeaderField } from '../../formats/mime/mime.ts';
import { reportParts } from '../../formats/mime/report-reading.ts';
import type { LookupHasher } from '../../platform/keys/keys.ts';
import type { AccountRef, GatheredMessage } from '../mail/mail.ts';
import { accountText } from './local-recipients.ts';

/** Bound to the account: two accounts that know the same message cannot be told by it. */
export function sentMessageHash(lookup: LookupHasher, account: AccountRef, messageId: string): Buffer {
  return lookup.hash('message-id', `sent\0${accountText(account)}\0${messageId}`);
}

/** The Message-ID of what is being sent, when it has one alone. */
export function ownMessageId(fields: readonly HeaderField[]): string | undefined {
  const ids = headerMessageIds(fields, 'Message-ID');
  return ids.length === 1 ? ids[0] : undefined;
}

/** The messages that this one answers: its parents, and the last of its references for who names no parent (RFC 5322 §3.6.4). */
export function answeredIds(fields: readonly HeaderField[]): readonly string[] {
  const parents = headerMessageIds(fields, 'In-Reply-To').slice(0, deliveryLimits.namedMessages - 1);
  return [...new Set([...parents, ...headerMessageIds(fields, 'References').slice(-1)])];
}

export function isReadableReport({ structure }: Pick<GatheredMessage, 'structure'>): boolean {
  return reportParts(structure.root) !== undefined;
}
