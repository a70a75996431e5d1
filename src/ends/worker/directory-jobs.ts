/** The jobs of the national directory: its daily import, and what follows from it for the stored contacts and our own listings. */
import { createHash } from 'node:crypto';
import { mailLimits } from '../../base/domain-limits.ts';
import { Refusal, Temporary } from '../../base/errors.ts';
import type { Config } from '../../platform/config/config.ts';
import { type Handler, handle, type RecurringJob } from '../../platform/jobs/worker.ts';
import { ageOf, publishedAt } from '../directory-age.ts';
import { directorySources, importDirectory } from '../directory-import.ts';
import type { Product } from '../product.ts';
import { tasks } from './tasks.ts';

/** Each operator at a minute of its own: the source is one for the whole country. */
export function dailyImport({ directory, operator }: Pick<Config, 'directory' | 'operator'>): RecurringJob {
  const name = operator.domains[0] ?? operator.name;
  const minute = createHash('sha256').update(name).digest().readUInt16BE(0) % 60;
  return { task: tasks.importDirectory, when: `${minute} ${directory.importHour} * * *` };
}

/** What was refused is told and waits for the next edition, or for somebody who imports it by force; what is away is tried again. */
async function importAll(product: Product, signal: AbortSignal): Promise<void> {
  const sources = directorySources(product.config.directory);
  const faults = await importDirectory(product, sources, { signal }).then(
    (outcomes) => outcomes.flatMap((outcome) => (outcome.kind === 'rejected' ? [outcome.fault] : [])),
    (fault: unknown) => {
      if (fault instanceof Refusal) return [fault];
      throw fault;
    },
  );
  for (const fault of faults) {
    if (fault instanceof Refusal) product.log.error('directory.import-refused', { code: fault.code });
  }
  await tellAge(product);
  const away = faults.find((fault) => fault instanceof Temporary);
  if (away !== undefined) throw away;
}

async function tellAge(product: Product): Promise<void> {
  const status = await product.directory.status(product.database.db);
  const age = ageOf(status, product);
  const facts = { publishedAt: publishedAt(status)?.toISOString() };
  if (age === 'too-old' || age === 'none') product.log.error('directory.too-old', facts);
  else if (age === 'old') product.log.warn('directory.old', facts);
}

async function recheck({ audit, contacts }: Product, editionId: number, signal: AbortSignal): Promise<void> {
  const request = { actor: { kind: 'system', task: tasks.recheckContacts.name }, reason: 'directory-changed' } as const;
  for (;;) {
    const step = await audit.act({ ...request, silent: 'when-nothing-changed' }, (act) =>
      contacts.recheck(act, editionId),
    );
    if (step === 'done') return;
    // Run again, it begins anew: what was looked at already stays as it is.
    signal.throwIfAborted();
  }
}

async function purge({ audit, contacts }: Product): Promise<void> {
  const request = { actor: { kind: 'system', task: tasks.purgeContacts.name }, reason: 'retention' } as const;
  for (;;) {
    const purged = await audit.act({ ...request, silent: 'when-nothing-changed' }, (act) =>
      contacts.purge(act, mailLimits.maintenancePage),
    );
    if (purged < mailLimits.maintenancePage) return;
  }
}

async function publish({ clock, directory: { listings }, log }: Product, signal: AbortSignal): Promise<void> {
  for (;;) {
    const run = await listings.publishDue(clock.now());
    if (run.refused > 0) log.warn('directory.listings-refused', { count: run.refused });
    if (run.kind !== 'more' || signal.aborted) return;
  }
}

export function directoryHandlers(product: Product): readonly Handler[] {
  return [
    handle(tasks.importDirectory, (_payload, { signal }) => importAll(product, signal)),
    handle(tasks.recheckContacts, ({ editionId }, { signal }) => recheck(product, editionId, signal)),
    handle(tasks.purgeContacts, () => purge(product)),
    handle(tasks.publishListings, (_payload, { signal }) => publish(product, signal)),
  ];
}
