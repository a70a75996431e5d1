/** Every hostile message of the corpus, through the sanitiser and the frame as they are shipped, in Debian's Chromium. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser } from '../../testkit/browser.ts';
import { type Findings, readInFrames } from './read-in-frames.ts';
import { type ServedReader, serveReader } from './served-reader.ts';
import { vectors } from './vectors.ts';

/** So that a request or a flag tells which vector it is of. */
const marked = vectors.map(({ html }, index) =>
  html.replaceAll('evil.example', `v${index}.evil.example`).replaceAll('pwned', `pwned_${index}_`),
);
const batch = 25;
const ownFiles = /^\/(?:|assets\/[\w.-]+\.js|frame(?:-images)?\.html|favicon\.ico)$/;

/** What a page did that it should not have. */
interface Watch {
  readonly requests: string[];
  readonly trouble: string[];
}

let reader: ServedReader;
let browser: Browser;
before(async () => {
  [reader, browser] = await Promise.all([serveReader((index) => marked[index] ?? ''), launchBrowser()]);
});
after(async () => {
  await browser.close();
  await reader.stop();
});

/** A page whose every request but those for `own` is noted and goes nowhere. */
async function openPage(base: string, own: (path: string) => boolean): Promise<{ page: Page; watch: Watch }> {
  const context = await browser.newContext({ locale: 'fr-FR' });
  const watch: Watch = { requests: [], trouble: [] };
  const page = await context.newPage();
  await context.route('**/*', (route) => {
    const url = new URL(route.request().url());
    if (url.origin === base && own(url.pathname)) return route.continue();
    watch.requests.push(url.href);
    return route.abort();
  });
  // Those that the driver hears of but does not route.
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (/^https?:$/.test(url.protocol) && url.origin !== base && !watch.requests.includes(url.href))
      watch.requests.push(url.href);
  });
  page.on('dialog', (dialog) => {
    watch.trouble.push(`dialog ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('pageerror', (fault) => watch.trouble.push(`fault ${fault.message}`));
  page.on('console', (message) => watch.trouble.push(`console ${message.text()}`));
  context.on('page', (other) => watch.trouble.push(`window ${other.url()}`));
  await page.goto(`${base}/`);
  return { page, watch };
}

async function readAll(page: Page, messages: readonly string[], showsRemoteImages: boolean): Promise<Findings[]> {
  const found: Findings[] = [];
  for (let at = 0; at < messages.length; at += batch) {
    const some = messages.slice(at, at + batch);
    found.push(...(await page.evaluate(readInFrames, { messages: some, showsRemoteImages })));
  }
  return found;
}

function openFrames(indexes: readonly number[]): void {
  for (const index of indexes) {
    const frame = document.createElement('iframe');
    frame.src = `/${index}`;
    document.body.append(frame);
  }
}

function findFlags(indexes: readonly number[]): number[] {
  return indexes.filter((index) => `pwned_${index}_` in window);
}

const nameOf = (index: number): string => `${vectors[index]?.class}: ${vectors[index]?.name}`;

describe('a hostile message', () => {
  test('has a corpus of its own: at least 150 vectors, each once, of which most are awake', () => {
    assert.ok(vectors.length >= 150, `${vectors.length}`);
    assert.equal(new Set(vectors.map(({ html }) => html)).size, vectors.length);
    assert.ok(vectors.filter(({ does }) => does !== 'dormant').length >= vectors.length / 2);
  });

  test('does what it says in a page that lets it: the proof can fail', async () => {
    const { page, watch } = await openPage(reader.permissiveBase, (path) => /^\/\d*$/.test(path));
    const awake = vectors.flatMap(({ does }, index) => (does === 'dormant' ? [] : [index]));
    const ran = new Set<number>();
    const askedOf = () =>
      new Set(watch.requests.map((url) => Number(/v(\d+)\.evil\.example/.exec(url)?.[1] ?? Number.NaN)));
    const isHeard = (index: number) => (vectors[index]?.does === 'run' ? ran : askedOf()).has(index);
    for (let at = 0; at < awake.length; at += batch) {
      const some = awake.slice(at, at + batch);
      await page.evaluate(openFrames, some);
      for (const end = Date.now() + 6_000; Date.now() < end && !some.every(isHeard); ) {
        for (const index of await page.evaluate(findFlags, some)) ran.add(index);
        await page.waitForTimeout(60);
      }
      await page.evaluate(() => {
        for (const frame of document.querySelectorAll('iframe')) frame.remove();
      });
    }
    await page.context().close();
    const asked = askedOf();
    const silent = awake.filter((index) => !(vectors[index]?.does === 'run' ? ran : asked).has(index));
    assert.deepEqual(silent.map(nameOf), []);
  });

  test('is inert when it is read: nothing asked, nothing run, nothing left, nothing over the page', async () => {
    const { page, watch } = await openPage(reader.base, (path) => ownFiles.test(path));
    const before = await page.content();
    const found = await readAll(page, marked, false);
    const faults = found.flatMap(({ faults }, index) => faults.map((fault) => `${nameOf(index)}: ${fault}`));
    assert.deepEqual(faults, []);
    assert.deepEqual(found.filter(({ kind }) => kind !== 'shown').length, 0);
    assert.deepEqual(watch.requests, []);
    assert.deepEqual(watch.trouble, []);
    assert.equal(page.url(), `${reader.base}/`);
    assert.equal(await page.content(), before);
    await page.context().close();
  });
});
