/** `Email/parse` (RFC 8621 §4.9): a blob that is a message, read as an email would be. */
import { mailLimits } from '../../../../base/domain-limits.ts';
import { jmapLimits } from '../../../../base/end-limits.ts';
import type { BodyText } from '../../../../domain/mail/mail.ts';
import { decodePart } from '../../../../formats/mime/body-decoder.ts';
import { decodeCharset, trimCutText } from '../../../../formats/mime/charset.ts';
import { parseHeaderBlock } from '../../../../formats/mime/header-block.ts';
import { type MessageStructure, type Part, parseMessage } from '../../../../formats/mime/mime.ts';
import { hasAttachment, previewOf } from '../../../../formats/mime/preview.ts';
import { invalid } from '../arguments.ts';
import { type Json, type JsonObject, type Method, MethodError } from '../method.ts';
import { isId } from '../request.ts';
import { emailBlobId, readEmailBlobId } from './blob-id.ts';
import { type EmailView, readView, showEmail, viewArguments, wantedBodies } from './email-view.ts';
import { headerAliases } from './header-forms.ts';
import { type MailCall, type MailMethodParts, mailMethod, openNamed } from './mail-call.ts';

const defaultProperties = [
  ...headerAliases.keys(),
  ...['hasAttachment', 'preview', 'bodyValues', 'textBody', 'htmlBody', 'attachments'],
];

export function emailParse(parts: MailMethodParts): Method {
  return mailMethod(parts, { name: 'Email/parse', takes: ['blobIds', ...viewArguments], needs: 'read' }, parseEmails);
}

async function parseEmails(call: MailCall): Promise<JsonObject> {
  const { args } = call;
  const blobIds = args.optionalStrings('blobIds');
  if (blobIds === undefined || !blobIds.every(isId)) throw invalid(['blobIds']);
  if (blobIds.length > jmapLimits.parsedBlobs) throw new MethodError('requestTooLarge');
  const view = readView(args, defaultProperties);
  const parsed: Record<string, Json> = {}; // by blob ids that were found: never `__proto__`
  const room = { left: mailLimits.openedTextBytes }; // the texts of one answer share one bound
  const [notParsable, notFound]: [string[], string[]] = [[], []];
  for (const blobId of new Set(blobIds)) {
    const blob = await openNamed(call, blobId);
    if (blob === undefined) {
      notFound.push(blobId);
      continue;
    }
    const bytes = blob.sizeBytes > jmapLimits.parsedBytes ? undefined : await gather(blob.read());
    const structure = bytes === undefined ? undefined : parseMessage(bytes, { textBytes: mailLimits.previewTextBytes });
    if (bytes === undefined || structure === undefined || structure.fields.length === 0) notParsable.push(blobId);
    else parsed[blobId] = show(view, blobId, { bytes, structure, room });
  }
  const orNull = (ids: readonly string[]) => (ids.length === 0 ? null : ids);
  const hasParsed = Object.keys(parsed).length > 0;
  return { parsed: hasParsed ? parsed : null, notParsable: orNull(notParsable), notFound: orNull(notFound) };
}

async function gather(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(Buffer.from(piece));
  return Buffer.concat(all);
}

interface ReadMessage {
  readonly bytes: Buffer;
  readonly structure: MessageStructure;
  readonly room: { left: number };
}

function show(view: EmailView, blobId: string, { bytes, structure, room }: ReadMessage): JsonObject {
  const { texts, headers } = wantedBodies(view, structure.root);
  const body = {
    texts: new Map(texts.map((part) => [part.partId, readText(part, bytes, room)])),
    fields: new Map(
      headers.map((part) => {
        const end = Math.min(part.headerEnd, part.headerStart + mailLimits.partHeaderBytes);
        return [part.partId, parseHeaderBlock(bytes.subarray(part.headerStart, end))];
      }),
    ),
  };
  return showEmail(view, {
    structure,
    preview: previewOf(structure),
    hasAttachment: hasAttachment(structure.root),
    body,
    partBlobId: (partId) => partBlobId(blobId, partId),
  });
}

/** A part of a message that an email holds is a part of that email; one of an upload cannot be named. */
function partBlobId(blobId: string, partId: string): string | null {
  const outer = readEmailBlobId(blobId);
  if (outer === undefined) return null;
  return emailBlobId(outer.emailId, outer.partId === undefined ? partId : `${outer.partId}.${partId}`);
}

function readText(part: Part, bytes: Buffer, room: { left: number }): BodyText {
  const whole = decodePart(part, bytes.subarray(part.bodyStart, part.bodyEnd));
  const most = Math.min(mailLimits.bodyTextBytes, room.left);
  const isTruncated = whole.length > most;
  const kept = isTruncated ? trimCutText(whole.subarray(0, most), part.charset) : whole;
  room.left -= kept.length;
  const { text, known } = decodeCharset(kept, part.charset);
  const isEncodingProblem = !known || part.encoding === 'unknown';
  return { text: text.replaceAll('\r\n', '\n'), isTruncated, isEncodingProblem };
}
