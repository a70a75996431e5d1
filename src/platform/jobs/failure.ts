/** What may be kept of an error: its class and its code. */
import { Refusal, Temporary } from '../../base/errors.ts';

export function describeFailure(fault: unknown): string {
  if (!(fault instanceof Error)) return typeof fault;
  if (fault instanceof Refusal || fault instanceof Temporary) return `${fault.name}:${fault.code}`;
  const code = 'code' in fault && typeof fault.code === 'string' ? fault.code : undefined;
  // A code is a short token (ECONNREFUSED, 23505); anything else could be text.
  return code !== undefined && /^\w{1,40}$/.test(code) ? `${fault.name}:${code}` : fault.name;
}
