/** The methods of the submission capability (RFC 8621 §6, §7). */
import type { Method } from '../method.ts';
import { submissionReading } from './email-submission.ts';
import { submissionSet } from './email-submission-set.ts';
import { identityMethods } from './identity.ts';
import type { SubmissionMethodParts } from './submission-call.ts';

export function submissionMethods(parts: SubmissionMethodParts): readonly Method[] {
  return [...identityMethods(parts), ...submissionReading(parts), submissionSet(parts)];
}
