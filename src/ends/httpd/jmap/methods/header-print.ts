/** Header fields printed from the properties that a client gives a new message (RFC 8621 §4.6). */
import { jmapLimits } from '../../../../base/end-limits.ts';
import { printMailDate } from '../../../../formats/mime/mail-date.ts';
import {
  type Mailbox,
  printAddressField,
  printGroupField,
  printIdField,
  printTextField,
  printTokenField,
} from '../../../../formats/mime/print-fields.ts';
import type { Json } from '../method.ts';
import { isJsonObject } from '../request.ts';
import { type HeaderProperty, headerAliases, readHeaderProperty } from './header-forms.ts';
import { badProperties, SetFault } from './set-call.ts';

/** Fields that describe the content are made of the parts, and those of the transport are not a client's. */
const reservedInEmail = /^(?:content-.*|mime-version|received|return-path)$/;

export function printHeaders(properties: ReadonlyMap<string, Json>): PrintedHeaders {
  return printFields(properties, reservedInEmail);
}

/** Of a part: what has a property of its own, and what the server decides. */
const reservedInPart =
  /^(?:content-(?:type|transfer-encoding|disposition|id|language|location)|mime-version|received|return-path)$/;

/** RFC 8621 §4.6: fields of one part, by the names of `path`. */
export function printPartHeaders(properties: ReadonlyMap<string, Json>, path: string): string {
  try {
    return printFields(properties, reservedInPart).text;
  } catch (fault) {
    if (!(fault instanceof SetFault)) throw fault;
    throw badProperties(...[...properties.keys()].map((name) => `${path}/${name}`));
  }
}

interface PrintedHeaders {
  readonly text: string;
  readonly names: ReadonlySet<string>;
}

function printFields(properties: ReadonlyMap<string, Json>, reserved: RegExp): PrintedHeaders {
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
    case 'asGroupedAddresses': {
      const groups = readGroups(value);
      return groups === undefined ? undefined : printGroupField(name, groups);
    }
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

function readGroups(value: Json) {
  if (!Array.isArray(value)) return undefined;
  const groups: { name: string | null; members: readonly Mailbox[] }[] = [];
  for (const each of value) {
    if (!isJsonObject(each)) return undefined;
    const { name = null, addresses, ...more } = each;
    const members = addresses === undefined ? undefined : readMailboxes(addresses);
    if (members === undefined || Object.keys(more).length > 0) return undefined;
    // A group without name would be taken for the next one's mailboxes.
    if (name !== null && (typeof name !== 'string' || name.trim() === '')) return undefined;
    groups.push({ name: name === null ? null : name.toWellFormed(), members });
  }
  return groups;
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
