/**
 * People at the screen: the small world of `npm start`, Debian's Chromium, one context for each who signs in. Whatever a page
 * writes on the console, or throws, fails the test that drives it; so does a request to anywhere but its own operator.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { present } from '../../src/base/assert.ts';
import { launchBrowser } from '../../testkit/browser.ts';
import { SmallWorld } from '../exchange/small-world.ts';

const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

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
    return { page, context, origin, password: person.password };
  }

  /** Opens it and signs in. */
  async enter(login: string, sitting: Sitting & { readonly path?: string } = {}): Promise<Seat> {
    const seat = await this.sit(login, sitting);
    await seat.page.goto(`${seat.origin}${sitting.path ?? '/'}`);
    await signIn(seat.page, login, seat.password);
    return seat;
  }

  /** Nothing was complained of since the last time. */
  assertQuiet(): void {
    assert.deepEqual(this.#complaints.splice(0), []);
  }
}

export async function signIn(page: Page, login: string, password: string): Promise<void> {
  await page.getByLabel('Identifiant').fill(login);
  await page.getByLabel('Mot de passe').fill(password);
  await page.getByRole('button', { name: 'Se connecter' }).click();
  await page.getByRole('navigation', { name: 'Navigation principale' }).first().waitFor();
}

/** No violation of WCAG 2.2 A and AA, nor of the best practices that axe knows. */
export async function assertAccessible(page: Page, what: string): Promise<void> {
  // By the debugger: the content policy refuses added scripts, as it should.
  await page.evaluate(readFileSync(axePath, 'utf8'));
  const faults = await page.evaluate(async () => {
    const { axe } = window as unknown as {
      axe: {
        run(options: object): Promise<{ violations: { id: string; nodes: { html: string; target: unknown }[] }[] }>;
      };
    };
    const { violations } = await axe.run({ iframes: false });
    return violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map((node) => `${node.target} ${node.html}`).join(' | ')}`,
    );
  });
  assert.deepEqual(faults, [], what);
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

/** What an application left behind in the browser. */
export async function keptOn(page: Page): Promise<{ databases: string[]; session: string[]; local: string[] }> {
  return page.evaluate(async () => ({
    databases: (await indexedDB.databases()).map(({ name }) => name ?? ''),
    session: Object.keys(sessionStorage),
    local: Object.keys(localStorage),
  }));
}
