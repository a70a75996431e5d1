/** The small world of `npm start`, whole and for one test: its own folder and ports, stopped afterwards. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createSecureContext, type SecureContext } from 'node:tls';
import { present } from '../../src/base/assert.ts';
import { freePortBase } from '../../testkit/port-base.ts';
import { SmtpTestClient } from '../../testkit/smtp-client.ts';

const root = path.resolve(import.meta.dirname, '../..');

export interface WorldFile {
  readonly operators: readonly {
    readonly name: string;
    readonly web: string;
    readonly smtp: { readonly host: string; readonly port: number };
    readonly submission: { readonly host: string; readonly port: number };
    readonly certificate: string;
    readonly key: string;
    readonly config: string;
  }[];
  readonly people: readonly {
    readonly name: string;
    readonly operator: string;
    readonly login: string;
    readonly password: string;
    readonly appPassword: string;
  }[];
  readonly patients: readonly {
    readonly ins: string;
    readonly name: string;
    readonly address: string;
    readonly login: string;
    readonly appPassword: string;
  }[];
}

export class SmallWorld {
  readonly folder: string;
  readonly file: WorldFile;
  readonly #program: ChildProcess;

  constructor(folder: string, program: ChildProcess) {
    this.folder = folder;
    this.#program = program;
    this.file = JSON.parse(readFileSync(path.join(folder, 'sandbox.json'), 'utf8')) as WorldFile; // written by the sandbox alone
  }

  /** Starts it as `npm start` does, with what Node is told there; `environment` comes beside what every world is told. */
  static async start(
    t: { after(hook: () => Promise<void>): void },
    environment: Readonly<Record<string, string>> = {},
  ): Promise<SmallWorld> {
    const folder = await mkdtemp(path.join(tmpdir(), 'hygie-world-'));
    const program = spawn(process.execPath, [path.join(root, 'tools/start.mjs')], {
      cwd: root,
      env: {
        PATH: process.env['PATH'],
        HYGIE_DATA: folder,
        HYGIE_PORT_BASE: String(await freePortBase()),
        ...environment,
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    t.after(async () => {
      await stopProgram(program);
      await rm(folder, { recursive: true, force: true });
    });
    let said = '';
    const ready = new Promise<void>((resolve, reject) => {
      program.stdout?.on('data', (chunk: Buffer) => {
        said += chunk.toString();
        if (said.includes('sandbox.json')) resolve();
      });
      program.once('exit', () => reject(new Error(`the small world ended: ${said}`)));
    });
    await ready;
    return new SmallWorld(folder, program);
  }

  operator(name: string): WorldFile['operators'][number] {
    return present(
      this.file.operators.find((one) => one.name === name),
      `an operator named ${name}`,
    );
  }

  /** The process of one operator's server. */
  serverPid(name: string): number {
    const holder = readFileSync(path.join(this.folder, 'operators', name, 'hygie.lock.json'), 'utf8');
    return (JSON.parse(holder) as { pid: number }).pid; // written by `lockFolder`
  }

  logFile(name: string): string {
    return path.join(this.folder, 'sandbox', name, 'log.jsonl');
  }

  /** What an operator shows its peers. */
  async contextOf(name: string): Promise<SecureContext> {
    const { certificate, key } = this.operator(name);
    return createSecureContext({ cert: await readFile(certificate), key: await readFile(key) });
  }

  /** A session of a person of `operator`, signed in for submission. */
  async signIn(operator: string, login: string): Promise<SmtpTestClient> {
    const person = [...this.file.people, ...this.file.patients].find((one) => one.login === login);
    const client = await SmtpTestClient.connectSecurely(this.operator(operator).submission.port);
    const reply = await client.authPlain(login, present(person, `a person who signs in as ${login}`).appPassword);
    if (reply.code !== 235) throw new Error(`${login} could not sign in: ${reply.code}`);
    return client;
  }

  async stop(): Promise<void> {
    await stopProgram(this.#program);
  }
}

async function stopProgram(program: ChildProcess): Promise<void> {
  if (program.exitCode !== null || program.signalCode !== null) return;
  const ended = once(program, 'exit');
  program.kill('SIGTERM');
  await ended;
}
