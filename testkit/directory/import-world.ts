/** A database and a folder where extractions are imported. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert } from '../../src/base/assert.ts';
import type { Clock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import type { DirectoryParts, ImportOptions, ImportOutcome } from '../../src/domain/directory/directory.ts';
import { openTestDatabase, type Scope, type TestDatabase } from '../database.ts';

export interface ImportWorld extends TestDatabase {
  readonly parts: Pick<DirectoryParts, 'database' | 'clock' | 'log' | 'maxRemovedShare' | 'downloader' | 'workFolder'>;
  readonly folder: string;
  /** Writes a file of the folder; answers its path. */
  write(name: string, content: string | Buffer): string;
  /** The values of the only column of a query. */
  list(query: string): Promise<readonly unknown[]>;
}

type ImportFiles = (
  parts: ImportWorld['parts'],
  sources: readonly string[],
  options: ImportOptions,
) => Promise<readonly ImportOutcome[]>;

/** Imports one source alone; throws why it was rejected. */
export function oneByOne(importFiles: ImportFiles) {
  return async (
    parts: ImportWorld['parts'],
    source: string,
    options: ImportOptions,
  ): Promise<Exclude<ImportOutcome, { readonly kind: 'rejected' }>> => {
    const [outcome] = await importFiles(parts, [source], options);
    assert(outcome !== undefined, 'one source has one outcome');
    if (outcome.kind === 'rejected') throw outcome.fault;
    return outcome;
  };
}

export async function openImportWorld(
  scope: Scope,
  clock: Clock = { now: () => new Date(), monotonicMs: () => 0 },
): Promise<ImportWorld> {
  const testDatabase = await openTestDatabase(scope);
  const { database } = testDatabase;
  const folder = mkdtempSync(join(tmpdir(), 'hygie-import-'));
  scope.after(async () => rmSync(folder, { recursive: true }));
  return {
    ...testDatabase,
    folder,
    parts: { database, clock, log: silentLog, maxRemovedShare: 0.5, downloader: undefined, workFolder: folder },
    write(name, content) {
      const path = join(folder, name);
      writeFileSync(path, content);
      return path;
    },
    async list(query) {
      const { rows } = await database.pool.query<{ item: unknown }>(`select item from (${query}) q (item)`);
      return rows.map(({ item }) => item);
    },
  };
}
