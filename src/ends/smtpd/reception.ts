import type { Log } from '../../base/log.ts';
import type { AbortReason, MessageSink } from '../../domain/transfer/acceptance.ts';
import type { Reply } from '../../formats/smtp/reply.ts';
import { protocolReply, replyOfFault, replyOfVerdict } from './errors.ts';
import type { SmtpdLimits } from './options.ts';
import { smtpdTexts } from './texts.ts';

/** How the reception of one message ended. */
export interface ReceptionEnd {
  readonly reply: Reply;
  /** Our own state is in doubt: the session closes after the reply. */
  readonly isFatal: boolean;
}

/**
 * The content of one message on its way into its sink. Once something is wrong the sink is told, the content that still
 * comes is thrown away, and the answer waits for the end of it.
 */
export class Reception {
  readonly #sink: MessageSink;
  readonly #limits: SmtpdLimits;
  readonly #log: Log;
  readonly #smtpUtf8: boolean;
  #contentBytes = 0;
  #wireBytes = 0;
  #failure: ReceptionEnd | undefined;
  #isDone = false;

  constructor(sink: MessageSink, options: { limits: SmtpdLimits; log: Log; smtpUtf8: boolean }) {
    this.#sink = sink;
    this.#limits = options.limits;
    this.#log = options.log;
    this.#smtpUtf8 = options.smtpUtf8;
  }

  /** True when so much came after the refusal that the peer will not hear it in time. */
  get isExhausted(): boolean {
    return this.#wireBytes > this.#limits.messageBytes + this.#limits.drainBytes;
  }

  /** Why the message will not be taken, if that is known already. */
  get failure(): ReceptionEnd | undefined {
    return this.#failure;
  }

  /** Takes content, `parts` of the `wireBytes` that came. Waits while the sink holds back. */
  async write(parts: readonly Buffer[], wireBytes: number): Promise<void> {
    this.#wireBytes += wireBytes;
    for (const part of parts) {
      if (this.#failure !== undefined) return;
      this.#contentBytes += part.length;
      // RFC 1870 §6.2: the true size counts, whatever was announced.
      if (this.#contentBytes > this.#limits.messageBytes) {
        await this.refuse(protocolReply(552, '5.3.4', smtpdTexts.tooBig(this.#limits.messageBytes)), 'too-big');
        return;
      }
      try {
        const held = this.#sink.write(part);
        if (held !== undefined) await held;
      } catch (fault) {
        await this.#fail(replyOfFault(fault, this.#log), 'fault');
      }
    }
  }

  /** Decides that the message is not taken; the first decision stands. */
  async refuse(reply: Reply, reason: AbortReason): Promise<void> {
    await this.#fail({ reply, isFatal: false }, reason);
  }

  /** The whole content came: makes the message ours, or says why not. */
  async finish(): Promise<ReceptionEnd> {
    if (this.#failure !== undefined) return this.#failure;
    this.#isDone = true;
    try {
      const verdict = await this.#sink.commit(); // The instant of acceptance: committed, and only then 250.
      if (verdict.kind !== 'accepted')
        return { reply: replyOfVerdict(verdict, { smtpUtf8: this.#smtpUtf8 }), isFatal: false };
      return { reply: protocolReply(250, '2.0.0', smtpdTexts.committed(verdict.reference)), isFatal: false };
    } catch (fault) {
      return replyOfFault(fault, this.#log);
    }
  }

  /** The message will never be whole. Nothing of it remains. */
  async abort(reason: AbortReason): Promise<void> {
    if (this.#isDone) return;
    this.#isDone = true;
    await this.#sink.abort(reason);
  }

  async #fail(failure: ReceptionEnd, reason: AbortReason): Promise<void> {
    this.#failure ??= failure;
    await this.abort(reason);
  }
}
