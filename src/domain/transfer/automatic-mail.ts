/**
 * What an account sends without anybody having written it: a receipt, an answer for who is away. It has no envelope sender
 * (RFC 3834 §3.3, RFC 8098 §3), so that nothing ever answers it, no report comes back and two machines cannot talk to each
 * other; it leaves no copy in Sent.
 */
import { isAscii } from 'node:buffer';
import type { TenantId } from '../../base/ids.ts';
import { type Address, domainOf } from '../../formats/address/address.ts';
import type { Act } from '../audit/audit.ts';
import type { AccountRef, GatheredMessage } from '../mail/mail.ts';
import { enqueueMessage } from './enqueue.ts';
import { followArrived, storedAmong } from './evidence-follow.ts';
import { isOurs } from './local-recipients.ts';
import type { TransferParts } from './transfer.ts';

/** `untrusted` outside the trust space, `patient` for who is never written to by a machine; both are nobody then. */
export type AutomaticTarget =
  | { readonly kind: 'account'; readonly account: AccountRef }
  | { readonly kind: 'outgoing'; readonly address: Address }
  | { readonly kind: 'nobody'; readonly why: 'unknown' | 'untrusted' | 'patient' };

export async function targetOf(parts: TransferParts, to: Address): Promise<AutomaticTarget> {
  const domain = domainOf(to);
  if (parts.options.patientDomains.includes(domain)) return { kind: 'nobody', why: 'patient' };
  if (isOurs(parts, to)) {
    const account = await parts.access.findAddress(parts.db, to);
    return account === undefined ? { kind: 'nobody', why: 'unknown' } : { kind: 'account', account };
  }
  return parts.trust.isInTrustSpace(domain) ? { kind: 'outgoing', address: to } : { kind: 'nobody', why: 'untrusted' };
}

/** Ready to be sent: what is put into an account is gathered before the transaction that puts it there. */
export type AutomaticMail =
  | { readonly kind: 'account'; readonly account: AccountRef; readonly message: GatheredMessage }
  | { readonly kind: 'outgoing'; readonly address: Address; readonly content: Buffer };

export async function prepareAutomatic(
  parts: TransferParts,
  target: Exclude<AutomaticTarget, { kind: 'nobody' }>,
  content: Buffer,
): Promise<AutomaticMail> {
  if (target.kind === 'outgoing') return { ...target, content };
  const intake = parts.mail.openIntake({ prefix: Buffer.from('Return-Path: <>\r\n') }); // RFC 5321 §4.4
  await intake.write(content);
  return { ...target, message: await intake.finish() };
}

/** In the act's transaction. One of our accounts that is closed or full does not get it, and nobody is told. */
export async function sendAutomatic(
  parts: TransferParts,
  act: Act,
  tenantId: TenantId,
  mail: AutomaticMail,
): Promise<void> {
  if (mail.kind === 'outgoing') {
    await enqueueMessage(parts, act, {
      tenantId,
      envelope: { sender: null, is8Bit: !isAscii(mail.content), hasWideHeader: false },
      content: { kind: 'inline', bytes: mail.content },
      outgoing: [{ address: mail.address, notify: [] }], // RFC 3461 §6.1: never reported on
    });
    return;
  }
  const delivery = { ...mail.account, message: mail.message, receivedAt: act.at, event: 'email.received' } as const;
  const outcomes = await parts.mail.deliver(act, [{ ...delivery, to: { role: 'inbox' }, keywords: [] }]);
  await followArrived(parts, act, storedAmong([delivery], outcomes));
}
