/** Header fields in the forms that a client asks for: `header:Subject:asText`, `header:Received:all` (RFC 8621 §4.1.2, §4.1.3). */
import { type AddressEntry, type HeaderMailbox, parseAddressList } from '../../../../formats/address/address-list.ts';
import { decodeWords } from '../../../../formats/mime/encoded-words.ts';
import { findFields } from '../../../../formats/mime/header-block.ts';
import { parseMessageIds } from '../../../../formats/mime/header-values.ts';
import { parseMailDate } from '../../../../formats/mime/mail-date.ts';
import type { HeaderField } from '../../../../formats/mime/mime.ts';
import type { Json, JsonObject } from '../method.ts';

export type HeaderForm =
  | 'asRaw'
  | 'asText'
  | 'asAddresses'
  | 'asGroupedAddresses'
  | 'asMessageIds'
  | 'asDate'
  | 'asURLs';

export interface HeaderProperty {
  readonly name: string;
  readonly form: HeaderForm;
  readonly all: boolean;
}

const forms: ReadonlySet<string> = new Set([
  ...['asRaw', 'asText', 'asAddresses', 'asGroupedAddresses', 'asMessageIds', 'asDate', 'asURLs'],
]);

const addressForms: readonly HeaderForm[] = ['asAddresses', 'asGroupedAddresses'];

/** What RFC 8621 §4.1.2 lets each field of RFC 5322 and RFC 2369 be read as, beside `asRaw`; any other field takes every form. */
const formsOf: ReadonlyMap<string, readonly HeaderForm[]> = new Map<string, readonly HeaderForm[]>([
  ...['subject', 'comments', 'keywords', 'list-id'].map((name): [string, HeaderForm[]] => [name, ['asText']]),
  ...['from', 'sender', 'reply-to', 'to', 'cc', 'bcc'].map((name): [string, typeof addressForms] => [
    name,
    addressForms,
  ]),
  ...['from', 'sender', 'reply-to', 'to', 'cc', 'bcc'].map((name): [string, typeof addressForms] => [
    `resent-${name}`,
    addressForms,
  ]),
  ...['message-id', 'in-reply-to', 'references', 'resent-message-id'].map((name): [string, HeaderForm[]] => [
    name,
    ['asMessageIds'],
  ]),
  ...['date', 'resent-date'].map((name): [string, HeaderForm[]] => [name, ['asDate']]),
  ...['help', 'unsubscribe', 'subscribe', 'post', 'owner', 'archive'].map((name): [string, HeaderForm[]] => [
    `list-${name}`,
    ['asURLs'],
  ]),
  ...['return-path', 'received'].map((name): [string, HeaderForm[]] => [name, []]),
]);

/** The property of this name, undefined when it is none or asks for a form that its field does not take. */
export function readHeaderProperty(property: string): HeaderProperty | undefined {
  const [prefix, name, ...rest] = property.split(':');
  if (prefix !== 'header' || name === undefined || !/^[\x21-\x39\x3b-\x7e]{1,100}$/.test(name)) return undefined;
  const all = rest.at(-1) === 'all';
  if (all) rest.pop();
  const [form = 'asRaw', ...more] = rest;
  if (more.length > 0 || !isForm(form)) return undefined;
  const allowed = formsOf.get(name.toLowerCase());
  if (form !== 'asRaw' && allowed !== undefined && !allowed.includes(form)) return undefined;
  return { name, form, all };
}

function isForm(text: string): text is HeaderForm {
  return forms.has(text);
}

/** The value of the property: of the last field of the name, or of all of them in order. */
export function showHeader(fields: readonly HeaderField[], { name, form, all }: HeaderProperty): Json {
  const found = findFields(fields, name);
  if (all) return found.map((field) => showField(field.raw, form));
  const last = found.at(-1);
  return last === undefined ? null : showField(last.raw, form);
}

function showField(raw: string, form: HeaderForm): Json {
  switch (form) {
    case 'asRaw':
      return raw.replaceAll('\0', '');
    case 'asText':
      // RFC 8621 §4.1.2.2: unfolded, words decoded, in normal form C.
      return decodeWords(raw)
        .replace(/^[ \t]+/, '')
        .normalize('NFC');
    case 'asAddresses':
      return parseAddressList(unfold(raw)).flatMap((entry) =>
        (entry.kind === 'group' ? entry.members : [entry]).map(showMailbox),
      );
    case 'asGroupedAddresses':
      return showGroups(parseAddressList(unfold(raw)));
    case 'asMessageIds': {
      const ids = parseMessageIds(unfold(raw));
      return ids.length === 0 ? null : ids;
    }
    case 'asDate':
      return showDate(unfold(raw));
    case 'asURLs': {
      const urls = [...unfold(raw).matchAll(/<([^<>]*)>/g)].map((match) => (match[1] ?? '').replace(/\s+/g, ''));
      return urls.length === 0 ? null : urls;
    }
  }
}

function unfold(raw: string): string {
  return raw.replace(/\r?\n(?=[ \t])/g, '');
}

function showMailbox({ name, address }: HeaderMailbox): JsonObject {
  return { name: name === undefined || name === '' ? null : name, email: address ?? '' };
}

/** RFC 8621 §4.1.2.4: mailboxes outside groups that follow each other are one group without name. */
function showGroups(entries: readonly AddressEntry[]): Json {
  const groups: { name: string | null; addresses: JsonObject[] }[] = [];
  let loose: JsonObject[] | undefined;
  for (const entry of entries) {
    if (entry.kind === 'group') {
      loose = undefined;
      groups.push({ name: entry.name, addresses: entry.members.map(showMailbox) });
    } else {
      if (loose === undefined) {
        loose = [];
        groups.push({ name: null, addresses: loose });
      }
      loose.push(showMailbox(entry));
    }
  }
  return groups;
}

/** `Date` (RFC 8620 §1.4): the offset is that of the clock that wrote it. */
function showDate(value: string): string | null {
  const read = parseMailDate(value);
  if (read === undefined) return null;
  const { date, offsetMinutes } = read;
  if (offsetMinutes === 0) return showInstant(date);
  const local = new Date(date.getTime() + offsetMinutes * 60_000).toISOString().replace(/(?:\.000)?Z$/, '');
  const span = Math.abs(offsetMinutes);
  const two = (part: number): string => String(part).padStart(2, '0');
  return `${local}${offsetMinutes < 0 ? '-' : '+'}${two(Math.floor(span / 60))}:${two(span % 60)}`;
}

/** `UTCDate` (RFC 8620 §1.4): fractions of seconds only when there are some. */
export function showInstant(date: Date): string {
  return date.toISOString().replace('.000Z', 'Z');
}

/** Properties that are another name of a header form (RFC 8621 §4.1.3). */
export const headerAliases: ReadonlyMap<string, HeaderProperty> = new Map<string, HeaderProperty>([
  ['messageId', { name: 'Message-ID', form: 'asMessageIds', all: false }],
  ['inReplyTo', { name: 'In-Reply-To', form: 'asMessageIds', all: false }],
  ['references', { name: 'References', form: 'asMessageIds', all: false }],
  ['sender', { name: 'Sender', form: 'asAddresses', all: false }],
  ['from', { name: 'From', form: 'asAddresses', all: false }],
  ['to', { name: 'To', form: 'asAddresses', all: false }],
  ['cc', { name: 'Cc', form: 'asAddresses', all: false }],
  ['bcc', { name: 'Bcc', form: 'asAddresses', all: false }],
  ['replyTo', { name: 'Reply-To', form: 'asAddresses', all: false }],
  ['subject', { name: 'Subject', form: 'asText', all: false }],
  ['sentAt', { name: 'Date', form: 'asDate', all: false }],
]);

export function showFields(fields: readonly HeaderField[]): Json {
  return fields.map((field) => ({ name: field.name, value: showField(field.raw, 'asRaw') }));
}
