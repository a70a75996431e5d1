/**
 * One PostgreSQL server process over one folder: started, recognised, watched, stopped. It is a process of its own: it
 * outlives us when we are killed, and the next start finds it again by `postmaster.pid`.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, readSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { embeddedLimits } from '../../../base/limits.ts';
import { type Account, type Launch, launchAs } from './account.ts';

export interface ServerPlan {
  readonly binary: string;
  /** PGDATA. */
  readonly data: string;
  readonly logFile: string;
  readonly account: Account | undefined;
  readonly port: number;
  /** Settings by name; they win over the files of the folder. */
  readonly settings: Readonly<Record<string, string>>;
}

export interface Postmaster {
  readonly pid: number;
  /** Resolves once the process is gone. */
  readonly gone: Promise<void>;
}

export type StartOutcome =
  | { readonly kind: 'ready'; readonly postmaster: Postmaster }
  | { readonly kind: 'failed'; readonly reason: 'disk-full' | 'leftover' | 'other' };

/** Starts the server and waits until it accepts connections, recovery included. */
export async function startServer(plan: ServerPlan): Promise<StartOutcome> {
  const launch = launchOf(plan);
  const logStart = existsSync(plan.logFile) ? statSync(plan.logFile).size : 0;
  const logFd = openSync(plan.logFile, 'a', 0o600);
  let child: ChildProcess;
  try {
    child = spawn(launch.command, launch.args, {
      ...launch.account,
      cwd: '/',
      // Its own session: Ctrl-C in our terminal must not stop it before we have finished with it.
      detached: true,
      stdio: ['ignore', logFd, logFd],
      env: {},
    });
  } finally {
    closeSync(logFd);
  }
  const gone = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  child.unref();
  let exited = false;
  gone.then(() => {
    exited = true;
  });
  const deadline = Date.now() + embeddedLimits.startMs;
  while (!exited && Date.now() < deadline) {
    const found = readPidFile(plan.data);
    if (child.pid !== undefined && found?.pid === child.pid && found.status === 'ready') {
      return { kind: 'ready', postmaster: { pid: child.pid, gone } };
    }
    await sleep(embeddedLimits.pollMs);
  }
  if (!exited) child.kill('SIGQUIT');
  return { kind: 'failed', reason: reasonIn(plan.logFile, logStart) };
}

/** The server that runs over the folder already, left by a program that was killed; `undefined` when there is none. */
export function findServer(plan: ServerPlan): { postmaster: Postmaster; asPlanned: boolean } | undefined {
  const found = readPidFile(plan.data);
  if (found === undefined) return undefined;
  const command = commandOf(found.pid);
  if (command === undefined) return undefined;
  const words = ['-D', plan.data].join(' ');
  if (!command.includes('postgres') || !`${command} `.includes(`${words} `)) {
    // The number lives again as another process, and PostgreSQL would take it for a running server.
    rmSync(join(plan.data, 'postmaster.pid'), { force: true });
    return undefined;
  }
  const { pid } = found;
  const asPlanned = command === [plan.binary, ...argsOf(plan)].join(' ');
  return { postmaster: { pid, gone: goneByPolling(pid, command) }, asPlanned };
}

/** True when the server, ready or getting ready, becomes ready in time. */
export async function becomesReady(plan: ServerPlan, postmaster: Postmaster): Promise<boolean> {
  const deadline = Date.now() + embeddedLimits.startMs;
  while (Date.now() < deadline) {
    const found = readPidFile(plan.data);
    if (found?.pid !== postmaster.pid || found.status === 'stopping') return false;
    if (found.status === 'ready') return true;
    await sleep(embeddedLimits.pollMs);
  }
  return false;
}

/** Stops the server: connections are ended and all is written ("fast"), by force when it takes too long. */
export async function stopServer({ pid, gone }: Postmaster): Promise<void> {
  // Asked first: the number of a process that is gone may live again as another's.
  if (await Promise.race([gone.then(() => true), sleep(0, false)])) return;
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    try {
      process.kill(pid, signal);
    } catch {
      // gone already
    }
    const timer = new AbortController();
    const stopped = await Promise.race([
      gone.then(() => true),
      sleep(embeddedLimits.stopMs, false, { signal: timer.signal }).catch(() => false),
    ]);
    timer.abort();
    if (stopped) return;
  }
}

function argsOf(plan: ServerPlan): string[] {
  const settings = Object.entries(plan.settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  return ['-D', plan.data, '-p', String(plan.port), ...settings];
}

function launchOf(plan: ServerPlan): Launch {
  return launchAs(plan.account, plan.binary, argsOf(plan), [join(plan.data, 'PG_VERSION')]);
}

function readPidFile(data: string): { pid: number; status: string } | undefined {
  let lines: string[];
  try {
    lines = readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n');
  } catch {
    return undefined;
  }
  const pid = Number(lines[0]);
  return Number.isInteger(pid) && pid > 1 ? { pid, status: (lines[7] ?? '').trim() } : undefined;
}

/** The command line of a living process, its words joined by spaces. */
function commandOf(pid: number): string | undefined {
  if (process.platform === 'linux') {
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1).join(' ');
      return command === '' ? undefined : command; // empty: a zombie
    } catch {
      return undefined;
    }
  }
  const { status, stdout } = spawnSync('ps', ['-ww', '-o', 'args=', '-p', String(pid)], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}

/** For a server that is not our child: the kernel tells nobody but the parent. */
async function goneByPolling(pid: number, command: string): Promise<void> {
  while (commandOf(pid) === command) await sleep(embeddedLimits.watchMs, undefined, { ref: false });
}

function reasonIn(logFile: string, from: number): 'disk-full' | 'leftover' | 'other' {
  const text = readTail(logFile, from);
  if (isDiskFull(text)) return 'disk-full';
  // The former server was killed and its children are still leaving, or it has not quite stopped.
  if (/pre-existing shared memory block|lock file "postmaster\.pid" already exists/.test(text)) return 'leftover';
  return 'other';
}

export function isDiskFull(text: string): boolean {
  return /No space left on device|Disk quota exceeded/.test(text);
}

function readTail(path: string, from: number): string {
  const file = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(embeddedLimits.logTailBytes);
    const start = Math.max(from, statSync(path).size - bytes.length);
    return bytes.toString('utf8', 0, readSync(file, bytes, 0, bytes.length, start));
  } finally {
    closeSync(file);
  }
}
