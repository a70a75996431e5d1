/**
 * Identities (RFC 8621 §6): as what an account writes. Every account has one, of its own id, its address and its display name;
 * it has a row once it was changed, and stays. Others have the same address: the trust space knows an account by no other.
 */
import { sql } from 'kysely';
import { mailLimits } from '../../base/domain-limits.ts';
import { Refusal } from '../../base/errors.ts';
import { newId, type Uuid } from '../../base/ids.ts';
import { type Address, parseAddress } from '../../formats/address/address.ts';
import type { Db } from '../../platform/db/db.ts';
import type { Act } from '../audit/audit.ts';
import { takeChange } from './account-change.ts';
import { fieldContext, openAccountKey, openField, sealField } from './account-key.ts';
import { getAccount } from './accounts.ts';
import { changesOf } from './changes.ts';
import type { AccountRef, Changes, MailParts } from './mail.ts';
import { isOneLine } from './one-line.ts';
import { requireRight } from './permission.ts';
import { mailTexts } from './texts.ts';

type Parts = Pick<MailParts, 'access' | 'dataKeys'>;

/** Somebody named by an identity. */
export interface NamedAddress {
  readonly name: string | null;
  readonly address: Address;
}

/** What may be changed of an identity. */
export interface IdentityContent {
  readonly name: string;
  readonly replyTo: readonly NamedAddress[] | null;
  readonly bcc: readonly NamedAddress[] | null;
  readonly textSignature: string;
  readonly htmlSignature: string;
}

export interface Identity extends IdentityContent {
  readonly id: Uuid;
  readonly address: Address;
  /** False of the one that every account has. */
  readonly mayDelete: boolean;
}

/** The identities of accounts. Those that write need the right to send. */
export interface Identities {
  /** The account's own first; empty once its key was destroyed. */
  list(db: Db, account: AccountRef): Promise<readonly Identity[]>;
  has(db: Db, account: AccountRef, id: Uuid): Promise<boolean>;
  changes(db: Db, account: AccountRef, since: number, limit: number): Promise<Changes | 'too-old'>;
  /** `Refusal` `foreign-identity` when the address is not the account's own, `identity-limit`, `bad-identity`. */
  create(
    act: Act,
    account: AccountRef,
    wanted: { readonly address: Address } & Partial<IdentityContent>,
  ): Promise<Identity>;
  /** `Refusal` `identity-unknown`, `bad-identity`. */
  change(act: Act, account: AccountRef, id: Uuid, edit: Partial<IdentityContent>): Promise<void>;
  /** `Refusal` `identity-unknown`, `identity-stays` for the account's own. */
  destroy(act: Act, account: AccountRef, id: Uuid): Promise<void>;
}

export function createIdentities(parts: Parts): Identities {
  return {
    list: (db, account) => listIdentities(parts, db, account),
    has: hasIdentity,
    changes: identityChanges,
    create: (act, account, wanted) => createIdentity(parts, act, account, wanted),
    change: (act, account, id, edit) => changeIdentity(parts, { act, account }, id, edit),
    destroy: (act, account, id) => destroyIdentity(parts, act, account, id),
  };
}

interface IdentityRow {
  readonly id: Uuid;
  readonly sealed: Buffer;
}

async function listIdentities(
  parts: Pick<MailParts, 'dataKeys'>,
  db: Db,
  account: AccountRef,
): Promise<readonly Identity[]> {
  const owner = await getAccount(parts, db, account);
  if (owner === undefined) return [];
  const { accountId, address, displayName } = owner;
  const rows = await sql<IdentityRow>`
    select id, sealed from mail.identity
     where tenant_id = ${account.tenantId} and account_id = ${accountId} order by id`.execute(db);
  const own: Identity = { id: accountId, address, mayDelete: false, ...emptyContent, name: displayName };
  const identities = new Map<Uuid, Identity>([[own.id, own]]);
  for (const row of rows.rows) {
    const opened = await openField({ ...parts, db }, account, row.sealed, contextOf(account, row.id));
    const content = JSON.parse(opened) as IdentityContent; // as sealed below
    identities.set(row.id, { id: row.id, address, mayDelete: row.id !== own.id, ...content });
  }
  return [...identities.values()];
}

const emptyContent: IdentityContent = { name: '', replyTo: null, bcc: null, textSignature: '', htmlSignature: '' };

async function hasIdentity(db: Db, account: AccountRef, id: Uuid): Promise<boolean> {
  if (id === account.accountId) return true;
  const found = await sql`
    select 1 from mail.identity
     where tenant_id = ${account.tenantId} and account_id = ${account.accountId} and id = ${id}`.execute(db);
  return found.rows.length > 0;
}

async function createIdentity(
  parts: Parts,
  act: Act,
  account: AccountRef,
  wanted: { readonly address: Address } & Partial<IdentityContent>,
): Promise<Identity> {
  await requireRight(parts.access, act, account, 'send');
  const change = await takeChange(act, account);
  const held = await listIdentities(parts, act.tx, account);
  const [own] = held;
  if (own === undefined) throw new Refusal('account-destroyed', mailTexts.accountDestroyed);
  if (wanted.address.toLowerCase() !== own.address.toLowerCase()) {
    throw new Refusal('foreign-identity', mailTexts.foreignIdentity);
  }
  if (held.length >= mailLimits.identities) throw new Refusal('identity-limit', mailTexts.identityLimit);
  const id = newId<Uuid>(act.at);
  const { address: _, ...given } = wanted;
  const content = { ...emptyContent, ...given };
  await writeIdentity(parts, { act, account }, id, { content, change });
  return { id, address: own.address, mayDelete: true, ...content };
}

async function changeIdentity(
  parts: Parts,
  { act, account }: { readonly act: Act; readonly account: AccountRef },
  id: Uuid,
  edit: Partial<IdentityContent>,
): Promise<void> {
  await requireRight(parts.access, act, account, 'send');
  const change = await takeChange(act, account);
  const identity = (await listIdentities(parts, act.tx, account)).find((each) => each.id === id);
  if (identity === undefined) throw new Refusal('identity-unknown', mailTexts.identityUnknown);
  const { id: _, address, mayDelete, ...content } = identity;
  await writeIdentity(parts, { act, account }, id, { content: { ...content, ...edit }, change });
}

async function destroyIdentity(parts: Parts, act: Act, account: AccountRef, id: Uuid): Promise<void> {
  const { tenantId, accountId } = account;
  await requireRight(parts.access, act, account, 'send');
  if (id === accountId) throw new Refusal('identity-stays', mailTexts.identityStays);
  const change = await takeChange(act, account);
  const gone = await sql`
    delete from mail.identity where tenant_id = ${tenantId} and account_id = ${accountId} and id = ${id}
    returning id`.execute(act.tx);
  if (gone.rows.length === 0) throw new Refusal('identity-unknown', mailTexts.identityUnknown);
  await sql`
    insert into mail.tombstone (tenant_id, account_id, change, kind, object_id, mailbox_id, uid, at)
    values (${tenantId}, ${accountId}, ${change}, 'identity', ${id}, '00000000-0000-0000-0000-000000000000', 0, ${act.at})
    `.execute(act.tx);
  act.record({ tenantId, accountId, kind: 'identity.destroyed', object: { kind: 'identity', id } });
}

async function writeIdentity(
  parts: Parts,
  { act, account }: { readonly act: Act; readonly account: AccountRef },
  id: Uuid,
  { content, change }: { readonly content: IdentityContent; readonly change: number },
): Promise<void> {
  checkContent(content);
  const { tenantId, accountId } = account;
  const key = await openAccountKey(parts.dataKeys, act.tx, account);
  const sealed = sealField(key, JSON.stringify(content), contextOf(account, id));
  // The account's own identity was there before its row: it is never told as created.
  const created = id === accountId ? 0 : change;
  await sql`
    insert into mail.identity as held (tenant_id, account_id, id, sealed, created_change, changed_change)
    values (${tenantId}, ${accountId}, ${id}, ${sealed}, ${created}, ${change})
    on conflict (tenant_id, account_id, id)
    do update set sealed = excluded.sealed, changed_change = excluded.changed_change`.execute(act.tx);
  act.record({ tenantId, accountId, kind: 'identity.written', object: { kind: 'identity', id } });
}

function checkContent({ name, replyTo, bcc, textSignature, htmlSignature }: IdentityContent): void {
  const isFit =
    isName(name) &&
    [replyTo, bcc].every((list) => list === null || areNamed(list)) &&
    [textSignature, htmlSignature].every((text) => Buffer.byteLength(text) <= mailLimits.signatureBytes);
  if (!isFit) throw new Refusal('bad-identity', mailTexts.badIdentity);
}

function isName(name: string): boolean {
  return name === '' || (name.length <= mailLimits.displayNameCharacters && isOneLine(name));
}

function areNamed(list: readonly NamedAddress[]): boolean {
  return (
    list.length <= mailLimits.identityAddresses &&
    list.every(({ name, address }) => (name === null || isName(name)) && parseAddress(address) !== undefined)
  );
}

function identityChanges(db: Db, account: AccountRef, since: number, limit: number): Promise<Changes | 'too-old'> {
  const { tenantId, accountId } = account;
  const events = sql`
    select case when created_change > ${since} then created_change else changed_change end as position,
           case when created_change > ${since} then 'created' else 'updated' end as what, id
      from mail.identity
     where tenant_id = ${tenantId} and account_id = ${accountId} and changed_change > ${since}
     union all
    select change, 'destroyed', object_id
      from mail.tombstone
     where tenant_id = ${tenantId} and account_id = ${accountId} and change > ${since} and kind = 'identity'`;
  return changesOf(db, { account, since, limit }, events);
}

function contextOf(account: AccountRef, id: Uuid): Buffer {
  return fieldContext('identity.sealed', account, id);
}
