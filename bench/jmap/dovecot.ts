/**
 * The peer of `bench/jmap.ts`: Debian's Dovecot over a Maildir of the same letters, asked over one IMAP connection. Its index and
 * its cache of envelopes are filled before anything is measured, as they are after a day of use.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdir, utimes, writeFile } from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PlannedEmail } from './messages.ts';

export interface DovecotSide {
  /** What a client of lists asks for; resolves when the whole answer is read. */
  fetch(uids: readonly number[]): Promise<void>;
  command(text: string): Promise<void>;
  stop(): Promise<void>;
}

const user = 'compte0';
/** Of Debian's `mail`. */
const [uid, gid] = [8, 8];

function configuration(folder: string, port: number): string {
  return `base_dir = ${folder}/run
state_dir = ${folder}/state
log_path = ${folder}/dovecot.log
protocols = imap
ssl = no
disable_plaintext_auth = no
default_internal_user = dovecot
default_login_user = dovenull
first_valid_uid = 1
mail_location = maildir:${folder}/mail/%n
passdb {
  driver = static
  args = nopassword=y
}
userdb {
  driver = static
  args = uid=${uid} gid=${gid} home=${folder}/mail/%n allow_all_users=yes
}
service imap-login {
  inet_listener imap {
    address = 127.0.0.1
    port = ${port}
  }
}
service stats {
  unix_listener stats-writer {
    mode = 0666
  }
}
`;
}

/** Writes letters as Dovecot names them: what came later sorts behind, so that UIDs follow the numbers. */
export async function writeMaildir(folder: string, emails: Iterable<PlannedEmail>): Promise<void> {
  const cur = path.join(folder, 'mail', user, 'cur');
  for (const name of ['cur', 'new', 'tmp']) await mkdir(path.join(folder, 'mail', user, name), { recursive: true });
  for (const { number, isSeen, receivedAt, bytes } of emails) {
    const seconds = Math.floor(receivedAt.getTime() / 1_000);
    const file = path.join(cur, `${seconds}.M${number}P1.load,S=${bytes.length}:2,${isSeen ? 'S' : ''}`);
    await writeFile(file, bytes);
    await utimes(file, seconds, seconds);
    await chown(file, uid, gid);
  }
  for (const name of ['', 'cur', 'new', 'tmp']) await chown(path.join(folder, 'mail', user, name), uid, gid);
}

/** Characters of the longest tagged answer, which tells the capabilities. */
const longestLine = 2_000;

/** One IMAP connection that is asked one thing at a time. */
class Connection {
  readonly #socket: net.Socket;
  /** The end of what came: the rest is read and let go. */
  #tail = '';
  #told: (() => void) | undefined;
  #tags = 0;

  constructor(socket: net.Socket) {
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => {
      this.#tail = (this.#tail + chunk.toString('latin1', Math.max(0, chunk.length - longestLine))).slice(-longestLine);
      this.#told?.();
    });
  }

  async ask(command: string): Promise<void> {
    this.#tags += 1;
    const tag = `a${this.#tags}`;
    this.#tail = '';
    this.#socket.write(`${tag} ${command}\r\n`);
    const end = new RegExp(`(?:^|\r\n)${tag} (OK|NO|BAD)[^\r]*\r\n$`);
    for (;;) {
      const found = end.exec(this.#tail);
      if (found?.[1] === 'OK') return;
      if (found !== null) throw new Error(`Dovecot answered ${this.#tail.slice(-200)}`);
      await new Promise<void>((resolve) => {
        this.#told = resolve;
      });
    }
  }

  end(): void {
    this.#socket.destroy();
  }
}

export async function startDovecot(folder: string, port: number): Promise<DovecotSide> {
  for (const name of ['run', 'state']) await mkdir(path.join(folder, name), { recursive: true });
  await chown(path.join(folder, 'mail'), uid, gid);
  await writeFile(path.join(folder, 'dovecot.conf'), configuration(folder, port));
  const dovecot = spawn('dovecot', ['-F', '-c', path.join(folder, 'dovecot.conf')], { stdio: 'ignore' });
  await sleep(1_500);
  const socket = net.connect({ host: '127.0.0.1', port, noDelay: true });
  await once(socket, 'connect');
  const connection = new Connection(socket);
  await connection.ask(`LOGIN ${user} x`);
  await connection.ask('SELECT INBOX');
  await connection.ask('FETCH 1:* (UID ENVELOPE FLAGS INTERNALDATE RFC822.SIZE)');
  return {
    fetch: (uids) => connection.ask(`UID FETCH ${uids.join(',')} (ENVELOPE FLAGS INTERNALDATE RFC822.SIZE)`),
    command: (text) => connection.ask(text),
    async stop() {
      connection.end();
      dovecot.kill('SIGTERM');
      await once(dovecot, 'exit');
    },
  };
}
