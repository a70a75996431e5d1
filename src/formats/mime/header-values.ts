/** Typed readers of header fields, used on demand on the fields of a {@link MessageStructure}. */

import { mimeLimits } from '../../base/limits.ts';
import { type AddressEntry, parseAddressList } from '../address/address-list.ts';
import { decodeWords } from './encoded-words.ts';
import { findField } from './header-block.ts';
import { type MailDate, parseMailDate } from './mail-date.ts';
import type { HeaderField } from './structure.ts';

/** The first field called `name` as text: unfolded, encoded words decoded (RFC 2047), trimmed. */
export function headerText(fields: readonly HeaderField[], name: string): string | undefined {
  const field = findField(fields, name);
  return field === undefined ? undefined : decodeWords(field.raw).trim();
}

/** The raw text of the first field called `name`, unfolded (RFC 5322 §2.2.3) and trimmed, nothing decoded. */
export function headerValue(fields: readonly HeaderField[], name: string): string | undefined {
  const field = findField(fields, name);
  return field === undefined ? undefined : unfold(field.raw).trim();
}

function unfold(raw: string): string {
  return raw.replace(/\r?\n(?=[ \t])/g, '');
}

/** The mailboxes and groups of the first address field called `name`; none when it is missing. */
export function headerAddresses(fields: readonly HeaderField[], name: string): AddressEntry[] {
  const field = findField(fields, name);
  return field === undefined ? [] : parseAddressList(unfold(field.raw));
}

export function headerDate(fields: readonly HeaderField[], name = 'Date'): MailDate | undefined {
  const field = findField(fields, name);
  return field === undefined ? undefined : parseMailDate(unfold(field.raw));
}

/** The identifiers of the first field called `name` (`Message-ID`, `In-Reply-To`, `References`). */
export function headerMessageIds(fields: readonly HeaderField[], name: string): string[] {
  const field = findField(fields, name);
  return field === undefined ? [] : parseMessageIds(unfold(field.raw));
}

/**
 * Message identifiers without their brackets (RFC 5322 §3.6.4), in order. Of more than `mimeLimits.messageIds`, the first
 * one (it begins the thread) and the last ones are kept. Words with an `@` count when no identifier has brackets.
 */
export function parseMessageIds(value: string): string[] {
  const ids: string[] = [];
  const keep = (id: string): void => {
    if (id === '' || id.length > mimeLimits.messageIdCharacters) return;
    if (ids.length >= mimeLimits.messageIds) ids.splice(1, 1);
    ids.push(id);
  };
  for (const match of value.matchAll(/<([^<>]*)>/g)) keep((match[1] ?? '').replace(/\s+/g, ''));
  if (ids.length > 0) return ids;
  for (const word of value.split(/[\s<>,]+/)) if (word.includes('@')) keep(word);
  return ids;
}
