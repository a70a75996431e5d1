/**
 * One account while its row is locked: the only place where change numbers, UIDs and counters are taken, but for the numbers of
 * `news-of-email.ts`. Deeds tell it what happens to emails; `edit-writes.ts` writes what it collected, in a few statements whatever the number of emails.
 *
 * Each email that changes takes its own change number, and each mailbox touched takes one more at the end (invariant 13): a
 * page of changes can then be cut anywhere.
 */
import { assert } from '../../base/assert.ts';
import type { EmailId, MailboxId, ThreadId, Uuid } from '../../base/ids.ts';
import type { AccountRef, MailboxRole } from './mail.ts';

export interface AccountCounters {
  readonly quotaBytes: number;
  readonly usedBytes: number;
  readonly emailCount: number;
  readonly change: number;
  readonly nextEmailNumber: number;
  readonly isClosed: boolean;
  readonly isIndexingAsked: boolean;
}

export interface MailboxCounters {
  readonly id: MailboxId;
  readonly role: MailboxRole | null;
  readonly uidNext: number;
  readonly totalEmails: number;
  readonly unreadEmails: number;
}

/** A mailbox with the counters it will have. */
export interface EditedMailbox {
  readonly id: MailboxId;
  readonly role: MailboxRole | null;
  uidNext: number;
  totalEmails: number;
  unreadEmails: number;
  /** Set once the edit is closed; undefined while nothing in the mailbox changed. */
  contentChange: number | undefined;
  isTouched: boolean;
}

export interface Membership {
  readonly mailboxId: MailboxId;
  readonly uid: number;
}

/** What a membership repeats of its email, so that a page of a mailbox looks at no email: none of it ever changes. */
export interface ListedFacts {
  readonly threadId: ThreadId;
  readonly receivedAt: Date;
}

export interface AddedMembership extends Membership, ListedFacts {
  readonly emailId: EmailId;
  readonly change: number;
}

/** An email as its mailboxes count and list it. */
export interface ListedEmail extends ListedFacts {
  readonly id: EmailId;
  readonly isUnread: boolean;
}

export interface Tombstone {
  readonly change: number;
  readonly kind: 'email' | 'mailbox' | 'membership' | 'thread';
  readonly objectId: Uuid;
  readonly membership?: Membership;
}

export class AccountEdit {
  readonly account: AccountRef;
  readonly isClosed: boolean;
  readonly quotaBytes: number;
  readonly added: AddedMembership[] = [];
  readonly removed: Membership[] = [];
  readonly tombstones: Tombstone[] = [];
  readonly #mailboxes = new Map<MailboxId, EditedMailbox>();
  #change: number;
  #nextEmailNumber: number;
  #usedBytes: number;
  #emailCount: number;
  readonly #isIndexingAsked: boolean;
  #isTouched = false;
  #hasNewEmail = false;

  constructor(account: AccountRef, counters: AccountCounters) {
    this.account = account;
    this.isClosed = counters.isClosed;
    this.quotaBytes = counters.quotaBytes;
    this.#change = counters.change;
    this.#nextEmailNumber = counters.nextEmailNumber;
    this.#usedBytes = counters.usedBytes;
    this.#emailCount = counters.emailCount;
    this.#isIndexingAsked = counters.isIndexingAsked;
  }

  addMailbox(counters: MailboxCounters): void {
    this.#mailboxes.set(counters.id, { ...counters, contentChange: undefined, isTouched: false });
  }

  get change(): number {
    return this.#change;
  }
  get nextEmailNumber(): number {
    return this.#nextEmailNumber;
  }
  get usedBytes(): number {
    return this.#usedBytes;
  }
  get emailCount(): number {
    return this.#emailCount;
  }
  /** An email came that no waiting job will index. */
  get needsIndexing(): boolean {
    return this.#hasNewEmail && !this.#isIndexingAsked;
  }
  get isTouched(): boolean {
    return this.#isTouched;
  }
  get touchedMailboxes(): readonly EditedMailbox[] {
    return [...this.#mailboxes.values()].filter((mailbox) => mailbox.isTouched);
  }

  mailbox(id: MailboxId): EditedMailbox | undefined {
    return this.#mailboxes.get(id);
  }

  mailboxOf(role: MailboxRole): EditedMailbox | undefined {
    for (const mailbox of this.#mailboxes.values()) if (mailbox.role === role) return mailbox;
    return undefined;
  }

  takeChange(): number {
    this.#isTouched = true;
    this.#change += 1;
    return this.#change;
  }

  takeEmailNumber(): number {
    this.#nextEmailNumber += 1;
    this.#hasNewEmail = true;
    return this.#nextEmailNumber - 1;
  }

  hasRoomFor(sizeBytes: number): boolean {
    return this.#usedBytes + sizeBytes <= this.quotaBytes;
  }

  /** The email is present from now on: it takes room. */
  countIn(sizeBytes: number): void {
    this.#usedBytes += sizeBytes;
    this.#emailCount += 1;
  }

  /** The email is no longer present. */
  countOut(sizeBytes: number): void {
    this.#usedBytes -= sizeBytes;
    this.#emailCount -= 1;
    assert(this.#usedBytes >= 0 && this.#emailCount >= 0, 'an account holds less than nothing');
  }

  put({ id, isUnread, threadId, receivedAt }: ListedEmail, mailbox: EditedMailbox, change: number): void {
    this.added.push({ mailboxId: mailbox.id, uid: mailbox.uidNext, emailId: id, change, threadId, receivedAt });
    mailbox.uidNext += 1;
    mailbox.totalEmails += 1;
    if (isUnread) mailbox.unreadEmails += 1;
    mailbox.isTouched = true;
  }

  takeOut(email: { readonly id: EmailId; readonly isUnread: boolean }, membership: Membership, change: number): void {
    this.removed.push(membership);
    this.tombstones.push({ change, kind: 'membership', objectId: email.id, membership });
    const mailbox = this.#mailboxes.get(membership.mailboxId);
    if (mailbox === undefined) return; // `verify` reports a membership of a mailbox that is gone
    mailbox.totalEmails -= 1;
    if (email.isUnread) mailbox.unreadEmails -= 1;
    mailbox.isTouched = true;
  }

  /** The email's flags changed in place: every mailbox that holds it has news. */
  recount(mailboxId: MailboxId, was: { isUnread: boolean }, is: { isUnread: boolean }): void {
    const mailbox = this.#mailboxes.get(mailboxId);
    if (mailbox === undefined) return;
    mailbox.unreadEmails += Number(is.isUnread) - Number(was.isUnread);
    mailbox.isTouched = true;
  }

  /** Gives every mailbox touched its change number. After the last email, before writing. */
  close(): void {
    for (const mailbox of this.touchedMailboxes) mailbox.contentChange = this.takeChange();
  }
}
