/**
 * What every end stands on: the platform opened and the domain over it, from one configuration. Opened in order, closed in
 * reverse; what fails half way leaves nothing open.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { present } from '../base/assert.ts';
import { type Clock, systemClock } from '../base/clock.ts';
import { trustLimits } from '../base/domain-limits.ts';
import { Refusal } from '../base/errors.ts';
import { whiteListLimits, x509Limits } from '../base/limits.ts';
import type { Log } from '../base/log.ts';
import { type Access, createAccess } from '../domain/access/access.ts';
import { type Audit, createAudit } from '../domain/audit/audit.ts';
import { type Contacts, type ContactsParts, createContacts } from '../domain/contacts/contacts.ts';
import type { Directory } from '../domain/directory/directory.ts';
import { createMail, type Mail } from '../domain/mail/mail.ts';
import { createTransfer, pendingEmails, type Transfer, type TransferObserver } from '../domain/transfer/transfer.ts';
import { openTrust, readAuthorities, type Trust, type TrustDeps } from '../domain/trust/trust.ts';
import { type DomainName, parseAddress, parseDomain } from '../formats/address/address.ts';
import type { SealedBlobs } from '../platform/blobs/blobs.ts';
import { openFileStore } from '../platform/blobs/file-store.ts';
import { createS3Store } from '../platform/blobs/s3-store.ts';
import { createSealedBlobs } from '../platform/blobs/sealed-blobs.ts';
import type { Config } from '../platform/config/config.ts';
import { type Database, openDatabase } from '../platform/db/db.ts';
import { openInstance } from '../platform/db/instance.ts';
import { enqueueAll } from '../platform/jobs/jobs.ts';
import { createDataKeys } from '../platform/keys/data-keys.ts';
import { loadKeyRing } from '../platform/keys/key-ring.ts';
import { type DataKeys, keyDestroyedChannel } from '../platform/keys/keys.ts';
import { openLookupHasher } from '../platform/keys/lookup-hasher.ts';
import { createFetcher } from '../platform/net/fetcher.ts';
import { systemResolver } from '../platform/net/mail-hosts.ts';
import { createTlsContexts, type TlsContexts } from '../platform/tls/tls.ts';
import { connectionOf, type DatabaseWays } from './database-ways.ts';
import { openDirectory } from './product-directory.ts';
import { openPush, type PushSender } from './product-push.ts';
import { productTexts } from './texts.ts';
import { enqueueFollowing, enqueueIndexing, enqueueRelease, enqueueSending, tasks } from './worker/tasks.ts';

export interface ProductOptions {
  /** Which operator of the sandbox, when there are several configurations. */
  readonly operator?: string;
}

export interface Product {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly database: Database;
  readonly ways: DatabaseWays;
  readonly dataKeys: DataKeys;
  readonly blobs: SealedBlobs;
  readonly tls: TlsContexts;
  readonly audit: Audit;
  readonly access: Access;
  readonly trust: Trust;
  readonly trustDeps: TrustDeps;
  readonly mail: Mail;
  readonly directory: Directory;
  readonly contacts: Contacts;
  readonly transfer: Transfer;
  /** Undefined when no push service may be called. */
  readonly push: PushSender | undefined;
  close(): Promise<void>;
}

export interface ProductParts {
  readonly config: Config;
  readonly log: Log;
  readonly ways: DatabaseWays;
  readonly applicationName: string;
  readonly clock?: Clock;
  readonly observer?: TransferObserver;
  /** Told how many seconds each search in the directory took. */
  readonly onSearch?: (seconds: number) => void;
}

const hour = 3_600_000;

/** Sees nothing: for the command line, which ends before anybody could ask. */
const blindObserver: TransferObserver = {
  received: () => undefined,
  reported: () => undefined,
  sent: () => undefined,
  alert: () => undefined,
};

/** What has been opened, to be closed in reverse. */
class Opened {
  readonly #closings: (() => void | Promise<void>)[] = [];

  add<T>(part: T, close: (part: T) => void | Promise<void>): T {
    this.#closings.push(() => close(part));
    return part;
  }

  async close(): Promise<void> {
    for (let closing = this.#closings.pop(); closing !== undefined; closing = this.#closings.pop()) await closing();
  }
}

export async function openProduct(parts: ProductParts): Promise<Product> {
  const opened = new Opened();
  try {
    return await compose(parts, opened);
  } catch (fault) {
    await opened.close();
    throw fault;
  }
}

/** Database, keys, blobs and certificate. */
async function openPlatform({ config, log, ways, applicationName }: ProductParts, clock: Clock, opened: Opened) {
  const database = opened.add(
    await openDatabase({
      ...connectionOf(ways, applicationName, log),
      maxConnections: config.database.maxConnections,
    }),
    (part) => part.close(),
  );
  const { db } = database;
  await openInstance(db, config.sandbox ? 'sandbox' : 'production');
  const ring = await loadKeyRing(config.keys, { dataFolder: config.dataFolder });
  const dataKeys = createDataKeys({ ring, clock });
  const missing = await dataKeys.missingKeyIds(db);
  if (missing.length > 0) throw new Refusal('keys-missing', productTexts.keysMissing(missing.join(', ')));
  const news = await database.listen(keyDestroyedChannel, (payload) => dataKeys.forget(payload));
  opened.add(news, (part) => part.stop());
  const lookup = await openLookupHasher(db, dataKeys);
  const blobs = createSealedBlobs({ store: await openStore(config, opened), clock });
  const tls = opened.add(
    await createTlsContexts(
      {
        certificatePath: config.tls.certificatePath,
        keyPath: config.tls.keyPath,
        caPath: config.tls.authorityPath,
        ...(config.tls.chainPath === undefined ? {} : { chainPath: config.tls.chainPath }),
      },
      { clock, log },
    ),
    (part) => part.stop(),
  );
  return { database, dataKeys, lookup, blobs, tls };
}

async function compose(parts: ProductParts, opened: Opened): Promise<Product> {
  const { config, log, ways } = parts;
  const clock = parts.clock ?? systemClock;
  const { onSearch = () => undefined } = parts;
  const { database, dataKeys, lookup, blobs, tls } = await openPlatform(parts, clock, opened);
  const { db } = database;
  const audit = createAudit({ db, dataKeys, clock });
  const access = createAccess({ dataKeys, lookup });
  const trustDeps = await readTrustDeps({ config, db, log, clock });
  const trust = opened.add(await openTrust({ database, log, authorities: trustDeps.config.authorities }), (part) =>
    part.stop(),
  );
  const directory = opened.add(openDirectory({ config, clock, log, database, audit, access, onSearch }), (part) =>
    part.stop(),
  );
  const { listings } = directory;
  const mail = createMail({
    ...{ db, clock, audit, dataKeys, lookup, blobs, access, listings },
    ...indexingJobs(clock),
    heldEmails: pendingEmails,
  });
  const contacts = createContacts({ dataKeys, lookup, access, mail, directory, trust, clock, ...knownDomains(config) });
  const transfer = createTransfer({
    db,
    audit,
    access,
    mail,
    contacts,
    blobs,
    trust,
    lookup,
    clock,
    dataKeys,
    observer: parts.observer ?? blindObserver,
    enqueueSending,
    enqueueFollowing,
    enqueueRelease,
    options: transferOptions(config),
    outside: {
      routing: {
        resolver: systemResolver(config.dns.servers),
        routes: config.routes,
        allowPrivate: config.sandbox,
      },
      secureContext: () => tls.current(),
    },
  });
  return {
    config,
    clock,
    log,
    database,
    ways,
    dataKeys,
    blobs,
    tls,
    audit,
    access,
    trust,
    trustDeps,
    mail,
    directory,
    contacts,
    transfer,
    push: await openPush({ config, access, db, clock }),
    close: () => opened.close(),
  };
}

function knownDomains({ operator, trust }: Config): Pick<ContactsParts, 'ownDomains' | 'patientDomains'> {
  return { ownDomains: domainNames(operator.domains), patientDomains: domainNames(trust.patientDomains) };
}

async function openStore(config: Config, opened: Opened) {
  if (config.blobs.driver === 'files') return openFileStore(path.join(config.dataFolder, 'blobs'));
  const { caPath, prefix, ...s3 } = config.blobs.s3;
  return opened.add(
    createS3Store({
      ...s3,
      ...(prefix === undefined ? {} : { prefix }),
      ...(caPath === undefined ? {} : { ca: await readFile(caPath, 'utf8') }),
    }),
    (store) => store.close(),
  );
}

function indexingJobs(clock: Clock): Pick<Parameters<typeof createMail>[0], 'enqueueIndexing' | 'enqueueForgetting'> {
  return {
    enqueueIndexing: (tx, accounts) => enqueueIndexing(tx, accounts, clock.now()),
    enqueueForgetting: (tx, destroyed) =>
      enqueueAll(
        tx,
        destroyed.map(({ account, numbers }) => ({
          task: tasks.forgetInIndex,
          payload: { ...account, first: Math.min(...numbers), last: Math.max(...numbers) },
        })),
      ),
  };
}

function domainNames(texts: readonly string[]): DomainName[] {
  return texts.map((text) => present(parseDomain(text), 'the schema let a malformed domain through'));
}

function transferOptions(config: Config): Parameters<typeof createTransfer>[0]['options'] {
  return {
    domains: domainNames(config.operator.domains),
    hostName: config.operator.hostName ?? new URL(config.http.publicUrl).hostname,
    administrator: present(parseAddress(config.operator.administrator), 'the schema let a malformed address through'),
    productReference: config.operator.product,
    unverifiedAuthor: config.trust.foreignFrom,
    takesInjected: config.sandbox,
    patientDomains: domainNames(config.trust.patientDomains),
    optInDomains: domainNames(config.trust.optInDomains),
  };
}

/** A source of lists: an address, or a file. */
function hostOf(source: string): readonly string[] {
  return /^https?:/.test(source) ? [new URL(source).host] : [];
}

async function readTrustDeps(parts: Omit<TrustDeps, 'fetcher' | 'config'> & { config: Config }): Promise<TrustDeps> {
  const { trust, sandbox } = parts.config;
  const { whiteList } = trust;
  const pem = await Promise.all(
    [...trust.anchorPaths, ...(whiteList.anchorPaths ?? [])].map((file) => readFile(file, 'utf8')),
  );
  const authorities = readAuthorities(pem.join('\n'));
  const source = present(whiteList.url ?? whiteList.path, 'the configuration lets a white list without source through');
  return {
    ...parts,
    fetcher: createFetcher({
      allowedHosts: [...hostOf(source), ...trust.crlUrls.flatMap(hostOf)],
      allowLoopback: sandbox,
      // Both kinds of list are signed.
      allowPlainHttp: true,
      timeoutMs: trustLimits.fetchMs,
      maxBytes: Math.max(whiteListLimits.fileBytes, x509Limits.crlBytes),
    }),
    config: {
      authorities,
      crlSources: trust.crlUrls,
      crlWarnBeforeMs: trust.crlWarnBeforeHours * hour,
      whiteList: {
        source,
        signerNames: [whiteList.signerName],
        maxShrink: whiteList.maxShrinkPercent / 100,
        age: { warnAfterMs: whiteList.warnAfterHours * hour, alertAfterMs: whiteList.alertAfterHours * hour },
        unconfirmed: {
          warnAfterMs: whiteList.unconfirmedWarnHours * hour,
          alertAfterMs: whiteList.unconfirmedAlertHours * hour,
        },
      },
    },
  };
}
