import { sql } from 'kysely';
import { assert, present } from '../../base/assert.ts';
import { transferLimits } from '../../base/domain-limits.ts';
import { newId, type TenantId, type Uuid } from '../../base/ids.ts';
import { type DomainName, domainOf } from '../../formats/address/address.ts';
import type { Transaction } from '../../platform/db/db.ts';
import type { DataKeys } from '../../platform/keys/keys.ts';
import type { Act } from '../audit/audit.ts';
import type { Cause } from './failure-policy.ts';
import {
  type Origin,
  openQueueKey,
  type QueuedContent,
  type QueuedEnvelope,
  type QueuedRecipient,
  sealMessage,
  sealRecipient,
} from './queued-message.ts';

export interface EnqueueParts {
  readonly dataKeys: DataKeys;
  /** Asks the worker to send to these domains, in the caller's transaction: one job `send-domain` each. */
  readonly enqueueSending: (tx: Transaction, domains: readonly DomainName[]) => Promise<void>;
}

/** A recipient that is final at once, kept for the delivery history. */
export interface SettledRecipient extends QueuedRecipient {
  /** Empty for an account of ours. */
  readonly domain: DomainName | '';
  readonly state: 'accepted' | 'failed';
  readonly status: string;
  readonly cause?: Cause;
}

/** A message to be sent, and what became of it for those whom it has reached already. */
export interface NewMessage {
  readonly tenantId: TenantId;
  readonly origin?: Origin;
  /** By which what comes back finds it (`sentMessageHash`). */
  readonly messageIdHash?: Buffer;
  readonly envelope: QueuedEnvelope;
  readonly content: QueuedContent;
  readonly outgoing: readonly QueuedRecipient[];
  readonly settled?: readonly SettledRecipient[];
}

/** Writes the message and its recipients, and asks for their sending, all in the act's transaction. */
export async function enqueueMessage(parts: EnqueueParts, act: Act, message: NewMessage): Promise<Uuid> {
  const { tenantId, origin, outgoing, settled = [] } = message;
  assert(outgoing.length + settled.length > 0, 'a message is sent to somebody');
  const ref = { tenantId, id: newId(act.at) };
  const queueKey = present(
    await openQueueKey(parts.dataKeys, act.tx, tenantId),
    "the tenant's queue key was destroyed",
  );
  const sealed = outgoing.length === 0 ? undefined : sealMessage(queueKey, ref, message);
  await sql`
    insert into transfer.message (tenant_id, id, account_id, email_id, key_version, wrapped_key, sealed_envelope,
                                  sealed_content, blob_id, queued_at, expires_at, finished_at, message_id_hash)
    values (${tenantId}, ${ref.id}, ${origin?.accountId ?? null}, ${origin?.emailId ?? null}, ${queueKey.version},
            ${sealed?.wrappedKey ?? null}, ${sealed?.envelope ?? null}, ${sealed?.content ?? null},
            ${sealed?.blobId ?? null}, ${act.at}, ${new Date(act.at.getTime() + transferLimits.queueLifetimeMs)},
            ${sealed === undefined ? act.at : null}, ${message.messageIdHash ?? null})`.execute(act.tx);
  const rows = [
    ...outgoing.map((each) => ({
      ...each,
      state: 'queued',
      status: null,
      cause: null,
      domain: domainOf(each.address),
    })),
    ...settled.map((each) => ({ ...each, cause: each.cause ?? null })),
  ].map(({ state, status, cause, domain, ...recipient }, number) => ({
    number,
    state,
    status,
    cause,
    domain,
    sealed: sealRecipient(queueKey, ref, { ...recipient, number }),
  }));
  await sql`
    insert into transfer.recipient (tenant_id, message_id, number, domain, sealed, state, last_status, last_cause,
                                    next_attempt_at, changed_at)
    select ${tenantId}, ${ref.id}, number, domain, sealed, state, status, cause,
           case when state = 'queued' then ${act.at}::timestamptz end, ${act.at}
      from unnest(${rows.map((row) => row.number)}::int[], ${rows.map((row) => row.domain)}::text[],
                  ${rows.map((row) => row.sealed)}::bytea[], ${rows.map((row) => row.state)}::text[],
                  ${rows.map((row) => row.status)}::text[], ${rows.map((row) => row.cause)}::text[])
             as given (number, domain, sealed, state, status, cause)
    `.execute(act.tx);
  const domains = [...new Set(outgoing.map((each) => domainOf(each.address)))];
  if (domains.length > 0) await parts.enqueueSending(act.tx, domains);
  return ref.id;
}
