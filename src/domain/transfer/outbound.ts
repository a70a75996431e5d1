/**
 * Sends what is due to one domain: a slot, a connection, its messages one after the other. The transitions are those of the
 * table in `transfer.ts`; what each failure means is decided in `failure-policy.ts`. No socket is touched inside a
 * transaction (invariant 5): rows are leased, then sent, then moved.
 */

import { transferLimits } from '../../base/domain-limits.ts';
import { Temporary } from '../../base/errors.ts';
import { newId } from '../../base/ids.ts';
import type { DomainName } from '../../formats/address/address.ts';
import { IntegrityFault } from '../../platform/keys/keys.ts';
import { abandon, unreadable, unrecordable } from './abandon.ts';
import type { OutgoingSession } from './client/client.ts';
import type { RecipientOutcome } from './client/outcomes.ts';
import { type DueMessage, openDue, readContent } from './due-message.ts';
import { type Decision, decide, type Happening } from './failure-policy.ts';
import { hasDue, type Lease, type LeasedRows, leaseNext, releaseSlot, renewLease, takeSlot } from './queue-rows.ts';
import { type Attempt, type AttemptsOf, recordAttempts } from './record-attempts.ts';
import { type Outside, Route, type RouteState } from './route.ts';
import type { TransferParts } from './transfer.ts';

export type OutboundParts = TransferParts & { readonly outside: Outside };

/** `busy`: other workers hold every slot, and will see what is due. `more`: the run was long enough, and something is left. */
export type SendRun = { readonly kind: 'idle' | 'busy' | 'done' | 'more'; readonly messages: number };

/** The body of the job `send-domain`. */
export async function sendDue(parts: OutboundParts, domain: DomainName): Promise<SendRun> {
  const id = newId();
  const lease = (): Lease => {
    const now = parts.clock.now();
    return { id, now, until: new Date(now.getTime() + transferLimits.leaseMs) };
  };
  if (!(await hasDue(parts.db, domain, parts.clock.now()))) return { kind: 'idle', messages: 0 };
  if (!(await takeSlot(parts.db, domain, lease(), transferLimits.connectionsPerDomain))) {
    return { kind: 'busy', messages: 0 };
  }
  // What a renewal misses the next one makes up for; a database that stays away ends the lease, and the rows come back.
  const timer = setInterval(
    () => void renewLease(parts.db, lease()).catch(() => undefined),
    transferLimits.leaseMs / 4,
  );
  const route = new Route(parts, domain);
  let messages = 0;
  try {
    for (; messages < transferLimits.messagesPerConnection; messages += 1) {
      const leased = await leaseNext(parts.db, domain, lease());
      if (leased === undefined) break;
      const due = await openDue(parts, leased);
      if (due === undefined) await abandon(parts, { domain, rows: leased, lease: lease() }, unreadable);
      else if (isUnrecordable(leased)) await giveUp(parts, { domain, due, lease: lease() });
      else await recordAttempts(parts, { domain, due, lease: lease(), attempts: await sendMessage(parts, route, due) });
    }
  } finally {
    clearInterval(timer);
    await route.end();
    await releaseSlot(parts.db, lease());
  }
  // Asked again after the slot is free: a job that found no slot meanwhile has gone, trusting this run.
  const isMore = await hasDue(parts.db, domain, parts.clock.now());
  return { kind: isMore ? 'more' : 'done', messages };
}

/** Sent again and again because no attempt could be recorded: a peer must not get one message for ever. */
function isUnrecordable({ recipients }: LeasedRows): boolean {
  return recipients.some((row) => row.is_abandoned && row.attempts > transferLimits.attemptsRecorded);
}

/** Fails recipients whose attempts leave no trace: the sender is told when that much can be written, the operator always. */
async function giveUp(parts: OutboundParts, of: Omit<AttemptsOf, 'attempts'>): Promise<void> {
  // RFC 3463 §3.4: other or undefined mail system status.
  const decision = { do: 'bounce', cause: 'interrupted', status: '5.3.0' } as const;
  try {
    await recordAttempts(parts, {
      ...of,
      attempts: of.due.recipients.map((recipient) => ({ recipient, decision })),
    });
    parts.observer.alert(unrecordable.alert, { domain: of.domain });
  } catch (fault) {
    if (fault instanceof Temporary) throw fault;
    await abandon(parts, { domain: of.domain, rows: of.due.rows, lease: of.lease }, unrecordable);
  }
}

/** One attempt for each recipient, over as many hosts as it takes. */
async function sendMessage(parts: OutboundParts, route: Route, due: DueMessage): Promise<readonly Attempt[]> {
  const attempts: Attempt[] = [];
  let open: readonly DueRecipient[] = due.recipients;
  while (open.length > 0) {
    const way = await route.open();
    if (way.kind === 'closed') {
      for (const recipient of open) attempts.push(failedAttempt(recipient, way.happening, way));
      break;
    }
    const outcomes = await sendOver(parts, way.session, due, open);
    if ('kind' in outcomes) {
      for (const recipient of open) attempts.push(failedAttempt(recipient, outcomes, way));
      break;
    }
    const next: DueRecipient[] = [];
    let trouble: Happening | undefined;
    for (const [index, recipient] of open.entries()) {
      const outcome = outcomes[index];
      if (outcome === undefined) continue;
      const attempt = attemptOf(recipient, outcome, { way, isFirst: index === 0 });
      const alert = attempt.decision?.do === 'split' ? undefined : attempt.decision?.alert;
      if (alert !== undefined) parts.observer.alert(alert, { domain: route.domain, host: way.host });
      if (outcome.kind !== 'delivered' && attempt.decision?.do === 'next-host') {
        next.push(recipient);
        trouble = outcome;
      } else {
        attempts.push(attempt);
      }
    }
    if (trouble !== undefined) await route.giveUp(way.isFresh, trouble);
    open = next;
  }
  return attempts;
}

/** One transaction over an open connection. */
async function sendOver(
  parts: OutboundParts,
  session: OutgoingSession,
  due: DueMessage,
  recipients: readonly DueRecipient[],
): Promise<readonly RecipientOutcome[] | Happening> {
  try {
    return await session.send({
      ...due.outgoing,
      recipients: recipients.map((recipient) => recipient.to),
      content: readContent(parts, due.content),
    });
  } catch (fault) {
    if (fault instanceof IntegrityFault) return { kind: 'copy-damaged' };
    if (fault instanceof Temporary) return { kind: 'copy-unavailable' };
    throw fault;
  }
}

type OpenWay = Extract<RouteState, { kind: 'open' }>;
type DueRecipient = DueMessage['recipients'][number];

function attemptOf(
  recipient: DueRecipient,
  outcome: RecipientOutcome,
  { way, isFirst }: { way: OpenWay; isFirst: boolean },
): Attempt {
  if (outcome.kind === 'delivered') {
    return { recipient, host: way.host, reply: outcome.reply, isRelayed: !way.session.capabilities.dsn };
  }
  return failedAttempt(recipient, outcome, { host: way.host, isFirst });
}

function failedAttempt(
  recipient: DueRecipient,
  happening: Happening,
  { host, isFirst = true }: { host: string | undefined; isFirst?: boolean },
): Attempt {
  const decision: Decision = decide(happening, { isFirst });
  return {
    recipient,
    decision,
    ...(host !== undefined && { host }),
    ...('reply' in happening && { reply: happening.reply }),
  };
}
