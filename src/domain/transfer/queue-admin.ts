/** What an administrator sees of the queue and does to it, and what an account sees of its own messages' way. */
import { sql } from 'kysely';
import type { EmailId, TenantId, Uuid } from '../../base/ids.ts';
import { transferLimits } from '../../base/limits.ts';
import { type Address, type DomainName, domainOf, maskAddress } from '../../formats/address/address.ts';
import type { Db } from '../../platform/db/db.ts';
import type { Act } from '../audit/audit.ts';
import type { AccountRef } from '../mail/mail.ts';
import { openDue, returnedContent } from './due-message.ts';
import type { Cause } from './failure-policy.ts';
import { finishMessage, lockMessage, type MessageRow, type RecipientState } from './queue-rows.ts';
import { type MessageRef, openAnswer, openQueueKey, openRecipient } from './queued-message.ts';
import { asQueued, sendReports } from './reports.ts';
import type { TransferParts } from './transfer.ts';

/** A recipient that waits, without anything that identifies a patient. */
export interface QueueEntry {
  readonly message: MessageRef;
  readonly number: number;
  readonly recipient: string;
  readonly domain: DomainName;
  readonly state: RecipientState;
  readonly attempts: number;
  readonly queuedAt: Date;
  readonly expiresAt: Date;
  readonly nextAttemptAt: Date;
  readonly lastStatus: string | null;
  readonly lastCause: Cause | null;
}

/** Which waiting recipients are meant: all of a message, all of a domain, or all. */
export interface QueueSelection {
  readonly messageId?: Uuid;
  readonly domain?: DomainName;
}

interface WaitingRow {
  readonly tenant_id: TenantId;
  readonly message_id: Uuid;
  readonly number: number;
  readonly sealed: Buffer;
  readonly domain: DomainName;
  readonly state: RecipientState;
  readonly attempts: number;
  readonly queued_at: Date;
  readonly expires_at: Date;
  readonly next_attempt_at: Date;
  readonly last_status: string | null;
  readonly last_cause: Cause | null;
  readonly key_version: number;
}

/** What waits, the oldest first; one page. */
export async function listQueue(
  parts: TransferParts,
  db: Db,
  selection: QueueSelection = {},
): Promise<readonly QueueEntry[]> {
  const rows = await sql<WaitingRow>`
    select held.tenant_id, held.message_id, held.number, held.sealed, held.domain, held.state, held.attempts,
           message.queued_at, message.expires_at, held.next_attempt_at, held.last_status, held.last_cause, message.key_version
      from transfer.recipient as held
      join transfer.message as message on message.tenant_id = held.tenant_id and message.id = held.message_id
     where held.next_attempt_at is not null
       and (${selection.domain ?? null}::text is null or held.domain = ${selection.domain ?? null})
       and (${selection.messageId ?? null}::uuid is null or held.message_id = ${selection.messageId ?? null})
     order by message.queued_at, held.message_id, held.number limit ${transferLimits.listPage}`.execute(db);
  const entries: QueueEntry[] = [];
  for (const row of rows.rows) {
    const message = { tenantId: row.tenant_id, id: row.message_id };
    const key = await openQueueKey(parts.dataKeys, db, row.tenant_id, row.key_version);
    entries.push({
      message,
      number: row.number,
      recipient: key === undefined ? `***@${row.domain}` : maskAddress(openRecipient(key, message, row).address),
      domain: row.domain,
      state: row.state,
      attempts: row.attempts,
      queuedAt: row.queued_at,
      expiresAt: row.expires_at,
      nextAttemptAt: row.next_attempt_at,
      lastStatus: row.last_status,
      lastCause: row.last_cause,
    });
  }
  return entries;
}

/** Makes what waits due now, but for what is being sent; how many recipients. */
export async function retryNow(parts: TransferParts, act: Act, selection: QueueSelection): Promise<number> {
  const moved = await sql<{ tenant_id: TenantId; message_id: Uuid; domain: DomainName }>`
    update transfer.recipient set next_attempt_at = ${act.at}, changed_at = ${act.at}
     where next_attempt_at is not null and state <> 'sending'
       and (${selection.domain ?? null}::text is null or domain = ${selection.domain ?? null})
       and (${selection.messageId ?? null}::uuid is null or message_id = ${selection.messageId ?? null})
    returning tenant_id, message_id, domain`.execute(act.tx);
  const messages = new Map(moved.rows.map((row) => [row.message_id, row.tenant_id]));
  for (const [id, tenantId] of messages) {
    act.record({ tenantId, kind: 'queue.retried', object: { kind: 'queued-message', id } });
  }
  const domains = [...new Set(moved.rows.map((row) => row.domain))];
  if (domains.length > 0) await parts.enqueueSending(act.tx, domains);
  return moved.rows.length;
}

/** queued, deferred -> dropped, the sender is told. What is being sent at this moment is left; how many recipients. */
export async function dropQueued(parts: TransferParts, act: Act, selection: QueueSelection): Promise<number> {
  const chosen = await sql<{ tenant_id: TenantId; message_id: Uuid }>`
    select distinct tenant_id, message_id from transfer.recipient
     where next_attempt_at is not null and state <> 'sending'
       and (${selection.domain ?? null}::text is null or domain = ${selection.domain ?? null})
       and (${selection.messageId ?? null}::uuid is null or message_id = ${selection.messageId ?? null})
     order by tenant_id, message_id limit ${transferLimits.listPage}`.execute(act.tx);
  let dropped = 0;
  for (const row of chosen.rows) {
    dropped += await dropMessage(parts, act, { tenantId: row.tenant_id, id: row.message_id }, selection.domain);
  }
  return dropped;
}

async function dropMessage(
  parts: TransferParts,
  act: Act,
  ref: MessageRef,
  domain: DomainName | undefined,
): Promise<number> {
  await lockMessage(act.tx, ref);
  const found = await sql<MessageRow>`
    select account_id, email_id, key_version, wrapped_key, sealed_envelope, sealed_content, blob_id, queued_at, expires_at
      from transfer.message where tenant_id = ${ref.tenantId} and id = ${ref.id}`.execute(act.tx);
  const rows = await sql<{ number: number; sealed: Buffer; attempts: number; delay_reported: boolean }>`
    update transfer.recipient
       set state = 'dropped', next_attempt_at = null, last_cause = 'dropped', last_status = '5.0.0', changed_at = ${act.at}
     where tenant_id = ${ref.tenantId} and message_id = ${ref.id} and next_attempt_at is not null and state <> 'sending'
       and (${domain ?? null}::text is null or domain = ${domain ?? null})
    returning number, sealed, attempts, delay_reported`.execute(act.tx);
  const [message] = found.rows;
  if (message === undefined || rows.rows.length === 0) return 0;
  const accountId = message.account_id;
  act.record({
    tenantId: ref.tenantId,
    kind: 'queue.dropped',
    ...(accountId !== null && { accountId }),
    object: { kind: 'queued-message', id: ref.id },
    facts: { recipients: rows.rows.length },
  });
  const due = await openDue(parts, { ref, message, recipients: rows.rows });
  if (due !== undefined && accountId !== null) {
    await sendReports(parts, act, {
      tenantId: ref.tenantId,
      envelope: due.envelope,
      returnTo: { kind: 'account', account: { tenantId: ref.tenantId, accountId } },
      acceptedAt: message.queued_at,
      returned: await returnedContent(parts, due),
      recipients: due.recipients.map(({ to }) => ({
        ...asQueued(to),
        kind: 'failed',
        status: '5.0.0',
        cause: 'dropped',
      })),
    });
  }
  await finishMessage(act.tx, ref, act.at);
  return rows.rows.length;
}

/** One line of the delivery history of a sent email. */
export interface DeliveryLine {
  readonly address: Address;
  readonly domain: DomainName;
  readonly state: RecipientState;
  readonly attempts: number;
  readonly changedAt: Date;
  readonly nextAttemptAt: Date | null;
  readonly status: string | null;
  readonly cause: Cause | null;
  /** What the peer said last, for who must look into it. */
  readonly answer: string | null;
  readonly host: string | null;
}

interface HistoryRow {
  readonly message_id: Uuid;
  readonly key_version: number;
  readonly number: number;
  readonly sealed: Buffer;
  readonly state: RecipientState;
  readonly attempts: number;
  readonly changed_at: Date;
  readonly next_attempt_at: Date | null;
  readonly last_status: string | null;
  readonly last_cause: Cause | null;
  readonly sealed_answer: Buffer | null;
  readonly peer_host: string | null;
}

/** What became of each recipient of an email in Sent. The caller has checked that it may read the account. */
export async function deliveryHistory(
  parts: TransferParts,
  db: Db,
  account: AccountRef,
  emailId: EmailId,
): Promise<readonly DeliveryLine[]> {
  const rows = await sql<HistoryRow>`
    select held.message_id, message.key_version, held.number, held.sealed, held.state, held.attempts, held.changed_at,
           held.next_attempt_at, held.last_status, held.last_cause, held.sealed_answer, held.peer_host
      from transfer.message as message
      join transfer.recipient as held on held.tenant_id = message.tenant_id and held.message_id = message.id
     where message.tenant_id = ${account.tenantId} and message.account_id = ${account.accountId}
       and message.email_id = ${emailId}
     order by held.message_id, held.number`.execute(db);
  const lines: DeliveryLine[] = [];
  for (const row of rows.rows) {
    const ref = { tenantId: account.tenantId, id: row.message_id };
    const key = await openQueueKey(parts.dataKeys, db, account.tenantId, row.key_version);
    if (key === undefined) return [];
    const { address } = openRecipient(key, ref, row);
    lines.push({
      address,
      domain: domainOf(address),
      state: row.state,
      attempts: row.attempts,
      changedAt: row.changed_at,
      nextAttemptAt: row.next_attempt_at,
      status: row.last_status,
      cause: row.last_cause,
      answer:
        row.sealed_answer === null ? null : openAnswer(key, ref, { number: row.number, sealed: row.sealed_answer }),
      host: row.peer_host,
    });
  }
  return lines;
}
