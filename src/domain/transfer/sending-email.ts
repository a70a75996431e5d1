/** The email that a sending is about: opened, its envelope, its recipients and authors judged. */
import { Refusal } from '../../base/errors.ts';
import type { EmailId } from '../../base/ids.ts';
import { parseAddress } from '../../formats/address/address.ts';
import { type HeaderMailbox, mailboxesOf, parseAddressList } from '../../formats/address/address-list.ts';
import { findFields } from '../../formats/mime/header-block.ts';
import type { HeaderField } from '../../formats/mime/mime.ts';
import type { Actor } from '../audit/audit.ts';
import type { AccountRef, EmailCard } from '../mail/mail.ts';
import type { EnvelopeRecipient, Refused, SenderEnvelope } from './acceptance.ts';
import { missingDate, missingMessageId } from './missing-fields.ts';
import type { QueuedRecipient } from './queued-message.ts';
import { refused } from './replies.ts';
import {
  notSent,
  type RefusedRecipient,
  type SendingEnvelope,
  type SendOutcome,
  type SendRefusal,
} from './sendings.ts';
import { type SubmissionParts, type SubmissionRequest, SubmissionTransaction } from './submission.ts';
import type { GatheredSubmission } from './submission-store.ts';
import { writeSubmitted } from './submitted-content.ts';

export interface OpenedDraft {
  readonly card: EmailCard;
  readonly fields: readonly HeaderField[];
  readonly content: AsyncIterable<Buffer>;
}

/** Undefined when the account has no such email. Told to the audit as an opening. */
export async function openDraft(
  parts: SubmissionParts,
  by: { readonly actor: Actor; readonly reason: string },
  account: AccountRef,
  id: EmailId,
): Promise<OpenedDraft | undefined> {
  try {
    return await parts.audit.act({ ...by, silent: 'when-nothing-changed' }, async (act) => {
      const [card] = await parts.mail.listCards(act.tx, account, [id]);
      const [summary] = await parts.mail.openSummaries(act, account, [id]);
      if (card === undefined || summary === undefined) return undefined;
      return { card, fields: summary.structure.fields, content: await parts.mail.openContent(act, account, id) };
    });
  } catch (fault) {
    if (fault instanceof Refusal && (fault.code === 'email-unknown' || fault.code === 'account-destroyed')) {
      return undefined;
    }
    throw fault;
  }
}

type Generated = { readonly kind: 'generated'; readonly envelope: SendingEnvelope };

/** RFC 8621 §7: the envelope of an email that came with none. Its sender is the account: no identity has another address. */
export function envelopeOf(
  fields: readonly HeaderField[],
  sender: SendingEnvelope['sender'],
): Generated | Extract<SendOutcome, { kind: 'refused' }> {
  const writers = findFields(fields, 'Sender').length > 0 ? 'Sender' : 'From';
  const named = mailboxesIn(fields, writers);
  if (findFields(fields, writers).length !== 1 || named.length !== 1) {
    return notSent({
      what: 'email',
      reply: refused('message-malformed', { rule: 'RFC 5322 3.6.2' }).reply,
      fields: [writers],
    });
  }
  const recipients = new Map<string, QueuedRecipient>();
  const malformed: RefusedRecipient[] = [];
  for (const { address: text } of ['To', 'Cc', 'Bcc'].flatMap((name) => mailboxesIn(fields, name))) {
    const address = text === undefined ? undefined : parseAddress(text);
    if (address !== undefined) recipients.set(address.toLowerCase(), { address });
    else if (text !== undefined) malformed.push({ address: text, reply: refused('recipient-malformed').reply });
  }
  if (malformed.length > 0) return notSent({ what: 'recipients', recipients: malformed });
  return { kind: 'generated', envelope: { sender, recipients: [...recipients.values()] } };
}

function mailboxesIn(fields: readonly HeaderField[], name: string): readonly HeaderMailbox[] {
  return findFields(fields, name).flatMap((field) => mailboxesOf(parseAddressList(field.raw)));
}

/** What MAIL would have said. */
export function senderEnvelope({ sender, ret, envelopeId, recipients }: SendingEnvelope): SenderEnvelope {
  const isWide = [sender, ...recipients.map(({ address }) => address)].some((text) => /[^\p{ASCII}]/u.test(text));
  return {
    sender,
    smtpUtf8: isWide,
    ...(ret !== undefined && { ret }),
    ...(envelopeId !== undefined && { envelopeId }),
  };
}

export interface Leaving {
  readonly account: AccountRef;
  readonly emailId: EmailId;
  readonly request: SubmissionRequest;
  readonly envelope: SendingEnvelope;
  /** For what is held: everything is judged, nothing is gathered. */
  readonly isOnlyJudged?: boolean;
}

/** Recipients as the rules of every submission admit them; who is refused, and who cannot be judged now. */
export async function admitRecipients(
  parts: SubmissionParts,
  { account, emailId, request, envelope, isOnlyJudged = false }: Leaving,
): Promise<{ readonly transaction: SubmissionTransaction; readonly refused: readonly RefusedQueued[] }> {
  const transaction = new SubmissionTransaction(parts, {
    request,
    envelope: senderEnvelope(envelope),
    account,
    kept: { emailId, isOnlyJudged },
  });
  const turnedDown: RefusedQueued[] = [];
  for (const recipient of envelope.recipients) {
    const { address, ...told } = recipient;
    const asked: EnvelopeRecipient = { ...told, recipient: address };
    const verdict = await transaction.admitRecipient(asked);
    if (verdict.kind !== 'accepted') turnedDown.push({ recipient, verdict });
  }
  return { transaction, refused: turnedDown };
}

export interface RefusedQueued {
  readonly recipient: QueuedRecipient;
  readonly verdict: Exclude<Awaited<ReturnType<SubmissionTransaction['admitRecipient']>>, { kind: 'accepted' }>;
}

/** The octets of the email, judged; gathered for leaving unless they are only judged. */
export async function writeDraft(
  transaction: SubmissionTransaction,
  content: AsyncIterable<Buffer>,
  isOnlyJudged: boolean,
): Promise<GatheredSubmission | 'judged' | Refused> {
  const sink = transaction.open();
  const unfit = await writeSubmitted(sink, content);
  if (unfit !== undefined) return unfit;
  return isOnlyJudged ? ((await sink.judge()) ?? 'judged') : sink.gather();
}

/** Which property of RFC 8621 §7.5 a refused content is told by. */
export function contentRefusal({ reply }: Refused): SendRefusal {
  if (reply.text === 'header-sender-foreign') return { what: 'author', reply };
  return { what: 'email', reply, fields: fieldsAtFault(reply.values?.['rule'] ?? '') };
}

function fieldsAtFault(rule: string): readonly string[] {
  if (rule === missingDate) return ['Date'];
  if (rule === missingMessageId) return ['Message-ID'];
  return ['From', 'Sender'].filter((name) => rule.endsWith(name));
}
