/** The accounts that a call may name, and what the person may do there. */

import type { Clock } from '../../../base/clock.ts';
import { type AccountId, asId, isUuid } from '../../../base/ids.ts';
import type { Access, AccountKey, Right } from '../../../domain/access/access.ts';
import type { Db } from '../../../platform/db/db.ts';
import { type Caller, MethodError } from './method.ts';

export interface AccountsParts {
  readonly access: Pick<Access, 'rightsOn'>;
  readonly db: Db;
  readonly clock: Clock;
}

export interface HeldAccount extends AccountKey {
  readonly rights: ReadonlySet<Right>;
}

/** `accountNotFound` for what is not there and for what is another's alike; `accountReadOnly` when `needed` is not given. */
export async function accountFor(
  parts: AccountsParts,
  person: Caller,
  accountId: string,
  needed: 'read' | 'write' | 'send',
): Promise<HeldAccount> {
  if (!isUuid(accountId)) throw new MethodError('accountNotFound');
  const account = { tenantId: person.tenantId, accountId: asId<AccountId>(accountId) };
  const rights = await rightsOn(parts, person, account);
  const has = (right: Right): boolean => rights.has('own') || rights.has(right);
  if (!has('read')) throw new MethodError('accountNotFound');
  if (!has(needed)) throw new MethodError('accountReadOnly');
  return { ...account, rights };
}

async function rightsOn(
  { access, db, clock }: AccountsParts,
  person: Caller,
  account: AccountKey,
): Promise<ReadonlySet<Right>> {
  if (person.held === undefined) return access.rightsOn(db, person, account, clock.now());
  return person.held.find((each) => each.account.accountId === account.accountId)?.rights ?? new Set();
}
