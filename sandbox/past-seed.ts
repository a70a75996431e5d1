/** Puts the past correspondence (`past.ts`) into the accounts, at its dates, as an import of an earlier mailbox would. */
import { createHash, randomBytes } from 'node:crypto';
import type { Act } from '../src/domain/audit/audit.ts';
import type { AccountRef, Delivery, Mail } from '../src/domain/mail/mail.ts';
import { composeMessage } from '../src/formats/mime/compose.ts';
import { type PastMessage, pastMessages } from './past.ts';

const day = 86_400_000;
/** Of Paris in winter: the hours of a demonstration need no more. */
const offsetMinutes = 60;

function dateOf({ daysAgo, at: [hours, minutes] }: PastMessage, now: Date): Date {
  const midnight = Math.floor(now.getTime() / day) * day;
  const wanted = midnight - daysAgo * day + (hours * 60 + minutes - offsetMinutes) * 60_000;
  return new Date(Math.min(wanted, now.getTime() - 60_000));
}

/** The same in every account that holds a message, so that answers find what they answer. */
function messageIdOf(name: string): string {
  return `${createHash('sha256').update(name).digest('hex').slice(0, 24)}@sandbox.mssante.example`;
}

function keywordsOf(message: PastMessage): readonly string[] {
  const { isAnswered, isStarred, isUnread, mailbox } = message;
  const held = { $seen: !isUnread, $flagged: isStarred, $answered: isAnswered, $draft: mailbox === 'drafts' };
  return Object.entries(held).flatMap(([keyword, isHeld]) => (isHeld ? [keyword] : []));
}

async function deliveryOf(mail: Mail, account: AccountRef, message: PastMessage, now: Date): Promise<Delivery> {
  const receivedAt = dateOf(message, now);
  const mailboxOf = ([name, address]: readonly [string, string]) => ({ name, address });
  const thread = message.answers === undefined ? [] : [messageIdOf(message.answers)];
  const intake = mail.openIntake({ prefix: Buffer.alloc(0) });
  const pieces = composeMessage(
    {
      from: mailboxOf(message.from),
      to: message.to.map((address) => ({ address })),
      cc: (message.cc ?? []).map((address) => ({ address })),
      subject: message.subject,
      date: receivedAt,
      offsetMinutes,
      messageId: messageIdOf(message.id ?? `${message.account} ${message.subject} ${message.daysAgo} ${message.at}`),
      inReplyTo: thread,
      references: thread,
      text: message.text,
      ...(message.html === undefined ? {} : { html: message.html }),
      attachments: message.attachments ?? [],
    },
    () => randomBytes(18).toString('hex'),
  );
  for await (const piece of pieces) await intake.write(piece);
  return {
    tenantId: account.tenantId,
    accountId: account.accountId,
    message: await intake.finish(),
    to: { role: message.mailbox },
    keywords: keywordsOf(message),
    receivedAt,
    event: 'email.imported',
  };
}

/** `accounts` by address; messages of the others are another operator's. */
export async function importPast(
  mail: Mail,
  act: Act,
  accounts: ReadonlyMap<string, AccountRef>,
  now: Date,
): Promise<void> {
  const oldestFirst = pastMessages.toSorted((a, b) => dateOf(a, now).getTime() - dateOf(b, now).getTime());
  for (const message of oldestFirst) {
    const account = accounts.get(message.account);
    if (account === undefined) continue;
    const [outcome] = await mail.deliver(act, [await deliveryOf(mail, account, message, now)]);
    if (outcome?.kind !== 'stored') throw new TypeError(`a past message was not taken: ${message.subject}`);
  }
}
