/** The names and payloads of all jobs, in one place: who enqueues and who does the work both look here. */
import { defineTask } from '../../platform/jobs/jobs.ts';

type AccountPayload = { readonly tenantId: string; readonly accountId: string };
type Nothing = Record<never, never>;

export const tasks = {
  indexAccount: defineTask<AccountPayload>('index-account'),
  /** Emails numbered `first` to `last` may be gone: their words leave the index. */
  forgetInIndex: defineTask<AccountPayload & { readonly first: number; readonly last: number }>('forget-in-index'),
  sendDomain: defineTask<{ readonly domain: string }>('send-domain'),

  sweepTransfer: defineTask<Nothing>('sweep-transfer'),
  refreshWhiteList: defineTask<Nothing>('refresh-white-list'),
  refreshCrls: defineTask<Nothing>('refresh-crls'),
  purgeDeleted: defineTask<Nothing>('purge-deleted'),
  sweepBlobs: defineTask<Nothing>('sweep-blobs'),
} as const;
