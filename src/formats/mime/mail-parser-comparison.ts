/** Brings the expected results of the mail-parser samples and ours to one model, and compares them. For tests only. */
import { mailboxesOf } from '../address/address-list.ts';
import { decodePart } from './body-decoder.ts';
import { bodyViews } from './body-views.ts';
import { decodeCharset } from './charset.ts';
import { headerAddresses, headerDate, headerMessageIds, headerText } from './header-values.ts';
import { parseMessage } from './mime.ts';
import type { EmbeddedMessage, Part } from './structure.ts';

/** The parts of the samples' JSON that are compared. */
interface TheirMessage {
  readonly text_body: readonly number[];
  readonly html_body: readonly number[];
  readonly attachments: readonly number[];
  readonly parts: readonly TheirPart[];
}
interface TheirPart {
  readonly headers: readonly { readonly name: unknown; readonly value: unknown }[];
  readonly body: unknown;
  readonly offset_body: number;
  readonly offset_end: number;
}
interface TheirType {
  readonly c_type: string;
  readonly c_subtype?: string | null;
  readonly attributes?: readonly { readonly name: string; readonly value: string }[] | null;
}

/** One message in the common model: every aspect is a list of lines, so that a difference can be shown. */
type Aspects = Map<string, string[]>;

/** What differs, by aspect. `expected` is the JSON that stands beside a sample. */
export function differencesOf(bytes: Buffer, expected: unknown): Map<string, string> {
  const ours: Aspects = new Map();
  const theirs: Aspects = new Map();
  const structure = parseMessage(bytes);
  describeOurs(ours, '', structure, bytes);
  describeTheirs(theirs, '', expected as TheirMessage); // the samples' own format, read as data of a test
  const differences = new Map<string, string>();
  for (const aspect of new Set([...ours.keys(), ...theirs.keys()])) {
    const left = JSON.stringify(ours.get(aspect) ?? []);
    const right = JSON.stringify(theirs.get(aspect) ?? []);
    if (left !== right) differences.set(aspect, `ours ${clip(left)}, theirs ${clip(right)}`);
  }
  return differences;
}

function clip(text: string): string {
  return text.length > 70000 ? `${text.slice(0, 70000)}…` : text;
}

function put(aspects: Aspects, aspect: string, line: string): void {
  const lines = aspects.get(aspect) ?? [];
  aspects.set(aspect, lines);
  lines.push(line);
}

function describeOurs(aspects: Aspects, at: string, message: EmbeddedMessage, bytes: Buffer): void {
  const { fields, root } = message;
  const flat = flatten(root);
  const index = (parts: readonly Part[]): string => parts.map((part) => flat.indexOf(part)).join(',');
  const views = bodyViews(root);
  put(aspects, 'text body', `${at}${index(views.textBody)}`);
  put(aspects, 'html body', `${at}${index(views.htmlBody)}`);
  put(aspects, 'attachments', `${at}${index(views.attachments)}`);
  for (const name of ['From', 'To', 'Cc']) {
    for (const box of mailboxesOf(headerAddresses(fields, name))) {
      put(aspects, 'addresses', `${at}${name}: ${box.name ?? ''} <${box.address ?? ''}>`);
    }
  }
  put(aspects, 'subject', at + (headerText(fields, 'Subject') ?? ''));
  put(aspects, 'date', at + (headerDate(fields)?.date.toISOString() ?? ''));
  put(aspects, 'message id', at + (headerMessageIds(fields, 'Message-ID')[0] ?? ''));
  for (const [number, part] of flat.entries()) {
    const body = bytes.subarray(part.bodyStart, part.bodyEnd);
    const where = `${at}${number} `;
    put(aspects, 'tree', where + shapeOf(part));
    put(aspects, 'content types', `${where}${part.type}/${part.subtype}`);
    put(aspects, 'parameters', where + part.parameters.map((p) => `${p.name}=${p.value}`).join('; '));
    if (part.fileName !== undefined) put(aspects, 'file names', where + part.fileName);
    if (part.parts.length === 0 && part.type === 'text') {
      put(aspects, 'texts', where + lines(decodeCharset(decodePart(part, body), part.charset).text));
    } else if (part.parts.length === 0 && part.message === undefined) {
      put(aspects, 'contents', where + decodePart(part, body).toString('base64'));
    }
    if (part.message !== undefined) describeOurs(aspects, `${at}${number}.`, part.message, bytes);
  }
}

/** Line ends are compared as LF: their reader writes LF for the line ends of quoted-printable, whatever was sent. */
function lines(text: string): string {
  return text.replace(/\r\n/g, '\n');
}

function shapeOf(part: Part): string {
  if (part.parts.length > 0) return `multipart of ${part.parts.length}`;
  if (part.message !== undefined) return 'message';
  return part.type === 'text' ? 'text' : 'binary';
}

function flatten(root: Part): Part[] {
  return [root, ...root.parts.flatMap(flatten)];
}

function describeTheirs(aspects: Aspects, at: string, message: TheirMessage): void {
  put(aspects, 'text body', at + message.text_body.join(','));
  put(aspects, 'html body', at + message.html_body.join(','));
  put(aspects, 'attachments', at + message.attachments.join(','));
  const top = message.parts[0]?.headers ?? [];
  for (const name of ['From', 'To', 'Cc']) {
    for (const line of theirAddresses(lastValueOf(top, name.toLowerCase())))
      put(aspects, 'addresses', `${at}${name}: ${line}`);
  }
  put(aspects, 'subject', at + theirText(lastValueOf(top, 'subject')));
  put(aspects, 'date', at + theirDate(lastValueOf(top, 'date')));
  put(aspects, 'message id', at + theirText(lastValueOf(top, 'message_id')));
  for (const [number, part] of message.parts.entries()) {
    const where = `${at}${number} `;
    const type = member<TheirType>(lastValueOf(part.headers, 'content_type'), 'ContentType');
    put(aspects, 'content types', `${where}${type?.c_type ?? 'text'}/${type?.c_subtype ?? 'plain'}`);
    put(aspects, 'parameters', where + (type?.attributes ?? []).map((a) => `${a.name}=${a.value}`).join('; '));
    const disposition = member<TheirType>(lastValueOf(part.headers, 'content_disposition'), 'ContentType');
    const name = attribute(disposition, 'filename') ?? attribute(type, 'name');
    if (name !== undefined) put(aspects, 'file names', where + name);
    describeTheirBody(aspects, at, number, part);
  }
}

function describeTheirBody(aspects: Aspects, at: string, number: number, part: TheirPart): void {
  const where = `${at}${number} `;
  const text = member<string>(part.body, 'Text') ?? member<string>(part.body, 'Html');
  const children = member<readonly number[]>(part.body, 'Multipart');
  const held = member<TheirMessage>(part.body, 'Message');
  const bytes = member<readonly number[]>(part.body, 'Binary') ?? member<readonly number[]>(part.body, 'InlineBinary');
  if (children !== undefined) put(aspects, 'tree', `${where}multipart of ${children.length}`);
  if (text !== undefined) put(aspects, 'texts', where + lines(text));
  if (text !== undefined) put(aspects, 'tree', `${where}text`);
  if (held !== undefined) put(aspects, 'tree', `${where}message`);
  if (held !== undefined) describeTheirs(aspects, `${at}${number}.`, held);
  if (bytes !== undefined) {
    put(aspects, 'tree', `${where}binary`);
    put(aspects, 'contents', where + Buffer.from(bytes).toString('base64'));
  }
}

function member<T>(value: unknown, key: string): T | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  return (value as Record<string, T | undefined>)[key]; // data of a test, in the samples' own format
}

/** Their reader takes the last of two equal fields. */
function lastValueOf(headers: TheirPart['headers'], name: string): unknown {
  return headers.findLast((header) => header.name === name)?.value;
}

function attribute(type: TheirType | undefined, name: string): string | undefined {
  return type?.attributes?.find((candidate) => candidate.name === name)?.value;
}

function theirText(value: unknown): string {
  return (member<string>(value, 'Text') ?? '').trim();
}

function theirDate(value: unknown): string {
  const parts = member<Record<string, number | boolean>>(value, 'DateTime');
  if (parts === undefined) return '';
  const n = (name: string): number => Number(parts[name]);
  const local = Date.UTC(n('year'), n('month') - 1, n('day'), n('hour'), n('minute'), n('second'));
  const offset = (n('tz_hour') * 60 + n('tz_minute')) * 60_000;
  const time = parts['tz_before_gmt'] === true ? local + offset : local - offset;
  return Number.isNaN(time) ? '' : new Date(time).toISOString();
}

interface TheirAddress {
  readonly name?: string | null;
  readonly address?: string | null;
}

function theirAddresses(value: unknown): string[] {
  const address = member<unknown>(value, 'Address');
  const list = member<readonly TheirAddress[]>(address, 'List') ?? [];
  const groups = member<readonly { readonly addresses: readonly TheirAddress[] }[]>(address, 'Group') ?? [];
  return [...list, ...groups.flatMap((group) => group.addresses)].map(
    (one) => `${one.name ?? ''} <${one.address ?? ''}>`,
  );
}
