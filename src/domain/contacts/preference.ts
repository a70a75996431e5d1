import { sql } from 'kysely';
import type { Address } from '../../formats/address/address.ts';
import type { Db } from '../../platform/db/db.ts';
import type { Act } from '../audit/audit.ts';
import type { AccountRef } from '../mail/mail.ts';
import { addressHash, keepAddresses, type Marks, normal, readMarks } from './addresses.ts';
import type { ContactsParts, Viewer } from './contacts.ts';
import { editAccount, type OwnerEdit } from './owner-edit.ts';
import { requireRight } from './permission.ts';

/** An address belongs to one correspondent: the mark on it says all, and nothing tells of whom. */
export async function preferAddress(
  parts: ContactsParts,
  act: Act,
  account: AccountRef,
  address: Address,
): Promise<void> {
  const edit = await editAccount(parts, act, account);
  await unprefer(edit, await sameCorrespondent(edit, address));
  const [hash] = await keepAddresses(edit, [{ address }]);
  await sql`
    update contacts.address set preferred_at = ${act.at}
     where tenant_id = ${account.tenantId} and owner_id = ${account.accountId} and address_hash = ${hash}`.execute(
    act.tx,
  );
  recordPreference(act, account, 'preference.set', address);
}

export async function forgetPreference(
  parts: ContactsParts,
  act: Act,
  account: AccountRef,
  address: Address,
): Promise<void> {
  const edit = await editAccount(parts, act, account);
  const isChanged = await unprefer(edit, await sameCorrespondent(edit, address));
  if (isChanged) recordPreference(act, account, 'preference.removed', address);
}

/** The addresses of whom it belongs to. */
async function sameCorrespondent({ parts, act }: OwnerEdit, address: Address): Promise<readonly Address[]> {
  const standing = (await parts.directory.standing(act.tx, [normal(address)])).get(normal(address));
  const others = standing?.kind === 'listed' ? standing.correspondent.addresses.map((each) => each.address) : [];
  return [address, ...others];
}

async function unprefer({ parts, act, owner }: OwnerEdit, addresses: readonly Address[]): Promise<boolean> {
  const { numAffectedRows } = await sql`
    update contacts.address set preferred_at = null
     where tenant_id = ${owner.tenantId} and owner_id = ${owner.ownerId} and preferred_at is not null
       and address_hash = any(${addresses.map((each) => addressHash(parts.lookup, each))}::bytea[])`.execute(act.tx);
  return numAffectedRows !== 0n;
}

function recordPreference(
  act: Act,
  { tenantId, accountId }: AccountRef,
  kind: `preference.${string}`,
  address: Address,
): void {
  act.record({ tenantId, accountId, kind, identifying: { address } });
}

export async function preferredAmong(
  parts: ContactsParts,
  db: Db,
  { as, account }: Viewer,
  addresses: readonly Address[],
): Promise<Address | null> {
  await requireRight(parts.access, db, { as, account, right: 'read', at: parts.clock.now() });
  return preferredOf(addresses, await readMarks(parts, db, account, addresses));
}

/** Of one correspondent's addresses, the one that was chosen, or else the one last written to. */
export function preferredOf(
  addresses: readonly Address[],
  marks: ReadonlyMap<Address, Pick<Marks, 'preferredAt' | 'writtenAt'>>,
): Address | null {
  return (
    latest(addresses, (address) => marks.get(normal(address))?.preferredAt) ??
    latest(addresses, (address) => marks.get(normal(address))?.writtenAt)
  );
}

function latest(addresses: readonly Address[], at: (address: Address) => Date | null | undefined): Address | null {
  let found: { address: Address; ms: number } | null = null;
  for (const address of addresses) {
    const ms = at(address)?.getTime();
    if (ms !== undefined && (found === null || ms > found.ms)) found = { address, ms };
  }
  return found?.address ?? null;
}
