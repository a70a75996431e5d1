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

/** Imports the sources in one switch, and with it has the stored contacts looked at again. Fails as `Directory.importFiles` does. */
export function importDirectory(
  { directory }: Pick<Product, 'directory'>,
  sources: readonly string[],
  options: Omit<ImportOptions, 'onSwitch'>,
): Promise<readonly ImportOutcome[]> {
  return directory.importFiles(sources, { ...options, onSwitch: enqueueRecheck });
}
