/** Header fields printed from the properties that a client gives a new message (RFC 8621 §4.6). */
import { jmapLimits } from '../../../../base/end-limits.ts';
import { printMailDate } from '../../../../formats/mime/mail-date.ts';
import {
  type Mailbox,
  printAddressField,
  printIdField,
  printTextField,
  printTokenField,
} from '../../../../formats/mime/print-fields.ts';
import type { Json } from '../method.ts';
import { isJsonObject } from '../request.ts';
import { type HeaderProperty, headerAliases, readHeaderProperty } from './header-forms.ts';
import { badProperties } from './set-call.ts';

/** Fields that describe the content are made of the parts, and those of the transport are not a client's. */
const reserved = /^(?:content-.*|mime-version|received|return-path)$/;

export function printHeaders(properties: ReadonlyMap<string, Json>): {
  readonly text: string;
  readonly names: ReadonlySet<string>;
} {
  const names = new Set<string>();
  let text = '';
  if (properties.size > jmapLimits.properties) throw badProperties('headers');
  for (const [property, value] of properties) {
    const header = headerAliases.get(property) ?? readHeaderProperty(property);
    const name = header?.name.toLowerCase();
    // RFC 8621 §4.6: one property for each field.
    if (header === undefined || name === undefined || reserved.test(name) || names.has(name)) {
      throw badProperties(property);
    }
    if (value === null) continue;
    const printed = printValues(header, value);
    if (printed === undefined) throw badProperties(property);
    names.add(name);
    text += printed;
  }
  return { text, names };
}

function printValues(header: HeaderProperty, value: Json): string | undefined {
  if (!header.all) return printValue(header, value);
  if (!Array.isArray(value)) return undefined;
  let text = '';
  for (const each of value) {
    const printed = printValue(header, each);
    if (printed === undefined) return undefined;
    text += printed;
  }
  return text;
}

function printValue({ name, form }: HeaderProperty, value: Json): string | undefined {
  switch (form) {
    case 'asRaw':
      // No line end: a value cannot bring another field in.
      if (typeof value !== 'string' || /[\r\n\0]/.test(value) || Buffer.byteLength(value) > 900) return undefined;
      return `${name}:${value.toWellFormed()}\r\n`;
    case 'asText':
      return typeof value === 'string' ? printTextField(name, value.toWellFormed()) : undefined;
    case 'asAddresses': {
      const mailboxes = readMailboxes(value);
      return mailboxes === undefined ? undefined : printAddressField(name, mailboxes);
    }
    case 'asMessageIds':
      return isTexts(value, /^[!-;=?-~]{1,900}$/) ? printIdField(name, value) : undefined;
    case 'asDate': {
      const date = typeof value === 'string' ? readDate(value) : undefined;
      return date === undefined ? undefined : printTokenField(name, date);
    }
    case 'asURLs':
      return isTexts(value, /^[!-;=?-~]{1,900}$/)
        ? printTokenField(name, value.map((url) => `<${url}>`).join(', '))
        : undefined;
    case 'asGroupedAddresses':
      return undefined; // groups are read, never written: no recipient can be told from them
  }
}

function isTexts(value: Json, each: RegExp): value is readonly string[] {
  return Array.isArray(value) && value.every((text) => typeof text === 'string' && each.test(text));
}

function readMailboxes(value: Json): readonly Mailbox[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const mailboxes: Mailbox[] = [];
  for (const each of value) {
    if (!isJsonObject(each)) return undefined;
    const { name = null, email, ...more } = each;
    if (typeof email !== 'string' || Object.keys(more).length > 0) return undefined;
    if (name !== null && typeof name !== 'string') return undefined;
    mailboxes.push({ address: email.toWellFormed(), ...(name === null ? {} : { name: name.toWellFormed() }) });
  }
  return mailboxes;
}

const written = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|([+-])(\d{2}):(\d{2}))$/;

/** `Date` (RFC 8620 §1.4) as RFC 5322 §3.3 writes it, on the same clock. */
function readDate(text: string): string | undefined {
  const match = written.exec(text);
  const date = new Date(text);
  if (match === null || Number.isNaN(date.getTime())) return undefined;
  const offset = Number(match[2] ?? 0) * 60 + Number(match[3] ?? 0);
  return printMailDate(date, match[1] === '-' ? -offset : offset);
}
