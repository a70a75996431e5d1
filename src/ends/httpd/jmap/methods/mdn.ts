/** `MDN/send` and `MDN/parse` (RFC 9007): receipts, sent and read. */
import type { Transfer } from '../../../../domain/transfer/transfer.ts';
import type { Method } from '../method.ts';
import { type MailCall, type MailMethodParts, mailMethod } from './mail-call.ts';
import { parseNotifications } from './mdn-parse.ts';
import { sendNotifications } from './mdn-send.ts';

export const mdnCapability = 'urn:ietf:params:jmap:mdn';

export interface MdnMethodParts extends MailMethodParts {
  readonly transfer: Pick<Transfer, 'sendReceipt' | 'findSentEmail'>;
}

export interface MdnCall extends MailCall {
  readonly transfer: MdnMethodParts['transfer'];
}

export function mdnMethods(parts: MdnMethodParts): readonly Method[] {
  const { transfer } = parts;
  const capability = mdnCapability;
  const takes = ['identityId', 'send', 'onSuccessUpdateEmail'];
  return [
    mailMethod(parts, { name: 'MDN/send', takes, needs: 'send', capability }, (call) =>
      sendNotifications({ ...call, transfer }),
    ),
    mailMethod(parts, { name: 'MDN/parse', takes: ['blobIds'], needs: 'read', capability }, (call) =>
      parseNotifications({ ...call, transfer }),
    ),
  ];
}
