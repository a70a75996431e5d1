/**
 * What people do to emails: mark, move, delete, undelete. Each deed locks the account, then the emails it names, changes
 * those that are the account's, and answers which they were; one audit event for each that changed.
 */
import { assert, present } from '../../base/assert.ts';
import { mailLimits } from '../../base/domain-limits.ts';
import { Refusal } from '../../base/errors.ts';
import type { EmailId, MailboxId } from '../../base/ids.ts';
import type { Db } from '../../platform/db/db.ts';
import type { Act, AuditEvent } from '../audit/audit.ts';
import type { AccountEdit, EditedMailbox } from './account-edit.ts';
import { lockAccount } from './account-lock.ts';
import { writeEdits } from './edit-writes.ts';
import { type EditableEmail, lockEmails, updateEmails } from './editable-emails.ts';
import { flagsOf, isUnread, keywordsOf, parseKeyword } from './keywords.ts';
import type { AccountRef, Keyword, MailParts } from './mail.ts';
import { EmailOpener } from './opening.ts';
import { requireRight } from './permission.ts';
import { mailTexts } from './texts.ts';

type Parts = Pick<MailParts, 'access' | 'dataKeys' | 'enqueueIndexing' | 'heldEmails'>;

/** Whose account a deed works on, and in which act. */
export interface OnAccount {
  readonly act: Act;
  readonly account: AccountRef;
}

/** The account and the emails that a deed works on, locked, and what it did to them. */
export class Work {
  readonly act: Act;
  readonly edit: AccountEdit;
  readonly emails: readonly EditableEmail[];
  readonly #changed: EditableEmail[] = [];

  constructor(act: Act, edit: AccountEdit, emails: readonly EditableEmail[]) {
    this.act = act;
    this.edit = edit;
    this.emails = emails;
  }

  static async begin(parts: Parts, { act, account }: OnAccount, ids: readonly EmailId[]): Promise<Work> {
    await requireRight(parts.access, act, account, 'write');
    const edit = await lockAccount(act.tx, account);
    return new Work(act, edit, await lockEmails(act.tx, edit.account, ids));
  }

  /** Takes the change number of one email and tells the audit. */
  change(email: EditableEmail, kind: AuditEvent['kind'], facts: NonNullable<AuditEvent['facts']> = {}): number {
    email.changedChange = this.edit.takeChange();
    this.#changed.push(email);
    const { tenantId, accountId } = this.edit.account;
    this.act.record({ tenantId, accountId, kind, object: { kind: 'email', id: email.id }, facts });
    return email.changedChange;
  }

  /** Puts the email into exactly these mailboxes; UIDs it holds already stay. */
  place(email: EditableEmail, to: readonly EditedMailbox[]): void {
    const { id, threadId, receivedAt } = email;
    const told = { id, threadId, receivedAt, isUnread: isUnread(email.flags) };
    const wanted = new Set(to.map((mailbox) => mailbox.id));
    const held = new Set(email.memberships.map((membership) => membership.mailboxId));
    for (const membership of email.memberships) {
      if (!wanted.has(membership.mailboxId)) this.edit.takeOut(told, membership, email.changedChange);
    }
    for (const mailbox of to) {
      if (!held.has(mailbox.id)) this.edit.put(told, mailbox, email.changedChange);
      else mailbox.isTouched = true; // the email changed, so its mailbox has news
    }
  }

  async finish(): Promise<void> {
    await updateEmails(this.act.tx, this.edit.account, this.#changed);
    await writeEdits(this.act.tx, [this.edit], this.act.at);
  }
}

export async function setKeywords(
  parts: Parts,
  on: OnAccount,
  ids: readonly EmailId[],
  change: { readonly add: readonly Keyword[]; readonly remove: readonly Keyword[] },
): Promise<readonly EmailId[]> {
  const add = change.add.map(parseKeyword);
  const remove = new Set(change.remove.map(parseKeyword));
  const work = await Work.begin(parts, on, ids);
  const opener = new EmailOpener(parts, on.act.tx, on.account);
  const there = work.emails.filter((email) => email.deletedAt === null);
  for (const email of there) {
    const opened = await opener.open(email);
    const before = new Set(keywordsOf(email.flags, () => opened));
    const after = new Set([...before].filter((keyword) => !remove.has(keyword)).concat(add));
    if (before.size === after.size && [...before].every((keyword) => after.has(keyword))) continue;
    const was = { isUnread: isUnread(email.flags) };
    email.flags = flagsOf(after, () => opened);
    work.change(email, 'email.marked', { seen: email.flags.isSeen, flagged: email.flags.isFlagged });
    const is = { isUnread: isUnread(email.flags) };
    for (const { mailboxId } of email.memberships) work.edit.recount(mailboxId, was, is);
  }
  await work.finish();
  return there.map((email) => email.id);
}

export async function moveEmails(
  parts: Parts,
  on: OnAccount,
  ids: readonly EmailId[],
  to: readonly MailboxId[],
): Promise<readonly EmailId[]> {
  const wanted = [...new Set(to)];
  if (wanted.length === 0 || wanted.length > mailLimits.mailboxesPerEmail) {
    throw new Refusal('bad-mailboxes', mailTexts.mailboxesPerEmail);
  }
  const work = await Work.begin(parts, on, ids);
  const mailboxes = wanted.map((id) => {
    const mailbox = work.edit.mailbox(id);
    if (mailbox === undefined) throw new Refusal('mailbox-unknown', mailTexts.mailboxUnknown);
    return mailbox;
  });
  const there = work.emails.filter((email) => email.deletedAt === null);
  for (const email of there) {
    const held = new Set(email.memberships.map((membership) => membership.mailboxId));
    if (held.size === wanted.length && wanted.every((id) => held.has(id))) continue;
    move(work, email, mailboxes, 'email.moved');
  }
  await work.finish();
  return there.map((email) => email.id);
}

export function move(work: Work, email: EditableEmail, to: readonly EditedMailbox[], kind: AuditEvent['kind']): void {
  const isTrashed = to.every((mailbox) => mailbox.role === 'trash');
  const left = email.memberships.map((membership) => membership.mailboxId).filter((id) => id !== to[0]?.id);
  email.deletedFrom = isTrashed ? left : null;
  work.change(email, kind, { to: to.map((mailbox) => mailbox.id).join(' ') });
  work.place(email, to);
}

/** Those of `ids` that another module will need. */
export async function heldAmong(
  parts: Pick<MailParts, 'heldEmails'>,
  db: Db,
  account: AccountRef,
  ids: readonly EmailId[],
): Promise<ReadonlySet<EmailId>> {
  return ids.length === 0 || parts.heldEmails === undefined ? new Set() : parts.heldEmails(db, account, ids);
}

export async function deleteEmails(parts: Parts, on: OnAccount, ids: readonly EmailId[]): Promise<readonly EmailId[]> {
  const work = await Work.begin(parts, on, ids);
  const trash = present(work.edit.mailboxOf('trash'), 'an account has no trash');
  const done: EmailId[] = [];
  // Asked under the account's lock, which whoever begins to need an email takes too.
  const held = await heldAmong(parts, on.act.tx, on.account, ids);
  for (const email of work.emails) {
    if (email.deletedAt !== null) continue;
    const isInTrash = email.memberships.every((membership) => membership.mailboxId === trash.id);
    if (isInTrash && held.has(email.id)) continue;
    if (isInTrash) remove(work, email);
    else move(work, email, [trash], 'email.trashed');
    done.push(email.id);
  }
  await work.finish();
  return done;
}

/** The email is in no mailbox from now on, and can be undeleted for a time. */
export function remove(work: Work, email: EditableEmail): void {
  const change = work.change(email, 'email.deleted');
  work.place(email, []);
  email.deletedAt = work.act.at;
  work.edit.countOut(email.sizeBytes);
  work.edit.tombstones.push({ change, kind: 'email', objectId: email.id });
  work.edit.tombstones.push({ change, kind: 'thread', objectId: email.threadId });
}

export async function undeleteEmails(
  parts: Parts,
  on: OnAccount,
  ids: readonly EmailId[],
): Promise<readonly EmailId[]> {
  const work = await Work.begin(parts, on, ids);
  const inbox = present(work.edit.mailboxOf('inbox'), 'an account has no inbox');
  const deleted = work.emails.filter((email) => email.deletedAt !== null);
  for (const email of deleted) {
    assert(email.memberships.length === 0, 'a deleted email is in a mailbox');
    if (!work.edit.hasRoomFor(email.sizeBytes)) throw new Refusal('over-quota', mailTexts.overQuota);
    const origin = (email.deletedFrom ?? []).flatMap((id) => work.edit.mailbox(id) ?? []);
    work.change(email, 'email.undeleted');
    email.deletedAt = null;
    email.deletedFrom = null;
    // For those who follow changes, and for the search index, it is an email that arrives.
    email.createdChange = email.changedChange;
    email.number = work.edit.takeEmailNumber();
    work.edit.countIn(email.sizeBytes);
    work.place(email, origin.length > 0 ? origin : [inbox]);
  }
  await work.finish();
  if (work.edit.needsIndexing) await parts.enqueueIndexing(on.act.tx, [work.edit.account]);
  return deleted.map((email) => email.id);
}
