/**
 * Messages from people: who signs in writes as the accounts that are theirs or delegated to them (`own` or `send`), to the
 * trust space alone.
 *
 * One domain function does it for everyone: `openSubmission` for those who push content (SMTP), `submit` for those who hold
 * it (the CLI, JMAP). The copy in Sent, the deliveries to our own accounts, the queue for the others and the audit events
 * are one transaction.
 */
import { assert, present } from '../../base/assert.ts';
import { mailLimits } from '../../base/domain-limits.ts';
import type { EmailId } from '../../base/ids.ts';
import { type Address, domainOf } from '../../formats/address/address.ts';
import { postmaster } from '../../formats/smtp/path.ts';
import type { Actor } from '../audit/audit.ts';
import type { AccountRef } from '../mail/mail.ts';
import type {
  Admission,
  AdmissionVerdict,
  Credentials,
  Deferred,
  EnvelopeRecipient,
  OpeningVerdict,
  Peer,
  ReceptionVerdict,
  Refused,
  SenderEnvelope,
  SubmissionAcceptance,
  Transaction,
  Verdict,
} from './acceptance.ts';
import { isOurs, type LocalRecipient, type LocalRecipients } from './local-recipients.ts';
import type { QueuedRecipient } from './queued-message.ts';
import { deferred, refused } from './replies.ts';
import { asQueued } from './reports.ts';
import { findSenderAccount } from './sender-rights.ts';
import { recordSignIn } from './sign-in.ts';
import { SubmissionSink } from './submission-sink.ts';
import { writeSubmitted } from './submitted-content.ts';
import type { TransferParts } from './transfer.ts';

export type SubmissionActor = Extract<Actor, { kind: 'person' | 'administrator' | 'system' }>;

/** Who submits, and how it came to us. */
export interface SubmissionRequest {
  readonly actor: SubmissionActor;
  /** A kebab-case code of the purpose, for the audit. */
  readonly reason: string;
  /** For `Received`; absent when the message did not come by SMTP. */
  readonly peer?: Peer;
  /** The sandbox alone: the authors in the header are not compared with the account. Nothing else is skipped. */
  readonly inject?: boolean;
}

export type SubmissionParts = TransferParts & { readonly recipients: LocalRecipients };

/** Where an accepted recipient is reached. */
export type Destination =
  | { readonly kind: 'local'; readonly local: LocalRecipient & EnvelopeRecipient }
  | { readonly kind: 'outgoing'; readonly recipient: QueuedRecipient };

export function createSubmission(parts: SubmissionParts): SubmissionAcceptance {
  return {
    authenticate: async (credentials, peer) => authenticate(parts, credentials, peer),
  };
}

async function authenticate(parts: SubmissionParts, credentials: Credentials, peer: Peer): Promise<AdmissionVerdict> {
  const { authenticationId, authorizationId, password } = credentials;
  // RFC 4616 §2: to act as another takes a right that app passwords do not give.
  const isForOneself = authorizationId === undefined || authorizationId === '' || authorizationId === authenticationId;
  if (!isForOneself) return refused('credentials-refused');
  const signIn = await parts.access.authenticateAppPassword(parts.db, {
    login: authenticationId,
    token: password,
    scope: 'submission',
    remoteAddress: peer.remoteAddress,
    at: parts.clock.now(),
  });
  await recordSignIn(parts, signIn, authenticationId);
  switch (signIn.kind) {
    case 'accepted': {
      const actor: SubmissionActor = { kind: 'person', personId: signIn.person.personId };
      const { tenantId } = signIn.person;
      const appPasswordId = present(signIn.appPasswordId, 'a sign-in by app password names none');
      const isStillAdmitted = (): Promise<boolean> =>
        parts.access.isAppPasswordValid(parts.db, tenantId, appPasswordId, 'submission');
      const request = { actor, reason: 'mail-submission', peer };
      return { kind: 'admitted', admission: new PersonAdmission(parts, request, isStillAdmitted) };
    }
    case 'refused':
      return refused('credentials-refused');
    case 'slowed':
      return deferred('too-many-attempts');
  }
}

class PersonAdmission implements Admission {
  readonly #parts: SubmissionParts;
  readonly #request: SubmissionRequest;
  readonly #isStillAdmitted: () => Promise<boolean>;

  constructor(parts: SubmissionParts, request: SubmissionRequest, isStillAdmitted: () => Promise<boolean>) {
    this.#parts = parts;
    this.#request = request;
    this.#isStillAdmitted = isStillAdmitted;
  }

  async openTransaction(envelope: SenderEnvelope): Promise<OpeningVerdict> {
    // A connection may live for hours: a password revoked meanwhile, or a person who left, no longer counts.
    if (!(await this.#isStillAdmitted())) return refused('credentials-refused');
    return openSubmission(this.#parts, this.#request, envelope);
  }
}

type SubmissionOpening = { readonly kind: 'opened'; readonly transaction: SubmissionTransaction } | Refused;

/** Opens a transaction for `envelope.sender`, which must be an account that the actor may send from. */
async function openSubmission(
  parts: SubmissionParts,
  request: SubmissionRequest,
  envelope: SenderEnvelope,
): Promise<SubmissionOpening> {
  if (envelope.sender === null) {
    // Receipts (RFC 8098 §3) have no sender: the account is the header's author's, known once the header has come.
    return { kind: 'opened', transaction: new SubmissionTransaction(parts, { request, envelope, account: undefined }) };
  }
  const account = await findSenderAccount(parts, request.actor, envelope.sender);
  if (account === undefined) return refused('sender-not-owned');
  const room = await parts.mail.hasRoomFor(parts.db, account, envelope.sizeBytes ?? 0);
  if (room !== 'yes') return refused(room === 'closed' ? 'sender-not-owned' : 'own-mailbox-full');
  return { kind: 'opened', transaction: new SubmissionTransaction(parts, { request, envelope, account }) };
}

export interface SubmissionContext {
  readonly request: SubmissionRequest;
  readonly envelope: SenderEnvelope;
  readonly account: AccountRef | undefined;
  /** The account has the message already: no copy goes to Sent. */
  readonly kept?: { readonly emailId: EmailId; readonly isOnlyJudged?: boolean };
}

export class SubmissionTransaction implements Transaction {
  readonly #parts: SubmissionParts;
  readonly #context: SubmissionContext;
  readonly #destinations = new Map<string, Destination>();

  constructor(parts: SubmissionParts, context: SubmissionContext) {
    this.#parts = parts;
    this.#context = context;
  }

  async admitRecipient(recipient: EnvelopeRecipient): Promise<Verdict> {
    const destination = await this.#locate(recipient);
    if (destination.kind === 'refused' || destination.kind === 'deferred') return destination;
    // RFC 5321 §4.5.3.1.10; with the copy in Sent, what one delivery to our accounts takes.
    if (this.#destinations.size >= mailLimits.deliveries - 1) return deferred('too-many-recipients');
    if (destination.kind === 'local') {
      const size = this.#context.envelope.sizeBytes ?? 0;
      const verdict = await this.#parts.recipients.checkRoom(destination.local, size);
      if (verdict.kind !== 'accepted') return verdict;
    }
    const name = destinationText(destination);
    if (!this.#destinations.has(name)) this.#destinations.set(name, destination);
    return { kind: 'accepted' };
  }

  async #locate(recipient: EnvelopeRecipient): Promise<Destination | Refused | Deferred> {
    const to = recipient.recipient;
    if (isOurs(this.#parts, to)) {
      const local = await this.#parts.recipients.find(to);
      return local === undefined ? refused('recipient-unknown') : { kind: 'local', local: { ...recipient, ...local } };
    }
    assert(to !== postmaster, 'a bare postmaster is ours');
    const domain = domainOf(to);
    if (this.#parts.trust.whiteList() === undefined) return deferred('trust-space-unknown');
    // The one wall between health data and the Internet: nothing is sent outside the trust space.
    if (!this.#parts.trust.isInTrustSpace(domain)) return refused('recipient-outside-trust-space', { domain });
    return { kind: 'outgoing', recipient: asQueued({ ...recipient, address: to }) };
  }

  receive(): Promise<ReceptionVerdict> {
    return Promise.resolve({ kind: 'receiving', sink: this.open() });
  }

  /** The same sink, whose outcome also tells the copy in Sent. */
  open(): SubmissionSink {
    const destinations = [...this.#destinations.values()];
    assert(destinations.length > 0, 'content came before any recipient');
    return new SubmissionSink(this.#parts, { ...this.#context, destinations });
  }
}

/** One copy for each account of ours, and one for each address elsewhere: addresses of the trust space know no case. */
function destinationText(destination: Destination): string {
  if (destination.kind === 'outgoing') return destination.recipient.address.toLowerCase();
  const { tenantId, accountId } = destination.local.account;
  return `${tenantId}/${accountId}`;
}

export interface Submission {
  readonly sender: Address;
  readonly recipients: readonly EnvelopeRecipient[];
  readonly content: AsyncIterable<Buffer>;
  readonly ret?: 'FULL' | 'HDRS';
  readonly envelopeId?: string;
}

/** `refused` names the recipients that stand in the way; nothing was sent then. */
export type SubmissionOutcome =
  | { readonly kind: 'submitted'; readonly emailId: EmailId; readonly isRepeated: boolean }
  | {
      readonly kind: 'refused';
      readonly reply: (Refused | Deferred)['reply'];
      readonly recipient?: EnvelopeRecipient['recipient'];
    };

/** Submits a message that the caller holds: all its recipients, or none. */
export async function submit(
  parts: SubmissionParts,
  request: SubmissionRequest,
  submission: Submission,
): Promise<SubmissionOutcome> {
  const { sender, recipients, content, ret, envelopeId } = submission;
  const isWide = [sender, ...recipients.map((each) => each.recipient)].some((text) => /[^\p{ASCII}]/u.test(text));
  const opening = await openSubmission(parts, request, {
    sender,
    smtpUtf8: isWide,
    ...(ret !== undefined && { ret }),
    ...(envelopeId !== undefined && { envelopeId }),
  });
  if (opening.kind !== 'opened') return { kind: 'refused', reply: opening.reply };
  const { transaction } = opening;
  for (const recipient of recipients) {
    const verdict = await transaction.admitRecipient(recipient);
    if (verdict.kind !== 'accepted') return { kind: 'refused', reply: verdict.reply, recipient: recipient.recipient };
  }
  const sink = transaction.open();
  const unfit = await writeSubmitted(sink, content);
  if (unfit !== undefined) return { kind: 'refused', reply: unfit.reply };
  const outcome = await sink.finish();
  return outcome.kind === 'refused' ? { kind: 'refused', reply: outcome.reply } : outcome;
}
