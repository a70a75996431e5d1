import { Refusal } from '../../base/errors.ts';
import type { Db } from '../../platform/db/db.ts';
import type { Access, Right } from '../access/access.ts';
import type { Actor } from '../audit/audit.ts';
import type { AccountRef } from '../mail/mail.ts';
import { contactsTexts } from './texts.ts';

export interface Asked {
  readonly as: Actor;
  readonly account: AccountRef;
  readonly right: Right;
  readonly at: Date;
}

/**
 * Invariant 7: a person needs the right, which the holder of the account has. The program's own tasks act without one. An administrator
 * sends (by the command line), and neither sees nor changes what an account keeps.
 */
export async function requireRight(access: Pick<Access, 'rightsOn'>, db: Db, asked: Asked): Promise<void> {
  const { as, account, right, at } = asked;
  if (as.kind === 'system' || (as.kind === 'administrator' && right === 'send')) return;
  if (as.kind === 'person') {
    const rights = await access.rightsOn(db, { tenantId: account.tenantId, personId: as.personId }, account, at);
    if (rights.has(right) || rights.has('own')) return;
  }
  throw new Refusal('not-permitted', contactsTexts.notPermitted);
}
