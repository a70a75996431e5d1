/** `MDN/parse` (RFC 9007 §2.2): a blob that is a message with a receipt. */
import { mailLimits } from '../../../../base/domain-limits.ts';
import { jmapLimits } from '../../../../base/end-limits.ts';
import { decodePart } from '../../../../formats/mime/body-decoder.ts';
import { headerText } from '../../../../formats/mime/header-values.ts';
import { type Part, parseMessage } from '../../../../formats/mime/mime.ts';
import { parseDispositionNotification, reportParts } from '../../../../formats/mime/report-reading.ts';
import { invalid } from '../arguments.ts';
import { type Json, type JsonObject, MethodError } from '../method.ts';
import { isId } from '../request.ts';
import { actorOf, openNamed } from './mail-call.ts';
import type { MdnCall } from './mdn.ts';

export async function parseNotifications(call: MdnCall): Promise<JsonObject> {
  const blobIds = call.args.optionalStrings('blobIds');
  if (blobIds === undefined || !blobIds.every(isId)) throw invalid(['blobIds']);
  if (blobIds.length > jmapLimits.parsedBlobs) throw new MethodError('requestTooLarge');
  const parsed: Record<string, Json> = {}; // by blob ids that were found: never `__proto__`
  const [notParsable, notFound]: [string[], string[]] = [[], []];
  for (const blobId of new Set(blobIds)) {
    const blob = await openNamed(call, blobId);
    if (blob === undefined) {
      notFound.push(blobId);
      continue;
    }
    const isSmall = blob.sizeBytes <= jmapLimits.parsedBytes;
    const shown = isSmall ? await show(call, await gather(blob.read())) : undefined;
    if (shown === undefined) notParsable.push(blobId);
    else parsed[blobId] = shown;
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

/** RFC 9007 §2: an MDN object; undefined when the bytes hold none. */
async function show(call: MdnCall, bytes: Buffer): Promise<JsonObject | undefined> {
  const { account, context, transfer } = call;
  const structure = parseMessage(bytes, { textBytes: mailLimits.previewTextBytes });
  const report = reportParts(structure.root);
  if (report?.kind !== 'disposition-notification') return undefined;
  const read = parseDispositionNotification(contentOf(report.status, bytes));
  // RFC 9007 §2 knows the four of RFC 8098.
  if (read === undefined || read.type === 'denied') return undefined;
  const { originalMessageId } = read;
  const forEmailId =
    originalMessageId === undefined
      ? undefined
      : await transfer.findSentEmail(actorOf(context), account, originalMessageId);
  return {
    forEmailId: forEmailId ?? null,
    subject: headerText(structure.fields, 'Subject') ?? null,
    textBody: structure.text.find(({ partId }) => partId === structure.root.parts[0]?.partId)?.text ?? null,
    includeOriginalMessage: report.returned?.message !== undefined,
    reportingUA: read.reportingUa ?? null,
    disposition: { actionMode: read.actionMode, sendingMode: read.sendingMode, type: read.type },
    mdnGateway: read.mdnGateway ?? null,
    originalRecipient: read.originalRecipient ?? null,
    finalRecipient: read.finalRecipient,
    originalMessageId: originalMessageId === undefined ? null : `<${originalMessageId}>`,
    error: read.errors.length === 0 ? null : read.errors,
    extensionFields:
      read.extensions.length === 0
        ? null
        : Object.fromEntries(read.extensions.map(({ name, value }) => [name, value] as const)),
  };
}

function contentOf(part: Part, bytes: Buffer): Buffer {
  return decodePart(part, bytes.subarray(part.bodyStart, part.bodyEnd));
}
