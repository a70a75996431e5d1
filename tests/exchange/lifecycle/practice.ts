/** A practice as in production, in a folder of its own: its configuration, its authority, and the program that serves it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createKeyFile } from '../../../src/platform/keys/key-ring.ts';
import { type Authority, createAuthority } from '../../../testkit/authority/authority.ts';
import { signWhiteList } from '../../../testkit/authority/white-list.ts';
import { freePortBase } from '../small-world.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const signerName = 'alb.test-mss.fr';
const waitMs = 30_000;
export const hostName = 'mss.cabinet.test-mss.fr';
const dn = `CN=${hostName},OU=318310021300028,O=Cabinet du cycle,ST=Indre-et-Loire (37),C=FR`;

export interface Practice {
  readonly folder: string;
  readonly authority: Authority;
  readonly config: Readonly<Record<string, unknown>>;
  readonly ports: { readonly smtp: number; readonly submission: number; readonly https: number };
}

export async function makePractice(t: { after(hook: () => Promise<void>): void }): Promise<Practice> {
  const folder = await mkdtemp(path.join(tmpdir(), 'hygie-practice-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const now = new Date();
  const authority = createAuthority({ name: 'CYCLE', unit: '0002 399999999', at: now });
  const at = (name: string): string => path.join(folder, name);
  await writeFile(at('ca.pem'), authority.chainPem);
  await writeCertificate(folder, authority);
  const signer = authority.issueWhiteListSigner({ name: signerName });
  const list = signWhiteList({
    domains: [{ domain: 'cabinet.test-mss.fr', dn }],
    generatedAt: now,
    key: signer.keyPem,
    certificate: signer.certificatePem,
  });
  await writeFile(at('liste-blanche.xml'), list);
  await createKeyFile(at('key-encryption-key'), { dataFolder: at('data') });
  const base = await freePortBase();
  const ports = { smtp: base + 25, submission: base + 587, https: base + 443 };
  const config = {
    operator: {
      name: 'Cabinet du cycle',
      domains: ['cabinet.test-mss.fr'],
      administrator: 'administration@cabinet.test-mss.fr',
      hostName,
    },
    dataFolder: at('data'),
    tls: { certificatePath: at('certificate.pem'), keyPath: at('key.pem'), authorityPath: at('ca.pem') },
    smtp: { host: '127.0.0.1', port: ports.smtp },
    submission: { host: '127.0.0.1', port: ports.submission },
    http: { host: '127.0.0.1', httpsPort: ports.https, publicUrl: `https://${hostName}` },
    trust: {
      anchorPaths: [at('ca.pem')],
      // Production fetches nothing from the machine itself: refused at once.
      crlUrls: ['http://127.0.0.1/organisations.crl'],
      whiteList: { path: at('liste-blanche.xml'), signerName },
    },
    keys: { kind: 'file', path: at('key-encryption-key') },
  };
  return { folder, authority, config, ports };
}

/** A new certificate and key, as a renewal leaves them. */
export async function writeCertificate(folder: string, authority: Authority): Promise<void> {
  const issued = authority.issue({ dn, hosts: [hostName] });
  await writeFile(path.join(folder, 'key.pem'), issued.keyPem, { mode: 0o600 });
  await chmod(path.join(folder, 'key.pem'), 0o600);
  await writeFile(path.join(folder, 'certificate.pem'), issued.chainPem);
}

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
  const { getPeerX509Certificate } = socket as import('node:tls').TLSSocket;
  return getPeerX509Certificate.call(socket)?.fingerprint256 ?? '';
}
