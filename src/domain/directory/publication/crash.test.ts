import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { address, idnps, ListingWorld } from '../../../../testkit/annuaire/listing-world.ts';
import { present } from '../../../base/assert.ts';
import { publicationLimits } from '../../../base/domain-limits.ts';
import { leaseNext, pauseAfter, recordRefused, recordSettled } from './due-listings.ts';
import { settle } from './settle.ts';

describe('a crash between sending and recording', () => {
  for (const hidesRedListed of [false, true]) {
    test(`adds nothing when the wish is sent again, ${hidesRedListed ? 'on the red list' : 'seen'}`, async (t) => {
      const world = await ListingWorld.open(t, { hidesRedListed });
      const account = await world.account('marie.dupont@cabinet.example');
      await world.act((act) =>
        world.listings.requestListing(act, world.wanted(account, { isRedListed: hidesRedListed })),
      );
      // The PATCH is done, its answer never comes.
      world.annuaire.fail({ kind: 'cut', when: 'after' }, { method: 'PATCH' });
      assert.equal((await world.publish()).postponed, 1);
      assert.deepEqual(world.addresses('Practitioner/1'), ['marie.dupont@cabinet.example']);
      // Meanwhile somebody changes their mind.
      await world.act((act) => world.listings.changeListing(act, { account, isRedListed: !hidesRedListed }));
      assert.equal((await world.publish()).published, 1);
      assert.deepEqual(world.addresses('Practitioner/1'), ['marie.dupont@cabinet.example']);
      await world.act((act) => world.listings.withdrawListing(act, account));
      world.annuaire.fail({ kind: 'cut', when: 'after' }, { method: 'PATCH' });
      await world.publish();
      world.later(2 * publicationLimits.pauseFirstMs);
      assert.equal((await world.publish()).removed, 1);
      assert.deepEqual(world.addresses('Practitioner/1'), []);
    });
  }

  test('as a kill makes it, is made up for once the lease has ended', async (t) => {
    const world = await ListingWorld.open(t, { hidesRedListed: true });
    const account = await world.account('marie.dupont@cabinet.example');
    await world.act((act) => world.listings.requestListing(act, world.wanted(account, { isRedListed: true })));
    const until = new Date(world.now.getTime() + publicationLimits.leaseMs);
    const leased = present(await leaseNext(world.db, world.now, until), 'a listing that is due');
    assert.deepEqual(await settle(world.interface, leased.due), { kind: 'settled' });
    // Nothing is recorded: the process is gone.
    assert.equal((await world.publish()).kind, 'idle');
    await world.act((act) => world.listings.changeListing(act, { account, isRedListed: false, rank: 4 }));
    assert.equal((await world.publish()).published, 1);
    assert.deepEqual(world.addresses('Practitioner/1'), ['marie.dupont@cabinet.example']);
    await world.act((act) => world.listings.withdrawListing(act, account));
    const again = present(await leaseNext(world.db, world.now, until), 'a listing that is due');
    assert.deepEqual(await settle(world.interface, again.due), { kind: 'settled' });
    world.later(publicationLimits.leaseMs);
    assert.equal((await world.publish()).removed, 1);
    assert.deepEqual(world.addresses('Practitioner/1'), []);
  });

  test('and what a dead worker still says count for nothing once another holds the listing', async (t) => {
    const world = await ListingWorld.open(t);
    const account = await world.account('marie.dupont@cabinet.example');
    await world.act((act) => world.listings.requestListing(act, world.wanted(account)));
    const until = new Date(world.now.getTime() + publicationLimits.leaseMs);
    const first = present(await leaseNext(world.db, world.now, until), 'a listing that is due');
    const second = present(await leaseNext(world.db, until, new Date(until.getTime() + 1)), 'a listing that is due');
    const { db } = world;
    const settled = (row: typeof first.row) => db.transaction().execute((tx) => recordSettled(tx, row, world.now));
    assert.equal(await db.transaction().execute((tx) => recordRefused(tx, first.row, 'not-understood')), false);
    assert.equal(await settled(first.row), false);
    assert.equal(await settled(second.row), true);
    assert.equal((await world.state(account)).state, 'published');
  });

  test('during moves forgets no address', async (t) => {
    const world = await ListingWorld.open(t);
    const account = await world.published({}, 'b@cabinet.example', 'c@cabinet.example');
    for (const next of ['b@cabinet.example', 'c@cabinet.example']) {
      await world.act((act) => world.listings.changeListing(act, { account, address: address(next) }));
      if (next.startsWith('b')) world.annuaire.fail({ kind: 'cut', when: 'after' }, { method: 'PATCH' });
      await world.publish();
    }
    assert.deepEqual(world.addresses('Practitioner/1'), ['c@cabinet.example']);
  });

  test('leaves a lease that ends, and two workers never hold one listing', async (t) => {
    const world = await ListingWorld.open(t);
    const account = await world.account('marie.dupont@cabinet.example');
    await world.act((act) => world.listings.requestListing(act, world.wanted(account)));
    const runs = await Promise.all([world.publish(), world.publish(), world.publish()]);
    assert.equal(
      runs.reduce((sum, { published }) => sum + published, 0),
      1,
    );
    assert.equal(world.patches(), 1);
    // As a worker that died holds it: due again only once its lease has ended.
    const { pool } = world.foundation.database;
    const until = new Date(world.now.getTime() + publicationLimits.leaseMs);
    await pool.query("update directory.listing set state = 'waiting', attempts = 1, next_attempt_at = $1", [until]);
    assert.equal((await world.publish()).kind, 'idle');
    world.later(publicationLimits.leaseMs);
    assert.equal((await world.publish()).published, 1);
    assert.deepEqual(world.addresses('Practitioner/1'), ['marie.dupont@cabinet.example']);
  });

  test('lets a wish that changed while it was sent be sent again', async (t) => {
    const world = await ListingWorld.open(t);
    const account = await world.account('marie.dupont@cabinet.example');
    await world.act((act) => world.listings.requestListing(act, world.wanted(account)));
    world.annuaire.fail({ kind: 'status', status: 503, retryAfter: '1' }, { method: 'GET' });
    const run = world.publish();
    while (world.annuaire.requests.length === 0) await sleep(5);
    await world.act((act) => world.listings.changeListing(act, { account, rank: 7 }));
    // The same run sends both: what it had sent for the first wish counts for nothing.
    assert.equal((await run).published, 1);
    assert.equal(world.patches(), 2);
    assert.deepEqual(world.addresses('Practitioner/1'), ['marie.dupont@cabinet.example']);
    assert.match(JSON.stringify(world.annuaire.resources.get('Practitioner/1')), /"rank":7/);
  });
});

describe('a run', () => {
  test('sends as many listings as its bound, and says when one more is due', async (t) => {
    const world = await ListingWorld.open(t);
    const { tenantId } = await world.account();
    const { pool } = world.foundation.database;
    const due = (count: number) =>
      pool.query(
        `insert into directory.listing (tenant_id, account_id, address, type, resource, identifier, is_red_listed, is_wanted,
           version, state, next_attempt_at, changed_at)
         select $1, gen_random_uuid(), n || '@cabinet.example', 'PER', 'Practitioner', $2, false, false, 1, 'waiting', $3, $3
           from generate_series(1, $4::int) n`,
        [tenantId, idnps, world.now, count],
      );
    await due(publicationLimits.runListings);
    assert.deepEqual([(await world.publish()).kind, (await world.publish()).kind], ['done', 'idle']);
    await due(publicationLimits.runListings + 1);
    assert.deepEqual(await world.publish(), {
      kind: 'more',
      published: 0,
      removed: publicationLimits.runListings,
      refused: 0,
      postponed: 0,
    });
    assert.equal((await world.publish()).removed, 1);
    const { page } = publicationLimits;
    assert.equal((await world.listings.listListings(world.db, { limit: page })).length, page);
    await assert.rejects(world.listings.listListings(world.db, { limit: page + 1 }), { name: 'AssertionFault' });
  });

  test('waits longer after each failure, and no longer than its bound', () => {
    const { pauseFirstMs, pauseLongestMs } = publicationLimits;
    assert.deepEqual([1, 2, 3].map(pauseAfter), [pauseFirstMs, 2 * pauseFirstMs, 4 * pauseFirstMs]);
    assert.deepEqual(
      [pauseAfter(9) < pauseLongestMs, pauseAfter(10), pauseAfter(9_999)],
      [true, pauseLongestMs, pauseLongestMs],
    );
  });
});
