/**
 * Many emails changed in one gesture, each in its own way: keywords and mailboxes. One lock, one answer for each; what
 * one email refuses leaves the others alone.
 */
import { sql } from 'kysely';
import { present } from '../../base/assert.ts';
import { mailLimits } from '../../base/domain-limits.ts';
import { Refusal } from '../../base/errors.ts';
import type { EmailId, MailboxId } from '../../base/ids.ts';
import type { EditedMailbox } from './account-edit.ts';
import type { EditableEmail } from './editable-emails.ts';
import { heldAmong, move, type OnAccount, remove, Work } from './email-deeds.ts';
import { flagsOf, isUnread, keywordsOf, parseKeyword } from './keywords.ts';
import type { EditOutcome, EmailEdit, MailParts, SetEdit } from './mail.ts';
import { EmailOpener } from './opening.ts';

type Parts = Pick<MailParts, 'access' | 'dataKeys' | 'enqueueIndexing' | 'heldEmails'>;

/** One outcome for each edit, in their order. */
export async function editEmails(
  parts: Parts,
  on: OnAccount,
  edits: readonly EmailEdit[],
): Promise<readonly EditOutcome[]> {
  const work = await Work.begin(
    parts,
    on,
    edits.map((edit) => edit.id),
  );
  const opener = new EmailOpener(parts, on.act.tx, on.account);
  const emails = new Map(work.emails.filter((email) => email.deletedAt === null).map((email) => [email.id, email]));
  const outcomes: EditOutcome[] = [];
  for (const edit of edits) {
    const email = emails.get(edit.id);
    outcomes.push(email === undefined ? 'unknown' : await editOne(work, opener, email, edit));
  }
  await work.finish();
  return outcomes;
}

/** Everything is judged before anything changes. */
async function editOne(work: Work, opener: EmailOpener, email: EditableEmail, edit: EmailEdit): Promise<EditOutcome> {
  const held = new Set(email.memberships.map((membership) => membership.mailboxId));
  const wanted = edit.mailboxes === undefined ? held : applyTo(held, edit.mailboxes);
  if (wanted.size === 0) return 'no-mailbox';
  if (wanted.size > mailLimits.mailboxesPerEmail) return 'too-many-mailboxes';
  const to: EditedMailbox[] = [];
  for (const id of wanted) {
    const mailbox = work.edit.mailbox(id);
    if (mailbox === undefined) return 'mailbox-unknown';
    to.push(mailbox);
  }
  if (edit.keywords !== undefined) {
    const refused = await mark(work, opener, email, edit.keywords);
    if (refused !== undefined) return refused;
  }
  if (wanted.size !== held.size || [...wanted].some((id) => !held.has(id))) move(work, email, to, 'email.moved');
  return 'edited';
}

async function mark(
  work: Work,
  opener: EmailOpener,
  email: EditableEmail,
  change: SetEdit<string>,
): Promise<'bad-keyword' | 'too-many-keywords' | undefined> {
  const opened = await opener.open(email);
  const before = new Set(keywordsOf(email.flags, () => opened));
  try {
    const after = applyTo(before, parsed(change));
    if (before.size === after.size && [...before].every((keyword) => after.has(keyword))) return undefined;
    const was = { isUnread: isUnread(email.flags) };
    email.flags = flagsOf(after, () => opened);
    work.change(email, 'email.marked', { seen: email.flags.isSeen, flagged: email.flags.isFlagged });
    const is = { isUnread: isUnread(email.flags) };
    for (const { mailboxId } of email.memberships) work.edit.recount(mailboxId, was, is);
    return undefined;
  } catch (fault) {
    if (!(fault instanceof Refusal)) throw fault;
    if (fault.code === 'bad-keyword' || fault.code === 'too-many-keywords') return fault.code;
    throw fault;
  }
}

function parsed(change: SetEdit<string>): SetEdit<string> {
  if (change.kind === 'replace') return { kind: 'replace', all: change.all.map(parseKeyword) };
  return { kind: 'patch', add: change.add.map(parseKeyword), remove: change.remove.map(parseKeyword) };
}

function applyTo<Item extends string>(held: ReadonlySet<Item>, change: SetEdit<Item>): ReadonlySet<Item> {
  if (change.kind === 'replace') return new Set(change.all);
  const removed = new Set(change.remove);
  return new Set([...[...held].filter((item) => !removed.has(item)), ...change.add]);
}

/**
 * Takes emails out of a mailbox that is about to go, at most `limit`; those in no other mailbox are deleted, or put among the
 * drafts while something else needs them. How many it took out: less than `limit` once the mailbox is empty.
 */
export async function emptyMailbox(parts: Parts, on: OnAccount, mailboxId: MailboxId, limit: number): Promise<number> {
  const { act, account } = on;
  const found = await sql<{ id: EmailId }>`
    select email_id as id from mail.mailbox_email
     where tenant_id = ${account.tenantId} and account_id = ${account.accountId} and mailbox_id = ${mailboxId}
     order by uid limit ${limit}`.execute(act.tx);
  const work = await Work.begin(
    parts,
    on,
    found.rows.map((row) => row.id),
  );
  const drafts = present(work.edit.mailboxOf('drafts'), 'an account has no drafts');
  const held = await heldAmong(parts, act.tx, account, [...work.emails.map((email) => email.id)]);
  for (const email of work.emails) {
    const others = email.memberships.filter((membership) => membership.mailboxId !== mailboxId);
    if (others.length === email.memberships.length) continue; // moved meanwhile
    if (others.length === 0 && held.has(email.id)) {
      move(work, email, [drafts], 'email.moved');
      continue;
    }
    if (others.length === 0) {
      remove(work, email);
      email.deletedFrom = [];
      continue;
    }
    const to = others.map(({ mailboxId: id }) =>
      present(work.edit.mailbox(id), 'an email is in a mailbox that is gone'),
    );
    move(work, email, to, 'email.moved');
  }
  await work.finish();
  return found.rows.length;
}
