/**
 * Messages from other operators: who may hand over what, to whom. The message itself is stored by `inbound-batch.ts`.
 *
 *   EHLO  admitPeer        certificate chain, dates, revocation, on the white list at all
 *   MAIL  openTransaction  the certificate stands in the white list for the sender's domain (asked again at each message)
 *   RCPT  admitRecipient   one of our accounts, open, with room
 *   DATA  receive          authors, loops, reports; then one commit with others
 */
import { assert } from '../../base/assert.ts';
import { newId, type Uuid } from '../../base/ids.ts';
import { smtpLimits } from '../../base/limits.ts';
import { domainOf } from '../../formats/address/address.ts';
import type { GatheredMessage, Intake, Keyword } from '../mail/mail.ts';
import type { ListedOperator } from '../trust/trust.ts';
import type {
  AbortReason,
  Admission,
  AdmissionVerdict,
  CommitVerdict,
  Deferred,
  EnvelopeRecipient,
  InboundAcceptance,
  MessageSink,
  OpeningVerdict,
  Peer,
  ReceptionVerdict,
  Refused,
  SenderEnvelope,
  Transaction,
  Verdict,
} from './acceptance.ts';
import { transactionHash } from './accepted-transactions.ts';
import { readAuthors } from './authors.ts';
import type { Committer } from './committer.ts';
import type { InboundItem } from './inbound-batch.ts';
import { isInjected } from './injection.ts';
import { accountText, isOurs, type LocalRecipient, type LocalRecipients } from './local-recipients.ts';
import {
  beginsFolded,
  continuedTraceField,
  isAutomaticAnswer,
  isReport,
  productReferenceOf,
  unverifiedAuthorKeyword,
} from './message-rules.ts';
import { judgePeer } from './peers.ts';
import { refused } from './replies.ts';
import { isLooping, printReceived, printReturnPath } from './trace-fields.ts';
import type { TransferParts } from './transfer.ts';

export type InboundParts = TransferParts & {
  readonly recipients: LocalRecipients;
  readonly committer: Committer<InboundItem, CommitVerdict>;
};

export function createInbound(parts: InboundParts): InboundAcceptance {
  return {
    async admitPeer(peer: Peer): Promise<AdmissionVerdict> {
      const verdict = judgePeer(parts, peer.certificateChain, undefined);
      if (verdict.kind !== 'trusted') return verdict;
      return { kind: 'admitted', admission: new OperatorAdmission(parts, peer) };
    },
  };
}

class OperatorAdmission implements Admission {
  readonly #parts: InboundParts;
  readonly #peer: Peer;

  constructor(parts: InboundParts, peer: Peer) {
    this.#parts = parts;
    this.#peer = peer;
  }

  async openTransaction(envelope: SenderEnvelope): Promise<OpeningVerdict> {
    const domain = envelope.sender === null ? undefined : domainOf(envelope.sender);
    // A connection may live for hours: a certificate revoked or struck off the list meanwhile no longer counts.
    const verdict = judgePeer(this.#parts, this.#peer.certificateChain, domain);
    if (verdict.kind !== 'trusted') return verdict;
    const transaction = new InboundTransaction(this.#parts, { peer: this.#peer, operator: verdict.operator, envelope });
    return { kind: 'opened', transaction };
  }
}

interface InboundContext {
  readonly peer: Peer;
  readonly operator: ListedOperator;
  readonly envelope: SenderEnvelope;
}

class InboundTransaction implements Transaction {
  readonly #parts: InboundParts;
  readonly #context: InboundContext;
  /** By account: an account named by two addresses gets one copy. */
  readonly #recipients = new Map<string, LocalRecipient & EnvelopeRecipient>();

  constructor(parts: InboundParts, context: InboundContext) {
    this.#parts = parts;
    this.#context = context;
  }

  async admitRecipient(recipient: EnvelopeRecipient): Promise<Verdict> {
    const local = await this.#find(recipient.recipient);
    if ('kind' in local) return local;
    const verdict = await this.#parts.recipients.checkRoom(local, this.#context.envelope.sizeBytes ?? 0);
    if (verdict.kind !== 'accepted') return verdict;
    const name = accountText(local.account);
    if (!this.#recipients.has(name)) this.#recipients.set(name, { ...recipient, ...local });
    return verdict;
  }

  async #find(recipient: EnvelopeRecipient['recipient']): Promise<LocalRecipient | Refused> {
    // RFC 5321 §3.6.2: nobody's mail is relayed.
    if (!isOurs(this.#parts, recipient)) return refused('recipient-elsewhere');
    return (await this.#parts.recipients.find(recipient)) ?? refused('recipient-unknown');
  }

  async receive(): Promise<ReceptionVerdict> {
    assert(this.#recipients.size > 0, 'content came before any recipient');
    const { peer, envelope } = this.#context;
    const id = newId(this.#parts.clock.now());
    const received = printReceived(
      { ...peer, isAuthenticated: false, smtpUtf8: envelope.smtpUtf8 },
      { hostName: this.#parts.options.hostName, id, at: this.#parts.clock.now() },
    );
    const prefix = Buffer.from(printReturnPath(envelope.sender) + received, 'utf8');
    const intake = this.#parts.mail.openIntake({ prefix });
    const recipients = [...this.#recipients.values()];
    return { kind: 'receiving', sink: new InboundSink(this.#parts, { ...this.#context, id, intake, recipients }) };
  }
}

interface SinkContext extends InboundContext {
  readonly id: Uuid;
  readonly intake: Intake;
  readonly recipients: readonly (LocalRecipient & EnvelopeRecipient)[];
}

class InboundSink implements MessageSink {
  readonly #parts: InboundParts;
  readonly #context: SinkContext;
  #firstOctet: number | undefined;

  constructor(parts: InboundParts, context: SinkContext) {
    this.#parts = parts;
    this.#context = context;
  }

  write(chunk: Buffer): Promise<void> | undefined {
    this.#firstOctet ??= chunk[0];
    return this.#context.intake.write(chunk) ?? undefined;
  }

  async commit(): Promise<CommitVerdict> {
    const message = await this.#context.intake.finish();
    if (beginsFolded(this.#firstOctet)) return continuedTraceField();
    const judged = judge(this.#parts, this.#context, message);
    if (judged.kind !== 'fit') return judged;
    const { operator, envelope, id, recipients } = this.#context;
    // One for each recipient: a peer that repeats may find one of them deferred this time, and bring the others alone.
    const hashOf = (recipient: SinkContext['recipients'][number]): Buffer =>
      transactionHash(this.#parts.lookup, {
        source: operator.dnKey,
        sender: envelope.sender,
        recipients: [accountText(recipient.account)],
        sha256: message.sha256,
      });
    const claimed = recipients.map((recipient) => ({ ...recipient, hash: hashOf(recipient) }));
    const item: InboundItem = { id, envelope, message, recipients: claimed, keywords: judged.keywords };
    // Resolves once the transaction that stores the message is committed; the end says 250 after it, in one place.
    const verdict = await this.#parts.committer.commit(operator.dnKey, item);
    if (verdict.kind === 'accepted') this.#parts.observer.received(productReferenceOf(message));
    return verdict;
  }

  async abort(_reason: AbortReason): Promise<void> {
    await this.#context.intake.abort();
  }
}

type Judged = { readonly kind: 'fit'; readonly keywords: readonly Keyword[] } | Refused | Deferred;

/** What may be said of a message only once it has been read. */
function judge(parts: InboundParts, { operator, envelope }: SinkContext, message: GatheredMessage): Judged {
  const { fields, findings, root } = message.structure;
  if (isLooping(fields, smtpLimits.receivedFields)) return refused('message-loop'); // RFC 5321 §6.3
  // RFC 5321 §4.5.5: what has no sender is a report or a machine's answer, else it is mail that nobody answers for.
  if (envelope.sender === null && !isReport(root) && !isAutomaticAnswer(fields))
    return refused('null-sender-not-report');
  const authors = readAuthors(fields, findings);
  const isVouchedFor =
    authors.kind === 'known' &&
    authors.addresses.every((address) => parts.trust.isOperatorOf(operator.dnKey, domainOf(address)));
  if (isVouchedFor) return { kind: 'fit', keywords: [] };
  // Without this, whoever stands in the trust space could write as a doctor of another operator.
  const { unverifiedAuthor, takesInjected } = parts.options;
  const isLetIn = unverifiedAuthor === 'warn' || (takesInjected === true && isInjected(fields));
  if (isLetIn) return { kind: 'fit', keywords: [unverifiedAuthorKeyword] };
  if (authors.kind === 'unclear') return refused('message-malformed', { rule: authors.rule });
  return refused('header-sender-foreign');
}
