/** How old the directory is, by the bounds of the configuration: for people, alarms and metrics alike. */
import type { DirectoryStatus } from '../domain/directory/directory.ts';
import type { Product } from './product.ts';

export type DirectoryAge = 'none' | 'fresh' | 'old' | 'too-old';

const dayMs = 24 * 3_600_000;

/** When the extraction of addresses in force was published: it is the one that says who can be written to. */
export function publishedAt({ current }: Pick<DirectoryStatus, 'current'>): Date | undefined {
  return current.find(({ source }) => source === 'mailboxes')?.publishedAt;
}

export function ageOf(
  status: Pick<DirectoryStatus, 'current'>,
  { clock, config }: Pick<Product, 'clock' | 'config'>,
): DirectoryAge {
  const at = publishedAt(status);
  if (at === undefined) return 'none';
  const days = (clock.now().getTime() - at.getTime()) / dayMs;
  const { warnAfterDays, alertAfterDays } = config.directory;
  if (days > alertAfterDays) return 'too-old';
  return days > warnAfterDays ? 'old' : 'fresh';
}
