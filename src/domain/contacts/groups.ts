import { sql } from 'kysely';
import { contactsLimits } from '../../base/domain-limits.ts';
import { Refusal } from '../../base/errors.ts';
import { newId } from '../../base/ids.ts';
import type { Address } from '../../formats/address/address.ts';
import type { Act } from '../audit/audit.ts';
import type { AccountRef } from '../mail/mail.ts';
import { keepAddresses, normal } from './addresses.ts';
import type { ContactsParts, GroupId } from './contacts.ts';
import { editAccount, type OwnerEdit } from './owner-edit.ts';
import type { OwnerKeys } from './owner-keys.ts';
import { contactsTexts } from './texts.ts';
import { isSameName, readName } from './words.ts';

interface GroupRow {
  readonly id: GroupId;
  readonly sealedName: Buffer;
}

export function openGroupName(keys: OwnerKeys, { id, sealedName }: GroupRow): Promise<string> {
  return keys.unseal(sealedName, nameRow(id));
}

function nameRow(id: GroupId): string {
  return `recipient_group.sealed_name/${id}`;
}

export async function createGroup(
  parts: ContactsParts,
  act: Act,
  account: AccountRef,
  wanted: { readonly name: string; readonly members: readonly Address[] },
): Promise<GroupId> {
  const name = readName(wanted.name);
  const members = readMembers(wanted.members);
  const edit = await editAccount(parts, act, account);
  await checkRoom(edit, name);
  const id = newId<GroupId>(act.at);
  const { tenantId, accountId } = account;
  await sql`
    insert into contacts.recipient_group (tenant_id, account_id, id, sealed_name, created_at)
    values (${tenantId}, ${accountId}, ${id}, ${edit.keys.seal(name, nameRow(id))}, ${act.at})`.execute(act.tx);
  await insertMembers(edit, id, members);
  recordOnGroup(edit, id, 'group.created', { name, members });
  return id;
}

export async function changeGroup(
  parts: ContactsParts,
  { act, account }: { readonly act: Act; readonly account: AccountRef },
  id: GroupId,
  change: { readonly name?: string; readonly members?: readonly Address[] },
): Promise<void> {
  const name = change.name === undefined ? undefined : readName(change.name);
  const members = change.members === undefined ? undefined : readMembers(change.members);
  const edit = await editAccount(parts, act, account);
  const present = await presentGroups(edit);
  if (!present.has(id)) throw groupUnknown();
  const { tenantId, accountId } = account;
  if (name !== undefined) {
    checkName(present, id, name);
    await sql`
      update contacts.recipient_group set sealed_name = ${edit.keys.seal(name, nameRow(id))}
       where tenant_id = ${tenantId} and account_id = ${accountId} and id = ${id}`.execute(act.tx);
  }
  if (members !== undefined) {
    await sql`
      delete from contacts.group_member
       where tenant_id = ${tenantId} and account_id = ${accountId} and group_id = ${id}`.execute(act.tx);
    await insertMembers(edit, id, members);
  }
  recordOnGroup(edit, id, 'group.changed', { ...(name !== undefined && { name }), ...(members && { members }) });
}

export async function removeGroup(parts: ContactsParts, act: Act, account: AccountRef, id: GroupId): Promise<void> {
  const edit = await editAccount(parts, act, account);
  const { numAffectedRows } = await sql`
    update contacts.recipient_group set removed_at = ${act.at}
     where tenant_id = ${account.tenantId} and account_id = ${account.accountId} and id = ${id}
       and removed_at is null`.execute(act.tx);
  if (numAffectedRows === 0n) throw groupUnknown();
  recordOnGroup(edit, id, 'group.removed');
}

export async function restoreGroup(parts: ContactsParts, act: Act, account: AccountRef, id: GroupId): Promise<void> {
  const edit = await editAccount(parts, act, account);
  const { rows } = await sql<GroupRow>`
    select id, sealed_name as "sealedName" from contacts.recipient_group
     where tenant_id = ${account.tenantId} and account_id = ${account.accountId} and id = ${id}
       and removed_at > ${undoableSince(act.at)}`.execute(act.tx);
  const [row] = rows;
  if (row === undefined) throw groupUnknown();
  await checkRoom(edit, await openGroupName(edit.keys, row));
  await sql`
    update contacts.recipient_group set removed_at = null
     where tenant_id = ${account.tenantId} and account_id = ${account.accountId} and id = ${id}`.execute(act.tx);
  recordOnGroup(edit, id, 'group.restored');
}

/** What was removed before is gone, whether the purge has come by or not. */
export function undoableSince(at: Date): Date {
  return new Date(at.getTime() - contactsLimits.undoMs);
}

function readMembers(addresses: readonly Address[]): readonly Address[] {
  const members = [...new Set(addresses.map(normal))];
  if (members.length > contactsLimits.groupMembers) {
    throw new Refusal('too-many-members', contactsTexts.tooManyMembers);
  }
  return members;
}

async function presentGroups({ act, account, keys }: OwnerEdit): Promise<ReadonlyMap<GroupId, string>> {
  const { rows } = await sql<GroupRow>`
    select id, sealed_name as "sealedName" from contacts.recipient_group
     where tenant_id = ${account.tenantId} and account_id = ${account.accountId} and removed_at is null`.execute(
    act.tx,
  );
  const names = new Map<GroupId, string>();
  for (const row of rows) names.set(row.id, await openGroupName(keys, row));
  return names;
}

/** For one more group, of that name. */
async function checkRoom(edit: OwnerEdit, name: string): Promise<void> {
  const groups = await presentGroups(edit);
  if (groups.size >= contactsLimits.groups) throw new Refusal('too-many-groups', contactsTexts.tooManyGroups);
  checkName(groups, undefined, name);
}

function checkName(groups: ReadonlyMap<GroupId, string>, of: GroupId | undefined, name: string): void {
  for (const [id, other] of groups) {
    if (id !== of && isSameName(name, other)) throw new Refusal('group-exists', contactsTexts.groupExists);
  }
}

async function insertMembers(edit: OwnerEdit, id: GroupId, members: readonly Address[]): Promise<void> {
  const hashes = await keepAddresses(
    edit,
    members.map((address) => ({ address })),
  );
  await sql`
    insert into contacts.group_member (tenant_id, account_id, group_id, address_hash)
    select ${edit.account.tenantId}, ${edit.account.accountId}, ${id}, address_hash
      from unnest(${hashes}::bytea[]) as member(address_hash)`.execute(edit.act.tx);
}

function groupUnknown(): Refusal {
  return new Refusal('group-unknown', contactsTexts.groupUnknown);
}

function recordOnGroup(
  { act, account }: OwnerEdit,
  id: GroupId,
  kind: `group.${string}`,
  { name, members }: { readonly name?: string; readonly members?: readonly Address[] } = {},
): void {
  const { tenantId, accountId } = account;
  act.record({
    tenantId,
    accountId,
    kind,
    object: { kind: 'group', id },
    ...(members !== undefined && { facts: { members: members.length } }),
    identifying: { ...(name !== undefined && { name }), ...(members !== undefined && { members: members.join(' ') }) },
  });
}
