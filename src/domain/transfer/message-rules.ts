import { findFields } from '../../formats/mime/header-block.ts';
import type { HeaderField } from '../../formats/mime/mime.ts';
import type { GatheredMessage, Keyword } from '../mail/mail.ts';
import type { Refused } from './acceptance.ts';
import { refused } from './replies.ts';

/** On an email whose author could not be vouched for, when the configuration lets it in (`unverifiedAuthor`). */
export const unverifiedAuthorKeyword: Keyword = '$hygie-unverified-author';

/** RFC 5322 §2.2.3: a message that begins with white space would continue the trace fields that we put before it. */
export function beginsFolded(firstOctet: number | undefined): boolean {
  return firstOctet === 0x20 || firstOctet === 0x09;
}

export function continuedTraceField(): Refused {
  return refused('message-malformed', { rule: 'RFC 5322 2.2.3' });
}

/** RFC 6522 §3: what says what became of another message (RFC 3464, RFC 8098). */
export function isReport(root: GatheredMessage['structure']['root']): boolean {
  return root.type === 'multipart' && root.subtype === 'report';
}

/** RFC 3834 §3.3, §5: an answer that a machine wrote has no sender either. */
export function isAutomaticAnswer(fields: readonly HeaderField[]): boolean {
  const submitted = findFields(fields, 'Auto-Submitted');
  return submitted.length === 1 && /^\s*auto-replied\s*(?:;|\(|$)/i.test(submitted[0]?.raw ?? '');
}

/** ANS-REF2 ECO.2.4.3: one client never sent the field in production and nobody noticed, so it is counted. */
export function productReferenceOf({ structure }: GatheredMessage): 'present' | 'rightly-absent' | 'missing' {
  if (structure.fields.some((field) => field.name.toLowerCase() === 'x-mss-nil')) return 'present';
  return isReport(structure.root) ? 'rightly-absent' : 'missing';
}
