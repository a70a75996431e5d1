/** What a machine may answer (RFC 3834 §2), and to whom. */
import { findField, findFields } from '../../formats/mime/header-block.ts';
import { headerValue } from '../../formats/mime/header-values.ts';
import type { HeaderField } from '../../formats/mime/mime.ts';

/** Fields of lists (RFC 2369, RFC 2919), of machines, and of programs that ask for no answer (Microsoft, Exchange, vacation). */
const machineFields = [
  ...['List-Id', 'List-Unsubscribe', 'List-Post', 'List-Help', 'List-Owner', 'List-Archive', 'List-Subscribe'],
  ...['X-Auto-Response-Suppress', 'X-Autoreply', 'X-Autorespond', 'X-Loop', 'Feedback-ID'],
];

/** RFC 3834 §2: nothing is answered to what a machine or a list sent, nor to what has no sender. */
export function mayBeAnsweredByMachine(fields: readonly HeaderField[]): boolean {
  const submitted = findFields(fields, 'Auto-Submitted');
  // RFC 3834 §5: `no` alone says that a person wrote it; parameters may follow.
  if (submitted.some((field) => !/^\s*no\s*(?:;|\(|$)/i.test(field.raw))) return false;
  if (machineFields.some((name) => findField(fields, name) !== undefined)) return false;
  // Not standard, and on every list since 1990.
  if (/^(?:bulk|junk|list)\b/i.test(headerValue(fields, 'Precedence') ?? '')) return false;
  return headerValue(fields, 'Return-Path') !== '<>';
}
