/** The databases of the small world: in a PostgreSQL of its own, or in the one of DATABASE_URL. */
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Log } from '../src/base/log.ts';
import { Secret } from '../src/base/secret.ts';
import { createDatabase, type DatabaseUrls } from '../src/platform/db/embedded/databases.ts';
import { startEmbedded } from '../src/platform/db/embedded/embedded.ts';
import { sandboxFolder } from './world.ts';

export interface Databases {
  ensure(name: string): Promise<DatabaseUrls>;
  stop(): Promise<void>;
}

interface Passwords {
  readonly owner: string;
  readonly app: string;
}

export async function openDatabases(
  dataFolder: string,
  options: { port: number; log: Log; environment: Readonly<Record<string, string | undefined>> },
): Promise<Databases> {
  const given = options.environment['DATABASE_URL'];
  if (given !== undefined && given !== '') return overUrl(given, dataFolder);
  const folder = path.join(dataFolder, 'postgres');
  const postgres = await startEmbedded({ folder, log: options.log, port: options.port });
  return { ensure: (name) => postgres.ensureDatabase(name), stop: () => postgres.stop() };
}

/** The login of DATABASE_URL must be allowed to make databases and roles. */
function overUrl(text: string, dataFolder: string): Databases {
  const login = (role: string, password: string, database: string): Secret => {
    const url = new URL(text);
    url.username = role;
    url.password = password;
    url.pathname = `/${database}`;
    return new Secret(url.href);
  };
  return {
    async ensure(name) {
      const file = path.join(sandboxFolder(dataFolder), `${name}.json`);
      await mkdir(path.dirname(file), { recursive: true });
      const kept = await readFile(file, 'utf8').catch(() => undefined);
      const made: Passwords = {
        owner: randomBytes(24).toString('base64url'),
        app: randomBytes(24).toString('base64url'),
      };
      const passwords = kept === undefined ? made : (JSON.parse(kept) as Passwords); // written below alone
      if (kept === undefined) await writeFile(file, JSON.stringify(passwords), { mode: 0o600 });
      await createDatabase(new Secret(text), name, passwords);
      return {
        ownerUrl: login(`${name}_owner`, passwords.owner, name),
        appUrl: login(`${name}_app`, passwords.app, name),
      };
    },
    stop: async () => undefined,
  };
}
