/**
 * The browser's part of `bench/jmap.ts`: Debian's Chromium, a cold cache, the built application on this machine's own server.
 * What is seen is timed inside the page, from the beginning of its navigation. The floor of every paint is the server's smallest
 * text file, opened in the same browser.
 */
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { launchBrowser } from '../../testkit/browser.ts';
import type { BenchResult } from '../bench.ts';

export interface Site {
  /** `http://localhost:PORT`. */
  readonly origin: string;
  readonly login: string;
  readonly password: string;
}

const rounds = 7;
/** Issue of the webmail: what a browser loads first is less. */
const goalKb = 180;
/** What comes ahead of the first gesture has come by then. */
const aheadMs = 4_000;
const known = '[role="row"][aria-selected]';

/** What {@link watch} writes into the page; milliseconds since its navigation began. */
interface Seen {
  shape?: number;
  rows?: number;
  opened?: number;
}

/** Runs in the page: looks at each of its frames for the rail, the first rows and, where the first one is pressed, what it opens. */
function watch({ rowSelector, opens }: { readonly rowSelector: string; readonly opens: boolean }): void {
  const seen: Seen = {};
  Object.assign(window, { seen });
  const look = (): void => {
    const row = document.querySelector<HTMLElement>(rowSelector);
    const now = performance.now();
    if (seen.shape === undefined && document.querySelector('nav') !== null) seen.shape = now;
    if (seen.rows === undefined && row !== null) {
      seen.rows = now;
      if (opens) row.click();
    }
    if (seen.opened === undefined && document.querySelector('article') !== null) seen.opened = now;
    if (seen.opened === undefined) requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

/** Bytes of script bodies as transferred, growing as they come. */
function countScripts(page: Page): () => Promise<number> {
  const sizes: Promise<number>[] = [];
  page.on('requestfinished', (request) => {
    if (request.resourceType() === 'script')
      sizes.push(request.sizes().then(({ responseBodySize }) => responseBodySize));
  });
  return async () => (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0) / 1_000;
}

type State = Awaited<ReturnType<BrowserContext['storageState']>>;

async function signIn(browser: Browser, { origin, login, password }: Site): Promise<State> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(origin);
  await page.getByLabel('Identifiant').fill(login);
  await page.getByLabel('Mot de passe').fill(password);
  await page.getByRole('button', { name: 'Se connecter' }).click();
  await page.locator(known).first().waitFor();
  const state = await context.storageState();
  await context.close();
  return state;
}

/** A browser that has never been here, but for the cookie; without service worker, which fetches every file for later. */
async function coldPage(browser: Browser, state?: State, opens = false): Promise<Page> {
  const context = await browser.newContext({
    locale: 'fr-FR',
    viewport: { width: 1280, height: 800 },
    serviceWorkers: 'block',
    ...(state !== undefined && { storageState: state }),
  });
  const page = await context.newPage();
  await page.addInitScript(watch, { rowSelector: known, opens });
  return page;
}

async function firstPaint(page: Page): Promise<number> {
  return page.evaluate(async () => {
    for (;;) {
      const [entry] = performance.getEntriesByName('first-contentful-paint');
      if (entry !== undefined) return entry.startTime;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  });
}

interface Start {
  readonly floor: number;
  readonly paint: number;
  readonly shape: number;
  readonly rows: number;
  readonly opened: number;
}

async function measureStart(browser: Browser, { origin }: Site, state: State): Promise<Start> {
  const plain = await coldPage(browser);
  await plain.goto(`${origin}/theme.js`);
  const floor = await firstPaint(plain);
  await plain.context().close();
  const page = await coldPage(browser, state, true);
  await page.goto(`${origin}/messages/reception`);
  await page.locator('article').first().waitFor();
  const paint = await firstPaint(page);
  const seen = await page.evaluate(() => (window as unknown as { seen: Required<Seen> }).seen); // `watch` wrote it, to the last
  await page.context().close();
  return { floor, paint, shape: seen.shape, rows: seen.rows, opened: seen.opened };
}

async function measureScripts(browser: Browser, { origin }: Site, state: State) {
  const out = await coldPage(browser);
  const signInBytes = countScripts(out);
  await out.goto(origin);
  await out.getByLabel('Identifiant').waitFor();
  const atSignIn = await signInBytes();
  await out.context().close();
  const page = await coldPage(browser, state);
  const bytes = countScripts(page);
  await page.goto(`${origin}/messages/reception`);
  await page.locator(known).first().waitFor();
  const atList = await bytes();
  await page.waitForTimeout(aheadMs);
  const ahead = await bytes();
  await page.locator(known).first().click();
  await page.locator('article').first().waitFor();
  await page.waitForTimeout(1_000);
  const atMessage = await bytes();
  await page.context().close();
  return { atSignIn, atList, ahead, atMessage };
}

interface Scrolled {
  readonly middle: number;
  readonly end: number;
  readonly frame: number;
}

async function measureScroll(browser: Browser, { origin }: Site, state: State): Promise<Scrolled> {
  const page = await coldPage(browser, state);
  await page.goto(`${origin}/messages/reception`);
  await page.locator(known).first().waitFor();
  await page.waitForTimeout(aheadMs);
  const scrolled = await page.evaluate(scrollAbout, known);
  await page.context().close();
  return scrolled;
}

/** Runs in the page. */
async function scrollAbout(rowSelector: string): Promise<Scrolled> {
  const frame = () => new Promise<number>((resolve) => requestAnimationFrame(resolve));
  let scroller = document.querySelector<HTMLElement>(rowSelector);
  while (scroller !== null && scroller.scrollHeight < scroller.clientHeight * 4) scroller = scroller.parentElement;
  if (scroller === null) throw new Error('nothing scrolls');
  const moved = scroller;
  const isFilled = (): boolean => {
    const { top, bottom, left } = moved.getBoundingClientRect();
    for (let y = top + 20; y < bottom - 20; y += 40) {
      if (document.elementFromPoint(left + 60, y)?.closest(rowSelector) == null) return false;
    }
    return true;
  };
  const jump = async (share: number): Promise<number> => {
    const start = performance.now();
    moved.scrollTop = (moved.scrollHeight - moved.clientHeight) * share;
    do await frame();
    while (!isFilled());
    return performance.now() - start;
  };
  const middle = await jump(0.5);
  const end = await jump(1);
  let longest = 0;
  let last = await frame();
  for (let step = 0; step <= 180; step += 1) {
    moved.scrollTop = (moved.scrollHeight - moved.clientHeight) * (1 - step / 180);
    const now = await frame();
    longest = Math.max(longest, now - last);
    last = now;
  }
  return { middle, end, frame: longest };
}

function median(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
}

async function times<T>(count: number, body: () => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (let round = 0; round < count; round += 1) results.push(await body());
  return results;
}

export async function measureBrowser(site: Site): Promise<BenchResult[]> {
  execFileSync(process.execPath, [path.resolve(import.meta.dirname, '../../tools/build.mjs')], { stdio: 'inherit' });
  const browser = await launchBrowser();
  try {
    const state = await signIn(browser, site);
    const starts = await times(rounds, () => measureStart(browser, site, state));
    const scrolls = await times(3, () => measureScroll(browser, site, state));
    const scripts = await measureScripts(browser, site, state);
    const floor = median(starts.map((start) => start.floor));
    const beside = (name: string, ours: number): BenchResult => ({
      ...{ name: `browser, cold: ${name}`, unit: 'ms', ours, peer: floor, ratio: floor / ours },
      note: 'a text file of the same server, painted',
    });
    const alone = (name: string, unit: string, ours: number, note?: string): BenchResult => ({
      ...{ name: `browser, ${name}`, unit, ours, peer: null, ratio: null },
      ...(note !== undefined && { note }),
    });
    return [
      beside('first paint', median(starts.map(({ paint }) => paint))),
      beside('frame of the screen', median(starts.map(({ shape }) => shape))),
      beside('first rows', median(starts.map(({ rows }) => rows))),
      beside('the first row, pressed at once, is open', median(starts.map(({ opened }) => opened))),
      alone('scripts of the sign-in page', 'kB', scripts.atSignIn, 'brotli, as transferred'),
      alone('scripts of the list', 'kB', scripts.atList, `goal: under ${goalKb}`),
      alone('scripts of the list, with what comes ahead', 'kB', scripts.ahead, 'menus and dialogs, at rest'),
      alone('scripts with a message open', 'kB', scripts.atMessage),
      alone('jump to the middle, rows filled', 'ms', median(scrolls.map(({ middle }) => middle))),
      alone('jump to the end, rows filled', 'ms', median(scrolls.map(({ end }) => end))),
      alone('longest frame of a drag through all', 'ms', median(scrolls.map(({ frame }) => frame)), '180 steps'),
    ];
  } finally {
    await browser.close();
  }
}
