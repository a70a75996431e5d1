/**
 * The mail store: accounts (BAL), mailboxes, emails kept byte for byte, threads, keywords, change counters, quotas.
 *
 * Guarantees. An email is there whole or not at all; its bytes are what arrived, after the trace fields that the taker
 * prepends. Everything a reader could learn from is sealed: each email under its own random key, wrapped by its account's
 * key; destroying the wrapped key destroys the email. Each account has one change counter, incremented under the
 * account's row lock in the writing transaction, so what is visible is in order. Quotas are taken under that same lock.
 *
 * States of an email: present (in one mailbox or more) -> deleted (in none, recoverable until the purge) -> destroyed
 * (its key is gone, a tombstone remains). `deleteEmails` outside Trash moves to Trash; inside Trash it deletes.
 *
 * Fails: `Refusal` for what the caller asked wrongly, `Temporary` when database or blob store are away; a `Delivery`
 * that cannot be taken is an outcome. Knows neither SMTP, IMAP nor JMAP.
 */

import type { AccountId, BlobId, EmailId, MailboxId, TenantId, ThreadId } from '../../base/ids.ts';
import type { Address } from '../../formats/address/address.ts';
import type { MessageStructure } from '../../formats/mime/mime.ts';
import type { Db } from '../../platform/db/db.ts';
import type { Act } from '../audit/audit.ts';

/** Types of BAL of the trust space (mssante.md §3). */
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

/** Keywords as IMAP and JMAP name them; the four system ones are `$seen`, `$flagged`, `$answered`, `$draft`. */
export type Keyword = string;

/** What arrived, parsed and sealed, not yet of any account. Small content is held, large content is in the blob store. */
export interface GatheredMessage {
  readonly sizeBytes: number;
  /** Octets of the trace fields that the taker prepended; the sender's own bytes follow. */
  readonly prefixBytes: number;
  /** SHA-256 of the sender's own bytes (without the prefix). */
  readonly sha256: Buffer;
  readonly structure: MessageStructure;
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
  readonly structure: MessageStructure;
  readonly prefixBytes: number;
  readonly sha256: string;
  readonly createdChange: number;
  readonly changedChange: number;
}

export interface Changes {
  readonly oldChange: number;
  readonly newChange: number;
  readonly hasMore: boolean;
  readonly created: readonly string[];
  readonly updated: readonly string[];
  readonly destroyed: readonly string[];
}

/** Deeds on the store. Those that write or open content take an `Act`; lists and counters take `Db`. */
export interface Mail {
  createAccount(
    act: Act,
    wanted: { tenantId: TenantId; type: AccountType; address: Address; displayName: string; quotaBytes: number },
  ): Promise<Account>;
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
  /** Opens summaries; leaves one `email.opened` event per person, email and session, none for the system's own tasks' lists. */
  openSummaries(act: Act, account: AccountRef, ids: readonly EmailId[]): Promise<readonly EmailSummary[]>;
  /** The bytes of the message, or of the range `[start, end)`, trace fields included. */
  openContent(
    act: Act,
    account: AccountRef,
    id: EmailId,
    range?: { start: number; end: number },
  ): Promise<AsyncIterable<Buffer>>;
  setKeywords(
    act: Act,
    account: AccountRef,
    ids: readonly EmailId[],
    change: { add: readonly Keyword[]; remove: readonly Keyword[] },
  ): Promise<void>;
  /** Puts the emails into exactly these mailboxes. */
  moveEmails(act: Act, account: AccountRef, ids: readonly EmailId[], to: readonly MailboxId[]): Promise<void>;
  deleteEmails(act: Act, account: AccountRef, ids: readonly EmailId[]): Promise<void>;
  /** Puts deleted emails back where they were, or in the inbox when that mailbox is gone. */
  undeleteEmails(act: Act, account: AccountRef, ids: readonly EmailId[]): Promise<void>;
  listDeleted(db: Db, account: AccountRef, limit: number): Promise<readonly { id: EmailId; deletedAt: Date }[]>;
  /** Destroys with their key what was deleted before `before`; at most `limit`; how many it destroyed. */
  purgeDeleted(act: Act, before: Date, limit: number): Promise<number>;

  emailChanges(db: Db, account: AccountRef, since: number, limit: number): Promise<Changes | 'too-old'>;
  mailboxChanges(db: Db, account: AccountRef, since: number, limit: number): Promise<Changes | 'too-old'>;

  /** Adds what is not yet in the account's search index; `true` when more remains. */
  indexAccount(account: AccountRef): Promise<boolean>;
  /** Ids of present emails that hold every word (the last of each term may be a prefix), newest first. */
  search(db: Db, account: AccountRef, query: { text: string; mailboxId?: MailboxId; limit: number }): Promise<readonly EmailId[]>;

  verify(options: { repair: boolean; act: Act; onFinding: (finding: VerifyFinding) => void }): Promise<VerifyReport>;
}

export interface VerifyFinding extends AccountRef {
  readonly emailId?: EmailId;
  readonly code:
    | 'content-missing'
    | 'content-damaged'
    | 'summary-damaged'
    | 'structure-differs'
    | 'counter-differs'
    | 'mailbox-missing'
    | 'index-damaged';
  readonly repaired: boolean;
}

export interface VerifyReport {
  readonly accounts: number;
  readonly emails: number;
  readonly bytes: number;
  readonly findings: number;
  readonly repaired: number;
}
