/** Runs inside the page, built beside the reader: reads messages as the application does, and looks at what came of it. */

export interface Findings {
  readonly kind: string;
  readonly faults: readonly string[];
  readonly text: string;
  readonly blockedImages: number;
  /** What the clicks on all links asked the application for; `!`: told to deceive. */
  readonly links: readonly string[];
  readonly warnings: readonly string[];
  readonly html: string;
  /** On a light sheet, for it has its own colours. */
  readonly isLight: boolean;
}

export interface Reading {
  readonly messages: readonly string[];
  readonly showsRemoteImages: boolean;
}

/** Written once more, apart from the sanitiser's own list. */
const elements: ReadonlySet<string> = new Set(
  [
    'a abbr acronym address article aside b bdi big blockquote br caption center cite code col colgroup dd del details dfn div dl',
    'dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main mark ol p pre q s samp section small',
    'span strike strong sub summary sup table tbody td tfoot th thead time tr tt u ul var wbr',
  ]
    .join(' ')
    .split(' '),
);
const attributes: ReadonlySet<string> = new Set(
  [
    'align valign dir lang scope clear type bgcolor color bordercolor width height hspace vspace border cellpadding cellspacing',
    'colspan rowspan span start value alt title summary abbr datetime size face class nowrap reversed style href src target rel',
    'referrerpolicy',
  ]
    .join(' ')
    .split(' '),
);
/** Pixels; the bound of the frame, and the rounding of one. */
const highestFrame = 40_001;
const framesAtOnce = 40;
/** Time for what a message begins. */
const settleMs = 200;

export async function readInFrames({ messages, showsRemoteImages }: Reading): Promise<Findings[]> {
  const moduleAt = (path: string) => import(/* @vite-ignore */ path);
  const [{ showHtml, frameAddress, frameSandbox }, { loadPurify }] = await Promise.all([
    moduleAt('/assets/show-html.js'),
    moduleAt('/assets/load-purify.js'),
  ]);
  const purify = await loadPurify();
  const address: string = showsRemoteImages ? frameAddress.images : frameAddress.closed;
  const read = (frame: HTMLIFrameElement, html: string): (() => Findings) => {
    const links: string[] = [];
    const shown = showHtml(purify, {
      frame,
      html,
      showsRemoteImages,
      texts: { deceit: (text: string, to: string) => `[${text} -> ${to}]`, quoted: 'Message cité' },
      onLink: ({ kind }: { kind: string }, deceit?: string) => links.push(`${kind}${deceit === undefined ? '' : ' !'}`),
      onPoint: () => undefined,
      onKey: () => undefined,
    });
    return () => look(frame, { shown, links, address });
  };
  // Frames are used again: one that a message spoilt is told by all that come after.
  const wanted = Math.min(messages.length, framesAtOnce);
  const frames = await Promise.all(Array.from({ length: wanted }, () => openFrame(address, frameSandbox)));
  const findings: Findings[] = [];
  for (let at = 0; at < messages.length; at += frames.length) {
    const looks = frames.flatMap((frame, index) => {
      const message = messages[at + index];
      return message === undefined ? [] : [read(frame, message)];
    });
    await new Promise((resolve) => setTimeout(resolve, settleMs));
    findings.push(...looks.map((end) => end()));
  }
  for (const frame of frames) frame.remove();
  for (const name of Object.keys(window)) {
    const [, index] = /^pwned_?(\d*)/.exec(name) ?? [];
    if (index !== undefined) throw new Error(`the message ${index} ran a script`);
  }
  return findings;
}

async function openFrame(address: string, sandbox: string): Promise<HTMLIFrameElement> {
  const frame = document.createElement('iframe');
  frame.setAttribute('sandbox', sandbox);
  frame.src = address;
  const loaded = new Promise((resolve) => frame.addEventListener('load', resolve, { once: true }));
  document.body.append(frame);
  await loaded;
  return frame;
}

interface Looked {
  readonly shown: { readonly kind: string; readonly blockedImages?: number; stop?(): void };
  readonly links: readonly string[];
  readonly address: string;
}

function look(frame: HTMLIFrameElement, { shown, links, address }: Looked): Findings {
  const inside = frame.contentDocument;
  if (inside === null || new URL(inside.URL).pathname !== address) throw new Error('a frame went elsewhere');
  const faults = [...inside.body.querySelectorAll('*')].flatMap((element) => [
    ...faultsOfShape(element, address),
    ...faultsOfPlace(element, inside),
  ]);
  const sheets = [...inside.querySelectorAll('style')].map(({ textContent }) => textContent ?? '').join('');
  if (/url\(|@import|@font-face|var\(--|\\/.test(sheets)) faults.push('the sheet has an address');
  if (inside.querySelectorAll('head > :not(meta, title, style)').length > 0) faults.push('the head was changed');
  const holder = inside.body.firstElementChild;
  const display = holder === null ? 'flow-root' : inside.defaultView?.getComputedStyle(holder).display;
  if (shown.kind === 'shown' && display !== 'flow-root') faults.push('the message hides itself');
  const { height } = frame.getBoundingClientRect();
  if (height > highestFrame) faults.push(`the frame is ${height} high`);
  const findings = {
    kind: shown.kind,
    faults: [...new Set(faults)],
    text: inside.body.textContent,
    blockedImages: shown.blockedImages ?? 0,
    links,
    warnings: [...inside.querySelectorAll('a + strong')].map(({ textContent }) => textContent ?? ''),
    html: inside.body.innerHTML,
    isLight: inside.documentElement.hasAttribute('data-own-colours'),
  };
  for (const link of inside.querySelectorAll('a[href]')) if ('click' in link) (link as HTMLElement).click(); // of HTML
  shown.stop?.();
  return findings;
}

function faultsOfShape(element: Element, address: string): string[] {
  const { localName, namespaceURI } = element;
  const isListed = namespaceURI === 'http://www.w3.org/1999/xhtml' && elements.has(localName);
  const sources =
    address === '/frame-images.html' ? /^(?:data:image\/(?!svg)|blob:|https:\/\/)/ : /^(?:data:image\/(?!svg)|blob:)/;
  const faults = [...element.attributes].flatMap(({ name, value }) => {
    const isFault =
      !attributes.has(name) ||
      (name === 'style' && /url|image-set|var\(|@|\\|expression|<|\/\*/i.test(value)) ||
      (name === 'href' && !/^(?:https?:\/\/[^\s@/]+\/|mailto:[^?]+$|tel:\+?\d+$)/.test(value)) ||
      (name === 'src' && !sources.test(value));
    return isFault ? [`${localName} ${name}=${value}`] : [];
  });
  return isListed ? faults : [`element ${localName}`, ...faults];
}

function faultsOfPlace(element: Element, inside: Document): string[] {
  const { position, animationName } = inside.defaultView?.getComputedStyle(element) ?? {};
  const { left, top } = element.getBoundingClientRect();
  const found: readonly (readonly [string, boolean])[] = [
    [`is ${position}`, position !== 'static'],
    ['moves', animationName !== 'none'],
    ['stands outside', left < 0 || top < 0],
  ];
  return found.filter(([, isSo]) => isSo).map(([what]) => `${element.localName} ${what}`);
}
