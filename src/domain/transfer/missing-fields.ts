import type { Uuid } from '../../base/ids.ts';
import { findField, findFields } from '../../formats/mime/header-block.ts';
import { printMailDate } from '../../formats/mime/mail-date.ts';
import type { HeaderField } from '../../formats/mime/mime.ts';

export interface Completion {
  readonly id: Uuid;
  readonly at: Date;
  readonly hostName: string;
  /** What `X-MSS-NIL` says of the sending software when it says nothing itself. */
  readonly productReference: string;
}

/** What an email that is sent from where it is kept breaks without the field. */
export const missingDate = 'RFC 5322 3.6.1, Date';
export const missingMessageId = 'RFC 5322 3.6.4, Message-ID';

/** Fields that a submitted message lacks and that a submission server may add (RFC 6409 §8). Nothing present is changed. */
export function printMissingFields(fields: readonly HeaderField[], completion: Completion): string {
  const lacks = (name: string): boolean => findField(fields, name) === undefined;
  return [
    // RFC 5322 §3.6.4, ANS-REF2 ECO.2.2.1
    lacks('Message-ID') ? `Message-ID: <${completion.id}@${completion.hostName}>\r\n` : '',
    lacks('Date') ? `Date: ${printMailDate(completion.at)}\r\n` : '', // RFC 5322 §3.6.1
    lacks('X-MSS-NIL') ? `X-MSS-NIL: ${completion.productReference}\r\n` : '', // ANS-REF2 ECO.2.4.3
  ].join('');
}

/** `header` (its empty line included) without the fields that name hidden recipients (RFC 5322 §3.6.3). */
export function withoutHiddenRecipients(header: Buffer, fields: readonly HeaderField[]): Buffer {
  const hidden = [...findFields(fields, 'Bcc'), ...findFields(fields, 'Resent-Bcc')].sort((a, b) => a.start - b.start);
  const kept: Buffer[] = [];
  let from = 0;
  for (const field of hidden) {
    kept.push(header.subarray(from, field.start));
    from = field.end;
  }
  kept.push(header.subarray(from));
  return hidden.length === 0 ? header : Buffer.concat(kept);
}
