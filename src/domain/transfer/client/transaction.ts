import { present } from '../../../base/assert.ts';
import { Refusal, Temporary } from '../../../base/errors.ts';
import type { Address } from '../../../formats/address/address.ts';
import type { Capabilities } from '../../../formats/smtp/capabilities.ts';
import {
  type NotifyEvent,
  type OriginalRecipient,
  printMail,
  printRcpt,
} from '../../../formats/smtp/envelope-commands.ts';
import type { Reply } from '../../../formats/smtp/reply.ts';
import { wireTexts } from '../../../platform/wire/texts.ts';
import { ContentUnfit, checkContent, encodeContent, SourceFailed } from './content.ts';
import type { Dialogue } from './dialogue.ts';
import type { ClientLimits } from './limits.ts';
import type { RecipientOutcome, SendingStage } from './outcomes.ts';

export interface OutgoingMessage {
  /** Null for `<>`. */
  readonly sender: Address | null;
  /** Octets of the content. */
  readonly sizeBytes: number;
  /** Some octet is above 127. */
  readonly is8Bit: boolean;
  /** An address or a header field is beyond ASCII (RFC 6531). */
  readonly needsSmtpUtf8: boolean;
  /** The last line has no CRLF. */
  readonly endsInLine?: boolean;
  readonly ret?: 'FULL' | 'HDRS';
  readonly envelopeId?: string;
  readonly recipients: readonly OutgoingRecipient[];
  /** Lines end with CRLF. Read once, and only when the peer is ready for it. */
  readonly content: AsyncIterable<Uint8Array>;
}

export interface OutgoingRecipient {
  readonly address: Address;
  readonly notify?: readonly NotifyEvent[];
  readonly originalRecipient?: OriginalRecipient;
}

/**
 * One mail transaction over an open session. The outcome of every recipient is found whatever happens; only a fault of
 * the content's own source is thrown, after the connection was broken off. Recipients without an outcome are still open.
 */
export class OutgoingTransaction {
  readonly #dialogue: Dialogue;
  readonly #capabilities: Capabilities;
  readonly #limits: ClientLimits;
  readonly #message: OutgoingMessage;
  readonly #outcomes: (RecipientOutcome | undefined)[];
  #stage: SendingStage = 'mail';

  constructor(session: TransactionSession, message: OutgoingMessage) {
    this.#dialogue = session.dialogue;
    this.#capabilities = session.capabilities;
    this.#limits = session.limits;
    this.#message = message;
    this.#outcomes = message.recipients.map(() => undefined);
  }

  /** One outcome for each recipient, in their order. */
  async run(): Promise<readonly RecipientOutcome[]> {
    const need = unmetNeed(this.#message, this.#capabilities);
    if (need !== undefined) {
      this.#settle({ kind: 'unsuited', need });
    } else {
      try {
        await this.#converse();
      } catch (fault) {
        const outcome = await this.#outcomeOf(fault);
        // Nothing but a break keeps a half-sent message from being taken for a whole one.
        this.#dialogue.destroy();
        if (fault instanceof SourceFailed) throw fault.cause;
        this.#settle(outcome);
      }
    }
    return this.#outcomes.map((outcome) => present(outcome, 'every recipient has an outcome'));
  }

  async #converse(): Promise<void> {
    const commands = this.#commands();
    const isPipelined = this.#capabilities.pipelining;
    // RFC 2920 §3.1: DATA is the last of its group, and its reply is awaited before the content.
    if (isPipelined) this.#dialogue.send(commands.join(''));
    const ask = (index: number, timeoutMs: number): Promise<Reply> => {
      if (!isPipelined) this.#dialogue.send(commands[index] ?? '');
      return this.#dialogue.readReply(timeoutMs);
    };

    const sender = await ask(0, this.#limits.commandMs);
    if (!isTaken(sender)) this.#settle(refusedOr(sender, 'mail'));
    if (isTaken(sender) || isPipelined) {
      this.#stage = 'rcpt';
      for (const index of this.#outcomes.keys()) {
        const reply = await ask(index + 1, this.#limits.commandMs);
        if (!isTaken(reply)) this.#outcomes[index] ??= refusedOr(reply, 'rcpt');
      }
    }
    if (!this.#isOpen && (!isPipelined || this.#isChunked)) return this.#reset();
    if (this.#isChunked) return this.#sendChunks();
    this.#stage = 'data';
    const ready = await ask(commands.length - 1, this.#limits.dataMs);
    if (ready.code !== 354) {
      this.#settle(refusedOr(ready, 'data'));
      return this.#reset();
    }
    if (this.#isOpen) return this.#sendContent();
    // RFC 2920 §3.1: a server may say 354 with no recipient left; the message that it gets is empty.
    this.#dialogue.send('.\r\n');
    await this.#dialogue.readReply(this.#limits.endOfDataMs);
  }

  async #sendContent(): Promise<void> {
    this.#stage = 'content';
    let next: Buffer | undefined;
    for await (const block of encodeContent(this.#message.content)) {
      if (next !== undefined) await this.#sendBlock(next);
      next = block;
    }
    this.#stage = 'end-of-data';
    await this.#sendBlock(present(next, 'the end is a block'));
    const reply = await this.#dialogue.readReply(this.#limits.endOfDataMs);
    this.#settle(isTaken(reply) ? { kind: 'delivered', reply } : refusedOr(reply, 'end-of-data'));
  }

  /** DATA would end the last line (RFC 5321 §4.1.1.4); chunks carry the very bytes, to peers that know them (RFC 3030 §2). */
  get #isChunked(): boolean {
    return this.#message.endsInLine === true && this.#capabilities.chunking;
  }

  async #sendChunks(): Promise<void> {
    this.#stage = 'content';
    let next: Buffer | undefined;
    for await (const chunk of checkContent(this.#message.content)) {
      if (next !== undefined) {
        await this.#sendBlock(asChunk(next, ''));
        const reply = await this.#dialogue.readReply(this.#limits.blockMs);
        if (!isTaken(reply)) {
          this.#settle(refusedOr(reply, 'content'));
          return this.#reset();
        }
      }
      next = chunk;
    }
    this.#stage = 'end-of-data';
    await this.#sendBlock(asChunk(present(next, 'an empty message has no unended line'), ' LAST'));
    const reply = await this.#dialogue.readReply(this.#limits.endOfDataMs);
    this.#settle(isTaken(reply) ? { kind: 'delivered', reply } : refusedOr(reply, 'end-of-data'));
  }

  async #sendBlock(block: Buffer): Promise<void> {
    this.#dialogue.send(block);
    await this.#dialogue.drain(this.#limits.blockMs);
    if (this.#stage === 'content' && this.#dialogue.isOver) throw new Temporary('wire-lost', wireTexts.lost);
  }

  /** Leaves the connection ready for another message. */
  async #reset(): Promise<void> {
    this.#dialogue.send('RSET\r\n');
    await this.#dialogue.readReply(this.#limits.commandMs);
  }

  #commands(): readonly string[] {
    const { sender, sizeBytes, is8Bit, needsSmtpUtf8, ret, envelopeId, recipients } = this.#message;
    const { size, dsn } = this.#capabilities;
    const mail = printMail({
      sender,
      smtpUtf8: needsSmtpUtf8,
      ...(size && { sizeBytes }),
      ...(is8Bit && { body: '8BITMIME' }),
      ...(dsn && ret !== undefined && { ret }),
      ...(dsn && envelopeId !== undefined && { envelopeId }),
    });
    const rcpts = recipients.map(({ address, notify, originalRecipient }) =>
      printRcpt({
        recipient: address,
        ...(dsn && notify !== undefined && { notify }),
        ...(dsn && originalRecipient !== undefined && { originalRecipient }),
      }),
    );
    return [mail, ...rcpts, ...(this.#isChunked ? [] : ['DATA'])].map((line) => `${line}\r\n`);
  }

  get #isOpen(): boolean {
    return this.#outcomes.includes(undefined);
  }

  /** Gives `outcome` to all recipients still open. */
  #settle(outcome: RecipientOutcome): void {
    for (const index of this.#outcomes.keys()) this.#outcomes[index] ??= outcome;
  }

  async #outcomeOf(fault: unknown): Promise<RecipientOutcome> {
    const stage = this.#stage;
    if (fault instanceof ContentUnfit) return { kind: 'content-damaged', code: fault.code };
    if (fault instanceof Refusal) return { kind: 'gibberish', stage };
    if (fault instanceof SourceFailed) return { kind: 'interrupted', stage };
    if (!(fault instanceof Temporary)) throw fault;
    if (stage === 'end-of-data') return { kind: 'answer-lost' };
    if (stage !== 'content' || !this.#dialogue.hasUnread) return { kind: 'interrupted', stage };
    // A server that has seen enough says why before it closes.
    const reply = await this.#dialogue.readReply(this.#limits.quitMs).catch(() => undefined);
    return reply === undefined || reply.code < 400 ? { kind: 'interrupted', stage } : { kind: 'refused', stage, reply };
  }
}

interface TransactionSession {
  readonly dialogue: Dialogue;
  readonly capabilities: Capabilities;
  readonly limits: ClientLimits;
}

function asChunk(octets: Buffer, last: '' | ' LAST'): Buffer {
  return Buffer.concat([Buffer.from(`BDAT ${octets.length}${last}\r\n`), octets]);
}

function isTaken(reply: Reply): boolean {
  return reply.code >= 200 && reply.code < 300;
}

/** What a reply that is no success means; one of another kind than 4yz and 5yz says nothing (RFC 5321 §4.3.2). */
function refusedOr(reply: Reply, stage: SendingStage): RecipientOutcome {
  return reply.code >= 400 ? { kind: 'refused', stage, reply } : { kind: 'gibberish', stage };
}

/** What the message needs and the peer does not have. Content is never downgraded: signatures and proofs would break. */
function unmetNeed(message: OutgoingMessage, capabilities: Capabilities): 'size' | '8bitmime' | 'smtputf8' | undefined {
  const { maxSizeBytes = Number.POSITIVE_INFINITY } = capabilities;
  if (message.sizeBytes > maxSizeBytes) return 'size'; // RFC 1870 §5
  if (message.is8Bit && !capabilities.eightBitMime) return '8bitmime'; // RFC 6152 §3
  if (message.needsSmtpUtf8 && !capabilities.smtpUtf8) return 'smtputf8'; // RFC 6531 §3.2
  return undefined;
}
