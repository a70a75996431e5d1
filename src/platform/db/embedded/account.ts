/**
 * Under which account of the machine PostgreSQL runs. It refuses to run as root; a program that is root gives it another
 * account, and what that account needs to reach its files.
 */
import { chownSync, existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { Refusal } from '../../../base/errors.ts';
import { embeddedTexts } from './texts.ts';

export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** How to start a binary: the command, its arguments, and the account to take. */
export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  readonly account: Account | undefined;
}

const setpriv = ['/usr/bin/setpriv', '/bin/setpriv'];

/** The account for the cluster in `clusterFolder`; `undefined` when it is our own. */
export function chooseAccount(clusterFolder: string): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  if (existsSync(clusterFolder)) {
    const { uid, gid } = statSync(clusterFolder);
    if (uid !== 0) return { uid, gid };
  }
  const accounts = existsSync('/etc/passwd') ? readFileSync('/etc/passwd', 'utf8').split('\n') : [];
  for (const name of ['postgres', 'nobody']) {
    const fields = accounts.find((line) => line.startsWith(`${name}:`))?.split(':');
    const uid = Number(fields?.[2]);
    const gid = Number(fields?.[3]);
    if (Number.isInteger(uid) && Number.isInteger(gid) && uid > 0) return { uid, gid };
  }
  throw new Refusal('postgres-no-account', embeddedTexts.noAccount);
}

/** Gives `path` to `account`. */
export function giveTo(account: Account | undefined, path: string): void {
  if (account !== undefined) chownSync(path, account.uid, account.gid);
}

/**
 * How to start `binary` so that it reaches `folders`. An account cannot enter what lies under a closed folder (/root, a data
 * folder with mode 0700): it then gets the right to pass through folders and to read, and no other (CAP_DAC_READ_SEARCH).
 */
export function launchAs(
  account: Account | undefined,
  binary: string,
  args: readonly string[],
  folders: readonly string[],
): Launch {
  if (account === undefined) return { command: binary, args, account };
  const closed = [binary, ...folders].find((path) => !canReach(account, path));
  if (closed === undefined) return { command: binary, args, account };
  const command = setpriv.find((path) => existsSync(path));
  if (command === undefined) throw new Refusal('postgres-closed-folder', embeddedTexts.closedFolder(closed));
  const capability = ['--inh-caps=+dac_read_search', '--ambient-caps=+dac_read_search'];
  const identity = [`--reuid=${account.uid}`, `--regid=${account.gid}`, '--clear-groups'];
  return { command, args: [...identity, ...capability, '--', binary, ...args], account: undefined };
}

/** True when every folder above `path` lets `account` pass. */
function canReach(account: Account, path: string): boolean {
  for (let folder = dirname(realpathSync(path)); ; folder = dirname(folder)) {
    const { mode, uid, gid } = statSync(folder);
    const bit = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}
