/** The databases of the embedded cluster, each with its own two login roles; nobody else may connect. */
import pg from 'pg';
import { assert } from '../../../base/assert.ts';
import { databaseLimits } from '../../../base/limits.ts';
import { Secret } from '../../../base/secret.ts';
import { appRole } from '../db.ts';
import type { DatabasePasswords } from './connection-file.ts';
import type { ServerAddress } from './socket.ts';

export interface DatabaseUrls {
  /** Owns the tables: migrations. */
  readonly ownerUrl: Secret;
  /** Belongs to `hygie_app`: the running program. */
  readonly appUrl: Secret;
}

const namePattern = /^[a-z][a-z0-9_]{0,40}$/;

export function urlOf(login: ServerAddress & { role: string; password: string; database: string }): Secret {
  const host = login.socketFolder === undefined ? '127.0.0.1' : encodeURIComponent(login.socketFolder);
  // Passwords are base64url and names match `namePattern`: nothing to escape.
  return new Secret(`postgres://${login.role}:${login.password}@${host}:${login.port}/${login.database}`);
}

export function urlsOf(server: ServerAddress, database: string, passwords: DatabasePasswords): DatabaseUrls {
  return {
    ownerUrl: urlOf({ ...server, role: `${database}_owner`, password: passwords.owner, database }),
    appUrl: urlOf({ ...server, role: `${database}_runtime`, password: passwords.app, database }),
  };
}

/** Creates what is missing of the database and its roles. A start that was killed half way is completed by the next one. */
export async function createDatabase(admin: Secret, name: string, passwords: DatabasePasswords): Promise<void> {
  assert(namePattern.test(name), 'the name of a database has another form');
  await withAdmin(admin, async (client) => {
    await client.query(createRole(appRole, 'nologin'));
    await client.query(createRole(`${name}_owner`, 'login'));
    await client.query(createRole(`${name}_runtime`, `login in role ${appRole}`));
    await client.query(`alter role ${name}_owner password '${passwords.owner}'`);
    await client.query(`alter role ${name}_runtime password '${passwords.app}'`);
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [name]);
    if (rowCount === 0) await client.query(`create database ${name} owner ${name}_owner`);
    await client.query(`revoke all on database ${name} from public`);
    await client.query(`grant connect on database ${name} to ${name}_runtime`);
  });
}

export async function withAdmin<T>(url: Secret, body: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({
    connectionString: url.revealText(),
    application_name: 'hygie admin',
    connectionTimeoutMillis: databaseLimits.connectMs,
  });
  client.on('error', () => undefined); // the query in flight fails with the same fault
  await client.connect();
  try {
    return await body(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** `create role` knows no `if not exists`, and two programs may start together. */
function createRole(name: string, attributes: string): string {
  return `do $$ begin create role ${name} ${attributes}; exception when duplicate_object or unique_violation then null; end $$`;
}
