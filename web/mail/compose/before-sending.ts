/** What keeps a message from leaving, and what is asked before it does. */
import { composeTexts as texts } from '../../texts/compose.ts';
import { isAddress } from './addresses.ts';
import type { AttachmentLimits } from './attachment-limits.ts';
import { mentionsAttachment } from './mentions.ts';
import { allRecipients, type ComposedMessage, plainTextOf } from './message.ts';
import { type KnownRecipient, remarksOn, weightOf } from './standing.ts';
import type { UploadLine } from './uploads.ts';

export interface Readiness {
  readonly message: ComposedMessage;
  readonly recipients: readonly KnownRecipient[];
  readonly uploads: readonly UploadLine[];
  readonly limits: AttachmentLimits;
  readonly areChecked: boolean;
  /** Words in the boxes of recipients that were made nobody. */
  readonly typed: readonly string[];
  readonly isPatient: (address: string) => boolean;
}

/** Undefined: it may leave. The first thing to mend. */
export function obstacle({ message, recipients, uploads, limits, typed }: Readiness): string | undefined {
  const unfinished = typed.find((words) => words.trim() !== '');
  if (unfinished !== undefined) return texts.unfinishedRecipient(unfinished.trim().slice(0, 60));
  if (recipients.length === 0) return texts.noRecipient;
  // What the server refused once may be allowed now: it is asked again.
  const known = recipients.map(({ recipient, check }) => ({ recipient, check }));
  if (known.some((each) => weightOf(remarksOn(each)) === 'refused')) return texts.fixRecipients;
  if (uploads.some(({ state }) => state === 'failed')) return texts.failedUploads;
  if (uploads.length > 0) return texts.waitUploads;
  const total = message.attachments.reduce((sum, { size }) => sum + size, 0);
  return total > limits.totalBytes ? texts.totalTooLarge(limits.totalBytes, limits.isForPatient) : undefined;
}

/** Each a sentence; none: nothing to ask. */
export function doubts({ message, areChecked, isPatient }: Readiness): readonly string[] {
  const found: string[] = [];
  if (message.subject.trim() === '') found.push(texts.noSubject);
  if (message.attachments.length === 0 && mentionsAttachment(message.subject, plainTextOf(message))) {
    found.push(texts.noAttachment);
  }
  const everybody = allRecipients(message).map(({ email }) => email);
  const patients = everybody.filter((address) => isAddress(address) && isPatient(address)).length;
  if (patients > 0 && patients < everybody.length) found.push(texts.patientWithOthers(patients));
  else if (patients > 1) found.push(texts.severalPatients);
  if (!areChecked) found.push(texts.uncheckedRecipients);
  return found;
}
