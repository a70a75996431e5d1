/**
 * « Signaler »: a person tells the operator's administrator of a message that they received. The message goes whole, as an
 * attachment, into the administrator's account: telling is the person's decision, for administrators open no account. What
 * is unwanted then moves to the mailbox for it; what was meant for somebody else stays where it is, and its sender is told
 * nothing by us. Once for each person and email.
 */
import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { present } from '../../base/assert.ts';
import { unwantedLimits } from '../../base/domain-limits.ts';
import { Refusal } from '../../base/errors.ts';
import { type EmailId, newId, type PersonId } from '../../base/ids.ts';
import { domainOf } from '../../formats/address/address.ts';
import { composeMessage } from '../../formats/mime/compose.ts';
import type { Act, Actor } from '../audit/audit.ts';
import type { Account, AccountRef, EmailCard, GatheredMessage } from '../mail/mail.ts';
import { formatInstant } from './report-texts.ts';
import { unwantedTexts as texts } from './texts.ts';
import { printReturnPath } from './trace-fields.ts';
import type { TransferParts } from './transfer.ts';

export type UnwantedKind = 'unwanted' | 'phishing' | 'misdirected';

export interface UnwantedReport {
  readonly emailId: EmailId;
  readonly kind: UnwantedKind;
  readonly note?: string;
}

/** `isNew` is false when this person had told of this email already: nothing happens then. */
export interface UnwantedOutcome {
  readonly isNew: boolean;
  readonly isMoved: boolean;
}

type PersonActor = Extract<Actor, { kind: 'person' }>;

/**
 * Needs the right to write to the account. `Refusal` `not-permitted`, `email-unknown`, `bad-note`; `administrator-unreachable`
 * when the administrator's account cannot take it: nothing has changed then.
 */
export async function reportUnwanted(
  parts: TransferParts,
  actor: PersonActor,
  account: AccountRef,
  report: UnwantedReport,
): Promise<UnwantedOutcome> {
  const { note = '', emailId, kind } = report;
  if (note.length > unwantedLimits.noteCharacters) throw new Refusal('bad-note', texts.noteTooLong);
  await requireWrite(parts, actor, account);
  const by = { actor, reason: 'unwanted-mail', silent: 'when-nothing-changed' } as const;
  if (await wasReported(parts, actor.personId, account, emailId)) return { isNew: false, isMoved: false };
  const administrator = await parts.access.findAddress(parts.db, parts.options.administrator);
  if (administrator === undefined) throw unreachable();
  const [card] = await parts.mail.listCards(parts.db, account, [emailId]);
  if (card === undefined) throw new Refusal('email-unknown', texts.emailUnknown);
  // Gathered before the transaction: nothing is read from the blob store while locks are held (invariant 5).
  const message = await gather(parts, by, account, { card, kind, note });
  return parts.audit.act(by, async (act) => {
    if (!(await claim(act, actor.personId, account, report))) return { isNew: false, isMoved: false };
    const [outcome] = await parts.mail.deliver(act, [
      {
        ...{ tenantId: administrator.tenantId, accountId: administrator.accountId },
        message,
        to: { role: 'inbox' },
        keywords: [],
        receivedAt: act.at,
        event: 'email.received',
      },
    ]);
    if (outcome?.kind !== 'stored') throw unreachable();
    act.record({
      tenantId: account.tenantId,
      accountId: account.accountId,
      kind: 'email.denounced',
      object: { kind: 'email', id: emailId },
      facts: { as: kind, to: outcome.emailId },
    });
    if (kind !== 'misdirected') await putAside(parts, act, account, report);
    return { isNew: true, isMoved: kind !== 'misdirected' };
  });
}

async function requireWrite(
  parts: Pick<TransferParts, 'access' | 'db' | 'clock'>,
  { personId }: PersonActor,
  account: AccountRef,
): Promise<void> {
  const person = { tenantId: account.tenantId, personId };
  const rights = await parts.access.rightsOn(parts.db, person, account, parts.clock.now());
  if (!rights.has('own') && !rights.has('write')) throw new Refusal('not-permitted', texts.notPermitted);
}

function unreachable(): Refusal {
  return new Refusal('administrator-unreachable', texts.administratorUnreachable);
}

async function wasReported(
  { db }: Pick<TransferParts, 'db'>,
  personId: PersonId,
  { tenantId, accountId }: AccountRef,
  emailId: EmailId,
): Promise<boolean> {
  const found = await sql`
    select 1 from transfer.unwanted_report
     where tenant_id = ${tenantId} and account_id = ${accountId} and email_id = ${emailId} and person_id = ${personId}
    `.execute(db);
  return found.rows.length > 0;
}

async function claim(
  act: Act,
  personId: PersonId,
  { tenantId, accountId }: AccountRef,
  { emailId, kind }: UnwantedReport,
): Promise<boolean> {
  const claimed = await sql`
    insert into transfer.unwanted_report (tenant_id, account_id, email_id, person_id, kind, reported_at)
    values (${tenantId}, ${accountId}, ${emailId}, ${personId}, ${kind}, ${act.at})
    on conflict do nothing returning 1`.execute(act.tx);
  return claimed.rows.length > 0;
}

async function putAside(
  { mail }: Pick<TransferParts, 'mail'>,
  act: Act,
  account: AccountRef,
  { emailId, kind }: UnwantedReport,
): Promise<void> {
  const mailboxes = await mail.listMailboxes(act.tx, account);
  const junk = present(
    mailboxes.find(({ role }) => role === 'junk'),
    'an account has no mailbox for unwanted mail',
  );
  const add = kind === 'phishing' ? ['$junk', '$phishing'] : ['$junk'];
  await mail.setKeywords(act, account, [emailId], { add, remove: ['$notjunk'] });
  await mail.moveEmails(act, account, [emailId], [junk.id]);
}

interface Gathered {
  readonly card: EmailCard;
  readonly kind: UnwantedKind;
  readonly note: string;
}

/** The message to the administrator, streamed: what is reported may be as large as any message. */
async function gather(
  parts: TransferParts,
  by: Parameters<TransferParts['audit']['act']>[0],
  account: AccountRef,
  { card, kind, note }: Gathered,
): Promise<GatheredMessage> {
  const owner = present(await parts.mail.getAccount(parts.db, account), 'an account with an email is not there');
  const content = await parts.audit.act(by, (act) => parts.mail.openContent(act, account, card.id));
  const intake = parts.mail.openIntake({ prefix: Buffer.from(printReturnPath(owner.address)) });
  try {
    for await (const piece of compose(parts, { owner, card, kind, note, content })) await intake.write(piece);
    return await intake.finish();
  } catch (fault) {
    await intake.abort();
    throw fault;
  }
}

function compose(
  { clock, options }: Pick<TransferParts, 'clock' | 'options'>,
  { owner, card, kind, note, content }: Gathered & { readonly owner: Account; readonly content: AsyncIterable<Buffer> },
): AsyncIterable<Uint8Array> {
  const now = clock.now();
  return composeMessage(
    {
      from: { name: owner.displayName, address: owner.address },
      to: [{ address: options.administrator }],
      subject: texts.subject[kind],
      date: now,
      messageId: `${newId(now)}@${domainOf(owner.address)}`,
      text: [
        texts.opening[kind](owner.address, formatInstant(card.receivedAt)),
        note === '' ? texts.noNote : texts.note(note),
        texts.closing[kind],
        '',
      ].join('\n\n'),
      attachments: [{ fileName: texts.fileName, contentType: 'message/rfc822', content }],
    },
    () => `=_${randomBytes(18).toString('hex')}`,
  );
}
