/** What an account sees of its sendings. */
import { sql } from 'kysely';
import type { Uuid } from '../../base/ids.ts';
import type { Db } from '../../platform/db/db.ts';
import type { DataKey } from '../../platform/keys/keys.ts';
import type { Actor } from '../audit/audit.ts';
import type { AccountRef } from '../mail/mail.ts';
import type { Cause } from './failure-policy.ts';
import type { RecipientState } from './queue-rows.ts';
import { type MessageRef, openAnswer, openQueueKey, openRecipient, openReturned } from './queued-message.ts';
import { explanations } from './report-texts.ts';
import { requireReader } from './sending-edit.ts';
import { openEnvelope, readSendings, type SendingRow } from './sending-rows.ts';
import type { SendingProgress, SendingStatus } from './sendings.ts';
import { sendingTexts } from './texts.ts';
import type { TransferParts } from './transfer.ts';

type Parts = Pick<TransferParts, 'dataKeys' | 'db'>;

/** Those of `ids` that are the account's, in the order of their making; of all, at most `limit`. */
export async function readProgress(
  parts: Parts,
  account: AccountRef,
  ids: readonly Uuid[] | undefined,
  limit = ids?.length ?? 0,
): Promise<readonly SendingProgress[]> {
  const { db } = parts;
  const rows = await readSendings(db, account, ids, limit);
  const keys = new QueueKeys(parts, account);
  const statuses = await readStatuses(db, keys, account, rows);
  const list: SendingProgress[] = [];
  for (const row of rows) {
    const { id, emailId, threadId, identityId, undoStatus, sendAt, messageId, keyVersion, sealedEnvelope } = row;
    const key = await keys.version(keyVersion);
    if (key === undefined || sealedEnvelope === null) continue; // its tenant's key was destroyed: nothing is left to tell
    const envelope = openEnvelope(key, { ...account, id }, sealedEnvelope);
    const waiting = envelope.recipients.map(({ address }): SendingStatus => {
      return { address, reply: sendingTexts.taken, delivered: 'queued', isDisplayed: false };
    });
    const known = messageId === null ? undefined : statuses.get(messageId);
    list.push({
      ...{ id, emailId, threadId, identityId, undoStatus, sendAt, envelope },
      statuses: undoStatus === 'pending' ? waiting : (known ?? null),
    });
  }
  return list;
}

export async function listSendings(
  parts: TransferParts,
  viewer: Actor,
  account: AccountRef,
  { ids, limit }: { readonly ids?: readonly Uuid[]; readonly limit: number },
): Promise<readonly SendingProgress[]> {
  await requireReader(parts, viewer, account);
  return readProgress(parts, account, ids, limit);
}

/** Versions of the tenant's queue key, each opened once. */
class QueueKeys {
  readonly #parts: Parts;
  readonly #account: AccountRef;
  readonly #opened = new Map<number, DataKey | undefined>();

  constructor(parts: Parts, account: AccountRef) {
    this.#parts = parts;
    this.#account = account;
  }

  async version(version: number): Promise<DataKey | undefined> {
    if (!this.#opened.has(version)) {
      const { dataKeys, db } = this.#parts;
      this.#opened.set(version, await openQueueKey(dataKeys, db, this.#account.tenantId, version));
    }
    return this.#opened.get(version);
  }
}

interface StatusRow {
  readonly messageId: Uuid;
  readonly keyVersion: number;
  readonly number: number;
  readonly sealed: Buffer;
  readonly domain: string;
  readonly state: RecipientState;
  readonly status: string | null;
  readonly cause: Cause | null;
  readonly sealedAnswer: Buffer | null;
  /** What came back after the next host had taken it. */
  readonly isArrived: boolean;
  readonly isDisplayed: boolean;
  readonly isReturned: boolean;
  readonly sealedReturned: Buffer | null;
}

async function readStatuses(
  db: Db,
  keys: QueueKeys,
  { tenantId }: AccountRef,
  sendings: readonly SendingRow[],
): Promise<ReadonlyMap<Uuid, readonly SendingStatus[]>> {
  const messages = sendings.flatMap(({ messageId }) => (messageId === null ? [] : [messageId]));
  const rows = await sql<StatusRow>`
    select held.message_id as "messageId", message.key_version as "keyVersion", held.number, held.sealed, held.domain,
           held.state, held.last_status as status, held.last_cause as cause, held.sealed_answer as "sealedAnswer",
           held.displayed_at is not null as "isDisplayed", held.returned_at is not null as "isReturned",
           coalesce(held.delivered_at, held.displayed_at, held.deleted_at, held.denied_at, held.auto_answered_at,
                    held.answered_at) is not null as "isArrived", held.sealed_returned as "sealedReturned"
      from transfer.message as message
      join transfer.recipient as held on held.tenant_id = message.tenant_id and held.message_id = message.id
     where message.tenant_id = ${tenantId} and message.id = any(${messages}::uuid[])
     order by held.message_id, held.number`.execute(db);
  const found = new Map<Uuid, SendingStatus[]>();
  for (const row of rows.rows) {
    const key = await keys.version(row.keyVersion);
    if (key === undefined) continue;
    const known = found.get(row.messageId) ?? [];
    found.set(row.messageId, known);
    known.push(statusOf(row, key, { tenantId, id: row.messageId }));
  }
  return found;
}

function statusOf(row: StatusRow, key: DataKey, message: MessageRef): SendingStatus {
  const { address } = openRecipient(key, message, row);
  const { number, sealedAnswer, sealedReturned, isDisplayed } = row;
  const delivered = deliveredAs(row);
  // RFC 8621 §7: what a report says later takes the place of what the next host answered.
  const reply =
    (delivered === 'no' && sealedReturned !== null && openReturned(key, message, { number, sealed: sealedReturned })) ||
    (sealedAnswer !== null && openAnswer(key, message, { number, sealed: sealedAnswer })) ||
    ownReply(row);
  return { address, reply, delivered, isDisplayed };
}

/** RFC 8621 §7: `unknown` once another host has it, unless somebody tells. */
function deliveredAs({ state, domain, isArrived, isReturned }: StatusRow): SendingStatus['delivered'] {
  switch (state) {
    case 'queued':
    case 'sending':
    case 'deferred':
      return 'queued';
    case 'accepted':
      if (domain === '' || isArrived) return 'yes';
      return isReturned ? 'no' : 'unknown';
    case 'failed':
    case 'expired':
    case 'dropped':
      return 'no';
  }
}

/** What we would say by SMTP ourselves. */
function ownReply({ state, status, cause }: StatusRow): string {
  if (state === 'failed' || state === 'expired' || state === 'dropped') {
    const what = cause === null ? sendingTexts.failed : explanations[cause].what;
    return `550 ${status ?? '5.0.0'} ${what}`;
  }
  return state === 'accepted' ? `250 ${status ?? '2.0.0'} ${sendingTexts.delivered}` : sendingTexts.taken;
}
