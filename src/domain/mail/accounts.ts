import { sql } from 'kysely';
import { assert, present } from '../../base/assert.ts';
import { mailLimits } from '../../base/domain-limits.ts';
import { Refusal } from '../../base/errors.ts';
import { type AccountId, newId } from '../../base/ids.ts';
import type { Address } from '../../formats/address/address.ts';
import type { Db } from '../../platform/db/db.ts';
import type { Act } from '../audit/audit.ts';
import { accountKeyOwner, fieldContext, openField, sealField } from './account-key.ts';
import { lockAccount } from './account-lock.ts';
import type { Account, AccountRef, MailParts, WantedAccount } from './mail.ts';
import { insertRoleMailboxes } from './mailboxes.ts';
import { isOneLine } from './one-line.ts';
import { requireRight } from './permission.ts';
import { mailTexts } from './texts.ts';

/** Makes the account with its key, its address and the mailboxes that have a role. */
export async function createAccount(
  parts: Pick<MailParts, 'access' | 'dataKeys' | 'listings'>,
  act: Act,
  wanted: WantedAccount,
): Promise<Account> {
  const { tenantId, type, address, displayName, quotaBytes, listing } = wanted;
  if (displayName.length > mailLimits.displayNameCharacters || !isOneLine(displayName)) {
    throw new Refusal('bad-display-name', mailTexts.displayName);
  }
  checkQuota(quotaBytes);
  const account = { tenantId, accountId: newId<AccountId>(act.at) };
  const key = await parts.dataKeys.create(act.tx, accountKeyOwner(account));
  const sealed = sealField(key, JSON.stringify({ address, displayName }), accountContext(account));
  await sql`
    insert into mail.account (tenant_id, id, type, sealed, quota_bytes, created_at)
    values (${tenantId}, ${account.accountId}, ${type}, ${sealed}, ${quotaBytes}, ${act.at})`.execute(act.tx);
  await insertRoleMailboxes(act, account, key);
  await parts.access.registerAddress(act, address, account);
  act.record({
    tenantId,
    accountId: account.accountId,
    kind: 'account.created',
    object: { kind: 'account', id: account.accountId },
    facts: { type, quota: quotaBytes },
    identifying: { address, displayName },
  });
  if (listing !== undefined) {
    const listings = present(parts.listings, 'an account is to be listed, and no directory is there');
    await listings.requestListing(act, { ...listing, account, address, type });
  }
  const counters = { quotaBytes, usedBytes: 0, emailCount: 0, isClosed: false, createdAt: act.at };
  return { ...account, type, address, displayName, ...counters };
}

function checkQuota(quotaBytes: number): void {
  if (!Number.isSafeInteger(quotaBytes) || quotaBytes < 0) throw new Refusal('bad-quota', mailTexts.quota);
}

/** Takes no email from now on; what it holds can still be read. */
export async function closeAccount(
  parts: Pick<MailParts, 'access' | 'listings'>,
  act: Act,
  account: AccountRef,
): Promise<void> {
  await requireRight(parts.access, act, account, 'manage');
  const edit = await lockAccount(act.tx, account);
  if (edit.isClosed) throw new Refusal('account-closed', mailTexts.accountClosed);
  await sql`
    update mail.account set closed_at = ${act.at}
     where tenant_id = ${account.tenantId} and id = ${account.accountId}`.execute(act.tx);
  recordOnAccount(act, account, 'account.closed');
  await parts.listings?.withdrawListing(act, account);
}

export async function setQuota(
  parts: Pick<MailParts, 'access'>,
  act: Act,
  account: AccountRef,
  quotaBytes: number,
): Promise<void> {
  checkQuota(quotaBytes);
  await requireRight(parts.access, act, account, 'manage');
  await lockAccount(act.tx, account);
  await sql`
    update mail.account set quota_bytes = ${quotaBytes}
     where tenant_id = ${account.tenantId} and id = ${account.accountId}`.execute(act.tx);
  recordOnAccount(act, account, 'account.quota-set', { quota: quotaBytes });
}

function recordOnAccount(
  act: Act,
  account: AccountRef,
  kind: `account.${string}`,
  facts: Readonly<Record<string, number>> = {},
): void {
  const { tenantId, accountId } = account;
  act.record({ tenantId, accountId, kind, object: { kind: 'account', id: accountId }, facts });
}

function accountContext(account: AccountRef): Buffer {
  return fieldContext('account.sealed', account, account.accountId);
}

interface AccountRow extends Omit<Account, 'address' | 'displayName'> {
  readonly sealed: Buffer;
}

const accountColumns = sql`
  tenant_id as "tenantId", id as "accountId", type, sealed, quota_bytes as "quotaBytes", used_bytes as "usedBytes",
  email_count as "emailCount", closed_at is not null as "isClosed", created_at as "createdAt"`;

/** Undefined when the account's key was destroyed: there is nothing left to tell. */
async function openAccountRow(
  parts: Pick<MailParts, 'dataKeys'>,
  db: Db,
  { sealed, ...row }: AccountRow,
): Promise<Account | undefined> {
  try {
    const opened = await openField({ ...parts, db }, row, sealed, accountContext(row));
    const { address, displayName } = JSON.parse(opened) as { address: Address; displayName: string }; // as sealed above
    return { ...row, address, displayName };
  } catch (fault) {
    if (fault instanceof Refusal && fault.code === 'account-destroyed') return undefined;
    throw fault;
  }
}

export async function getAccount(
  parts: Pick<MailParts, 'dataKeys'>,
  db: Db,
  account: AccountRef,
): Promise<Account | undefined> {
  const found = await sql<AccountRow>`
    select ${accountColumns} from mail.account
     where tenant_id = ${account.tenantId} and id = ${account.accountId}`.execute(db);
  const row = found.rows[0];
  return row && openAccountRow(parts, db, row);
}

export async function listAccounts(
  parts: Pick<MailParts, 'dataKeys'>,
  db: Db,
  page: { readonly after?: AccountRef; readonly limit: number },
): Promise<readonly Account[]> {
  assert(page.limit <= mailLimits.page, 'a page of accounts is too large');
  const after =
    page.after === undefined ? sql`true` : sql`(tenant_id, id) > (${page.after.tenantId}, ${page.after.accountId})`;
  const found = await sql<AccountRow>`
    select ${accountColumns} from mail.account where ${after}
     order by tenant_id, id limit ${page.limit}`.execute(db);
  const accounts: Account[] = [];
  for (const row of found.rows) {
    const account = await openAccountRow(parts, db, row);
    if (account !== undefined) accounts.push(account);
  }
  return accounts;
}

/** Every account, closed and destroyed ones too, in pages. */
export async function listAccountRefs(
  db: Db,
  after: AccountRef | undefined,
  limit: number,
): Promise<readonly AccountRef[]> {
  const beyond = after === undefined ? sql`true` : sql`(tenant_id, id) > (${after.tenantId}, ${after.accountId})`;
  const found = await sql<AccountRef>`
    select tenant_id as "tenantId", id as "accountId" from mail.account where ${beyond}
     order by tenant_id, id limit ${limit}`.execute(db);
  return found.rows;
}

export async function hasRoomFor(
  db: Db,
  account: AccountRef,
  sizeBytes: number,
): Promise<'yes' | 'over-quota' | 'closed'> {
  const found = await sql<{ isClosed: boolean; hasRoom: boolean }>`
    select closed_at is not null as "isClosed", used_bytes + ${sizeBytes}::int8 <= quota_bytes as "hasRoom"
      from mail.account where tenant_id = ${account.tenantId} and id = ${account.accountId}`.execute(db);
  const row = found.rows[0];
  if (row === undefined || row.isClosed) return 'closed';
  return row.hasRoom ? 'yes' : 'over-quota';
}
