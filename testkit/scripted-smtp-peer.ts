import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { type SecureContext, TLSSocket } from 'node:tls';
import { present } from '../src/base/assert.ts';

/**
 * An SMTP server that answers what a test tells it to, right or wrong. `.` stands for the end of the content. An answer is
 * written as it is; `close` closes instead, `break` resets the connection, `silence` says nothing.
 */
export interface Script {
  readonly greeting?: string;
  /** Keywords after EHLO in the clear, and under TLS. */
  readonly clear?: readonly string[];
  readonly secured?: readonly string[];
  /** Answers a line; undefined leaves it to the defaults (everything is taken). */
  readonly answer?: (line: string, peer: { isSecured: boolean }) => string | undefined;
}

export interface ScriptedPeer {
  readonly port: number;
  /** Every line received, in the clear or not; content as one entry, its end included. */
  readonly lines: string[];
  stop(): Promise<void>;
}

const everything = ['PIPELINING', 'SIZE 1000000', '8BITMIME', 'SMTPUTF8', 'DSN', 'ENHANCEDSTATUSCODES'];

export async function startScriptedPeer(secureContext: SecureContext, script: Script): Promise<ScriptedPeer> {
  const lines: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    converse({ socket, isSecured: false }, { secureContext, script, lines, sockets });
    socket.write(`${script.greeting ?? '220 peer.example ESMTP'}\r\n`);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    port: present(typeof address === 'object' ? address?.port : undefined, 'a TCP server has a port'),
    lines,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

interface Scene {
  readonly secureContext: SecureContext;
  readonly script: Script;
  readonly lines: string[];
  readonly sockets: Set<Socket>;
}

function converse({ socket, isSecured }: { socket: Socket; isSecured: boolean }, scene: Scene): void {
  let held = '';
  let isContent = false;
  const onData = (chunk: Buffer): void => {
    held += chunk.toString('latin1');
    for (;;) {
      const end = isContent && !held.startsWith('.\r\n') ? '\r\n.\r\n' : isContent ? '.\r\n' : '\r\n';
      const at = held.indexOf(end);
      if (at === -1) return;
      const line = held.slice(0, at + (isContent ? end.length : 0));
      held = held.slice(at + end.length);
      scene.lines.push(line);
      const verb = isContent ? '.' : line;
      isContent = false;
      const answer = scene.script.answer?.(verb, { isSecured }) ?? defaultAnswer(verb, isSecured, scene.script);
      isContent = verb === 'DATA' && answer.startsWith('354');
      if (!isSecured && verb === 'STARTTLS' && answer.startsWith('220')) {
        socket.off('data', onData);
        socket.write(answer);
        const secured = new TLSSocket(socket, {
          isServer: true,
          secureContext: scene.secureContext,
          requestCert: true,
          rejectUnauthorized: false,
        });
        secured.on('error', () => undefined);
        scene.sockets.add(secured);
        converse({ socket: secured, isSecured: true }, scene);
        return;
      }
      act(socket, answer);
    }
  };
  socket.on('data', onData);
}

function act(socket: Socket, answer: string): void {
  if (answer === 'silence') return;
  if (answer === 'close') socket.end();
  else if (answer === 'break') socket.destroy();
  else socket.write(answer);
}

function defaultAnswer(line: string, isSecured: boolean, script: Script): string {
  if (line.startsWith('EHLO')) {
    const keywords = (isSecured ? script.secured : script.clear) ?? (isSecured ? everything : ['STARTTLS']);
    const all = ['peer.example', ...keywords];
    return all.map((word, index) => `250${index === all.length - 1 ? ' ' : '-'}${word}\r\n`).join('');
  }
  if (line === 'STARTTLS') return '220 2.0.0 go\r\n';
  if (line === 'DATA') return '354 go\r\n';
  if (line === 'QUIT') return '221 2.0.0 bye\r\n';
  return '250 2.0.0 ok\r\n';
}
