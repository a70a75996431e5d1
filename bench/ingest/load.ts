/**
 * The load client of `bench/ingest.ts`, a process of its own and the same for every side: `sessions` connections send
 * `messages` messages of varied French text to `accounts` recipients in turn, each waiting for the acknowledgement before
 * the next. Reads its orders as one JSON argument, prints its measures as one JSON line.
 */
import { readFileSync } from 'node:fs';
import net from 'node:net';
import tls from 'node:tls';
import { frenchMessages } from './messages.ts';

export interface LoadOrder {
  readonly protocol: 'smtp' | 'lmtp';
  readonly host: string;
  readonly port: number;
  /** Absent: plain text (LMTP on loopback). */
  readonly tls?: { readonly certificate: string; readonly key: string; readonly ca: string };
  readonly sessions: number;
  readonly messages: number;
  readonly messageBytes: number;
  readonly sender: string;
  readonly recipients: readonly string[];
  readonly connectionPerMessage: boolean;
  /** Makes the contents of two runs differ, so that no side may take one for a repetition. */
  readonly seed: number;
}

export interface LoadMeasure {
  /** Instant of the first connection, by the machine's clock. */
  readonly startedAtMs: number;
  readonly accepted: number;
  readonly refused: number;
  readonly firstRefusal: string;
  readonly seconds: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** One connection: commands go out, complete replies come back in order. */
class Session {
  #socket: net.Socket | tls.TLSSocket;
  #text = '';
  #waiting: ((reply: string) => void)[] = [];
  #onData = (chunk: Buffer): void => this.#read(chunk);
  #fail: (fault: Error) => void;

  constructor(socket: net.Socket, fail: (fault: Error) => void) {
    this.#fail = fail;
    this.#socket = socket;
    this.#listen();
  }

  #listen(): void {
    this.#socket.on('data', this.#onData);
    this.#socket.on('error', this.#fail);
  }

  #read(chunk: Buffer): void {
    this.#text += chunk.toString('latin1');
    for (;;) {
      const end = this.#text.indexOf('\r\n');
      if (end < 0) return;
      const line = this.#text.slice(0, end);
      this.#text = this.#text.slice(end + 2);
      if (line[3] !== '-') this.#waiting.shift()?.(line);
    }
  }

  reply(): Promise<string> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Writes `bytes` and waits for `count` replies. */
  async ask(bytes: string | Buffer, count = 1): Promise<string[]> {
    const replies = Array.from({ length: count }, () => this.reply());
    this.#socket.write(bytes);
    return Promise.all(replies);
  }

  async upgrade(options: tls.ConnectionOptions): Promise<void> {
    this.#socket.removeListener('data', this.#onData);
    const secure = tls.connect({ ...options, socket: this.#socket });
    await new Promise<void>((resolve, reject) => {
      secure.once('secureConnect', resolve);
      secure.once('error', reject);
    });
    this.#socket = secure;
    this.#listen();
  }

  end(): void {
    // The peer may close before it has read everything: nothing is owed any more.
    this.#socket.removeListener('error', this.#fail);
    this.#socket.on('error', () => undefined);
    this.#socket.end('QUIT\r\n');
  }
}

async function openSession(order: LoadOrder, secureContext: tls.SecureContext | undefined): Promise<Session> {
  const socket = net.connect({ host: order.host, port: order.port, noDelay: true });
  const session = new Session(socket, (fault) => {
    throw fault;
  });
  await session.reply();
  const hello = order.protocol === 'lmtp' ? 'LHLO load.example\r\n' : 'EHLO load.example\r\n';
  await session.ask(hello);
  if (secureContext !== undefined) {
    await session.ask('STARTTLS\r\n');
    await session.upgrade({ secureContext, rejectUnauthorized: false });
    await session.ask(hello);
  }
  return session;
}

function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

async function run(order: LoadOrder): Promise<LoadMeasure> {
  const letterOf = frenchMessages(order);
  // Made before the clock starts: writing letters is no side's work.
  const contents = Array.from({ length: order.messages }, (_, index) => letterOf(index));
  const secureContext =
    order.tls === undefined
      ? undefined
      : tls.createSecureContext({
          cert: readFileSync(order.tls.certificate),
          key: readFileSync(order.tls.key),
          ca: readFileSync(order.tls.ca),
        });
  const latencies: number[] = [];
  let next = 0;
  let refused = 0;
  let firstRefusal = '';
  const worker = async (): Promise<void> => {
    let session: Session | undefined;
    for (let index = next++; index < order.messages; index = next++) {
      session ??= await openSession(order, secureContext);
      const recipient = order.recipients[index % order.recipients.length] ?? '';
      const start = performance.now();
      // Pipelined as RFC 2920 allows: three commands, three replies, then the content.
      const replies = await session.ask(`MAIL FROM:<${order.sender}>\r\nRCPT TO:<${recipient}>\r\nDATA\r\n`, 3);
      let last = replies[2] ?? '';
      if (last.startsWith('354')) [last = ''] = await session.ask(contents[index] ?? '');
      if (last.startsWith('250')) latencies.push(performance.now() - start);
      else {
        refused += 1;
        firstRefusal ||= replies.concat(last).join(' | ');
        await session.ask('RSET\r\n');
      }
      if (order.connectionPerMessage) {
        session.end();
        session = undefined;
      }
    }
    session?.end();
  };
  const startedAtMs = Date.now();
  const start = performance.now();
  await Promise.all(Array.from({ length: order.sessions }, worker));
  const seconds = (performance.now() - start) / 1000;
  latencies.sort((one, other) => one - other);
  return {
    startedAtMs,
    accepted: latencies.length,
    refused,
    firstRefusal,
    seconds,
    p50Ms: percentile(latencies, 0.5),
    p99Ms: percentile(latencies, 0.99),
  };
}

const orderText = process.argv[2];
if (orderText !== undefined) {
  const measure = await run(JSON.parse(orderText) as LoadOrder); // our own parent wrote it
  process.stdout.write(`${JSON.stringify(measure)}\n`);
}
