import type { ApiClient } from '../api/client.ts';
import { endIfOver, forgetCopy, readDevice } from './device.ts';

/** With nobody signed in: whether the copy of this browser is still to be there; wiped when it is not. */
export async function checkStanding(api: Pick<ApiClient, 'request'>, now: number): Promise<void> {
  if (await endIfOver(now)) return;
  const device = await readDevice();
  if (device === undefined) return;
  const { tenantId, deviceId, token } = device;
  const body = { tenantId, deviceId, token };
  const { standing } = await api.request<{ standing: string }>('POST', '/api/device-standing', { body });
  if (standing === 'unknown') await forgetCopy();
}
