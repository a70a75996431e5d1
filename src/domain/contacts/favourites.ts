import { sql } from 'kysely';
import { contactsLimits } from '../../base/domain-limits.ts';
import { Refusal } from '../../base/errors.ts';
import type { Address } from '../../formats/address/address.ts';
import type { Act } from '../audit/audit.ts';
import type { AccountRef } from '../mail/mail.ts';
import { addressHash, keepAddresses } from './addresses.ts';
import type { ContactsParts } from './contacts.ts';
import { editAccount } from './owner-edit.ts';
import { contactsTexts } from './texts.ts';
import { readName } from './words.ts';

export async function addFavourite(
  parts: ContactsParts,
  act: Act,
  account: AccountRef,
  { address, name }: { readonly address: Address; readonly name?: string },
): Promise<void> {
  const wanted = { address, name: name === undefined ? undefined : readName(name) };
  const edit = await editAccount(parts, act, account);
  const { tenantId, accountId } = account;
  const [hash] = await keepAddresses(edit, [wanted]);
  await sql`
    update contacts.address set favourite_at = coalesce(favourite_at, ${act.at})
     where tenant_id = ${tenantId} and owner_id = ${accountId} and address_hash = ${hash}`.execute(act.tx);
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from contacts.address
     where tenant_id = ${tenantId} and owner_id = ${accountId} and favourite_at is not null`.execute(act.tx);
  if ((rows[0]?.count ?? 0) > contactsLimits.favourites) {
    throw new Refusal('too-many-favourites', contactsTexts.tooManyFavourites);
  }
  act.record({ tenantId, accountId, kind: 'favourite.added', identifying: { address } });
}

export async function removeFavourite(
  parts: ContactsParts,
  act: Act,
  account: AccountRef,
  address: Address,
): Promise<void> {
  await editAccount(parts, act, account);
  const { tenantId, accountId } = account;
  const { numAffectedRows } = await sql`
    update contacts.address set favourite_at = null
     where tenant_id = ${tenantId} and owner_id = ${accountId} and favourite_at is not null
       and address_hash = ${addressHash(parts.lookup, address)}`.execute(act.tx);
  if (numAffectedRows === 0n) return;
  act.record({ tenantId, accountId, kind: 'favourite.removed', identifying: { address } });
}
