/** A message made or brought by a program, put into the account: shared by `Email/set`, `Email/import` and `Email/copy`. */
import { present } from '../../../../base/assert.ts';
import { mailLimits } from '../../../../base/domain-limits.ts';
import type { MailboxId } from '../../../../base/ids.ts';
import type { GatheredMessage } from '../../../../domain/mail/mail.ts';
import type { JsonObject } from '../method.ts';
import { emailBlobId } from './blob-id.ts';
import { changeFor, dbOf, type MailCall } from './mail-call.ts';
import { badProperties, SetFault } from './set-call.ts';

export interface NewPlace {
  /** One at least. */
  readonly mailboxIds: readonly MailboxId[];
  readonly keywords: readonly string[];
  readonly receivedAt: Date;
}

export async function storeMessage(
  call: MailCall,
  place: NewPlace,
  bytes: AsyncIterable<Uint8Array>,
): Promise<JsonObject & { readonly id: string }> {
  const { parts, account } = call;
  const mailboxIds = [...new Set(place.mailboxIds)];
  if (mailboxIds.length > mailLimits.mailboxesPerEmail) throw new SetFault('tooManyMailboxes');
  // Before bytes are taken: most mistakes end here.
  const known = new Set((await parts.mail.listMailboxes(dbOf(call), account)).map((mailbox) => mailbox.id));
  if (!mailboxIds.every((id) => known.has(id))) throw badProperties('mailboxIds');
  const message = await gather(call, bytes);
  // RFC 8621 §4.8: bytes without any header field are no message.
  if (message.structure.fields.length === 0) throw new SetFault('invalidEmail');
  return changeFor(call, async (act) => {
    const mailboxId = present(mailboxIds[0], 'a new email goes nowhere');
    const delivery = { tenantId: account.tenantId, accountId: account.accountId, message, to: { mailboxId } };
    const { keywords, receivedAt } = place;
    const [outcome] = await parts.mail.deliver(act, [{ ...delivery, keywords, receivedAt, event: 'email.imported' }]);
    if (outcome?.kind === 'over-quota') throw new SetFault('overQuota');
    if (outcome?.kind === 'closed') throw new SetFault('forbidden');
    if (outcome?.kind !== 'stored') throw badProperties('mailboxIds');
    const { emailId, threadId } = outcome;
    if (mailboxIds.length > 1) {
      const mailboxes = { kind: 'replace', all: mailboxIds } as const;
      await parts.mail.editEmails(act, account, [{ id: emailId, mailboxes }]);
    }
    return { id: emailId, blobId: emailBlobId(emailId), threadId, size: message.sizeBytes };
  });
}

async function gather({ parts }: MailCall, bytes: AsyncIterable<Uint8Array>): Promise<GatheredMessage> {
  const intake = parts.mail.openIntake({ prefix: Buffer.alloc(0) });
  try {
    for await (const chunk of bytes) await intake.write(chunk);
    return await intake.finish();
  } catch (fault) {
    await intake.abort();
    throw fault;
  }
}
