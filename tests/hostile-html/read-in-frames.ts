/** Runs inside the page: reads messages as the application does, and looks at what came of it. */

export interface Findings {
  readonly kind: string;
  readonly faults: readonly string[];
  readonly text: string;
  readonly blockedImages: number;
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

/** Self-contained: it is sent to the browser as text. */
export async function readInFrames({ messages, showsRemoteImages }: Reading): Promise<Findings[]> {
  const moduleAt = (path: string) => import(path);
  const [{ showHtml, frameAddress, frameSandbox }, { loadPurify }] = await Promise.all([
    moduleAt('/assets/show-html.js'),
    moduleAt('/assets/load-purify.js'),
  ]);
  const purify = await loadPurify();
  const address: string = showsRemoteImages ? frameAddress.images : frameAddress.closed;
  const elements = new Set(
    'a abbr acronym address article aside b bdi big blockquote br caption center cite code col colgroup dd del details dfn div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main mark ol p pre q s samp section small span strike strong sub summary sup table tbody td tfoot th thead time tr tt u ul var wbr'.split(
      ' ',
    ),
  );
  const attributes =
    /^(?:align|valign|dir|lang|scope|clear|type|bgcolor|color|bordercolor|width|height|hspace|vspace|border|cellpadding|cellspacing|colspan|rowspan|span|start|value|alt|title|summary|abbr|datetime|size|face|class|nowrap|reversed|style|href|src|target|rel|referrerpolicy)$/;
  const openFrame = async (): Promise<HTMLIFrameElement> => {
    const frame = document.createElement('iframe');
    frame.setAttribute('sandbox', frameSandbox);
    frame.src = address;
    const loaded = new Promise((resolve) => frame.addEventListener('load', resolve, { once: true }));
    document.body.append(frame);
    await loaded;
    return frame;
  };
  const readOne = (frame: HTMLIFrameElement, html: string): (() => Findings) => {
    const links: string[] = [];
    const shown = showHtml(purify, {
      frame,
      html,
      showsRemoteImages,
      texts: { deceit: (text: string, to: string) => `[${text} -> ${to}]`, quoted: 'Message cité' },
      onLink: (target: { kind: string }, deceit?: string) =>
        links.push(`${target.kind}${deceit === undefined ? '' : ' !'}`),
      onPoint: () => undefined,
      onKey: () => undefined,
    });
    return () => {
      const faults: string[] = [];
      const inside = frame.contentDocument;
      if (inside === null || new URL(inside.URL).pathname !== address) faults.push('the frame went elsewhere');
      const all = [...(inside?.body.querySelectorAll('*') ?? [])];
      for (const element of all) {
        const { localName, namespaceURI } = element;
        if (namespaceURI !== 'http://www.w3.org/1999/xhtml' || !elements.has(localName))
          faults.push(`element ${localName}`);
        for (const { name, value } of element.attributes) {
          if (!attributes.test(name)) faults.push(`attribute ${name}`);
          if (name === 'style' && /url|image-set|var\(|@|\\|expression|<|\/\*/i.test(value))
            faults.push(`style ${value}`);
          if (name === 'href' && !/^(?:https?:\/\/[^\s@/]+\/|mailto:[^?]+$|tel:\+?\d+$)/.test(value))
            faults.push(`href ${value}`);
          const sources = showsRemoteImages
            ? /^(?:data:image\/(?!svg)|blob:|https:\/\/)/
            : /^(?:data:image\/(?!svg)|blob:)/;
          if (name === 'src' && !sources.test(value)) faults.push(`src ${value}`);
        }
        const { position, animationName } = inside?.defaultView?.getComputedStyle(element) ?? {};
        if (position !== 'static') faults.push(`${localName} is ${position}`);
        if (animationName !== 'none') faults.push(`${localName} moves`);
        const { left, top } = element.getBoundingClientRect();
        if (left < 0 || top < 0) faults.push(`${localName} stands outside`);
      }
      const sheets = [...(inside?.querySelectorAll('style') ?? [])]
        .map(({ textContent }) => textContent ?? '')
        .join('');
      if (/url\(|@import|@font-face|var\(--|\\/.test(sheets)) faults.push('the sheet has an address');
      if (inside?.querySelectorAll('head > :not(meta, title, style)').length !== 0) faults.push('the head was changed');
      const holder = inside?.body.firstElementChild;
      if (holder != null && inside?.defaultView?.getComputedStyle(holder).display !== 'flow-root')
        faults.push('the message hides itself');
      const height = frame.getBoundingClientRect().height;
      if (height > 40_001) faults.push(`the frame is ${height} high`);
      for (const link of inside?.querySelectorAll('a[href]') ?? []) if ('click' in link) (link as HTMLElement).click();
      const findings = {
        kind: shown.kind,
        faults: [...new Set(faults)],
        text: inside?.body.textContent ?? '',
        blockedImages: shown.kind === 'shown' ? shown.blockedImages : 0,
        links,
        warnings: [...(inside?.querySelectorAll('a + strong') ?? [])].map(({ textContent }) => textContent ?? ''),
        html: inside?.body.innerHTML ?? '',
        isLight: inside?.documentElement.hasAttribute('data-own-colours') === true,
      };
      if (shown.kind === 'shown') shown.stop();
      return findings;
    };
  };
  // Frames are used again: one that a message spoilt is told by all that come after.
  const frames = await Promise.all(Array.from({ length: Math.min(messages.length, 40) }, openFrame));
  const findings: Findings[] = [];
  for (let at = 0; at < messages.length; at += frames.length) {
    const looks = frames.flatMap((frame, index) => {
      const message = messages[at + index];
      return message === undefined ? [] : [readOne(frame, message)];
    });
    await new Promise((resolve) => setTimeout(resolve, 200));
    findings.push(...looks.map((look) => look()));
  }
  for (const frame of frames) frame.remove();
  for (const name of Object.keys(window)) {
    const [, index] = /^pwned_?(\d*)/.exec(name) ?? [];
    if (index !== undefined) throw new Error(`the message ${index} ran a script`);
  }
  return findings;
}
