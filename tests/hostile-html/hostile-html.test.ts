/** Every hostile message of the corpus, through the sanitiser and the frame as they are shipped, in Debian's Chromium. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import fc from 'fast-check';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser } from '../../testkit/browser.ts';
import type { Findings } from './read-in-frames.ts';
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

function readAll(page: Page, messages: readonly string[], showsRemoteImages: boolean): Promise<Findings[]> {
  return page.evaluate(
    async (reading) => {
      const { readInFrames } = await ((path: string) => import(path))('/assets/read-in-frames.js');
      return readInFrames(reading);
    },
    { messages, showsRemoteImages },
  );
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

  test('is inert too when its remote images are shown: those are asked for, by TLS, without saying from where', async () => {
    const { page, watch } = await openPage(reader.base, (path) => ownFiles.test(path));
    const headers: Record<string, string>[] = [];
    page.on('request', (request) => {
      if (request.url().includes('evil.example')) headers.push(request.headers());
    });
    const found = await readAll(page, marked, true);
    const faults = found.flatMap(({ faults: own }, index) => own.map((fault) => `${nameOf(index)}: ${fault}`));
    assert.deepEqual(faults, []);
    // A plain `<img src>` by https is all that may be asked for; wherever it stood in the message.
    const wanted = new Set(
      found.flatMap(({ html }) => [...html.matchAll(/src="(https:[^"]+)"/g)].map(([, url]) => url)),
    );
    assert.ok(watch.requests.length > 5);
    assert.deepEqual(
      watch.requests.filter((url) => !wanted.has(url)),
      [],
    );
    assert.deepEqual(
      watch.requests.filter((url) => !url.startsWith('https:')),
      [],
    );
    assert.deepEqual(
      headers.filter(({ referer = '' }) => referer !== ''),
      [],
    );
    // The browser says that it did not get them: the test gave it nothing.
    const unexpected = watch.trouble.filter((text) => !/^console Failed to load resource/.test(text));
    assert.deepEqual(unexpected, []);
    await page.context().close();
  });

  test('stays inert spliced with others, cut anywhere', async () => {
    const { page, watch } = await openPage(reader.base, (path) => ownFiles.test(path));
    const piece = fc.record({ index: fc.nat(marked.length - 1), from: fc.double({ min: 0, max: 0.6, noNaN: true }) });
    const splices = fc
      .sample(fc.array(piece, { minLength: 2, maxLength: 5 }), { numRuns: 150, seed: 20_261_122 })
      .map((pieces) =>
        pieces
          .map(({ index, from }) => {
            const text = marked[index] ?? '';
            return text.slice(Math.floor(from * text.length), Math.ceil((0.4 + from) * text.length));
          })
          .join(''),
      );
    const found = await readAll(page, splices, false);
    assert.deepEqual(
      found.flatMap(({ faults }, index) => faults.map((fault) => `${fault} in ${splices[index]}`)),
      [],
    );
    assert.deepEqual([watch.requests, watch.trouble], [[], []]);
    await page.context().close();
  });
});

describe('an ordinary message', () => {
  test('keeps its words, its tables, its colours and its links; what is remote waits and is counted', async () => {
    const { page, watch } = await openPage(reader.base, (path) => ownFiles.test(path));
    const letter = `<html><head><title>x</title><style>p.MsoNormal{margin:0cm;color:#123456} a:link{color:blue}</style></head>
      <body bgcolor="#ffffff" style="font-family:Calibri"><p class="MsoNormal">Cher confrère, <b>merci</b>.</p>
      <table border="1" cellpadding="4"><tr><th colspan="2">Tension</th></tr><tr><td bgcolor="#eee">12</td><td>8</td></tr></table>
      <img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=" alt="logo"><img src="https://evil.example/a.png" alt="plan">
      <a href="https://exemple.fr/rendez-vous">Prendre rendez-vous</a> <a href="tel:+33247000000">02 47</a>
      <a href="https://evil.example/">https://www.exemple.fr</a><blockquote>Le 3 mai, vous écriviez</blockquote></body></html>`;
    const plain = '<p>Bonjour</p><p style="text-align:center">Merci</p>';
    const [read, simple] = await readAll(page, [letter, plain], false);
    assert.ok(read !== undefined && simple !== undefined);
    assert.deepEqual([...read.faults, ...simple.faults, ...watch.requests, ...watch.trouble], []);
    assert.match(read.text, /Cher confrère, merci\./);
    assert.match(read.html, /<th colspan="2">Tension<\/th>/);
    assert.match(read.html, /<td bgcolor="#eee">12<\/td>/);
    assert.match(read.html, /<details><summary>Message cité<\/summary><blockquote>/);
    assert.equal(read.blockedImages, 1);
    assert.deepEqual(read.links, ['web', 'phone', 'web !']);
    assert.deepEqual(read.warnings, ['[www.exemple.fr -> evil.example]']);
    assert.deepEqual([read.isLight, simple.isLight], [true, false]);
    assert.match(simple.html, /<p style="text-align:center">Merci<\/p>/);
    await page.context().close();
  });

  test('too long, or of too many elements, is left to its words', async () => {
    const { page } = await openPage(reader.base, (path) => ownFiles.test(path));
    const long = (length: number) => `<p>${'a'.repeat(length - 3)}`;
    const messages = [long(600_000), long(600_001), '<br>'.repeat(30_000), '<br>'.repeat(30_001)];
    const found = await readAll(page, messages, false);
    assert.deepEqual(
      found.map(({ kind }) => kind),
      ['shown', 'too-big', 'shown', 'too-big'],
    );
    await page.context().close();
  });
});

test('a PDF is drawn under the policy of production, with the words on it, and asks for our own files alone', async () => {
  const own = (path: string) => ownFiles.test(path) || /^\/assets\/(?:[\w.-]+\.mjs|pdf-[\w.]+\/[\w.-]+)$/.test(path);
  const { page, watch } = await openPage(reader.base, own);
  const drawn = await page.evaluate(drawPdf, samplePdf());
  assert.deepEqual(drawn, { kind: 'open', words: 'Bilan du 22 novembre', isInked: true });
  assert.deepEqual([watch.requests, watch.trouble], [[], []]);
  await page.context().close();
});

/** One page; a script that wants to run and a link that wants to be followed are in it. */
function samplePdf(): string {
  const words = 'BT /F 18 Tf 20 100 Td (Bilan du 22 novembre) Tj ET';
  const objects = [
    '<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>>>',
    '<</Type/Pages/Kids[3 0 R]/Count 1>>',
    '<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>/Annots[6 0 R]>>',
    `<</Length ${words.length}>>stream\n${words}\nendstream`,
    '<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>',
    '<</Type/Annot/Subtype/Link/Rect[0 0 300 200]/A<</S/URI/URI(https://evil.example/pdf)>>>>',
  ].map((content, index) => `${index + 1} 0 obj${content}endobj\n`);
  const head = '%PDF-1.4\n';
  const offsets = objects.map((_content, index) => head.length + objects.slice(0, index).join('').length);
  const entries = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`);
  const body = head + objects.join('');
  const table = `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${entries.join('')}`;
  return `${body}${table}trailer<</Root 1 0 R/Size ${objects.length + 1}>>\nstartxref\n${body.length}\n%%EOF`;
}

async function drawPdf(source: string) {
  const { openPdf, drawPage } = await ((path: string) => import(path))('/assets/pdf.js');
  const opened = await openPdf(new TextEncoder().encode(source).buffer);
  if (opened.kind !== 'open') return { kind: String(opened.kind), words: '', isInked: false };
  const [canvas, words] = [document.createElement('canvas'), document.createElement('div')];
  document.body.append(canvas, words);
  const signal = new AbortController().signal;
  await drawPage(opened.document, { page: 1, canvas, words, width: 600, signal });
  const pixels = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
  const isInked = pixels.some((value, at) => at % 4 !== 3 && value < 128);
  opened.close();
  return { kind: 'open', words: words.textContent?.trim() ?? '', isInked };
}
