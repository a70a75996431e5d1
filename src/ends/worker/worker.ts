/**
 * The worker: does the jobs, in this process, and asks for the recurring ones. Each job body is one call of the domain;
 * being run twice changes nothing.
 */
import { present } from '../../base/assert.ts';
import { mailLimits } from '../../base/domain-limits.ts';
import { workerLimits } from '../../base/end-limits.ts';
import { type AccountId, asId, type EmailId, type TenantId, type Uuid } from '../../base/ids.ts';
import { jobLimits } from '../../base/limits.ts';
import type { AccountRef } from '../../domain/mail/mail.ts';
import { refreshCrls, refreshWhiteList } from '../../domain/trust/trust.ts';
import { parseDomain } from '../../formats/address/address.ts';
import { type Handler, handle, type RecurringJob, startWorker, type Worker } from '../../platform/jobs/worker.ts';
import { connectionOf } from '../database-ways.ts';
import type { Product } from '../product.ts';
import { dailyImport, directoryHandlers } from './directory-jobs.ts';
import { followAccounts, pushHandlers } from './push-jobs.ts';
import { enqueueIndexing, enqueueSending, tasks } from './tasks.ts';

const day = 24 * 3_600_000;

/** Minutes are spread, so that the hourly jobs of a thousand practices do not start in the same second. */
const recurring: readonly RecurringJob[] = [
  { task: tasks.publishListings, when: '* * * * *' },
  { task: tasks.purgeContacts, when: '7 4 * * *' },
  { task: tasks.sweepTransfer, when: '* * * * *' },
  { task: tasks.sweepPush, when: '* * * * *' },
  { task: tasks.refreshWhiteList, when: '7 * * * *' },
  { task: tasks.refreshCrls, when: '17 * * * *' },
  { task: tasks.catchUpIndexing, when: '27 * * * *' },
  { task: tasks.forgetChanges, when: '57 3 * * *' },
  { task: tasks.purgeDeleted, when: '37 3 * * *' },
  { task: tasks.sweepBlobs, when: '47 4 * * *' },
  { task: tasks.forgetUploads, when: '52 * * * *' },
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

async function forgetUploads({ audit, clock, mail }: Product): Promise<void> {
  const request = { actor: { kind: 'system', task: tasks.forgetUploads.name }, reason: 'retention' } as const;
  const before = new Date(clock.now().getTime() - mailLimits.uploadKeptMs);
  for (;;) {
    const forgotten = await audit.act({ ...request, silent: 'when-nothing-changed' }, (act) =>
      mail.forgetUploads(act, before, mailLimits.maintenancePage),
    );
    if (forgotten < mailLimits.maintenancePage) return;
  }
}

/** Tombstones go no later than the emails they tell of: the changes of threads are worked out from both. */
async function forgetChanges({ audit, clock, config, mail }: Product): Promise<void> {
  const before = new Date(clock.now().getTime() - Math.max(1, config.limits.undeleteDays) * day);
  await audit.act(
    { actor: { kind: 'system', task: tasks.forgetChanges.name }, reason: 'retention', silent: 'when-nothing-changed' },
    (act) => mail.forgetChanges(act, before, mailLimits.maintenancePage),
  );
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

function askIndexing(
  { clock, database }: Product,
  accounts: readonly { readonly tenantId: string; readonly accountId: string }[],
): Promise<void> {
  return database.db.transaction().execute((tx) => enqueueIndexing(tx, accounts, clock.now()));
}

function handlers(product: Product): readonly Handler[] {
  const { database, mail, transfer, trustDeps } = product;
  return [
    handle(tasks.indexAccount, async (payload, { signal }) => {
      let step: Awaited<ReturnType<typeof mail.indexAccount>>;
      do step = await mail.indexAccount(accountOf(payload));
      while (step === 'more' && !signal.aborted);
      if (step !== 'done') await askIndexing(product, [payload]);
    }),
    handle(tasks.forgetInIndex, async ({ first, last, ...payload }) => {
      const numbers = Array.from({ length: last - first + 1 }, (_, index) => first + index);
      await mail.forgetInIndex(accountOf(payload), numbers);
    }),
    handle(tasks.catchUpIndexing, async () => {
      await askIndexing(product, await mail.unindexedAccounts(database.db, jobLimits.batch));
    }),
    handle(tasks.releaseSending, ({ sendingId, ...payload }) =>
      transfer.releaseSending({ ...accountOf(payload), id: asId<Uuid>(sendingId) }),
    ),
    handle(tasks.sendDomain, async ({ domain }) => {
      const run = await transfer.sendDue(present(parseDomain(domain), 'a job names a malformed domain'));
      if (run.kind !== 'more') return;
      await database.db.transaction().execute((tx) => enqueueSending(tx, [domain]));
    }),
    handle(tasks.followReceived, async ({ emailId, ...payload }) => {
      await transfer.followReceived(accountOf(payload), asId<EmailId>(emailId));
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
    handle(tasks.forgetChanges, () => forgetChanges(product)),
    handle(tasks.purgeDeleted, () => purge(product)),
    handle(tasks.sweepBlobs, () => sweepBlobs(product)),
    handle(tasks.forgetUploads, () => forgetUploads(product)),
    ...pushHandlers(product),
    ...directoryHandlers(product),
  ];
}

export async function startProductWorker(product: Product): Promise<Worker> {
  const following = await followAccounts(product);
  const worker = await startWorker({
    connection: connectionOf(product.ways, 'hygie worker', product.log),
    handlers: handlers(product),
    recurring: [...recurring, dailyImport(product.config)],
    concurrency: workerLimits.concurrency,
    log: product.log,
  });
  return {
    async stop() {
      await following.stop();
      await worker.stop();
    },
  };
}
