/** What an administrator sees of the queue and does to it, and what an account sees of its own messages' way. */
import { type RawBuilder, sql } from 'kysely';
import { transferLimits } from '../../base/domain-limits.ts';
import type { EmailId, TenantId, Uuid } from '../../base/ids.ts';
import { type Address, type DomainName, domainOf, maskAddress } from '../../formats/address/address.ts';
import type { Db } from '../../platform/db/db.ts';
import type { Act, Actor } from '../audit/audit.ts';
import type { AccountRef } from '../mail/mail.ts';
import { openDue, returnedContent } from './due-message.ts';
import { tellProgress } from './evidence-news.ts';
import type { Cause } from './failure-policy.ts';
import { requireQueueRight } from './queue-permission.ts';
import { finishMessage, lockMessage, type MessageRow, type RecipientState } from './queue-rows.ts';
import { type MessageRef, openAnswer, openQueueKey, openRecipient, type QueuedEnvelope } from './queued-message.ts';
import { asQueued, type ReturnedContent, sendReports } from './reports.ts';
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

/** Which waiting recipients are meant: those that are in all of these; without any, all. */
export interface QueueSelection {
  /** What leaves this account: a person names one. */
  readonly account?: AccountRef;
  readonly messageId?: Uuid;
  readonly domain?: DomainName;
}

/** A condition on `transfer.recipient` as `held`. */
function isSelected({ account, domain, messageId }: QueueSelection): RawBuilder<boolean> {
  return sql<boolean>`(
    (${domain ?? null}::text is null or held.domain = ${domain ?? null})
    and (${messageId ?? null}::uuid is null or held.message_id = ${messageId ?? null})
    and (${account?.accountId ?? null}::uuid is null or exists (
      select 1 from transfer.message as sent
       where sent.tenant_id = held.tenant_id and sent.id = held.message_id
         and sent.tenant_id = ${account?.tenantId ?? null} and sent.account_id = ${account?.accountId ?? null})))`;
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
  viewer: Actor,
  selection: QueueSelection = {},
): Promise<readonly QueueEntry[]> {
  await requireQueueRight(parts, viewer, selection.account);
  const { db } = parts;
  const rows = await sql<WaitingRow>`
    select held.tenant_id, held.message_id, held.number, held.sealed, held.domain, held.state, held.attempts,
           message.queued_at, message.expires_at, held.next_attempt_at, held.last_status, held.last_cause, message.key_version
      from transfer.recipient as held
      join transfer.message as message on message.tenant_id = held.tenant_id and message.id = held.message_id
     where held.next_attempt_at is not null and ${isSelected(selection)}
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
  await requireQueueRight(parts, act.actor, selection.account);
  const moved = await sql<{ tenant_id: TenantId; message_id: Uuid; domain: DomainName }>`
    update transfer.recipient as held set next_attempt_at = ${act.at}, changed_at = ${act.at}
     where held.next_attempt_at is not null and held.state <> 'sending' and ${isSelected(selection)}
    returning held.tenant_id, held.message_id, held.domain`.execute(act.tx);
  const messages = new Map(moved.rows.map((row) => [row.message_id, row.tenant_id]));
  for (const [id, tenantId] of messages) {
    act.record({ tenantId, kind: 'queue.retried', object: { kind: 'queued-message', id } });
  }
  const domains = [...new Set(moved.rows.map((row) => row.domain))];
  if (domains.length > 0) await parts.enqueueSending(act.tx, domains);
  return moved.rows.length;
}

/** Who stops messages, and why: each of them is an act of its own. */
export interface DropRequest {
  readonly actor: Actor;
  readonly reason: string;
}

/** queued, deferred -> dropped, the sender is told. What is being sent at this moment is left; how many recipients. */
export async function dropQueued(parts: TransferParts, by: DropRequest, selection: QueueSelection): Promise<number> {
  await requireQueueRight(parts, by.actor, selection.account);
  const chosen = await sql<{ tenant_id: TenantId; message_id: Uuid }>`
    select distinct held.tenant_id, held.message_id from transfer.recipient as held
     where held.next_attempt_at is not null and held.state <> 'sending' and ${isSelected(selection)}
     order by held.tenant_id, held.message_id limit ${transferLimits.listPage}`.execute(parts.db);
  let dropped = 0;
  for (const row of chosen.rows) {
    dropped += await dropMessage(parts, by, { tenantId: row.tenant_id, id: row.message_id }, selection.domain);
  }
  return dropped;
}

async function readMessage(db: Db, ref: MessageRef): Promise<MessageRow | undefined> {
  const found = await sql<MessageRow>`
    select account_id, email_id, key_version, wrapped_key, sealed_envelope, sealed_content, blob_id, queued_at, expires_at
      from transfer.message where tenant_id = ${ref.tenantId} and id = ${ref.id}`.execute(db);
  return found.rows[0];
}

/** The part of its report that needs what the message holds; undefined when nobody is to be told, or it no longer opens. */
async function readForReport(
  parts: TransferParts,
  ref: MessageRef,
  message: MessageRow,
): Promise<{ readonly envelope: QueuedEnvelope; readonly returned: ReturnedContent } | undefined> {
  if (message.account_id === null) return undefined;
  const due = await openDue(parts, { ref, message, recipients: [] });
  return due && { envelope: due.envelope, returned: await returnedContent(parts, due) };
}

async function dropMessage(
  parts: TransferParts,
  by: DropRequest,
  ref: MessageRef,
  domain: DomainName | undefined,
): Promise<number> {
  const message = await readMessage(parts.db, ref);
  if (message === undefined) return 0;
  // Read before the transaction: nothing is fetched while locks are held (invariant 5).
  const told = await readForReport(parts, ref, message);
  const key = await openQueueKey(parts.dataKeys, parts.db, ref.tenantId, message.key_version);
  return parts.audit.act({ ...by, silent: 'when-nothing-changed' }, async (act) => {
    await lockMessage(act.tx, ref);
    const rows = await sql<{ number: number; sealed: Buffer }>`
      update transfer.recipient
         set state = 'dropped', next_attempt_at = null, last_cause = 'dropped', last_status = '5.0.0', changed_at = ${act.at}
       where tenant_id = ${ref.tenantId} and message_id = ${ref.id} and next_attempt_at is not null and state <> 'sending'
         and (${domain ?? null}::text is null or domain = ${domain ?? null})
      returning number, sealed`.execute(act.tx);
    if (rows.rows.length === 0) return 0;
    const { tenantId } = ref;
    const { account_id: accountId } = message;
    act.record({
      tenantId,
      kind: 'queue.dropped',
      ...(accountId !== null && { accountId }),
      object: { kind: 'queued-message', id: ref.id },
      facts: { recipients: rows.rows.length },
    });
    if (told !== undefined && key !== undefined && accountId !== null) {
      await sendReports(parts, act, {
        tenantId,
        envelope: told.envelope,
        returnTo: { kind: 'account', account: { tenantId, accountId } },
        acceptedAt: message.queued_at,
        returned: told.returned,
        recipients: rows.rows.map((row) => ({
          ...asQueued(openRecipient(key, ref, row)),
          kind: 'failed',
          status: '5.0.0',
          cause: 'dropped',
        })),
      });
    }
    await finishMessage(act.tx, ref, act.at);
    if (accountId !== null && message.email_id !== null) {
      await tellProgress(parts, act, { account: { tenantId, accountId }, emailId: message.email_id, message: ref });
    }
    return rows.rows.length;
  });
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

/** What became of each recipient of an email in Sent. */
export async function deliveryHistory(
  parts: TransferParts,
  viewer: Actor,
  account: AccountRef,
  emailId: EmailId,
): Promise<readonly DeliveryLine[]> {
  await requireQueueRight(parts, viewer, account);
  const { db } = parts;
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
