/**
 * Operators of one trust space, each with its own database, certificate and mail store, that really talk SMTP to each
 * other; and the few deeds that tests of transfer begin with.
 */
import { createSecureContext, type SecureContext } from 'node:tls';
import { assert, present } from '../src/base/assert.ts';
import { type EmailId, newId, type TenantId } from '../src/base/ids.ts';
import { silentLog } from '../src/base/log.ts';
import type { Secret } from '../src/base/secret.ts';
import type { PersonRef } from '../src/domain/access/access.ts';
import { type Contacts, createContacts } from '../src/domain/contacts/contacts.ts';
import type { Directory } from '../src/domain/directory/directory.ts';
import type { AccountRef, EmailSummary } from '../src/domain/mail/mail.ts';
import type { Admission, Peer, SenderEnvelope, Transaction } from '../src/domain/transfer/acceptance.ts';
import {
  createTransfer,
  type SendingRef,
  type Transfer,
  type TransferOptions,
  type TransferParts,
} from '../src/domain/transfer/transfer.ts';
import { openTrust, refreshCrls, refreshWhiteList, type Trust } from '../src/domain/trust/trust.ts';
import { startSmtpServer } from '../src/ends/smtpd/smtpd.ts';
import { type Address, type DomainName, parseAddress, parseDomain } from '../src/formats/address/address.ts';
import { openFileStore } from '../src/platform/blobs/file-store.ts';
import { createSealedBlobs } from '../src/platform/blobs/sealed-blobs.ts';
import { openLookupHasher } from '../src/platform/keys/lookup-hasher.ts';
import type { MailRoutes } from '../src/platform/net/mail-hosts.ts';
import { tlsFloor } from '../src/platform/tls/tls.ts';
import type { Issued } from './authority/authority.ts';
import { createTrustWorld, type TrustWorld } from './authority/trust-world.ts';
import { TestDirectory } from './contacts-world.ts';
import type { Scope } from './database.ts';
import { readAll, TestMail, task } from './mail-store.ts';

export function addressOf(text: string): Address {
  return present(parseAddress(text), 'a test address is not one');
}

export function domainName(text: string): DomainName {
  return present(parseDomain(text), 'a test domain is not one');
}

export function dnOf(name: string): string {
  return `CN=mss.${name}.example,OU=318310021300028,O=${name.toUpperCase()},ST=Haute-Garonne (31),C=FR`;
}

const monthMs = 30 * 24 * 3600 * 1000;

export class TransferWorld {
  readonly trust: TrustWorld;
  /** Where the mail of each domain goes; operators that serve add themselves. */
  readonly routes: Record<string, MailRoutes[string]> = {};
  readonly #scope: Scope;

  private constructor(scope: Scope, trust: TrustWorld) {
    this.#scope = scope;
    this.trust = trust;
  }

  /** `names` are operators on the white list, for the domain `<name>.mssante.example`. */
  static async open(scope: Scope, names: readonly string[]): Promise<TransferWorld> {
    const trust = await createTrustWorld(scope);
    await trust.publishCrls({ nextUpdate: new Date(trust.now().getTime() + monthMs) });
    await trust.publishList(names.map((name) => ({ domain: `${name}.mssante.example`, dn: dnOf(name) })));
    return new TransferWorld(scope, trust);
  }

  issue(name: string): Issued {
    return this.trust.authority.issue({ dn: dnOf(name) });
  }

  async operator(name: string, options: Partial<TransferOptions> = {}): Promise<TestOperator> {
    const store = await TestMail.open(this.#scope);
    await refreshCrls(this.trust.deps(store.db));
    await refreshWhiteList(this.trust.deps(store.db));
    const { authorities } = this.trust.config;
    const trust = await openTrust({ database: store.database, log: silentLog, authorities });
    this.#scope.after(() => trust.stop());
    const { directory } = await TestDirectory.open(this.#scope, store);
    const made = { name, store, trust, directory, issued: this.issue(name), options };
    const operator = await TestOperator.make(this, made);
    return operator;
  }

  /** Listens for other operators and for people, and takes the domain's mail from now on. */
  async serve(operator: TestOperator): Promise<{ readonly inboundPort: number; readonly submissionPort: number }> {
    const common = {
      serverName: operator.hostName,
      secureContext: () => operator.context,
      clock: operator.store.clock,
      log: silentLog,
    };
    const at = { host: '127.0.0.1', port: 0 };
    const { inbound, submission } = operator.transfer;
    const forOperators = await startSmtpServer({ ...common, role: { kind: 'inbound', acceptance: inbound } }, at);
    const forPeople = await startSmtpServer({ ...common, role: { kind: 'submission', acceptance: submission } }, at);
    this.#scope.after(async () => {
      await Promise.all([forOperators.stop(), forPeople.stop()]);
    });
    this.routes[operator.domain] = { host: '127.0.0.1', port: forOperators.port };
    return { inboundPort: forOperators.port, submissionPort: forPeople.port };
  }
}

interface OperatorMake {
  readonly name: string;
  readonly store: TestMail;
  readonly trust: Trust;
  readonly directory: Directory;
  readonly issued: Issued;
  readonly options: Partial<TransferOptions>;
}

/** What the observer was told. */
export interface Observed {
  readonly received: string[];
  readonly reported: string[];
  readonly sent: string[];
  readonly alerts: string[];
}

export class TestOperator {
  readonly name: string;
  readonly domain: DomainName;
  readonly hostName: string;
  readonly store: TestMail;
  readonly trust: Trust;
  readonly contacts: Contacts;
  readonly transfer: Transfer;
  readonly parts: TransferParts;
  readonly issued: Issued;
  readonly context: SecureContext;
  readonly tenantId: TenantId;
  readonly observed: Observed;
  /** Domains that the worker was asked to send to. */
  readonly wakings: DomainName[];
  /** Sendings that the worker was asked to release. */
  readonly releases: SendingRef[];
  /** Emails that the worker was asked to follow. */
  readonly followings: (AccountRef & { readonly emailId: EmailId })[];

  private constructor(made: Omit<TestOperator, 'createDoctor' | 'peer' | 'inbox' | 'contents' | 'drain' | 'open'>) {
    this.name = made.name;
    this.domain = made.domain;
    this.hostName = made.hostName;
    this.store = made.store;
    this.trust = made.trust;
    this.contacts = made.contacts;
    this.transfer = made.transfer;
    this.parts = made.parts;
    this.issued = made.issued;
    this.context = made.context;
    this.tenantId = made.tenantId;
    this.observed = made.observed;
    this.wakings = made.wakings;
    this.followings = made.followings;
    this.releases = made.releases;
  }

  static async make(
    world: TransferWorld,
    { name, store, trust, directory, issued, options }: OperatorMake,
  ): Promise<TestOperator> {
    const domain = domainName(`${name}.mssante.example`);
    const hostName = `mss.${name}.example`;
    const context = createSecureContext({
      ...tlsFloor,
      key: issued.keyPem,
      cert: issued.chainPem,
      ca: [world.trust.authority.rootPem, world.trust.authority.organisationsPem],
    });
    const observed: Observed = { received: [], reported: [], sent: [], alerts: [] };
    const { jobs, ...asked } = recordJobs();
    const blobStore = await openFileStore(store.blobFolder);
    const lookup = await openLookupHasher(store.db, store.dataKeys);
    const { patientDomains = [] } = options;
    const contacts = createContacts({ ...store, lookup, trust, directory, ownDomains: [domain], patientDomains });
    const parts: TransferParts = {
      db: store.db,
      audit: store.audit,
      access: store.access,
      mail: store.mail,
      dataKeys: store.dataKeys,
      trust,
      clock: store.clock,
      lookup,
      contacts,
      blobs: createSealedBlobs({ store: blobStore, clock: store.clock }),
      ...jobs,
      observer: observerInto(observed),
      options: {
        domains: [domain],
        hostName,
        administrator: addressOf(`admin@${domain}`),
        productReference: 'HYGIE-TEST',
        unverifiedAuthor: 'refuse',
        patientDomains,
        optInDomains: [],
        ...options,
      },
    };
    const resolver = { mailExchanges: async () => [], addresses: async () => [] };
    const outside = {
      routing: { resolver, routes: world.routes, allowPrivate: true },
      secureContext: () => context,
    };
    const tenantId = await store.createTenant();
    const transfer = createTransfer({ ...parts, outside });
    const made = {
      name,
      domain,
      hostName,
      store,
      trust,
      contacts,
      transfer,
      parts,
      issued,
      context,
      tenantId,
      observed,
      ...asked,
    };
    const operator = new TestOperator(made);
    await operator.createDoctor('admin');
    return operator;
  }

  /** A person who owns the account `<login>@<domain>`, with an app password for submission. */
  async createDoctor(
    login = `dr${newId().slice(-12)}`,
    quotaBytes = 1_000_000_000,
    tenantId = this.tenantId,
  ): Promise<{ account: AccountRef; address: Address; person: PersonRef; token: Secret; login: string }> {
    const { store } = this;
    const address = addressOf(`${login}@${this.domain}`);
    const account = await store.act((act) =>
      store.mail.createAccount(act, { tenantId, type: 'PER', address, displayName: `Dr ${login}`, quotaBytes }),
    );
    const person = await store.act((act) =>
      store.access.createPerson(act, {
        tenantId,
        login,
        name: `Dr ${login}`,
        rpps: null,
        title: 'Médecin',
        role: 'holder',
      }),
    );
    await store.act((act) => store.access.delegate(act, { account, personId: person.personId, rights: ['own'] }));
    const { token } = await store.act((act) =>
      store.access.createAppPassword(act, { person, label: 'test', scopes: ['submission'] }),
    );
    return { account: { tenantId, accountId: account.accountId }, address, person, token, login };
  }

  /** How this operator looks to another one, under TLS. */
  peer(): Peer {
    const certificate = Buffer.from(this.issued.certificatePem.replace(/-----[^-]+-----|\s/g, ''), 'base64');
    return {
      remoteAddress: '192.0.2.7',
      clientName: this.hostName,
      tls: { version: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384' },
      certificateChain: [certificate],
    };
  }

  /** Opens a transaction of `from` at this operator; refused ones make the test fail. */
  async open(from: TestOperator, envelope: Partial<SenderEnvelope> & { sender: Address | null }): Promise<Transaction> {
    const admitted = await this.transfer.inbound.admitPeer(from.peer());
    assert(admitted.kind === 'admitted', 'the peer was not admitted');
    const admission: Admission = admitted.admission;
    const opened = await admission.openTransaction({ smtpUtf8: false, ...envelope });
    assert(opened.kind === 'opened', 'the transaction was not opened');
    return opened.transaction;
  }

  /** Summaries of a mailbox, the oldest first. */
  async inbox(account: AccountRef, role: 'inbox' | 'sent' = 'inbox'): Promise<readonly EmailSummary[]> {
    const mailboxId = await this.store.mailboxOf(account, role);
    const ids = await this.store.mail.listEmails(this.store.db, account, { mailboxId, limit: 500 });
    if (ids.length === 0) return [];
    const summaries = await this.store.act((act) => this.store.mail.openSummaries(act, account, ids), task);
    return [...summaries].reverse();
  }

  /** The bytes of an email. */
  async contents(account: AccountRef, id: EmailId): Promise<Buffer> {
    return readAll(await this.store.act((act) => this.store.mail.openContent(act, account, id), task));
  }

  /** Sends until nothing is due. */
  async drain(domain: DomainName): Promise<void> {
    for (;;) {
      const run = await this.transfer.sendDue(domain);
      if (run.kind !== 'more') return;
    }
  }
}

/** Jobs that are asked for and done by nobody: tests do them. */
function recordJobs() {
  const asked: Pick<TestOperator, 'wakings' | 'releases' | 'followings'> = {
    wakings: [],
    releases: [],
    followings: [],
  };
  const jobs: Pick<TransferParts, 'enqueueSending' | 'enqueueRelease' | 'enqueueFollowing'> = {
    enqueueSending: async (_tx, domains) => void asked.wakings.push(...domains),
    enqueueRelease: async (_tx, sending) => void asked.releases.push(sending),
    enqueueFollowing: async (_tx, emails) => void asked.followings.push(...emails),
  };
  return { ...asked, jobs };
}

function observerInto(observed: Observed): TransferParts['observer'] {
  return {
    received: (reference) => void observed.received.push(reference),
    reported: (kind, recipients) => void observed.reported.push(`${kind} ${recipients}`),
    sent: (outcome) => void observed.sent.push(outcome),
    alert: (alert) => void observed.alerts.push(alert),
  };
}
