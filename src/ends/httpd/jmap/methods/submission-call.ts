/** What the methods of the submission capability (RFC 8621 §6, §7) share. */

import { type SubmissionAccountCapability, submissionCapability } from '../../../../../contract/jmap/submission.ts';
import { transferLimits } from '../../../../base/domain-limits.ts';
import type { Transfer } from '../../../../domain/transfer/transfer.ts';
import type { JsonObject, Method, MethodAnswer } from '../method.ts';
import type { AccountCapability } from '../session.ts';
import { type MailCall, type MailMethodParts, type MailMethodSpec, mailMethod } from './mail-call.ts';

export interface SubmissionMethodParts extends MailMethodParts {
  readonly transfer: Pick<
    Transfer,
    | 'send'
    | 'cancelSending'
    | 'destroySending'
    | 'listSendings'
    | 'querySendings'
    | 'sendingChanges'
    | 'sendingQueryChanges'
  >;
}

export interface SubmissionCall extends MailCall {
  readonly transfer: SubmissionMethodParts['transfer'];
}

export function submissionMethod(
  parts: SubmissionMethodParts,
  spec: Omit<MailMethodSpec, 'capability'>,
  run: (call: SubmissionCall) => Promise<JsonObject | MethodAnswer>,
): Method {
  const { transfer } = parts;
  return mailMethod(parts, { ...spec, capability: submissionCapability }, (call) =>
    run(Object.assign(call, { transfer })),
  );
}

/** RFC 8621 §1.3.2. */
export const submissionAccountCapability: AccountCapability = () =>
  ({
    maxDelayedSend: transferLimits.holdMs / 1_000,
    submissionExtensions: {
      // RFC 4865 §3: the longest hold. The latest instant, which would change with each look at the session, follows from it.
      FUTURERELEASE: [String(transferLimits.holdMs / 1_000)],
      DSN: [],
    },
  }) satisfies SubmissionAccountCapability;
