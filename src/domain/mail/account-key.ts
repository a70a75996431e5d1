/** The account's data key, and the small fields sealed under it. */
import { Refusal } from '../../base/errors.ts';
import type { Db } from '../../platform/db/db.ts';
import type { DataKey, DataKeys, KeyOwner } from '../../platform/keys/keys.ts';
import type { AccountRef } from './mail.ts';
import { mailTexts } from './texts.ts';

export function accountKeyOwner(account: AccountRef): KeyOwner {
  return { tenantId: account.tenantId, purpose: 'account', ownerId: account.accountId };
}

/** The latest version of the account's key, or the one asked. `Refusal` `account-destroyed` once it is gone. */
export async function openAccountKey(
  dataKeys: DataKeys,
  db: Db,
  account: AccountRef,
  version?: number,
): Promise<DataKey> {
  const owner = accountKeyOwner(account);
  const opened = await dataKeys.open(db, version === undefined ? owner : { ...owner, version });
  if (opened.state === 'destroyed') throw new Refusal('account-destroyed', mailTexts.accountDestroyed);
  return opened.key;
}

const versionBytes = 4;

/** What a sealed field is bound to: moved to another row or column, it does not open. */
export function fieldContext(column: string, account: AccountRef, id: string): Buffer {
  return Buffer.from(`mail.${column}/${account.tenantId}/${account.accountId}/${id}`);
}

/** `text` sealed under `key`, whose version comes first: rows of accounts and mailboxes have no column for it. */
export function sealField(key: DataKey, text: string, context: Buffer): Buffer {
  const version = Buffer.alloc(versionBytes);
  version.writeUInt32BE(key.version);
  return Buffer.concat([version, key.seal(Buffer.from(text, 'utf8'), context)]);
}

/** What {@link sealField} sealed, whichever version of the key it was. */
export async function openField(
  parts: { readonly dataKeys: DataKeys; readonly db: Db },
  account: AccountRef,
  sealed: Buffer,
  context: Buffer,
): Promise<string> {
  const key = await openAccountKey(parts.dataKeys, parts.db, account, sealed.readUInt32BE(0));
  return key.unseal(sealed.subarray(versionBytes), context).toString('utf8');
}
