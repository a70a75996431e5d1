import { Refusal } from '../../base/errors.ts';
import type { Actor } from '../audit/audit.ts';
import type { AccountRef } from '../mail/mail.ts';
import { holdsSendRight } from './sender-rights.ts';
import { queueTexts } from './texts.ts';
import type { TransferParts } from './transfer.ts';

/**
 * Invariant 7: the administrator's console and the program's own tasks see and move the whole queue; a person, what leaves an
 * account that the person may send from. Other operators, nothing.
 */
export async function requireQueueRight(
  parts: Pick<TransferParts, 'access' | 'db' | 'clock'>,
  actor: Actor,
  account: AccountRef | undefined,
): Promise<void> {
  if (actor.kind === 'administrator' || actor.kind === 'system') return;
  if (actor.kind === 'person' && account !== undefined && (await holdsSendRight(parts, actor.personId, account)))
    return;
  throw new Refusal('not-permitted', queueTexts.notPermitted);
}
