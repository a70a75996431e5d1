import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import path from 'node:path';
import type { TLSSocket } from 'node:tls';
import { hostName, type Practice } from '../../../testkit/practice.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const waitMs = 30_000;

/** `hygie serve`, as whoever installs it runs it. */
export class Served {
  readonly practice: Practice;
  readonly #program: ChildProcess;
  #out = '';
  #err = '';

  private constructor(practice: Practice, program: ChildProcess) {
    this.practice = practice;
    this.#program = program;
    program.stdout?.on('data', (chunk: Buffer) => {
      this.#out += chunk.toString();
    });
    program.stderr?.on('data', (chunk: Buffer) => {
      this.#err += chunk.toString();
    });
  }

  /** Runs it with the configuration, changed where `change` says so; resolves once the process exists. */
  static async run(practice: Practice, change: object = {}): Promise<Served> {
    const file = path.join(practice.folder, `hygie-${Math.random()}.json`);
    await writeFile(file, JSON.stringify({ ...practice.config, ...change }));
    const program = spawn(process.execPath, [path.join(root, 'bin/hygie.mjs'), 'serve'], {
      cwd: practice.folder,
      env: { PATH: process.env['PATH'], HYGIE_CONFIG: file },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return new Served(practice, program);
  }

  /** Runs it and waits until it is ready. */
  static async start(t: { after(hook: () => Promise<void>): void }, practice: Practice): Promise<Served> {
    const served = await Served.run(practice);
    t.after(async () => {
      if (served.isRunning) await served.stop();
    });
    await served.until('it is ready', () => served.logged('server.ready').length > 0);
    return served;
  }

  get isRunning(): boolean {
    return this.#program.exitCode === null && this.#program.signalCode === null;
  }

  /** What it printed beside its log. */
  get errors(): string {
    return this.#err;
  }

  get output(): string {
    return this.#out;
  }

  /** The lines of its log that tell `event`. */
  logged(event: string): readonly Record<string, unknown>[] {
    const whole = this.#out.slice(0, this.#out.lastIndexOf('\n') + 1);
    const lines = whole.split('\n').filter((line) => line !== '');
    return lines.map((line) => JSON.parse(line) as Record<string, unknown>).filter((line) => line['event'] === event);
  }

  /** The process that serves, below the one that was started. */
  get serverPid(): number {
    const holder = readFileSync(path.join(this.practice.folder, 'data', 'hygie.lock.json'), 'utf8');
    return (JSON.parse(holder) as { pid: number }).pid; // written by `lockFolder`
  }

  async until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
    const deadline = performance.now() + waitMs;
    while (!(await isSo())) {
      if (!this.isRunning) throw new Error(`it ended before ${what}: ${this.#out}\n${this.#err}`);
      if (performance.now() > deadline) throw new Error(`waited too long: ${what}\n${this.#out}\n${this.#err}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  signal(name: NodeJS.Signals): void {
    this.#program.kill(name);
  }

  /** Waits for its end; gives its exit code. */
  async ended(): Promise<number | null> {
    if (this.isRunning) await once(this.#program, 'exit');
    return this.#program.exitCode;
  }

  async stop(): Promise<number | null> {
    this.signal('SIGTERM');
    return this.ended();
  }

  /** One request over HTTPS, under the certificate in force; status 0 when nobody answers. */
  get(place: string): Promise<{ status: number; text: string; fingerprint: string }> {
    return new Promise((resolve) => {
      const asked = request(
        {
          host: '127.0.0.1',
          port: this.practice.ports.https,
          path: place,
          servername: hostName,
          ca: this.practice.authority.chainPem,
          agent: false,
        },
        (response) => {
          const { socket } = response;
          const fingerprint = 'getPeerX509Certificate' in socket ? fingerprintOf(socket) : '';
          let text = '';
          response.on('data', (chunk: Buffer) => {
            text += chunk.toString();
          });
          response.on('end', () => resolve({ status: response.statusCode ?? 0, text, fingerprint }));
        },
      );
      asked.on('error', () => resolve({ status: 0, text: '', fingerprint: '' }));
      asked.end();
    });
  }
}

function fingerprintOf(socket: object): string {
  // An HTTPS response comes over a TLSSocket; the types say Socket.
  const { getPeerX509Certificate } = socket as TLSSocket;
  return getPeerX509Certificate.call(socket)?.fingerprint256 ?? '';
}
