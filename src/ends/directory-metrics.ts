/** What is measured of the directory: how old, how large, how odd each edition is, and how long searches take; never what was searched. */
import type { Edition } from '../domain/directory/directory.ts';
import type { Metrics } from '../platform/metrics/metrics.ts';
import type { Product } from './product.ts';

/** Milliseconds that one look at the editions serves: they change once a day, and are measured several times a minute. */
const reuseMs = 60_000;
const sources = ['mailboxes', 'activities', 'skills', 'diplomas'] as const;

/** To be told of each search, in seconds. */
export function measureSearches(metrics: Metrics): (seconds: number) => void {
  const histogram = metrics.histogram({
    name: 'hygie_directory_search_seconds',
    help: 'Time of one search in the national directory.',
    labels: {},
    buckets: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 2],
  });
  return (seconds) => histogram.observe({}, seconds);
}

export function measureEditions(metrics: Metrics, { directory, database, clock }: Product): void {
  let last: { readonly atMs: number; readonly editions: Promise<readonly Edition[]> } | undefined;
  const editions = (): Promise<readonly Edition[]> => {
    const nowMs = clock.monotonicMs();
    if (last === undefined || nowMs - last.atMs >= reuseMs) {
      const read = directory.status(database.db).then(({ current }) => current);
      read.catch(() => {
        last = undefined;
      });
      last = { atMs: nowMs, editions: read };
    }
    return last.editions;
  };
  const gauge = (name: string, help: string, figure: (edition: Edition) => number): void => {
    metrics.gauge({ name, help, labels: { source: sources } }, async (one) => {
      // A database that is away is told by other means: the rest of the page must still come.
      for (const edition of await editions().catch(() => [])) one.set({ source: edition.source }, figure(edition));
    });
  };
  const age = ({ publishedAt }: Edition): number => (clock.now().getTime() - publishedAt.getTime()) / 1000;
  gauge('hygie_directory_edition_age_seconds', 'Seconds since the extraction in force was published.', age);
  gauge('hygie_directory_edition_rows', 'Rows of the extraction in force.', ({ rows }) => rows);
  gauge('hygie_directory_edition_odd_rows', 'Rows left out or incomplete of it.', ({ oddRows }) => oddRows);
}
