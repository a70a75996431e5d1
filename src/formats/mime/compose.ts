/**
 * Composes messages: CRLF line ends, ASCII but for attached messages and for addresses that
 * are not, lines within RFC 5322 §2.1.1. Given the same date,
 * identifiers and boundaries, the same bytes.
 */

import { printMailDate } from './mail-date.ts';
import {
  type Mailbox,
  printAddressField,
  printIdField,
  printParameterField,
  printTextField,
  printTokenField,
} from './print-fields.ts';
import { encodeQuotedPrintable } from './quoted-printable.ts';

export type { Mailbox } from './print-fields.ts';

export interface OutgoingAttachment {
  readonly fileName: string;
  /** `type/subtype`. `message/rfc822` is sent as it is (RFC 2046 §5.2.1), all others in base64. */
  readonly contentType: string;
  readonly content: Uint8Array | AsyncIterable<Uint8Array>;
  /** `inline` parts belong to the HTML text, which names them by `contentId` (without brackets). */
  readonly disposition?: 'attachment' | 'inline';
  readonly contentId?: string;
}

export interface OutgoingMessage {
  readonly from: Mailbox;
  readonly sender?: Mailbox;
  readonly replyTo?: readonly Mailbox[];
  readonly to?: readonly Mailbox[];
  readonly cc?: readonly Mailbox[];
  readonly subject: string;
  readonly date: Date;
  /** Minutes east of UTC of the clock to print the date on. */
  readonly offsetMinutes?: number;
  /** Without brackets, like those below. */
  readonly messageId: string;
  readonly inReplyTo?: readonly string[];
  readonly references?: readonly string[];
  readonly dispositionNotificationTo?: Mailbox;
  /** Other fields (`X-MSS-NIL` …), in order. */
  readonly fields?: readonly { readonly name: string; readonly value: string }[];
  readonly text: string;
  readonly html?: string;
  readonly attachments?: readonly OutgoingAttachment[];
}

/** Gives a boundary never given before; random outside tests, so that no content can hold it. */
export type MakeBoundary = () => string;

/** One part: its header, then its body in pieces. */
export interface ComposedPart {
  readonly header: string;
  readonly body: () => AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

/** The bytes of `message`, in pieces. Attachments are read as they are asked for. */
export async function* composeMessage(
  message: OutgoingMessage,
  makeBoundary: MakeBoundary,
): AsyncGenerator<Uint8Array> {
  const content = contentOf(message, makeBoundary);
  yield Buffer.from(`${printHeader(message)}${content.header}\r\n`);
  yield* content.body();
}

/** {@link composeMessage}, whole. For messages that are known to be small. */
export async function composeMessageBytes(message: OutgoingMessage, makeBoundary: MakeBoundary): Promise<Buffer> {
  return gather(composeMessage(message, makeBoundary));
}

/** The pieces of a body that is known to be small, whole. */
export async function gather(pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
}

/** The fields of the message itself (RFC 5322 §3.6), without those of its content. */
export function printHeader(message: Omit<OutgoingMessage, 'text' | 'html' | 'attachments'>): string {
  const receipt = message.dispositionNotificationTo;
  return [
    printTokenField('Date', printMailDate(message.date, message.offsetMinutes)),
    printAddressField('From', [message.from]),
    message.sender === undefined ? '' : printAddressField('Sender', [message.sender]),
    printAddressField('Reply-To', message.replyTo ?? []),
    printAddressField('To', message.to ?? []),
    printAddressField('Cc', message.cc ?? []),
    printTextField('Subject', message.subject),
    printIdField('Message-ID', [message.messageId]),
    printIdField('In-Reply-To', message.inReplyTo ?? []),
    printIdField('References', message.references ?? []),
    // RFC 8098 §2.1
    receipt === undefined ? '' : printAddressField('Disposition-Notification-To', [receipt]),
    ...(message.fields ?? []).map((field) => printTextField(field.name, field.value)),
    printTokenField('MIME-Version', '1.0'),
  ].join('');
}

function contentOf(message: OutgoingMessage, makeBoundary: MakeBoundary): ComposedPart {
  const attachments = message.attachments ?? [];
  const inline = attachments.filter((attachment) => attachment.disposition === 'inline');
  const others = attachments.filter((attachment) => attachment.disposition !== 'inline');
  let content = textPart('plain', message.text);
  if (message.html !== undefined) {
    let html = textPart('html', message.html);
    if (inline.length > 0) html = multipart('related', [html, ...inline.map(attachmentPart)], makeBoundary());
    content = multipart('alternative', [content, html], makeBoundary());
  }
  const rest = message.html === undefined ? attachments : others;
  return rest.length === 0 ? content : multipart('mixed', [content, ...rest.map(attachmentPart)], makeBoundary());
}

/** RFC 2046 §5.1: the parts between delimiters. */
export function multipart(
  subtype: string,
  parts: readonly ComposedPart[],
  boundary: string,
  parameters: readonly { readonly name: string; readonly value: string }[] = [],
): ComposedPart {
  return {
    header: printParameterField('Content-Type', `multipart/${subtype}`, [
      ...parameters,
      { name: 'boundary', value: boundary },
    ]),
    body: async function* () {
      for (const [index, part] of parts.entries()) {
        yield Buffer.from(`${index === 0 ? '' : '\r\n'}--${boundary}\r\n${part.header}\r\n`);
        yield* part.body();
      }
      yield Buffer.from(`\r\n--${boundary}--\r\n`);
    },
  };
}

/** A text in UTF-8 (`ANS-REF2 ECO.2.2.3`), as it is when it is short-lined ASCII, else in quoted-printable. */
export function textPart(subtype: string, text: string): ComposedPart {
  const lines = text.replace(/\r\n|\r|\n/g, '\r\n');
  const isPlain = /^[\t\r\n -~]*$/.test(lines) && lines.split('\r\n').every(isPlainLine);
  const encoded = isPlain ? lines : encodeQuotedPrintable(lines);
  const encoding = isPlain ? '7bit' : 'quoted-printable';
  return {
    header:
      printParameterField('Content-Type', `text/${subtype}`, [{ name: 'charset', value: 'utf-8' }]) +
      printTokenField('Content-Transfer-Encoding', encoding),
    body: () => [Buffer.from(encoded)],
  };
}

/** Short, and without what gateways change: "From " (mailbox files) and white space at the end. */
function isPlainLine(line: string): boolean {
  return line.length <= 76 && !line.startsWith('From ') && !/[ \t]$/.test(line);
}

function attachmentPart(attachment: OutgoingAttachment): ComposedPart {
  const { content, contentId, contentType, fileName } = attachment;
  const isMessage = contentType === 'message/rfc822';
  const chunks = (): AsyncIterable<Uint8Array> | Iterable<Uint8Array> =>
    content instanceof Uint8Array ? [content] : content;
  return {
    header: [
      printTokenField('Content-Type', contentType),
      printTokenField('Content-Transfer-Encoding', isMessage ? '8bit' : 'base64'),
      printParameterField('Content-Disposition', attachment.disposition ?? 'attachment', [
        { name: 'filename', value: fileName },
      ]),
      contentId === undefined ? '' : printIdField('Content-ID', [contentId]),
    ].join(''),
    body: () => (isMessage ? chunks() : encodeBase64(chunks())),
  };
}

const lineBytes = 57; // 76 characters of base64: RFC 2045 §6.8
const runBytes = lineBytes * 1024;

/** Base64 in lines of 76 characters, in pieces. */
export async function* encodeBase64(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  let rest: Buffer = Buffer.alloc(0);
  let isFirst = true;
  for await (const chunk of chunks) {
    const bytes = rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([rest, chunk]);
    const whole = bytes.length - (bytes.length % lineBytes);
    for (let at = 0; at < whole; at += runBytes) {
      yield base64Lines(bytes.subarray(at, Math.min(at + runBytes, whole)), isFirst);
      isFirst = false;
    }
    rest = bytes.subarray(whole);
  }
  if (rest.length > 0) yield base64Lines(rest, isFirst);
}

function base64Lines(bytes: Buffer, isFirst: boolean): Buffer {
  const lines = bytes.toString('base64').replace(/.{76}(?=.)/g, '$&\r\n');
  return Buffer.from(isFirst ? lines : `\r\n${lines}`, 'latin1');
}
