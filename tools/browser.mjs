/** Debian's Chromium, for the tests that drive the web application: brought by apt when this is a root shell that lacks it. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** The path is testkit/browser.ts's too. */
const chromium = process.env.HYGIE_CHROMIUM || '/usr/bin/chromium';

export function ensureBrowser() {
  if (existsSync(chromium)) return;
  const isRoot = process.getuid?.() === 0;
  if (isRoot && existsSync('/usr/bin/apt-get')) {
    process.stderr.write('Installation de Chromium…\n');
    const options = { stdio: ['ignore', 2, 2], env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
    spawnSync('apt-get', ['update', '-qq'], options);
    spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], options);
  }
  if (existsSync(chromium)) return;
  // The tests say so themselves, and fail: a browser suite that skips in silence proves nothing.
  process.stderr.write(`Chromium manque (${chromium}) : installez-le, ou donnez son chemin dans HYGIE_CHROMIUM.\n`);
}
