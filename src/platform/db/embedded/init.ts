/** The first start: a cluster is made under another name and renamed when it is whole, so that half of one is never found. */
import { spawn } from 'node:child_process';
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { Refusal, Temporary } from '../../../base/errors.ts';
import { type Account, giveTo, launchAs } from './account.ts';
import { type Binaries, majorVersion } from './binaries.ts';
import { isDiskFull } from './postmaster.ts';
import { embeddedTexts } from './texts.ts';

const makingPrefix = 'cluster.making-';

/** The superuser of the cluster. */
export const adminRole = 'hygie_admin';

/** Removes what a start that was killed left half made. */
export function removeHalfMade(folder: string): void {
  for (const name of readdirSync(folder)) {
    if (name.startsWith(makingPrefix)) rmSync(join(folder, name), { recursive: true, force: true });
  }
}

/** True when a cluster of the right version is there; refuses any other content. */
export function hasCluster(data: string): boolean {
  if (!existsSync(data)) return false;
  const versionFile = join(data, 'PG_VERSION');
  if (!existsSync(versionFile)) throw new Refusal('postgres-not-a-cluster', embeddedTexts.notACluster(data));
  const version = readFileSync(versionFile, 'utf8').trim();
  if (version !== String(majorVersion)) {
    throw new Refusal('postgres-wrong-version', embeddedTexts.wrongVersion(data, version, majorVersion));
  }
  return true;
}

export interface InitPlan {
  readonly binaries: Binaries;
  readonly folder: string;
  readonly data: string;
  readonly account: Account | undefined;
  readonly adminPassword: string;
  readonly durable: boolean;
}

export async function makeCluster(plan: InitPlan): Promise<void> {
  const making = join(plan.folder, `${makingPrefix}${process.pid}`);
  mkdirSync(making, { mode: 0o700 });
  giveTo(plan.account, making);
  const passwordFile = join(making, 'password');
  const data = join(making, 'data');
  writeFileSync(passwordFile, `${plan.adminPassword}\n`, { mode: 0o600 });
  giveTo(plan.account, passwordFile);
  const { status, output } = await runInitdb(plan, data, passwordFile);
  if (status !== 0) {
    rmSync(making, { recursive: true, force: true });
    const log = join(plan.folder, 'initdb.log');
    if (isDiskFull(output)) throw new Temporary('postgres-disk-full', embeddedTexts.diskFull(plan.folder));
    writeFileSync(log, output);
    throw new Refusal('postgres-init-failed', embeddedTexts.initFailed(log));
  }
  renameSync(data, plan.data);
  rmSync(making, { recursive: true, force: true });
  const parent = openSync(plan.folder, 'r');
  fsyncSync(parent);
  closeSync(parent);
}

function runInitdb(plan: InitPlan, data: string, passwordFile: string): Promise<{ status: number; output: string }> {
  // The provider "builtin" sorts and folds by code point and Unicode, the same on every machine: no collation of the C library
  // changes under our indexes.
  const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  const access = [`--username=${adminRole}`, `--pwfile=${passwordFile}`, '--auth=scram-sha-256'];
  const disk = ['--data-checksums', ...(plan.durable ? [] : ['--no-sync'])];
  const args = ['-D', data, ...access, ...locale, ...disk, '--no-instructions'];
  const launch = launchAs(plan.account, plan.binaries.initdb, args, [passwordFile]);
  return new Promise((resolve, reject) => {
    const env = { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LC_ALL: 'C' };
    const child = spawn(launch.command, launch.args, {
      ...launch.account,
      cwd: '/',
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.once('error', reject);
    child.once('close', (status) => resolve({ status: status ?? 1, output: Buffer.concat(chunks).toString('utf8') }));
  });
}
