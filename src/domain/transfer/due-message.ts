import { transferLimits } from '../../base/domain-limits.ts';
import { parseHeaderBlock } from '../../formats/mime/header-block.ts';
import { IntegrityFault } from '../../platform/keys/keys.ts';
import type { OutgoingMessage, OutgoingRecipient } from './client/transaction.ts';
import { HeaderGatherer } from './header-gatherer.ts';
import type { LeasedRow, LeasedRows } from './queue-rows.ts';
import { openMessage, openQueueKey, openRecipient, type QueuedContent, type QueuedEnvelope } from './queued-message.ts';
import type { ReturnedContent } from './reports.ts';
import { printHeader } from './trace-fields.ts';
import type { TransferParts } from './transfer.ts';

/** Leased rows, opened: what is about to be sent. */
export interface DueMessage {
  readonly rows: LeasedRows;
  readonly envelope: QueuedEnvelope;
  readonly content: QueuedContent;
  readonly outgoing: Omit<OutgoingMessage, 'recipients' | 'content'>;
  readonly recipients: readonly { readonly row: LeasedRow; readonly to: OutgoingRecipient }[];
}

/** Opens what was leased; undefined when it does not open: damaged, or its key destroyed. */
export async function openDue(parts: TransferParts, rows: LeasedRows): Promise<DueMessage | undefined> {
  const { ref, message } = rows;
  const key = await openQueueKey(parts.dataKeys, parts.db, ref.tenantId, message.key_version);
  if (key === undefined || message.wrapped_key === null || message.sealed_envelope === null) return undefined;
  try {
    const { envelope, content } = openMessage(key, ref, {
      wrappedKey: message.wrapped_key,
      envelope: message.sealed_envelope,
      content: message.sealed_content,
      blobId: message.blob_id,
    });
    const recipients = rows.recipients.map((row) => ({ row, to: openRecipient(key, ref, row) }));
    const isWide = [envelope.sender ?? '', ...recipients.map(({ to }) => to.address)].some(isBeyondAscii);
    return {
      rows,
      envelope,
      content,
      recipients,
      outgoing: {
        sender: envelope.sender,
        sizeBytes: content.kind === 'inline' ? content.bytes.length : content.sizeBytes - content.skipBytes,
        is8Bit: envelope.is8Bit,
        needsSmtpUtf8: envelope.hasWideHeader || isWide,
        ...(envelope.endsInLine === true && { endsInLine: true }),
        ...(envelope.ret !== undefined && { ret: envelope.ret }),
        ...(envelope.envelopeId !== undefined && { envelopeId: envelope.envelopeId }),
      },
    };
  } catch (fault) {
    if (fault instanceof IntegrityFault) return undefined;
    throw fault;
  }
}

function isBeyondAscii(text: string): boolean {
  return /[^\p{ASCII}]/u.test(text);
}

/** The octets to send. */
export async function* readContent(parts: Pick<TransferParts, 'blobs'>, content: QueuedContent): AsyncIterable<Buffer> {
  if (content.kind === 'inline') {
    yield content.bytes;
    return;
  }
  const { key, blobId, sizeBytes, skipBytes } = content;
  yield* parts.blobs.read(key, blobId, sizeBytes, { start: skipBytes, end: sizeBytes });
}

/** What a report gives back of it (RFC 3461 §4.3). */
export async function returnedContent(
  parts: Pick<TransferParts, 'blobs'>,
  { envelope, content }: Pick<DueMessage, 'envelope' | 'content'>,
): Promise<ReturnedContent> {
  const isWhole = content.kind === 'inline' && content.bytes.length <= transferLimits.returnedMessageBytes;
  if (envelope.ret === 'FULL' && isWhole) return { kind: 'message', bytes: content.bytes };
  return { kind: 'header', text: printHeader(parseHeaderBlock(await readHeader(parts, content))) };
}

async function readHeader(parts: Pick<TransferParts, 'blobs'>, content: QueuedContent): Promise<Buffer> {
  const gatherer = new HeaderGatherer();
  for await (const chunk of readContent(parts, content)) {
    const gathered = gatherer.take(chunk);
    if (gathered.kind === 'whole') return gathered.header;
    if (gathered.kind === 'too-long') break;
  }
  return gatherer.end();
}
