import type { PersonId } from '../../base/ids.ts';
import type { Address } from '../../formats/address/address.ts';
import type { AccountRef } from '../mail/mail.ts';
import type { SubmissionActor } from './submission.ts';
import type { TransferParts } from './transfer.ts';

/**
 * The account at `address` when `actor` may send from it (invariant 7): a person with the right `own` or `send` on it now; the
 * administrator's console and the program's own tasks, from any account.
 */
export async function findSenderAccount(
  parts: Pick<TransferParts, 'access' | 'db' | 'clock'>,
  actor: SubmissionActor,
  address: Address,
): Promise<AccountRef | undefined> {
  const account = await parts.access.findAddress(parts.db, address);
  if (account === undefined || actor.kind !== 'person') return account;
  return (await holdsSendRight(parts, actor.personId, account)) ? account : undefined;
}

export async function holdsSendRight(
  parts: Pick<TransferParts, 'access' | 'db' | 'clock'>,
  personId: PersonId,
  account: AccountRef,
): Promise<boolean> {
  const person = { tenantId: account.tenantId, personId };
  const rights = await parts.access.rightsOn(parts.db, person, account, parts.clock.now());
  return rights.has('own') || rights.has('send');
}

/** May `actor` write as every one of `addresses`? */
export async function maySendAs(
  parts: Pick<TransferParts, 'access' | 'db' | 'clock'>,
  actor: SubmissionActor,
  addresses: readonly Address[],
): Promise<boolean> {
  for (const address of addresses) {
    if ((await findSenderAccount(parts, actor, address)) === undefined) return false;
  }
  return true;
}
