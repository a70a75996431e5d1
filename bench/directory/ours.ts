/** The server process of `bench/directory.ts` and its PostgreSQL, which waits for the disk as in production. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { present } from '../../src/base/assert.ts';
import { silentLog } from '../../src/base/log.ts';
import type { SearchAnswer, SearchRequest } from '../../src/domain/directory/directory.ts';
import { type Database, openDatabase } from '../../src/platform/db/db.ts';
import { startEmbedded } from '../../src/platform/db/embedded/embedded.ts';
import { migrate } from '../../src/platform/db/migrate.ts';
import type { ServerOrder, ServerStart } from './server.ts';

export interface TableSize {
  readonly table: string;
  readonly bytes: number;
  /** Of its indexes. */
  readonly indexBytes: number;
}

export interface OurDirectory {
  importFiles(files: readonly string[]): Promise<void>;
  search(request: SearchRequest): Promise<SearchAnswer>;
  /** Largest resident memory of the server process so far, in bytes. */
  peakMemory(): Promise<number>;
  sizes(): Promise<readonly TableSize[]>;
  stop(): Promise<void>;
}

interface Reply {
  readonly value?: unknown;
  readonly fault?: string;
}

async function reply(child: ChildProcess): Promise<unknown> {
  const [{ value, fault }] = (await once(child, 'message')) as [Reply]; // our own process wrote it
  if (fault !== undefined) throw new Error(fault);
  return value;
}

async function readSizes({ pool }: Database): Promise<readonly TableSize[]> {
  const found = await pool.query<{ table: string; bytes: number; index_bytes: number }>(
    `select relname as table, pg_total_relation_size(relid) as bytes, pg_indexes_size(relid) as index_bytes
       from pg_stat_user_tables where schemaname = 'directory' and pg_total_relation_size(relid) > 65536 order by bytes desc`,
  );
  return found.rows.map(({ table, bytes, index_bytes }) => ({ table, bytes, indexBytes: index_bytes }));
}

export async function startOurs(folder: string): Promise<OurDirectory> {
  await mkdir(folder, { recursive: true });
  const postgres = await startEmbedded({ folder: path.join(folder, 'postgres'), log: silentLog });
  const urls = await postgres.ensureDatabase('bench');
  await migrate({ ownerUrl: urls.ownerUrl, log: silentLog });
  const owner = await openDatabase({ url: urls.ownerUrl, applicationName: 'bench', maxConnections: 2, log: silentLog });
  const start: ServerStart = { databaseUrl: urls.appUrl.revealText(), workFolder: folder };
  const child = fork(path.join(import.meta.dirname, 'server.ts'), [JSON.stringify(start)], {
    serialization: 'advanced',
    execArgv: ['--max-semi-space-size=4'], // as `tools/bootstrap.mjs` starts the product
  });
  await reply(child);
  const ask = (order: ServerOrder): Promise<unknown> => {
    const answered = reply(child);
    child.send(order);
    return answered;
  };
  return {
    async importFiles(files) {
      await ask({ do: 'import', files });
    },
    async search(request) {
      return (await ask({ do: 'search', request })) as SearchAnswer; // what the search returned
    },
    async peakMemory() {
      const status = await readFile(`/proc/${present(child.pid, 'the server has no process')}/status`, 'utf8');
      return Number(/VmHWM:\s+(\d+) kB/u.exec(status)?.[1] ?? 0) * 1024;
    },
    sizes: () => readSizes(owner),
    async stop() {
      if (child.connected) {
        child.send({ do: 'stop' } satisfies ServerOrder);
        await once(child, 'exit');
      }
      await owner.close();
      await postgres.stop();
    },
  };
}
