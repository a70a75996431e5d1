import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { address, finess, idnps, ListingWorld } from '../../../../testkit/annuaire/listing-world.ts';
import { practitioner } from '../../../../testkit/annuaire/resources.ts';
import type { ListingHolder } from './publication.ts';

describe('a listing', () => {
  test('is inserted, replaced and deleted by conditional PATCHes, with an event for each wish and each end', async (t) => {
    const world = await ListingWorld.open(t);
    const account = await world.account('Marie.DUPONT@cabinet.example');
    await world.act((act) =>
      world.listings.requestListing(act, world.wanted(account, { address: address('Marie.DUPONT@cabinet.example') })),
    );
    assert.deepEqual(await world.listings.countListings(world.db), {
      waiting: 1,
      published: 0,
      removed: 0,
      refused: 0,
    });
    assert.deepEqual(await world.publish(), { kind: 'done', published: 1, removed: 0, refused: 0, postponed: 0 });
    assert.deepEqual(world.addresses('Practitioner/1'), ['marie.dupont@cabinet.example']);
    assert.deepEqual(world.addresses('Practitioner/2'), []);

    await world.act((act) => world.listings.changeListing(act, { account, rank: 1 }));
    await world.publish();
    assert.match(JSON.stringify(world.annuaire.resources.get('Practitioner/1')), /"rank":1/);
    assert.deepEqual(world.addresses('Practitioner/1'), ['marie.dupont@cabinet.example']);

    assert.equal(await world.act((act) => world.listings.withdrawListing(act, account)), true);
    await world.publish();
    assert.deepEqual(world.addresses('Practitioner/1'), []);
    assert.equal((await world.state(account)).state, 'removed');
    const events = await world.foundation.audit.list(world.db, { tenantId: account.tenantId, limit: 10 });
    assert.deepEqual(
      events
        .map(({ kind }) => kind)
        .filter((kind) => kind.startsWith('listing.'))
        .toSorted(),
      ['changed', 'published', 'published', 'removed', 'requested', 'withdrawn'].map((verb) => `listing.${verb}`),
    );
    assert.deepEqual(await world.publish(), { kind: 'idle', published: 0, removed: 0, refused: 0, postponed: 0 });
  });

  test('of a structure and of a person in a structure find their holders', async (t) => {
    const world = await ListingWorld.open(t);
    const shared = await world.account('accueil@cabinet.example');
    const holder: ListingHolder = { resource: 'Organization', identifier: `1${finess}` };
    const texts = { service: 'Accueil', description: 'Secrétariat', responsible: 'Mme Durand' };
    const wanted = world.wanted(shared, { address: address('accueil@cabinet.example'), type: 'ORG', holder, ...texts });
    await world.act((act) => world.listings.requestListing(act, wanted));
    await world.published({ holder: { resource: 'PractitionerRole', identifier: idnps, organization: `1${finess}` } });
    assert.deepEqual(world.addresses('Organization/10'), ['accueil@cabinet.example']);
    assert.deepEqual(world.addresses('PractitionerRole/20'), ['marie.dupont@cabinet.example']);
    assert.match(JSON.stringify(world.annuaire.resources.get('Organization/10')), /Mme Durand/);
  });

  test('that goes to the red list is hidden here at once, and there at the next run', async (t) => {
    const world = await ListingWorld.open(t);
    const account = await world.published();
    assert.equal(await world.isHidden('marie.dupont@cabinet.example'), false);
    await world.act((act) => world.listings.changeListing(act, { account, isRedListed: true }));
    assert.equal(await world.isHidden('marie.dupont@cabinet.example'), true);
    await world.publish();
    assert.match(JSON.stringify(world.annuaire.resources.get('Practitioner/1')), /"listeRouge","valueBoolean":true/);
    await world.act((act) => world.listings.changeListing(act, { account, isRedListed: false }));
    assert.equal(await world.isHidden('marie.dupont@cabinet.example'), false);
    await world.act((act) => world.listings.withdrawListing(act, account));
    assert.equal(await world.isHidden('marie.dupont@cabinet.example'), true);
  });

  test('is never there twice, nor left behind, when the Annuaire hides the red list from us', async (t) => {
    const world = await ListingWorld.open(t, { hidesRedListed: true });
    const account = await world.published({ isRedListed: true });
    await world.act((act) => world.listings.changeListing(act, { account, rank: 2 }));
    await world.publish();
    assert.deepEqual(world.addresses('Practitioner/1'), ['marie.dupont@cabinet.example']);
    await world.act((act) => world.listings.changeListing(act, { account, isRedListed: false }));
    await world.publish();
    assert.deepEqual(world.addresses('Practitioner/1'), ['marie.dupont@cabinet.example']);
    await world.act((act) => world.listings.changeListing(act, { account, isRedListed: true }));
    await world.publish();
    await world.act((act) => world.listings.withdrawListing(act, account));
    await world.publish();
    assert.deepEqual(world.addresses('Practitioner/1'), []);
  });

  test('moves to a new address in one PATCH, and leaves the old one hidden', async (t) => {
    const world = await ListingWorld.open(t);
    const account = await world.published({}, 'marie.martin@cabinet.example');
    const before = world.patches();
    await world.act((act) =>
      world.listings.changeListing(act, { account, address: address('marie.martin@cabinet.example') }),
    );
    assert.equal(await world.isHidden('marie.dupont@cabinet.example'), true);
    await world.publish();
    assert.deepEqual(world.addresses('Practitioner/1'), ['marie.martin@cabinet.example']);
    assert.equal(world.patches(), before + 1);
    assert.equal(await world.isHidden('marie.dupont@cabinet.example'), true);
    assert.equal(await world.isHidden('marie.martin@cabinet.example'), false);
  });

  test('goes from the wrong person to the right one, and stays with neither twice', async (t) => {
    const world = await ListingWorld.open(t);
    const account = await world.published({ holder: { resource: 'Practitioner', identifier: '810009999999' } });
    assert.deepEqual(world.addresses('Practitioner/2'), ['marie.dupont@cabinet.example']);
    await world.act((act) =>
      world.listings.changeListing(act, { account, holder: { resource: 'Practitioner', identifier: idnps } }),
    );
    await world.publish();
    assert.deepEqual(world.addresses('Practitioner/1'), ['marie.dupont@cabinet.example']);
    assert.deepEqual(world.addresses('Practitioner/2'), []);
  });

  test('with an apostrophe in its address is changed and deleted like any other', async (t) => {
    const world = await ListingWorld.open(t);
    const account = await world.account("marie.d'arc@cabinet.example");
    const own = address("marie.d'arc@cabinet.example");
    await world.act((act) => world.listings.requestListing(act, world.wanted(account, { address: own })));
    await world.publish();
    await world.act((act) => world.listings.changeListing(act, { account, rank: 3 }));
    await world.publish();
    assert.deepEqual(world.addresses('Practitioner/1'), [own]);
    await world.act((act) => world.listings.withdrawListing(act, account));
    await world.publish();
    assert.deepEqual(world.addresses('Practitioner/1'), []);
  });

  test('leaves what others put there', async (t) => {
    const other = { address: 'marie@hopital.example', type: 'PER' };
    const world = await ListingWorld.open(t, { resources: [practitioner('1', idnps, [other])] });
    const account = await world.published();
    assert.deepEqual(world.addresses('Practitioner/1'), ['marie.dupont@cabinet.example', 'marie@hopital.example']);
    await world.act((act) => world.listings.withdrawListing(act, account));
    await world.publish();
    assert.deepEqual(world.addresses('Practitioner/1'), ['marie@hopital.example']);
  });
});
