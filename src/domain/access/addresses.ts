import { Refusal } from '../../base/errors.ts';
import type { Address } from '../../formats/address/address.ts';
import type { Db } from '../../platform/db/db.ts';
import type { Act } from '../audit/audit.ts';
import type { AccessParts, AccountKey } from './access.ts';
import type { AccessTables } from './tables.ts';
import { accessTexts } from './texts.ts';

/** Local parts are compared without case, as every operator of the trust space does; RFC 5321 §2.4 leaves it to the host. */
function addressHash(parts: AccessParts, address: Address): Buffer {
  return parts.lookup.hash('address', address.toLowerCase());
}

export async function registerAddress(
  parts: AccessParts,
  act: Act,
  address: Address,
  account: AccountKey,
): Promise<void> {
  const added = await act.tx
    .withTables<AccessTables>()
    .insertInto('access.address_lookup')
    .values({
      address_hash: addressHash(parts, address),
      tenant_id: account.tenantId,
      account_id: account.accountId,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  if (added.numInsertedOrUpdatedRows !== 1n) {
    throw new Refusal('address-taken', accessTexts.addressTaken);
  }
}

export async function findAddress(parts: AccessParts, db: Db, address: Address): Promise<AccountKey | undefined> {
  const row = await db
    .withTables<AccessTables>()
    .selectFrom('access.address_lookup')
    .select(['tenant_id', 'account_id'])
    .where('address_hash', '=', addressHash(parts, address))
    .executeTakeFirst();
  return row === undefined ? undefined : { tenantId: row.tenant_id, accountId: row.account_id };
}
