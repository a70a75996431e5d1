/** How old the directory is, by the bounds of the configuration: for people, alarms and metrics alike. */
import type { DirectoryStatus, Edition } from '../domain/directory/directory.ts';
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

/** What somebody has to look at; it is over when an edition that is good comes into force, and needs no confirmation. */
export type DirectoryAlarm =
  | { readonly kind: Exclude<DirectoryAge, 'fresh'> }
  /** Of its source, nothing newer came into force since. */
  | { readonly kind: 'not-imported'; readonly edition: Edition }
  | { readonly kind: 'listings-refused'; readonly count: number };

/** Read from what is there: an alarm can be neither forgotten nor left open. */
export async function openAlarms(
  status: DirectoryStatus,
  product: Pick<Product, 'clock' | 'config' | 'database' | 'directory'>,
): Promise<readonly DirectoryAlarm[]> {
  const alarms: DirectoryAlarm[] = [];
  const age = ageOf(status, product);
  if (age !== 'fresh') alarms.push({ kind: age });
  const seen = new Set<string>();
  for (const edition of status.latest) {
    if (edition.state === 'importing' || seen.has(edition.source)) continue;
    seen.add(edition.source);
    if (edition.state !== 'current' && edition.state !== 'superseded') alarms.push({ kind: 'not-imported', edition });
  }
  const { refused } = await product.directory.listings.countListings(product.database.db);
  if (refused > 0) alarms.push({ kind: 'listings-refused', count: refused });
  return alarms;
}
