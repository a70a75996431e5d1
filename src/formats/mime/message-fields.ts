import { mailboxesOf, parseAddressList } from '../address/address-list.ts';
import { tokenize } from '../address/address-tokens.ts';
import { hasUnreadableWord } from './encoded-words.ts';
import type { Findings } from './findings.ts';
import type { HeaderField } from './structure.ts';

/** RFC 5322 §3.6: fields that stand at most once in a message. */
const single = new Set([
  ...['date', 'from', 'sender', 'reply-to', 'to', 'cc', 'bcc', 'message-id', 'in-reply-to', 'references', 'subject'],
  'mime-version',
]);

/** Reports what is ambiguous in the fields of a message itself; its `Content-*` fields are judged with its parts. */
export function checkMessageFields(fields: readonly HeaderField[], findings: Findings): void {
  const seen = new Set<string>();
  for (const field of fields) {
    const name = field.name.toLowerCase();
    if (single.has(name)) {
      if (seen.has(name)) findings.add('duplicate-field', field.start, { field: name });
      seen.add(name);
    }
    if ((name === 'from' || name === 'sender') && hasAddressTooMany(field.raw)) {
      findings.add('ambiguous-address', field.start, { field: name });
    }
    if (field.raw.includes('=?') && hasUnreadableWord(field.raw)) {
      findings.add('bad-encoded-word', field.start, { field: name });
    }
  }
}

/** Readers differ on which of two bracketed addresses is meant. */
function hasAddressTooMany(raw: string): boolean {
  if (raw.indexOf('<') === raw.lastIndexOf('<')) return false;
  const brackets = tokenize(raw).reduce(
    (count, token) => count + (token.kind === 'mark' && token.text === '<' ? 1 : 0),
    0,
  );
  return brackets > mailboxesOf(parseAddressList(raw)).length;
}
