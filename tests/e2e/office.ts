/**
 * People at the screen: the small world of `npm start`, Debian's Chromium, one context for each who signs in. Whatever a page
 * writes on the console, or throws, fails the test that drives it; so does a request to anywhere but its own operator.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Browser, BrowserContext, FrameLocator, Locator, Page } from 'playwright-core';
import { present } from '../../src/base/assert.ts';
import { launchBrowser } from '../../testkit/browser.ts';
import { SmallWorld } from '../exchange/small-world.ts';

const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

const operatorProgram = path.resolve(import.meta.dirname, '../../testkit/operator-process.ts');

/** Long enough for a loaded machine: what is awaited comes, or the test fails by it. */
const patienceMs = 30_000;

export interface Seat {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly origin: string;
  readonly password: string;
}

export interface Sitting {
  readonly width?: number;
  readonly height?: number;
  readonly theme?: 'light' | 'dark';
  /** Left out of what fails the test: what a test of faults provokes. */
  readonly mayComplain?: RegExp;
}

export class Offices {
  readonly world: SmallWorld;
  readonly browser: Browser;
  readonly #complaints: string[] = [];

  readonly #servers: ChildProcess[] = [];
  readonly #closings: readonly (() => Promise<void>)[];

  private constructor(world: SmallWorld, browser: Browser, closings: readonly (() => Promise<void>)[]) {
    this.world = world;
    this.browser = browser;
    this.#closings = closings;
  }

  /** For all tests of a file: `close` in its `after`. */
  static async open(): Promise<Offices> {
    const closings: (() => Promise<void>)[] = [];
    const [world, browser] = await Promise.all([
      SmallWorld.start({ after: (close) => void closings.push(close) }),
      launchBrowser(),
    ]);
    return new Offices(world, browser, [() => browser.close(), ...closings]);
  }

  async close(): Promise<void> {
    for (const server of this.#servers.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null)) {
      const ended = once(server, 'exit');
      server.kill('SIGTERM');
      await ended;
    }
    for (const close of this.#closings) await close();
  }

  /** Opens the application of the person's operator, signed out. */
  async sit(login: string, sitting: Sitting = {}): Promise<Seat> {
    const { width = 1280, height = 800, theme = 'light', mayComplain } = sitting;
    const person = present(
      this.world.file.people.find((one) => one.login === login),
      `nobody signs in as ${login}`,
    );
    const origin = this.world.operator(person.operator).web;
    const context = await this.browser.newContext({
      viewport: { width, height },
      colorScheme: theme,
      locale: 'fr-FR',
      timezoneId: 'Europe/Paris',
      reducedMotion: 'reduce',
    });
    context.setDefaultTimeout(patienceMs);
    const page = await this.#newPage(context, origin, mayComplain);
    return { page, context, origin, password: person.password };
  }

  /** Another tab of the same person. */
  async reopen(context: BrowserContext, address: string, mayComplain?: RegExp): Promise<Page> {
    const page = await this.#newPage(context, new URL(address).origin, mayComplain);
    await page.goto(address);
    return page;
  }

  async #newPage(context: BrowserContext, origin: string, mayComplain?: RegExp): Promise<Page> {
    const page = await context.newPage();
    const complain = (text: string): void => {
      if (mayComplain?.test(text) !== true) this.#complaints.push(text);
    };
    page.on('console', (message) => complain(`console: ${message.text()}`));
    page.on('pageerror', (fault) => complain(`fault: ${fault.message}`));
    page.on('request', (request) => {
      const url = request.url();
      if (!url.startsWith(origin) && !/^(?:blob|data|about):/.test(url)) complain(`request: ${url}`);
    });
    return page;
  }

  /** Opens it and signs in. */
  async enter(login: string, sitting: Sitting & { readonly path?: string } = {}): Promise<Seat> {
    const seat = await this.sit(login, sitting);
    await seat.page.goto(`${seat.origin}${sitting.path ?? '/'}`);
    await signIn(seat.page, login, seat.password);
    return seat;
  }

  /** As when the machine loses its power: nothing is put in order first. */
  async killServer(name: string): Promise<void> {
    const pid = this.world.serverPid(name);
    process.kill(pid, 'SIGKILL');
    while (isAlive(pid)) await setTimeout(20);
  }

  async restartServer(name: string): Promise<void> {
    const child = fork(operatorProgram, [this.world.operator(name).config], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.#servers.push(child);
    const ended = once(child, 'exit').then(() => Promise.reject(new Error(`${name} did not start again`)));
    await Promise.race([once(child, 'message'), ended]);
    ended.catch(() => undefined); // its end is ours to order now
  }

  /** Those that a test asked for. */
  forgetComplaints(asked: RegExp): void {
    this.#complaints.splice(0, Infinity, ...this.#complaints.filter((one) => !asked.test(one)));
  }

  /** Nothing was complained of since the last time. */
  assertQuiet(): void {
    assert.deepEqual(this.#complaints.splice(0), []);
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

export async function signIn(page: Page, login: string, password: string): Promise<void> {
  await page.getByLabel('Identifiant').fill(login);
  await page.getByLabel('Mot de passe').fill(password);
  await page.getByRole('button', { name: 'Se connecter' }).click();
  await page.getByRole('navigation', { name: 'Navigation principale' }).first().waitFor();
}

/** No violation of WCAG 2.2 A and AA, nor of the best practices that axe knows; or of `rules` alone. */
export async function assertAccessible(page: Page, what: string, rules?: readonly string[]): Promise<void> {
  // By the debugger: the content policy refuses added scripts, as it should.
  await page.evaluate(readFileSync(axePath, 'utf8'));
  const faults = await page.evaluate(async (only) => {
    const { axe } = window as unknown as {
      axe: {
        run(options: object): Promise<{ violations: { id: string; nodes: { html: string; target: unknown }[] }[] }>;
      };
    };
    const { violations } = await axe.run({ iframes: false, ...(only === undefined ? {} : { runOnly: only }) });
    return violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map((node) => `${node.target} ${node.html}`).join(' | ')}`,
    );
  }, rules);
  assert.deepEqual(faults, [], what);
}

/** The screen as it stands, wide and narrow, by day and by night; at night nothing but colours is other. */
export async function assertAccessibleEverywhere(page: Page, what: string): Promise<void> {
  const before = page.viewportSize();
  for (const width of [1280, 390]) {
    await page.setViewportSize({ width, height: 844 });
    await nextFrame(page);
    await assertAccessible(page, `${what}, ${width} px`);
    await setTheme(page, 'dark');
    await assertAccessible(page, `${what}, ${width} px, dark`, ['color-contrast']);
    await setTheme(page, 'light');
  }
  if (before !== null) await page.setViewportSize(before);
  await nextFrame(page);
}

/** What a change of the window asks for is on the screen. */
async function nextFrame(page: Page): Promise<void> {
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
}

/** The line of a list that shows these words. */
export function rowOf(page: Page, words: string): Locator {
  return page.getByRole('row').filter({ hasText: words }).first();
}

export async function openFromList(page: Page, subject: string): Promise<void> {
  await rowOf(page, subject).click();
  await page.getByRole('heading', { level: 1, name: subject }).waitFor();
}

/** As the device does in the evening. */
export async function setTheme(page: Page, theme: 'light' | 'dark'): Promise<void> {
  await page.emulateMedia({ colorScheme: theme });
}

/** What a message says, laid out by its author: in a frame of its own. */
export function bodyOf(page: Page): FrameLocator {
  return page.frameLocator('iframe[title="Contenu du message"]').last();
}

/** What an application left behind in the browser. */
export async function keptOn(page: Page): Promise<{ databases: string[]; session: string[]; local: string[] }> {
  return page.evaluate(async () => ({
    databases: (await indexedDB.databases()).map(({ name }) => name ?? ''),
    session: Object.keys(sessionStorage),
    local: Object.keys(localStorage),
  }));
}
