import { present } from '../../base/assert.ts';
import { transferLimits } from '../../base/domain-limits.ts';
import type { DomainName } from '../../formats/address/address.ts';
import type { Reply } from '../../formats/smtp/reply.ts';
import type { DataKey } from '../../platform/keys/keys.ts';
import type { Act } from '../audit/audit.ts';
import { nextAttempt } from './back-off.ts';
import { type DueMessage, returnedContent } from './due-message.ts';
import { tellProgress } from './evidence-news.ts';
import type { Cause, Decision } from './failure-policy.ts';
import { finishMessage, type Lease, lockMessage, moveRecipients, type RecipientResult } from './queue-rows.ts';
import { openQueueKey, sealAnswer } from './queued-message.ts';
import { asQueued, type ReportedRecipient, sendReports } from './reports.ts';
import type { TransferOptions, TransferParts } from './transfer.ts';

/** What one attempt came to: taken by the peer, or the decision about what happened. */
export interface Attempt {
  readonly recipient: DueMessage['recipients'][number];
  readonly decision?: Decision;
  readonly reply?: Reply;
  readonly host?: string;
  /** Taken by a peer that will not report (RFC 3461 §5.2.2). */
  readonly isRelayed?: boolean;
}

export interface AttemptsOf {
  readonly domain: DomainName;
  readonly due: DueMessage;
  readonly lease: Lease;
  readonly attempts: readonly Attempt[];
}

interface Settled {
  readonly result: RecipientResult;
  readonly reported: ReportedRecipient | undefined;
}

/** Moves the recipients on, reports to the sender, and lets the content go when all is final: one transaction. */
export async function recordAttempts(
  parts: TransferParts,
  { domain, due, lease, attempts }: AttemptsOf,
): Promise<void> {
  const { ref, message } = due.rows;
  const key = present(
    await openQueueKey(parts.dataKeys, parts.db, ref.tenantId, message.key_version),
    'the queue key went between sending and recording',
  );
  const settled = attempts.map((attempt) => settle(parts.options, { domain, due, now: lease.now, key }, attempt));
  const hasReport = message.account_id !== null && settled.some(({ reported }) => reported !== undefined);
  // Read before the transaction: nothing is fetched while locks are held.
  const returned = hasReport ? await returnedContent(parts, due) : undefined;
  const request = { actor: { kind: 'system', task: 'send-domain' }, reason: 'mail-transfer' } as const;
  await parts.audit.act({ ...request, silent: 'when-nothing-changed' }, async (act) => {
    await lockMessage(act.tx, ref);
    const moved = await moveRecipients(
      act.tx,
      ref,
      lease,
      settled.map(({ result }) => result),
    );
    const told = settled.filter(({ result }) => moved.has(result.number));
    for (const { result } of told) recordResult(act, due, { result, domain });
    await finishMessage(act.tx, ref, act.at);
    if (told.some(({ result }) => result.state !== 'queued')) await tellSender(parts, act, due);
    if (returned === undefined || message.account_id === null) return;
    await sendReports(parts, act, {
      tenantId: ref.tenantId,
      envelope: due.envelope,
      returnTo: { kind: 'account', account: { tenantId: ref.tenantId, accountId: message.account_id } },
      acceptedAt: message.queued_at,
      returned,
      recipients: told.flatMap(({ reported }) => (reported === undefined ? [] : [reported])),
    });
  });
  for (const { result } of settled) if (result.state !== 'queued') parts.observer.sent(result.state);
}

async function tellSender(parts: TransferParts, act: Act, { rows }: DueMessage): Promise<void> {
  const { account_id: accountId, email_id: emailId } = rows.message;
  if (accountId === null || emailId === null) return;
  const account = { tenantId: rows.ref.tenantId, accountId };
  await tellProgress(parts, act, { account, emailId, message: rows.ref });
}

interface SettleContext {
  readonly domain: DomainName;
  readonly due: DueMessage;
  readonly now: Date;
  readonly key: DataKey;
}

function settle(options: TransferOptions, context: SettleContext, attempt: Attempt): Settled {
  const { recipient, decision, reply, host } = attempt;
  const { row, to } = recipient;
  const { due, now } = context;
  const { expires_at: expiresAt, queued_at: queuedAt } = due.rows.message;
  const text = reply === undefined ? undefined : `${reply.code} ${reply.enhanced ?? ''} ${reply.lines.join(' ')}`;
  const answer = text === undefined || host === undefined ? undefined : { host, text };
  const common = {
    number: row.number,
    ...(reply !== undefined && { code: reply.code }),
    ...(host !== undefined && { host }),
    ...(text !== undefined && {
      sealedAnswer: sealAnswer(context.key, due.rows.ref, { number: row.number, answer: text }),
    }),
  };
  const queued = asQueued(to);
  if (decision === undefined) {
    const status = reply?.enhanced ?? '2.0.0';
    return {
      result: { ...common, state: 'accepted', status },
      reported: attempt.isRelayed === true ? { ...queued, kind: 'delivered', status, isRelayed: true } : undefined,
    };
  }
  if (decision.do === 'split') {
    return { result: { number: row.number, state: 'queued', nextAttemptAt: now }, reported: undefined };
  }
  const cause = causeIn(options, context.domain, decision.cause);
  const failure = { ...common, status: decision.status, cause };
  const report = { ...queued, cause, ...(answer !== undefined && { answer }) };
  if (decision.do === 'bounce') {
    return {
      result: { ...failure, state: 'failed' },
      reported: { ...report, kind: 'failed', status: decision.status },
    };
  }
  const nextAttemptAt = nextAttempt(row.attempts, now, expiresAt);
  if (nextAttemptAt === undefined) {
    // RFC 3463 §3.5: delivery time expired.
    return {
      result: { ...failure, state: 'expired' },
      reported: { ...report, kind: 'failed', status: '5.4.7', isExpired: true },
    };
  }
  const isLate = !row.delay_reported && now.getTime() - queuedAt.getTime() >= transferLimits.delayReportAfterMs;
  return {
    result: { ...failure, state: 'deferred', nextAttemptAt, isDelayReported: isLate },
    reported: isLate ? { ...report, kind: 'delayed', status: decision.status, retriedUntil: expiresAt } : undefined,
  };
}

/** What a refusal means in that domain: the same code says other things of a patient, or of an operator that opens on demand. */
export function causeIn(options: TransferOptions, domain: DomainName, cause: Cause): Cause {
  if (cause === 'recipient-unknown' && options.patientDomains.includes(domain)) return 'patient-closed';
  const isClosedDoor = cause === 'not-authorized' || cause === 'peer-refused';
  return isClosedDoor && options.optInDomains.includes(domain) ? 'interoperability-off' : cause;
}

/** Final states alone: the attempts before them stand on the recipient's row. */
function recordResult(
  act: Act,
  due: DueMessage,
  { result, domain }: { result: RecipientResult; domain: DomainName },
): void {
  if (result.state === 'deferred' || result.state === 'queued') return;
  const { ref, message } = due.rows;
  const to = due.recipients.find(({ row }) => row.number === result.number)?.to;
  act.record({
    tenantId: ref.tenantId,
    kind: result.state === 'accepted' ? 'email.relayed' : 'email.returned',
    ...(message.account_id !== null && { accountId: message.account_id }),
    object:
      message.email_id === null ? { kind: 'queued-message', id: ref.id } : { kind: 'email', id: message.email_id },
    outcome: result.state === 'accepted' ? 'done' : 'failed',
    facts: {
      domain,
      state: result.state,
      ...(result.code !== undefined && { code: result.code }),
      ...(result.status !== undefined && { status: result.status }),
      ...(result.cause !== undefined && { cause: result.cause }),
      ...(result.host !== undefined && { host: result.host }),
    },
    ...(to !== undefined && { identifying: { recipient: to.address } }),
  });
}
