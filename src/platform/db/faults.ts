/** What a fault of PostgreSQL or of its socket means: gone, short of something, victim of a conflict, or a bug of ours. */
import { Temporary } from '../../base/errors.ts';
import { databaseTexts } from './texts.ts';

const socketCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);

/** Of a Unix socket: not there yet while the server starts again, or more knock than it lets wait. */
const unixSocketCodes = new Set(['ENOENT', 'EAGAIN']);

/** node-postgres gives these faults no code; its texts are all there is to know them by. */
const driverTexts = [
  'Connection terminated',
  'timeout exceeded when trying to connect',
  'Client has encountered a connection error and is not queryable',
  'Client was closed and is not queryable',
  'Cannot use a pool after calling end on the pool',
  'Query read timeout',
];

function codeOf(fault: unknown): string | undefined {
  if (!(fault instanceof Error) || !('code' in fault)) return undefined;
  return typeof fault.code === 'string' ? fault.code : undefined;
}

/** True when the database could not be reached, or went away under the query. */
export function isConnectionFault(fault: unknown): boolean {
  if (!(fault instanceof Error)) return false;
  if (fault instanceof AggregateError && fault.errors.length > 0) return fault.errors.every(isConnectionFault);
  const code = codeOf(fault);
  if (code !== undefined) {
    // Class 08: connection exceptions. 57P01-57P05: the server stops, crashed, is starting, or ended an idle session.
    if (socketCodes.has(code) || /^08/.test(code) || /^57P0[1-5]$/.test(code)) return true;
    return 'syscall' in fault && fault.syscall === 'connect' && unixSocketCodes.has(code);
  }
  return driverTexts.some((text) => fault.message.startsWith(text));
}

/** True when PostgreSQL cancelled the transaction for the sake of another: running it again is the cure. */
export function isVictimOfConcurrency(fault: unknown): boolean {
  const code = codeOf(fault instanceof Temporary ? fault.cause : fault);
  return code === '40001' || code === '40P01';
}

/** Class 53: disk, memory or connections are short. 57014, 25P03, 25P04, 55P03: a time-out. 58030: an input/output error. */
function isShortage(fault: unknown): boolean {
  const code = codeOf(fault);
  return code !== undefined && (/^53/.test(code) || ['57014', '25P03', '25P04', '55P03', '58030'].includes(code));
}

/** The fault as `Temporary` when the world is its cause; unchanged when it is anything else. */
export function asTemporary(fault: unknown): unknown {
  if (fault instanceof Temporary) return fault;
  if (isConnectionFault(fault)) {
    return new Temporary('database-unavailable', databaseTexts.unavailable, { cause: fault });
  }
  if (isShortage(fault) || isVictimOfConcurrency(fault)) {
    return new Temporary('database-busy', databaseTexts.busy, { cause: fault });
  }
  return fault;
}
