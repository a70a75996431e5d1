/**
 * One program per data folder. The lock is the kernel's (a POSIX record lock, taken through SQLite, which is the only part of
 * Node that offers one): it goes with the process, however the process ends, so there is no stale lock to recognise and
 * no instant at which two programs may both take one over. `hygie.lock.json` beside it only says who holds it.
 *
 * Fails with `Refusal`: `data-folder-locked` (held by another program; the text says by which), `data-folder-read-only`,
 * `data-folder-unusable` (missing, no rights, or a file system without locks).
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Refusal } from '../../base/errors.ts';
import { lockTexts } from './texts.ts';

export interface FolderLock {
  /** Gives the folder up; the end of the process does too. */
  release(): void;
}

const busy = 5; // SQLITE_BUSY
const readOnlyCodes = new Set(['EROFS', 'EACCES', 'EPERM']);

/** Takes the exclusive lock of `folder`, which is created when missing. */
export function lockFolder(folder: string, now: Date = new Date()): FolderLock {
  const holderFile = join(folder, 'hygie.lock.json');
  try {
    mkdirSync(folder, { recursive: true });
    const probe = join(folder, `hygie.lock.${process.pid}`); // never the lock itself: closing it anywhere in the process drops the lock
    writeFileSync(probe, '');
    rmSync(probe);
  } catch (fault) {
    throw unusable(folder, fault);
  }
  const file = takeLock(folder, holderFile);
  try {
    const holder: Holder = { pid: process.pid, host: hostname(), since: now.toISOString() };
    writeFileSync(holderFile, JSON.stringify(holder), { mode: 0o600 });
  } catch (fault) {
    file.close();
    throw unusable(folder, fault);
  }
  const keep = (): void => file.close(); // referenced by the process, so that no garbage collection gives the lock up
  process.once('exit', keep);
  return {
    release() {
      if (!file.isOpen) return;
      process.off('exit', keep);
      rmSync(holderFile, { force: true });
      file.close();
    },
  };
}

/** The open file is the lock: closing it, or dying, gives it up. */
function takeLock(folder: string, holderFile: string): DatabaseSync {
  let file: DatabaseSync | undefined;
  try {
    file = new DatabaseSync(join(folder, 'hygie.lock'), { timeout: 0 });
    file.exec('begin exclusive');
    return file;
  } catch (fault) {
    file?.close();
    if (fault instanceof Error && 'errcode' in fault && fault.errcode === busy) {
      throw new Refusal('data-folder-locked', lockTexts.locked(folder, readHolder(holderFile)));
    }
    throw new Refusal('data-folder-unusable', lockTexts.unusable(folder), { cause: fault });
  }
}

interface Holder {
  readonly pid: number;
  readonly host: string;
  readonly since: string;
}

/** Who holds the lock, when the file says it: a holder writes it just after it took the lock. */
function readHolder(holderFile: string): Holder | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(holderFile, 'utf8'));
    if (typeof value !== 'object' || value === null) return undefined;
    if (!('pid' in value) || !('host' in value) || !('since' in value)) return undefined;
    const { pid, host, since } = value;
    if (typeof pid !== 'number' || typeof host !== 'string' || typeof since !== 'string') return undefined;
    return { pid, host, since };
  } catch {
    return undefined;
  }
}

function unusable(folder: string, fault: unknown): Refusal {
  const code = fault instanceof Error && 'code' in fault ? fault.code : undefined;
  return typeof code === 'string' && readOnlyCodes.has(code)
    ? new Refusal('data-folder-read-only', lockTexts.readOnly(folder), { cause: fault })
    : new Refusal('data-folder-unusable', lockTexts.unusable(folder), { cause: fault });
}
