/**
 * What an account answers while its holder is away, after RFC 3834. Never: to a machine or a list (`vacation-rules.ts`), to
 * what has no sender, to a patient, to itself, to who wrote to others with this account hidden among them, outside the
 * dates, or twice to one sender within `vacationLimits.againMs`. It says of itself that a machine wrote it and has no
 * envelope sender: two accounts whose holders are both away answer each other once, and no more.
 */
import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { vacationLimits } from '../../base/domain-limits.ts';
import { newId } from '../../base/ids.ts';
import { type Address, domainOf, localPartOf, parseAddress } from '../../formats/address/address.ts';
import { mailboxesOf } from '../../formats/address/address-list.ts';
import { composeMessageBytes } from '../../formats/mime/compose.ts';
import { findFields } from '../../formats/mime/header-block.ts';
import { headerAddresses, headerMessageIds, headerText, headerValue } from '../../formats/mime/header-values.ts';
import { htmlToText } from '../../formats/mime/html-text.ts';
import type { HeaderField } from '../../formats/mime/mime.ts';
import { claimsReport } from '../../formats/mime/report-reading.ts';
import type { Db } from '../../platform/db/db.ts';
import type { Act } from '../audit/audit.ts';
import type { Account, AccountRef, EmailSummary } from '../mail/mail.ts';
import { prepareAutomatic, sendAutomatic, targetOf } from './automatic-mail.ts';
import { accountText } from './local-recipients.ts';
import { vacationTexts } from './texts.ts';
import type { TransferParts } from './transfer.ts';
import { type KeptVacation, readVacation } from './vacation.ts';
import { mayBeAnsweredByMachine } from './vacation-rules.ts';

/** Answers the email if the account's holder is away and the rules let a machine answer it. */
export async function answerForAbsent(parts: TransferParts, account: AccountRef, email: EmailSummary): Promise<void> {
  const { fields } = email.structure;
  if (claimsReport(email.structure) || !mayBeAnsweredByMachine(fields)) return;
  const vacation = await readVacation(parts, parts.db, account);
  if (!isAway(vacation, parts.clock.now())) return;
  const owner = await parts.mail.getAccount(parts.db, account);
  if (owner === undefined || owner.isClosed) return;
  const sender = senderOf(fields);
  if (sender === undefined || !isAnswered(sender, owner) || !isShownRecipient(fields, owner.address)) return;
  const target = await targetOf(parts, sender);
  if (target.kind === 'nobody') return;
  const mail = await prepareAutomatic(parts, target, await composeAnswer(parts, { vacation, owner, email, sender }));
  const request = { actor: { kind: 'system', task: 'follow-received' }, reason: 'vacation' } as const;
  await parts.audit.act({ ...request, silent: 'when-nothing-changed' }, async (act) => {
    if (!(await claimAnswer(parts, act, account, sender))) return;
    await sendAutomatic(parts, act, account.tenantId, mail);
    act.record({
      tenantId: account.tenantId,
      accountId: account.accountId,
      kind: 'vacation.answered',
      object: { kind: 'email', id: email.id },
      facts: { domain: domainOf(sender) },
      identifying: { recipient: sender },
    });
  });
}

function isAway({ isEnabled, fromDate, toDate }: KeptVacation, now: Date): boolean {
  return isEnabled && (fromDate === null || fromDate <= now) && (toDate === null || toDate > now);
}

/** RFC 3834 §4: the answer goes to the envelope sender, which our own trace field says. */
function senderOf(fields: readonly HeaderField[]): Address | undefined {
  const path = /^<(.+)>$/.exec(headerValue(fields, 'Return-Path') ?? '')?.[1];
  return path === undefined ? undefined : parseAddress(path);
}

/** RFC 3834 §2: not to oneself, nor to addresses that machines write from. */
function isAnswered(sender: Address, owner: Account): boolean {
  const local = localPartOf(sender).toLowerCase();
  const isMachine =
    /^(?:owner-.*|.*-(?:request|owner|bounces?)|mailer-daemon|postmaster|abuse|no-?reply|ne-?pas-?repondre)$/.test(
      local,
    );
  return !isMachine && sender.toLowerCase() !== owner.address.toLowerCase();
}

/** RFC 3834 §2: only what names the account among those it is for. */
function isShownRecipient(fields: readonly HeaderField[], own: Address): boolean {
  return ['To', 'Cc'].some((name) =>
    mailboxesOf(headerAddresses(fields, name)).some(({ address }) => address?.toLowerCase() === own.toLowerCase()),
  );
}

/** RFC 3834 §2: once to each sender in a while; the hash is bound to the account. */
async function claimAnswer(
  parts: Pick<TransferParts, 'lookup'>,
  act: Act,
  account: AccountRef,
  sender: Address,
): Promise<boolean> {
  const hash = parts.lookup.hash('address', `vacation\0${accountText(account)}\0${sender.toLowerCase()}`);
  const claimed = await sql`
    insert into transfer.vacation_answer as held (tenant_id, account_id, sender_hash, answered_at)
    values (${account.tenantId}, ${account.accountId}, ${hash}, ${act.at})
    on conflict (tenant_id, account_id, sender_hash) do update set answered_at = excluded.answered_at
      where held.answered_at <= ${answeredBefore(act.at)}
    returning 1`.execute(act.tx);
  return claimed.rows.length > 0;
}

function answeredBefore(at: Date): Date {
  return new Date(at.getTime() - vacationLimits.againMs);
}

/** Forgets whom it was answered long enough ago; for the sweep. */
export async function forgetAnswers(db: Db, at: Date): Promise<void> {
  await sql`delete from transfer.vacation_answer where answered_at <= ${answeredBefore(at)}`.execute(db);
}

interface Answer {
  readonly vacation: KeptVacation;
  readonly owner: Account;
  readonly email: EmailSummary;
  readonly sender: Address;
}

function composeAnswer(parts: TransferParts, { vacation, owner, email, sender }: Answer): Promise<Buffer> {
  const { fields } = email.structure;
  const now = parts.clock.now();
  const parents = findFields(fields, 'Message-ID').length === 1 ? headerMessageIds(fields, 'Message-ID') : [];
  const asked = headerText(fields, 'Subject') ?? '';
  return composeMessageBytes(
    {
      from: { name: owner.displayName, address: owner.address },
      to: [{ address: sender }],
      subject: vacation.subject ?? vacationTexts.subject(asked.slice(0, vacationLimits.subjectCharacters)),
      date: now,
      messageId: `${newId(now)}@${domainOf(owner.address)}`,
      inReplyTo: parents,
      references: parents,
      fields: [
        { name: 'Auto-Submitted', value: 'auto-replied' }, // RFC 3834 §3.1.7
        { name: 'X-MSS-NIL', value: parts.options.productReference }, // ANS-REF2 ECO.2.4.3
      ],
      ...textsOf(vacation),
    },
    () => `=_${randomBytes(18).toString('hex')}`,
  );
}

function textsOf({ textBody, htmlBody }: KeptVacation): { readonly text: string; readonly html?: string } {
  if (htmlBody === null) return { text: textBody ?? vacationTexts.text };
  return { text: textBody ?? htmlToText(htmlBody), html: htmlBody };
}
