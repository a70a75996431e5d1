import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { openFoundation } from '../../../../testkit/foundation.ts';
import { present } from '../../../base/assert.ts';
import { publicationLimits } from '../../../base/domain-limits.ts';
import { type AccountId, newId, type PersonId } from '../../../base/ids.ts';
import { type Address, parseAddress } from '../../../formats/address/address.ts';
import type { Act, Actor } from '../../audit/audit.ts';
import { createListings, type ListedAccount, type WantedListing } from './publication.ts';

const administrator: Actor = { kind: 'administrator', login: 'admin' };

function address(text: string): Address {
  return present(parseAddress(text), 'a test address is none');
}

async function setUp(t: TestContext) {
  const { access, audit, database } = await openFoundation(t);
  const listings = createListings({ db: database.db, audit, rights: access, annuaire: undefined });
  const act = <T>(body: (act: Act) => Promise<T>, actor = administrator): Promise<T> =>
    audit.act({ actor, reason: 'test', silent: 'when-nothing-changed' }, body);
  const account = (text: string): Promise<ListedAccount> =>
    act(async (made) => {
      const tenantId = await access.createTenant(made, { kind: 'practice', name: 'Cabinet' });
      const ref = { tenantId, accountId: newId<AccountId>() };
      await access.registerAddress(made, address(text), ref);
      return ref;
    });
  const person = ({ tenantId }: ListedAccount, rpps: string | null = null): Promise<PersonId> =>
    act(async (made) => {
      const wanted = { tenantId, login: newId(), name: 'Dr A', rpps, title: 'Médecin', role: 'holder' } as const;
      return (await access.createPerson(made, wanted)).personId;
    });
  const request = (wanted: WantedListing, actor?: Actor): Promise<void> =>
    act((made) => listings.requestListing(made, wanted), actor);
  return { access, database, db: database.db, listings, act, account, person, request };
}

function personal(account: ListedAccount, change: Partial<WantedListing> = {}): WantedListing {
  return {
    account,
    address: address('a@cabinet.example'),
    type: 'PER',
    holder: { resource: 'Practitioner', identifier: '810003456789' },
    isRedListed: false,
    ...change,
  };
}

function shared(account: ListedAccount, change: Partial<WantedListing> = {}): WantedListing {
  return personal(account, { type: 'ORG', holder: { resource: 'Organization', identifier: '1310000001' }, ...change });
}

describe('a wish', () => {
  test('is heard from the holder and from who administers, and from nobody else', async (t) => {
    const { access, act, account, person, request, listings } = await setUp(t);
    const ref = await account('a@cabinet.example');
    for (const [right, isHeard] of [
      ['own', true],
      ['manage', true],
      ['read', false],
      ['write', false],
      ['send', false],
    ] as const) {
      const personId = await person(ref, right === 'own' ? '10003456789' : null);
      await act((made) => access.delegate(made, { account: ref, personId, rights: [right] }));
      const asked = request(personal(ref), { kind: 'person', personId });
      if (isHeard) await asked;
      else await assert.rejects(asked, { code: 'not-permitted' }, right);
    }
    const operator: Actor = { kind: 'operator', certificateName: 'CN=x' };
    await assert.rejects(request(personal(ref), operator), { code: 'not-permitted' });
    await assert.rejects(
      act((made) => listings.withdrawListing(made, ref), operator),
      { code: 'not-permitted' },
    );
    await assert.rejects(
      act((made) => listings.changeListing(made, { account: ref }), operator),
      { code: 'not-permitted' },
    );
    await assert.rejects(
      act((made) => listings.retryListing(made, ref), operator),
      { code: 'not-permitted' },
    );
  });

  test('of a person stands under the number of who holds the account, or under the one that an administrator said', async (t) => {
    const { access, act, account, person, request, listings } = await setUp(t);
    const ref = await account('a@cabinet.example');
    const [holder, manager] = [await person(ref, '10001111111'), await person(ref, '10002222222')];
    await act(async (made) => {
      await access.delegate(made, { account: ref, personId: holder, rights: ['own'] });
      await access.delegate(made, { account: ref, personId: manager, rights: ['manage'] });
    });
    const under = (identifier: string) => personal(ref, { holder: { resource: 'Practitioner', identifier } });
    for (const personId of [holder, manager]) {
      const actor: Actor = { kind: 'person', personId };
      await request(under('810001111111'), actor);
      for (const foreign of ['810002222222', '810003456789', '0751111111']) {
        await assert.rejects(request(under(foreign), actor), { code: 'foreign-holder' });
        const change = { account: ref, holder: under(foreign).holder };
        await assert.rejects(
          act((made) => listings.changeListing(made, change), actor),
          { code: 'foreign-holder' },
        );
      }
    }
    await request(under('0751111111'));
    const actor: Actor = { kind: 'person', personId: holder };
    await act((made) => listings.changeListing(made, { account: ref, isRedListed: true }), actor);
  });

  test('of one tenant touches no other: neither its accounts nor its addresses', async (t) => {
    const { access, act, account, person, request, listings, db, database } = await setUp(t);
    const victim = await account('a@cabinet.example');
    const stranger = await account('b@cabinet.example');
    const personId = await person(stranger, '10003456789');
    await act((made) => access.delegate(made, { account: stranger, personId, rights: ['own'] }));
    const actor: Actor = { kind: 'person', personId };
    await assert.rejects(request(personal(victim), actor), { code: 'not-permitted' });
    // Another tenant's name with one's own account, one's own name with another's account.
    const mixed = { tenantId: stranger.tenantId, accountId: victim.accountId };
    await assert.rejects(request(personal(mixed), actor), { code: 'not-permitted' });
    await assert.rejects(request(personal(mixed)), { code: 'not-own-address' });
    // The red list of an address of somebody else would hide it from everybody.
    await assert.rejects(request(personal(stranger, { isRedListed: true }), actor), { code: 'not-own-address' });
    const { rows } = await database.pool.query("select directory.is_hidden('a@cabinet.example') as hidden");
    assert.deepEqual(rows, [{ hidden: false }]);
    await request(personal(stranger, { address: address('b@cabinet.example') }), actor);
    await assert.rejects(
      act((made) => listings.changeListing(made, { account: stranger, address: address('a@cabinet.example') }), actor),
      { code: 'not-own-address' },
    );
    // The same person may practise in two of them.
    await request(personal(victim));
    const of = await listings.listListings(db, { limit: 10, tenantId: victim.tenantId });
    assert.deepEqual(
      of.map((listing) => listing.account),
      [victim],
    );
    assert.equal((await listings.listListings(db, { limit: 10 })).length, 2);
    assert.equal((await listings.listListings(db, { limit: 1, after: of[0]?.account ?? victim })).length <= 1, true);
  });

  test('names a holder that can bear the mailbox, by an identifier of its form', async (t) => {
    const { account, request } = await setUp(t);
    const ref = await account('a@cabinet.example');
    for (const holder of [
      { resource: 'Practitioner', identifier: '810003456789' },
      { resource: 'Practitioner', identifier: '02A1234567' },
      { resource: 'PractitionerRole', identifier: '810003456789', organization: '1310000001' },
      { resource: 'PractitionerRole', identifier: '810003456789', organization: '2123456789' },
    ] as const) {
      await request(personal(ref, { holder }));
    }
    for (const identifier of ['12A0000001', '2123456789', '312345678900011']) {
      await request(shared(ref, { holder: { resource: 'Organization', identifier } }));
    }
    for (const wanted of [
      personal(ref, { holder: { resource: 'Practitioner', identifier: '10003456789' } }),
      personal(ref, { holder: { resource: 'Practitioner', identifier: '8100034567890' } }),
      personal(ref, { holder: { resource: 'Practitioner', identifier: '810003456789|x' } }),
      personal(ref, { holder: { resource: 'Organization', identifier: '1310000001' } }),
      personal(ref, { holder: { resource: 'PractitionerRole', identifier: '810003456789', organization: '' } }),
      // The Annuaire finds a situation by FINESS or SIREN alone.
      personal(ref, {
        holder: { resource: 'PractitionerRole', identifier: '810003456789', organization: '312345678900011' },
      }),
      personal(ref, { service: 'Cardiologie' }),
      shared(ref, { holder: { resource: 'Practitioner', identifier: '810003456789' } }),
      shared(ref, { holder: { resource: 'Organization', identifier: '310000001' } }),
      shared(ref, { description: ' ' }),
      shared(ref, { responsible: 'Mme\nDurand' }),
    ]) {
      await assert.rejects(request(wanted), { name: 'Refusal', code: 'bad-listing' }, JSON.stringify(wanted));
    }
  });

  test('has texts and a rank up to their bound and not one past it', async (t) => {
    const { account, request } = await setUp(t);
    const ref = await account('a@cabinet.example');
    const { textCharacters, rank } = publicationLimits;
    await request(shared(ref, { service: 'x'.repeat(textCharacters), rank }));
    for (const change of [
      { service: 'x'.repeat(textCharacters + 1) },
      { rank: rank + 1 },
      { rank: 0 },
      { rank: 1.5 },
    ]) {
      await assert.rejects(request(shared(ref, change)), { code: 'bad-listing' });
    }
  });

  test('is taken while it has places left, and no longer', async (t) => {
    const { account, request, database } = await setUp(t);
    const ref = await account('a@cabinet.example');
    const place = (last: number) =>
      database.pool.query(
        `insert into directory.listing_placement select $1, $2, 'Practitioner', '810003456789', '', n || '@cabinet.example'
           from generate_series(1, $3::int) n on conflict do nothing`,
        [ref.tenantId, ref.accountId, last],
      );
    await place(publicationLimits.placements - 1);
    await request(personal(ref));
    await place(publicationLimits.placements);
    await assert.rejects(request(personal(ref)), { code: 'too-many-changes' });
  });

  test('keeps what a change leaves out, and takes out what it nulls', async (t) => {
    const { account, request, listings, act, db } = await setUp(t);
    const ref = await account('a@cabinet.example');
    await request(shared(ref, { service: 'Accueil', description: 'Secrétariat', rank: 2 }));
    await act((made) => listings.changeListing(made, { account: ref, description: null, isRedListed: true }));
    const listing = present(await listings.listingState(db, ref), 'a listing');
    assert.deepEqual(
      [listing.service, listing.description, listing.rank, listing.isRedListed],
      ['Accueil', null, 2, true],
    );
  });

  test('that was never sent is withdrawn at once; none can be changed or tried again', async (t) => {
    const { account, request, listings, act, db, database } = await setUp(t);
    const ref = await account('a@cabinet.example');
    await assert.rejects(
      act((made) => listings.changeListing(made, { account: ref, rank: 1 })),
      { code: 'no-listing' },
    );
    await assert.rejects(
      act((made) => listings.retryListing(made, ref)),
      { code: 'no-listing' },
    );
    assert.equal(await act((made) => listings.withdrawListing(made, ref)), false);
    await request(personal(ref));
    assert.equal(await act((made) => listings.withdrawListing(made, ref)), true);
    assert.equal((await listings.listingState(db, ref))?.state, 'removed');
    await act((made) => listings.retryListing(made, ref));
    const { rows } = await database.pool.query("select from audit.event where kind = 'listing.retried'");
    assert.equal(rows.length, 0, 'nothing was there to try: nothing is said to have been tried');
    assert.equal(await act((made) => listings.withdrawListing(made, ref)), false);
    await assert.rejects(
      act((made) => listings.changeListing(made, { account: ref, rank: 1 })),
      { code: 'no-listing' },
    );
    // Wished for again, it is no longer hidden.
    await request(personal(ref));
    assert.equal((await listings.listingState(db, ref))?.state, 'waiting');
  });
});
