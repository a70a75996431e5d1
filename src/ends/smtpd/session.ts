/**
 * One SMTP session, of an operator (inbound) or of a person (submission): what it remembers between two commands.
 *
 * | State           | Means                                        | Left by                                                  |
 * |-----------------|----------------------------------------------|----------------------------------------------------------|
 * | connected       | greeted, in the clear                        | EHLO -> announced                                        |
 * | announced       | EHLO in the clear                            | STARTTLS -> secured                                      |
 * | secured         | TLS up; all that was said before is forgotten | EHLO -> unauthenticated (submission), ready (inbound)    |
 * | unauthenticated | submission only                              | AUTH -> ready                                            |
 * | ready           | may open a transaction                       | MAIL -> sender                                           |
 * | sender          | sender admitted, no recipient yet            | RCPT -> recipients; RSET, EHLO -> ready                  |
 * | recipients      | at least one recipient admitted              | DATA -> ready; BDAT -> chunks, or ready; RSET, EHLO -> ready |
 * | chunks          | some chunks came, the last one did not       | BDAT LAST -> ready; RSET, EHLO -> ready                  |
 *
 * NOOP, RSET, QUIT, VRFY, HELP and EHLO are allowed in every state. Whatever ends a session in `chunks` or within DATA
 * aborts the sink. An inbound peer that was not admitted stays in `ready`, where each MAIL says why.
 */
import { assert } from '../../base/assert.ts';
import type { Log } from '../../base/log.ts';
import type { AbortReason, AdmissionVerdict, Transaction } from '../../domain/transfer/acceptance.ts';
import type { Reply } from '../../formats/smtp/reply.ts';
import type { Connection } from './connection.ts';
import { stoppingReply } from './errors.ts';
import type { SmtpdLimits, SmtpdOptions } from './options.ts';
import type { PacedContent } from './pace.ts';
import type { Reception, ReceptionEnd } from './reception.ts';

export const sessionStates = [
  'connected',
  'announced',
  'secured',
  'unauthenticated',
  'ready',
  'sender',
  'recipients',
  'chunks',
] as const;
export type SessionState = (typeof sessionStates)[number];

/** The transaction under way. */
export interface Envelope {
  readonly transaction: Transaction;
  readonly smtpUtf8: boolean;
  /** RCPT commands so far, admitted or not. */
  recipientCommands: number;
}

/** The content that comes by BDAT. */
export interface ChunkedContent {
  readonly reception: Reception;
  readonly content: PacedContent;
  readonly take: (octets: Buffer) => Promise<void>;
  /** The last chunk came. */
  readonly finish: () => Promise<void>;
  /** BDAT commands so far. */
  chunks: number;
}

export class Session {
  readonly options: SmtpdOptions;
  readonly limits: SmtpdLimits;
  readonly log: Log;
  readonly connection: Connection;
  state: SessionState = 'connected';
  /** What the peer called itself in its last EHLO. */
  clientName = '';
  /** What the domain said of the peer or the person. */
  standing: AdmissionVerdict | undefined;
  authAttempts = 0;
  /** True while nothing is known of the next command. */
  isWaiting = false;
  #envelope: Envelope | undefined;
  #chunked: ChunkedContent | undefined;
  #errors = 0;
  #idleCommands = 0;
  #isClosing = false;
  #isStopping = false;

  constructor(options: SmtpdOptions, limits: SmtpdLimits, connection: Connection) {
    this.options = options;
    this.limits = limits;
    this.log = options.log;
    this.connection = connection;
  }

  /** True once no further command will be read. */
  get isClosing(): boolean {
    return this.#isClosing;
  }

  get isStopping(): boolean {
    return this.#isStopping;
  }

  get envelope(): Envelope {
    assert(this.#envelope !== undefined, 'a transaction is under way in this state');
    return this.#envelope;
  }

  get chunked(): ChunkedContent | undefined {
    return this.#chunked;
  }

  get hasTransaction(): boolean {
    return this.#envelope !== undefined;
  }

  get hasTooManyErrors(): boolean {
    const isGuessing = this.state === 'unauthenticated' && this.authAttempts >= this.limits.authAttempts;
    return isGuessing || this.#errors >= this.limits.errors;
  }

  get hasTooManyIdleCommands(): boolean {
    return this.#idleCommands > this.limits.idleCommands;
  }

  reply(reply: Reply): void {
    this.connection.reply(reply);
  }

  /** Replies to a fault of the peer, and counts it. */
  replyFault(reply: Reply): void {
    this.#errors += 1;
    this.connection.reply(reply);
  }

  /** No command is read after this one. */
  close(): void {
    this.#isClosing = true;
  }

  closeWith(reply: Reply): void {
    this.reply(reply);
    this.close();
  }

  /** The server stops: no new transaction; one under way may end. */
  stop(): void {
    this.#isStopping = true;
    if (!this.isWaiting || this.hasTransaction) return;
    this.closeWith(stoppingReply);
    this.connection.end();
  }

  countIdleCommand(): void {
    this.#idleCommands += 1;
  }

  openTransaction(envelope: Envelope): void {
    this.#envelope = envelope;
    this.state = 'sender';
  }

  beginChunks(chunked: ChunkedContent): void {
    this.#chunked = chunked;
    this.state = 'chunks';
  }

  /** Ends the transaction after its content came: says how, and goes back to `ready`. */
  endTransaction(end: ReceptionEnd): void {
    this.reply(end.reply);
    if (end.reply.code === 250) this.#idleCommands = 0;
    if (end.isFatal) this.close();
    this.#forgetTransaction();
  }

  /** Drops the transaction, if any; nothing of it remains. */
  async resetTransaction(reason: AbortReason): Promise<void> {
    const chunked = this.#chunked;
    this.#forgetTransaction();
    await chunked?.reception.abort(reason);
  }

  #forgetTransaction(): void {
    if (this.#envelope !== undefined) this.state = 'ready';
    this.#envelope = undefined;
    this.#chunked = undefined;
  }
}
