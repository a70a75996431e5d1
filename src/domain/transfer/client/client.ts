/**
 * The outgoing SMTP session: one connection to one host of a peer, several messages. It delivers under mutual TLS or not
 * at all.
 *
 * | State   | Means                                                | Left by                                   |
 * |---------|------------------------------------------------------|-------------------------------------------|
 * | opening | connect, greeting, EHLO, STARTTLS, handshake, judge, EHLO | open, or closed with an {@link OpeningFailure} |
 * | open    | takes a message (`isReusable`)                        | `send` -> open, or closed when anything was lost |
 * | closed  | takes nothing                                         |                                           |
 *
 * Guarantees: nothing of a message, not even its sender, leaves before the judge trusts the peer's certificate; content
 * is never changed but for dot-stuffing, and ends once, at CRLF.CRLF; content that would make a malformed end breaks the
 * connection before its end. How it fails: by returned outcomes, one per recipient. Only a fault of the content's source,
 * or a bug, is thrown.
 */
import type { Socket } from 'node:net';
import type { SecureContext } from 'node:tls';
import type { Clock } from '../../../base/clock.ts';
import { smtpClientLimits } from '../../../base/domain-limits.ts';
import { Refusal, Temporary } from '../../../base/errors.ts';
import { type Capabilities, parseCapabilities } from '../../../formats/smtp/capabilities.ts';
import { Dialogue } from './dialogue.ts';
import type { ClientLimits } from './limits.ts';
import type { OpeningFailure, OpeningStage, RecipientOutcome, TrustFault } from './outcomes.ts';
import { type OutgoingMessage, OutgoingTransaction } from './transaction.ts';

/** The peer as the handshake showed it. */
export interface PresentedPeer {
  /** DER, leaf first, as sent; nothing has been checked. */
  readonly certificateChain: readonly Uint8Array[];
  readonly tlsVersion: string;
  readonly cipher: string;
}

export type PeerJudgement = { readonly kind: 'trusted' } | { readonly kind: 'untrusted'; readonly fault: TrustFault };

export interface ClientOptions {
  /** Opens the TCP connection; a thrown `Temporary` means unreachable. */
  readonly connect: () => Promise<Socket>;
  /** Our name in EHLO. */
  readonly clientName: string;
  /** Holds our own certificate: peers ask for it. */
  readonly secureContext: SecureContext;
  /** The host's name, asked for by SNI. */
  readonly serverName: string;
  /** Chain, dates, revocation, white list. */
  readonly verifyPeer: (peer: PresentedPeer) => Promise<PeerJudgement>;
  readonly clock: Clock;
  readonly limits?: Partial<ClientLimits>;
}

export type Opening = { readonly kind: 'open'; readonly session: OutgoingSession } | OpeningFailure;

/** Connects and goes as far as a session under TLS with a trusted peer. */
export async function openSmtpSession(options: ClientOptions): Promise<Opening> {
  const limits: ClientLimits = { ...smtpClientLimits, ...options.limits };
  let socket: Socket;
  try {
    socket = await options.connect();
  } catch (fault) {
    if (fault instanceof Temporary) return { kind: 'unreachable' };
    throw fault;
  }
  const opener = new Opener(new Dialogue(socket, options.clock), options, limits);
  return opener.open();
}

class Opener {
  readonly #dialogue: Dialogue;
  readonly #options: ClientOptions;
  readonly #limits: ClientLimits;
  #stage: OpeningStage = 'greeting';

  constructor(dialogue: Dialogue, options: ClientOptions, limits: ClientLimits) {
    this.#dialogue = dialogue;
    this.#options = options;
    this.#limits = limits;
  }

  async open(): Promise<Opening> {
    try {
      const opening = await this.#converse();
      if (opening.kind !== 'open') this.#dialogue.end();
      return opening;
    } catch (fault) {
      this.#dialogue.destroy();
      return this.#failureOf(fault);
    }
  }

  async #converse(): Promise<Opening> {
    const greeting = await this.#dialogue.readReply(this.#limits.commandMs);
    if (greeting.code !== 220) return { kind: 'turned-away', stage: 'greeting', reply: greeting };
    const inClear = await this.#ehlo('ehlo');
    if ('kind' in inClear) return inClear;
    if (!inClear.startTls) return { kind: 'untrusted', fault: 'no-starttls' };

    this.#stage = 'starttls';
    this.#dialogue.send('STARTTLS\r\n');
    const goAhead = await this.#dialogue.readReply(this.#limits.commandMs);
    if (goAhead.code !== 220) return { kind: 'turned-away', stage: 'starttls', reply: goAhead };
    // Replies slipped in before the handshake must never be read as said under TLS (RFC 3207 §6).
    if (this.#dialogue.hasUnread) return { kind: 'gibberish', stage: 'starttls' };
    const judgement = await this.#secure();
    if (judgement.kind !== 'trusted') return judgement;

    const capabilities = await this.#ehlo('ehlo-secured'); // RFC 3207 §4.2: what was said in the clear is forgotten
    if ('kind' in capabilities) return capabilities;
    return { kind: 'open', session: new OutgoingSession(this.#dialogue, capabilities, this.#limits) };
  }

  async #secure(): Promise<PeerJudgement> {
    const { secureContext, serverName, verifyPeer } = this.#options;
    const secured = await this.#dialogue.secure({ secureContext, serverName, timeoutMs: this.#limits.handshakeMs });
    return verifyPeer({
      certificateChain: secured.peerChain,
      tlsVersion: secured.version,
      cipher: secured.cipher,
    });
  }

  async #ehlo(stage: 'ehlo' | 'ehlo-secured'): Promise<Capabilities | OpeningFailure> {
    this.#stage = stage;
    this.#dialogue.send(`EHLO ${this.#options.clientName}\r\n`);
    const reply = await this.#dialogue.readReply(this.#limits.commandMs);
    // No HELO after a refused EHLO: it could not lead to TLS.
    return reply.code === 250 ? parseCapabilities(reply) : { kind: 'turned-away', stage, reply };
  }

  #failureOf(fault: unknown): OpeningFailure {
    if (fault instanceof Temporary && isOfTls(fault.cause)) return { kind: 'untrusted', fault: 'handshake' };
    // A peer that falls silent or dies in the handshake says nothing of its identity: no alarm.
    if (fault instanceof Temporary && (fault.code === 'tls-handshake' || fault.code.startsWith('wire-')))
      return { kind: 'interrupted', stage: this.#stage };
    if (fault instanceof Refusal && fault.code.startsWith('smtp-')) return { kind: 'gibberish', stage: this.#stage };
    throw fault; // the judge's own fault, or a bug
  }
}

/**
 * The two sides did not agree on TLS. In TLS 1.3 a peer that refuses our certificate says so after the handshake, as an error
 * of the first read. Node calls what OpenSSL says while writing EPROTO.
 */
function isOfTls(cause: unknown): boolean {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  return typeof code === 'string' && (/^ERR_(SSL|TLS)/.test(code) || code === 'EPROTO');
}

/** A session under TLS with a trusted peer. One message at a time. */
export class OutgoingSession {
  readonly capabilities: Capabilities;
  readonly #dialogue: Dialogue;
  readonly #limits: ClientLimits;

  constructor(dialogue: Dialogue, capabilities: Capabilities, limits: ClientLimits) {
    this.#dialogue = dialogue;
    this.capabilities = capabilities;
    this.#limits = limits;
  }

  /** False once the connection is lost, or the peer spoke out of turn (421 as it goes away). */
  get isReusable(): boolean {
    return !this.#dialogue.isDisturbed;
  }

  /** Sends one message; one outcome per recipient, in their order. */
  async send(message: OutgoingMessage): Promise<readonly RecipientOutcome[]> {
    const session = { dialogue: this.#dialogue, capabilities: this.capabilities, limits: this.#limits };
    return new OutgoingTransaction(session, message).run();
  }

  /** Says goodbye. Never fails. */
  async quit(): Promise<void> {
    this.#dialogue.send('QUIT\r\n');
    await this.#dialogue.readReply(this.#limits.quitMs).catch(() => undefined);
    this.#dialogue.end();
  }
}
