/**
 * Transfer: messages between operators, and from people to both.
 *
 * In, from operators (`inbound.ts`): mutual TLS, the certificate on the white list for the domains of the envelope and of the
 * header. In, from people (`submission.ts`): who signs in writes as the accounts that are theirs or delegated to them, to
 * the trust space alone; or has an email that the account holds leave, now or later (`sendings.ts`, with its states). Out
 * (`outbound.ts`): the queue below.
 *
 * Guarantees. What was answered 250 is stored, once, sealed, and its audit event with it. Every accepted recipient ends in
 * exactly one final state, and its sender is told when that is not `accepted`. A message is sent at least once and to no
 * other recipient; a repetition is recognised for 24 hours. Nothing leaves without a verified peer under TLS.
 *
 * States of a queued recipient:
 *
 *   | state    | means                          | leaves it for                                    | moved by |
 *   |----------|--------------------------------|--------------------------------------------------|----------|
 *   | queued   | never tried                    | sending, dropped                                 | worker, administrator |
 *   | sending  | a worker holds a lease on it   | accepted, failed, deferred, expired, queued      | that worker |
 *   | deferred | tried, due again later         | sending, dropped                                 | worker, administrator |
 *   | accepted | the next host has taken it, or one of our accounts | final                        | |
 *   | failed   | refused for good               | final, the sender is told                        | |
 *   | expired  | tried for two days             | final, the sender is told                        | |
 *   | dropped  | stopped by the administrator   | final, the sender is told                        | |
 *
 * After a crash: `queued` and `deferred` are due as before; the lease of a `sending` row runs out within a minute and another
 * worker takes it, so that what the peer took without our knowing is sent twice and recognised there. A final state, its
 * report and its audit event commit together, so none is without the others. A recipient whose attempts leave no trace,
 * because recording them fails each time, is given up and the operator alarmed. A lost job loses nothing: the sweep wakes
 * every domain that has something due.
 *
 * Fails: an expected "no" is an outcome; `Temporary` when the database or the blob store is away; `Refusal` for what the
 * caller asked wrongly. Clauses: RFC 5321, RFC 3461, RFC 3464, RFC 6409; ANS-REF2 ECO.1.1.6, ECO.1.1.10, ECO.1.2.3, ECO.2.2.1, ECO.2.4.3.
 */
import { assert } from '../../base/assert.ts';
import type { Clock } from '../../base/clock.ts';
import { mailLimits } from '../../base/domain-limits.ts';
import type { BlobId, EmailId, Uuid } from '../../base/ids.ts';
import { type Address, type DomainName, domainOf } from '../../formats/address/address.ts';
import type { SealedBlobs } from '../../platform/blobs/blobs.ts';
import type { Db, Transaction } from '../../platform/db/db.ts';
import type { LookupHasher } from '../../platform/keys/keys.ts';
import type { Access } from '../access/access.ts';
import type { Act, Actor, Audit } from '../audit/audit.ts';
import type { Contacts } from '../contacts/contacts.ts';
import type { AccountRef, Changes, Mail } from '../mail/mail.ts';
import type { Trust } from '../trust/trust.ts';
import type { CommitVerdict, InboundAcceptance, SubmissionAcceptance } from './acceptance.ts';
import { createCommitter } from './committer.ts';
import { type DeliveryProgress, type DeliverySummary, deliveries, deliverySummaries } from './delivery-line.ts';
import type { EnqueueParts } from './enqueue.ts';
import type { Alert, Cause } from './failure-policy.ts';
import { followReceived } from './follow-received.ts';
import { createInbound } from './inbound.ts';
import { type InboundItem, storeInbound } from './inbound-batch.ts';
import { LocalRecipients } from './local-recipients.ts';
import { type SendRun, sendDue } from './outbound.ts';
import {
  type DeliveryLine,
  type DropRequest,
  deliveryHistory,
  dropQueued,
  listQueue,
  type QueueEntry,
  type QueueSelection,
  retryNow,
} from './queue-admin.ts';
import { blobsNamed } from './queue-rows.ts';
import {
  findSentEmail,
  type ReceiptOutcome,
  type ReceiptRequest,
  sendReceipt,
  type WantedReceipt,
} from './receipts.ts';
import { explanations, type ReportKind } from './report-texts.ts';
import type { Outside } from './route.ts';
import { type CancelOutcome, cancelSending, type DestroyOutcome, destroySending } from './sending-edit.ts';
import { listSendings } from './sending-list.ts';
import {
  querySendings,
  type SendingPage,
  type SendingQuery,
  type SendingQueryChanges,
  type SendingWindow,
  sendingChanges,
  sendingQueryChanges,
} from './sending-query.ts';
import { releaseSending } from './sending-release.ts';
import { send } from './sending-send.ts';
import type { SendingProgress, SendingRef, SendOutcome, SendRequest, WantedSending } from './sendings.ts';
import {
  createSubmission,
  type Submission,
  type SubmissionActor,
  type SubmissionOutcome,
  type SubmissionRequest,
  submit,
} from './submission.ts';
import { sweepTransfer } from './sweep.ts';
import { reportUnwanted, type UnwantedOutcome, type UnwantedReport } from './unwanted.ts';
import { changeVacation, getVacation, type KeptVacation, type Vacation } from './vacation.ts';

export { type AcceptanceReply, sayReply } from './acceptance.ts';
export { backOffTable } from './back-off.ts';
export type { DeliveryProgress, DeliverySummary } from './delivery-line.ts';
export type { ReceiptOutcome, ReceiptRefusal, WantedReceipt } from './receipts.ts';
export type { CancelOutcome, DestroyOutcome } from './sending-edit.ts';
export type {
  SendingFilter,
  SendingPage,
  SendingQuery,
  SendingQueryChanges,
  SendingSort,
  SendingWindow,
} from './sending-query.ts';
export { pendingEmails } from './sending-rows.ts';
export type {
  Hold,
  SendingEnvelope,
  SendingProgress,
  SendingRef,
  SendOutcome,
  SendRefusal,
  SendRequest,
  WantedSending,
} from './sendings.ts';
export type { UnwantedOutcome, UnwantedReport } from './unwanted.ts';
export type { KeptVacation, Vacation } from './vacation.ts';

export interface TransferOptions {
  readonly domains: readonly DomainName[];
  /** What we call ourselves in EHLO, `Received` and reports. */
  readonly hostName: string;
  /** The account that `postmaster` and `abuse` of every domain reach, and the author of reports. */
  readonly administrator: Address;
  /** What `X-MSS-NIL` says of messages whose software says nothing. */
  readonly productReference: string;
  /** A header author whom the peer's certificate does not cover: refused, or delivered with a keyword that readers show. */
  readonly unverifiedAuthor: 'refuse' | 'warn';
  /** The sandbox alone: messages of `send --inject` pass whatever author they name (`injection.ts`). */
  readonly takesInjected?: boolean;
  /** Domains of patients (Mon espace santé). */
  readonly patientDomains: readonly DomainName[];
  /** Domains whose users must ask their operator to open them to the trust space (seed 000, question 3). */
  readonly optInDomains: readonly DomainName[];
}

/** What metrics and alarms are told; nothing here carries an address. */
export interface TransferObserver {
  received(productReference: 'present' | 'rightly-absent' | 'missing'): void;
  reported(kind: ReportKind, recipients: number): void;
  sent(outcome: 'accepted' | 'deferred' | 'failed' | 'expired'): void;
  alert(alert: Alert, facts: { readonly domain: DomainName; readonly host?: string }): void;
}

export interface TransferParts extends EnqueueParts {
  readonly db: Db;
  readonly audit: Audit;
  readonly access: Pick<Access, 'findAddress' | 'rightsOn' | 'authenticateAppPassword' | 'isAppPasswordValid'>;
  readonly mail: Pick<
    Mail,
    | 'openIntake'
    | 'deliver'
    | 'hasRoomFor'
    | 'tellNewsOfEmail'
    | 'openSummaries'
    | 'openContent'
    | 'openPart'
    | 'getAccount'
    | 'identities'
    | 'listCards'
    | 'listMailboxes'
    | 'moveEmails'
    | 'setKeywords'
    | 'takeChange'
    | 'currentChange'
  >;
  readonly contacts: Pick<Contacts, 'recordWritten'>;
  readonly blobs: Pick<SealedBlobs, 'read'>;
  readonly trust: Pick<Trust, 'whiteList' | 'isInTrustSpace' | 'isOperatorOf' | 'lookup' | 'verifyPeer'>;
  readonly lookup: LookupHasher;
  readonly clock: Clock;
  readonly observer: TransferObserver;
  /** Asks, in the transaction, for the job `follow-received`: one for each of these emails that have come. */
  readonly enqueueFollowing: (
    tx: Transaction,
    emails: readonly (AccountRef & { readonly emailId: EmailId })[],
  ) => Promise<void>;
  /** Asks, in the transaction, for the job `release-sending` at `at`. */
  readonly enqueueRelease: (tx: Transaction, sending: SendingRef, at: Date) => Promise<void>;
  readonly options: TransferOptions;
}

/** What happened to a recipient, in one French sentence. */
export function causeText(cause: Cause): string {
  return explanations[cause].what;
}

export interface Transfer {
  /** Port 25. */
  readonly inbound: InboundAcceptance;
  /** Port 587. */
  readonly submission: SubmissionAcceptance;
  /** For the CLI and JMAP: all recipients, or none. */
  submit(request: SubmissionRequest, submission: Submission): Promise<SubmissionOutcome>;

  /**
   * Sends an email that the account holds (`sendings.ts`), now or later: all its recipients, or none. Needs the right to send;
   * `Refusal` `not-permitted` when the email may not be read.
   */
  send(by: SendRequest, wanted: WantedSending): Promise<SendOutcome>;
  /** Takes back what waits. This one and the next need the right to send: `Refusal` `not-permitted`. */
  cancelSending(by: SendRequest, sending: SendingRef): Promise<CancelOutcome>;
  /** Forgets what no longer waits. */
  destroySending(by: SendRequest, sending: SendingRef): Promise<DestroyOutcome>;
  /** Those of `ids`, or the first `limit`, with what became of their recipients: needs the right to read or to send. */
  listSendings(
    viewer: Actor,
    account: AccountRef,
    which: { readonly ids?: readonly Uuid[]; readonly limit: number },
  ): Promise<readonly SendingProgress[]>;
  querySendings(
    viewer: Actor,
    account: AccountRef,
    asked: { readonly query: SendingQuery; readonly window: SendingWindow },
  ): Promise<SendingPage | 'anchor-not-found'>;
  sendingChanges(
    viewer: Actor,
    account: AccountRef,
    asked: { readonly since: number; readonly limit: number },
  ): Promise<Changes | 'too-old'>;
  sendingQueryChanges(
    viewer: Actor,
    account: AccountRef,
    asked: { readonly query: SendingQuery; readonly since: number; readonly limit: number },
  ): Promise<SendingQueryChanges | 'too-old' | 'too-many'>;
  /** The body of the job `release-sending`. */
  releaseSending(sending: SendingRef): Promise<void>;

  /** The body of the job `send-domain`. `more` asks to be called again. */
  sendDue(domain: DomainName): Promise<SendRun>;
  /** The body of the job `follow-received`: evidence on what was sent, and the answer of who is away. */
  followReceived(account: AccountRef, emailId: EmailId): Promise<void>;
  /** The body of the job `sweep-transfer`, each minute. */
  sweep(): Promise<{ readonly woken: number; readonly forgotten: number }>;

  /**
   * What waits, patients' addresses masked; one page, the oldest first. Of these four, a person sees and changes what leaves
   * an account that the person may send from: `Refusal` `not-permitted`.
   */
  listQueue(viewer: Actor, selection?: QueueSelection): Promise<readonly QueueEntry[]>;
  /** How many recipients are due now. */
  retryNow(act: Act, selection: QueueSelection): Promise<number>;
  /** How many recipients were stopped; their senders are told. Each message is an act of its own. */
  drop(by: DropRequest, selection: QueueSelection): Promise<number>;
  /** What became of each recipient of an email in Sent. */
  deliveryHistory(viewer: Actor, account: AccountRef, emailId: EmailId): Promise<readonly DeliveryLine[]>;

  /** One line for each recipient of an email in Sent, with what came back: needs the right to read the account. */
  deliveries(viewer: Actor, account: AccountRef, emailId: EmailId): Promise<readonly DeliveryProgress[]>;
  /** For lists; `Refusal` `too-many-emails` beyond `deliveryLimits.summaries`. Emails that the account did not send are left out. */
  deliverySummaries(
    viewer: Actor,
    account: AccountRef,
    emailIds: readonly EmailId[],
  ): Promise<readonly DeliverySummary[]>;

  /** Sends the receipt that an email asks for, once, and marks it `$mdnsent`. */
  sendReceipt(by: ReceiptRequest, account: AccountRef, wanted: WantedReceipt): Promise<ReceiptOutcome>;
  /** The email that the account sent under a Message-ID; undefined also when there are several. */
  findSentEmail(viewer: SubmissionActor, account: AccountRef, messageId: string): Promise<EmailId | undefined>;

  /** Tells the administrator of a received message, whole, and puts it aside unless it is only misdirected. */
  reportUnwanted(
    actor: Extract<Actor, { kind: 'person' }>,
    account: AccountRef,
    report: UnwantedReport,
  ): Promise<UnwantedOutcome>;

  /** The answer for who is away; one that was never set says so. Needs the right to read the account. */
  getVacation(viewer: Actor, account: AccountRef): Promise<KeptVacation>;
  /** Changes what is given; needs the right to send from the account. `Refusal` `bad-vacation`. */
  changeVacation(act: Act, account: AccountRef, change: Partial<Vacation>): Promise<KeptVacation>;

  /** Which of these blobs a queued message names, for the sweep. */
  blobsNamed(db: Db, ids: readonly BlobId[]): Promise<ReadonlySet<BlobId>>;

  /** Resolves when no reception is being committed: for an orderly stop, after the ends have closed. */
  idle(): Promise<void>;
}

export function createTransfer(given: TransferParts & { readonly outside: Outside }): Transfer {
  const { options } = given;
  const parts = { ...given, recipients: new LocalRecipients(given) };
  assert(options.domains.includes(domainOf(options.administrator)), 'the administrator writes from a domain of ours');
  const committer = createCommitter<InboundItem, CommitVerdict>({
    run: (certificateName, items) => storeInbound(parts, certificateName, items),
    weigh: (item) => item.recipients.length,
    maxWeight: mailLimits.deliveries,
  });
  return {
    inbound: createInbound({ ...parts, committer }),
    submission: createSubmission(parts),
    submit: (request, submission) => submit(parts, request, submission),
    send: (by, wanted) => send(parts, by, wanted),
    cancelSending: (by, sending) => cancelSending(parts, by, sending),
    destroySending: (by, sending) => destroySending(parts, by, sending),
    listSendings: (viewer, account, which) => listSendings(parts, viewer, account, which),
    querySendings: (viewer, account, asked) => querySendings(parts, viewer, account, asked),
    sendingChanges: (viewer, account, asked) => sendingChanges(parts, viewer, account, asked),
    sendingQueryChanges: (viewer, account, asked) => sendingQueryChanges(parts, viewer, account, asked),
    releaseSending: (sending) => releaseSending(parts, sending),
    sendDue: (domain) => sendDue(parts, domain),
    followReceived: (account, emailId) => followReceived(parts, account, emailId),
    sweep: () => sweepTransfer(parts),
    listQueue: (viewer, selection) => listQueue(parts, viewer, selection),
    retryNow: (act, selection) => retryNow(parts, act, selection),
    drop: (by, selection) => dropQueued(parts, by, selection),
    deliveryHistory: (viewer, account, emailId) => deliveryHistory(parts, viewer, account, emailId),
    deliveries: (viewer, account, emailId) => deliveries(parts, viewer, account, emailId),
    deliverySummaries: (viewer, account, emailIds) => deliverySummaries(parts, viewer, account, emailIds),
    sendReceipt: (by, account, wanted) => sendReceipt(parts, by, account, wanted),
    findSentEmail: (viewer, account, messageId) => findSentEmail(parts, viewer, account, messageId),
    reportUnwanted: (actor, account, report) => reportUnwanted(parts, actor, account, report),
    getVacation: (viewer, account) => getVacation(parts, viewer, account),
    changeVacation: (act, account, change) => changeVacation(parts, act, account, change),
    blobsNamed: (db, ids) => blobsNamed(db, ids),
    idle: () => committer.idle(),
  };
}
