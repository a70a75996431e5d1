/**
 * The server while the program lives. States:
 *
 *   down --start--> up --crash--> (pause) --> restarting --ok--> up
 *   up --stop--> stopped        up --leave--> left (the server runs on)
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { assert, present } from '../../../base/assert.ts';
import { Refusal, Temporary } from '../../../base/errors.ts';
import { embeddedLimits } from '../../../base/limits.ts';
import type { Log } from '../../../base/log.ts';
import type { Secret } from '../../../base/secret.ts';
import { type ConnectionFile, newPassword, writeConnectionFile } from './connection-file.ts';
import { createDatabase, type DatabaseUrls, urlOf, urlsOf, withAdmin } from './databases.ts';
import { adminRole } from './init.ts';
import { chooseFreePort, isPortFree } from './port.ts';
import { becomesReady, findServer, type Postmaster, type ServerPlan, startServer, stopServer } from './postmaster.ts';
import { removeStaleSocket, type ServerAddress, socketFolderOf } from './socket.ts';
import { embeddedTexts } from './texts.ts';

export interface Supervision {
  readonly folder: string;
  readonly log: Log;
  readonly plan: ServerPlan;
  readonly fixedPort: boolean;
  readonly connection: ConnectionFile;
}

export class SupervisedServer {
  readonly #folder: string;
  readonly #log: Log;
  readonly #fixedPort: boolean;
  #plan: ServerPlan;
  #connection: ConnectionFile;
  #postmaster: Postmaster | undefined;
  #state: 'down' | 'up' | 'restarting' | 'over' = 'down';
  #restart: Promise<void> | undefined;

  constructor(supervision: Supervision) {
    this.#folder = supervision.folder;
    this.#log = supervision.log;
    this.#plan = supervision.plan;
    this.#fixedPort = supervision.fixedPort;
    this.#connection = supervision.connection;
  }

  get port(): number {
    return this.#plan.port;
  }

  pid(): number {
    return present(this.#postmaster, 'PostgreSQL has not been started').pid;
  }

  adminUrl(database: string): Secret {
    return urlOf({ ...this.#address, role: adminRole, password: this.#connection.adminPassword, database });
  }

  get #address(): ServerAddress {
    return { port: this.port, socketFolder: socketFolderOf(this.#plan.data) };
  }

  async start(): Promise<void> {
    assert(this.#state === 'down', 'PostgreSQL was started twice');
    const adopted = await this.#adopt();
    this.#watch(adopted ?? (await this.#startFresh()));
    this.#log.info('postgres.ready', { pid: this.pid(), port: this.port, adopted: adopted !== undefined });
  }

  async ensureDatabase(name: string): Promise<DatabaseUrls> {
    let passwords = this.#connection.databases[name];
    if (passwords === undefined) {
      passwords = { owner: newPassword(), app: newPassword() };
      // Recorded first: a password that PostgreSQL knows and we do not would shut us out.
      this.#record({ ...this.#connection, databases: { ...this.#connection.databases, [name]: passwords } });
    }
    await createDatabase(this.adminUrl('postgres'), name, passwords);
    return urlsOf(this.#address, name, passwords);
  }

  async stop(): Promise<void> {
    this.#state = 'over';
    await this.#restart;
    if (this.#postmaster !== undefined) await stopServer(this.#postmaster);
    this.#log.info('postgres.stopped');
  }

  leave(): void {
    this.#state = 'over';
  }

  /** The healthy server of a program that was killed; one that is not as we want it is stopped. */
  async #adopt(): Promise<Postmaster | undefined> {
    const found = findServer(this.#plan);
    if (found === undefined) return undefined;
    const { postmaster, asPlanned } = found;
    if (asPlanned && (await becomesReady(this.#plan, postmaster)) && (await this.#answers())) return postmaster;
    this.#log.warn('postgres.leftover-stopped', { pid: postmaster.pid });
    await stopServer(postmaster);
    return undefined;
  }

  async #answers(): Promise<boolean> {
    try {
      await withAdmin(this.adminUrl('postgres'), (client) => client.query('select 1'));
      return true;
    } catch {
      return false;
    }
  }

  async #startFresh(): Promise<Postmaster> {
    for (let attempt = 1; ; attempt += 1) {
      if (!(await isPortFree(this.port))) await this.#takeAnotherPort();
      removeStaleSocket(this.#plan.data, this.port);
      const outcome = await startServer(this.#plan);
      if (outcome.kind === 'ready') return outcome.postmaster;
      const { reason } = outcome;
      if (reason === 'disk-full') throw new Temporary('postgres-disk-full', embeddedTexts.diskFull(this.#folder));
      const mayRetry = reason === 'leftover' || !(await isPortFree(this.port));
      if (!mayRetry || attempt >= embeddedLimits.startAttempts) {
        throw new Temporary('postgres-start-failed', embeddedTexts.startFailed(this.#plan.logFile));
      }
      await sleep(embeddedLimits.retryMs);
    }
  }

  async #takeAnotherPort(): Promise<void> {
    // Once it has been up, connections are open towards its port: it comes back there or not at all.
    if (this.#state === 'restarting') throw new Temporary('postgres-port-taken', embeddedTexts.portTaken(this.port));
    if (this.#fixedPort) throw new Refusal('postgres-port-taken', embeddedTexts.portTaken(this.port));
    const port = await chooseFreePort();
    this.#record({ ...this.#connection, port });
    this.#plan = { ...this.#plan, port };
  }

  #watch(postmaster: Postmaster): void {
    this.#postmaster = postmaster;
    this.#state = 'up';
    postmaster.gone.then(() => {
      if (this.#state === 'up') this.#restart = this.#recover();
    });
  }

  async #recover(): Promise<void> {
    this.#state = 'restarting';
    this.#log.error('postgres.crashed');
    let pauseMs: number = embeddedLimits.retryMs;
    while (this.#state === 'restarting') {
      try {
        const postmaster = (await this.#adopt()) ?? (await this.#startFresh());
        // `stop` may have been called meanwhile: it waits for us, then stops what it finds.
        if (this.#state === 'restarting') this.#watch(postmaster);
        else this.#postmaster = postmaster;
        this.#log.info('postgres.restarted', { pid: postmaster.pid });
        return;
      } catch (fault) {
        this.#log.error('postgres.restart-failed', {}, fault);
        await sleep(pauseMs, undefined, { ref: false });
        pauseMs = Math.min(pauseMs * 2, embeddedLimits.retryLongestMs);
      }
    }
  }

  #record(connection: ConnectionFile): void {
    writeConnectionFile(this.#folder, connection);
    this.#connection = connection;
  }
}
