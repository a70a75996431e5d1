/**
 * Receipts (RFC 8098, RFC 9007): what the account tells to who asked, in `Disposition-Notification-To`, what became of a
 * message. One for each email, whoever asks for it and however often; never for a report, never to a patient, never outside
 * the trust space, and never by itself to another address than the message came from.
 */
import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { deliveryLimits, transferLimits } from '../../base/domain-limits.ts';
import { type EmailId, newId, type Uuid } from '../../base/ids.ts';
import { type Address, domainOf, parseAddress } from '../../formats/address/address.ts';
import { mailboxesOf } from '../../formats/address/address-list.ts';
import { composeDispositionNotification, type DispositionReport } from '../../formats/mime/compose-report.ts';
import { findFields } from '../../formats/mime/header-block.ts';
import { headerAddresses, headerMessageIds, headerText, headerValue } from '../../formats/mime/header-values.ts';
import type { HeaderField } from '../../formats/mime/mime.ts';
import { claimsReport, parseTypedAddress } from '../../formats/mime/report-reading.ts';
import type { Act } from '../audit/audit.ts';
import type { Account, AccountRef, EmailSummary, Identity } from '../mail/mail.ts';
import { type AutomaticMail, prepareAutomatic, sendAutomatic, targetOf } from './automatic-mail.ts';
import { requireRead } from './delivery-line.ts';
import { sentMessageHash } from './evidence-signs.ts';
import { formatInstant } from './report-texts.ts';
import { holdsSendRight } from './sender-rights.ts';
import type { SubmissionActor } from './submission.ts';
import { receiptTexts } from './texts.ts';
import type { TransferParts } from './transfer.ts';

export interface WantedReceipt {
  readonly emailId: EmailId;
  readonly identityId: Uuid;
  readonly disposition: Pick<DispositionReport, 'mode' | 'sending' | 'disposition'>;
  /** In place of the French ones. */
  readonly subject?: string;
  readonly text?: string;
  readonly includesOriginal?: boolean;
  readonly reportingUa?: string;
  /** `rfc822; …`; the account's own address unless told. */
  readonly finalRecipient?: string;
  readonly extensions?: readonly { readonly name: string; readonly value: string }[];
}

/** Why none was sent. */
export type ReceiptRefusal =
  | 'not-permitted'
  | 'email-unknown'
  | 'identity-unknown'
  | 'already-sent'
  | 'not-asked'
  | 'report'
  | 'patient'
  | 'untrusted'
  /** By itself, but to another address than the message came from: somebody must agree (RFC 8098 §2.1). */
  | 'consent-needed'
  | 'foreign-recipient'
  | 'bad-texts';

export type ReceiptOutcome =
  | {
      readonly kind: 'sent';
      readonly finalRecipient: string;
      readonly originalRecipient: string | null;
      readonly originalMessageId: string | null;
    }
  | { readonly kind: 'refused'; readonly why: ReceiptRefusal };

export interface ReceiptRequest {
  readonly actor: SubmissionActor;
  readonly reason: string;
}

/** Sends the receipt for an email and marks it `$mdnsent`, in one transaction. Needs the rights to send and to write. */
export async function sendReceipt(
  parts: TransferParts,
  by: ReceiptRequest,
  account: AccountRef,
  wanted: WantedReceipt,
): Promise<ReceiptOutcome> {
  const prepared = await prepare(parts, by, account, wanted);
  if (typeof prepared === 'string') return { kind: 'refused', why: prepared };
  const { mail, to, told } = prepared;
  const isSent = await parts.audit.act({ ...by, silent: 'when-nothing-changed' }, async (act) => {
    if (!(await claimReceipt(act, account, wanted.emailId))) return false;
    await sendAutomatic(parts, act, account.tenantId, mail);
    await parts.mail.setKeywords(act, account, [wanted.emailId], { add: ['$mdnsent'], remove: [] });
    act.record({
      tenantId: account.tenantId,
      accountId: account.accountId,
      kind: 'receipt.sent',
      object: { kind: 'email', id: wanted.emailId },
      facts: { disposition: wanted.disposition.disposition, domain: domainOf(to) },
      identifying: { recipient: to },
    });
    return true;
  });
  return isSent ? { kind: 'sent', ...told } : { kind: 'refused', why: 'already-sent' };
}

/** For good: whoever takes the keyword away does not make a second receipt of it. */
async function claimReceipt(act: Act, account: AccountRef, emailId: EmailId): Promise<boolean> {
  const claimed = await sql`
    insert into transfer.receipt (tenant_id, account_id, email_id, sent_at)
    values (${account.tenantId}, ${account.accountId}, ${emailId}, ${act.at})
    on conflict do nothing returning 1`.execute(act.tx);
  return claimed.rows.length > 0;
}

interface Prepared {
  readonly mail: AutomaticMail;
  readonly to: Address;
  readonly told: Omit<Extract<ReceiptOutcome, { kind: 'sent' }>, 'kind'>;
}

async function prepare(
  parts: TransferParts,
  by: ReceiptRequest,
  account: AccountRef,
  wanted: WantedReceipt,
): Promise<Prepared | ReceiptRefusal> {
  const { actor } = by;
  if (actor.kind === 'person' && !(await holdsSendRight(parts, actor.personId, account))) return 'not-permitted';
  if (!areFit(wanted)) return 'bad-texts';
  const owner = await parts.mail.getAccount(parts.db, account);
  if (owner === undefined || owner.isClosed) return 'not-permitted';
  const identities = await parts.mail.identities.list(parts.db, account);
  const identity = identities.find(({ id }) => id === wanted.identityId);
  if (identity === undefined) return 'identity-unknown';
  const email = await openEmail(parts, by, account, wanted.emailId);
  if (email === undefined) return 'email-unknown';
  const to = judge(email, wanted);
  if (!isAddress(to)) return to;
  const final = finalRecipientOf(owner, wanted);
  if (final === undefined) return 'foreign-recipient';
  const target = await targetOf(parts, to);
  if (target.kind === 'nobody') return target.why === 'patient' ? 'patient' : 'untrusted';
  const original = wanted.includesOriginal === true ? await openOriginal(parts, by, account, email) : undefined;
  const content = await compose(parts, wanted, {
    email,
    owner,
    identity,
    to,
    ...(original !== undefined && { original }),
  });
  const { fields } = email.structure;
  return {
    mail: await prepareAutomatic(parts, target, content),
    to,
    told: {
      finalRecipient: `rfc822; ${final}`,
      originalRecipient: headerValue(fields, 'Original-Recipient') ?? null,
      originalMessageId: headerMessageIds(fields, 'Message-ID')[0] ?? null,
    },
  };
}

function areFit({ subject = '', text = '', reportingUa = '', extensions = [] }: WantedReceipt): boolean {
  const { receiptTextCharacters, receiptLineCharacters, receiptFields } = deliveryLimits;
  const lines = [subject, reportingUa, ...extensions.map(({ value }) => value)];
  return (
    text.length <= receiptTextCharacters &&
    lines.every((line) => line.length <= receiptLineCharacters) &&
    extensions.length <= receiptFields &&
    // RFC 8098 §3.3: those of others begin so; a field of the standard's would say something twice.
    extensions.every(({ name }) => /^X-[A-Za-z0-9-]{1,60}$/i.test(name))
  );
}

async function openEmail(
  { audit, mail }: Pick<TransferParts, 'audit' | 'mail'>,
  by: ReceiptRequest,
  account: AccountRef,
  id: EmailId,
): Promise<EmailSummary | undefined> {
  return audit.act({ ...by, silent: 'when-nothing-changed' }, async (act) => {
    const [card] = await mail.listCards(act.tx, account, [id]); // deleted emails open, and are not there
    if (card === undefined) return undefined;
    const [email] = await mail.openSummaries(act, account, [id]);
    return email;
  });
}

function isAddress(judged: Address | ReceiptRefusal): judged is Address {
  return judged.includes('@');
}

/** To whom the receipt goes, or why there is none. */
function judge(email: EmailSummary, { disposition }: WantedReceipt): Address | ReceiptRefusal {
  const { fields } = email.structure;
  // RFC 8098 §2.1: no receipt for a receipt, nor for what has no sender.
  if (claimsReport(email.structure) || headerValue(fields, 'Return-Path') === '<>') return 'report';
  if (email.keywords.includes('$mdnsent')) return 'already-sent';
  const asking = findFields(fields, 'Disposition-Notification-To');
  const [to, ...others] = mailboxesOf(headerAddresses(fields, 'Disposition-Notification-To'));
  const address = to?.address === undefined ? undefined : parseAddress(to.address);
  // RFC 8098 §2.1: one field; of several addresses, nobody could say whom the reader agreed to tell.
  if (address === undefined || asking.length !== 1 || others.length > 0) return 'not-asked';
  const isByItself = (disposition.sending ?? disposition.mode) === 'automatic';
  const path = /^<(.+)>$/.exec(headerValue(fields, 'Return-Path') ?? '')?.[1];
  return isByItself && path?.toLowerCase() !== address.toLowerCase() ? 'consent-needed' : address;
}

/** RFC 8098 §3.2.4: whoever tells, tells it of itself. */
function finalRecipientOf(owner: Account, { finalRecipient }: WantedReceipt): Address | undefined {
  if (finalRecipient === undefined) return owner.address;
  const given = parseTypedAddress(finalRecipient);
  return given?.toLowerCase() === owner.address.toLowerCase() ? owner.address : undefined;
}

/** The sender's own bytes when they are few enough, else the header. */
async function openOriginal(
  { audit, mail }: Pick<TransferParts, 'audit' | 'mail'>,
  by: ReceiptRequest,
  account: AccountRef,
  { id, prefixBytes: start, sizeBytes, structure }: EmailSummary,
): Promise<NonNullable<DispositionReport['original']>> {
  const isWhole = sizeBytes - start <= transferLimits.returnedMessageBytes;
  const headerEnd = Math.min(structure.root.headerEnd, start + transferLimits.returnedHeaderBytes);
  const range = { start, end: isWhole ? sizeBytes : headerEnd };
  const bytes = await audit.act({ ...by, silent: 'when-nothing-changed' }, (act) =>
    mail.openContent(act, account, id, range),
  );
  const pieces: Buffer[] = [];
  for await (const piece of bytes) pieces.push(piece);
  return { kind: isWhole ? 'message' : 'headers', bytes: Buffer.concat(pieces) };
}

interface Composed {
  readonly email: EmailSummary;
  readonly owner: Account;
  readonly identity: Identity;
  readonly to: Address;
  readonly original?: NonNullable<DispositionReport['original']>;
}

function compose(
  parts: TransferParts,
  { disposition, subject, text, reportingUa, extensions }: WantedReceipt,
  { email, owner, identity, to, original }: Composed,
): Promise<Buffer> {
  const { fields } = email.structure;
  const now = parts.clock.now();
  const asked = headerText(fields, 'Subject') ?? '';
  const originalRecipient = originalRecipientOf(fields);
  const [originalMessageId] = headerMessageIds(fields, 'Message-ID');
  return composeDispositionNotification(
    {
      from: { name: identity.name, address: owner.address },
      to: { address: to },
      subject: subject ?? receiptTexts.subject[disposition.disposition](asked),
      date: now,
      messageId: `${newId(now)}@${domainOf(owner.address)}`,
      ...(originalMessageId !== undefined && { originalMessageId }),
      text: text ?? receiptTexts.text[disposition.disposition](formatInstant(email.receivedAt)),
      ...(original !== undefined && { original }),
      fields: [{ name: 'X-MSS-NIL', value: parts.options.productReference }], // ANS-REF2 ECO.2.4.3
      reportingUa: reportingUa ?? `${parts.options.hostName}; ${parts.options.productReference}`,
      ...(originalRecipient !== undefined && { originalRecipient }),
      finalRecipient: owner.address,
      ...disposition,
      ...(extensions !== undefined && { extensions }),
    },
    () => `=_${randomBytes(18).toString('hex')}`,
  );
}

/** RFC 8098 §2.3: told again as it came, when it is one address. */
function originalRecipientOf(fields: readonly HeaderField[]): string | undefined {
  const value = headerValue(fields, 'Original-Recipient');
  return value !== undefined && parseTypedAddress(value) !== undefined ? value : undefined;
}

/** The email in the account that was sent under this Message-ID, if it is one alone. Needs the right to read the account. */
export async function findSentEmail(
  parts: TransferParts,
  viewer: SubmissionActor,
  account: AccountRef,
  messageId: string,
): Promise<EmailId | undefined> {
  await requireRead(parts, parts.db, viewer, account);
  const found = await sql<{ emailId: EmailId }>`
    select distinct email_id as "emailId" from transfer.message
     where tenant_id = ${account.tenantId} and account_id = ${account.accountId} and email_id is not null
       and message_id_hash = ${sentMessageHash(parts.lookup, account, messageId)} limit 2`.execute(parts.db);
  return found.rows.length === 1 ? found.rows[0]?.emailId : undefined;
}
