/** The five points of a recipient's line, and what is said of them. */
import type { Static } from 'typebox';
import type { deliveriesSchema } from '../../../../contract/deliveries.ts';

export type Line = Static<typeof deliveriesSchema>['recipients'][number];
export type StepName = 'sent' | 'accepted' | 'delivered' | 'read' | 'answered';

export interface Step {
  readonly name: StepName;
  readonly state: 'done' | 'waiting' | 'failed' | 'later';
  /** RFC 3339. */
  readonly at: string | null;
}

const order: readonly StepName[] = ['sent', 'accepted', 'delivered', 'read', 'answered'];

/**
 * What is known of a later step holds for those before it: who answered has read, whatever receipts say. The first step that is not
 * done is waited for, or it failed.
 */
export function stepsOf({ state, steps, isLocal }: Pick<Line, 'state' | 'steps' | 'isLocal'>): Step[] {
  const at: Readonly<Record<StepName, string | null>> = {
    sent: steps.sentAt ?? (isLocal ? steps.queuedAt : null),
    accepted: steps.acceptedAt,
    delivered: steps.deliveredAt,
    read: steps.readAt,
    answered: steps.answeredAt,
  };
  const reached = Math.max(-1, ...order.map((name, index) => (at[name] === null ? -1 : index)));
  const byState = ['accepted', 'delivered', 'read', 'answered'].indexOf(state);
  const last = Math.max(reached, byState === -1 ? -1 : byState + 1);
  return order.map((name, index) => {
    if (index <= last) return { name, state: 'done', at: at[name] };
    const isNext = index === last + 1;
    return { name, state: isNext ? (state === 'failed' ? 'failed' : 'waiting') : 'later', at: null };
  });
}

const severity: readonly Line['state'][] = [
  'failed',
  'delayed',
  'queued',
  'sending',
  'accepted',
  'delivered',
  'read',
  'answered',
];

/** How many stand at each state, the worst first. */
export function countStates(lines: readonly Pick<Line, 'state'>[]): { state: Line['state']; count: number }[] {
  return severity
    .map((state) => ({ state, count: lines.filter((line) => line.state === state).length }))
    .filter(({ count }) => count > 0);
}

/** Something may still come of itself, soon. */
export function isMoving(lines: readonly Pick<Line, 'state'>[]): boolean {
  return lines.some(({ state }) => state === 'queued' || state === 'sending' || state === 'accepted');
}
