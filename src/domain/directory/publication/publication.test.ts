import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type StandInOptions, startAnnuaire } from '../../../../testkit/annuaire/annuaire.ts';
import { isObject } from '../../../../testkit/annuaire/patch-evaluation.ts';
import { organization, practitioner, practitionerRole } from '../../../../testkit/annuaire/resources.ts';
import { type Foundation, openFoundation } from '../../../../testkit/foundation.ts';
import { present } from '../../../base/assert.ts';
import type { Clock } from '../../../base/clock.ts';
import { type AccountId, newId } from '../../../base/ids.ts';
import { liveLimits, publicationLimits } from '../../../base/limits.ts';
import { silentLog } from '../../../base/log.ts';
import { Secret } from '../../../base/secret.ts';
import { type Address, parseAddress } from '../../../formats/address/address.ts';
import type { Act, Actor } from '../../audit/audit.ts';
import { openAnnuaire } from '../live/annuaire.ts';
import { createListings, type ListedAccount, type ListingHolder, type WantedListing } from './publication.ts';

const idnps = '810003456789';
const finess = '310000001';
const minute = 60_000;
const administrator: Actor = { kind: 'administrator', login: 'admin' };

function address(text: string): Address {
  return present(parseAddress(text), 'a test address is none');
}

const everybody = [
  practitioner('1', idnps),
  practitioner('2', '810009999999'),
  organization('10', finess),
  practitionerRole('20', { practitioner: '1', organization: '10' }),
];

class TestClock implements Clock {
  ms = Date.UTC(2026, 10, 22, 10);
  now = () => new Date(this.ms);
  monotonicMs = () => this.ms;
}

class World {
  readonly foundation: Foundation;
  readonly annuaire: Awaited<ReturnType<typeof startAnnuaire>>;
  readonly listings: ReturnType<typeof createListings>;

  private constructor(foundation: Foundation, annuaire: Awaited<ReturnType<typeof startAnnuaire>>, apiKey: string) {
    this.foundation = foundation;
    this.annuaire = annuaire;
    const { access, audit, database } = foundation;
    this.listings = createListings({
      db: database.db,
      audit,
      rights: access,
      annuaire: openAnnuaire({
        db: database.db,
        clock: foundation.clock,
        log: silentLog,
        name: 'publication',
        url: annuaire.url,
        apiKey: new Secret(apiKey),
        allowLoopback: true,
      }),
    });
  }

  static async open(t: TestContext, options: StandInOptions = {}, apiKey = 'test-key'): Promise<World> {
    const annuaire = await startAnnuaire({ resources: everybody, ...options });
    t.after(() => annuaire.stop());
    return new World(await openFoundation(t, new TestClock()), annuaire, apiKey);
  }

  get now(): Date {
    return this.foundation.clock.now();
  }

  get db() {
    return this.foundation.database.db;
  }

  act<T>(body: (act: Act) => Promise<T>, actor: Actor = administrator): Promise<T> {
    return this.foundation.audit.act({ actor, reason: 'test' }, body);
  }

  /** An account with this address; not stored: a listing needs no more of it. */
  async account(...addresses: readonly string[]): Promise<ListedAccount> {
    const { access, audit } = this.foundation;
    return audit.act({ actor: administrator, reason: 'test', silent: 'when-nothing-changed' }, async (act) => {
      const tenantId = await access.createTenant(act, { kind: 'practice', name: 'Cabinet' });
      const account = { tenantId, accountId: newId<AccountId>() };
      for (const text of addresses) await access.registerAddress(act, address(text), account);
      return account;
    });
  }

  wanted(account: ListedAccount, change: Partial<WantedListing> = {}): WantedListing {
    return {
      account,
      address: address('marie.dupont@cabinet.example'),
      type: 'PER',
      holder: { resource: 'Practitioner', identifier: idnps },
      isRedListed: false,
      ...change,
    };
  }

  /** An account that is listed, and published. */
  async published(change: Partial<WantedListing> = {}, ...more: readonly string[]): Promise<ListedAccount> {
    const account = await this.account('marie.dupont@cabinet.example', ...more);
    await this.act((act) => this.listings.requestListing(act, this.wanted(account, change)));
    await this.publish();
    assert.equal((await this.state(account)).state, 'published');
    return account;
  }

  publish() {
    return this.listings.publishDue(this.now);
  }

  later(ms: number): void {
    const { clock } = this.foundation;
    assert(clock instanceof TestClock);
    clock.ms += ms;
  }

  async state(account: ListedAccount) {
    return present(await this.listings.listingState(this.db, account), 'a listing');
  }

  /** The addresses that stand with a resource. */
  addresses(name: string): readonly string[] {
    const telecom = this.annuaire.resources.get(name)?.['telecom'] ?? [];
    return Array.isArray(telecom) ? telecom.filter(isObject).map((one) => String(one['value'])) : [];
  }

  patches(): number {
    return this.annuaire.requests.filter(({ method }) => method === 'PATCH').length;
  }

  async isHidden(text: string): Promise<boolean> {
    const { pool } = this.foundation.database;
    const { rows } = await pool.query<{ hidden: boolean }>('select directory.is_hidden($1) as hidden', [text]);
    return present(rows[0], 'an answer').hidden;
  }
}

describe('a listing', () => {
  test('is inserted, replaced and deleted by conditional PATCHes, with an event for each wish and each end', async (t) => {
    const world = await World.open(t);
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
    const world = await World.open(t);
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
    const world = await World.open(t);
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
    const world = await World.open(t, { hidesRedListed: true });
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
    const world = await World.open(t);
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
    const world = await World.open(t);
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
    const world = await World.open(t);
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
    const world = await World.open(t, { resources: [practitioner('1', idnps, [other])] });
    const account = await world.published();
    assert.deepEqual(world.addresses('Practitioner/1'), ['marie.dupont@cabinet.example', 'marie@hopital.example']);
    await world.act((act) => world.listings.withdrawListing(act, account));
    await world.publish();
    assert.deepEqual(world.addresses('Practitioner/1'), ['marie@hopital.example']);
  });
});

describe('a crash between sending and recording', () => {
  for (const hidesRedListed of [false, true]) {
    test(`adds nothing when the wish is sent again, ${hidesRedListed ? 'on the red list' : 'seen'}`, async (t) => {
      const world = await World.open(t, { hidesRedListed });
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

  test('during moves forgets no address', async (t) => {
    const world = await World.open(t);
    const account = await world.published({}, 'b@cabinet.example', 'c@cabinet.example');
    for (const next of ['b@cabinet.example', 'c@cabinet.example']) {
      await world.act((act) => world.listings.changeListing(act, { account, address: address(next) }));
      if (next.startsWith('b')) world.annuaire.fail({ kind: 'cut', when: 'after' }, { method: 'PATCH' });
      await world.publish();
    }
    assert.deepEqual(world.addresses('Practitioner/1'), ['c@cabinet.example']);
  });

  test('leaves a lease that ends, and two workers never hold one listing', async (t) => {
    const world = await World.open(t);
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
    const world = await World.open(t);
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

describe('what the Annuaire answers', () => {
  async function refused(t: TestContext, options: StandInOptions, change: Partial<WantedListing> = {}) {
    const world = await World.open(t, options);
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
