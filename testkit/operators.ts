/**
 * Operators as processes of their own, each with its own data folder and durable PostgreSQL, as in production; and peers of
 * the same trust space that a test plays itself. For tests that kill what runs.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';
import { createSecureContext, type SecureContext } from 'node:tls';
import { present } from '../src/base/assert.ts';
import { gib } from '../src/base/limits.ts';
import { silentLog } from '../src/base/log.ts';
import type { AccountRef } from '../src/domain/mail/mail.ts';
import { openProduct, type Product } from '../src/ends/product.ts';
import { parseAddress } from '../src/formats/address/address.ts';
import { loadConfig } from '../src/platform/config/config.ts';
import { readConnectionFile } from '../src/platform/db/embedded/connection-file.ts';
import { urlOf, withAdmin } from '../src/platform/db/embedded/databases.ts';
import { embeddedUrls, startEmbedded } from '../src/platform/db/embedded/embedded.ts';
import { adminRole } from '../src/platform/db/embedded/init.ts';
import { isPortFree } from '../src/platform/db/embedded/port.ts';
import { createKeyFile } from '../src/platform/keys/key-ring.ts';
import { tlsFloor } from '../src/platform/tls/tls.ts';
import { wholeHandshakes } from '../src/platform/wire/secure.ts';
import { type Authority, createAuthority } from './authority/authority.ts';
import { signWhiteList } from './authority/white-list.ts';

const signerName = 'alb.mssante.example';
const monthMs = 30 * 24 * 3_600_000;

export interface OperatorsOptions {
  readonly folder: string;
  /** Operators that run; each serves `<name>.mssante.example` with these accounts, held by one person. */
  readonly operators: Readonly<Record<string, readonly string[]>>;
  /** Operators that the test plays. */
  readonly peers: readonly string[];
}

/** An operator that the test plays: where the mail of its domain goes, and what it presents. */
export interface PlayedPeer {
  readonly name: string;
  readonly domain: string;
  readonly port: number;
  readonly context: SecureContext;
}

export interface OperatorsWorld {
  readonly operators: readonly OperatorProcess[];
  readonly peers: readonly PlayedPeer[];
  /** Stops what runs, in order, the databases of killed servers included. */
  close(): Promise<void>;
}

/** Who may submit for every account of an operator. */
interface Person {
  readonly login: string;
  readonly appPassword: string;
}

interface OperatorPlace {
  readonly name: string;
  readonly domain: string;
  readonly folder: string;
  readonly ports: { readonly smtp: number; readonly submission: number };
}

export class OperatorProcess {
  readonly name: string;
  readonly domain: string;
  readonly ports: OperatorPlace['ports'];
  readonly logFile: string;
  readonly accounts = new Map<string, AccountRef>();
  #person: Person | undefined;
  readonly #folder: string;
  #child: ChildProcess | undefined;

  constructor(place: OperatorPlace) {
    this.name = place.name;
    this.domain = place.domain;
    this.ports = place.ports;
    this.#folder = place.folder;
    this.logFile = path.join(place.folder, 'log.jsonl');
  }

  get person(): Person {
    return present(this.#person, 'an operator has not been seeded');
  }

  get isRunning(): boolean {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Starts the server and resolves once it is ready; false when it ended first, because somebody killed it. */
  async start(): Promise<boolean> {
    const descriptor = openSync(this.logFile, 'a', 0o600);
    const child = fork(path.join(import.meta.dirname, 'operator-process.ts'), [this.#configPath], {
      stdio: ['ignore', descriptor, descriptor, 'ipc'],
      env: { PATH: process.env['PATH'] },
    });
    closeSync(descriptor);
    this.#child = child;
    const [first] = await Promise.race([once(child, 'message'), once(child, 'exit')]);
    if (typeof first === 'object' && first !== null) return true;
    if (child.signalCode === 'SIGKILL') return false;
    throw new Error(`the server of ${this.name} did not start: ${this.lastWords()}`);
  }

  /** The end of its log. */
  lastWords(): string {
    return readFileSync(this.logFile, 'utf8').slice(-2_500);
  }

  /** No last word: what is not on disk is gone. */
  kill(): Promise<void> {
    return this.#end('SIGKILL');
  }

  stop(): Promise<void> {
    return this.#end('SIGTERM');
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    if (child === undefined || !this.isRunning) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }

  /** The PostgreSQL of the data folder, if one runs or was killed. */
  postmasterPid(): number | undefined {
    try {
      return Number(
        readFileSync(path.join(this.#dataFolder, 'postgres/cluster/postmaster.pid'), 'utf8').split('\n')[0],
      );
    } catch {
      return undefined;
    }
  }

  /** A session of the PostgreSQL of the data folder, one that works if there is any. */
  async busyBackend(): Promise<number | undefined> {
    const admin = readConnectionFile(path.join(this.#dataFolder, 'postgres'));
    if (admin === undefined) return undefined;
    const { port, adminPassword: password } = admin;
    const url = urlOf({ role: adminRole, password, port, database: 'postgres' });
    return withAdmin(url, async (client) => {
      const found = await client.query<{ pid: number }>(
        `select pid from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()
          order by state = 'active' desc, state = 'idle in transaction' desc, random() limit 1`,
      );
      return found.rows[0]?.pid;
    });
  }

  /** The product over the data of the running server; the caller closes it. */
  async openProduct(): Promise<Product> {
    const config = await loadConfig({ mode: 'sandbox', environment: { HYGIE_CONFIG: this.#configPath } });
    const urls = present(embeddedUrls(path.join(this.#dataFolder, 'postgres'), 'hygie'), 'an operator has no database');
    return openProduct({ config, log: silentLog, ways: { ...urls, takesRole: false }, applicationName: 'test' });
  }

  /** Stops the server, and the database that a killed one left. */
  async close(): Promise<void> {
    await this.stop();
    if (this.postmasterPid() === undefined) return;
    const left = await startEmbedded({ folder: path.join(this.#dataFolder, 'postgres'), log: silentLog });
    await left.stop();
  }

  async configure(config: object): Promise<void> {
    await mkdir(this.#dataFolder, { recursive: true });
    await writeFile(this.#configPath, JSON.stringify({ ...config, dataFolder: this.#dataFolder }));
  }

  async seed(localParts: readonly string[]): Promise<void> {
    const product = await this.openProduct();
    const { access, audit, mail } = product;
    const login = `medecin.${this.name}`;
    await audit.act({ actor: { kind: 'system', task: 'test' }, reason: 'test' }, async (act) => {
      const tenantId = await access.createTenant(act, { kind: 'practice', name: this.name });
      const who = { tenantId, login, name: 'Dr Anne MARTIN', rpps: null, title: 'Médecin', role: 'holder' } as const;
      const person = await access.createPerson(act, who);
      for (const localPart of localParts) {
        const address = present(parseAddress(`${localPart}@${this.domain}`), 'a test address is not one');
        const wanted = { tenantId, type: 'PER', address, displayName: localPart, quotaBytes: 100 * gib } as const;
        const account = await mail.createAccount(act, wanted);
        await access.delegate(act, { account, personId: person.personId, rights: ['own'] });
        this.accounts.set(address, account);
      }
      const { token } = await access.createAppPassword(act, { person, label: 'test', scopes: ['submission'] });
      this.#person = { login, appPassword: token.revealText() };
    });
    await product.close();
  }

  get #configPath(): string {
    return path.join(this.#folder, 'hygie.json');
  }

  get #dataFolder(): string {
    return path.join(this.#folder, 'data');
  }
}

function domainOf(name: string): string {
  return `${name}.mssante.example`;
}

function dnOf(name: string): string {
  return `CN=mss.${name}.example,OU=318310021300028,O=${name.toUpperCase()},ST=Haute-Garonne (31),C=FR`;
}

/** Ports below those that the system gives to clients, so that none is taken while a server is away. */
async function choosePorts(count: number): Promise<number[]> {
  const ports: number[] = [];
  for (let port = 20_000 + Math.floor(Math.random() * 10_000); ports.length < count; port += 1) {
    if (await isPortFree(port)) ports.push(port);
  }
  return ports;
}

export async function openOperators(options: OperatorsOptions): Promise<OperatorsWorld> {
  const { folder, peers: peerNames } = options;
  const operatorNames = Object.keys(options.operators);
  const names = [...operatorNames, ...peerNames];
  const [publisherPort = 0, ...ports] = await choosePorts(1 + 2 * names.length);
  const authority = createAuthority({ name: 'ESSAI', at: new Date() });
  const publisher = await publish(authority, names, publisherPort);
  await writeFile(path.join(folder, 'ca.pem'), authority.chainPem);
  const places = names.map((name, index) => ({
    name,
    domain: domainOf(name),
    folder: path.join(folder, name),
    ports: { smtp: ports[2 * index] ?? 0, submission: ports[2 * index + 1] ?? 0 },
  }));
  const operators: OperatorProcess[] = [];
  for (const place of places.slice(0, operatorNames.length)) {
    const operator = new OperatorProcess(place);
    await mkdir(place.folder, { recursive: true });
    await operator.configure(await configOf(place, { folder, authority, places, publisherPort }));
    operators.push(operator);
  }
  const peers = places.slice(operatorNames.length).map(({ name, domain, ports: { smtp } }): PlayedPeer => {
    const issued = authority.issue({ dn: dnOf(name) });
    const context = createSecureContext({ ...tlsFloor, ...wholeHandshakes, key: issued.keyPem, cert: issued.chainPem });
    return { name, domain, port: smtp, context };
  });
  const close = async (): Promise<void> => {
    await Promise.allSettled(operators.map((operator) => operator.close()));
    await publisher.stop();
  };
  try {
    await Promise.all(operators.map((operator) => operator.start()));
    for (const operator of operators) await operator.seed(options.operators[operator.name] ?? []);
  } catch (fault) {
    await close();
    throw fault;
  }
  return { operators, peers, close };
}

interface ConfigParts {
  readonly folder: string;
  readonly authority: Authority;
  readonly places: readonly OperatorPlace[];
  readonly publisherPort: number;
}

async function configOf(place: OperatorPlace, parts: ConfigParts): Promise<object> {
  const { folder, authority, places, publisherPort } = parts;
  const issued = authority.issue({ dn: dnOf(place.name) });
  const certificatePath = path.join(place.folder, 'certificate.pem');
  const keyPath = path.join(place.folder, 'key.pem');
  await writeFile(certificatePath, issued.chainPem);
  await writeFile(keyPath, issued.keyPem, { mode: 0o600 });
  const keys = path.join(place.folder, 'key-encryption-key');
  await createKeyFile(keys, { dataFolder: path.join(place.folder, 'data') });
  const caPath = path.join(folder, 'ca.pem');
  const publisher = `http://127.0.0.1:${publisherPort}`;
  return {
    sandbox: true,
    operator: {
      name: place.name,
      domains: [place.domain],
      administrator: `administrateur@${place.domain}`,
      hostName: `mss.${place.domain}`,
    },
    services: ['smtp', 'submission', 'worker'],
    database: { maxConnections: 12 },
    tls: { certificatePath, keyPath, authorityPath: caPath },
    smtp: { host: '127.0.0.1', port: place.ports.smtp },
    submission: { host: '127.0.0.1', port: place.ports.submission },
    http: { host: '127.0.0.1', publicUrl: 'https://localhost' },
    trust: {
      anchorPaths: [caPath],
      crlUrls: [`${publisher}/organisations.crl`, `${publisher}/root.crl`],
      whiteList: { url: `${publisher}/liste-blanche.xml`, signerName },
    },
    routes: Object.fromEntries(places.map(({ domain, ports }) => [domain, { host: '127.0.0.1', port: ports.smtp }])),
    keys: { kind: 'file', path: keys },
    log: { level: 'warn' },
  };
}

/** The white list and the revocation lists of the world, in force for a month. */
async function publish(
  authority: Authority,
  names: readonly string[],
  port: number,
): Promise<{ stop(): Promise<void> }> {
  const generatedAt = new Date();
  const nextUpdate = new Date(generatedAt.getTime() + monthMs);
  const { keyPem, certificatePem } = authority.issueWhiteListSigner({ name: signerName });
  const domains = names.map((name) => ({ domain: domainOf(name), dn: dnOf(name) }));
  const published = new Map([
    ['/liste-blanche.xml', signWhiteList({ domains, generatedAt, key: keyPem, certificate: certificatePem })],
    ['/organisations.crl', authority.crlPem(generatedAt, nextUpdate)],
    ['/root.crl', authority.rootCrlPem(generatedAt, nextUpdate)],
  ]);
  const server = createServer((request, response) => {
    const content = published.get(request.url ?? '');
    response.writeHead(content === undefined ? 404 : 200).end(content);
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
