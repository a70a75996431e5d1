/** One email in the properties of RFC 8621 §4.1: what is asked, what must be opened for it, and what is shown. */
import { jmapLimits } from '../../../../base/end-limits.ts';
import type { BodyText, EmailCard, OpenedBody, StoredStructure, WantedBodies } from '../../../../domain/mail/mail.ts';
import { type BodyViews, bodyViews } from '../../../../formats/mime/body-views.ts';
import type { HeaderField, Part } from '../../../../formats/mime/mime.ts';
import { AnswerRoom } from '../answer-room.ts';
import { type Arguments, invalid } from '../arguments.ts';
import type { Json, JsonObject } from '../method.ts';
import { emailBlobId } from './blob-id.ts';
import { headerAliases, readHeaderProperty, showFields, showHeader, showInstant } from './header-forms.ts';
import { askedProperties } from './mail-call.ts';

/** Known without opening the email. */
const cardProperties = [
  ...['id', 'blobId', 'threadId', 'mailboxIds', 'keywords', 'size', 'receivedAt', 'hasAttachment'],
] as const;
const bodyLists = ['textBody', 'htmlBody', 'attachments'] as const;
const partProperties = new Set<string>([...bodyLists, 'bodyStructure']);
const defaultProperties = [
  ...['id', 'blobId', 'threadId', 'mailboxIds', 'keywords', 'size', 'receivedAt', ...headerAliases.keys()],
  ...['hasAttachment', 'preview', 'bodyValues', ...bodyLists],
];
const otherProperties = new Set<string>([...defaultProperties, 'bodyStructure', 'headers']);

const defaultBodyProperties = [
  ...['partId', 'blobId', 'size', 'name', 'type', 'charset', 'disposition', 'cid', 'language', 'location'],
];
const bodyProperties = new Set([...defaultBodyProperties, 'headers', 'subParts']);

export const viewArguments = [
  ...['properties', 'bodyProperties', 'fetchTextBodyValues', 'fetchHTMLBodyValues', 'fetchAllBodyValues'],
  'maxBodyValueBytes',
] as const;

export interface EmailView {
  readonly properties: readonly string[];
  readonly bodyProperties: readonly string[];
  readonly fetchText: boolean;
  readonly fetchHtml: boolean;
  readonly fetchAll: boolean;
  /** 0: no bound but the server's. */
  readonly maxBytes: number;
  /** For all the emails that one call shows: a header may be asked for by many names. */
  readonly room: AnswerRoom;
}

export function isEmailProperty(name: string): boolean {
  return otherProperties.has(name) || readHeaderProperty(name) !== undefined;
}

export function readView(args: Arguments, unlessGiven: readonly string[] = defaultProperties): EmailView {
  const isBodyProperty = (name: string): boolean => bodyProperties.has(name) || readHeaderProperty(name) !== undefined;
  const maxBytes = args.optionalUnsigned('maxBodyValueBytes') ?? 0;
  const view = {
    properties: askedProperties(args, 'properties', isEmailProperty, unlessGiven),
    bodyProperties: askedProperties(args, 'bodyProperties', isBodyProperty, defaultBodyProperties),
    fetchText: args.flag('fetchTextBodyValues', false),
    fetchHtml: args.flag('fetchHTMLBodyValues', false),
    fetchAll: args.flag('fetchAllBodyValues', false),
    maxBytes,
    room: new AnswerRoom(),
  };
  if (view.bodyProperties.length > jmapLimits.bodyProperties) throw invalid(['bodyProperties']);
  return view;
}

/** True when something is asked that stands inside the email. */
export function opensEmail({ properties }: EmailView): boolean {
  return properties.some((property) => !cardProperties.some((card) => card === property));
}

/** The texts and the headers of parts that the view shows. */
export function wantedBodies(view: EmailView, root: Part): Omit<WantedBodies, 'id'> {
  const views = bodyViews(root);
  return { texts: textsOf(view, root, views), headers: showsPartHeaders(view) ? leavesAndGroups(root) : [] };
}

function showsPartHeaders(view: EmailView): boolean {
  const showsParts = view.properties.some((property) => partProperties.has(property));
  return showsParts && view.bodyProperties.some((name) => name === 'headers' || name.startsWith('header:'));
}

function textsOf(view: EmailView, root: Part, views: BodyViews): readonly Part[] {
  if (!view.properties.includes('bodyValues')) return [];
  const asked = [
    ...(view.fetchAll ? leavesAndGroups(root) : []),
    ...(view.fetchText ? views.textBody : []),
    ...(view.fetchHtml ? views.htmlBody : []),
  ];
  return [...new Set(asked)].filter((part) => part.type === 'text');
}

/** Every part of the message itself, not of the messages it holds. */
function leavesAndGroups(part: Part): readonly Part[] {
  return [part, ...part.parts.flatMap(leavesAndGroups)];
}

export interface ShownEmail {
  /** Absent for a message that is no email of the account (`Email/parse`). */
  readonly card?: EmailCard;
  readonly structure?: Pick<StoredStructure, 'fields' | 'root'>;
  readonly preview?: string;
  readonly hasAttachment?: boolean;
  readonly body?: OpenedBody;
  /** The blob id of a part of this message; null when it cannot be named. */
  readonly partBlobId: (partId: string) => string | null;
}

export function showEmail(view: EmailView, email: ShownEmail): JsonObject {
  return Object.fromEntries(
    view.properties.map((property) => {
      const value = showProperty(view, email, property);
      if (!partProperties.has(property)) view.room.take(value); // parts are counted one by one
      return [property, value];
    }),
  );
}

function showProperty(view: EmailView, email: ShownEmail, property: string): Json {
  const { card, structure } = email;
  switch (property) {
    case 'id':
      return card?.id ?? null;
    case 'blobId':
      return card === undefined ? null : emailBlobId(card.id);
    case 'threadId':
      return card?.threadId ?? null;
    case 'mailboxIds':
      return card === undefined ? null : asSet(card.mailboxIds);
    case 'keywords':
      return card === undefined ? null : asSet(card.keywords);
    case 'size':
      return card?.sizeBytes ?? null;
    case 'receivedAt':
      return card === undefined ? null : showInstant(card.receivedAt);
    case 'hasAttachment':
      return card?.hasAttachment ?? email.hasAttachment ?? null;
    case 'preview':
      return email.preview ?? '';
    case 'headers':
      return showFields(structure?.fields ?? []);
    case 'bodyStructure':
      return structure === undefined ? null : showPart(view, email, structure.root, true);
    case 'bodyValues':
      return showTexts(view, email);
    case 'textBody':
    case 'htmlBody':
    case 'attachments': {
      const parts = structure === undefined ? [] : bodyViews(structure.root)[property];
      return parts.map((part) => showPart(view, email, part, false));
    }
    default: {
      const header = headerAliases.get(property) ?? readHeaderProperty(property);
      return header === undefined ? null : showHeader(structure?.fields ?? [], header);
    }
  }
}

function asSet(items: readonly string[]): JsonObject {
  return Object.fromEntries(items.map((item) => [item, true]));
}

/** RFC 8621 §4.1.4, EmailBodyPart. In a list of parts `subParts` is left out unless it is asked for. */
function showPart(view: EmailView, email: ShownEmail, part: Part, isTree: boolean): JsonObject {
  const properties = isTree ? [...new Set([...view.bodyProperties, 'subParts'])] : view.bodyProperties;
  return Object.fromEntries(
    properties.map((property) => {
      const value = showPartProperty(view, email, part, property);
      if (property !== 'subParts') view.room.take(value);
      return [property, value];
    }),
  );
}

function showPartProperty(view: EmailView, email: ShownEmail, part: Part, property: string): Json {
  const isMultipart = part.type === 'multipart';
  switch (property) {
    case 'partId':
      return isMultipart ? null : part.partId;
    case 'blobId':
      return isMultipart ? null : email.partBlobId(part.partId);
    case 'size':
      return part.decodedBytes;
    case 'name':
      return part.fileName ?? null;
    case 'type':
      return `${part.type}/${part.subtype}`;
    case 'charset':
      // RFC 8621 §4.1.4: what a text does not say is US-ASCII.
      return part.type === 'text' ? (part.charset ?? 'us-ascii') : null;
    case 'disposition':
      return part.disposition ?? null;
    case 'cid':
      return part.contentId ?? null;
    case 'language':
      return part.language ?? null;
    case 'location':
      return part.location ?? null;
    case 'subParts':
      return isMultipart ? part.parts.map((inside) => showPart(view, email, inside, true)) : null;
    case 'headers':
      return showFields(fieldsOf(email, part));
    default: {
      const header = readHeaderProperty(property);
      return header === undefined ? null : showHeader(fieldsOf(email, part), header);
    }
  }
}

/** The header of the root part is that of the message. */
function fieldsOf({ structure, body }: ShownEmail, part: Part): readonly HeaderField[] {
  if (part === structure?.root) return structure.fields;
  return body?.fields.get(part.partId) ?? [];
}

function showTexts(view: EmailView, { structure, body }: ShownEmail): JsonObject {
  if (structure === undefined || body === undefined) return {};
  const parts = textsOf(view, structure.root, bodyViews(structure.root));
  return Object.fromEntries(
    parts.flatMap((part) => {
      const text = body.texts.get(part.partId);
      return text === undefined ? [] : [[part.partId, showText(text, part, view.maxBytes)]];
    }),
  );
}

function showText({ text, isTruncated, isEncodingProblem }: BodyText, part: Part, maxBytes: number): JsonObject {
  if (maxBytes === 0 || Buffer.byteLength(text) <= maxBytes) {
    return { value: text.toWellFormed(), isEncodingProblem, isTruncated };
  }
  return { value: cutText(text, maxBytes, part.subtype === 'html'), isEncodingProblem, isTruncated: true };
}

/** RFC 8621 §4.2: cut between characters, and outside a tag. */
function cutText(text: string, maxBytes: number, isHtml: boolean): string {
  const bytes = Buffer.from(text, 'utf8');
  let end = maxBytes;
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  const cut = bytes.toString('utf8', 0, end);
  const tag = isHtml ? cut.lastIndexOf('<') : -1;
  return tag >= 0 && !cut.includes('>', tag) ? cut.slice(0, tag) : cut;
}
