/** The ways into the database of a configuration: PostgreSQL given by address, or the embedded one of the data folder. */
import path from 'node:path';
import { Refusal } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { Secret } from '../base/secret.ts';
import type { Config } from '../platform/config/config.ts';
import { appRole } from '../platform/db/db.ts';
import { type EmbeddedPostgres, embeddedUrls, startEmbedded } from '../platform/db/embedded/embedded.ts';
import type { ConnectionOptions } from '../platform/db/pool.ts';
import { type FolderLock, lockFolder } from '../platform/lock/lock.ts';
import { productTexts } from './texts.ts';

/** Two logins: one migrates and owns, the other runs. When one address serves for both, the running role is taken by SET ROLE. */
export interface DatabaseWays {
  readonly ownerUrl: Secret;
  readonly appUrl: Secret;
  readonly takesRole: boolean;
}

export interface OpenedWays {
  readonly ways: DatabaseWays;
  close(): Promise<void>;
}

const embeddedName = 'hygie';

export function connectionOf(ways: DatabaseWays, applicationName: string, log: Log): ConnectionOptions {
  return { url: ways.appUrl, applicationName, log, ...(ways.takesRole ? { role: appRole } : {}) };
}

function configuredWays(config: Config, log: Log): DatabaseWays | undefined {
  const { url, ownerUrl } = config.database;
  if (url === undefined) return undefined;
  if (ownerUrl === undefined) log.warn('database.one-login', { fix: 'DATABASE_OWNER_URL' });
  return { appUrl: url, ownerUrl: ownerUrl ?? url, takesRole: ownerUrl === undefined };
}

function embeddedFolder(config: Config): string {
  return path.join(config.dataFolder, 'postgres');
}

/** For the server: takes the data folder for itself, and starts its PostgreSQL unless another is configured. */
export async function openDatabaseWays(config: Config, log: Log): Promise<OpenedWays> {
  const lock = lockFolder(config.dataFolder);
  const configured = configuredWays(config, log);
  if (configured !== undefined) return { ways: configured, close: async () => lock.release() };
  try {
    return await startOwn(config, log, lock);
  } catch (fault) {
    lock.release();
    throw fault;
  }
}

async function startOwn(config: Config, log: Log, lock: FolderLock): Promise<OpenedWays> {
  const postgres: EmbeddedPostgres = await startEmbedded({ folder: embeddedFolder(config), log });
  const urls = await postgres.ensureDatabase(embeddedName);
  return {
    ways: { ...urls, takesRole: false },
    async close() {
      await postgres.stop();
      lock.release();
    },
  };
}

/** For the command line: the database of a running server, or the embedded one started for the time of the command. */
export async function borrowDatabaseWays(config: Config, log: Log): Promise<OpenedWays> {
  const configured = configuredWays(config, log);
  if (configured !== undefined) return { ways: configured, close: async () => undefined };
  let lock: FolderLock;
  try {
    lock = lockFolder(config.dataFolder);
  } catch (fault) {
    // The server holds the folder, and its PostgreSQL runs.
    const urls = embeddedUrls(embeddedFolder(config), embeddedName);
    if (urls !== undefined) return { ways: { ...urls, takesRole: false }, close: async () => undefined };
    throw new Refusal('no-database', productTexts.noDatabase, { cause: fault });
  }
  try {
    return await startOwn(config, log, lock);
  } catch (fault) {
    lock.release();
    throw fault;
  }
}
