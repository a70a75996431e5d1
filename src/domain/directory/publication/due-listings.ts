/**
 * The rows of listings on their way: leased, sent, moved. A lease is the pair of version and attempt: a wish that changed meanwhile, or a
 * worker that took over, makes it void, and what it did is found again by looking.
 */
import { sql } from 'kysely';
import { publicationLimits } from '../../../base/domain-limits.ts';
import { type Db, type Transaction, transaction } from '../../../platform/db/db.ts';
import { holderOf, type ListingRow } from './listings.ts';
import type { ListingFault } from './publication.ts';
import type { DueListing, Placement } from './settle.ts';

export interface LeasedListing {
  readonly row: ListingRow;
  readonly due: DueListing;
}

type PlacementRow = Pick<ListingRow, 'resource' | 'identifier' | 'organization' | 'address'>;

export async function hasDue(db: Db, now: Date): Promise<boolean> {
  const found = await sql`
    select 1 from directory.listing where state = 'waiting' and next_attempt_at <= ${now} limit 1`.execute(db);
  return found.rows.length > 0;
}

/**
 * The listing that was due at `dueBy` for longest, held until `until`. Where it is about to be placed is written down with the lease: sent
 * or not, it may be there from then on.
 */
export async function leaseNext(db: Db, dueBy: Date, until: Date): Promise<LeasedListing | undefined> {
  return transaction(db, async (tx) => {
    const leased = await sql<ListingRow>`
      update directory.listing set attempts = attempts + 1, next_attempt_at = ${until}
       where (tenant_id, account_id) in (
         select tenant_id, account_id from directory.listing
          where state = 'waiting' and next_attempt_at <= ${dueBy}
          order by next_attempt_at limit 1 for update skip locked)
      returning *`.execute(tx);
    const [row] = leased.rows;
    if (row === undefined) return undefined;
    const placed = await sql<PlacementRow>`
      select resource, identifier, nullif(organization, '') as organization, address from directory.listing_placement
       where tenant_id = ${row.tenant_id} and account_id = ${row.account_id}
       order by address = ${row.address} desc, address`.execute(tx);
    if (row.is_wanted) {
      await sql`
        insert into directory.listing_placement (tenant_id, account_id, resource, identifier, organization, address)
        values (${row.tenant_id}, ${row.account_id}, ${row.resource}, ${row.identifier}, ${row.organization ?? ''}, ${row.address})
        on conflict do nothing`.execute(tx);
    }
    return { row, due: dueListing(row, placed.rows) };
  });
}

function dueListing(row: ListingRow, placed: readonly PlacementRow[]): DueListing {
  const mailbox = {
    address: row.address,
    type: row.type,
    isRedListed: row.is_red_listed,
    rank: row.rank,
    service: row.service,
    description: row.description,
    responsible: row.responsible,
  };
  return {
    wanted: row.is_wanted ? { holder: holderOf(row), mailbox } : undefined,
    placed: placed.map((one): Placement => ({ holder: holderOf(one), address: one.address })),
  };
}

/** waiting -> published | removed. False when the lease is void. */
export async function recordSettled(tx: Transaction, row: ListingRow, at: Date): Promise<boolean> {
  const moved = await sql`
    update directory.listing
       set state = ${row.is_wanted ? 'published' : 'removed'}, is_published = ${row.is_wanted}, published_at = ${at},
           attempts = 0, next_attempt_at = null, fault = null
     where ${held(row)}`.execute(tx);
  if (moved.numAffectedRows !== 1n) return false;
  // What a move left behind stands in our edition until the next one: it stays hidden.
  await sql`
    with gone as (
      delete from directory.listing_placement
       where tenant_id = ${row.tenant_id} and account_id = ${row.account_id}
         and not (${row.is_wanted} and resource = ${row.resource} and identifier = ${row.identifier}
                  and organization = ${row.organization ?? ''} and address = ${row.address})
      returning address)
    insert into directory.red_list (digest, seen_at)
    select distinct sha256(convert_to(address, 'UTF8')), ${at}::timestamptz from gone where address <> ${row.address}
    on conflict (digest) do update set seen_at = excluded.seen_at`.execute(tx);
  return true;
}

/** waiting -> refused. */
export async function recordRefused(tx: Transaction, row: ListingRow, fault: ListingFault): Promise<boolean> {
  const moved = await sql`
    update directory.listing set state = 'refused', next_attempt_at = null, fault = ${fault} where ${held(row)}`.execute(
    tx,
  );
  return moved.numAffectedRows === 1n;
}

/** Stays waiting, until `nextAttemptAt`. */
export async function recordPostponed(
  db: Db,
  row: ListingRow,
  { fault, nextAttemptAt }: { readonly fault: ListingFault; readonly nextAttemptAt: Date },
): Promise<void> {
  await sql`
    update directory.listing set next_attempt_at = ${nextAttemptAt}, fault = ${fault} where ${held(row)}`.execute(db);
}

function held(row: ListingRow) {
  return sql`tenant_id = ${row.tenant_id} and account_id = ${row.account_id} and state = 'waiting'
    and version = ${row.version} and attempts = ${row.attempts}`;
}

export function pauseAfter(attempts: number): number {
  const { pauseFirstMs, pauseLongestMs } = publicationLimits;
  return Math.min(pauseFirstMs * 2 ** Math.min(attempts - 1, 20), pauseLongestMs);
}
