import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import type { StandInOptions } from '../../../../testkit/annuaire/annuaire.ts';
import { idnps, ListingWorld } from '../../../../testkit/annuaire/listing-world.ts';
import { practitioner } from '../../../../testkit/annuaire/resources.ts';
import { liveLimits, publicationLimits } from '../../../base/domain-limits.ts';
import { createListings, type WantedListing } from './publication.ts';

const minute = 60_000;

describe('what the Annuaire answers', () => {
  async function refused(t: TestContext, options: StandInOptions, change: Partial<WantedListing> = {}) {
    const world = await ListingWorld.open(t, options);
    const account = await world.account('marie.dupont@cabinet.example');
    await world.act((act) => world.listings.requestListing(act, world.wanted(account, change)));
    return { world, account };
  }

  test('404: nobody has that number; it is refused, explained, and tried again when somebody asks', async (t) => {
    const { world, account } = await refused(t, { resources: [] });
    assert.equal((await world.publish()).refused, 1);
    const listing = await world.state(account);
    assert.equal(listing.fault, 'identifier-unknown');
    assert.match(listing.explanation ?? '', /404.*Vérifiez le numéro saisi/);
    assert.equal((await world.publish()).kind, 'idle');
    world.annuaire.resources.set('Practitioner/1', practitioner('1', idnps));
    await world.act((act) => world.listings.retryListing(act, account));
    assert.equal((await world.publish()).published, 1);
  });

  test('412: several have it; it is refused and explained', async (t) => {
    const { world, account } = await refused(t, { resources: [practitioner('1', idnps), practitioner('3', idnps)] });
    assert.equal((await world.publish()).refused, 1);
    const listing = await world.state(account);
    assert.equal(listing.fault, 'several-matches');
    assert.match(listing.explanation ?? '', /412.*FINESS ou son SIRET/);
    assert.deepEqual([...world.addresses('Practitioner/1'), ...world.addresses('Practitioner/3')], []);
  });

  for (const [status, fault] of [
    [400, 'not-understood'],
    [422, 'not-understood'],
    [405, 'not-offered'],
    [501, 'not-offered'],
  ] as const) {
    test(`${status}: refused as ${fault}, with an explanation`, async (t) => {
      const { world, account } = await refused(t, {});
      world.annuaire.fail({ kind: 'status', status }, { method: 'PATCH' });
      assert.equal((await world.publish()).refused, 1);
      const listing = await world.state(account);
      assert.equal(listing.fault, fault);
      assert.ok((listing.explanation ?? '').length > 50);
    });
  }

  for (const status of [401, 403]) {
    test(`${status}: the key; the run ends, the wishes wait`, async (t) => {
      const { world, account } = await refused(t, {});
      world.annuaire.fail({ kind: 'status', status }, { method: 'PATCH' });
      assert.deepEqual(await world.publish(), { kind: 'paused', published: 0, removed: 0, refused: 0, postponed: 1 });
      const listing = await world.state(account);
      assert.deepEqual([listing.state, listing.fault], ['waiting', 'key-refused']);
      assert.match(listing.explanation ?? '', /clé de publication/);
      world.later(2 * publicationLimits.pauseFirstMs);
      assert.equal((await world.publish()).published, 1);
    });
  }

  for (const fault of [
    { kind: 'status', status: 500 },
    { kind: 'garbage' },
    { kind: 'cut', when: 'before' },
    { kind: 'cut', when: 'within' },
    { kind: 'oversize', bytes: liveLimits.answerBytes + 1 },
  ] as const) {
    test(`a failure (${Object.values(fault).join(' ')}) postpones, and the next attempt publishes once`, async (t) => {
      const { world, account } = await refused(t, {});
      world.annuaire.fail(fault, { method: 'PATCH' });
      const run = await world.publish();
      // A PATCH says all in its status: what follows it is not read.
      if (fault.kind === 'garbage') return assert.equal(run.published, 1);
      assert.equal(run.postponed, 1);
      const listing = await world.state(account);
      assert.deepEqual([listing.state, listing.fault], ['waiting', 'annuaire-unavailable']);
      assert.equal((await world.publish()).kind, 'idle');
      world.later(2 * publicationLimits.pauseFirstMs);
      assert.equal((await world.publish()).published, 1);
      assert.deepEqual(world.addresses('Practitioner/1'), ['marie.dupont@cabinet.example']);
    });
  }

  test('429: it is tried again no sooner than it asks', async (t) => {
    const { world, account } = await refused(t, {});
    world.annuaire.fail({ kind: 'status', status: 429, retryAfter: '600' }, { method: 'PATCH' });
    await world.publish();
    const listing = await world.state(account);
    assert.ok((listing.nextAttemptAt?.getTime() ?? 0) >= world.now.getTime() + 10 * minute);
    world.later(9 * minute);
    assert.equal((await world.publish()).kind, 'idle');
    world.later(2 * minute);
    assert.equal((await world.publish()).published, 1);
  });

  test('nothing is sent while no interface is configured, and wishes are kept', async (t) => {
    const { world, account } = await refused(t, {});
    const { access, audit } = world.foundation;
    const listings = createListings({ db: world.db, audit, rights: access, annuaire: undefined });
    assert.equal((await listings.publishDue(world.now)).kind, 'off');
    assert.equal((await world.state(account)).state, 'waiting');
  });
});
