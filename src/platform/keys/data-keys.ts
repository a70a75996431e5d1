/** Data keys in the table `keys.data_key`, wrapped by the key-encryption key. */
import { createHmac, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import { type Generated, sql } from 'kysely';
import { assert, present } from '../../base/assert.ts';
import type { Clock } from '../../base/clock.ts';
import { Temporary } from '../../base/errors.ts';
import { keyLimits } from '../../base/limits.ts';
import { type Db, type Transaction, transaction } from '../db/db.ts';
import {
  type DataKey,
  type DataKeys,
  type KeyOwner,
  type KeyRing,
  keyBytes,
  keyDestroyedChannel,
  newKey,
  type OpenedDataKey,
  seal,
  unseal,
  unwrapKey,
  wrapKey,
} from './keys.ts';
import { createOpenedKeys, type OpenedKeys } from './opened-keys.ts';
import { keyTexts } from './texts.ts';

type KeysTables = {
  'keys.data_key': {
    tenant_id: string;
    purpose: string;
    owner_id: string;
    version: number;
    wrapped: Buffer | null;
    kek_id: string;
    created_at: Generated<Date>;
    destroyed_at: Generated<Date | null>;
  };
};

export function createDataKeys({ ring, clock }: { readonly ring: KeyRing; readonly clock: Clock }): DataKeys {
  const opened = createOpenedKeys(clock);
  const read = (db: Db | Transaction, owner: KeyOwner, version?: number) =>
    readKey(db, { owner, version, ring, opened });
  return {
    async create(tx, owner) {
      return present(await insertKey(tx, ring, owner, 1), 'an owner got its first key twice');
    },
    async open(db, { version, ...owner }) {
      return present(await read(db, owner, version), 'an owner has no such key');
    },
    async openOrCreate(db, owner) {
      const found = await read(db, owner);
      if (found) return found;
      const key = await insertKey(db, ring, owner, 1);
      if (key) return { state: 'open', key };
      return present(await read(db, owner), 'a key that another process made is not visible');
    },
    async rotate(tx, owner) {
      const latest = await lockLatest(tx, owner);
      assert(latest.destroyed_at === null, 'a destroyed key cannot rotate');
      const key = await insertKey(tx, ring, owner, latest.version + 1);
      opened.suspend(ownerText(owner));
      return present(key, 'two rotations made the same version');
    },
    async destroy(tx, owner) {
      await lockLatest(tx, owner); // a version that is being added must not outlive the others
      await tx
        .withTables<KeysTables>()
        .updateTable('keys.data_key')
        .set({ wrapped: null, destroyed_at: sql<Date>`now()` })
        .where(ofOwner(owner))
        .where('wrapped', 'is not', null)
        .execute();
      opened.suspend(ownerText(owner));
      await sql`select pg_notify(${keyDestroyedChannel}, ${ownerText(owner)})`.execute(tx);
    },
    forget(payload) {
      if (payload === '') opened.clear();
      else opened.forget(payload);
    },
    rewrapAll: (db) => rewrapAll(db, ring),
    missingKeyIds: (db) => missingKeyIds(db, ring),
  };
}

/** The latest version, which nobody else rotates before `tx` ends. */
async function lockLatest(tx: Transaction, owner: KeyOwner) {
  const versions = tx
    .withTables<KeysTables>()
    .selectFrom('keys.data_key')
    .select(['version', 'destroyed_at'])
    .where(ofOwner(owner));
  // The first version is the lock: it is always there. Who waited for it then sees, in a new statement, what was added.
  const first = await versions.where('version', '=', 1).forUpdate().executeTakeFirst();
  present(first, 'an owner without key cannot rotate it');
  return versions.orderBy('version', 'desc').limit(1).executeTakeFirstOrThrow();
}

/** A new key as that version of the owner's; `undefined` when the version exists. */
async function insertKey(
  db: Db | Transaction,
  ring: KeyRing,
  owner: KeyOwner,
  version: number,
): Promise<DataKey | undefined> {
  const key = newKey();
  const inserted = await db
    .withTables<KeysTables>()
    .insertInto('keys.data_key')
    // `created_at` is left to the database: `readKey` compares it with the instant of its own transaction.
    .values({
      ...ownerColumns(owner),
      version,
      wrapped: ring.current.wrap(key, wrapContext(owner, version)),
      kek_id: ring.current.id,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('version')
    .executeTakeFirst();
  return inserted && dataKey(version, key);
}

interface Sought {
  readonly owner: KeyOwner;
  /** The latest when undefined. */
  readonly version: number | undefined;
  readonly ring: KeyRing;
  readonly opened: OpenedKeys;
}

async function readKey(db: Db | Transaction, sought: Sought): Promise<OpenedDataKey | undefined> {
  const { owner, version, ring, opened } = sought;
  const name = ownerText(owner);
  const known = opened.get(name, version);
  if (known) return { state: 'open', key: known };
  let query = db
    .withTables<KeysTables>()
    .selectFrom('keys.data_key')
    .select(['version', 'wrapped', 'kek_id', 'destroyed_at', sql<boolean>`created_at < now()`.as('is_settled')])
    .where(ofOwner(owner))
    .orderBy('version', 'desc')
    .limit(1);
  if (version !== undefined) query = query.where('version', '=', version);
  const row = await query.executeTakeFirst();
  if (row === undefined) return undefined;
  if (row.wrapped === null) {
    return { state: 'destroyed', destroyedAt: present(row.destroyed_at, 'a destroyed key has no date') };
  }
  const key = dataKey(row.version, unwrap(ring, row.kek_id, row.wrapped, wrapContext(owner, row.version)));
  // A key seen by the very transaction that makes it may be rolled back: kept, it would seal what nobody can open.
  if (row.is_settled) opened.put(name, key, { isLatest: version === undefined });
  return { state: 'open', key };
}

async function missingKeyIds(db: Db, ring: KeyRing): Promise<readonly string[]> {
  const rows = await db
    .withTables<KeysTables>()
    .selectFrom('keys.data_key')
    .select('kek_id')
    .distinct()
    .where('wrapped', 'is not', null)
    .execute();
  return rows.map((row) => row.kek_id).filter((id) => ring.find(id) === undefined);
}

async function rewrapAll(db: Db, ring: KeyRing): Promise<{ rewrapped: number; unopenable: number }> {
  let rewrapped = 0;
  const previous = ring.ids.filter((id) => id !== ring.current.id);
  while (previous.length > 0) {
    const done = await transaction(db, (tx) => rewrapBatch(tx, ring, previous));
    rewrapped += done;
    if (done === 0) break;
  }
  const left = await db
    .withTables<KeysTables>()
    .selectFrom('keys.data_key')
    .select((x) => x.fn.countAll<number>().as('rows'))
    .where('wrapped', 'is not', null)
    .where('kek_id', 'not in', [...ring.ids])
    .executeTakeFirstOrThrow();
  return { rewrapped, unopenable: left.rows };
}

/** Rewraps some rows that a previous key of the ring wraps; returns how many. Each row names its key, so it resumes by itself. */
async function rewrapBatch(tx: Transaction, ring: KeyRing, kekIds: readonly string[]): Promise<number> {
  const rows = await tx
    .withTables<KeysTables>()
    .selectFrom('keys.data_key')
    .select(['tenant_id', 'purpose', 'owner_id', 'version', 'wrapped', 'kek_id'])
    .where('wrapped', 'is not', null)
    .where('kek_id', 'in', kekIds)
    .limit(keyLimits.rewrapBatch)
    .forUpdate()
    .skipLocked()
    .execute();
  for (const row of rows) {
    const context = contextOf([row.tenant_id, row.purpose, row.owner_id], row.version);
    const key = unwrap(ring, row.kek_id, present(row.wrapped, 'a destroyed key was chosen for rewrapping'), context);
    await tx
      .withTables<KeysTables>()
      .updateTable('keys.data_key')
      .set({ wrapped: ring.current.wrap(key, context), kek_id: ring.current.id })
      .where('tenant_id', '=', row.tenant_id)
      .where('purpose', '=', row.purpose)
      .where('owner_id', '=', row.owner_id)
      .where('version', '=', row.version)
      .execute();
  }
  return rows.length;
}

function unwrap(ring: KeyRing, kekId: string, wrapped: Buffer, context: Buffer): Buffer {
  const wrapping = ring.find(kekId);
  if (wrapping === undefined) throw new Temporary('key-encryption-key-absent', keyTexts.ringLacks(kekId));
  return wrapping.unwrap(wrapped, context);
}

/** A data key over its 32 bytes. */
function dataKey(version: number, key: Buffer): DataKey {
  let lookupKey: KeyObject | undefined;
  return {
    version,
    wrap: (inner, aad) => wrapKey(key, inner, aad),
    unwrap: (wrapped, aad) => unwrapKey(key, wrapped, aad),
    seal: (plaintext, aad) => seal(key, plaintext, aad),
    unseal: (sealed, aad) => unseal(key, sealed, aad),
    lookupHash(text) {
      lookupKey ??= createSecretKey(Buffer.from(hkdfSync('sha256', key, '', 'hygie lookup', keyBytes)));
      return createHmac('sha256', lookupKey).update(text).digest();
    },
  };
}

function ownerText(owner: KeyOwner): string {
  return `${owner.tenantId}/${owner.purpose}/${owner.ownerId}`;
}

/** What a wrapped data key is bound to: moved to another row, it does not open. */
function wrapContext(owner: KeyOwner, version: number): Buffer {
  return contextOf([owner.tenantId, owner.purpose, owner.ownerId], version);
}

function contextOf(owner: readonly [tenantId: string, purpose: string, ownerId: string], version: number): Buffer {
  return Buffer.from(`keys.data_key/${owner.join('/')}/${version}`);
}

function ownerColumns(owner: KeyOwner) {
  return { tenant_id: owner.tenantId, purpose: owner.purpose, owner_id: owner.ownerId };
}

function ofOwner(owner: KeyOwner) {
  return sql<boolean>`tenant_id = ${owner.tenantId} and purpose = ${owner.purpose} and owner_id = ${owner.ownerId}`;
}
