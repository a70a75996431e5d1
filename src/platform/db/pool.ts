/** The connections to PostgreSQL: how values are read, which bounds hold, and how faults come out. */
import { createHash } from 'node:crypto';
import { Kysely, type PostgresCursor, PostgresDialect, type PostgresPool, type PostgresQueryResult } from 'kysely';
import pg from 'pg';
import { assert } from '../../base/assert.ts';
import { databaseLimits } from '../../base/limits.ts';
import type { Log } from '../../base/log.ts';
import type { Secret } from '../../base/secret.ts';
import { asTemporary } from './faults.ts';

const { builtins } = pg.types;
const int8Array = 1016;

function readInt8(text: string): number {
  const value = Number(text);
  assert(Number.isSafeInteger(value), 'an int8 of the database exceeds 2^53');
  return value;
}

function readInt8Array(text: string): (number | null)[] {
  const inner = text.slice(1, -1);
  return inner === '' ? [] : inner.split(',').map((item) => (item === 'NULL' ? null : readInt8(item)));
}

function parserOf(oid: number): ((text: string) => unknown) | undefined {
  if (oid === builtins.INT8) return readInt8;
  if (oid === int8Array) return readInt8Array;
  if (oid === builtins.DATE) return (text) => text; // a Date would move it by the machine's time zone
  return undefined;
}

/** How node-postgres reads values, for this program only: its own registry is shared by the whole process. */
const valueTypes: pg.CustomTypesConfig = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    const own = format === 'binary' ? undefined : parserOf(oid);
    return own ?? pg.types.getTypeParser(oid, format);
  },
};

export interface ConnectionOptions {
  readonly url: Secret;
  /** What `pg_stat_activity` shows. */
  readonly applicationName: string;
  readonly log: Log;
  /** A role taken at the start of each connection (`SET ROLE`), when the URL's own login has more rights than needed. */
  readonly role?: string;
}

/** What every connection of the program says when it opens. */
export function connectionConfig(options: ConnectionOptions): pg.ClientConfig {
  const url = new URL(options.url.revealText());
  if (options.role !== undefined) {
    const present = url.searchParams.get('options');
    url.searchParams.set('options', `${present === null ? '' : `${present} `}-c role=${options.role}`);
  }
  return {
    connectionString: url.href,
    application_name: options.applicationName,
    connectionTimeoutMillis: databaseLimits.connectMs,
    keepAlive: true,
    types: valueTypes,
  };
}

export function openPool(options: ConnectionOptions & { readonly maxConnections: number }): pg.Pool {
  const pool = new pg.Pool({
    ...connectionConfig(options),
    statement_timeout: databaseLimits.statementMs,
    idle_in_transaction_session_timeout: databaseLimits.idleInTransactionMs,
    idleTimeoutMillis: databaseLimits.idleConnectionMs,
    max: options.maxConnections,
  });
  // Without listeners Node would end the process: an idle client that breaks reports here, one in use to its own listener.
  pool.on('error', (fault) => options.log.warn('db.connection-lost', { code: codeText(fault) }));
  pool.on('connect', (client) => {
    client.on('error', () => undefined); // the query in flight, or the next one, fails with the same fault
  });
  return pool;
}

function codeText(fault: Error): string {
  return 'code' in fault && typeof fault.code === 'string' ? fault.code : fault.name;
}

/**
 * Names for statements that come again, so that PostgreSQL parses and plans them once per connection: half of its work on
 * a delivery. A text gets its name the second time; texts made up on the way (lists of columns) do not fill the server.
 */
class StatementNames {
  readonly #names = new Map<string, string | undefined>();

  of(text: string): string | undefined {
    const known = this.#names.get(text);
    if (known !== undefined) return known;
    if (!this.#names.has(text)) {
      if (this.#names.size < databaseLimits.namedStatements) this.#names.set(text, undefined);
      return undefined;
    }
    const name = `s${this.#names.size}_${createHash('sha256').update(text).digest('hex').slice(0, 16)}`;
    this.#names.set(text, name);
    return name;
  }
}

/** Kysely over `pool`, whose faults come out as `asTemporary` makes them. */
export function overPool<Tables>(pool: pg.Pool): Kysely<Tables> {
  const names = new StatementNames();
  const mapped: PostgresPool = {
    async connect() {
      const client = await pool.connect().catch(rethrow);
      return { query: queryOf(client, names), release: () => client.release() };
    },
    end: () => pool.end(),
  };
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool: mapped }) });
}

function queryOf(client: pg.PoolClient, names: StatementNames): Awaited<ReturnType<PostgresPool['connect']>>['query'] {
  function query<Row>(text: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<Row>>;
  function query<Row>(cursor: PostgresCursor<Row>): PostgresCursor<Row>;
  function query(text: unknown, parameters?: readonly unknown[]): unknown {
    assert(typeof text === 'string', 'the dialect was given no cursor');
    if (parameters === undefined || parameters.length === 0) return client.query(text, []).catch(rethrow);
    return client.query({ text, values: [...parameters], name: names.of(text) }).catch(rethrow);
  }
  return query;
}

function rethrow(fault: unknown): never {
  throw asTemporary(fault);
}
