/** The body of the job `release-sending`: what was held leaves, as the world is now. */
import { transferLimits } from '../../base/domain-limits.ts';
import { Temporary } from '../../base/errors.ts';
import { domainOf } from '../../formats/address/address.ts';
import { IntegrityFault } from '../../platform/keys/keys.ts';
import type { Act } from '../audit/audit.ts';
import { sayReply } from './acceptance.ts';
import { deliveryTo, dispatch, type FailedRecipient, localsOf } from './dispatch.ts';
import { enqueueMessage } from './enqueue.ts';
import type { Alert, Cause } from './failure-policy.ts';
import { isOurs } from './local-recipients.ts';
import { openQueueKey } from './queued-message.ts';
import { asQueued, sendReports } from './reports.ts';
import {
  admitRecipients,
  type OpenedDraft,
  openDraft,
  type RefusedQueued,
  senderEnvelope,
  writeDraft,
} from './sending-email.ts';
import { endPending, lockStatus, noteFailing, openEnvelope, readSending, type SendingRow } from './sending-rows.ts';
import { maySendFrom } from './sending-send.ts';
import type { SendingEnvelope, SendingRef } from './sendings.ts';
import type { SubmissionActor, SubmissionParts } from './submission.ts';
import type { GatheredSubmission } from './submission-store.ts';
import type { ReplyTextKey } from './texts.ts';
import { printHeader } from './trace-fields.ts';

const by = { actor: { kind: 'system', task: 'release-sending' }, reason: 'scheduled-sending' } as const;

/**
 * Does nothing for what is not pending, and asks again for what is early. What fails
 * here is tried again, and given up after `transferLimits.queueLifetimeMs`. `Temporary` when it cannot be judged now.
 */
export async function releaseSending(parts: SubmissionParts, ref: SendingRef): Promise<void> {
  const row = await readSending(parts.db, ref);
  if (row?.undoStatus !== 'pending') return;
  if (row.sendAt > parts.clock.now()) {
    // The database's clock is ahead of ours.
    await parts.db.transaction().execute((tx) => parts.enqueueRelease(tx, ref, row.sendAt));
    return;
  }
  const envelope = await openSealed(parts, ref, row);
  if (envelope === undefined) {
    await parts.audit.act({ ...by, silent: 'when-nothing-changed' }, (act) =>
      endUntold(parts, act, ref, { row, cause: 'copy-damaged' }),
    );
    alarm(parts, 'own-copy-damaged');
    return;
  }
  const due = { ref, row, envelope };
  try {
    await finish(parts, due, await prepare(parts, due));
  } catch (fault) {
    const now = parts.clock.now();
    const { failingSince } = row;
    if (failingSince === null || now.getTime() - failingSince.getTime() < transferLimits.queueLifetimeMs) {
      await noteFailing(parts.db, ref, now);
      throw fault;
    }
    await giveUp(parts, due);
  }
}

/** A pending sending at its time. */
interface Due {
  readonly ref: SendingRef;
  readonly row: SendingRow;
  readonly envelope: SendingEnvelope;
}

async function finish(parts: SubmissionParts, due: Due, leaving: Prepared): Promise<void> {
  const { ref } = due;
  await parts.audit.act({ ...by, silent: 'when-nothing-changed' }, async (act) => {
    const locals = 'gathered' in leaving ? localsOf(leaving.gathered.destinations) : [];
    const change = await parts.mail.takeChange(
      act,
      ref,
      locals.map((local) => local.account),
    );
    // Cancelled meanwhile, or released by another: it is theirs.
    if ((await lockStatus(act.tx, ref)) !== 'pending') return;
    const messageId =
      'gathered' in leaving
        ? await leave(parts, act, { ...due, ...leaving })
        : await failAll(parts, act, { ...due, ...leaving });
    await endPending(act.tx, ref, { status: 'final', messageId, change });
  });
}

/** The world or a bug of ours has kept it back for too long: its author is told while that is still of use, and so is the operator. */
async function giveUp(parts: SubmissionParts, due: Due): Promise<void> {
  const { ref, row, envelope } = due;
  const header = await openOrNothing(parts, ref, row.emailId).then(
    (draft) => (draft === undefined ? '' : printHeader(draft.fields)),
    () => '', // what fails may be this
  );
  try {
    await finish(parts, due, allFailed(envelope, { cause: 'never-released', status: '5.3.0', header }));
  } catch (fault) {
    if (fault instanceof Temporary) throw fault;
    // Not even the report can be written: the operator alone is told.
    const act = { ...by, silent: 'when-nothing-changed' } as const;
    await parts.audit.act(act, (held) => endUntold(parts, held, ref, { row, cause: 'never-released' }));
  }
  alarm(parts, 'attempts-unrecorded');
}

function alarm({ observer, options }: SubmissionParts, alert: Alert): void {
  observer.alert(alert, { domain: domainOf(options.administrator) });
}

async function openSealed(
  parts: SubmissionParts,
  ref: SendingRef,
  { keyVersion, sealedEnvelope }: SendingRow,
): Promise<SendingEnvelope | undefined> {
  const key = await openQueueKey(parts.dataKeys, parts.db, ref.tenantId, keyVersion);
  if (key === undefined || sealedEnvelope === null) return undefined;
  try {
    return openEnvelope(key, ref, sealedEnvelope);
  } catch (fault) {
    if (fault instanceof IntegrityFault) return undefined;
    throw fault;
  }
}

type Prepared =
  | { readonly gathered: GatheredSubmission; readonly failed: readonly FailedRecipient[] }
  | { readonly failed: readonly FailedRecipient[]; readonly header: string };

/** Every rule once more; what cannot leave, with its cause. */
async function prepare(parts: SubmissionParts, { ref, row, envelope }: Due): Promise<Prepared> {
  const { personId, emailId } = row;
  const failAs = (cause: Cause, status: string, header: string) => allFailed(envelope, { cause, status, header });
  const draft = await openOrNothing(parts, ref, emailId);
  if (draft === undefined) return failAs('copy-damaged', '5.3.0', '');
  const header = printHeader(draft.fields);
  const actor: SubmissionActor = personId === null ? by.actor : { kind: 'person', personId };
  const owner = await parts.mail.getAccount(parts.db, ref);
  const mayLeave = owner?.isClosed === false && (await maySendFrom(parts, actor, ref));
  if (!mayLeave) return failAs('sender-withdrawn', '5.7.1', header);
  const account = { tenantId: ref.tenantId, accountId: ref.accountId };
  const request = { actor, reason: by.reason };
  const { transaction, refused } = await admitRecipients(parts, { account, emailId, request, envelope });
  const failed = refused.map(failedAs);
  if (failed.length === envelope.recipients.length) return { failed, header };
  const gathered = await writeOrNothing(() => writeDraft(transaction, draft.content, false));
  if (gathered === undefined || gathered === 'judged') return failAs('copy-damaged', '5.3.0', header);
  if (!('kind' in gathered)) return { gathered, failed };
  const isAuthor = gathered.reply.text === 'header-sender-foreign';
  return failAs(isAuthor ? 'sender-withdrawn' : 'copy-damaged', gathered.reply.enhanced, header);
}

function allFailed(
  { recipients }: SendingEnvelope,
  { header, ...why }: { readonly cause: Cause; readonly status: string; readonly header: string },
): Prepared {
  return { failed: recipients.map((recipient) => ({ ...recipient, ...why })), header };
}

/** Undefined when it is gone, or does not open. */
function openOrNothing(
  parts: SubmissionParts,
  ref: SendingRef,
  emailId: SendingRow['emailId'],
): Promise<OpenedDraft | undefined> {
  return writeOrNothing(() => openDraft(parts, by, { tenantId: ref.tenantId, accountId: ref.accountId }, emailId));
}

async function writeOrNothing<Result>(work: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await work();
  } catch (fault) {
    if (fault instanceof IntegrityFault) return undefined;
    throw fault;
  }
}

const causes: Partial<Readonly<Record<ReplyTextKey, Cause>>> = {
  'recipient-unknown': 'recipient-unknown',
  'recipient-outside-trust-space': 'domain-left',
  'mailbox-closed': 'mailbox-closed',
  'mailbox-full': 'mailbox-full',
};

function failedAs({ recipient, verdict }: RefusedQueued): FailedRecipient {
  const { reply } = verdict;
  if (verdict.kind === 'deferred') throw new Temporary(reply.text, sayReply(reply, { smtpUtf8: true }));
  return { ...recipient, status: reply.enhanced, cause: causes[reply.text] ?? 'peer-refused' };
}

interface Leaving extends Due {
  readonly gathered: GatheredSubmission;
  readonly failed: readonly FailedRecipient[];
}

async function leave(parts: SubmissionParts, act: Act, { ref, row, gathered, failed }: Leaving) {
  const { tenantId, accountId, id } = ref;
  act.record({
    tenantId,
    accountId,
    kind: 'email.submitted',
    object: { kind: 'email', id: row.emailId },
    facts: { sending: id, size: gathered.leaving.sizeBytes, ...(row.personId !== null && { person: row.personId }) },
  });
  const outcomes = await parts.mail.deliver(
    act,
    localsOf(gathered.destinations).map((local) => deliveryTo(local, gathered.leaving, act.at)),
  );
  return dispatch(parts, act, { submission: gathered, emailId: row.emailId, outcomes, failed });
}

interface Failing extends Due {
  readonly failed: readonly FailedRecipient[];
  readonly header: string;
}

/** Nobody gets it: the delivery history and a report say why. The email stays where it is. */
async function failAll(parts: SubmissionParts, act: Act, { ref, row, envelope, failed, header }: Failing) {
  const { tenantId, accountId, id } = ref;
  const [first] = failed;
  act.record({
    tenantId,
    accountId,
    kind: 'sending.failed',
    object: { kind: 'email', id: row.emailId },
    outcome: 'failed',
    facts: { sending: id, recipients: failed.length, ...(first !== undefined && { cause: first.cause }) },
  });
  const messageId = await enqueueMessage(parts, act, {
    tenantId,
    origin: { accountId, emailId: row.emailId },
    envelope: { sender: envelope.sender, is8Bit: false, hasWideHeader: false },
    content: { kind: 'inline', bytes: Buffer.alloc(0) },
    outgoing: [],
    settled: failed.map(({ status, cause, ...recipient }) => ({
      ...asQueued(recipient),
      domain: isOurs(parts, recipient.address) ? '' : domainOf(recipient.address),
      state: 'failed',
      status,
      cause,
    })),
  });
  await sendReports(parts, act, {
    tenantId,
    envelope: senderEnvelope(envelope),
    returnTo: { kind: 'account', account: { tenantId, accountId } },
    acceptedAt: row.sendAt,
    returned: { kind: 'header', text: header },
    recipients: failed.map((each) => ({ ...each, kind: 'failed' })),
  });
  return messageId;
}

/** Nobody can be told but the operator: the envelope no longer opens, or nothing can be written down. */
async function endUntold(
  parts: SubmissionParts,
  act: Act,
  ref: SendingRef,
  { row, cause }: { readonly row: SendingRow; readonly cause: Cause },
): Promise<void> {
  const { tenantId, accountId, id } = ref;
  const change = await parts.mail.takeChange(act, ref);
  if ((await lockStatus(act.tx, ref)) !== 'pending') return;
  await endPending(act.tx, ref, { status: 'final', change });
  const object = { kind: 'email', id: row.emailId } as const;
  const facts = { sending: id, cause };
  act.record({ tenantId, accountId, kind: 'sending.failed', object, outcome: 'failed', facts });
}
