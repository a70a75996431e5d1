/**
 * The mail store: accounts (BAL), mailboxes, emails kept byte for byte, threads, keywords, change counters, quotas.
 *
 * Guarantees. An email is there whole or not at all; its bytes are what arrived, after the trace fields that the taker
 * prepends. Everything a reader could learn from is sealed: each email under its own random key, wrapped by its account's
 * key; destroying the wrapped key destroys the email. Each account has one change counter, incremented under the
 * account's row lock in the writing transaction, so what is visible is in order. Quotas are taken under that same lock.
 *
 * States of an email:
 *
 *   present (in one mailbox or more) --delete, in Trash--> deleted (in none) --purge--> destroyed (row and key gone)
 *      ^  delete, elsewhere: moves to Trash                  |
 *      +---------------------- undelete ---------------------+
 *
 * An undeleted email keeps its identifier and is told as created: followers dropped it. Only present emails count in
 * `usedBytes`. A tombstone tells followers of a deletion until the account's change horizon passes it.
 *
 * A person acts with the right to (invariant 7): `read` to open, `write` to change, `send` to submit, `manage` to close or
 * set quotas; administrators never open. Opening leaves one event per person, email and session: an act that only opens may
 * leave none, and says `silent: 'when-nothing-changed'`.
 *
 * Fails: `Refusal` for what the caller asked wrongly, `Temporary` when database or blob store are away; a `Delivery`
 * that cannot be taken is an outcome, told to the audit too. Emails that are not the account's are left out of answers,
 * like those that do not exist. Knows neither SMTP, IMAP nor JMAP.
 */

import type { Clock } from '../../base/clock.ts';
import type { AccountId, BlobId, EmailId, MailboxId, TenantId, ThreadId } from '../../base/ids.ts';
import type { Address } from '../../formats/address/address.ts';
import type { MessageStructure } from '../../formats/mime/mime.ts';
import type { SealedBlobs } from '../../platform/blobs/blobs.ts';
import type { Db, Transaction } from '../../platform/db/db.ts';
import type { DataKeys, LookupHasher } from '../../platform/keys/keys.ts';
import type { Access } from '../access/access.ts';
import type { Act, Actor, Audit } from '../audit/audit.ts';
import type { Listings, WantedListing } from '../directory/directory.ts';
import { takeChange } from './account-change.ts';
import { lockAccounts } from './account-lock.ts';
import { closeAccount, createAccount, getAccount, hasRoomFor, listAccounts, setQuota } from './accounts.ts';
import { openBodies, openPart } from './bodies.ts';
import { currentChange, emailChanges, forgetChanges, mailboxChanges, threadChanges } from './changes.ts';
import { type DeletedPage, openDeleted, type WantedDeleted } from './deleted.ts';
import { deliver } from './deliver.ts';
import { countThreads, listCards, listThreads } from './email-cards.ts';
import { deleteEmails, heldAmong, moveEmails, setKeywords, undeleteEmails } from './email-deeds.ts';
import { editEmails, emptyMailbox } from './email-edits.ts';
import { emailQueryChanges, followsChanges, queryEmails } from './email-query.ts';
import { createIdentities, type Identities } from './identities.ts';
import { readIndexable } from './indexable.ts';
import { MessageIntake } from './intake.ts';
import { blobsNamed, listDeleted, listEmails } from './lists.ts';
import { changeMailbox, createMailbox, destroyMailbox, listMailboxes } from './mailboxes.ts';
import { tellNewsOfEmail } from './news-of-email.ts';
import { openContent, openEmailBytes, openSummaries } from './opening.ts';
import { purgeDeleted } from './purge.ts';
import { ListShelf } from './query-lists.ts';
import type {
  Changes,
  EditOutcome,
  EmailCard,
  EmailEdit,
  EmailPage,
  EmailQuery,
  EmailWindow,
  OpenedBody,
  OpenedEmailBytes,
  OpenedPart,
  QueryChanges,
  Snippet,
  TextBounds,
  ThreadCounts,
  ThreadEmails,
  WantedBodies,
} from './reading.ts';
import { createSearchIndex, type IndexStep, unindexedAccounts } from './search/search.ts';
import { search } from './searching.ts';
import { searchSnippets } from './snippets.ts';
import { createTemplates, type Templates } from './templates.ts';
import {
  forgetUploads,
  type GatheredUpload,
  keepUpload,
  openUpload,
  openUploadIntake,
  type StoredUpload,
  type UploadIntake,
  type UploadOutcome,
} from './uploads.ts';
import { verify } from './verify.ts';
import type { VerifyFinding, VerifyReport } from './verify-findings.ts';

export { type AccountCount, type AccountNews, openAccountNews, readCounts } from './account-news.ts';
export type { DeletedPage, DeletedPlace, WantedDeleted } from './deleted.ts';
export type { Identities, Identity, IdentityContent, NamedAddress } from './identities.ts';
export type {
  BodyText,
  Changes,
  EditOutcome,
  EmailCard,
  EmailEdit,
  EmailFilter,
  EmailPage,
  EmailQuery,
  EmailWindow,
  OpenedBody,
  OpenedEmailBytes,
  OpenedPart,
  QueryChanges,
  SearchedField,
  SetEdit,
  Snippet,
  SnippetPiece,
  TextBounds,
  ThreadCounts,
  ThreadEmails,
  WantedBodies,
} from './reading.ts';
export type { Template, TemplateContent, Templates } from './templates.ts';
export type { GatheredUpload, StoredUpload, UploadIntake, UploadOutcome } from './uploads.ts';
export type { VerifyFinding, VerifyReport } from './verify-findings.ts';

/** Types of BAL of the trust space (docs/trust-space.md, accounts). */
export type AccountType = 'PER' | 'ORG' | 'APP';
export type MailboxRole = 'inbox' | 'sent' | 'drafts' | 'trash' | 'archive' | 'junk';

export interface AccountRef {
  readonly tenantId: TenantId;
  readonly accountId: AccountId;
}

export interface Account extends AccountRef {
  readonly type: AccountType;
  readonly address: Address;
  /** ANS-REF2 ECO.2.2.7: `<Titre> <Prénom> <NOM> <Entité>`, or the functional entity of an ORG. */
  readonly displayName: string;
  readonly quotaBytes: number;
  readonly usedBytes: number;
  readonly emailCount: number;
  readonly isClosed: boolean;
  readonly createdAt: Date;
}

export interface Mailbox {
  readonly id: MailboxId;
  readonly parentId: MailboxId | null;
  readonly role: MailboxRole | null;
  readonly name: string;
  readonly sortOrder: number;
  readonly isSubscribed: boolean;
  readonly totalEmails: number;
  readonly unreadEmails: number;
  readonly uidValidity: number;
  readonly uidNext: number;
  readonly contentChange: number;
}

/** Keywords as IMAP and JMAP name them, in lower case; the system ones are `$seen`, `$flagged`, `$answered`, `$draft`. */
export type Keyword = string;

/** What is kept of a message's structure; its text is in its content. */
export type StoredStructure = Omit<MessageStructure, 'text'>;

/** What arrived, parsed and sealed, not yet of any account. Small content is held, large content is in the blob store. */
export interface GatheredMessage {
  readonly sizeBytes: number;
  /** Octets of the trace fields that the taker prepended; the sender's own bytes follow. */
  readonly prefixBytes: number;
  /** SHA-256 of the sender's own bytes (without the prefix). */
  readonly sha256: Buffer;
  readonly structure: StoredStructure;
  readonly preview: string;
  readonly hasAttachment: boolean;
  readonly content:
    | { readonly kind: 'inline'; readonly bytes: Buffer }
    | { readonly kind: 'blob'; readonly blobId: BlobId; readonly key: Buffer };
}

/** Takes the bytes of one message as they come; memory stays bounded whatever its size. */
export interface Intake {
  /** Resolves when more may be written (back-pressure). */
  write(chunk: Uint8Array): void | Promise<void>;
  /** Resolves once content that stands outside the row is durable. */
  finish(): Promise<GatheredMessage>;
  abort(): Promise<void>;
}

export interface Delivery extends AccountRef {
  readonly message: GatheredMessage;
  readonly to: { readonly role: MailboxRole } | { readonly mailboxId: MailboxId };
  readonly keywords: readonly Keyword[];
  readonly receivedAt: Date;
  /** The audit event's kind and codes, e.g. `email.received`. */
  readonly event: 'email.received' | 'email.submitted' | 'email.imported' | 'email.reported';
}

export type DeliveryOutcome =
  | { readonly kind: 'stored'; readonly emailId: EmailId; readonly threadId: ThreadId; readonly change: number }
  | { readonly kind: 'over-quota' }
  | { readonly kind: 'closed' }
  | { readonly kind: 'no-mailbox' };

/** The summary of one email, opened: what lists and readers need without its content. */
export interface EmailSummary {
  readonly id: EmailId;
  readonly threadId: ThreadId;
  readonly mailboxIds: readonly MailboxId[];
  readonly keywords: readonly Keyword[];
  readonly receivedAt: Date;
  readonly sizeBytes: number;
  readonly hasAttachment: boolean;
  readonly preview: string;
  readonly structure: StoredStructure;
  readonly prefixBytes: number;
  /** Hexadecimal. */
  readonly sha256: string;
  readonly createdChange: number;
  readonly changedChange: number;
}

export interface WantedAccount {
  readonly tenantId: TenantId;
  readonly type: AccountType;
  readonly address: Address;
  readonly displayName: string;
  readonly quotaBytes: number;
  /** How the national directory is to show it; left out, it is not told of the account. */
  readonly listing?: Omit<WantedListing, 'account' | 'address' | 'type'>;
}

/** Deeds on the store. Those that write or open content take an `Act`; lists and counters take `Db`. */
export interface Mail {
  createAccount(act: Act, wanted: WantedAccount): Promise<Account>;
  /** Takes its listing out of the national directory too. */
  closeAccount(act: Act, account: AccountRef): Promise<void>;
  setQuota(act: Act, account: AccountRef, quotaBytes: number): Promise<void>;
  /** By keyed hash; closed accounts too. */
  findAccount(db: Db, address: Address): Promise<AccountRef | undefined>;
  getAccount(db: Db, account: AccountRef): Promise<Account | undefined>;
  /** Every account of the operator, in pages by id. */
  listAccounts(db: Db, page: { after?: AccountRef; limit: number }): Promise<readonly Account[]>;
  /** Would `sizeBytes` more fit now? An early answer; `deliver` decides under the lock. */
  hasRoomFor(db: Db, account: AccountRef, sizeBytes: number): Promise<'yes' | 'over-quota' | 'closed'>;

  openIntake(options: { prefix: Buffer }): Intake;
  /** All in the act's transaction: locks the accounts in one order, so that parallel batches cannot deadlock. */
  deliver(act: Act, deliveries: readonly Delivery[]): Promise<readonly DeliveryOutcome[]>;

  openUploadIntake(): UploadIntake;
  /** Makes what was gathered the account's for `mailLimits.uploadKeptMs`; `type` is its media type as its sender wrote it. */
  keepUpload(act: Act, account: AccountRef, gathered: GatheredUpload, type: string): Promise<UploadOutcome>;
  openUpload(act: Act, account: AccountRef, id: BlobId): Promise<StoredUpload | undefined>;
  /** Destroys what was uploaded before `before`, at most `limit`; how many went. */
  forgetUploads(act: Act, before: Date, limit: number): Promise<number>;

  listMailboxes(db: Db, account: AccountRef): Promise<readonly Mailbox[]>;
  createMailbox(
    act: Act,
    account: AccountRef,
    wanted: { name: string; parentId: MailboxId | null; sortOrder?: number },
  ): Promise<MailboxId>;
  changeMailbox(
    act: Act,
    account: AccountRef,
    id: MailboxId,
    change: { name?: string; parentId?: MailboxId | null; sortOrder?: number; isSubscribed?: boolean },
  ): Promise<void>;
  /** `Refusal` `mailbox-has-child`, `mailbox-has-email`, `mailbox-has-role`. */
  destroyMailbox(act: Act, account: AccountRef, id: MailboxId): Promise<void>;

  /** Ids of present emails, newest first. */
  listEmails(
    db: Db,
    account: AccountRef,
    page: { mailboxId?: MailboxId; before?: { receivedAt: Date; id: EmailId }; limit: number },
  ): Promise<readonly EmailId[]>;
  /** Those of `ids` that are present, in their order; opens none. */
  listCards(db: Db, account: AccountRef, ids: readonly EmailId[]): Promise<readonly EmailCard[]>;
  listThreads(db: Db, account: AccountRef, ids: readonly ThreadId[]): Promise<readonly ThreadEmails[]>;
  /** By mailbox; those without email are left out. */
  countThreads(db: Db, account: AccountRef): Promise<ReadonlyMap<MailboxId, ThreadCounts>>;
  /**
   * `Refusal` `too-many-labelled` when a keyword of the account's own cannot be looked for, `too-many-to-sort`,
   * `too-many-to-open` and `too-many-to-list` for orders and header fields of so many.
   */
  queryEmails(
    db: Db,
    account: AccountRef,
    query: EmailQuery,
    window: EmailWindow,
  ): Promise<EmailPage | 'anchor-not-found'>;
  emailQueryChanges(
    db: Db,
    account: AccountRef,
    query: EmailQuery,
    asked: { since: number; limit: number; countAll: boolean },
  ): Promise<QueryChanges | 'too-old' | 'too-many'>;
  /** Whether `emailQueryChanges` can answer for this query. */
  followsChanges(query: EmailQuery): boolean;
  searchSnippets(
    act: Act,
    account: AccountRef,
    ids: readonly EmailId[],
    words: { subject: readonly string[]; body: readonly string[] },
  ): Promise<readonly Snippet[]>;
  /** Opens summaries; leaves one `email.opened` event per person, email and session, none for the system's own tasks' lists. */
  openSummaries(
    act: Act,
    account: AccountRef,
    ids: readonly EmailId[],
    which?: 'all' | 'present',
  ): Promise<readonly EmailSummary[]>;
  /** The bytes of the message, or of the range `[start, end)`, trace fields included. */
  openContent(
    act: Act,
    account: AccountRef,
    id: EmailId,
    range?: { start: number; end: number },
  ): Promise<AsyncIterable<Buffer>>;
  /** An email that is present, for whoever reads parts of its bytes. `Refusal` `email-unknown`. */
  openEmailBytes(act: Act, account: AccountRef, id: EmailId): Promise<OpenedEmailBytes>;
  /** One part of an email that is present; told as an opening of the email. `Refusal` `email-unknown` without that part. */
  openPart(act: Act, account: AccountRef, id: EmailId, partId: string): Promise<OpenedPart>;
  /** Texts within these bounds, and header fields of parts. */
  openBodies(
    act: Act,
    account: AccountRef,
    wanted: readonly WantedBodies[],
    bounds: TextBounds,
  ): Promise<ReadonlyMap<EmailId, OpenedBody>>;
  /** The deeds on emails answer which of `ids` are the account's and in a state for the deed, changed or not. */
  setKeywords(
    act: Act,
    account: AccountRef,
    ids: readonly EmailId[],
    change: { add: readonly Keyword[]; remove: readonly Keyword[] },
  ): Promise<readonly EmailId[]>;
  /** Puts the emails into exactly these mailboxes. */
  moveEmails(
    act: Act,
    account: AccountRef,
    ids: readonly EmailId[],
    to: readonly MailboxId[],
  ): Promise<readonly EmailId[]>;
  /** One outcome for each edit; what one email refuses leaves the others alone. */
  editEmails(act: Act, account: AccountRef, edits: readonly EmailEdit[]): Promise<readonly EditOutcome[]>;
  /** Tells followers of something shown beside the email, whose content and marks stay as they are; needs no right. The change number it took. */
  tellNewsOfEmail(act: Act, account: AccountRef, id: EmailId): Promise<number>;
  /** Takes at most `limit` emails out of a mailbox, deletes those that are in no other and not held; how many it took out. */
  emptyMailbox(act: Act, account: AccountRef, id: MailboxId, limit: number): Promise<number>;
  /** Leaves those of {@link heldEmails} where they are, once they are in the trash. */
  deleteEmails(act: Act, account: AccountRef, ids: readonly EmailId[]): Promise<readonly EmailId[]>;
  /** Those of `ids` that something else will need, such as a sending to come: they are not deleted. */
  heldEmails(db: Db, account: AccountRef, ids: readonly EmailId[]): Promise<ReadonlySet<EmailId>>;
  /**
   * Puts deleted emails back where they were before the trash, or in the inbox when that mailbox is gone. `Refusal`
   * `over-quota` when they no longer fit.
   */
  undeleteEmails(act: Act, account: AccountRef, ids: readonly EmailId[]): Promise<readonly EmailId[]>;
  listDeleted(db: Db, account: AccountRef, limit: number): Promise<readonly { id: EmailId; deletedAt: Date }[]>;
  /** As far as to know them again, or those in whose subject or sender the words of a text begin words; told as openings. */
  openDeleted(act: Act, account: AccountRef, wanted: WantedDeleted): Promise<DeletedPage>;
  /** Destroys with their key what was deleted before `before`; at most `limit`; how many it destroyed. */
  purgeDeleted(act: Act, before: Date, limit: number): Promise<number>;
  /** Which of these blobs an email or an upload names, for the sweep. */
  blobsNamed(db: Db, ids: readonly BlobId[]): Promise<ReadonlySet<BlobId>>;

  emailChanges(db: Db, account: AccountRef, since: number, limit: number): Promise<Changes | 'too-old'>;
  mailboxChanges(db: Db, account: AccountRef, since: number, limit: number): Promise<Changes | 'too-old'>;
  threadChanges(db: Db, account: AccountRef, since: number, limit: number): Promise<Changes | 'too-old'>;
  currentChange(db: Db, account: AccountRef): Promise<number>;
  /** Takes the account's lock for the rest of the transaction: what is compared under it stays so. Needs no right. */
  lockAccount(act: Act, account: AccountRef): Promise<void>;
  /** The account's next change number, for what other modules keep of it; locks `also` with it, in the one order. Needs no right. */
  takeChange(act: Act, account: AccountRef, also?: readonly AccountRef[]): Promise<number>;

  readonly identities: Identities;
  /** Forgets tombstones older than `before`, at most `limit`: older followers are told `too-old`. How many went. */
  forgetChanges(act: Act, before: Date, limit: number): Promise<number>;

  /** One step of the account's search index: `more` asks for the next at once, `later` for one in a while. */
  indexAccount(account: AccountRef): Promise<IndexStep>;
  /** Accounts whose index is behind although no job says so, at most `limit`: for the job that looks for lost ones. */
  unindexedAccounts(db: Db, limit: number): Promise<readonly AccountRef[]>;
  /** Takes destroyed emails out of the index, by the numbers that `enqueueForgetting` was given. */
  forgetInIndex(account: AccountRef, numbers: readonly number[]): Promise<void>;
  /** Ids of present emails that hold every word (the last of each term may be a prefix), newest first. */
  search(
    db: Db,
    account: AccountRef,
    query: { text: string; mailboxId?: MailboxId; limit: number },
  ): Promise<readonly EmailId[]>;

  readonly templates: Templates;

  /** Re-reads everything; makes one act for each account, in the name of `actor`. */
  verify(options: {
    actor: Actor;
    repair: boolean;
    onFinding: (finding: VerifyFinding) => void;
  }): Promise<VerifyReport>;
}

/** What the store stands on. */
export interface MailParts {
  /** For the search index and `verify`, whose steps are transactions of their own. */
  readonly db: Db;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly dataKeys: DataKeys;
  readonly lookup: LookupHasher;
  readonly blobs: SealedBlobs;
  readonly access: Access;
  /** What the national directory is to show of our accounts; without it no account can be listed. */
  readonly listings?: Pick<Listings, 'requestListing' | 'withdrawListing'>;
  /** Those of `ids` that another module will need: the store does not know which, and does not delete them. */
  readonly heldEmails?: Mail['heldEmails'];
  /** Enqueues, in the transaction, the job that calls `indexAccount` soon; once however often it is asked. */
  readonly enqueueIndexing: (tx: Transaction, accounts: readonly AccountRef[]) => Promise<void>;
  /** Enqueues, in the transaction, the job that takes destroyed emails out of the search index. */
  readonly enqueueForgetting: (
    tx: Transaction,
    destroyed: readonly { readonly account: AccountRef; readonly numbers: readonly number[] }[],
  ) => Promise<void>;
}

export function createMail(parts: MailParts): Mail {
  const index = createSearchIndex({
    ...parts,
    readSince: (account, created, limit) => readIndexable(parts, account, created, limit),
  });
  const queries = { parts, index, shelf: new ListShelf() };
  return {
    createAccount: (act, wanted) => createAccount(parts, act, wanted),
    closeAccount: (act, account) => closeAccount(parts, act, account),
    setQuota: (act, account, quotaBytes) => setQuota(parts, act, account, quotaBytes),
    findAccount: (db, address) => parts.access.findAddress(db, address),
    getAccount: (db, account) => getAccount(parts, db, account),
    listAccounts: (db, page) => listAccounts(parts, db, page),
    hasRoomFor,
    openIntake: ({ prefix }) => new MessageIntake(parts.blobs, prefix),
    deliver: (act, deliveries) => deliver(parts, act, deliveries),
    openUploadIntake: () => openUploadIntake(parts.blobs),
    keepUpload: (act, account, gathered, type) => keepUpload(parts, { act, account }, gathered, type),
    openUpload: (act, account, id) => openUpload(parts, act, account, id),
    forgetUploads,
    listMailboxes: (db, account) => listMailboxes(parts, db, account),
    createMailbox: (act, account, wanted) => createMailbox(parts, act, account, wanted),
    changeMailbox: (act, account, id, change) => changeMailbox(parts, { act, account }, id, change),
    destroyMailbox: (act, account, id) => destroyMailbox(parts, act, account, id),
    listEmails,
    openSummaries: (act, account, ids, which) => openSummaries(parts, { act, account }, ids, which),
    openContent: (act, account, id, range) => openContent(parts, { act, account }, id, range),
    setKeywords: (act, account, ids, change) => setKeywords(parts, { act, account }, ids, change),
    moveEmails: (act, account, ids, to) => moveEmails(parts, { act, account }, ids, to),
    listCards: (db, account, ids) => listCards(parts, db, account, ids),
    listThreads,
    countThreads,
    queryEmails: (db, account, query, window) => queryEmails(queries, { db, account }, query, window),
    emailQueryChanges: (db, account, query, asked) => emailQueryChanges(queries, { db, account }, query, asked),
    followsChanges,
    searchSnippets: (act, account, ids, words) => searchSnippets(parts, { act, account }, ids, words),
    openEmailBytes: (act, account, id) => openEmailBytes(parts, { act, account }, id),
    openPart: (act, account, id, partId) => openPart(parts, { act, account }, id, partId),
    openBodies: (act, account, wanted, bounds) => openBodies(parts, { act, account }, wanted, bounds),
    editEmails: (act, account, edits) => editEmails(parts, { act, account }, edits),
    tellNewsOfEmail,
    emptyMailbox: (act, account, id, limit) => emptyMailbox(parts, { act, account }, id, limit),
    deleteEmails: (act, account, ids) => deleteEmails(parts, { act, account }, ids),
    heldEmails: (db, account, ids) => heldAmong(parts, db, account, ids),
    undeleteEmails: (act, account, ids) => undeleteEmails(parts, { act, account }, ids),
    listDeleted,
    openDeleted: (act, account, wanted) => openDeleted(parts, { act, account }, wanted),
    templates: createTemplates(parts),
    purgeDeleted: (act, before, limit) => purgeDeleted(parts, act, before, limit),
    blobsNamed,
    emailChanges,
    mailboxChanges,
    threadChanges,
    currentChange,
    lockAccount: async (act, account) => void (await lockAccounts(act.tx, [account])),
    takeChange,
    identities: createIdentities(parts),
    forgetChanges,
    indexAccount: (account) => index.step(account),
    unindexedAccounts,
    forgetInIndex: (account, numbers) => index.forget(account, numbers),
    search: (db, account, query) => search(index, db, account, query),
    verify: (options) => verify({ ...parts, index }, options),
  };
}
