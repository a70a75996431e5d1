/**
 * PostgreSQL owned by the program: made at the first start, started, watched, restarted when it crashes, stopped in order.
 *
 * `<folder>/cluster` is PGDATA, `<folder>/connection.json` (0600) keeps the port and the passwords, `<folder>/server.log` what
 * PostgreSQL says of itself (never a statement or a value). It listens on a Unix socket inside
 * its cluster and on loopback only, and asks for passwords (SCRAM).
 * One program at a time may start it: the caller holds the lock of the data folder.
 *
 * States of the folder at a start, and what is done:
 *   empty                             make a cluster under another name, rename it, start
 *   cluster half made                 removed, made again
 *   cluster, no server                start; PostgreSQL recovers by itself after a crash
 *   cluster, server of a killed program   adopted when it answers and has our settings, else stopped and started again
 *   postmaster.pid of another process removed, start; so are a socket and its lock without a server
 *   recorded port taken               another one is chosen and recorded, unless the port was imposed (Refusal)
 *   other major version, foreign files, lost connection.json   Refusal that says what to do; nothing is touched
 */
import { existsSync, mkdirSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { Refusal } from '../../../base/errors.ts';
import { embeddedLimits } from '../../../base/limits.ts';
import type { Log } from '../../../base/log.ts';
import type { Secret } from '../../../base/secret.ts';
import { chooseAccount } from './account.ts';
import { findBinaries } from './binaries.ts';
import { type ConnectionFile, newPassword, readConnectionFile, writeConnectionFile } from './connection-file.ts';
import { type DatabaseUrls, urlsOf } from './databases.ts';
import { hasCluster, makeCluster, removeHalfMade } from './init.ts';
import { chooseFreePort } from './port.ts';
import { serverSettings } from './settings.ts';
import { socketFolderOf } from './socket.ts';
import { SupervisedServer } from './supervised.ts';
import { embeddedTexts } from './texts.ts';

export interface EmbeddedOptions {
  readonly folder: string;
  readonly log: Log;
  /** An imposed port; otherwise a free one is chosen and kept. */
  readonly port?: number;
  /** False for throw-away test clusters only: nothing waits for the disk, and a power cut loses everything. */
  readonly durable?: boolean;
}

export interface EmbeddedPostgres {
  readonly port: number;
  /** The process of the server now; it changes when a crashed server is started again. */
  pid(): number;
  /** Creates the database and its two roles unless they are there: the owner migrates, the other runs the program. */
  ensureDatabase(name: string): Promise<DatabaseUrls>;
  /** The superuser's way in: for tests, which make and drop databases. */
  adminUrl(database: string): Secret;
  /** Ends every connection, writes everything, waits for the end of the server. */
  stop(): Promise<void>;
  /** Ends the watch and lets the server run for the next start to adopt. */
  leave(): void;
}

export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const { folder, log } = options;
  const durable = options.durable ?? true;
  const data = join(folder, 'cluster');
  mkdirSync(folder, { recursive: true, mode: 0o711 });
  removeHalfMade(folder);
  const binaries = findBinaries();
  const account = chooseAccount(data);
  const connection = await ensureConnectionFile(folder, data, options.port);
  if (!hasCluster(data)) {
    const startedAt = performance.now();
    await makeCluster({ binaries, folder, data, account, adminPassword: connection.adminPassword, durable });
    log.info('postgres.made', { ms: Math.round(performance.now() - startedAt) });
  }
  const logFile = join(folder, 'server.log');
  trimLog(logFile);
  const { postgres: binary } = binaries;
  const settings = serverSettings(durable, socketFolderOf(data));
  const plan = { binary, data, logFile, account, port: connection.port, settings };
  const server = new SupervisedServer({ folder, log, plan, fixedPort: options.port !== undefined, connection });
  await server.start();
  return server;
}

/** The ways into a database of a cluster that another program runs (the CLI beside `serve`), when it has been made. */
export function embeddedUrls(folder: string, name: string): DatabaseUrls | undefined {
  const connection = readConnectionFile(folder);
  const passwords = connection?.databases[name];
  if (connection === undefined || passwords === undefined) return undefined;
  const socketFolder = socketFolderOf(join(folder, 'cluster'));
  return urlsOf({ port: connection.port, socketFolder }, name, passwords);
}

/** Written before the cluster is made with its password, so that a cluster is never found without it. */
async function ensureConnectionFile(
  folder: string,
  data: string,
  fixedPort: number | undefined,
): Promise<ConnectionFile> {
  const present = readConnectionFile(folder);
  if (present === undefined && existsSync(data)) {
    const path = join(folder, 'connection.json');
    throw new Refusal('postgres-connection-file', embeddedTexts.lostConnectionFile(path));
  }
  if (present !== undefined && (fixedPort === undefined || present.port === fixedPort)) return present;
  const port = fixedPort ?? (await chooseFreePort());
  const connection = { adminPassword: newPassword(), databases: {}, ...present, port };
  writeConnectionFile(folder, connection);
  return connection;
}

/** The server's log says little; across years it is cut when it has grown. */
function trimLog(logFile: string): void {
  if (existsSync(logFile) && statSync(logFile).size > embeddedLimits.logBytes) truncateSync(logFile);
}
