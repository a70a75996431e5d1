/** Clients that hand messages over without end, and hand over again what was not answered. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { SecureContext } from 'node:tls';
import { SmtpTestClient } from '../../../testkit/smtp-client.ts';
import type { Entry, Journal } from './journal.ts';
import type { LoadMessage } from './messages.ts';

export interface LaneParts {
  readonly journal: Journal;
  readonly port: number;
  /** For operators; people sign in instead. */
  readonly context?: SecureContext;
  readonly person?: { readonly login: string; readonly appPassword: string };
  /** The next message and its entry in the journal. */
  readonly next: () => { readonly message: LoadMessage; readonly entry: Entry };
  readonly pauseMs: () => number;
}

const againMs = 25;
/** A client that hangs is a fault of the server, unless the server is being killed: then it is given up. */
const patienceMs = 20_000;

export class Lane {
  readonly #parts: LaneParts;
  #client: SmtpTestClient | undefined;
  #held: { readonly message: LoadMessage; readonly entry: Entry } | undefined;
  #isOpen = false;
  #loop: Promise<void> = Promise.resolve();

  constructor(parts: LaneParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#isOpen = true;
    this.#loop = this.#run(() => this.#isOpen);
  }

  /** Resolves once nothing is being handed over; what was not answered is held for the next start. */
  async pause(): Promise<void> {
    this.#isOpen = false;
    await this.#loop;
  }

  /** Hands over what is held, then ends. */
  async finish(): Promise<void> {
    await this.pause();
    await this.#run(() => this.#held !== undefined);
    await this.halt();
  }

  async halt(): Promise<void> {
    await this.pause();
    this.#client?.destroy();
    this.#client = undefined;
  }

  async #run(isWanted: () => boolean): Promise<void> {
    while (isWanted()) {
      try {
        this.#client ??= await within(this.#connect());
        this.#held ??= this.#parts.next();
        const isTaken = await within(this.#handOver(this.#client, this.#held));
        if (isTaken) this.#held = undefined;
        await sleep(isTaken ? this.#parts.pauseMs() : againMs);
      } catch {
        // Killed: what became of the message is not known.
        this.#client?.destroy();
        this.#client = undefined;
        await sleep(againMs);
      }
    }
  }

  async #connect(): Promise<SmtpTestClient> {
    const { port, context, person } = this.#parts;
    const client = await SmtpTestClient.connectSecurely(port, context);
    if (person === undefined) return client;
    const reply = await client.authPlain(person.login, person.appPassword);
    if (reply.code === 235) return client;
    this.#blame(reply.code, 'AUTH');
    client.destroy();
    throw new Error('not signed in');
  }

  /** True once 250 came. */
  async #handOver(
    client: SmtpTestClient,
    { message, entry }: { message: LoadMessage; entry: Entry },
  ): Promise<boolean> {
    const envelope = [`MAIL FROM:<${message.from}> BODY=8BITMIME`, ...message.to.map((to) => `RCPT TO:<${to}>`)];
    const replies = await client.pipeline(...envelope);
    const no = replies.find((reply) => reply.code !== 250);
    if (no !== undefined) {
      this.#blame(no.code, no.lines.join(' '));
      await client.command('RSET');
      return false;
    }
    const go = await client.command('DATA');
    if (go.code !== 354) {
      this.#blame(go.code, go.lines.join(' '));
      await client.command('RSET');
      return false;
    }
    // From here on the server may have the whole message before we know that it has.
    if (entry.state === 'fresh') entry.state = 'unknown';
    const answer = await client.content(message.content);
    if (answer.code === 250) entry.state = 'acknowledged';
    else this.#blame(answer.code, answer.lines.join(' '));
    return answer.code === 250;
  }

  /** Nothing of the load is ever refused for good, and a crash is never the sender's fault. */
  #blame(code: number, text: string): void {
    if (code >= 500) this.#parts.journal.faults.push(`refused: ${code} ${text}`);
  }
}

async function within<T>(work: Promise<T>): Promise<T> {
  const timer = new AbortController();
  const late = sleep(patienceMs, undefined, { signal: timer.signal }).then(() => {
    throw new Error('no answer');
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    timer.abort();
    late.catch(() => undefined);
    work.catch(() => undefined);
  }
}
