import { present } from '../../base/assert.ts';
import { mailLimits, transferLimits } from '../../base/domain-limits.ts';
import { newId, type Uuid } from '../../base/ids.ts';
import { smtpLimits } from '../../base/limits.ts';
import type { Act } from '../audit/audit.ts';
import type { AccountRef } from '../mail/mail.ts';
import { deliveryTo, dispatch, localsOf, RolledBack } from './dispatch.ts';
import { accountText } from './local-recipients.ts';
import { openQueueKey } from './queued-message.ts';
import { refused } from './replies.ts';
import { holdsSendRight } from './sender-rights.ts';
import {
  admitRecipients,
  contentRefusal,
  envelopeOf,
  type OpenedDraft,
  openDraft,
  writeDraft,
} from './sending-email.ts';
import { readProgress } from './sending-list.ts';
import { countPending, findRepeated, freeIdempotencyId, insertSending, type NewSending } from './sending-rows.ts';
import {
  type Hold,
  notSent,
  type SendingEnvelope,
  type SendOutcome,
  type SendRequest,
  type WantedSending,
} from './sendings.ts';
import type { SubmissionActor, SubmissionParts } from './submission.ts';
import type { GatheredSubmission } from './submission-store.ts';
import type { TransferParts } from './transfer.ts';

type NotSent = Extract<SendOutcome, { kind: 'refused' }>;

/** Invariant 7: the same right as for every submission. */
export async function maySendFrom(
  parts: Pick<TransferParts, 'access' | 'db' | 'clock'>,
  actor: SubmissionActor,
  account: AccountRef,
): Promise<boolean> {
  return actor.kind !== 'person' || holdsSendRight(parts, actor.personId, account);
}

/** Sends an email that the account holds: all its recipients, or none; or has it wait for its time. */
export async function send(parts: SubmissionParts, by: SendRequest, wanted: WantedSending): Promise<SendOutcome> {
  const { account, idempotencyId } = wanted;
  if (idempotencyId !== undefined && !isIdempotencyId(idempotencyId)) return notSent({ what: 'idempotency-id' });
  if (!(await maySendFrom(parts, by.actor, account))) return notForbidden();
  const hash = idempotencyId === undefined ? undefined : idempotencyHash(parts, account, idempotencyId);
  const since = new Date(parts.clock.now().getTime() - transferLimits.sendingRepeatMs);
  // Before anything else: what a first attempt sent may be changed or gone by now.
  const repeated = hash && (await findRepeated(parts.db, account, hash, since));
  if (repeated !== undefined) return { kind: 'repeated', ...repeated };
  const prepared = await prepare(parts, by, wanted);
  if (prepared.kind === 'refused') return prepared;
  try {
    const outcome = await parts.audit.act(
      { actor: by.actor, reason: by.reason, silent: 'when-nothing-changed' },
      async (act) => {
        await by.guard?.(act);
        return write(parts, act, { wanted, prepared, hash, since });
      },
    );
    if (typeof outcome !== 'string') return outcome;
    const [sending] = await readProgress(parts, account, [outcome]);
    return { kind: 'sent', sending: present(sending, 'a sending is gone at once') };
  } catch (fault) {
    if (!(fault instanceof RolledBack)) throw fault;
    const { reply } = fault.refusal;
    const recipients = prepared.envelope.recipients.map(({ address }) => ({ address, reply }));
    return notSent({ what: 'recipients', recipients });
  }
}

function notForbidden(): NotSent {
  return notSent({ what: 'sender', reply: refused('sender-not-owned').reply });
}

function isIdempotencyId(text: string): boolean {
  return text.length > 0 && text.length <= transferLimits.idempotencyCharacters;
}

function idempotencyHash({ lookup }: Pick<TransferParts, 'lookup'>, account: AccountRef, id: string): Buffer {
  return lookup.hash('transaction', JSON.stringify(['sending', accountText(account), id]));
}

interface Prepared {
  readonly kind: 'prepared';
  readonly draft: OpenedDraft;
  readonly envelope: SendingEnvelope;
  /** Undefined: at once. */
  readonly heldUntil: Date | undefined;
  /** Undefined of what is held. */
  readonly gathered: GatheredSubmission | undefined;
}

/** Everything that can be refused before the transaction. */
async function prepare(parts: SubmissionParts, by: SendRequest, wanted: WantedSending): Promise<Prepared | NotSent> {
  const { account, emailId, identityId } = wanted;
  const owner = await parts.mail.getAccount(parts.db, account);
  if (owner === undefined || owner.isClosed) return notForbidden();
  if (!(await parts.mail.identities.has(parts.db, account, identityId))) return notSent({ what: 'identity-unknown' });
  const draft = await openDraft(parts, { actor: by.actor, reason: by.reason }, account, emailId);
  if (draft === undefined) return notSent({ what: 'email-unknown' });
  if (draft.card.sizeBytes > smtpLimits.messageBytes) {
    return notSent({ what: 'too-large', maxBytes: smtpLimits.messageBytes });
  }
  const given = wanted.envelope ?? envelopeOf(draft.fields, owner.address);
  if ('kind' in given && given.kind === 'refused') return given;
  const envelope = 'kind' in given ? given.envelope : given;
  if (envelope.sender.toLowerCase() !== owner.address.toLowerCase()) {
    return notSent({ what: 'mail-from', reply: refused('sender-not-owned').reply });
  }
  const at = parts.clock.now();
  const heldUntil = envelope.hold === undefined ? undefined : releaseAt(envelope.hold, at);
  if (heldUntil !== undefined && heldUntil.getTime() - at.getTime() > transferLimits.holdMs) {
    return notSent({ what: 'held-too-long' });
  }
  const isOnlyJudged = heldUntil !== undefined;
  const judged = await judge(parts, by, { account, emailId, envelope, draft, isOnlyJudged });
  if (judged !== 'judged' && 'kind' in judged) return judged;
  const gathered = judged === 'judged' ? undefined : judged;
  return { kind: 'prepared', draft, envelope, heldUntil, gathered };
}

/** Undefined when that instant is now or past. */
function releaseAt(hold: Hold, at: Date): Date | undefined {
  const until = hold.kind === 'for' ? new Date(at.getTime() + hold.seconds * 1_000) : hold.at;
  return until.getTime() > at.getTime() ? until : undefined;
}

interface Judged {
  readonly account: AccountRef;
  readonly emailId: WantedSending['emailId'];
  readonly envelope: SendingEnvelope;
  readonly draft: OpenedDraft;
  readonly isOnlyJudged: boolean;
}

async function judge(
  parts: SubmissionParts,
  { actor, reason }: SendRequest,
  { account, emailId, envelope, draft, isOnlyJudged }: Judged,
): Promise<GatheredSubmission | 'judged' | NotSent> {
  const { recipients } = envelope;
  if (recipients.length === 0) return notSent({ what: 'no-recipients' });
  if (recipients.length > mailLimits.deliveries - 1) {
    return notSent({ what: 'too-many-recipients', max: mailLimits.deliveries - 1 });
  }
  const request = { actor, reason };
  const admitted = await admitRecipients(parts, { account, emailId, request, envelope, isOnlyJudged });
  // All or none: who wrote is there to be told.
  if (admitted.refused.length > 0) {
    const told = admitted.refused.map(({ recipient, verdict }) => ({
      address: recipient.address,
      reply: verdict.reply,
    }));
    const [unjudged] = admitted.refused.filter(({ verdict }) => verdict.kind === 'deferred');
    if (unjudged !== undefined) return notSent({ what: 'sender', reply: unjudged.verdict.reply });
    return notSent({ what: 'recipients', recipients: told });
  }
  const written = await writeDraft(admitted.transaction, draft.content, isOnlyJudged);
  return written !== 'judged' && 'kind' in written ? notSent(contentRefusal(written)) : written;
}

interface Written {
  readonly wanted: WantedSending;
  readonly prepared: Prepared;
  readonly hash: Buffer | undefined;
  readonly since: Date;
}

/** The row, and what it sends; its id. */
async function write(
  parts: SubmissionParts,
  act: Act,
  { wanted, prepared, hash, since }: Written,
): Promise<Uuid | Exclude<SendOutcome, { kind: 'sent' }>> {
  const { account, emailId, identityId } = wanted;
  const { envelope, heldUntil, gathered, draft } = prepared;
  const locals = localsOf(gathered?.destinations ?? []);
  const change = await parts.mail.takeChange(
    act,
    account,
    locals.map((local) => local.account),
  );
  // From here on the account is locked: of two attempts with one id, the second sees the first.
  if (hash !== undefined) {
    const repeated = await findRepeated(act.tx, account, hash, since);
    if (repeated !== undefined) return { kind: 'repeated', ...repeated };
    await freeIdempotencyId(act.tx, account, hash);
  }
  const [present_] = await parts.mail.listCards(act.tx, account, [emailId]);
  if (present_ === undefined) return notSent({ what: 'email-unknown' });
  if (heldUntil !== undefined && (await countPending(act.tx, account)) >= transferLimits.heldSendings) {
    return notSent({ what: 'too-many-held' });
  }
  const { tenantId, accountId } = account;
  const ref = { tenantId, accountId, id: newId<Uuid>(act.at) };
  const { actor } = act;
  const row: Omit<NewSending, 'messageId'> = {
    ...ref,
    emailId,
    threadId: draft.card.threadId,
    identityId,
    personId: actor.kind === 'person' ? actor.personId : null,
    undoStatus: heldUntil === undefined ? 'final' : 'pending',
    sendAt: heldUntil ?? act.at,
    queueKey: present(await openQueueKey(parts.dataKeys, act.tx, tenantId), "the tenant's queue key was destroyed"),
    envelope,
    idempotencyHash: hash ?? null,
    createdAt: act.at,
    change,
  };
  const object = { kind: 'email', id: emailId } as const;
  if (heldUntil !== undefined) {
    await insertSending(act.tx, { ...row, messageId: null });
    await parts.enqueueRelease(act.tx, ref, heldUntil);
    const facts = { sending: ref.id, at: heldUntil.toISOString(), recipients: envelope.recipients.length };
    act.record({ tenantId, accountId, kind: 'sending.scheduled', object, facts });
    return ref.id;
  }
  const submission = present(gathered, 'what is not held was not gathered');
  const facts = { sending: ref.id, size: submission.leaving.sizeBytes };
  act.record({ tenantId, accountId, kind: 'email.submitted', object, facts });
  const outcomes = await parts.mail.deliver(
    act,
    locals.map((local) => deliveryTo(local, submission.leaving, act.at)),
  );
  const messageId = await dispatch(parts, act, { submission, emailId, outcomes });
  await insertSending(act.tx, { ...row, messageId });
  return ref.id;
}
