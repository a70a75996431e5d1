/** When a message leaves: instants proposed, typed, and told to the server. */

export interface Moment {
  readonly id: 'tonight' | 'tomorrow' | 'monday';
  readonly at: Date;
}

function atHour(day: Date, hour: number, daysLater = 0): Date {
  return new Date(day.getFullYear(), day.getMonth(), day.getDate() + daysLater, hour);
}

/** This evening while it is not yet near, tomorrow morning, Monday when it is another day than tomorrow. */
export function proposedMoments(now: Date): readonly Moment[] {
  const tonight = atHour(now, 18);
  const daysToMonday = (8 - now.getDay()) % 7 || 7;
  return [
    ...(tonight.getTime() - now.getTime() > 30 * 60_000 ? [{ id: 'tonight' as const, at: tonight }] : []),
    { id: 'tomorrow' as const, at: atHour(now, 8, 1) },
    ...(daysToMonday > 1 ? [{ id: 'monday' as const, at: atHour(now, 8, daysToMonday) }] : []),
  ];
}

/** For `<input type="datetime-local">`, in the zone of the browser. */
export function printLocal(at: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day}T${two(at.getHours())}:${two(at.getMinutes())}`;
}

export function readLocal(text: string): Date | undefined {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/.test(text)) return undefined;
  const at = new Date(text);
  return Number.isNaN(at.getTime()) ? undefined : at;
}

export type MomentFault = 'past' | 'too-late';

/** A minute is left for the message to reach the server before its time. */
const leastMs = 60_000;

export function momentFault(at: Date, now: Date, maxDelayedSend: number): MomentFault | undefined {
  const delay = at.getTime() - now.getTime();
  if (delay < leastMs) return 'past';
  return delay > maxDelayedSend * 1_000 ? 'too-late' : undefined;
}

/** RFC 4865 §4.1: an instant of RFC 3339, in universal time. */
export function printHoldUntil(at: Date): string {
  return at.toISOString().replace(/\.\d{3}Z$/, 'Z');
}
