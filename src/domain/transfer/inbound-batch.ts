import { present } from '../../base/assert.ts';
import type { Uuid } from '../../base/ids.ts';
import type { Act } from '../audit/audit.ts';
import type { Delivery, DeliveryOutcome, GatheredMessage, Keyword } from '../mail/mail.ts';
import type { CommitVerdict, EnvelopeRecipient, SenderEnvelope } from './acceptance.ts';
import { claimTransactions, releaseTransactions } from './accepted-transactions.ts';
import { followArrived, storedAmong } from './evidence-follow.ts';
import { type LocalRecipient, noRoom } from './local-recipients.ts';
import { unverifiedAuthorKeyword } from './message-rules.ts';
import { deliveredRecipient, type ReportedRecipient, refusedRecipient, returnedFrom, sendReports } from './reports.ts';
import type { TransferParts } from './transfer.ts';

/** One message, judged and gathered, ready to be stored. */
export interface InboundItem {
  /** Also the `id` of our Received field and the reference said in the 250. */
  readonly id: Uuid;
  readonly envelope: SenderEnvelope;
  readonly message: GatheredMessage;
  /** Each with the hash under which it is known that it has this message. */
  readonly recipients: readonly (LocalRecipient & EnvelopeRecipient & { readonly hash: Buffer })[];
  readonly keywords: readonly Keyword[];
}

/**
 * Stores `items`, all handed over by the operator `certificateName`, in one transaction: repeated transactions recognised,
 * emails delivered, reports queued. Gives the answer to each item's DATA.
 */
export async function storeInbound(
  parts: TransferParts,
  certificateName: string,
  items: readonly InboundItem[],
): Promise<readonly CommitVerdict[]> {
  const request = {
    actor: { kind: 'operator', certificateName },
    reason: 'mail-transfer',
    silent: 'when-nothing-changed', // every item may be a repetition, or have lost its room
  } as const;
  return parts.audit.act(request, async (act) => {
    const fresh = await withFirstRecipients(act, items);
    const deliveries = fresh.flatMap((item) => deliveriesOf(item, act.at));
    const outcomes = deliveries.length === 0 ? [] : await parts.mail.deliver(act, deliveries);
    // What nobody vouches for is no evidence, and no machine answers it.
    const doubtful = new Set(items.filter(isUnverified).map(({ message }) => message));
    const arrived = storedAmong(deliveries, outcomes).filter(({ message }) => !doubtful.has(message));
    await followArrived(parts, act, arrived);
    const refused = new Map<string, CommitVerdict>();
    let next = 0;
    for (const item of fresh.filter(({ recipients }) => recipients.length > 0)) {
      const its = outcomes.slice(next, next + item.recipients.length);
      next += item.recipients.length;
      const verdict = await settle(parts, act, item, its);
      if (verdict.kind !== 'refused') continue;
      for (const { hash } of item.recipients) refused.set(hash.toString('hex'), verdict);
    }
    await releaseTransactions(
      act.tx,
      [...refused.keys()].map((hash) => Buffer.from(hash, 'hex')),
    );
    // What an earlier transaction has stored is told 250 again: the first time it was lost on its way to the peer.
    return items.map((item) => refusalAmong(item, refused) ?? { kind: 'accepted', reference: item.id });
  });
}

function isUnverified({ keywords }: InboundItem): boolean {
  return keywords.includes(unverifiedAuthorKeyword);
}

function refusalAmong(item: InboundItem, refused: ReadonlyMap<string, CommitVerdict>): CommitVerdict | undefined {
  for (const { hash } of item.recipients) {
    const verdict = refused.get(hash.toString('hex'));
    if (verdict !== undefined) return verdict;
  }
  return undefined;
}

/** The items with those recipients alone to whom no transaction of the last 24 hours, nor an earlier item, has brought this message. */
async function withFirstRecipients(act: Act, items: readonly InboundItem[]): Promise<readonly InboundItem[]> {
  const hashes = items.flatMap(({ recipients }) => recipients.map(({ hash }) => hash));
  const unclaimed = new Set(await claimTransactions(act.tx, hashes, act.at));
  return items.map((item) => ({
    ...item,
    recipients: item.recipients.filter(({ hash }) => unclaimed.delete(hash.toString('hex'))),
  }));
}

function deliveriesOf(item: InboundItem, receivedAt: Date): readonly Delivery[] {
  return item.recipients.map(({ account }) => ({
    ...account,
    message: item.message,
    to: { role: 'inbox' },
    keywords: item.keywords,
    receivedAt,
    event: 'email.received',
  }));
}

/** One answer for the whole message: it is ours as soon as one recipient has it, and we report on the others. */
async function settle(
  parts: TransferParts,
  act: Act,
  item: InboundItem,
  outcomes: readonly DeliveryOutcome[],
): Promise<CommitVerdict> {
  const lost = outcomes.filter((outcome) => outcome.kind !== 'stored');
  if (lost.length === outcomes.length) {
    return noRoom(lost.some((outcome) => outcome.kind === 'over-quota') ? 'over-quota' : 'closed');
  }
  const reported = item.recipients.flatMap((recipient, index): ReportedRecipient[] => {
    const outcome = present(outcomes[index], 'a delivery has no outcome');
    if (outcome.kind !== 'stored') return [refusedRecipient(recipient, outcome.kind)];
    return [deliveredRecipient(recipient)];
  });
  const account = present(item.recipients[0], 'a message has a recipient').account;
  await sendReports(parts, act, {
    tenantId: account.tenantId,
    envelope: item.envelope,
    returnTo: { kind: 'peer' },
    acceptedAt: act.at,
    returned: returnedFrom(item.message, item.envelope.ret),
    recipients: reported,
  });
  return { kind: 'accepted', reference: item.id };
}
