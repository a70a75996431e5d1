/**
 * Sending, and taking back (RFC 8621 §7.5).
 *
 * One request makes the final email and its submission; only when it was taken does a second one drop the draft and mark what
 * was answered. The same `idempotencyId` goes with each try of one message: an answer that was lost leaves no second message,
 * for the server then answers `alreadyExists`.
 */
import type { EmailAddress, Identity, JmapId, SetError } from '../../../contract/jmap/mail.ts';
import type {
  EmailSubmission,
  EnvelopeAddress,
  SubmissionEnvelope,
  SubmissionSetError,
  WantedSubmission,
} from '../../../contract/jmap/submission.ts';
import { type Invocation, type JmapClient, MethodFault, mailCapabilities } from '../../jmap/client.ts';
import type { EmailRef } from '../store/types.ts';
import { allRecipients, type ComposedMessage, emailOf } from './message.ts';
import { printHoldUntil } from './schedule.ts';

/** contract/jmap/submission.ts: a name that allows `idempotencyId`. */
const idempotency = 'https://hygie.example/jmap/idempotency';

/** RFC 4865: for some seconds (to take it back), or until an instant. */
export type Hold =
  | { readonly kind: 'none' }
  | { readonly kind: 'for'; readonly seconds: number }
  | { readonly kind: 'until'; readonly at: Date };

/** The mailboxes of an account that a message passes through. */
export interface Places {
  readonly draftsId: JmapId;
  readonly sentId: JmapId;
}

export interface WantedSend {
  readonly message: ComposedMessage;
  readonly identity: Identity;
  readonly places: Places;
  readonly hold: Hold;
  readonly idempotencyId: string;
}

export type SendOutcome =
  | { readonly kind: 'sent'; readonly submissionId: JmapId; readonly emailId: JmapId; readonly isHeld: boolean }
  /** An earlier try had been taken. `duplicateId`: the email of this one, which nobody needs. */
  | {
      readonly kind: 'repeated';
      readonly submissionId: JmapId;
      readonly emailId: JmapId;
      readonly duplicateId: JmapId | undefined;
    }
  /** `emailId`: what was made is a draft now, when it was made. */
  | { readonly kind: 'refused'; readonly error: SubmissionSetError | SetError; readonly emailId: JmapId | undefined };

interface SetAnswer {
  readonly created?: Readonly<Record<string, { readonly id: JmapId } & Partial<EmailSubmission>>> | null;
  readonly notCreated?: Readonly<Record<string, SetError>> | null;
  readonly updated?: Readonly<Record<string, unknown>> | null;
  readonly notUpdated?: Readonly<Record<string, SetError>> | null;
}

const using = [...mailCapabilities, idempotency];

function recipients(message: ComposedMessage, identity: Identity): readonly EmailAddress[] {
  return allRecipients({ ...message, bcc: [...message.bcc, ...(identity.bcc ?? [])] });
}

/** Left out when nothing is held: the server then takes it from the email's fields. */
function envelopeOf({ message, identity, hold }: WantedSend): SubmissionEnvelope | undefined {
  if (hold.kind === 'none') return undefined;
  const parameters: EnvelopeAddress['parameters'] =
    hold.kind === 'for' ? { HOLDFOR: String(hold.seconds) } : { HOLDUNTIL: printHoldUntil(hold.at) };
  return {
    mailFrom: { email: identity.email, parameters },
    rcptTo: recipients(message, identity).map(({ email }) => ({ email })),
  };
}

/** What turns a draft into a sent message, and the other way round. */
function sentPatch({ draftsId, sentId }: Places): Readonly<Record<string, true | null>> {
  return { [`mailboxIds/${draftsId}`]: null, [`mailboxIds/${sentId}`]: true, 'keywords/$draft': null };
}

function draftPatch({ draftsId, sentId }: Places): Readonly<Record<string, true | null>> {
  return { [`mailboxIds/${sentId}`]: null, [`mailboxIds/${draftsId}`]: true, 'keywords/$draft': true };
}

export function sendCalls(wanted: WantedSend): readonly Invocation[] {
  const { message, identity, places, idempotencyId } = wanted;
  const { accountId } = message;
  const place = { mailboxIds: { [places.draftsId]: true }, keywords: { $draft: true, $seen: true } } as const;
  const envelope = envelopeOf(wanted);
  const submission: WantedSubmission = {
    emailId: '#email',
    identityId: identity.id,
    idempotencyId,
    ...(envelope === undefined ? {} : { envelope }),
  };
  return [
    ['Email/set', { accountId, create: { email: emailOf(message, identity, { place, isDraft: false }) } }, 'email'],
    [
      'EmailSubmission/set',
      {
        accountId,
        create: { submission },
        onSuccessUpdateEmail: { '#submission': sentPatch(places) },
      },
      'submission',
    ],
  ];
}

/** Throws what the client throws: `Unreachable` when it is not known whether the server got it. */
export async function sendMessage(jmap: Pick<JmapClient, 'call'>, wanted: WantedSend): Promise<SendOutcome> {
  const answers = await jmap.call(sendCalls(wanted), { using });
  const email = answers.of<SetAnswer>('email', 'Email/set');
  const emailId = email.created?.['email']?.id;
  const emailError = email.notCreated?.['email'];
  if (emailError !== undefined) return { kind: 'refused', error: emailError, emailId: undefined };
  const submission = answers.of<SetAnswer>('submission', 'EmailSubmission/set');
  const made = submission.created?.['submission'];
  if (made !== undefined && emailId !== undefined) {
    return { kind: 'sent', submissionId: made.id, emailId, isHeld: made.undoStatus === 'pending' };
  }
  const error = submission.notCreated?.['submission'] ?? { type: 'serverFail' };
  if (error.type === 'alreadyExists' && error.existingId !== undefined) {
    const known = 'emailId' in error && typeof error.emailId === 'string' ? error.emailId : '';
    await fileAsSent(jmap, { accountId: wanted.message.accountId, emailId: known }, wanted.places).catch(
      () => undefined,
    );
    return { kind: 'repeated', submissionId: error.existingId, emailId: known, duplicateId: emailId };
  }
  return { kind: 'refused', error, emailId };
}

/**
 * The server may have died between what it sent and the move out of the drafts: the message would look unsent, and be sent
 * again by hand.
 */
async function fileAsSent(
  jmap: Pick<JmapClient, 'call'>,
  { accountId, emailId }: EmailRef,
  places: Places,
): Promise<void> {
  const asked = await jmap.call([['Email/get', { accountId, ids: [emailId], properties: ['keywords'] }, 'sent']]);
  const { list } = asked.of<{ list: readonly { keywords: Readonly<Record<string, true>> }[] }>('sent', 'Email/get');
  if (list[0]?.keywords['$draft'] !== true) return;
  await jmap.call([['Email/set', { accountId, update: { [emailId]: sentPatch(places) } }, 'file']]);
}

/** What stays to do once it was taken. A failure leaves a draft too many or a mark missing, nothing worse. */
export function afterSendCalls(
  message: ComposedMessage,
  { drafts, mayMarkOrigin }: { readonly drafts: readonly EmailRef[]; readonly mayMarkOrigin: boolean },
): readonly Invocation[] {
  const { origin } = message;
  const calls = drafts.map(
    ({ accountId, emailId }, index): Invocation => ['Email/set', { accountId, destroy: [emailId] }, `draft ${index}`],
  );
  if (origin !== undefined && mayMarkOrigin) {
    const keyword = origin.mode === 'transferer' ? 'keywords/$forwarded' : 'keywords/$answered';
    const update = { [origin.emailId]: { [keyword]: true } };
    calls.push(['Email/set', { accountId: origin.accountId, update }, 'origin']);
  }
  return calls;
}

export interface SentRef {
  readonly accountId: JmapId;
  readonly submissionId: JmapId;
  readonly places: Places;
}

export type TakeBackOutcome = 'taken-back' | 'too-late';

/** RFC 8621 §7: `undoStatus` to `canceled`, and the email is a draft again. */
export async function takeBack(
  jmap: Pick<JmapClient, 'call'>,
  { accountId, submissionId, places }: SentRef,
): Promise<TakeBackOutcome> {
  const update = { [submissionId]: { undoStatus: 'canceled' } };
  const onSuccessUpdateEmail = { [submissionId]: draftPatch(places) };
  const answers = await jmap.call([['EmailSubmission/set', { accountId, update, onSuccessUpdateEmail }, 'cancel']]);
  const { updated, notUpdated } = answers.of<SetAnswer>('cancel', 'EmailSubmission/set');
  if (updated !== null && updated !== undefined && submissionId in updated) return 'taken-back';
  if (notUpdated?.[submissionId] !== undefined) return 'too-late';
  throw new MethodFault('EmailSubmission/set', 'serverFail', 'the answer says nothing of what was asked');
}

/** Addresses that the refusal is about, for their chips. */
export function refusedAddresses(error: SubmissionSetError | SetError): readonly string[] {
  return 'invalidRecipients' in error ? (error.invalidRecipients ?? []) : [];
}
