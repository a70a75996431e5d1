/**
 * Signing out of a server that does not answer: scripts cannot erase the cookie, so this browser remembers that nobody is to be
 * let in on it, and ends the session when it next finds the server.
 */
import { type ApiClient, ApiProblem } from '../api/client.ts';

export type LeavingStore = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

const key = 'hygie-leaving';

/** Whether the server knows that the session is over. */
export async function endSession(api: Pick<ApiClient, 'request'>, store: LeavingStore): Promise<boolean> {
  store.setItem(key, 'yes');
  try {
    await api.request('DELETE', '/api/session');
  } catch (fault) {
    // 401: it was over already.
    if (!(fault instanceof ApiProblem && fault.status === 401)) return false;
  }
  store.removeItem(key);
  return true;
}

export function isLeaving(store: LeavingStore): boolean {
  return store.getItem(key) !== null;
}

/** Somebody signed in: their session is to last. */
export function enterAgain(store: LeavingStore): void {
  store.removeItem(key);
}
