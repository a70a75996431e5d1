/** The names and payloads of all jobs, in one place: who enqueues and who does the work both look here. */
import { jobLimits } from '../../base/limits.ts';
import type { Transaction } from '../../platform/db/db.ts';
import { defineTask, enqueueAll } from '../../platform/jobs/jobs.ts';

type AccountPayload = { readonly tenantId: string; readonly accountId: string };
type PersonPayload = { readonly tenantId: string; readonly personId: string };
type PushPayload = { readonly tenantId: string; readonly subscriptionId: string };
type Nothing = Record<never, never>;

export const tasks = {
  indexAccount: defineTask<AccountPayload>('index-account'),
  /** Emails numbered `first` to `last` may be gone: their words leave the index. */
  forgetInIndex: defineTask<AccountPayload & { readonly first: number; readonly last: number }>('forget-in-index'),
  /** An email came that may be evidence on a sent one, or that somebody away is to answer. */
  followReceived: defineTask<AccountPayload & { readonly emailId: string }>('follow-received'),
  releaseSending: defineTask<AccountPayload & { readonly sendingId: string }>('release-sending'),
  sendDomain: defineTask<{ readonly domain: string }>('send-domain'),

  /** Shows the client of a push subscription its code. */
  verifyPush: defineTask<PushPayload>('verify-push'),
  /** Tells the browsers of a person what changed. */
  tellPush: defineTask<PersonPayload>('tell-push'),
  sweepPush: defineTask<Nothing>('sweep-push'),
  sweepTransfer: defineTask<Nothing>('sweep-transfer'),
  refreshWhiteList: defineTask<Nothing>('refresh-white-list'),
  refreshCrls: defineTask<Nothing>('refresh-crls'),
  catchUpIndexing: defineTask<Nothing>('catch-up-indexing'),
  forgetChanges: defineTask<Nothing>('forget-changes'),
  purgeDeleted: defineTask<Nothing>('purge-deleted'),
  sweepBlobs: defineTask<Nothing>('sweep-blobs'),
  forgetUploads: defineTask<Nothing>('forget-uploads'),
  importDirectory: defineTask<Nothing>('import-directory'),
  /** Stored contacts are looked at again, after an edition of the directory. */
  recheckContacts: defineTask<{ readonly editionId: number }>('recheck-contacts'),
  publishListings: defineTask<Nothing>('publish-listings'),
  purgeContacts: defineTask<Nothing>('purge-contacts'),
} as const;

/** One job per account, in a moment: what arrives until then shares one segment of the index. */
export function enqueueIndexing(tx: Transaction, accounts: readonly AccountPayload[], now: Date): Promise<void> {
  return enqueueAll(
    tx,
    accounts.map(({ tenantId, accountId }) => ({
      task: tasks.indexAccount,
      payload: { tenantId, accountId },
      key: `index:${accountId}`,
      runAt: new Date(now.getTime() + jobLimits.indexDelayMs),
    })),
    { keepsRunAt: true },
  );
}

/** One job for each email, at once. */
export function enqueueFollowing(
  tx: Transaction,
  emails: readonly (AccountPayload & { readonly emailId: string })[],
): Promise<void> {
  return enqueueAll(
    tx,
    emails.map(({ tenantId, accountId, emailId }) => ({
      task: tasks.followReceived,
      payload: { tenantId, accountId, emailId },
      key: `follow:${emailId}`,
    })),
  );
}

/** One job per sending, at its time. */
export function enqueueRelease(
  tx: Transaction,
  { tenantId, accountId, id }: AccountPayload & { readonly id: string },
  at: Date,
): Promise<void> {
  const payload = { tenantId, accountId, sendingId: id };
  return enqueueAll(tx, [{ task: tasks.releaseSending, payload, key: `release:${id}`, runAt: at }]);
}

/** One job per domain, at once; one that waits already is enough. */
export function enqueueSending(tx: Transaction, domains: readonly string[]): Promise<void> {
  return enqueueAll(
    tx,
    domains.map((domain) => ({ task: tasks.sendDomain, payload: { domain }, key: `send:${domain}` })),
  );
}

export function enqueuePushVerification(tx: Transaction, { tenantId, subscriptionId }: PushPayload): Promise<void> {
  const payload = { tenantId, subscriptionId };
  return enqueueAll(tx, [{ task: tasks.verifyPush, payload, key: `verify-push:${subscriptionId}` }]);
}

/** One job per person, in a moment; never two of one person at once, or both would tell the same. */
export function enqueueTelling(tx: Transaction, persons: readonly PersonPayload[], now: Date): Promise<void> {
  return enqueueAll(
    tx,
    persons.map(({ tenantId, personId }) => ({
      task: tasks.tellPush,
      payload: { tenantId, personId },
      key: `push:${personId}`,
      // Queues are kept for ever: a few hundred in place of one per person.
      queue: `push:${personId.slice(-2)}`,
      runAt: new Date(now.getTime() + jobLimits.pushDelayMs),
    })),
    { keepsRunAt: true },
  );
}

export function enqueueRecheck(tx: Transaction, editionIds: readonly number[]): Promise<void> {
  return enqueueAll(
    tx,
    editionIds.map((editionId) => ({
      task: tasks.recheckContacts,
      payload: { editionId },
      key: `recheck:${editionId}`,
    })),
  );
}
