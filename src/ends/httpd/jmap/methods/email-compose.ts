/** A message composed of the properties of `Email/set` create (RFC 8621 §4.6). */

import { present } from '../../../../base/assert.ts';
import { mailLimits } from '../../../../base/domain-limits.ts';
import { jmapLimits } from '../../../../base/end-limits.ts';
import { newId } from '../../../../base/ids.ts';
import { domainOf } from '../../../../formats/address/address.ts';
import { type ComposedPart, encodeBase64, multipart, textPart } from '../../../../formats/mime/compose.ts';
import { printMailDate } from '../../../../formats/mime/mail-date.ts';
import { printIdField, printParameterField, printTokenField } from '../../../../formats/mime/print-fields.ts';
import type { OpenedBlob } from '../blobs.ts';
import type { Json, JsonObject } from '../method.ts';
import { isJsonObject } from '../request.ts';
import { printHeaders, printPartHeaders } from './header-print.ts';
import { dbOf, type MailCall, openNamed } from './mail-call.ts';
import { badProperties, SetFault } from './set-call.ts';

const bodyNames = ['bodyStructure', 'textBody', 'htmlBody', 'attachments', 'bodyValues'] as const;

/** The bytes of the message. Everything that can be refused is refused before the first of them. */
export async function composeEmail(call: MailCall, content: JsonObject): Promise<AsyncIterable<Uint8Array>> {
  const headers = new Map<string, Json>();
  const body: Partial<Record<(typeof bodyNames)[number], Json>> = {};
  for (const [property, value] of Object.entries(content)) {
    const name = bodyNames.find((each) => each === property);
    if (name === undefined) headers.set(property, value);
    else if (value !== null) body[name] = value;
  }
  const printed = printHeaders(headers);
  const parts = new Parts(call, readValues(body.bodyValues));
  const root = await parts.root(body);
  await parts.openBlobs();
  const fields = [
    printed.names.has('date') ? '' : printTokenField('Date', printMailDate(call.parts.clock.now())),
    printed.text,
    printed.names.has('message-id') ? '' : printIdField('Message-ID', [await newMessageId(call)]),
    printTokenField('MIME-Version', '1.0'),
  ];
  return bytesOf(fields.join(''), root);
}

async function* bytesOf(fields: string, root: ComposedPart): AsyncGenerator<Uint8Array> {
  yield Buffer.from(`${fields}${root.header}\r\n`);
  yield* root.body();
}

async function newMessageId(call: MailCall): Promise<string> {
  const owner = await call.parts.mail.getAccount(dbOf(call), call.account);
  return `${newId()}@${owner === undefined ? 'invalid' : domainOf(owner.address)}`;
}

/** `bodyValues`: texts by part id. RFC 8621 §4.6: none that was cut or misread. */
function readValues(values: Json | undefined): ReadonlyMap<string, string> {
  if (values === undefined) return new Map();
  if (!isJsonObject(values)) throw badProperties('bodyValues');
  return new Map(
    Object.entries(values).map(([partId, value]): [string, string] => {
      if (!isJsonObject(value) || typeof value['value'] !== 'string') throw badProperties('bodyValues');
      const { value: text, isEncodingProblem = false, isTruncated = false, ...more } = value;
      const isWhole = isEncodingProblem === false && isTruncated === false && Object.keys(more).length === 0;
      if (typeof text !== 'string' || !isWhole) throw badProperties('bodyValues');
      return [partId, text];
    }),
  );
}

const partNames = new Set([
  ...['partId', 'blobId', 'type', 'name', 'charset', 'disposition', 'cid', 'language', 'location', 'subParts', 'size'],
]);
const mediaType = /^[a-z0-9][a-z0-9!#$&^_.+-]{0,126}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}$/;
const token = /^[A-Za-z0-9!#$%&'*+.^_`{|}~-]{1,100}$/;

interface ComposedFile {
  readonly blobId: string;
  blob?: OpenedBlob | undefined;
}

class Parts {
  readonly #call: MailCall;
  readonly #values: ReadonlyMap<string, string>;
  /** One for each part: what is opened is read once. */
  readonly #files: ComposedFile[] = [];
  #count = 0;

  constructor(call: MailCall, values: ReadonlyMap<string, string>) {
    this.#call = call;
    this.#values = values;
  }

  root(body: Readonly<Record<string, Json | undefined>>): ComposedPart {
    const { bodyStructure, textBody, htmlBody, attachments } = body;
    if (bodyStructure !== undefined) {
      const both = ['textBody', 'htmlBody', 'attachments'].filter((name) => body[name] !== undefined);
      if (both.length > 0) throw badProperties('bodyStructure', ...both);
      return this.#part(bodyStructure, 'bodyStructure', 1);
    }
    const text = this.#only(textBody, 'textBody', 'text/plain');
    const html = this.#only(htmlBody, 'htmlBody', 'text/html');
    const files = attachments === undefined ? [] : attachments;
    if (!Array.isArray(files)) throw badProperties('attachments');
    return this.#arrange(text, html, files);
  }

  /** As mail programs do: the pictures of an HTML text beside it, all other files after the texts. */
  #arrange(text: ComposedPart | undefined, html: ComposedPart | undefined, files: readonly Json[]): ComposedPart {
    const isInline = (file: Json): boolean =>
      html !== undefined && isJsonObject(file) && file['disposition'] === 'inline' && typeof file['cid'] === 'string';
    const partsOf = (list: readonly Json[]): ComposedPart[] => list.map((file) => this.#part(file, 'attachments', 2));
    const shown = partsOf(files.filter(isInline));
    const others = partsOf(files.filter((file) => !isInline(file)));
    const rich = html !== undefined && shown.length > 0 ? multipart('related', [html, ...shown], newBoundary()) : html;
    const both =
      text !== undefined && rich !== undefined ? multipart('alternative', [text, rich], newBoundary()) : undefined;
    const content = both ?? text ?? rich;
    if (content === undefined && others.length === 0) return textPart('plain', '');
    if (others.length === 0 && content !== undefined) return content;
    return multipart('mixed', [...(content === undefined ? [] : [content]), ...others], newBoundary());
  }

  /** RFC 8621 §4.6: exactly one part of the type. */
  #only(list: Json | undefined, name: string, type: string): ComposedPart | undefined {
    if (list === undefined) return undefined;
    const part: Json | undefined = Array.isArray(list) && list.length === 1 ? list[0] : undefined;
    if (part === undefined || !isJsonObject(part)) throw badProperties(name);
    if (part['type'] !== undefined && part['type'] !== type) throw badProperties(name);
    return this.#part({ ...part, type }, name, 2);
  }

  #part(value: Json, path: string, depth: number): ComposedPart {
    this.#count += 1;
    if (!isJsonObject(value) || depth > jmapLimits.composedDepth || this.#count > jmapLimits.composedParts)
      throw badProperties(path);
    const { type = 'text/plain', subParts, partId, blobId } = value;
    const bad = Object.keys(value).filter((name) => !partNames.has(name) && !name.startsWith('header:'));
    if (bad.length > 0) throw badProperties(...bad.map((name) => `${path}/${name}`));
    if (typeof type !== 'string' || !mediaType.test(type.toLowerCase())) throw badProperties(`${path}/type`);
    const [main = '', subtype = ''] = type.toLowerCase().split('/');
    if (main === 'multipart') {
      if (!Array.isArray(subParts) || subParts.length === 0) throw badProperties(`${path}/subParts`);
      const inside = subParts.map((part: Json) => this.#part(part, `${path}/subParts`, depth + 1));
      return withFields(multipart(subtype, inside, newBoundary()), fieldsOf(value, path));
    }
    if (subParts !== undefined && subParts !== null) throw badProperties(`${path}/subParts`);
    const hasText = partId !== undefined && partId !== null;
    const hasBlob = blobId !== undefined && blobId !== null;
    if (hasText === hasBlob) throw badProperties(`${path}/partId`, `${path}/blobId`);
    if (!hasBlob) return this.#text(value, path, main, subtype);
    if (typeof blobId !== 'string') throw badProperties(`${path}/blobId`);
    return this.#file(value, path, { type: `${main}/${subtype}`, blobId });
  }

  #text(value: JsonObject, path: string, main: string, subtype: string): ComposedPart {
    const { partId, charset, size } = value;
    const text = typeof partId === 'string' ? this.#values.get(partId) : undefined;
    if (text === undefined || main !== 'text') throw badProperties(`${path}/partId`);
    // RFC 8621 §4.6: what the text's bytes will be is the server's choice.
    if (charset !== undefined || size !== undefined) throw badProperties(`${path}/charset`);
    const part = textPart(subtype, text.toWellFormed());
    return withFields(part, dispositionOf(value, path) + fieldsOf(value, path));
  }

  #file(value: JsonObject, path: string, { type, blobId }: { type: string; blobId: string }): ComposedPart {
    const { charset } = value;
    if (charset !== undefined && charset !== null && (typeof charset !== 'string' || !token.test(charset))) {
      throw badProperties(`${path}/charset`);
    }
    const file: ComposedFile = { blobId };
    this.#files.push(file);
    const isMessage = type === 'message/rfc822';
    const read = (): AsyncIterable<Uint8Array> => present(file.blob, 'a file was not opened').read();
    const parameters = typeof charset === 'string' ? [{ name: 'charset', value: charset }] : [];
    return {
      header:
        printParameterField('Content-Type', type, parameters) +
        printTokenField('Content-Transfer-Encoding', isMessage ? '8bit' : 'base64') +
        dispositionOf(value, path) +
        fieldsOf(value, path),
      body: () => (isMessage ? read() : encodeBase64(read())),
    };
  }

  /** RFC 8621 §4.6: `blobNotFound` names all that are missing. */
  async openBlobs(): Promise<void> {
    const missing = new Set<string>();
    let bytes = 0;
    for (const file of this.#files) {
      file.blob = await openNamed(this.#call, file.blobId);
      if (file.blob === undefined) missing.add(file.blobId);
      bytes += file.blob?.sizeBytes ?? 0;
    }
    if (missing.size > 0) throw new SetFault('blobNotFound', { notFound: [...missing] });
    if (bytes > mailLimits.attachmentsBytes) throw new SetFault('tooLarge', { maxSize: mailLimits.attachmentsBytes });
  }
}

function withFields(part: ComposedPart, fields: string): ComposedPart {
  return { ...part, header: part.header + fields };
}

/** The other fields of a part: `header:Content-Description:asText`. */
function fieldsOf(value: JsonObject, path: string): string {
  const fields = new Map(Object.entries(value).filter(([name]) => name.startsWith('header:')));
  return fields.size === 0 ? '' : printPartHeaders(fields, path);
}

function newBoundary(): string {
  return `=_${newId()}`;
}

function dispositionOf(value: JsonObject, path: string): string {
  const { name = null, disposition = null, cid = null, language = null, location = null } = value;
  if (name !== null && typeof name !== 'string') throw badProperties(`${path}/name`);
  if (disposition !== null && (typeof disposition !== 'string' || !token.test(disposition))) {
    throw badProperties(`${path}/disposition`);
  }
  if (cid !== null && (typeof cid !== 'string' || !/^[!-;=?-~]{1,200}$/.test(cid))) throw badProperties(`${path}/cid`);
  if (location !== null && (typeof location !== 'string' || !/^[!-~]{1,500}$/.test(location))) {
    throw badProperties(`${path}/location`);
  }
  const tags = language === null ? [] : language;
  if (!Array.isArray(tags) || !tags.every((tag) => typeof tag === 'string' && /^[A-Za-z0-9-]{1,35}$/.test(tag))) {
    throw badProperties(`${path}/language`);
  }
  const shown = disposition ?? (name === null ? null : 'attachment');
  const parameters = name === null ? [] : [{ name: 'filename', value: name.toWellFormed().slice(0, 500) }];
  return [
    shown === null ? '' : printParameterField('Content-Disposition', shown, parameters),
    cid === null ? '' : printIdField('Content-ID', [cid]),
    location === null ? '' : printTokenField('Content-Location', location),
    tags.length === 0 ? '' : printTokenField('Content-Language', tags.join(', ')),
  ].join('');
}
