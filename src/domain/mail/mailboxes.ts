import { sql } from 'kysely';
import { mailLimits } from '../../base/domain-limits.ts';
import { Refusal } from '../../base/errors.ts';
import { type MailboxId, newId } from '../../base/ids.ts';
import type { Db, Transaction } from '../../platform/db/db.ts';
import type { DataKey } from '../../platform/keys/keys.ts';
import type { Act } from '../audit/audit.ts';
import { fieldContext, openAccountKey, openField, sealField } from './account-key.ts';
import { lockAccount } from './account-lock.ts';
import { writeEdits } from './edit-writes.ts';
import type { AccountRef, Mailbox, MailboxRole, MailParts } from './mail.ts';
import { readTree } from './mailbox-tree.ts';
import { isOneLine } from './one-line.ts';
import { requireRight } from './permission.ts';
import { mailTexts } from './texts.ts';

type Parts = Pick<MailParts, 'access' | 'dataKeys'>;

const roles: readonly MailboxRole[] = ['inbox', 'drafts', 'sent', 'archive', 'junk', 'trash'];

interface NewMailbox {
  readonly id: MailboxId;
  readonly parentId: MailboxId | null;
  readonly role: MailboxRole | null;
  readonly name: string;
  readonly sortOrder: number;
  readonly change: number;
}

/** The keyed hash that keeps siblings apart. Always under the first version of the key: hashes differ between versions. */
async function nameHash(parts: Pick<MailParts, 'dataKeys'>, db: Db, account: AccountRef, name: string) {
  const first = await openAccountKey(parts.dataKeys, db, account, 1);
  return hashName(first, name);
}

function hashName(firstKey: DataKey, name: string): Buffer {
  return firstKey.lookupHash(`mailbox-name\0${name}`);
}

function nameContext(account: AccountRef, id: MailboxId): Buffer {
  return fieldContext('mailbox.sealed_name', account, id);
}

async function insertMailbox(
  tx: Transaction,
  account: AccountRef,
  wanted: NewMailbox,
  names: { readonly sealed: Buffer; readonly hash: Buffer },
): Promise<void> {
  // RFC 9051 §2.3.1.1: a mailbox of a name used before needs a larger UIDVALIDITY; change numbers only grow.
  await sql`
    insert into mail.mailbox (tenant_id, account_id, id, parent_id, role, sealed_name, name_hash, sort_order,
                              uid_validity, created_change, changed_change, content_change)
    values (${account.tenantId}, ${account.accountId}, ${wanted.id}, ${wanted.parentId}, ${wanted.role}, ${names.sealed},
            ${names.hash}, ${wanted.sortOrder}, ${wanted.change}, ${wanted.change}, ${wanted.change}, ${wanted.change})
    `.execute(tx);
}

/** The six mailboxes of a new account, whose first key is `key`. */
export async function insertRoleMailboxes(act: Act, account: AccountRef, key: DataKey): Promise<void> {
  for (const [index, role] of roles.entries()) {
    const id = newId<MailboxId>(act.at);
    const name = mailTexts.mailboxes[role];
    const wanted = { id, parentId: null, role, name, sortOrder: index + 1, change: index + 1 };
    const sealed = sealField(key, name, nameContext(account, id));
    await insertMailbox(act.tx, account, wanted, { sealed, hash: hashName(key, name) });
  }
  await sql`
    update mail.account set change = ${roles.length}
     where tenant_id = ${account.tenantId} and id = ${account.accountId}`.execute(act.tx);
}

interface MailboxRow extends Omit<Mailbox, 'name'> {
  readonly sealedName: Buffer;
}

export async function listMailboxes(
  parts: Pick<MailParts, 'dataKeys'>,
  db: Db,
  account: AccountRef,
): Promise<readonly Mailbox[]> {
  const found = await sql<MailboxRow>`
    select id, parent_id as "parentId", role, sealed_name as "sealedName", sort_order as "sortOrder",
           is_subscribed as "isSubscribed", total_emails as "totalEmails", unread_emails as "unreadEmails",
           uid_validity as "uidValidity", uid_next as "uidNext", content_change as "contentChange"
      from mail.mailbox where tenant_id = ${account.tenantId} and account_id = ${account.accountId}
     order by sort_order, id`.execute(db);
  const mailboxes: Mailbox[] = [];
  for (const { sealedName, ...row } of found.rows) {
    const name = await openField({ ...parts, db }, account, sealedName, nameContext(account, row.id));
    mailboxes.push({ ...row, name });
  }
  return mailboxes;
}

export async function createMailbox(
  parts: Parts,
  act: Act,
  account: AccountRef,
  wanted: { readonly name: string; readonly parentId: MailboxId | null; readonly sortOrder?: number },
): Promise<MailboxId> {
  await requireRight(parts.access, act, account, 'write');
  const name = readName(wanted.name);
  const edit = await lockAccount(act.tx, account);
  const tree = await readTree(act.tx, account);
  if (tree.size >= mailLimits.mailboxes) throw new Refusal('mailbox-limit', mailTexts.mailboxLimit);
  tree.checkPlace({ height: 1, parentId: wanted.parentId });
  const hash = await nameHash(parts, act.tx, account, name);
  tree.checkName({ parentId: wanted.parentId, hash });
  const id = newId<MailboxId>(act.at);
  const key = await openAccountKey(parts.dataKeys, act.tx, account);
  await insertMailbox(
    act.tx,
    account,
    { id, parentId: wanted.parentId, role: null, name, sortOrder: wanted.sortOrder ?? 10, change: edit.takeChange() },
    { sealed: sealField(key, name, nameContext(account, id)), hash },
  );
  await writeEdits(act.tx, [edit], act.at);
  recordOnMailbox(act, account, id, 'mailbox.created');
  return id;
}

export async function changeMailbox(
  parts: Parts,
  { act, account }: { readonly act: Act; readonly account: AccountRef },
  id: MailboxId,
  change: {
    readonly name?: string;
    readonly parentId?: MailboxId | null;
    readonly sortOrder?: number;
    readonly isSubscribed?: boolean;
  },
): Promise<void> {
  await requireRight(parts.access, act, account, 'write');
  const edit = await lockAccount(act.tx, account);
  const tree = await readTree(act.tx, account);
  const mailbox = tree.get(id);
  const parentId = change.parentId === undefined ? mailbox.parentId : change.parentId;
  if (parentId !== mailbox.parentId) tree.checkMove(mailbox, parentId);
  const name = change.name === undefined ? undefined : readName(change.name);
  const hash = name === undefined ? mailbox.nameHash : await nameHash(parts, act.tx, account, name);
  tree.checkName({ id, parentId, hash });
  const key = await openAccountKey(parts.dataKeys, act.tx, account);
  const sealed = name === undefined ? null : sealField(key, name, nameContext(account, id));
  await sql`
    update mail.mailbox
       set parent_id = ${parentId}, name_hash = ${hash}, sealed_name = coalesce(${sealed}::bytea, sealed_name),
           sort_order = coalesce(${change.sortOrder ?? null}::int4, sort_order),
           is_subscribed = coalesce(${change.isSubscribed ?? null}::bool, is_subscribed),
           changed_change = ${edit.takeChange()}
     where tenant_id = ${account.tenantId} and account_id = ${account.accountId} and id = ${id}`.execute(act.tx);
  await writeEdits(act.tx, [edit], act.at);
  recordOnMailbox(act, account, id, 'mailbox.changed');
}

export async function destroyMailbox(parts: Parts, act: Act, account: AccountRef, id: MailboxId): Promise<void> {
  await requireRight(parts.access, act, account, 'write');
  const edit = await lockAccount(act.tx, account);
  const tree = await readTree(act.tx, account);
  const mailbox = tree.get(id);
  if (mailbox.role !== null) throw new Refusal('mailbox-has-role', mailTexts.mailboxHasRole);
  if (tree.hasChild(id)) throw new Refusal('mailbox-has-child', mailTexts.mailboxHasChild);
  if (edit.mailbox(id)?.totalEmails !== 0) throw new Refusal('mailbox-has-email', mailTexts.mailboxHasEmail);
  await sql`
    delete from mail.mailbox
     where tenant_id = ${account.tenantId} and account_id = ${account.accountId} and id = ${id}`.execute(act.tx);
  edit.tombstones.push({ change: edit.takeChange(), kind: 'mailbox', objectId: id });
  await writeEdits(act.tx, [edit], act.at);
  recordOnMailbox(act, account, id, 'mailbox.destroyed');
}

function recordOnMailbox(act: Act, account: AccountRef, id: MailboxId, kind: `mailbox.${string}`): void {
  act.record({ tenantId: account.tenantId, accountId: account.accountId, kind, object: { kind: 'mailbox', id } });
}

/** RFC 8621 §2: Net-Unicode (NFC, no control character) of at least one character. */
function readName(text: string): string {
  const name = text.normalize('NFC');
  if (!isOneLine(name) || Buffer.byteLength(name) > mailLimits.mailboxNameBytes) {
    throw new Refusal('bad-mailbox-name', mailTexts.mailboxName);
  }
  return name;
}
