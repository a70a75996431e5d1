/** The rows of our listings, read. */
import { sql } from 'kysely';
import { assert } from '../../../base/assert.ts';
import { publicationLimits } from '../../../base/domain-limits.ts';
import type { AccountId, TenantId } from '../../../base/ids.ts';
import type { Address } from '../../../formats/address/address.ts';
import type { Db } from '../../../platform/db/db.ts';
import type { ListedAccount, Listing, ListingCounts, ListingFault, ListingHolder } from './publication.ts';
import { publicationTexts } from './texts.ts';

export interface ListingRow {
  readonly tenant_id: TenantId;
  readonly account_id: AccountId;
  readonly address: Address;
  readonly type: Listing['type'];
  readonly resource: ListingHolder['resource'];
  readonly identifier: string;
  readonly organization: string | null;
  readonly service: string | null;
  readonly description: string | null;
  readonly responsible: string | null;
  readonly is_red_listed: boolean;
  readonly rank: number | null;
  readonly is_wanted: boolean;
  readonly version: number;
  readonly is_published: boolean;
  readonly state: Listing['state'];
  readonly attempts: number;
  readonly next_attempt_at: Date | null;
  readonly fault: ListingFault | null;
  readonly changed_at: Date;
  readonly published_at: Date | null;
}

export function holderOf({
  resource,
  identifier,
  organization,
}: Pick<ListingRow, 'resource' | 'identifier' | 'organization'>): ListingHolder {
  return resource === 'PractitionerRole'
    ? { resource, identifier, organization: organization ?? '' }
    : { resource, identifier };
}

function listingOf(row: ListingRow): Listing {
  return {
    account: { tenantId: row.tenant_id, accountId: row.account_id },
    address: row.address,
    type: row.type,
    holder: holderOf(row),
    isRedListed: row.is_red_listed,
    rank: row.rank,
    service: row.service,
    description: row.description,
    responsible: row.responsible,
    isWanted: row.is_wanted,
    state: row.state,
    isPublished: row.is_published,
    attempts: row.attempts,
    nextAttemptAt: row.next_attempt_at,
    fault: row.fault,
    explanation: row.fault === null ? null : publicationTexts.fault(row.fault),
    changedAt: row.changed_at,
    publishedAt: row.published_at,
  };
}

export async function readListing(db: Db, account: ListedAccount): Promise<Listing | undefined> {
  const found = await sql<ListingRow>`
    select * from directory.listing
     where tenant_id = ${account.tenantId} and account_id = ${account.accountId}`.execute(db);
  return found.rows[0] && listingOf(found.rows[0]);
}

export async function listListings(
  db: Db,
  page: { readonly after?: ListedAccount; readonly limit: number; readonly tenantId?: TenantId },
): Promise<readonly Listing[]> {
  assert(page.limit <= publicationLimits.page, 'a page of listings is too large');
  const { after, tenantId } = page;
  const beyond =
    after === undefined ? sql`true` : sql`(tenant_id, account_id) > (${after.tenantId}, ${after.accountId})`;
  const ofTenant = tenantId === undefined ? sql`true` : sql`tenant_id = ${tenantId}`;
  const found = await sql<ListingRow>`
    select * from directory.listing where ${beyond} and ${ofTenant}
     order by tenant_id, account_id limit ${page.limit}`.execute(db);
  return found.rows.map(listingOf);
}

export async function countListings(db: Db): Promise<ListingCounts> {
  const counted = await sql<{ state: Listing['state']; count: number }>`
    select state, count(*) from directory.listing group by state`.execute(db);
  const counts = Object.fromEntries(counted.rows.map(({ state, count }) => [state, count]));
  return { waiting: 0, published: 0, removed: 0, refused: 0, ...counts };
}
