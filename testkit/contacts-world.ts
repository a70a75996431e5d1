/** Contacts over a real mail store, with a directory whose entries a test writes down. */
import { present } from '../src/base/assert.ts';
import type { Act, Actor } from '../src/domain/audit/audit.ts';
import { type Contacts, type ContactsParts, createContacts } from '../src/domain/contacts/contacts.ts';
import type {
  AddressStanding,
  Correspondent,
  CorrespondentId,
  DirectoryChange,
  SearchRequest,
} from '../src/domain/directory/directory.ts';
import type { Account } from '../src/domain/mail/mail.ts';
import { type Address, type DomainName, parseAddress, parseDomain } from '../src/formats/address/address.ts';
import { openLookupHasher } from '../src/platform/keys/lookup-hasher.ts';
import type { Scope } from './database.ts';
import { TestMail } from './mail-store.ts';

export function addressOf(text: string): Address {
  return present(parseAddress(text), 'a test address is not one');
}

function domainName(text: string): DomainName {
  return present(parseDomain(text), 'a test domain is not one');
}

/** Who stands in the directory: `addresses`, the first one the best. */
export interface Listed {
  readonly id: string;
  readonly name: string;
  readonly addresses: readonly string[];
  readonly postcode?: string;
}

/** Entries that a test writes down, and what became of them from edition to edition. */
export class WrittenDirectory implements Pick<ContactsParts['directory'], 'search' | 'standing' | 'changesSince'> {
  readonly searches: SearchRequest[] = [];
  #entries: readonly Correspondent[] = [];
  readonly #seenAt = new Map<Address, Date>();
  readonly #changes: DirectoryChange[] = [];
  #edition = 0;

  /** The next edition: who is not in it has left. Its number. */
  publish(listed: readonly Listed[], at: Date = new Date()): number {
    const before = new Set(this.#addresses());
    this.#entries = listed.map(correspondentOf);
    const after = new Set(this.#addresses());
    this.#edition += 1;
    for (const address of before) if (!after.has(address)) this.#change(address, 'deleted');
    for (const address of after) {
      if (!before.has(address)) this.#change(address, 'created');
      this.#seenAt.set(address, at);
    }
    return this.#edition;
  }

  async search(_db: unknown, request: SearchRequest) {
    this.searches.push(request);
    const words = request.text.toLowerCase().split(' ');
    const found = this.#entries.filter((each) => words.every((word) => each.name.toLowerCase().includes(word)));
    return {
      items: found.slice(request.offset ?? 0, (request.offset ?? 0) + request.limit),
      total: found.length,
      facets: { professions: [], specialities: [], departments: [], types: [] },
      understood: [],
      publishedAt: null,
    };
  }

  async standing(_db: unknown, addresses: readonly Address[]): Promise<ReadonlyMap<Address, AddressStanding>> {
    return new Map(addresses.map((address) => [address, this.#standing(address)]));
  }

  async changesSince(_db: unknown, page: Parameters<ContactsParts['directory']['changesSince']>[1]) {
    const beyond = this.#changes
      .filter((change) => change.editionId > page.since)
      .sort((left, right) => left.editionId - right.editionId || (left.key < right.key ? -1 : 1))
      .filter((change) => page.after === undefined || isAfter(change, page.after));
    return beyond.slice(0, page.limit);
  }

  #addresses(): readonly Address[] {
    return this.#entries.flatMap((each) => each.addresses.map((mailbox) => mailbox.address));
  }

  #standing(address: Address): AddressStanding {
    const correspondent = this.#entries.find((each) => each.addresses.some((mailbox) => mailbox.address === address));
    if (correspondent === undefined) {
      const lastSeenAt = this.#seenAt.get(address);
      return lastSeenAt === undefined ? { kind: 'unknown' } : { kind: 'left', lastSeenAt };
    }
    const namesakes = this.#entries.filter((each) => each.name === correspondent.name).length - 1;
    return { kind: 'listed', correspondent, namesakes };
  }

  #change(address: Address, kind: DirectoryChange['kind']): void {
    this.#changes.push({ editionId: this.#edition, subject: 'mailbox', key: address, kind });
  }
}

function isAfter(change: DirectoryChange, last: DirectoryChange): boolean {
  return change.editionId > last.editionId || (change.editionId === last.editionId && change.key > last.key);
}

function correspondentOf({ id, name, addresses, postcode }: Listed): Correspondent {
  return {
    id: `practitioner/${id}` as CorrespondentId, // of the directory's own form
    kind: 'practitioner',
    name,
    profession: { code: '10', label: 'Médecin' },
    speciality: { code: 'SM04', label: 'Cardiologie' },
    place: {
      organizationId: null,
      organization: null,
      service: null,
      lines: [],
      postcode: postcode ?? null,
      town: null,
      department: null,
    },
    otherPlaces: 0,
    addresses: addresses.map((text) => ({ address: addressOf(text), type: 'PER' })),
    distanceKm: null,
    isHomonym: false,
  };
}

export interface Holder {
  readonly account: Account;
  readonly as: Actor;
}

export class ContactsWorld {
  readonly store: TestMail;
  readonly directory: WrittenDirectory;
  readonly contacts: Contacts;
  /** Another process over the same database. */
  readonly elsewhere: Contacts;

  private constructor(made: Pick<ContactsWorld, 'store' | 'directory' | 'contacts' | 'elsewhere'>) {
    this.store = made.store;
    this.directory = made.directory;
    this.contacts = made.contacts;
    this.elsewhere = made.elsewhere;
  }

  static async open(scope: Scope): Promise<ContactsWorld> {
    const store = await TestMail.open(scope);
    const directory = new WrittenDirectory();
    const parts: ContactsParts = {
      dataKeys: store.dataKeys,
      lookup: await openLookupHasher(store.db, store.dataKeys),
      access: store.access,
      mail: store.mail,
      directory,
      trust: {
        whiteList: () => ({ edition: 1, generatedAt: store.clock.now() }),
        isInTrustSpace: (domain) => domain.endsWith('mssante.example'),
      },
      clock: store.clock,
      patientDomains: [domainName('patient.mssante.example')],
    };
    const [contacts, elsewhere] = [createContacts(parts), createContacts(parts)];
    return new ContactsWorld({ store, directory, contacts, elsewhere });
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
