/** What is to stand at the Annuaire: wishes, each with its event; sending them is another matter. */
import { sql } from 'kysely';
import { publicationLimits } from '../../../base/domain-limits.ts';
import { Refusal } from '../../../base/errors.ts';
import type { Address } from '../../../formats/address/address.ts';
import type { Act } from '../../audit/audit.ts';
import { checkListing } from './holders.ts';
import { holderOf, type ListingRow } from './listings.ts';
import type { AccountRights, ListedAccount, ListingChange, WantedListing } from './publication.ts';
import { publicationTexts } from './texts.ts';

export async function requestListing(rights: AccountRights, act: Act, wanted: WantedListing): Promise<void> {
  await requireRight(rights, act, wanted.account);
  await requireHolder(rights, act, wanted, await lockListing(act, wanted.account));
  await writeWish(rights, act, wanted);
  record(act, wanted.account, 'listing.requested', wanted);
}

export async function changeListing(rights: AccountRights, act: Act, change: ListingChange): Promise<void> {
  const { account } = change;
  await requireRight(rights, act, account);
  const row = await lockListing(act, account);
  if (row === undefined || !row.is_wanted) throw new Refusal('no-listing', publicationTexts.noListing);
  const kept = <T>(changed: T | null | undefined, held: T | null): T | undefined =>
    (changed === undefined ? held : changed) ?? undefined;
  const texts = {
    rank: kept(change.rank, row.rank),
    service: kept(change.service, row.service),
    description: kept(change.description, row.description),
    responsible: kept(change.responsible, row.responsible),
  };
  const wanted: WantedListing = {
    account,
    address: change.address ?? row.address,
    type: row.type,
    holder: change.holder ?? holderOf(row),
    isRedListed: change.isRedListed ?? row.is_red_listed,
    ...(texts.rank !== undefined && { rank: texts.rank }),
    ...(texts.service !== undefined && { service: texts.service }),
    ...(texts.description !== undefined && { description: texts.description }),
    ...(texts.responsible !== undefined && { responsible: texts.responsible }),
  };
  await requireHolder(rights, act, wanted, row);
  await writeWish(rights, act, wanted);
  record(act, account, 'listing.changed', wanted);
}

export async function withdrawListing(rights: AccountRights, act: Act, account: ListedAccount): Promise<boolean> {
  await requireRight(rights, act, account);
  // What was never sent need not be taken out.
  const withdrawn = await sql`
    update directory.listing as held
       set is_wanted = false, version = version + 1, attempts = 0, fault = null, changed_at = ${act.at},
           state = case when placed.any then 'waiting' else 'removed' end,
           next_attempt_at = case when placed.any then ${act.at}::timestamptz end
      from (select exists (select from directory.listing_placement
                            where tenant_id = ${account.tenantId} and account_id = ${account.accountId})) as placed("any")
     where held.tenant_id = ${account.tenantId} and held.account_id = ${account.accountId} and held.is_wanted`.execute(
    act.tx,
  );
  if (withdrawn.numAffectedRows !== 1n) return false;
  record(act, account, 'listing.withdrawn', {});
  return true;
}

export async function retryListing(rights: AccountRights, act: Act, account: ListedAccount): Promise<void> {
  await requireRight(rights, act, account);
  const row = await lockListing(act, account);
  if (row === undefined) throw new Refusal('no-listing', publicationTexts.noListing);
  const { numAffectedRows } = await sql`
    update directory.listing set state = 'waiting', attempts = 0, next_attempt_at = ${act.at}, version = version + 1
     where tenant_id = ${account.tenantId} and account_id = ${account.accountId} and state in ('waiting', 'refused')`.execute(
    act.tx,
  );
  if (numAffectedRows === 1n) record(act, account, 'listing.retried', {});
}

/** Invariant 7. The holder of a mailbox decides how it is shown, and so does who administers it. */
async function requireRight(rights: AccountRights, act: Act, account: ListedAccount): Promise<void> {
  const { actor } = act;
  if (actor.kind === 'system' || actor.kind === 'administrator') return;
  if (actor.kind === 'person') {
    const person = { tenantId: account.tenantId, personId: actor.personId };
    const held = await rights.rightsOn(act.tx, person, account, act.at);
    if (held.has('own') || held.has('manage')) return;
  }
  throw new Refusal('not-permitted', publicationTexts.notPermitted);
}

/**
 * Invariant 7. A person has a personal mailbox stand under the number of who holds it, and of nobody else, for what others write there
 * reaches its holder. An administrator may say another number, which then may stay.
 */
async function requireHolder(
  rights: AccountRights,
  act: Act,
  { account, holder }: WantedListing,
  known: ListingRow | undefined,
): Promise<void> {
  if (act.actor.kind !== 'person' || holder.resource === 'Organization') return;
  if (known?.resource !== 'Organization' && known?.identifier === holder.identifier) return;
  for (const personId of await rights.personsWithRights(act.tx, account, act.at)) {
    const person = { tenantId: account.tenantId, personId };
    const isHolder = (await rights.rightsOn(act.tx, person, account, act.at)).has('own');
    const rpps = isHolder ? (await rights.getPerson(act.tx, person))?.rpps : undefined;
    if (typeof rpps === 'string' && holder.identifier === `8${rpps}`) return;
  }
  throw new Refusal('foreign-holder', publicationTexts.foreignHolder);
}

async function lockListing(act: Act, account: ListedAccount): Promise<ListingRow | undefined> {
  const found = await sql<ListingRow>`
    select * from directory.listing
     where tenant_id = ${account.tenantId} and account_id = ${account.accountId} for update`.execute(act.tx);
  return found.rows[0];
}

async function writeWish(rights: AccountRights, act: Act, wanted: WantedListing): Promise<void> {
  checkListing(wanted);
  const { account, holder } = wanted;
  const owner = await rights.findAddress(act.tx, wanted.address);
  // Without this, anybody could have the address of another hidden, or put it under their own name.
  if (owner?.tenantId !== account.tenantId || owner.accountId !== account.accountId) {
    throw new Refusal('not-own-address', publicationTexts.notOwnAddress);
  }
  await requireFewPlaces(act, account);
  // parseAddress read it; its normal form is in lower case
  const address = wanted.address.toLowerCase() as Address;
  // Ours to show or to hide: what was said of it before counts no more.
  await sql`delete from directory.red_list where digest = sha256(convert_to(${address}, 'UTF8'))`.execute(act.tx);
  const row = {
    address,
    type: wanted.type,
    resource: holder.resource,
    identifier: holder.identifier,
    organization: holder.resource === 'PractitionerRole' ? holder.organization : null,
    service: wanted.service ?? null,
    description: wanted.description ?? null,
    responsible: wanted.responsible ?? null,
    is_red_listed: wanted.isRedListed,
    rank: wanted.rank ?? null,
  };
  await sql`
    insert into directory.listing as held
      (tenant_id, account_id, address, type, resource, identifier, organization, service, description, responsible,
       is_red_listed, rank, is_wanted, version, state, next_attempt_at, changed_at)
    values (${account.tenantId}, ${account.accountId}, ${row.address}, ${row.type}, ${row.resource}, ${row.identifier},
       ${row.organization}, ${row.service}, ${row.description}, ${row.responsible}, ${row.is_red_listed}, ${row.rank},
       true, 1, 'waiting', ${act.at}, ${act.at})
    on conflict (tenant_id, account_id) do update
       set address = excluded.address, type = excluded.type, resource = excluded.resource,
           identifier = excluded.identifier, organization = excluded.organization, service = excluded.service,
           description = excluded.description, responsible = excluded.responsible,
           is_red_listed = excluded.is_red_listed, rank = excluded.rank, is_wanted = true, version = held.version + 1,
           state = 'waiting', attempts = 0, next_attempt_at = excluded.next_attempt_at, fault = null,
           changed_at = excluded.changed_at`.execute(act.tx);
}

async function requireFewPlaces(act: Act, account: ListedAccount): Promise<void> {
  const counted = await sql<{ count: number }>`
    select count(*) from directory.listing_placement
     where tenant_id = ${account.tenantId} and account_id = ${account.accountId}`.execute(act.tx);
  if ((counted.rows[0]?.count ?? 0) < publicationLimits.placements) return;
  throw new Refusal('too-many-changes', publicationTexts.tooManyChanges);
}

function record(
  act: Act,
  { tenantId, accountId }: ListedAccount,
  kind: `listing.${string}`,
  wanted: Partial<WantedListing>,
): void {
  const { address, type, holder, isRedListed } = wanted;
  act.record({
    tenantId,
    accountId,
    kind,
    object: { kind: 'account', id: accountId },
    facts: {
      ...(type !== undefined && { type }),
      ...(holder !== undefined && { resource: holder.resource }),
      ...(isRedListed !== undefined && { isRedListed }),
    },
    ...(address !== undefined && holder !== undefined && { identifying: { address, holder: holder.identifier } }),
  });
}
