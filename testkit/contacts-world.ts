/** Contacts over a real mail store and a real directory. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert, present } from '../src/base/assert.ts';
import { silentLog } from '../src/base/log.ts';
import type { Act, Actor } from '../src/domain/audit/audit.ts';
import { type Contacts, type ContactsParts, createContacts } from '../src/domain/contacts/contacts.ts';
import { createDirectory, type Directory } from '../src/domain/directory/directory.ts';
import type { Account } from '../src/domain/mail/mail.ts';
import { openTrust, refreshCrls, refreshWhiteList, type Trust } from '../src/domain/trust/trust.ts';
import { type Address, type DomainName, parseAddress, parseDomain } from '../src/formats/address/address.ts';
import { openLookupHasher } from '../src/platform/keys/lookup-hasher.ts';
import { createTrustWorld } from './authority/trust-world.ts';
import type { Scope } from './database.ts';
import { rowOf, textOf } from './directory/small-extraction.ts';
import { TestMail } from './mail-store.ts';

export function addressOf(text: string): Address {
  return present(parseAddress(text), 'a test address is not one');
}

function domainName(text: string): DomainName {
  return present(parseDomain(text), 'a test domain is not one');
}

/** A doctor of the directory. */
export interface Listed {
  readonly rpps: string;
  readonly family: string;
  readonly given?: string;
  readonly addresses: readonly string[];
  readonly postcode?: string;
}

/** The national directory over a test's database, fed by extractions that the test writes. */
export class TestDirectory {
  readonly directory: Directory;
  readonly #folder: string;
  #published = 0;

  private constructor(directory: Directory, folder: string) {
    this.directory = directory;
    this.#folder = folder;
  }

  static async open(scope: Scope, store: TestMail): Promise<TestDirectory> {
    const folder = await mkdtemp(join(tmpdir(), 'hygie-directory-'));
    const { database, clock, audit, access } = store;
    const directory = createDirectory({
      database,
      clock,
      audit,
      log: silentLog,
      rights: access,
      downloader: undefined,
      workFolder: folder,
      maxRemovedShare: 1,
      annuaire: undefined,
      publicationAnnuaire: undefined,
    });
    scope.after(async () => {
      await directory.stop();
      await rm(folder, { recursive: true, force: true });
    });
    return new TestDirectory(directory, folder);
  }

  /** The next edition, of noon of this day of November 2026: who is not in it has left. Its number. */
  async publish(day: number, listed: readonly Listed[]): Promise<number> {
    this.#published += 1;
    const stamp = `202611${String(day).padStart(2, '0')}1200`;
    const path = join(this.#folder, `Extraction_Correspondance_MSSante_${stamp}.txt`);
    // One mailbox more in each: no two editions are the same file.
    const witness = {
      rpps: '19999999999',
      family: `Edition ${this.#published}`,
      addresses: ['edition@temoin.example'],
    };
    await writeFile(path, textOf('mailboxes', [...listed, witness].flatMap(rowsOf)));
    const [outcome] = await this.directory.importFiles([path], { force: true });
    assert(outcome?.kind === 'imported', 'the edition is imported');
    return present(outcome.editions[0], 'an import makes an edition').editionId;
  }
}

function rowsOf({ rpps, family, given = 'Claire', addresses, postcode = '' }: Listed): readonly string[] {
  return addresses.map((address) =>
    rowOf('mailboxes', {
      'Adresse BAL': address,
      'Identifiant PP': rpps,
      'Identification nationale PP': `8${rpps}`,
      "Civilité d'exercice": 'DR',
      "Nom d'exercice": family,
      "Prénom d'exercice": given,
      'Code postal structure BAL': postcode,
      'L6LIGNEACHEMINEMENT structure BAL': '',
    }),
  );
}

export interface Holder {
  readonly account: Account;
  readonly as: Actor;
}

export class ContactsWorld {
  readonly store: TestMail;
  readonly directory: TestDirectory;
  readonly contacts: Contacts;
  /** Another process over the same database. */
  readonly elsewhere: Contacts;

  readonly #scope: Scope;
  readonly #trust: Trust;

  private constructor(
    scope: Scope,
    made: Pick<ContactsWorld, 'store' | 'directory' | 'contacts' | 'elsewhere'> & { readonly trust: Trust },
  ) {
    this.#scope = scope;
    this.#trust = made.trust;
    this.store = made.store;
    this.directory = made.directory;
    this.contacts = made.contacts;
    this.elsewhere = made.elsewhere;
  }

  static async open(scope: Scope): Promise<ContactsWorld> {
    const store = await TestMail.open(scope);
    const directory = await TestDirectory.open(scope, store);
    const trust = await openTrust({
      database: store.database,
      log: silentLog,
      authorities: { anchors: [], issuers: [] },
    });
    scope.after(() => trust.stop());
    const parts: ContactsParts = {
      dataKeys: store.dataKeys,
      lookup: await openLookupHasher(store.db, store.dataKeys),
      access: store.access,
      mail: store.mail,
      directory: directory.directory,
      trust,
      clock: store.clock,
      ownDomains: [domainName('chezmoi.mssante.example')],
      patientDomains: [domainName('patient.mssante.example')],
    };
    const [contacts, elsewhere] = [createContacts(parts), createContacts(parts)];
    return new ContactsWorld(scope, { store, directory, trust, contacts, elsewhere });
  }

  /** The first white list; there is none before it. */
  async publishWhiteList(domains: readonly string[]): Promise<void> {
    const world = await createTrustWorld(this.#scope);
    await world.publishCrls({ nextUpdate: new Date(world.now().getTime() + 86_400_000) });
    await world.publishList(domains.map((domain) => ({ domain, dn: `CN=mss.${domain},O=Test,C=FR` })));
    await refreshCrls(world.deps(this.store.db));
    await refreshWhiteList(world.deps(this.store.db));
    await this.#trust.reload();
  }

  /** An account and the person whose it is; in a tenant of its own unless told. */
  async createHolder(tenantId?: Account['tenantId']): Promise<Holder> {
    const account = await this.store.createAccount(tenantId ?? (await this.store.createTenant()));
    return { account, as: await this.store.createReader(account, ['own']) };
  }

  act<T>({ as }: Pick<Holder, 'as'>, body: (act: Act) => Promise<T>): Promise<T> {
    return this.store.act(body, as);
  }

  write(holder: Holder, ...addresses: readonly string[]): Promise<void> {
    const to = addresses.map(addressOf);
    return this.act(holder, (act) => this.contacts.recordWritten(act, holder.account, to));
  }
}
