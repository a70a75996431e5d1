/**
 * Forgets the data folder of the sandbox. Refuses while a program holds it, and refuses a folder that is no sandbox's: what a
 * practice keeps is never removed by a command this short.
 */
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { Refusal } from '../src/base/errors.ts';
import { lockFolder } from '../src/platform/lock/lock.ts';
import { repositoryRoot } from './source-files.ts';

export type ResetOutcome =
  | { readonly kind: 'forgotten' }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'refused'; readonly reason: string };

/** How deep below the data folder locks and databases are looked for. */
const searchDepth = 3;

export function resetFolder(folder: string): ResetOutcome {
  if (!existsSync(folder) || readdirSync(folder).length === 0) return { kind: 'nothing' };
  if (!existsSync(join(folder, 'sandbox.json')) && !existsSync(join(folder, 'sandbox'))) {
    return { kind: 'refused', reason: texts.noSandbox(folder) };
  }
  const locks = [];
  try {
    for (const file of findFiles(folder, 'hygie.lock', searchDepth)) locks.push(lockFolder(dirname(file)));
    // Nobody holds the folder: a sandbox that was killed has left its database running.
    const database = findFiles(folder, 'postmaster.pid', searchDepth).map(readLivePid).find(Boolean);
    if (database) return { kind: 'refused', reason: texts.databaseRuns(folder, database) };
    rmSync(folder, { recursive: true });
  } catch (fault) {
    if (fault instanceof Refusal) return { kind: 'refused', reason: fault.publicText };
    throw fault;
  } finally {
    for (const lock of locks) lock.release();
  }
  return { kind: 'forgotten' };
}

const texts = {
  noSandbox: (folder: string) =>
    `${folder} n’est pas le dossier d’un bac à sable : rien n’a été effacé. S’il faut l’effacer, faites-le vous-même.`,
  databaseRuns: (folder: string, pid: number) =>
    `Un bac à sable interrompu a laissé sa base de données en marche dans ${folder} (processus ${pid}). Lancez « npm start », arrêtez-le par Ctrl-C, puis recommencez.`,
  forgotten: (folder: string) => `${folder} est oublié.`,
  nothing: (folder: string) => `Rien à oublier : ${folder} n’existe pas ou est vide.`,
} as const;

function findFiles(folder: string, name: string, depth: number): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return depth > 0 ? findFiles(path, name, depth - 1) : [];
    return entry.name === name ? [path] : [];
  });
}

/** The process that PostgreSQL's own lock file names, when it still runs. */
function readLivePid(file: string): number | undefined {
  const pid = Number.parseInt(readFileSync(file, 'utf8'), 10);
  if (!(pid > 0)) return undefined;
  try {
    process.kill(pid, 0);
    return pid;
  } catch (fault) {
    const isAnothers = fault instanceof Error && 'code' in fault && fault.code === 'EPERM';
    return isAnothers ? pid : undefined;
  }
}

if (import.meta.main) {
  const folder = resolve(repositoryRoot, process.env['HYGIE_DATA'] ?? 'var');
  const outcome = resetFolder(folder);
  process.stdout.write(`${outcome.kind === 'refused' ? outcome.reason : texts[outcome.kind](folder)}\n`);
  process.exitCode = outcome.kind === 'refused' ? 1 : 0;
}
