/**
 * The worker: does the jobs, in this process, and asks for the recurring ones. Each job body is one call of the domain;
 * being run twice changes nothing.
 */
import { present } from '../../base/assert.ts';
import { type AccountId, asId, type TenantId } from '../../base/ids.ts';
import { mailLimits, workerLimits } from '../../base/limits.ts';
import type { AccountRef } from '../../domain/mail/mail.ts';
import { refreshCrls, refreshWhiteList } from '../../domain/trust/trust.ts';
import { parseDomain } from '../../formats/address/address.ts';
import { enqueueAll } from '../../platform/jobs/jobs.ts';
import { type Handler, handle, type RecurringJob, startWorker, type Worker } from '../../platform/jobs/worker.ts';
import { connectionOf } from '../database-ways.ts';
import type { Product } from '../product.ts';
import { tasks } from './tasks.ts';

const day = 24 * 3_600_000;

/** Minutes are spread, so that the hourly jobs of a thousand practices do not start in the same second. */
const recurring: readonly RecurringJob[] = [
  { task: tasks.sweepTransfer, when: '* * * * *' },
  { task: tasks.refreshWhiteList, when: '7 * * * *' },
  { task: tasks.refreshCrls, when: '17 * * * *' },
  { task: tasks.purgeDeleted, when: '37 3 * * *' },
  { task: tasks.sweepBlobs, when: '47 4 * * *' },
];

function accountOf(payload: { readonly tenantId: string; readonly accountId: string }): AccountRef {
  return { tenantId: asId<TenantId>(payload.tenantId), accountId: asId<AccountId>(payload.accountId) };
}

async function purge(product: Product): Promise<void> {
  const { audit, clock, config, mail } = product;
  for (;;) {
    const before = new Date(clock.now().getTime() - config.limits.undeleteDays * day);
    const destroyed = await audit.act(
      { actor: { kind: 'system', task: tasks.purgeDeleted.name }, reason: 'retention', silent: 'when-nothing-changed' },
      (act) => mail.purgeDeleted(act, before, mailLimits.maintenancePage),
    );
    if (destroyed < mailLimits.maintenancePage) return;
  }
}

async function sweepBlobs({ blobs, database, mail, transfer }: Product): Promise<void> {
  await blobs.sweep(async (ids) => {
    const [ofMail, ofTransfer] = await Promise.all([
      mail.blobsNamed(database.db, ids),
      transfer.blobsNamed(database.db, ids),
    ]);
    return new Set([...ofMail, ...ofTransfer]);
  }, workerLimits.blobGraceMs);
}

function handlers(product: Product): readonly Handler[] {
  const { database, mail, transfer, trustDeps } = product;
  return [
    handle(tasks.indexAccount, async (payload, { signal }) => {
      while (!signal.aborted && (await mail.indexAccount(accountOf(payload))));
    }),
    handle(tasks.forgetInIndex, async ({ first, last, ...payload }) => {
      const numbers = Array.from({ length: last - first + 1 }, (_, index) => first + index);
      await mail.forgetInIndex(accountOf(payload), numbers);
    }),
    handle(tasks.sendDomain, async ({ domain }) => {
      const run = await transfer.sendDue(present(parseDomain(domain), 'a job names a malformed domain'));
      if (run.kind !== 'more') return;
      const again = { task: tasks.sendDomain, payload: { domain }, key: `send:${domain}`.slice(0, 64) };
      await database.db.transaction().execute((tx) => enqueueAll(tx, [again]));
    }),
    handle(tasks.sweepTransfer, async () => {
      await transfer.sweep();
    }),
    handle(tasks.refreshWhiteList, async () => {
      await refreshWhiteList(trustDeps);
    }),
    handle(tasks.refreshCrls, async () => {
      await refreshCrls(trustDeps);
    }),
    handle(tasks.purgeDeleted, () => purge(product)),
    handle(tasks.sweepBlobs, () => sweepBlobs(product)),
  ];
}

export function startProductWorker(product: Product): Promise<Worker> {
  return startWorker({
    connection: connectionOf(product.ways, 'hygie worker', product.log),
    handlers: handlers(product),
    recurring,
    concurrency: workerLimits.concurrency,
    log: product.log,
  });
}
