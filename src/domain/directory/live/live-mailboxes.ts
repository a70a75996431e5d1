/** What is kept of the live source: addresses that may be shown, and the digests of those that may not. */
import { sql } from 'kysely';
import type { Address } from '../../../formats/address/address.ts';
import { type Db, type Transaction, transaction } from '../../../platform/db/db.ts';
import type { ListedMailboxType } from '../directory.ts';
import { addressDigest, type LookupSubject } from './lookups.ts';
import type { StructureKeys } from './structures.ts';

export interface LiveMailbox {
  readonly address: Address;
  readonly type: ListedMailboxType;
  readonly idnps: string | null;
  readonly organizationId: string | null;
  readonly service: string | null;
  readonly rank: number | null;
  readonly isRedListed: boolean;
}

/** Keeps what the Annuaire told of `subject`; how many addresses are new, differ from what was known, or are hidden from now on. */
export async function keepLiveMailboxes(
  db: Db,
  { subject, key }: LookupSubject,
  told: readonly LiveMailbox[],
  now: Date,
): Promise<number> {
  // Red-listed at one place is red-listed.
  const red = [...new Set(told.filter(({ isRedListed }) => isRedListed).map(({ address }) => address))];
  const shown = [...new Map(told.map((mailbox) => [mailbox.address, mailbox])).values()].filter(
    ({ address }) => !red.includes(address),
  );
  return transaction(db, async (tx) => {
    const hidden = await hide(tx, red, now);
    const addresses = shown.map(({ address }) => address);
    await sql`delete from directory.red_list where digest = any(${addresses.map(addressDigest)}::bytea[])`.execute(tx);
    const changed = await countChanged(tx, shown);
    await sql`
      delete from directory.live_mailbox
       where address <> all(${addresses}::text[])
         and case ${subject}::text when 'practitioner' then idnps = ${key} else address = ${key} end`.execute(tx);
    await upsert(tx, shown, now);
    return hidden + changed;
  });
}

/** How many of `red` were shown until now. */
async function hide(tx: Transaction, red: readonly Address[], now: Date): Promise<number> {
  const shown = await sql`
    select address from directory.mailbox where address = any(${red}::text[]) and not directory.is_hidden(address)
    union select address from directory.live_mailbox
     where address = any(${red}::text[]) and not directory.is_hidden(address)`.execute(tx);
  await sql`delete from directory.live_mailbox where address = any(${red}::text[])`.execute(tx);
  await sql`
    insert into directory.red_list (digest, seen_at)
    select digest, ${now} from unnest(${red.map(addressDigest)}::bytea[]) digest
    on conflict (digest) do update set seen_at = excluded.seen_at`.execute(tx);
  return shown.rows.length;
}

async function countChanged(tx: Transaction, shown: readonly LiveMailbox[]): Promise<number> {
  // What the edition does not say (a rank, an organisation that it does not name) is news once, then the live row says it.
  const known = await sql<{ address: string }>`
    select told.address from ${rowsOf(shown)}
      join directory.live_mailbox held using (address)
     where (held.type, held.idnps, held.organization_id, held.service, held.rank)
           is not distinct from (told.type, told.idnps, told.organization_id, told.service, told.rank)
    union
    select told.address from ${rowsOf(shown)}
      join directory.mailbox held using (address)
     where not exists (select from directory.live_mailbox live where live.address = told.address)
       and held.type = told.type and held.idnps is not distinct from told.idnps
       and (told.service is null or held.service = told.service)
       and (told.organization_id is null or held.organization_id = told.organization_id)
       and told.rank is null`.execute(tx);
  return shown.length - known.rows.length;
}

async function upsert(tx: Transaction, shown: readonly LiveMailbox[], now: Date): Promise<void> {
  await sql`
    insert into directory.live_mailbox (address, type, idnps, organization_id, service, rank, fetched_at)
    select told.address, told.type, told.idnps, told.organization_id, told.service, told.rank, ${now} from ${rowsOf(shown)}
    on conflict (address) do update
       set type = excluded.type, idnps = excluded.idnps, organization_id = excluded.organization_id,
           service = excluded.service, rank = excluded.rank, fetched_at = excluded.fetched_at`.execute(tx);
}

function rowsOf(mailboxes: readonly LiveMailbox[]) {
  const rows = mailboxes.map(({ organizationId, isRedListed: _, ...rest }) => ({
    ...rest,
    organization_id: organizationId,
  }));
  return sql`json_to_recordset(${JSON.stringify(rows)}) as told
    (address text, type text, idnps text, organization_id text, service text, rank int)`;
}

/** Which organisation of ours each one is, by its id at the Annuaire. */
export async function organizationsOf(
  db: Db,
  told: readonly { readonly id: string; readonly keys: StructureKeys }[],
): Promise<ReadonlyMap<string, string>> {
  const all = (kind: keyof StructureKeys): readonly string[] => told.flatMap(({ keys }) => keys[kind]);
  const found = await sql<{ organizationId: string; finess: string | null; siret: string | null }>`
    select organization_id as "organizationId", finess, siret from directory.organization
     where finess = any(${all('finess')}::text[]) or siret = any(${all('siret')}::text[])`.execute(db);
  return new Map(
    told.flatMap(({ id, keys }) => {
      const ours = found.rows.find(
        ({ finess, siret }) => keys.finess.includes(finess ?? '') || keys.siret.includes(siret ?? ''),
      );
      return ours === undefined ? [] : [[id, ours.organizationId] as const];
    }),
  );
}
