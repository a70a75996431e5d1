/**
 * What the small world is made of on disk, made anew or found again at each start: the test authority, the certificates of
 * the operators and of the outsider, the signed white list, the revocation lists, one configuration and one
 * key-encryption key per operator. All of it lies under `<data>/sandbox/`; the operators' data lies beside, under
 * `<data>/operators/`, so that no key lies in a data folder.
 */
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { DatabaseUrls } from '../src/platform/db/embedded/databases.ts';
import { createKeyFile } from '../src/platform/keys/key-ring.ts';
import {
  type Authority,
  type AuthorityState,
  createAuthority,
  restoreAuthority,
} from '../testkit/authority/authority.ts';
import { signWhiteList } from '../testkit/authority/white-list.ts';
import { annuaireKey, mailboxesArchive, professionalsArchive } from './directory.ts';
import { type DemoOperator, demoOperators } from './people.ts';
import type { OperatorPorts, WorldPorts } from './ports.ts';

export interface WorldOperator {
  readonly demo: DemoOperator;
  readonly ports: OperatorPorts;
  readonly certificatePath: string;
  readonly keyPath: string;
  readonly configPath: string;
}

export interface World {
  readonly folder: string;
  readonly caPath: string;
  readonly whiteListPath: string;
  readonly outsider: { readonly certificatePath: string; readonly keyPath: string };
  readonly operators: readonly WorldOperator[];
  /** Publishes fresh revocation lists; they serve for a day. */
  renewLists(now: Date): Promise<void>;
}

const signerName = 'alb.mssante.example';
const day = 24 * 3600 * 1000;
const maxSessions = 2_000;
const outsiderName = 'CN=mss.inconnu.example,OU=399999999900099,O=Hors espace de confiance,C=FR';

export function sandboxFolder(dataFolder: string): string {
  return path.join(dataFolder, 'sandbox');
}

function operatorDataFolder(dataFolder: string, operator: DemoOperator): string {
  return path.join(dataFolder, 'operators', operator.name);
}

/** Whole or not at all: a start that is killed leaves the file as it was. */
async function writeWhole(file: string, content: string, mode = 0o644): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(`${file}.next`, content, { mode });
  await rename(`${file}.next`, file);
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (fault) {
    if (fault instanceof Error && 'code' in fault && fault.code === 'ENOENT') return undefined;
    throw fault;
  }
}

interface Signer {
  readonly certificatePem: string;
  readonly keyPem: string;
}

interface Kept {
  readonly authority: AuthorityState;
  readonly signer: Signer;
}

async function keepAuthority(folder: string, now: Date): Promise<{ authority: Authority; signer: Signer }> {
  const file = path.join(folder, 'authority.json');
  const text = await readIfThere(file);
  if (text !== undefined) {
    const kept = JSON.parse(text) as Kept; // written below, by this program alone
    return { authority: restoreAuthority(kept.authority), signer: kept.signer };
  }
  const authority = createAuthority({ name: 'BAC A SABLE', at: now });
  const { certificatePem, keyPem } = authority.issueWhiteListSigner({ name: signerName });
  const signer = { certificatePem, keyPem };
  const kept: Kept = { authority: authority.state(), signer };
  await writeWhole(file, JSON.stringify(kept), 0o600);
  return { authority, signer };
}

async function keepCertificate(
  authority: Authority,
  folder: string,
  dn: string,
): Promise<{ certificatePath: string; keyPath: string }> {
  const certificatePath = path.join(folder, 'certificate.pem');
  const keyPath = path.join(folder, 'key.pem');
  if ((await readIfThere(certificatePath)) === undefined) {
    const issued = authority.issue({ dn });
    await writeWhole(keyPath, issued.keyPem, 0o600);
    await writeWhole(certificatePath, issued.chainPem);
  }
  return { certificatePath, keyPath };
}

function configOf(
  operator: DemoOperator,
  at: {
    dataFolder: string;
    folder: string;
    caPath: string;
    ports: OperatorPorts;
    world: WorldPorts;
    urls: DatabaseUrls;
  },
): object {
  const { ports, world } = at;
  const publisher = `http://127.0.0.1:${world.publisher}`;
  const routes = demoOperators.map((other, index) => [
    other.domain,
    { host: '127.0.0.1', port: world.operators[index]?.smtp },
  ]);
  return {
    sandbox: true,
    operator: {
      name: operator.tenantName,
      domains: [operator.domain],
      administrator: operator.administrator,
      hostName: `mss.${operator.domain}`,
    },
    dataFolder: operatorDataFolder(at.dataFolder, operator),
    database: { url: at.urls.appUrl.revealText(), ownerUrl: at.urls.ownerUrl.revealText(), maxConnections: 12 },
    tls: {
      certificatePath: path.join(at.folder, 'certificate.pem'),
      keyPath: path.join(at.folder, 'key.pem'),
      authorityPath: at.caPath,
    },
    // Here everybody comes from one address.
    smtp: { host: '127.0.0.1', port: ports.smtp, maxSessions, maxSessionsPerPeer: maxSessions },
    submission: { host: '127.0.0.1', port: ports.submission, maxSessions, maxSessionsPerPeer: maxSessions },
    http: {
      host: '127.0.0.1',
      httpsPort: ports.https,
      plainPort: ports.plain,
      publicUrl: `https://localhost:${ports.https}`,
    },
    trust: {
      anchorPaths: [at.caPath],
      crlUrls: [`${publisher}/organisations.crl`, `${publisher}/root.crl`],
      whiteList: { url: `${publisher}/liste-blanche.xml`, signerName },
      patientDomains: ['patient.mssante.example'],
    },
    directory: {
      mailboxes: { url: `${publisher}/${mailboxesArchive}` },
      professionals: { url: `${publisher}/${professionalsArchive}` },
      live: { url: `http://127.0.0.1:${world.annuaire}/fhir/v2`, apiKey: annuaireKey },
      publication: { enabled: true, url: `http://127.0.0.1:${world.annuaire}/fhir/v2`, apiKey: annuaireKey },
    },
    routes: Object.fromEntries(routes),
    keys: { kind: 'file', path: path.join(at.folder, 'key-encryption-key') },
  };
}

/** Makes what is missing; `urls` are the ways into each operator's database, in their order. */
export async function makeWorld(options: {
  readonly dataFolder: string;
  readonly ports: WorldPorts;
  readonly urls: readonly DatabaseUrls[];
  readonly now: Date;
}): Promise<World> {
  const { dataFolder, ports, now } = options;
  const folder = sandboxFolder(dataFolder);
  await mkdir(folder, { recursive: true });
  await chmod(folder, 0o700);
  const { authority, signer } = await keepAuthority(folder, now);
  const caPath = path.join(folder, 'ca.pem');
  await writeWhole(caPath, authority.chainPem);
  const operators: WorldOperator[] = [];
  for (const [index, demo] of demoOperators.entries()) {
    const own = path.join(folder, demo.name);
    const certificate = await keepCertificate(authority, own, demo.distinguishedName);
    const operatorPorts = ports.operators[index];
    const urls = options.urls[index];
    if (operatorPorts === undefined || urls === undefined)
      throw new RangeError('one set of ports and urls per operator');
    const kek = path.join(own, 'key-encryption-key');
    if ((await readIfThere(kek)) === undefined) {
      await createKeyFile(kek, { dataFolder: operatorDataFolder(dataFolder, demo) });
    }
    const configPath = path.join(own, 'hygie.json');
    const config = configOf(demo, { dataFolder, folder: own, caPath, ports: operatorPorts, world: ports, urls });
    await writeWhole(configPath, JSON.stringify(config, null, 2), 0o600);
    operators.push({ demo, ports: operatorPorts, ...certificate, configPath });
  }
  const outsider = await keepCertificate(authority, path.join(folder, 'outsider'), outsiderName);
  const whiteListPath = path.join(folder, 'liste-blanche.xml');
  const domains = demoOperators.map((demo) => ({
    domain: demo.domain,
    dn: demo.distinguishedName,
    description: demo.tenantName,
  }));
  if ((await readIfThere(whiteListPath)) === undefined) {
    const signed = signWhiteList({ domains, generatedAt: now, key: signer.keyPem, certificate: signer.certificatePem });
    await writeWhole(whiteListPath, signed);
  }
  const renewLists = async (at: Date): Promise<void> => {
    const end = new Date(at.getTime() + day);
    await writeWhole(path.join(folder, 'organisations.crl'), authority.crlPem(at, end));
    await writeWhole(path.join(folder, 'root.crl'), authority.rootCrlPem(at, end));
  };
  await renewLists(now);
  return { folder, caPath, whiteListPath, outsider, operators, renewLists };
}
