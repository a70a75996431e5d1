/** A read receipt for a message (RFC 9007): sent at most once, whoever reads. */
import type { SetError } from '../../../../contract/jmap/mail.ts';
import type { Settings } from '../../../../contract/settings.ts';
import { explainSetError } from '../../../api/faults.ts';
import type { JmapClient } from '../../../jmap/client.ts';
import { readingTexts as texts } from '../../../texts/reading.ts';
import type { EmailRef } from '../../store/types.ts';

/** RFC 9007 §1.3: set when a receipt was sent, or was declined. */
export const receiptKeyword = '$mdnsent';

export interface ReceiptCase {
  readonly isAsked: boolean;
  readonly keywords: Readonly<Record<string, true>>;
  /** The message was written here. */
  readonly isOurs: boolean;
  readonly maySend: boolean;
  readonly choice: Settings['receipts'];
}

/** `ask`: the reader decides; `send`: they decided once for all. */
export function receiptDeed({ isAsked, keywords, isOurs, maySend, choice }: ReceiptCase): 'ask' | 'send' | 'nothing' {
  if (!isAsked || isOurs || !maySend || receiptKeyword in keywords || '$draft' in keywords) return 'nothing';
  if (choice === 'never') return 'nothing';
  return choice === 'always' ? 'send' : 'ask';
}

/** The identity that every account has carries the account's own id. */
export async function sendReceipt(
  jmap: Pick<JmapClient, 'call'>,
  { accountId, emailId }: EmailRef,
  { subject, isAutomatic }: { readonly subject: string | null; readonly isAutomatic: boolean },
): Promise<{ readonly kind: 'sent' } | { readonly kind: 'refused'; readonly why: string }> {
  const receipt = {
    forEmailId: emailId,
    subject: texts.receiptSubject(subject ?? texts.noSubject),
    textBody: texts.receiptBody,
    disposition: {
      actionMode: isAutomatic ? 'automatic-action' : 'manual-action',
      sendingMode: isAutomatic ? 'mdn-sent-automatically' : 'mdn-sent-manually',
      type: 'displayed',
    },
  };
  const onSuccessUpdateEmail = { '#receipt': { [`keywords/${receiptKeyword}`]: true } };
  const asked = { accountId, identityId: accountId, send: { receipt }, onSuccessUpdateEmail };
  const answers = await jmap.call([['MDN/send', asked, 'mdn']]);
  const { sent, notSent } = answers.of<{ sent: object | null; notSent: Record<string, SetError> | null }>(
    'mdn',
    'MDN/send',
  );
  const fault = notSent?.['receipt'];
  if (fault?.type === 'mdnAlreadySent' || (sent !== null && 'receipt' in sent)) return { kind: 'sent' };
  return { kind: 'refused', why: fault === undefined ? '' : explainSetError(fault) };
}
