/** What a device knows of its copy without opening it, and when the copy is over. Nothing here names anybody. */
import type { PasswordWrap, Sealed } from './keys.ts';

export interface DeviceRecord {
  readonly id: 'device';
  readonly tenantId: string;
  readonly deviceId: string;
  readonly personId: string;
  /** For `POST /api/device-standing`. */
  readonly token: string;
  readonly byPassword: PasswordWrap;
  readonly byServer: Sealed;
  /** Milliseconds since 1970: the server last gave its half. */
  readonly contactAt: number;
  /** The latest instant that this device has seen: a clock that is put back makes nothing younger. */
  readonly seenAt: number;
}

/** contract/devices.ts, `contactDays`. */
export const contactMs = 7 * 86_400_000;

type Times = Pick<DeviceRecord, 'contactAt' | 'seenAt'>;

/** Milliseconds since the server last gave its half. */
export function ageOf({ contactAt, seenAt }: Times, now: number): number {
  return Math.max(now, seenAt) - contactAt;
}

export function isOver(times: Times, now: number): boolean {
  return ageOf(times, now) >= contactMs;
}
