import { Refusal } from '../../base/errors.ts';
import type { Access, Right } from '../access/access.ts';
import type { Act } from '../audit/audit.ts';
import type { AccountRef } from './mail.ts';
import { mailTexts } from './texts.ts';

/**
 * Invariant 7: a person acts on an account only with the right to. The program's own tasks and its administrator act
 * without one, but an administrator never opens what is in an account.
 */
export async function requireRight(
  access: Pick<Access, 'rightsOn'>,
  act: Act,
  account: AccountRef,
  right: Right,
): Promise<void> {
  const { actor } = act;
  if (actor.kind === 'system' || (actor.kind === 'administrator' && right !== 'read')) return;
  if (actor.kind === 'person') {
    const person = { tenantId: account.tenantId, personId: actor.personId };
    const rights = await access.rightsOn(act.tx, person, account, act.at);
    // The holder's right implies the others but `manage`.
    if (rights.has(right) || (right !== 'manage' && rights.has('own'))) return;
  }
  throw new Refusal('not-permitted', mailTexts.notPermitted);
}
