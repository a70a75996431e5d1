import { encodeWords } from '../mime/encoded-words.ts';

const phrase = /^[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~ ]+$/;

/**
 * `name <address>` as a header field holds it: the name bare, quoted (RFC 5322 §3.2.4) or in encoded words (RFC 2047 §5,
 * rule 3), whichever it needs. Control characters of the name become spaces, so that a name cannot start a new field.
 */
export function printMailbox(name: string | undefined, address: string): string {
  const text = (name ?? '').replace(/\p{Cc}+/gu, ' ').trim();
  const safeAddress = address.replace(/[\p{Cc} <>]+/gu, '');
  if (text === '') return safeAddress;
  return `${printPhrase(text)} <${safeAddress}>`;
}

/** `name: a, b;` (RFC 5322 §3.4). */
export function printGroup(
  name: string,
  members: readonly { readonly name?: string; readonly address: string }[],
): string {
  const text = name.replace(/\p{Cc}+/gu, ' ').trim();
  return `${printPhrase(text)}: ${members.map((member) => printMailbox(member.name, member.address)).join(', ')};`;
}

/** A display name alone, as printed by {@link printMailbox}. */
function printPhrase(text: string): string {
  if (/[^\x20-\x7e]/.test(text)) return encodeWords(text);
  if (text.includes('=?')) return encodeWords(text); // else a reader would take it for an encoded word
  if (phrase.test(text) && !text.includes('  ')) return text;
  return `"${text.replace(/[\\"]/g, '\\$&')}"`;
}
