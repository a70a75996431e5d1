/**
 * Puts messages into accounts: one batch is a handful of statements, whatever the number of deliveries. All of it, the
 * audit events and the indexing job included, is in the act's transaction: an email is there whole or not at all.
 */
import { assert } from '../../base/assert.ts';
import { mailLimits } from '../../base/domain-limits.ts';
import { type EmailId, newId } from '../../base/ids.ts';
import type { DataKey } from '../../platform/keys/keys.ts';
import type { Act } from '../audit/audit.ts';
import type { AccountEdit, EditedMailbox } from './account-edit.ts';
import { accountKeyOwner } from './account-key.ts';
import { accountText, lockAccounts, readMailboxes } from './account-lock.ts';
import { writeEdits } from './edit-writes.ts';
import { insertEmails, type NewEmail, type SealedEmail } from './email-rows.ts';
import { type EmailRef, encodeSummary, OpenedEmail } from './email-seal.ts';
import { flagsOf, parseKeyword } from './keywords.ts';
import type { AccountRef, Delivery, DeliveryOutcome, GatheredMessage, Keyword, MailParts } from './mail.ts';
import { requireRight } from './permission.ts';
import { ThreadBook } from './threads.ts';

type DeliverParts = Pick<MailParts, 'access' | 'dataKeys' | 'lookup' | 'enqueueIndexing'>;

/** A delivery that will be stored, or the reason why not. */
type Placed =
  | { readonly kind: 'placed'; readonly edit: AccountEdit; readonly email: NewEmail }
  | Exclude<DeliveryOutcome, { kind: 'stored' }>;

export async function deliver(
  parts: DeliverParts,
  act: Act,
  deliveries: readonly Delivery[],
): Promise<readonly DeliveryOutcome[]> {
  assert(deliveries.length <= mailLimits.deliveries, 'too many deliveries in one call');
  await checkRights(parts, act, deliveries);
  const accounts = [...new Map(deliveries.map((delivery) => [accountText(delivery), refOf(delivery)])).values()];
  const edits = await lockAccounts(act.tx, accounts);
  await readMailboxes(act.tx, edits, targetsOf(deliveries));
  const batch = new Batch(
    act,
    edits,
    await openKeys(parts, act, edits),
    await ThreadBook.open(act.tx, parts.lookup, deliveries),
  );
  const placed = deliveries.map((delivery) => batch.place(delivery));
  const emails = placed.flatMap((each) => (each.kind === 'placed' ? [each.email] : []));
  if (emails.length > 0) {
    await insertEmails(act.tx, emails);
    await batch.threads.write(act.tx);
    await writeEdits(act.tx, [...edits.values()], act.at);
    const unindexed = [...edits.values()].filter((edit) => edit.needsIndexing);
    await parts.enqueueIndexing(
      act.tx,
      unindexed.map((edit) => edit.account),
    );
  }
  return placed.map((each) =>
    each.kind === 'placed'
      ? { kind: 'stored', emailId: each.email.id, threadId: each.email.threadId, change: each.edit.change }
      : each,
  );
}

function refOf({ tenantId, accountId }: AccountRef): AccountRef {
  return { tenantId, accountId };
}

/** Anyone of the trust space may write to an account; sending from it and importing into it take a right on it. */
async function checkRights(parts: DeliverParts, act: Act, deliveries: readonly Delivery[]): Promise<void> {
  for (const delivery of deliveries) {
    if (delivery.event === 'email.submitted') await requireRight(parts.access, act, delivery, 'send');
    if (delivery.event === 'email.imported') await requireRight(parts.access, act, delivery, 'write');
  }
}

function targetsOf(deliveries: readonly Delivery[]) {
  const targets = deliveries.map((delivery) => delivery.to);
  return {
    roles: [...new Set(targets.flatMap((to) => ('role' in to ? [to.role] : [])))],
    ids: [...new Set(targets.flatMap((to) => ('mailboxId' in to ? [to.mailboxId] : [])))],
  };
}

/** The latest key of each account; an account whose key was destroyed takes nothing more. */
async function openKeys(
  parts: DeliverParts,
  act: Act,
  edits: ReadonlyMap<string, AccountEdit>,
): Promise<ReadonlyMap<AccountEdit, DataKey>> {
  const keys = new Map<AccountEdit, DataKey>();
  for (const edit of edits.values()) {
    if (edit.isClosed) continue;
    const opened = await parts.dataKeys.open(act.tx, accountKeyOwner(edit.account));
    if (opened.state === 'open') keys.set(edit, opened.key);
  }
  return keys;
}

class Batch {
  readonly threads: ThreadBook;
  readonly #act: Act;
  readonly #edits: ReadonlyMap<string, AccountEdit>;
  readonly #keys: ReadonlyMap<AccountEdit, DataKey>;
  /** The same for every recipient of one message. */
  readonly #summaries = new Map<GatheredMessage, Buffer>();

  constructor(
    act: Act,
    edits: ReadonlyMap<string, AccountEdit>,
    keys: ReadonlyMap<AccountEdit, DataKey>,
    threads: ThreadBook,
  ) {
    this.#act = act;
    this.#edits = edits;
    this.#keys = keys;
    this.threads = threads;
  }

  place(delivery: Delivery): Placed {
    const edit = this.#edits.get(accountText(delivery));
    const key = edit === undefined ? undefined : this.#keys.get(edit);
    if (edit === undefined || key === undefined) return this.#refuse(delivery, 'closed');
    const mailbox = 'role' in delivery.to ? edit.mailboxOf(delivery.to.role) : edit.mailbox(delivery.to.mailboxId);
    if (mailbox === undefined) return this.#refuse(delivery, 'no-mailbox');
    if (!edit.hasRoomFor(delivery.message.sizeBytes)) return this.#refuse(delivery, 'over-quota');
    return { kind: 'placed', edit, email: this.#store(delivery, { edit, key, mailbox }) };
  }

  #store(delivery: Delivery, into: { edit: AccountEdit; key: DataKey; mailbox: EditedMailbox }): NewEmail {
    const { message, receivedAt, event } = delivery;
    const { edit, key, mailbox } = into;
    const { account } = edit;
    const id = newId<EmailId>(this.#act.at);
    const keywords = new Set(delivery.keywords.map(parseKeyword));
    const change = edit.takeChange();
    edit.countIn(message.sizeBytes);
    const threadId = this.threads.join(account, message, this.#act.at);
    const isUnread = !keywords.has('$seen') && !keywords.has('$draft');
    edit.put({ id, threadId, receivedAt, isUnread }, mailbox, change);
    this.#act.record({
      tenantId: account.tenantId,
      accountId: account.accountId,
      kind: event,
      object: { kind: 'email', id },
      facts: { size: message.sizeBytes },
    });
    return {
      account,
      id,
      number: edit.takeEmailNumber(),
      threadId,
      receivedAt,
      sizeBytes: message.sizeBytes,
      hasAttachment: message.hasAttachment,
      change,
      seal: () => this.#seal(key, { account, id }, message, keywords),
    };
  }

  #seal(key: DataKey, email: EmailRef, message: GatheredMessage, keywords: ReadonlySet<Keyword>): SealedEmail {
    const { opened, wrappedKey } = OpenedEmail.create(key, email);
    const { content } = message;
    return {
      keyVersion: key.version,
      wrappedKey,
      summary: opened.sealSummary(this.#summaryOf(message)),
      content: content.kind === 'inline' ? opened.sealContent(content.bytes) : undefined,
      blobId: content.kind === 'blob' ? content.blobId : null,
      flags: flagsOf(keywords, () => opened),
    };
  }

  #summaryOf(message: GatheredMessage): Buffer {
    const known = this.#summaries.get(message);
    if (known !== undefined) return known;
    const summary = encodeSummary(message);
    this.#summaries.set(message, summary);
    return summary;
  }

  #refuse<Kind extends 'closed' | 'no-mailbox' | 'over-quota'>(delivery: Delivery, kind: Kind): { kind: Kind } {
    this.#act.record({
      tenantId: delivery.tenantId,
      accountId: delivery.accountId,
      kind: delivery.event,
      outcome: 'refused',
      facts: { size: delivery.message.sizeBytes, cause: kind },
    });
    return { kind };
  }
}
