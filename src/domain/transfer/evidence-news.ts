import { sql } from 'kysely';
import type { EmailId } from '../../base/ids.ts';
import type { Act } from '../audit/audit.ts';
import type { AccountRef } from '../mail/mail.ts';
import type { MessageRef } from './queued-message.ts';
import type { TransferParts } from './transfer.ts';

/** Tells those who follow the account that one of the messages it sent fares differently: the email in Sent, and its sending. */
export async function tellProgress(
  parts: Pick<TransferParts, 'mail'>,
  act: Act,
  {
    account,
    emailId,
    message,
  }: { readonly account: AccountRef; readonly emailId: EmailId; readonly message: MessageRef },
): Promise<void> {
  const change = await parts.mail.tellNewsOfEmail(act, account, emailId);
  await sql`
    update transfer.sending set changed_change = ${change}
     where tenant_id = ${message.tenantId} and message_id = ${message.id}`.execute(act.tx);
}
