/**
 * One operator as the product composes it, served in this process, among peers that the test plays: the test publishes its
 * white list and revocation lists, moves its clock and reads its mail.
 */
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { assert, present } from '../src/base/assert.ts';
import type { Clock } from '../src/base/clock.ts';
import type { EmailId } from '../src/base/ids.ts';
import { gib } from '../src/base/limits.ts';
import { createLog } from '../src/base/log.ts';
import type { EmailSummary } from '../src/domain/mail/mail.ts';
import { refreshCrls, refreshWhiteList } from '../src/domain/trust/trust.ts';
import { openProduct, type Product, type ProductParts } from '../src/ends/product.ts';
import { type RunningServer, startServer } from '../src/ends/server.ts';
import { parseAddress } from '../src/formats/address/address.ts';
import { loadConfig } from '../src/platform/config/config.ts';
import { chooseFreePort } from '../src/platform/db/embedded/port.ts';
import { createKeyFile } from '../src/platform/keys/key-ring.ts';
import type { TrustWorld } from './authority/trust-world.ts';
import { openTestDatabase, type Scope } from './database.ts';
import { readAll } from './mail-store.ts';
import { dnOf } from './transfer-world.ts';

export interface ServedOptions {
  /** Serves `<name>.mssante.example`. */
  readonly name: string;
  /** Local parts, beside `administrateur`; one person owns them all. */
  readonly accounts: readonly string[];
  /** Ports of the loopback address, by domain. */
  readonly routes?: Readonly<Record<string, number>>;
  readonly foreignFrom?: 'refuse' | 'warn';
  /** Serves programs too, in plain on loopback. */
  readonly web?: boolean;
  /** The port of HTTPS, any unless told. */
  readonly httpsPort?: number;
  /** What `vite build` made, in the place of the repository's own. */
  readonly webFolder?: string;
  /** The group `directory` of its configuration. */
  readonly directory?: object;
  /** Push services that may be called. */
  readonly pushHosts?: readonly string[];
}

interface Received {
  readonly summary: EmailSummary;
  readonly content: Buffer;
}

/** A clock that goes on by itself, and that a test puts forward. */
class ShiftedClock implements Clock {
  #shiftMs = 0;

  now(): Date {
    return new Date(Date.now() + this.#shiftMs);
  }

  monotonicMs(): number {
    return performance.now();
  }

  advance(ms: number): void {
    this.#shiftMs += ms;
  }
}

const reading = { actor: { kind: 'system', task: 'test' }, reason: 'test', silent: 'when-nothing-changed' } as const;

/** The system may give again at once a port that was let go. */
async function chooseThreePorts(): Promise<ServedOperator['ports']> {
  for (;;) {
    const ports = { smtp: await chooseFreePort(), submission: await chooseFreePort(), web: await chooseFreePort() };
    if (new Set(Object.values(ports)).size === 3) return ports;
  }
}

export class ServedOperator {
  readonly domain: string;
  readonly ports: { readonly smtp: number; readonly submission: number; readonly web: number };
  readonly clock = new ShiftedClock();
  /** Lines of the log, parsed. */
  readonly logged: Record<string, unknown>[] = [];
  #server: RunningServer | undefined;
  #parts: ProductParts | undefined;
  #person: { readonly login: string; readonly appPassword: string } | undefined;

  private constructor(domain: string, ports: ServedOperator['ports']) {
    this.domain = domain;
    this.ports = ports;
  }

  static async start(scope: Scope, world: TrustWorld, options: ServedOptions): Promise<ServedOperator> {
    const domain = `${options.name}.mssante.example`;
    const operator = new ServedOperator(domain, await chooseThreePorts());
    await operator.#start(scope, world, options);
    await operator.#seed(['administrateur', ...options.accounts]);
    return operator;
  }

  get product(): Product {
    return present(this.#server, 'the operator has not started').product;
  }

  /** The product once more, beside the server, as the command line opens it; the caller closes it. */
  openProduct(): Promise<Product> {
    return openProduct(present(this.#parts, 'the operator has not started'));
  }

  /** Who may submit for every account. */
  get person(): { readonly login: string; readonly appPassword: string } {
    return present(this.#person, 'the operator has not been seeded');
  }

  /** Fetches what is published now. */
  async refreshLists(): Promise<void> {
    await refreshCrls(this.product.trustDeps);
    await refreshWhiteList(this.product.trustDeps);
    await this.product.trust.reload();
  }

  /** What an account's inbox holds, the oldest first. */
  async inbox(localPart: string): Promise<readonly Received[]> {
    const { access, audit, database, mail } = this.product;
    const address = present(parseAddress(`${localPart}@${this.domain}`), 'a test address is not one');
    const account = present(await access.findAddress(database.db, address), 'there is no such account');
    const inbox = (await mail.listMailboxes(database.db, account)).find(({ role }) => role === 'inbox');
    assert(inbox !== undefined, 'an account lacks its inbox');
    const ids = await mail.listEmails(database.db, account, { mailboxId: inbox.id, limit: 500 });
    if (ids.length === 0) return [];
    const summaries = await audit.act(reading, (act) => mail.openSummaries(act, account, ids));
    const open = (id: EmailId): Promise<Buffer> =>
      audit.act(reading, async (act) => readAll(await mail.openContent(act, account, id)));
    return Promise.all(summaries.toReversed().map(async (summary) => ({ summary, content: await open(summary.id) })));
  }

  async #start(scope: Scope, world: TrustWorld, options: ServedOptions): Promise<void> {
    const folder = await mkdtemp(path.join(tmpdir(), 'hygie-served-'));
    scope.after(() => rm(folder, { recursive: true, force: true }));
    const { url, ownerUrl } = await openTestDatabase(scope);
    const configPath = path.join(folder, 'hygie.json');
    await writeFile(
      configPath,
      JSON.stringify(await configOf(this, folder, { world, options, publisher: await publish(scope, world) })),
    );
    const config = await loadConfig({ mode: 'sandbox', environment: { HYGIE_CONFIG: configPath } });
    const log = createLog({ level: 'info', write: (line) => this.logged.push(JSON.parse(line)) });
    const ways = { ownerUrl, appUrl: url, takesRole: false };
    this.#parts = { config, log, ways, applicationName: 'test', clock: this.clock };
    const server = await startServer(this.#parts);
    this.#server = server;
    scope.after(() => server.stop());
  }

  async #seed(localParts: readonly string[]): Promise<void> {
    const { access, audit, mail } = this.product;
    const login = `medecin.${this.domain}`;
    await audit.act({ actor: { kind: 'system', task: 'test' }, reason: 'test' }, async (act) => {
      const tenantId = await access.createTenant(act, { kind: 'practice', name: this.domain });
      const who = { tenantId, login, name: 'Dr Anne MARTIN', rpps: null, title: 'Médecin', role: 'holder' } as const;
      const person = await access.createPerson(act, who);
      for (const localPart of localParts) {
        const address = present(parseAddress(`${localPart}@${this.domain}`), 'a test address is not one');
        const wanted = { tenantId, type: 'PER', address, displayName: localPart, quotaBytes: gib } as const;
        const account = await mail.createAccount(act, wanted);
        await access.delegate(act, { account, personId: person.personId, rights: ['own'] });
      }
      const { token } = await access.createAppPassword(act, { person, label: 'test', scopes: ['submission'] });
      this.#person = { login, appPassword: token.revealText() };
    });
  }
}

interface ConfigParts {
  readonly world: TrustWorld;
  readonly options: ServedOptions;
  readonly publisher: string;
}

async function configOf(operator: ServedOperator, folder: string, parts: ConfigParts): Promise<object> {
  const { world, options, publisher } = parts;
  const issued = world.authority.issue({ dn: dnOf(options.name) });
  const inFolder = (name: string): string => path.join(folder, name);
  await writeFile(inFolder('ca.pem'), world.authority.chainPem);
  await writeFile(inFolder('certificate.pem'), issued.chainPem);
  await writeFile(inFolder('key.pem'), issued.keyPem, { mode: 0o600 });
  await createKeyFile(inFolder('key-encryption-key'), { dataFolder: inFolder('data') });
  const routes = Object.entries(options.routes ?? {}).map(([domain, port]) => [domain, { host: '127.0.0.1', port }]);
  return {
    sandbox: true,
    operator: {
      name: options.name,
      domains: [operator.domain],
      administrator: `administrateur@${operator.domain}`,
      hostName: `mss.${operator.domain}`,
    },
    dataFolder: inFolder('data'),
    services: ['smtp', 'submission', 'worker', ...(options.web === true ? ['http'] : [])],
    database: { maxConnections: 6 },
    tls: {
      certificatePath: inFolder('certificate.pem'),
      keyPath: inFolder('key.pem'),
      authorityPath: inFolder('ca.pem'),
    },
    smtp: { host: '127.0.0.1', port: operator.ports.smtp },
    submission: { host: '127.0.0.1', port: operator.ports.submission },
    http: {
      host: '127.0.0.1',
      httpsPort: options.httpsPort ?? 0,
      plainPort: operator.ports.web,
      publicUrl: 'https://localhost',
      ...(options.webFolder !== undefined && { webFolder: options.webFolder }),
    },
    trust: {
      anchorPaths: [inFolder('ca.pem')],
      crlUrls: [`${publisher}/organisations.crl`, `${publisher}/root.crl`],
      whiteList: { url: `${publisher}/white-list.xml`, signerName: world.config.whiteList.signerNames[0] },
      foreignFrom: options.foreignFrom ?? 'refuse',
    },
    ...(options.directory !== undefined && { directory: options.directory }),
    ...(options.pushHosts !== undefined && { push: { hosts: options.pushHosts } }),
    routes: Object.fromEntries(routes),
    keys: { kind: 'file', path: inFolder('key-encryption-key') },
  };
}

/** Serves what the world publishes, as it stands when it is asked for. */
async function publish(scope: Scope, world: TrustWorld): Promise<string> {
  const folder = path.dirname(world.config.whiteList.source);
  const server = createServer((request, response) => {
    const file = path.join(folder, path.basename(request.url ?? ''));
    readFile(file).then(
      (content) => response.writeHead(200).end(content),
      () => response.writeHead(404).end(),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  scope.after(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  const address = server.address();
  assert(typeof address === 'object' && address !== null, 'a TCP server has an address');
  return `http://127.0.0.1:${address.port}`;
}
