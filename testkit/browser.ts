/** Debian's Chromium, driven by Playwright: one for a test file, a fresh context for each person who uses it. */
import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

/** tools/browser.mjs brings it. */
const executablePath = process.env['HYGIE_CHROMIUM'] || '/usr/bin/chromium';

/** Nothing of the browser's own calls home: a test machine has no way out, and waits for each try. */
const quiet = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export async function launchBrowser(): Promise<Browser> {
  if (!existsSync(executablePath)) {
    throw new Error(`no Chromium at ${executablePath}: install Debian's package, or name another in HYGIE_CHROMIUM`);
  }
  return chromium.launch({ executablePath, args: quiet });
}
