/** The one table of addresses that an owner keeps: found by keyed hash, opened by the owner's key. */
import { sql } from 'kysely';
import { present } from '../../base/assert.ts';
import { directorySearchLimits } from '../../base/domain-limits.ts';
import type { Address } from '../../formats/address/address.ts';
import type { Db } from '../../platform/db/db.ts';
import type { LookupHasher } from '../../platform/keys/keys.ts';
import type { AddressStanding } from '../directory/directory.ts';
import type { AccountRef } from '../mail/mail.ts';
import type { ContactsParts, Recipient } from './contacts.ts';
import type { OwnerEdit } from './owner-edit.ts';
import { accountOwner, OwnerKeys } from './owner-keys.ts';

/** Local parts are compared without case, as every operator of the trust space does, and the directory with them. */
export function normal(address: Address): Address {
  return address.toLowerCase() as Address; // an address in lower case is one
}

export function addressHash(lookup: LookupHasher, address: Address): Buffer {
  return lookup.hash('address', normal(address));
}

/** The hash as the key of a map. */
export function hashText(hash: Buffer): string {
  return hash.toString('base64');
}

function addressRow(hash: Buffer): string {
  return `address.sealed/${hash.toString('hex')}`;
}

export function sealRecipient(keys: OwnerKeys, hash: Buffer, { address, name }: Recipient): Buffer {
  return keys.seal(JSON.stringify(name === null ? { address } : { address, name }), addressRow(hash));
}

export async function openRecipient(keys: OwnerKeys, row: { hash: Buffer; sealed: Buffer }): Promise<Recipient> {
  const opened = JSON.parse(await keys.unseal(row.sealed, addressRow(row.hash))) as { address: Address; name?: string }; // as sealed above
  return { address: opened.address, name: opened.name ?? null };
}

/** What is known without opening anything. */
export interface Marks {
  readonly hash: Buffer;
  readonly writtenAt: Date | null;
  readonly preferredAt: Date | null;
  readonly favouriteAt: Date | null;
  readonly leftAt: Date | null;
}

/** The marks of those addresses that the account keeps, by address in its normal form; none once its key is destroyed. */
export async function readMarks(
  { dataKeys, lookup }: Pick<ContactsParts, 'dataKeys' | 'lookup'>,
  db: Db,
  account: AccountRef,
  addresses: readonly Address[],
): Promise<ReadonlyMap<Address, Marks>> {
  const owner = accountOwner(account);
  if ((await OwnerKeys.open(dataKeys, db, owner)) === undefined) return new Map();
  const byHash = new Map(addresses.map((each) => [hashText(addressHash(lookup, each)), normal(each)]));
  if (byHash.size === 0) return new Map();
  const hashes = [...byHash.keys()].map((text) => Buffer.from(text, 'base64'));
  const found = await sql<Marks>`
    select address_hash as hash, written_at as "writtenAt", preferred_at as "preferredAt", favourite_at as "favouriteAt",
           left_at as "leftAt"
      from contacts.address
     where tenant_id = ${owner.tenantId} and owner_id = ${owner.ownerId}
       and address_hash = any(${hashes}::bytea[])`.execute(db);
  return new Map(found.rows.map((row) => [present(byHash.get(hashText(row.hash)), 'another address was found'), row]));
}

/** What the directory says of each address, asked in pages as it takes them; by address in its normal form. */
export async function standingsOf(
  { directory }: Pick<ContactsParts, 'directory'>,
  db: Db,
  addresses: readonly Address[],
): Promise<ReadonlyMap<Address, AddressStanding>> {
  const asked = [...new Set(addresses.map(normal))];
  const standings = new Map<Address, AddressStanding>();
  for (let at = 0; at < asked.length; at += directorySearchLimits.standings) {
    const page = asked.slice(at, at + directorySearchLimits.standings);
    for (const [address, standing] of await directory.standing(db, page)) standings.set(address, standing);
  }
  return standings;
}

interface Wanted {
  readonly address: Address;
  /** What a person calls it; the directory's name otherwise. */
  readonly name?: string | undefined;
}

/** Keeps these addresses: new ones with their standing in the directory, known ones with the name that they are given now. */
export async function keepAddresses(edit: OwnerEdit, wanted: readonly Wanted[]): Promise<readonly Buffer[]> {
  const { parts, act, owner, keys } = edit;
  if (wanted.length === 0) return [];
  const standings = await standingsOf(
    parts,
    act.tx,
    wanted.map((each) => each.address),
  );
  const hashes = wanted.map((each) => addressHash(parts.lookup, each.address));
  const names = await knownNames(edit, hashes);
  const rows = wanted.map(({ address, name }, index) => {
    const hash = present(hashes[index], 'a hash for each address');
    const standing = present(standings.get(normal(address)), 'the directory answers for each address');
    const known = name ?? names.get(hashText(hash)) ?? nameIn(standing);
    return {
      hash,
      sealed: sealRecipient(keys, hash, { address: normal(address), name: known }),
      leftAt: leftAtOf(standing),
    };
  });
  await sql`
    insert into contacts.address (tenant_id, owner_id, address_hash, sealed, left_at)
    select ${owner.tenantId}, ${owner.ownerId}, address_hash, sealed, left_at
      from unnest(${rows.map((row) => row.hash)}::bytea[], ${rows.map((row) => row.sealed)}::bytea[],
                  ${rows.map((row) => row.leftAt)}::timestamptz[]) as kept(address_hash, sealed, left_at)
        on conflict (tenant_id, owner_id, address_hash)
        do update set sealed = excluded.sealed, left_at = excluded.left_at`.execute(act.tx);
  return hashes;
}

async function knownNames(edit: OwnerEdit, hashes: readonly Buffer[]): Promise<ReadonlyMap<string, string | null>> {
  const { act, owner, keys } = edit;
  const found = await sql<{ hash: Buffer; sealed: Buffer }>`
    select address_hash as hash, sealed from contacts.address
     where tenant_id = ${owner.tenantId} and owner_id = ${owner.ownerId}
       and address_hash = any(${hashes}::bytea[])`.execute(act.tx);
  const names = new Map<string, string | null>();
  for (const row of found.rows) names.set(hashText(row.hash), (await openRecipient(keys, row)).name);
  return names;
}

function nameIn(standing: AddressStanding): string | null {
  return standing.kind === 'listed' ? standing.correspondent.name : null;
}

export function leftAtOf(standing: AddressStanding): Date | null {
  return standing.kind === 'left' ? standing.lastSeenAt : null;
}
