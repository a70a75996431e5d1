/** A fault as a person is told of it: what happened and what to do, in French. */
import type { SetError } from '../../contract/jmap/mail.ts';
import { MethodFault } from '../jmap/client.ts';
import { faultTexts as texts } from '../texts/faults.ts';
import { ApiProblem } from './client.ts';

/** A fault that already says, in French, what happened: an object of a `/set` that was refused. */
export class Refused extends Error {}

/** The server's own words when it refused; otherwise that it did not answer, and that nothing is lost. */
export function explainFault(fault: unknown): string {
  if (fault instanceof ApiProblem) {
    if (fault.code === 'signed-out') return texts.signedOut;
    return fault.status >= 500 || fault.message === '' ? texts.serverFault : fault.message;
  }
  if (fault instanceof Refused) return fault.message;
  // What methods say besides is for whoever reads the log of a client (RFC 8620 §3.6.2).
  if (fault instanceof MethodFault) return byType(fault.type);
  return texts.unreachable;
}

/** Why one object of a `/set` was not changed (RFC 8620 §5.3); descriptions of ours are for the person. */
export function explainSetError({ type, description }: SetError): string {
  return description ?? byType(type);
}

function byType(type: string): string {
  switch (type) {
    case 'forbidden':
    case 'accountReadOnly':
      return texts.forbidden;
    case 'overQuota':
      return texts.overQuota;
    case 'notFound':
    case 'accountNotFound':
      return texts.gone;
    default:
      return texts.serverFault;
  }
}
