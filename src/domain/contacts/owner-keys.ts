/** The key of an owner, and the fields sealed under it: the version of the key comes first, then the sealed bytes. */
import { Refusal } from '../../base/errors.ts';
import type { TenantId, Uuid } from '../../base/ids.ts';
import type { Db } from '../../platform/db/db.ts';
import type { DataKey, DataKeys } from '../../platform/keys/keys.ts';
import type { AccountRef } from '../mail/mail.ts';
import { contactsTexts } from './texts.ts';

/** An account, or the tenant for its address book. */
export interface Owner {
  readonly tenantId: TenantId;
  readonly purpose: 'account' | 'tenant';
  readonly ownerId: Uuid;
}

export function accountOwner({ tenantId, accountId }: AccountRef): Owner {
  return { tenantId, purpose: 'account', ownerId: accountId };
}

export function bookOwner({ tenantId }: Pick<AccountRef, 'tenantId'>): Owner {
  return { tenantId, purpose: 'tenant', ownerId: tenantId };
}

const versionBytes = 4;

export class OwnerKeys {
  readonly #dataKeys: DataKeys;
  readonly #db: Db;
  readonly #owner: Owner;
  readonly #latest: DataKey;
  readonly #versions = new Map<number, DataKey>();

  private constructor(opened: { dataKeys: DataKeys; db: Db; owner: Owner; latest: DataKey }) {
    this.#dataKeys = opened.dataKeys;
    this.#db = opened.db;
    this.#owner = opened.owner;
    this.#latest = opened.latest;
    this.#versions.set(opened.latest.version, opened.latest);
  }

  /** Undefined once the key is destroyed. */
  static async open(dataKeys: DataKeys, db: Db, owner: Owner): Promise<OwnerKeys | undefined> {
    // A tenant has a key from its first secret on, an account from its making.
    const opened = owner.purpose === 'tenant' ? await dataKeys.openOrCreate(db, owner) : await dataKeys.open(db, owner);
    return opened.state === 'open' ? new OwnerKeys({ dataKeys, db, owner, latest: opened.key }) : undefined;
  }

  /** `row` names the column and the row: moved elsewhere, the bytes do not open. */
  seal(text: string, row: string): Buffer {
    const version = Buffer.alloc(versionBytes);
    version.writeUInt32BE(this.#latest.version);
    return Buffer.concat([version, this.#latest.seal(Buffer.from(text, 'utf8'), this.#context(row))]);
  }

  async unseal(sealed: Buffer, row: string): Promise<string> {
    const key = await this.#version(sealed.readUInt32BE(0));
    return key.unseal(sealed.subarray(versionBytes), this.#context(row)).toString('utf8');
  }

  async #version(version: number): Promise<DataKey> {
    const known = this.#versions.get(version);
    if (known !== undefined) return known;
    const opened = await this.#dataKeys.open(this.#db, { ...this.#owner, version });
    if (opened.state === 'destroyed') throw ownerDestroyed();
    this.#versions.set(version, opened.key);
    return opened.key;
  }

  #context(row: string): Buffer {
    return Buffer.from(`contacts.${row}/${this.#owner.tenantId}/${this.#owner.ownerId}`);
  }
}

export function ownerDestroyed(): Refusal {
  return new Refusal('account-destroyed', contactsTexts.ownerDestroyed);
}
