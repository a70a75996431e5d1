/**
 * `npm start`: the small world on loopback. One PostgreSQL, three operators as processes of their own, the published
 * lists, and `sandbox.json`, which says where everything is. Ctrl-C stops all of it, the database last.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdirSync, openSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Refusal } from '../src/base/errors.ts';
import { createLog, type Log } from '../src/base/log.ts';
import type { DatabaseUrls } from '../src/platform/db/embedded/databases.ts';
import { migrate } from '../src/platform/db/migrate.ts';
import { lockFolder } from '../src/platform/lock/lock.ts';
import { openDatabases } from './databases.ts';
import { importOnce, keepDirectory, startSandboxAnnuaire } from './directory.ts';
import { sendFirstExchanges } from './exchanges.ts';
import { demoOperators } from './people.ts';
import { type HeldPorts, holdPorts, worldPorts } from './ports.ts';
import { startPublisher } from './publisher.ts';
import { describeWorld } from './sandbox-file.ts';
import { type Credentials, seedOperator } from './seed.ts';
import { sandboxTexts as texts } from './texts.ts';
import { makeWorld, sandboxFolder, type World, type WorldOperator } from './world.ts';

const renewMs = 6 * 3_600_000;

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Starts one operator and waits until it is ready; its log goes to a file beside its configuration. */
async function startOperator({ configPath, ports, demo }: WorldOperator, held: HeldPorts): Promise<ChildProcess> {
  const logFile = path.join(path.dirname(configPath), 'log.jsonl');
  const descriptor = openSync(logFile, 'a', 0o600);
  const child = fork(path.join(import.meta.dirname, 'operator.ts'), [configPath], {
    stdio: ['ignore', descriptor, descriptor, 'ipc'],
    // What the environment says is for the world: each operator's own file says the rest. Flags of Node are inherited.
    env: { PATH: process.env['PATH'], NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] },
  });
  closeSync(descriptor);
  const ended = once(child, 'exit').then(() => {
    throw new Refusal('operator-stopped', texts.operatorStopped(demo.tenantName, logFile));
  });
  await Promise.race([once(child, 'message'), ended]);
  await held.release(ports);
  const ready = once(child, 'message');
  child.send('ports-released');
  await Promise.race([ready, ended]);
  ended.catch(() => undefined); // from now on its end is seen by the caller
  return child;
}

/**
 * The first request to stop; those that follow change nothing. A terminal, npm and our own entry may each pass the same
 * Ctrl-C on, and an impatient hand repeats it: the database must still be stopped after the operators.
 */
function listenForStop(): { readonly asked: Promise<void>; isAsked(): boolean } {
  let isAsked = false;
  const asked = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        isAsked = true;
        resolve();
      });
    }
  });
  return { asked, isAsked: () => isAsked };
}

async function stopOperator(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}

/** What is running, to be stopped in reverse. */
class Running {
  readonly #stops: (() => Promise<void>)[] = [];

  add(stop: () => Promise<void>): void {
    this.#stops.push(stop);
  }

  async stop(): Promise<void> {
    for (let stop = this.#stops.pop(); stop !== undefined; stop = this.#stops.pop()) await stop();
  }
}

function wayTo(urls: readonly DatabaseUrls[], index: number): DatabaseUrls {
  const way = urls[index];
  if (way === undefined) throw new RangeError('an operator has no database');
  return way;
}

async function startWorld(dataFolder: string, log: Log, running: Running): Promise<World> {
  const ports = worldPorts(process.env);
  const held = await holdPorts(ports);
  running.add(() => held.release());
  // The processor writes it while the disk and PostgreSQL are awaited.
  const directory = keepDirectory(sandboxFolder(dataFolder), new Date());
  directory.catch(() => undefined); // awaited below
  const databases = await openDatabases(dataFolder, { port: ports.postgres, log, environment: process.env });
  running.add(() => databases.stop());
  const urls = await Promise.all(demoOperators.map((demo) => databases.ensure(`hygie_${demo.name}`)));
  await Promise.all(urls.map((each) => migrate({ ownerUrl: each.ownerUrl, log })));
  const world = await makeWorld({ dataFolder, ports, urls, now: new Date() });
  const annuaire = await startSandboxAnnuaire(ports.annuaire);
  running.add(() => annuaire.stop());
  await directory;
  const publisher = await startPublisher(world.folder, ports.publisher);
  running.add(() => publisher.stop());
  const renewal = setInterval(() => {
    world.renewLists(new Date()).catch((fault: unknown) => log.error('sandbox.lists-not-renewed', {}, fault));
  }, renewMs);
  running.add(async () => clearInterval(renewal));

  const seeded = await Promise.all(
    world.operators.map((operator, index) => seedOperator(operator, wayTo(urls, index))),
  );
  // While the operators start: they learn of the directory as of any other edition.
  const isImported = process.env['HYGIE_SANDBOX_DIRECTORY'] !== 'none'; // a test looks for names that a directory may hold
  const imported = Promise.all(
    isImported ? world.operators.map((operator, index) => importOnce(operator, wayTo(urls, index))) : [],
  );
  imported.catch(() => undefined); // awaited below
  const people = new Map(seeded.flat().map((one): [string, Credentials] => [one.login, one]));
  const children = await Promise.all(
    world.operators.map(async (operator) => {
      const child = await startOperator(operator, held);
      running.add(() => stopOperator(child));
      child.once('exit', () => {
        say(texts.operatorStopped(operator.demo.tenantName, path.join(path.dirname(operator.configPath), 'log.jsonl')));
      });
      return child;
    }),
  );
  running.add(async () => {
    for (const child of children) child.removeAllListeners('exit');
  });
  const sentFile = path.join(world.folder, 'first-exchanges-sent');
  if (!existsSync(sentFile)) {
    await sendFirstExchanges(world, people);
    writeFileSync(sentFile, '');
  }
  await imported;
  writeFileSync(path.join(dataFolder, 'sandbox.json'), describeWorld(world, people), { mode: 0o600 });
  return world;
}

async function main(): Promise<void> {
  const startedAt = performance.now();
  const dataFolder = path.resolve(process.env['HYGIE_DATA'] || 'var');
  mkdirSync(sandboxFolder(dataFolder), { recursive: true, mode: 0o700 });
  const lock = lockFolder(dataFolder);
  rmSync(path.join(dataFolder, 'sandbox.json'), { force: true });
  const log = createLog({ level: 'warn', write: (line) => process.stderr.write(line) });
  const running = new Running();
  const stop = listenForStop();
  try {
    const world = await startWorld(dataFolder, log, running);
    if (!stop.isAsked()) {
      say(texts.ready(world, path.join(dataFolder, 'sandbox.json'), (performance.now() - startedAt) / 1000));
    }
    await stop.asked;
    say(texts.stopping);
  } catch (fault) {
    // Asked to stop while it starts: an operator that Ctrl-C ended on its way up is no fault.
    if (!stop.isAsked() || !(fault instanceof Refusal)) throw fault;
  } finally {
    rmSync(path.join(dataFolder, 'sandbox.json'), { force: true });
    await running.stop();
    lock.release();
  }
}

try {
  await main();
} catch (fault) {
  if (!(fault instanceof Refusal)) throw fault;
  process.stderr.write(`${fault.publicText}\n`);
  process.exitCode = 1;
}
