/** What followers of an account hold, and how they come to the present by its changes. For tests. */
import assert from 'node:assert/strict';
import { sql } from 'kysely';
import { present } from '../src/base/assert.ts';
import type { Account, AccountRef, Changes } from '../src/domain/mail/mail.ts';
import type { TestMail } from './mail-store.ts';

export interface Snapshot {
  readonly account: Account;
  readonly change: number;
  /** What a JMAP client holds: an email's text form by identifier. */
  readonly emails: ReadonlyMap<string, string>;
  readonly mailboxes: ReadonlyMap<string, string>;
  /** What IMAP clients hold: `mailbox uid email`, with the email's keywords. */
  readonly uids: ReadonlyMap<string, string>;
}

interface Follower {
  readonly store: TestMail;
  readonly account: AccountRef;
  readonly past: Snapshot;
  readonly now: Snapshot;
  /** Changes of one page. */
  readonly limit: number;
}

export async function snapshotOf(store: TestMail, ref: AccountRef): Promise<Snapshot> {
  const { mail, db } = store;
  const ids = await mail.listEmails(db, ref, { limit: 500 });
  const summaries = await store.act((act) => mail.openSummaries(act, ref, ids));
  const keywords = new Map(summaries.map((summary) => [summary.id as string, [...summary.keywords].sort()]));
  const members = await sql<{ key: string; id: string }>`
    select mailbox_id || ' ' || uid || ' ' || email_id as key, email_id as id from mail.mailbox_email
     where account_id = ${ref.accountId}`.execute(db);
  const mailboxes = await mail.listMailboxes(db, ref);
  const head = await mail.emailChanges(db, ref, 0, 1_000);
  assert(head !== 'too-old');
  return {
    account: present(await mail.getAccount(db, ref), 'the account is gone'),
    change: head.newChange,
    emails: new Map(
      summaries.map(({ id, mailboxIds }) => [id, JSON.stringify([id, keywords.get(id), [...mailboxIds].sort()])]),
    ),
    mailboxes: new Map(
      mailboxes.map((each) => [
        each.id,
        JSON.stringify([each.id, each.uidNext, each.totalEmails, each.unreadEmails, each.name, each.contentChange]),
      ]),
    ),
    uids: new Map(members.rows.map((row) => [row.key, JSON.stringify(keywords.get(row.id))])),
  };
}

export function emailsAt(snapshot: Snapshot): readonly unknown[] {
  return [...snapshot.emails.values()].map((text) => JSON.parse(text)).sort();
}

/** Without the names, which never change here, and the changes, which the model does not count. */
export function mailboxesAt(snapshot: Snapshot): readonly unknown[] {
  return [...snapshot.mailboxes.values()].map((text) => JSON.parse(text).slice(0, 4)).sort();
}

export function replayEmails(follower: Follower): Promise<void> {
  const { store, account } = follower;
  const ask = (since: number) => store.mail.emailChanges(store.db, account, since, follower.limit);
  return replay(follower, ask, (snapshot) => snapshot.emails);
}

export function replayMailboxes(follower: Follower): Promise<void> {
  const { store, account } = follower;
  const ask = (since: number) => store.mail.mailboxChanges(store.db, account, since, follower.limit);
  return replay(follower, ask, (snapshot) => snapshot.mailboxes);
}

async function replay(
  { past, now, limit }: Follower,
  ask: (since: number) => Promise<Changes | 'too-old'>,
  viewOf: (snapshot: Snapshot) => ReadonlyMap<string, string>,
): Promise<void> {
  const held = new Map(viewOf(past));
  for (let since = past.change; ; ) {
    const page = await ask(since);
    assert(page !== 'too-old');
    assert.equal(page.oldChange, since);
    assert(page.created.length + page.updated.length + page.destroyed.length <= limit);
    // Made and gone since: the follower fetches it and finds nothing.
    for (const id of page.created) keep(held, viewOf(now), id);
    for (const id of page.updated) {
      assert(held.has(id) || !viewOf(now).has(id), 'something unknown to the follower was called updated');
      keep(held, viewOf(now), id);
    }
    for (const id of page.destroyed) held.delete(id);
    assert(page.newChange > since || !page.hasMore, 'a page did not advance');
    since = page.newChange;
    if (!page.hasMore) break;
  }
  assert.deepEqual(sorted(held), sorted(viewOf(now)));
}

function keep(held: Map<string, string>, view: ReadonlyMap<string, string>, id: string): void {
  const text = view.get(id);
  if (text === undefined) held.delete(id);
  else held.set(id, text);
}

function sorted(map: ReadonlyMap<string, string>): readonly string[] {
  return [...map.entries()].map(([key, value]) => `${key} ${value}`).sort();
}

/** RFC 7162: what vanished and what changed since a MODSEQ, of every mailbox, from the tables that IMAP will read. */
export async function replayUids({ store, account, past, now }: Follower): Promise<void> {
  const held = new Map(past.uids);
  const vanished = await sql<{ key: string }>`
    select mailbox_id || ' ' || uid || ' ' || object_id as key from mail.tombstone
     where account_id = ${account.accountId} and kind = 'membership' and change > ${past.change}`.execute(store.db);
  for (const { key } of vanished.rows) held.delete(key);
  const changed = await sql<{ key: string; modseq: number; highest: number }>`
    select m.mailbox_id || ' ' || m.uid || ' ' || m.email_id as key, b.content_change as highest,
           greatest(m.added_change, e.changed_change) as modseq
      from mail.mailbox_email m
      join mail.email e on e.account_id = m.account_id and e.id = m.email_id
      join mail.mailbox b on b.account_id = m.account_id and b.id = m.mailbox_id
     where m.account_id = ${account.accountId} and greatest(m.added_change, e.changed_change) > ${past.change}
    `.execute(store.db);
  for (const { key, modseq, highest } of changed.rows) {
    assert(modseq <= highest, 'a mailbox has a lower MODSEQ than what it holds');
    keep(held, now.uids, key);
  }
  assert.deepEqual(sorted(held), sorted(now.uids));
}
