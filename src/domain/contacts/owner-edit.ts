import { sql } from 'kysely';
import type { Transaction } from '../../platform/db/db.ts';
import type { Right } from '../access/access.ts';
import type { Act } from '../audit/audit.ts';
import type { AccountRef } from '../mail/mail.ts';
import type { ContactsParts } from './contacts.ts';
import { accountOwner, bookOwner, type Owner, OwnerKeys, ownerDestroyed } from './owner-keys.ts';
import { requireRight } from './permission.ts';

/** An act that changes what one owner keeps: permitted, its key open, its row locked. */
export interface OwnerEdit {
  readonly parts: ContactsParts;
  readonly act: Act;
  readonly account: AccountRef;
  readonly owner: Owner;
  readonly keys: OwnerKeys;
}

export function editAccount(parts: ContactsParts, act: Act, account: AccountRef): Promise<OwnerEdit> {
  return edit(parts, act, { account, owner: accountOwner(account), right: 'write' });
}

/** The address book of the account's tenant. */
export function editBook(parts: ContactsParts, act: Act, account: AccountRef): Promise<OwnerEdit> {
  return edit(parts, act, { account, owner: bookOwner(account), right: 'write' });
}

async function edit(
  parts: ContactsParts,
  act: Act,
  { account, owner, right }: { account: AccountRef; owner: Owner; right: Right },
): Promise<OwnerEdit> {
  await requireRight(parts.access, act.tx, { as: act.actor, account, right, at: act.at });
  const keys = await OwnerKeys.open(parts.dataKeys, act.tx, owner);
  if (keys === undefined) throw ownerDestroyed();
  await lockOwners(act.tx, [owner]);
  return { parts, act, account, owner, keys };
}

/** Locks the owners, in one order and before their other rows, so that nobody waits for another; and counts the change. */
export async function lockOwners(
  tx: Transaction,
  owners: readonly Pick<Owner, 'tenantId' | 'ownerId'>[],
): Promise<void> {
  await sql`
    insert into contacts.owner as o (tenant_id, owner_id, change)
    select tenant_id, owner_id, 1
      from unnest(${owners.map((each) => each.tenantId)}::uuid[], ${owners.map((each) => each.ownerId)}::uuid[])
           as changed(tenant_id, owner_id)
     order by tenant_id, owner_id
        on conflict (tenant_id, owner_id) do update set change = o.change + 1`.execute(tx);
}
