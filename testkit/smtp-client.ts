import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectTls, type SecureContext } from 'node:tls';
import { Secret } from '../src/base/secret.ts';
import { DataEncoder } from '../src/formats/smtp/data-encoder.ts';
import { LineReader } from '../src/formats/smtp/line-reader.ts';
import { type Reply, ReplyParser } from '../src/formats/smtp/reply.ts';
import { printPlain } from '../src/formats/smtp/sasl.ts';

/**
 * A small SMTP client for tests and benches. It sends exactly the octets it is given, right or wrong, and reads replies
 * strictly. Every wait ends: a server that says nothing makes the test fail, not hang.
 */
const waitMs = 10_000;
const maxLineBytes = 4_096;

export interface TestMessage {
  readonly from: string;
  readonly to: readonly string[];
  /** With CRLF line ends; dots are stuffed here. */
  readonly content: string | Buffer;
}

export class SmtpTestClient {
  #socket: Socket;
  #reader = new LineReader();
  #replies: Reply[] = [];
  #waiting: ((reply: Reply | undefined) => void) | undefined;
  #parser = new ReplyParser();
  #isClosed = false;
  /** How many pieces the server's replies came in. */
  receivedChunks = 0;

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.#listen();
  }

  /** Connects; the greeting is the first reply. */
  static async connect(port: number, host = '127.0.0.1'): Promise<SmtpTestClient> {
    const socket = connect({ port, host, noDelay: true });
    const client = new SmtpTestClient(socket);
    await once(socket, 'connect');
    return client;
  }

  /** Greeting, EHLO, STARTTLS, EHLO. */
  static async connectSecurely(port: number, secureContext?: SecureContext): Promise<SmtpTestClient> {
    const client = await SmtpTestClient.connect(port);
    await client.reply();
    await client.command('EHLO client.example');
    await client.startTls(secureContext);
    await client.command('EHLO client.example');
    return client;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Sends octets as they are. */
  send(octets: string | Buffer): void {
    this.#socket.write(octets);
  }

  /** The next reply; throws when the server closed or says nothing. */
  async reply(): Promise<Reply> {
    const reply = await this.#next();
    if (reply === undefined) throw new Error('the server closed the connection');
    return reply;
  }

  /** Sends a line and gives its reply. */
  async command(line: string): Promise<Reply> {
    this.send(`${line}\r\n`);
    return this.reply();
  }

  /** Sends lines at once and gives their replies. */
  async pipeline(...lines: readonly string[]): Promise<Reply[]> {
    this.send(lines.map((line) => `${line}\r\n`).join(''));
    const replies: Reply[] = [];
    for (const _ of lines) replies.push(await this.reply());
    return replies;
  }

  /** STARTTLS and the handshake; the server's certificate is not judged. */
  async startTls(secureContext?: SecureContext): Promise<Reply> {
    const reply = await this.command('STARTTLS');
    if (reply.code === 220) await this.handshake(secureContext);
    return reply;
  }

  /** The handshake alone. */
  async handshake(secureContext?: SecureContext): Promise<void> {
    this.#socket.removeAllListeners();
    this.#reader = new LineReader();
    const socket = connectTls({
      socket: this.#socket,
      rejectUnauthorized: false,
      ...(secureContext !== undefined && { secureContext }),
    });
    this.#socket = socket;
    await once(socket, 'secureConnect');
    this.#listen();
  }

  async authPlain(name: string, password: string): Promise<Reply> {
    const credentials = { authenticationId: name, password: new Secret(password) };
    return this.command(`AUTH PLAIN ${printPlain(credentials)}`);
  }

  /** MAIL, RCPT and DATA in one go, then the content. Gives every reply; the last one is the message's own. */
  async sendMessage(message: TestMessage): Promise<Reply[]> {
    const recipients = message.to.map((address) => `RCPT TO:<${address}>`);
    const replies = await this.pipeline(`MAIL FROM:<${message.from}>`, ...recipients, 'DATA');
    if (replies.at(-1)?.code !== 354) return replies;
    return [...replies, await this.content(message.content)];
  }

  /** Sends content after DATA, dots stuffed here, and gives the reply to its end. */
  async content(content: string | Buffer): Promise<Reply> {
    const encoder = new DataEncoder(1024 * 1024);
    const pieces = [...encoder.encode(Buffer.from(content)), encoder.end()];
    this.send(Buffer.concat(pieces));
    return this.reply();
  }

  /** Sends one chunk with its command. */
  async bdat(content: string | Buffer, last: 'LAST' | '' = ''): Promise<Reply> {
    const octets = Buffer.from(content);
    this.send(Buffer.concat([Buffer.from(`BDAT ${octets.length}${last === '' ? '' : ' LAST'}\r\n`), octets]));
    return this.reply();
  }

  /** Resolves when the server closed; replies before that are dropped. */
  async closed(): Promise<void> {
    while ((await this.#next()) !== undefined);
  }

  /** Reads nothing more. */
  pause(): void {
    this.#socket.pause();
  }

  /** Sends nothing more. */
  end(): void {
    this.#socket.end();
  }

  async quit(): Promise<void> {
    await this.command('QUIT');
    await this.closed();
    this.destroy();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #listen(): void {
    this.#socket.on('data', (chunk: Buffer) => this.#take(chunk));
    this.#socket.on('error', () => this.#close());
    this.#socket.on('close', () => this.#close());
    this.#socket.on('end', () => this.#close());
  }

  #take(chunk: Buffer): void {
    this.receivedChunks += 1;
    this.#reader.push(chunk);
    for (let line = this.#reader.next(maxLineBytes); line !== undefined; line = this.#reader.next(maxLineBytes)) {
      const reply = this.#parser.take(line);
      if (reply === undefined) continue;
      this.#parser = new ReplyParser();
      if (this.#waiting === undefined) this.#replies.push(reply);
      else this.#waiting(reply);
    }
  }

  #close(): void {
    this.#isClosed = true;
    this.#waiting?.(undefined);
  }

  #next(): Promise<Reply | undefined> {
    const reply = this.#replies.shift();
    if (reply !== undefined || this.#isClosed) return Promise.resolve(reply);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting = undefined;
        reject(new Error('the server says nothing'));
      }, waitMs);
      this.#waiting = (next) => {
        clearTimeout(timer);
        this.#waiting = undefined;
        resolve(next);
      };
    });
  }
}
