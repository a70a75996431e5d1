import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { sql } from 'kysely';
import { openTestDatabase } from '../../../testkit/database.ts';
import { type Clock, systemClock } from '../../base/clock.ts';
import { newId, type TenantId, type Uuid } from '../../base/ids.ts';
import { keyLimits } from '../../base/limits.ts';
import { type Db, type Transaction, transaction } from '../db/db.ts';
import { createDataKeys } from './data-keys.ts';
import { createKeyRing } from './key-ring.ts';
import { type DataKeys, type KeyOwner, keyDestroyedChannel, newKey, operatorWide } from './keys.ts';
import { openLookupHasher } from './lookup-hasher.ts';

const aad = Buffer.from('mail.account/sealed/1');
const text = Buffer.from('Dupont');
const damaged = { name: 'IntegrityFault', code: 'sealed-bytes-damaged' };
const bug = { name: 'AssertionFault' };

const opened = await openTestDatabase({ after });
const { db } = opened.database;

function newOwner(): KeyOwner {
  return { tenantId: newId<TenantId>(), purpose: 'account', ownerId: newId<Uuid>() };
}

function movableClock(): { readonly clock: Clock; pass(ms: number): void } {
  let nowMs = 0;
  return { clock: { now: () => new Date(), monotonicMs: () => nowMs }, pass: (ms) => (nowMs += ms) };
}

async function openKey(keys: DataKeys, from: Db | Transaction, owner: KeyOwner, version?: number) {
  const opened = await keys.open(from, { ...owner, ...(version === undefined ? {} : { version }) });
  assert.equal(opened.state, 'open');
  assert(opened.state === 'open');
  return opened.key;
}

describe('data keys', () => {
  const kek = newKey();
  const ring = createKeyRing([kek]);

  const keysOf = (clock: Clock = systemClock) => createDataKeys({ ring, clock });
  const create = (keys: DataKeys, owner: KeyOwner) => transaction(db, (tx) => keys.create(tx, owner));

  test('are opened by another process, and seal for it', async () => {
    const owner = newOwner();
    const made = await create(keysOf(), owner);
    const found = await openKey(keysOf(), db, owner);
    assert.equal(found.version, 1);
    assert.deepEqual(found.unseal(made.seal(text, aad), aad), text);
    const inner = newKey();
    assert.deepEqual(found.unwrap(made.wrap(inner, aad), aad), inner);
    assert.deepEqual(found.lookupHash('a'), made.lookupHash('a'));
    assert.notDeepEqual(found.lookupHash('a'), found.lookupHash('b'));
    assert.equal(found.lookupHash('a').length, 32);
  });

  test('of two owners, or of two purposes of one owner, do not open one another', async () => {
    const keys = keysOf();
    const owner = newOwner();
    const one = await create(keys, owner);
    for (const other of [newOwner(), { ...owner, purpose: 'audit' } as const]) {
      const another = await create(keys, other);
      assert.throws(() => another.unseal(one.seal(text, aad), aad), damaged);
      assert.notDeepEqual(another.lookupHash('a'), one.lookupHash('a'));
    }
  });

  test('are nowhere in the database in clear', async () => {
    const owner = newOwner();
    await create(keysOf(), owner);
    const row = await sql<{ wrapped: Buffer }>`
      select wrapped from keys.data_key where owner_id = ${owner.ownerId}`.execute(db);
    const wrapped = row.rows[0]?.wrapped;
    assert(wrapped);
    const inner = ring.current.unwrap(
      wrapped,
      Buffer.from(`keys.data_key/${owner.tenantId}/account/${owner.ownerId}/1`),
    );
    assert.equal(inner.length, 32);
    assert.equal(wrapped.includes(inner), false);
  });

  test('moved to the row of another owner do not open', async () => {
    const [victim, thief] = [newOwner(), newOwner()];
    await create(keysOf(), victim);
    await create(keysOf(), thief);
    await sql`update keys.data_key set wrapped = (select wrapped from keys.data_key where owner_id = ${victim.ownerId})
      where owner_id = ${thief.ownerId}`.execute(opened.ownerDb);
    await assert.rejects(keysOf().open(db, thief), damaged);
  });

  test('made twice, never made, or asked in a version that never was, are a bug', async () => {
    const keys = keysOf();
    const owner = newOwner();
    await create(keys, owner);
    await assert.rejects(create(keys, owner), bug);
    await assert.rejects(keys.open(db, newOwner()), bug);
    await assert.rejects(keys.open(db, { ...owner, version: 2 }), bug);
  });

  test('made in a transaction that fails are not kept in memory: they would seal what nobody can open', async () => {
    const keys = keysOf();
    const owner = newOwner();
    const rolledBack = transaction(db, async (tx) => {
      await keys.create(tx, owner);
      await openKey(keys, tx, owner);
      throw new Error('change of mind');
    });
    await assert.rejects(rolledBack, /change of mind/);
    await assert.rejects(keys.open(db, owner), bug);
    const made = await create(keys, owner);
    assert.deepEqual((await openKey(keys, db, owner)).unseal(made.seal(text, aad), aad), text);
  });

  test('are asked of the database once, then again after their lifetime', async () => {
    const { clock, pass } = movableClock();
    const keys = keysOf(clock);
    const owner = newOwner();
    await create(keys, owner);
    const first = await openKey(keys, db, owner);
    pass(keyLimits.openKeyLifetimeMs - 1);
    assert.equal(await openKey(keys, db, owner), first);
    pass(1);
    assert.notEqual(await openKey(keys, db, owner), first);
  });
});

describe('a rotated data key', () => {
  const ring = createKeyRing([newKey()]);

  test('seals in its new version, and opens what the earlier ones sealed', async () => {
    const keys = createDataKeys({ ring, clock: systemClock });
    const owner = newOwner();
    const first = await transaction(db, (tx) => keys.create(tx, owner));
    await openKey(keys, db, owner);
    const second = await transaction(db, (tx) => keys.rotate(tx, owner));
    assert.equal(second.version, 2);
    const latest = await openKey(keys, db, owner);
    assert.equal(latest.version, 2);
    const sealed = first.seal(text, aad);
    assert.throws(() => latest.unseal(sealed, aad), damaged);
    assert.deepEqual((await openKey(keys, db, owner, 1)).unseal(sealed, aad), text);
  });

  test('takes one version after another when several processes rotate it at once', async () => {
    const owner = newOwner();
    const keys = createDataKeys({ ring, clock: systemClock });
    await transaction(db, (tx) => keys.create(tx, owner));
    const others = [1, 2, 3].map(() => createDataKeys({ ring, clock: systemClock }));
    const versions = await Promise.all(
      others.map(async (other) => (await transaction(db, (tx) => other.rotate(tx, owner))).version),
    );
    assert.deepEqual(versions.sort(), [2, 3, 4]);
  });
});

describe('a destroyed data key', () => {
  const ring = createKeyRing([newKey()]);

  async function destroyed() {
    const keys = createDataKeys({ ring, clock: systemClock });
    const owner = newOwner();
    await transaction(db, (tx) => keys.create(tx, owner));
    await transaction(db, (tx) => keys.rotate(tx, owner));
    await openKey(keys, db, owner);
    await openKey(keys, db, owner, 1);
    await transaction(db, (tx) => keys.destroy(tx, owner));
    return { keys, owner };
  }

  test('opens in no version any more, at once in this process, and says since when', async () => {
    const { keys, owner } = await destroyed();
    for (const version of [undefined, 1, 2]) {
      const found = await keys.open(db, { ...owner, ...(version === undefined ? {} : { version }) });
      assert(found.state === 'destroyed');
      assert(Math.abs(found.destroyedAt.getTime() - Date.now()) < 60_000);
    }
    assert.equal((await keys.openOrCreate(db, owner)).state, 'destroyed');
  });

  test('leaves no key in its rows, which stay as the proof', async () => {
    const { owner } = await destroyed();
    const { rows } = await sql<{ wrapped: Buffer | null }>`
      select wrapped from keys.data_key where owner_id = ${owner.ownerId}`.execute(db);
    assert.deepEqual(rows, [{ wrapped: null }, { wrapped: null }]);
  });

  test('is not rotated, nor made anew', async () => {
    const { keys, owner } = await destroyed();
    await assert.rejects(
      transaction(db, (tx) => keys.rotate(tx, owner)),
      bug,
    );
    await assert.rejects(
      transaction(db, (tx) => keys.create(tx, owner)),
      bug,
    );
  });

  test('is not kept in memory by who opens it between its destruction and the commit', async () => {
    const keys = createDataKeys({ ring, clock: systemClock });
    const owner = newOwner();
    await transaction(db, (tx) => keys.create(tx, owner));
    await transaction(db, async (tx) => {
      await keys.destroy(tx, owner);
      await openKey(keys, db, owner); // on another connection: the row is still there for it
    });
    assert.equal((await keys.open(db, owner)).state, 'destroyed');
  });

  test('takes with it the version that a rotation is adding at the same instant', async () => {
    const [keys, elsewhere] = [1, 2].map(() => createDataKeys({ ring, clock: systemClock }));
    assert(keys && elsewhere);
    const owner = newOwner();
    await transaction(db, (tx) => keys.create(tx, owner));
    const { promise: rotated, resolve: tellRotated } = Promise.withResolvers<void>();
    const { promise: mayCommit, resolve: letCommit } = Promise.withResolvers<void>();
    const rotation = transaction(db, async (tx) => {
      await elsewhere.rotate(tx, owner);
      tellRotated();
      await mayCommit;
    });
    await rotated;
    const destruction = transaction(db, (tx) => keys.destroy(tx, owner));
    setTimeout(letCommit, 50); // the destruction waits meanwhile
    await Promise.all([rotation, destruction]);
    const { rows } = await sql<{ wrapped: Buffer | null }>`
      select wrapped from keys.data_key where owner_id = ${owner.ownerId}`.execute(db);
    assert.deepEqual(rows, [{ wrapped: null }, { wrapped: null }]);
  });

  test('opens again when the transaction that destroyed it failed', async () => {
    const keys = createDataKeys({ ring, clock: systemClock });
    const owner = newOwner();
    await transaction(db, (tx) => keys.create(tx, owner));
    const rolledBack = transaction(db, async (tx) => {
      await keys.destroy(tx, owner);
      throw new Error('change of mind');
    });
    await assert.rejects(rolledBack, /change of mind/);
    await openKey(keys, db, owner);
  });

  test('is told to other processes, which forget it', async (t) => {
    const owner = newOwner();
    const [here, elsewhere] = [1, 2].map(() => createDataKeys({ ring, clock: systemClock }));
    assert(here && elsewhere);
    await transaction(db, (tx) => here.create(tx, owner));
    await openKey(elsewhere, db, owner);
    const { promise: told, resolve: tell } = Promise.withResolvers<void>();
    const listening = await opened.database.listen(keyDestroyedChannel, (payload) => {
      elsewhere.forget(payload);
      if (payload !== '') tell();
    });
    t.after(() => listening.stop());
    await transaction(db, (tx) => here.destroy(tx, owner));
    await told;
    assert.equal((await elsewhere.open(db, owner)).state, 'destroyed');
  });

  test('serves another process that heard nothing for its lifetime, and not longer', async () => {
    const owner = newOwner();
    const { clock, pass } = movableClock();
    const here = createDataKeys({ ring, clock: systemClock });
    const elsewhere = createDataKeys({ ring, clock });
    await transaction(db, (tx) => here.create(tx, owner));
    await openKey(elsewhere, db, owner);
    await transaction(db, (tx) => here.destroy(tx, owner));
    pass(keyLimits.openKeyLifetimeMs);
    assert.equal((await elsewhere.open(db, owner)).state, 'destroyed');
  });

  test('is all forgotten when news may have been missed', async () => {
    const keys = createDataKeys({ ring, clock: systemClock });
    const owner = newOwner();
    await transaction(db, (tx) => keys.create(tx, owner));
    const first = await openKey(keys, db, owner);
    keys.forget('');
    assert.notEqual(await openKey(keys, db, owner), first);
  });

  test('cannot be removed by the running program, nor can its owner be rewritten', async () => {
    const { owner } = await destroyed();
    const refused = /permission denied/;
    await assert.rejects(sql`delete from keys.data_key where owner_id = ${owner.ownerId}`.execute(db), refused);
    await assert.rejects(sql`update keys.data_key set owner_id = ${newId<Uuid>()}`.execute(db), refused);
    await assert.rejects(sql`truncate keys.data_key`.execute(db), refused);
  });
});

describe('a rotation of the key-encryption key', () => {
  test('wraps every row anew, in batches that may be stopped and run again, and nothing is lost', async (t) => {
    const { db } = (await openTestDatabase(t)).database;
    const [oldKek, newKek] = [newKey(), newKey()];
    const before = createDataKeys({ ring: createKeyRing([oldKek]), clock: systemClock });
    const owners = Array.from({ length: keyLimits.rewrapBatch + 1 }, newOwner);
    const sealed = await transaction(db, async (tx) => {
      const all: Buffer[] = [];
      for (const owner of owners) all.push((await before.create(tx, owner)).seal(text, aad));
      return all;
    });
    const hash = (await openLookupHasher(db, before)).hash('address', 'dupont@patient.example');
    const [gone] = owners;
    assert(gone);
    await transaction(db, (tx) => before.destroy(tx, gone));

    const both = createDataKeys({ ring: createKeyRing([newKek, oldKek]), clock: systemClock });
    // Two at once share the work and do not wait for one another.
    const done = await Promise.all([both.rewrapAll(db), both.rewrapAll(db)]);
    const rewrapped = done.reduce((sum, one) => sum + one.rewrapped, 0);
    assert.equal(rewrapped, owners.length - 1 + 1); // all but the destroyed one, and the lookup key
    assert.deepEqual(await both.rewrapAll(db), { rewrapped: 0, unopenable: 0 });

    const after = createDataKeys({ ring: createKeyRing([newKek]), clock: systemClock });
    assert.deepEqual(await after.missingKeyIds(db), []);
    for (const [index, owner] of owners.entries()) {
      if (owner === gone) continue;
      const bytes = sealed[index];
      assert(bytes);
      assert.deepEqual((await openKey(after, db, owner)).unseal(bytes, aad), text);
    }
    assert.deepEqual((await openLookupHasher(db, after)).hash('address', 'dupont@patient.example'), hash);
  });

  test('tells which keys the ring lacks, opens nothing of theirs, and leaves their rows as they are', async (t) => {
    const { db } = (await openTestDatabase(t)).database;
    const lost = createKeyRing([newKey()]);
    const owner = newOwner();
    await transaction(db, (tx) => createDataKeys({ ring: lost, clock: systemClock }).create(tx, owner));
    const keys = createDataKeys({ ring: createKeyRing([newKey(), newKey()]), clock: systemClock });
    assert.deepEqual(await keys.missingKeyIds(db), [lost.current.id]);
    assert.deepEqual(await keys.rewrapAll(db), { rewrapped: 0, unopenable: 1 });
    await assert.rejects(keys.open(db, owner), { name: 'Temporary', code: 'key-encryption-key-absent' });
    await openKey(createDataKeys({ ring: lost, clock: systemClock }), db, owner);
  });
});

describe('the lookup hasher', () => {
  test('is one for all processes, also when they start together', async (t) => {
    const { db } = (await openTestDatabase(t)).database;
    const ring = createKeyRing([newKey()]);
    const hashers = await Promise.all(
      [1, 2, 3, 4].map(() => openLookupHasher(db, createDataKeys({ ring, clock: systemClock }))),
    );
    const hashes = new Set(hashers.map((hasher) => hasher.hash('address', 'a@b.fr').toString('hex')));
    assert.equal(hashes.size, 1);
    const [hasher] = hashers;
    assert(hasher);
    assert.notDeepEqual(hasher.hash('address', 'x'), hasher.hash('login', 'x'));
    assert.equal(hasher.hash('address', 'x').length, 32);
  });

  test('refuses to start on a key that was rotated or destroyed: nothing would be found any more', async (t) => {
    const { db } = (await openTestDatabase(t)).database;
    const keys = createDataKeys({ ring: createKeyRing([newKey()]), clock: systemClock });
    const owner: KeyOwner = { tenantId: operatorWide, purpose: 'lookup', ownerId: operatorWide };
    await openLookupHasher(db, keys);
    await transaction(db, (tx) => keys.rotate(tx, owner));
    await assert.rejects(openLookupHasher(db, keys), bug);
    await transaction(db, (tx) => keys.destroy(tx, owner));
    await assert.rejects(openLookupHasher(db, keys), bug);
  });
});
