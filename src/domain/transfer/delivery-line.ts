/**
 * What became of each recipient of a sent message: what our queue did (`queue-rows.ts`) and what came back (`evidence.ts`),
 * put together into one line. Nothing is decided here twice: the state follows from the instants.
 *
 *   | state     | because                                                        |
 *   |-----------|----------------------------------------------------------------|
 *   | answered  | an answer of the recipient names the message                   |
 *   | read      | a receipt says displayed                                       |
 *   | failed    | our queue ended so, or the operator that took it gave it back  |
 *   | delivered | an account of ours, or a report says so, or it was handled     |
 *   | delayed   | our queue tries again, or the operator that took it says so    |
 *   | accepted  | the next host has taken it                                     |
 */
import { type RawBuilder, sql } from 'kysely';
import { deliveryLimits } from '../../base/domain-limits.ts';
import { Refusal } from '../../base/errors.ts';
import type { EmailId, Uuid } from '../../base/ids.ts';
import { type Address, type DomainName, domainOf } from '../../formats/address/address.ts';
import { dnValue, parseDn } from '../../formats/x509/dn.ts';
import type { Db } from '../../platform/db/db.ts';
import type { Actor } from '../audit/audit.ts';
import type { AccountRef } from '../mail/mail.ts';
import type { Cause } from './failure-policy.ts';
import type { RecipientState } from './queue-rows.ts';
import { openAnswer, openQueueKey, openRecipient, openReturned } from './queued-message.ts';
import { explanations } from './report-texts.ts';
import { deliveryTexts } from './texts.ts';
import type { TransferParts } from './transfer.ts';

export type DeliveryState =
  | 'queued'
  | 'sending'
  | 'delayed'
  | 'accepted'
  | 'delivered'
  | 'read'
  | 'answered'
  | 'failed';

/** What is known of one recipient without opening anything: instants, codes. */
export interface DeliveryEvidence {
  readonly number: number;
  /** Our queue's own. */
  readonly queueState: RecipientState;
  readonly state: DeliveryState;
  readonly isLocal: boolean;
  readonly domain: DomainName | '';
  readonly attempts: number;
  readonly queuedAt: Date;
  readonly changedAt: Date;
  readonly nextAttemptAt: Date | null;
  readonly expiresAt: Date;
  /** The code and the enhanced status of the last answer, in our queue. */
  readonly code: number | null;
  readonly status: string | null;
  readonly cause: Cause | null;
  readonly host: string | null;
  readonly deliveredAt: Date | null;
  readonly returnedAt: Date | null;
  readonly returnedStatus: string | null;
  readonly returnedCause: Cause | null;
  readonly delayedAt: Date | null;
  readonly displayedAt: Date | null;
  readonly deletedAt: Date | null;
  readonly deniedAt: Date | null;
  readonly autoAnsweredAt: Date | null;
  readonly answeredAt: Date | null;
  readonly answerEmailId: EmailId | null;
}

export interface DeliveryTrouble {
  readonly what: string;
  readonly advice: string;
  /** The words of the server that refused, for who must look into it. */
  readonly answer: string | null;
}

/** One line, for people. */
export interface DeliveryProgress {
  readonly address: Address;
  readonly displayName: string | null;
  readonly isLocal: boolean;
  readonly isPatient: boolean;
  readonly state: DeliveryState;
  readonly steps: {
    readonly queuedAt: Date;
    readonly sentAt: Date | null;
    readonly acceptedAt: Date | null;
    readonly deliveredAt: Date | null;
    readonly readAt: Date | null;
    readonly answeredAt: Date | null;
    readonly failedAt: Date | null;
    readonly deletedUnreadAt: Date | null;
    readonly receiptRefusedAt: Date | null;
    readonly autoAnsweredAt: Date | null;
  };
  readonly peer: { readonly host: string; readonly organisation: string | null } | null;
  readonly answerEmailId: EmailId | null;
  readonly failure: DeliveryTrouble | null;
  readonly delay: DeliveryTrouble | null;
  readonly attempts: number;
  readonly nextAttemptAt: Date | null;
  readonly expiresAt: Date | null;
}

export interface DeliverySummary {
  readonly emailId: EmailId;
  readonly recipients: number;
  /** A failure first, then the least advanced. */
  readonly state: DeliveryState;
  readonly states: Readonly<Record<DeliveryState, number>>;
}

type EvidenceRow = Omit<DeliveryEvidence, 'state' | 'isLocal'> & { readonly emailId: EmailId };

const evidenceColumns = sql`
  message.email_id as "emailId", held.number, held.state as "queueState", held.domain, held.attempts,
  message.queued_at as "queuedAt", held.changed_at as "changedAt", held.next_attempt_at as "nextAttemptAt",
  message.expires_at as "expiresAt", held.last_code as code, held.last_status as status, held.last_cause as cause,
  held.peer_host as host, held.delivered_at as "deliveredAt", held.returned_at as "returnedAt",
  held.returned_status as "returnedStatus", held.returned_cause as "returnedCause", held.delayed_at as "delayedAt",
  held.displayed_at as "displayedAt", held.deleted_at as "deletedAt", held.denied_at as "deniedAt",
  held.auto_answered_at as "autoAnsweredAt", held.answered_at as "answeredAt", held.answer_email_id as "answerEmailId"`;

function sentAs(account: AccountRef, emailIds: readonly EmailId[]): RawBuilder<unknown> {
  return sql`
      from transfer.message as message
      join transfer.recipient as held on held.tenant_id = message.tenant_id and held.message_id = message.id
     where message.tenant_id = ${account.tenantId} and message.account_id = ${account.accountId}
       and message.email_id = any(${[...emailIds]}::uuid[])
     order by message.email_id, held.message_id, held.number`;
}

/**
 * What is known of the recipients of the emails that this account sent, in the order in which they were sent. The caller has
 * checked that its viewer may read the account. Emails that the account did not send are left out.
 */
async function deliveryEvidence(
  db: Db,
  account: AccountRef,
  emailIds: readonly EmailId[],
): Promise<ReadonlyMap<EmailId, readonly DeliveryEvidence[]>> {
  const rows = await sql<EvidenceRow>`select ${evidenceColumns} ${sentAs(account, emailIds)}`.execute(db);
  const found = new Map<EmailId, DeliveryEvidence[]>();
  for (const row of rows.rows) {
    const known = found.get(row.emailId) ?? [];
    found.set(row.emailId, known);
    known.push(evidenceOf(row));
  }
  return found;
}

function evidenceOf({ emailId: _, ...row }: EvidenceRow): DeliveryEvidence {
  const isLocal = row.domain === '';
  return { ...row, isLocal, state: stateOf({ ...row, isLocal }) };
}

function stateOf(row: Omit<DeliveryEvidence, 'state'>): DeliveryState {
  // Who answers has read, and who reads has it, whatever a report said before.
  if (row.answeredAt !== null) return 'answered';
  if (row.displayedAt !== null) return 'read';
  switch (row.queueState) {
    case 'queued':
      return 'queued';
    case 'sending':
      return 'sending';
    case 'deferred':
      return 'delayed';
    case 'failed':
    case 'expired':
    case 'dropped':
      return 'failed';
    case 'accepted':
      if (isArrived(row)) return 'delivered';
      if (row.returnedAt !== null) return 'failed';
      return row.delayedAt === null ? 'accepted' : 'delayed';
  }
}

/** In the mailbox: said by a report, or shown by what was done with it there. */
function isArrived(row: Omit<DeliveryEvidence, 'state'>): boolean {
  return row.isLocal || [row.deliveredAt, row.deletedAt, row.deniedAt, row.autoAnsweredAt].some((at) => at !== null);
}

export async function requireRead(
  parts: Pick<TransferParts, 'access' | 'clock'>,
  db: Db,
  viewer: Actor,
  account: AccountRef,
): Promise<void> {
  if (viewer.kind === 'administrator' || viewer.kind === 'system') return;
  if (viewer.kind === 'person') {
    const person = { tenantId: account.tenantId, personId: viewer.personId };
    const rights = await parts.access.rightsOn(db, person, account, parts.clock.now());
    if (rights.has('own') || rights.has('read')) return;
  }
  throw new Refusal('not-permitted', deliveryTexts.notPermitted);
}

/** One line for each recipient of an email in Sent; none when the account did not send it. */
export async function deliveries(
  parts: TransferParts,
  viewer: Actor,
  account: AccountRef,
  emailId: EmailId,
): Promise<readonly DeliveryProgress[]> {
  const { db } = parts;
  await requireRead(parts, db, viewer, account);
  const rows = await sql<EvidenceRow & SealedColumns>`
    select ${evidenceColumns}, held.message_id as "messageId", message.key_version as "keyVersion", held.sealed,
           held.sealed_answer as "sealedAnswer", held.sealed_returned as "sealedReturned"
           ${sentAs(account, [emailId])}`.execute(db);
  const lines: DeliveryProgress[] = [];
  for (const { messageId, keyVersion, sealed, sealedAnswer, sealedReturned, ...row } of rows.rows) {
    const ref = { tenantId: account.tenantId, id: messageId };
    const key = await openQueueKey(parts.dataKeys, db, account.tenantId, keyVersion);
    if (key === undefined) return [];
    const { number } = row;
    const opened = openRecipient(key, ref, { number, sealed });
    lines.push(
      lineOf(parts, evidenceOf(row), {
        address: opened.address,
        displayName: opened.displayName ?? null,
        answer: sealedAnswer === null ? null : openAnswer(key, ref, { number, sealed: sealedAnswer }),
        returned: sealedReturned === null ? null : openReturned(key, ref, { number, sealed: sealedReturned }),
      }),
    );
  }
  return lines;
}

interface SealedColumns {
  readonly messageId: Uuid;
  readonly keyVersion: number;
  readonly sealed: Buffer;
  readonly sealedAnswer: Buffer | null;
  readonly sealedReturned: Buffer | null;
}

interface OpenedColumns {
  readonly address: Address;
  readonly displayName: string | null;
  readonly answer: string | null;
  readonly returned: string | null;
}

function lineOf(
  parts: Pick<TransferParts, 'options' | 'trust'>,
  row: DeliveryEvidence,
  opened: OpenedColumns,
): DeliveryProgress {
  const domain = domainOf(opened.address);
  const isTaken = row.queueState === 'accepted';
  const isWaiting = row.queueState === 'queued' || row.queueState === 'sending' || row.queueState === 'deferred';
  return {
    address: opened.address,
    displayName: opened.displayName,
    isLocal: row.isLocal,
    isPatient: parts.options.patientDomains.includes(domain),
    state: row.state,
    steps: {
      queuedAt: row.queuedAt,
      sentAt: isTaken || row.queueState === 'sending' ? row.changedAt : null,
      acceptedAt: isTaken ? row.changedAt : null,
      deliveredAt: deliveredAt(row),
      readAt: row.displayedAt,
      answeredAt: row.answeredAt,
      failedAt: row.state === 'failed' ? (row.returnedAt ?? row.changedAt) : null,
      deletedUnreadAt: row.displayedAt === null ? row.deletedAt : null,
      receiptRefusedAt: row.deniedAt,
      autoAnsweredAt: row.autoAnsweredAt,
    },
    peer: isTaken && row.host !== null ? { host: row.host, organisation: organisationOf(parts, domain) } : null,
    answerEmailId: row.answerEmailId,
    failure: row.state === 'failed' ? failureOf(row, opened) : null,
    delay: row.state === 'delayed' ? delayOf(row, opened) : null,
    attempts: row.attempts,
    nextAttemptAt: row.queueState === 'deferred' ? row.nextAttemptAt : null,
    expiresAt: isWaiting ? row.expiresAt : null,
  };
}

/** The earliest instant at which it was certainly there. */
function deliveredAt(row: DeliveryEvidence): Date | null {
  if (row.isLocal && row.queueState === 'accepted') return row.changedAt;
  const known = [row.deliveredAt, row.displayedAt, row.deletedAt, row.deniedAt, row.autoAnsweredAt, row.answeredAt];
  const instants = known.flatMap((at) => (at === null ? [] : [at.getTime()]));
  return instants.length === 0 ? null : new Date(Math.min(...instants));
}

/** As the white list names who runs the domain; none when several do. */
function organisationOf({ trust }: Pick<TransferParts, 'trust'>, domain: DomainName): string | null {
  const names = new Set(trust.lookup(domain).map(({ dn }) => dnValue(parseDn(dn), 'O') ?? ''));
  const [name = ''] = names;
  return names.size === 1 && name !== '' ? name : null;
}

function failureOf(row: DeliveryEvidence, opened: OpenedColumns): DeliveryTrouble {
  if (row.returnedAt !== null && row.queueState === 'accepted') {
    return { ...explanations[row.returnedCause ?? 'peer-refused'], answer: opened.returned };
  }
  const told = explanations[row.cause ?? 'peer-refused'];
  const what = row.queueState === 'expired' ? `${told.what} ${deliveryTexts.expired}` : told.what;
  return { what, advice: told.advice, answer: opened.answer };
}

function delayOf(row: DeliveryEvidence, opened: OpenedColumns): DeliveryTrouble {
  if (row.queueState !== 'deferred') {
    return { what: deliveryTexts.peerIsLate, advice: deliveryTexts.peerTriesAgain, answer: opened.returned };
  }
  const { what } = explanations[row.cause ?? 'peer-busy'];
  return { what, advice: deliveryTexts.weTryAgain, answer: opened.answer };
}

/** In the order in which a list should call for attention. */
const urgency = ['failed', 'delayed', 'queued', 'sending', 'accepted', 'delivered', 'read', 'answered'] as const;

/** For lists: one summary for each of the emails that the account sent; nothing is opened. */
export async function deliverySummaries(
  parts: TransferParts,
  viewer: Actor,
  account: AccountRef,
  emailIds: readonly EmailId[],
): Promise<readonly DeliverySummary[]> {
  if (emailIds.length > deliveryLimits.summaries) throw new Refusal('too-many-emails', deliveryTexts.tooManyEmails);
  await requireRead(parts, parts.db, viewer, account);
  const found = await deliveryEvidence(parts.db, account, emailIds);
  return [...found].map(([emailId, lines]) => {
    const states = { queued: 0, sending: 0, delayed: 0, accepted: 0, delivered: 0, read: 0, answered: 0, failed: 0 };
    for (const { state } of lines) states[state] += 1;
    const state = urgency.find((each) => states[each] > 0) ?? 'queued';
    return { emailId, recipients: lines.length, state, states };
  });
}
