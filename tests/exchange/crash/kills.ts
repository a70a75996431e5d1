/** What is killed, and how: always SIGKILL, which no process can answer. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { OperatorProcess } from '../../../testkit/operators.ts';
import type { Random } from './random.ts';

/**
 *   server                 one server; its database runs on and is found again
 *   server-twice           the same, and once more while it starts
 *   both-servers           sender and receiver at the same instant
 *   server-and-postmaster  one server and its database
 *   postmaster             one database, under a living server
 *   backend                one busy session of a database, which makes PostgreSQL end all the others
 */
export type Kill = 'server' | 'server-twice' | 'both-servers' | 'server-and-postmaster' | 'postmaster' | 'backend';

/** Kills of the server process in one `Kill`. */
export const serverKills: Readonly<Record<Kill, number>> = {
  server: 1,
  'server-twice': 2,
  'both-servers': 2,
  'server-and-postmaster': 1,
  postmaster: 0,
  backend: 0,
};

export interface KillScene {
  readonly target: OperatorProcess;
  readonly operators: readonly OperatorProcess[];
  readonly random: Random;
}

/** Kills; gives the operators whose server is to be started again. */
export async function kill(one: Kill, { target, operators, random }: KillScene): Promise<readonly OperatorProcess[]> {
  switch (one) {
    case 'server':
      await target.kill();
      return [target];
    case 'server-twice': {
      await target.kill();
      const starting = target.start();
      await sleep(random.integer(100, 1_500));
      await target.kill();
      await starting;
      return [target];
    }
    case 'both-servers':
      await Promise.all(operators.map((operator) => operator.kill()));
      return operators;
    case 'server-and-postmaster': {
      const pid = target.postmasterPid();
      const gone = target.kill();
      if (pid !== undefined) process.kill(pid, 'SIGKILL');
      await gone;
      return [target];
    }
    case 'postmaster': {
      const pid = target.postmasterPid();
      if (pid !== undefined) killIfThere(pid);
      return [];
    }
    case 'backend': {
      const pid = await target.busyBackend();
      if (pid !== undefined) killIfThere(pid);
      return [];
    }
  }
}

/** A session, or a server that is just being started again, may be gone by itself. */
function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (fault) {
    const isGone = fault instanceof Error && 'code' in fault && fault.code === 'ESRCH';
    if (!isGone) throw fault;
  }
}

/** Random kills until servers were killed `count` times, databases beside. */
export function planKills(count: number, random: Random): Kill[] {
  const kinds: readonly Kill[] = [
    'server',
    'server',
    'server',
    'server',
    'server-twice',
    'server-twice',
    'both-servers',
    'both-servers',
    'server-and-postmaster',
    'postmaster',
    'backend',
  ];
  const plan: Kill[] = [];
  for (let killed = 0; killed < count; ) {
    const next = random.one(kinds);
    plan.push(next);
    killed += serverKills[next];
  }
  return plan;
}
