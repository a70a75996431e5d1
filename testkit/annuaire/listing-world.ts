/** A stand-in Annuaire, a database and our listings between them, for the tests of the publication. */
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { present } from '../../src/base/assert.ts';
import type { Clock } from '../../src/base/clock.ts';
import { type AccountId, newId } from '../../src/base/ids.ts';
import { silentLog } from '../../src/base/log.ts';
import { Secret } from '../../src/base/secret.ts';
import type { Act, Actor } from '../../src/domain/audit/audit.ts';
import {
  type Annuaire,
  createListings,
  type Listings,
  openAnnuaire,
  type WantedListing,
} from '../../src/domain/directory/directory.ts';
import { type Address, parseAddress } from '../../src/formats/address/address.ts';
import { type Foundation, openFoundation } from '../foundation.ts';
import { type StandInAnnuaire, type StandInOptions, startAnnuaire } from './annuaire.ts';
import { isObject } from './patch-evaluation.ts';
import { organization, practitioner, practitionerRole } from './resources.ts';

type ListedAccount = WantedListing['account'];

export const idnps = '810003456789';
export const finess = '310000001';
const administrator: Actor = { kind: 'administrator', login: 'admin' };

export function address(text: string): Address {
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

export class ListingWorld {
  readonly foundation: Foundation;
  readonly annuaire: StandInAnnuaire;
  /** Our side of the wire. */
  readonly interface: Annuaire;
  readonly listings: Listings;

  private constructor(foundation: Foundation, annuaire: StandInAnnuaire) {
    this.foundation = foundation;
    this.annuaire = annuaire;
    const { access, audit, database } = foundation;
    this.interface = openAnnuaire({
      db: database.db,
      clock: foundation.clock,
      log: silentLog,
      name: 'publication',
      url: annuaire.url,
      apiKey: new Secret(annuaire.apiKey),
      allowLoopback: true,
    });
    this.listings = createListings({ db: database.db, audit, rights: access, annuaire: this.interface });
  }

  static async open(t: TestContext, options: StandInOptions = {}): Promise<ListingWorld> {
    const annuaire = await startAnnuaire({ resources: everybody, ...options });
    t.after(() => annuaire.stop());
    return new ListingWorld(await openFoundation(t, new TestClock()), annuaire);
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
