/** Hygie's side of `bench/ingest.ts`: one operator as tests run it, with a PostgreSQL that waits for the disk. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { silentLog } from '../../src/base/log.ts';
import { openProduct, type Product } from '../../src/ends/product.ts';
import { parseAddress } from '../../src/formats/address/address.ts';
import { loadConfig } from '../../src/platform/config/config.ts';
import type { DatabaseUrls } from '../../src/platform/db/embedded/databases.ts';
import { startEmbedded } from '../../src/platform/db/embedded/embedded.ts';
import { migrate } from '../../src/platform/db/migrate.ts';
import { createKeyFile } from '../../src/platform/keys/key-ring.ts';
import type { BenchAuthority } from './authority.ts';
import { peerDomain } from './peers.ts';

export interface HygieSide {
  readonly smtpPort: number;
  /** HTTP in plain. */
  readonly webPort: number;
  readonly recipients: readonly string[];
  /** Largest resident memory of the server process so far, in bytes. */
  peakMemory(): Promise<number>;
  /** Emails that the search index does not hold yet. */
  unindexed(): Promise<number>;
  stop(): Promise<void>;
}

const operatorEntry = path.resolve(import.meta.dirname, '../../testkit/operator-process.ts');

interface Places {
  readonly dataFolder: string;
  readonly kek: string;
  readonly urls: DatabaseUrls;
  readonly portBase: number;
  readonly authority: BenchAuthority;
}

function configOf({ dataFolder, kek, urls, portBase, authority }: Places): object {
  return {
    sandbox: true,
    operator: {
      name: 'Banc',
      domains: [peerDomain],
      administrator: `compte0@${peerDomain}`,
      hostName: `mx.${peerDomain}`,
    },
    dataFolder,
    database: { url: urls.appUrl.revealText(), ownerUrl: urls.ownerUrl.revealText() },
    tls: { certificatePath: authority.server.certificate, keyPath: authority.server.key, authorityPath: authority.ca },
    smtp: { host: '127.0.0.1', port: portBase },
    submission: { host: '127.0.0.1', port: portBase + 1 },
    http: {
      host: '127.0.0.1',
      httpsPort: portBase + 2,
      plainPort: portBase + 3,
      publicUrl: `https://localhost:${portBase + 2}`,
    },
    trust: {
      anchorPaths: [authority.ca],
      crlUrls: authority.crlUrls,
      whiteList: { path: authority.whiteList, signerName: authority.signerName },
    },
    keys: { kind: 'file', path: kek },
  };
}

async function openAccounts(product: Product, count: number, quotaBytes: number): Promise<readonly string[]> {
  const recipients = Array.from({ length: count }, (_, index) => `compte${index}@${peerDomain}`);
  await product.audit.act({ actor: { kind: 'system', task: 'bench' }, reason: 'bench' }, async (act) => {
    const tenantId = await product.access.createTenant(act, { kind: 'practice', name: 'Banc' });
    for (const text of recipients) {
      const address = parseAddress(text);
      if (address === undefined) throw new TypeError('a bench address is malformed');
      await product.mail.createAccount(act, { tenantId, type: 'PER', address, displayName: text, quotaBytes });
    }
  });
  return recipients;
}

export async function startHygie(options: {
  readonly folder: string;
  readonly portBase: number;
  readonly accounts: number;
  readonly authority: BenchAuthority;
  readonly quotaBytes?: number;
  /** What is done to the store before the server starts. */
  readonly prepare?: (product: Product, recipients: readonly string[]) => Promise<void>;
}): Promise<HygieSide> {
  const { folder, portBase } = options;
  const dataFolder = path.join(folder, 'data');
  const kek = path.join(folder, 'key-encryption-key');
  await mkdir(dataFolder, { recursive: true });
  await createKeyFile(kek, { dataFolder });
  const postgres = await startEmbedded({ folder: path.join(folder, 'postgres'), log: silentLog });
  const urls = await postgres.ensureDatabase('bench');
  await migrate({ ownerUrl: urls.ownerUrl, log: silentLog });
  const configPath = path.join(folder, 'hygie.json');
  const config = configOf({ ...options, dataFolder, kek, urls });
  await writeFile(configPath, JSON.stringify(config), { mode: 0o600 });
  const loaded = await loadConfig({ mode: 'sandbox', environment: { HYGIE_CONFIG: configPath } });
  const ways = { ...urls, takesRole: false };
  const product = await openProduct({ config: loaded, log: silentLog, ways, applicationName: 'bench' });
  const { quotaBytes = loaded.limits.accountQuotaBytes } = options;
  const recipients = await openAccounts(product, options.accounts, quotaBytes);
  await options.prepare?.(product, recipients);
  const log = openSync(path.join(folder, 'server.log'), 'a');
  const child = fork(operatorEntry, [configPath], { stdio: ['ignore', log, log, 'ipc'] });
  closeSync(log);
  await once(child, 'message');
  return {
    smtpPort: portBase,
    webPort: portBase + 3,
    recipients,
    async peakMemory() {
      const status = await readFile(`/proc/${child.pid}/status`, 'utf8');
      return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * 1024;
    },
    async unindexed() {
      const found = await product.database.pool.query<{ count: number }>(
        `select count(*) as count from mail.email e join mail.account a on a.tenant_id = e.tenant_id and a.id = e.account_id
          where e.created_change > a.indexed_change`,
      );
      return found.rows[0]?.count ?? 0;
    },
    async stop() {
      child.kill('SIGTERM');
      await once(child, 'exit');
      await product.close();
      await postgres.stop();
    },
  };
}
