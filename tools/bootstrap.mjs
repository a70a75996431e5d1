/**
 * From a clone to the pinned runtime. Runs on the machine's own Node (20 or later, hence plain JavaScript), installs what the
 * lockfile names and is missing, then hands over to the Node that the lockfile pins.
 *
 *   await ensureInstalled();
 *   await handOver('src/main.ts', process.argv.slice(2));
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const repositoryRoot = fileURLToPath(new URL('..', import.meta.url));

/** The Node of the lockfile. */
export const pinnedNode = join(repositoryRoot, 'node_modules', 'node', 'bin', 'node');

/**
 * Installs the versions of the lockfile, unless all are there. Packages for development count only when `dev` asks for them:
 * a production installation may leave them out. `npm ci` would refuse a lockfile that does not list the optional packages of
 * every other platform, which not every registry offers; `install --no-save` brings the same versions and changes no file.
 *
 * @param {{ dev?: boolean }} [options]
 */
export async function ensureInstalled({ dev = false } = {}) {
  if (!isInstalled(dev)) {
    say('Installation des dépendances…');
    run('npm', ['install', '--no-save', '--no-audit', '--no-fund'], repositoryRoot);
  }
  if (!existsSync(pinnedNode)) {
    say("Installation de l'environnement d'exécution…");
    // npm was told not to run the packages' scripts: this one fetches the runtime, through npm.
    run(process.execPath, ['installArchSpecificPackage.js'], join(repositoryRoot, 'node_modules', 'node'));
  }
}

/**
 * How the pinned Node runs. A young generation of 4 MiB instead of 16: a server that 1,000 sessions have filled stays 70 MiB
 * smaller.
 */
const nodeFlags = ['--max-semi-space-size=4'];

/** What Node compiled is kept, where whoever installed may write: the next start takes half the time. */
const compileCache = join(repositoryRoot, 'node_modules', '.cache', 'compiled');

/**
 * Runs `script` (a path from the root of the repository) under the pinned Node, in this terminal, and ends this process as
 * that one ended.
 *
 * @param {string} script
 * @param {readonly string[]} args
 * @returns {Promise<never>}
 */
export async function handOver(script, args) {
  const child = spawn(pinnedNode, [...nodeFlags, join(repositoryRoot, script), ...args], {
    stdio: 'inherit',
    env: { NODE_COMPILE_CACHE: compileCache, ...process.env },
  });
  // A terminal sends Ctrl-C to both processes: passing it on would make two of one.
  const passOn = (signal) => {
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, passOn);
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (status, signal) => resolve(status ?? 128 + constants.signals[signal]));
  });
  process.exit(code);
}

/** @param {boolean} dev */
function isInstalled(dev) {
  const wanted = readPackages(join(repositoryRoot, 'package-lock.json'));
  const held = readPackages(join(repositoryRoot, 'node_modules', '.package-lock.json'));
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '') return true;
    const found = held[path];
    if (found !== undefined) return found.version === entry.version;
    return entry.optional === true || entry.peer === true || (entry.dev === true && !dev);
  });
}

/** @param {string} lockfile */
function readPackages(lockfile) {
  if (!existsSync(lockfile)) return {};
  return JSON.parse(readFileSync(lockfile, 'utf8')).packages;
}

function run(command, args, cwd) {
  const { status, error } = spawnSync(command, args, { cwd, stdio: ['ignore', 2, 2] });
  if (error !== undefined || status !== 0) {
    say(`L'installation a échoué : ${command} ${args.join(' ')} (${error?.message ?? `code ${status}`}).`);
    process.exit(1);
  }
}

function say(text) {
  process.stderr.write(`${text}\n`);
}
