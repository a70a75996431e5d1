/** An import of the national directory and what follows it, whoever asks for it: the daily job or somebody at the console. */
import type { ImportOptions, ImportOutcome } from '../domain/directory/directory.ts';
import type { Config } from '../platform/config/config.ts';
import type { Product } from './product.ts';
import { enqueueRecheck } from './worker/tasks.ts';

/** Where the configuration says that the extractions are: first who can be written to, then who they are. */
export function directorySources({ mailboxes, professionals }: Config['directory']): readonly string[] {
  return [mailboxes.path ?? mailboxes.url, professionals.path ?? professionals.url].filter(
    (source) => source !== undefined,
  );
}

/** Imports the sources in one switch, and has the stored contacts looked at again. Fails as `Directory.importFiles` does. */
export async function importDirectory(
  { directory, database }: Pick<Product, 'directory' | 'database'>,
  sources: readonly string[],
  options: ImportOptions,
): Promise<readonly ImportOutcome[]> {
  const outcomes = await directory.importFiles(sources, options);
  const ids = outcomes.flatMap((outcome) =>
    outcome.kind === 'imported' ? outcome.editions.map(({ editionId }) => editionId) : [],
  );
  if (ids.length > 0) await database.db.transaction().execute((tx) => enqueueRecheck(tx, ids));
  return outcomes;
}
