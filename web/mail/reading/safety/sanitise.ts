/**
 * HTML of a message -> nodes that may be shown. Three sieves, one after the other: on text (winnow.ts), so that the parser meets nothing
 * that acts; DOMPurify, which knows the tricks of parsers; our own pass over the nodes, which keeps what is listed (allowed.ts) and
 * nothing else. Nodes are never written out as text again: no second parser reads them in another way.
 *
 * The last two run in the realm of the frame that will show the message: what its parser does falls under the frame's policy, which
 * loads nothing and runs nothing. Until `content` is put into the frame's page, it belongs to a document that nobody shows.
 */
import type { Config, DOMPurify, WindowLike } from 'dompurify';
import { findDeceit, type LinkTarget, readImage, readLink } from './addresses.ts';
import { allowedElements, allowedValues, paintingAttributes } from './allowed.ts';
import { readingBounds } from './bounds.ts';
import { filterDeclarations, filterSheet } from './style-filter.ts';
import { winnow } from './winnow.ts';

export interface PartImage {
  readonly element: HTMLImageElement;
  readonly contentId: string;
}

export interface DeceitfulLink {
  readonly element: HTMLAnchorElement;
  readonly shown: string;
  readonly target: LinkTarget;
}

export interface CleanHtml {
  readonly kind: 'clean';
  readonly content: DocumentFragment;
  /** Rules below `scope`. */
  readonly sheet: string;
  /** Of `<body>`: for what stands around the content. */
  readonly bodyStyle: string;
  /** The message has its own colours. */
  readonly paints: boolean;
  readonly partImages: readonly PartImage[];
  /** Remote images that were left out and could be shown; those without encryption are never. */
  readonly blockedImages: number;
  readonly links: ReadonlyMap<Element, LinkTarget>;
  readonly deceitful: readonly DeceitfulLink[];
}

/** Longer, or of more elements, than the bounds of reading. */
export type Sanitised = CleanHtml | { readonly kind: 'too-big' };

export interface Sanitising {
  readonly html: string;
  /** Selector below which the message's rules stand. */
  readonly scope: string;
  readonly showsRemoteImages: boolean;
}

export type CreateDOMPurify = (root: WindowLike) => DOMPurify;

const config = {
  WHOLE_DOCUMENT: true,
  RETURN_DOM: true,
  ALLOWED_NAMESPACES: ['http://www.w3.org/1999/xhtml'],
  ALLOWED_TAGS: ['html', 'head', 'body', '#text', ...allowedElements],
  ALLOWED_ATTR: ['style', 'href', 'src', ...allowedValues.keys()],
  FORBID_ATTR: ['id', 'name'],
  ADD_FORBID_CONTENTS: [
    'svg',
    'math',
    'object',
    'applet',
    'frameset',
    'select',
    'textarea',
    'canvas',
    'portal',
    'noscript',
  ],
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
  SAFE_FOR_XML: true,
  SANITIZE_DOM: true,
} as const satisfies { [Key in keyof Config]: unknown };

/** `realm`: the window of the frame. */
export function sanitise(create: CreateDOMPurify, realm: Window & WindowLike, asked: Sanitising): Sanitised {
  if (asked.html.length > readingBounds.htmlCharacters) return { kind: 'too-big' };
  const { html, sheets, isTooBig } = winnow(asked.html);
  if (isTooBig) return { kind: 'too-big' };
  const { ALLOWED_NAMESPACES, ALLOWED_TAGS, ALLOWED_ATTR, FORBID_ATTR, ADD_FORBID_CONTENTS, ...rest } = config;
  const root = create(realm).sanitize(html, {
    ...rest,
    ALLOWED_NAMESPACES: [...ALLOWED_NAMESPACES],
    ALLOWED_TAGS: [...ALLOWED_TAGS],
    ALLOWED_ATTR: [...ALLOWED_ATTR],
    FORBID_ATTR: [...FORBID_ATTR],
    ADD_FORBID_CONTENTS: [...ADD_FORBID_CONTENTS],
  });
  return new SecondSieve(asked, sheets).pass(root);
}

class SecondSieve {
  readonly #asked: Sanitising;
  readonly #sheets: readonly string[];
  readonly #partImages: PartImage[] = [];
  readonly #links = new Map<Element, LinkTarget>();
  #blockedImages = 0;
  #paints = false;

  constructor(asked: Sanitising, sheets: readonly string[]) {
    this.#asked = asked;
    this.#sheets = sheets;
  }

  pass(root: Node): Sanitised {
    const body = [...root.childNodes].find(({ nodeName }) => nodeName === 'BODY');
    const document = root.ownerDocument;
    if (document === null) throw new Error('a sanitised message without a document');
    const content = document.createDocumentFragment();
    const bodyStyle = body === undefined ? '' : this.#styleOfBody(body);
    content.append(...(body?.childNodes ?? []));
    let count = 0;
    const walker = document.createTreeWalker(content);
    for (let node = walker.nextNode(); node !== null; ) {
      const next = this.#step(node, walker);
      count += 1;
      if (count > 4 * readingBounds.elements) return { kind: 'too-big' };
      node = next;
    }
    const sheet = filterSheet(this.#sheets.join('\n'), this.#asked.scope);
    return {
      kind: 'clean',
      content,
      sheet: sheet.text,
      bodyStyle,
      paints: this.#paints || sheet.paints,
      partImages: this.#partImages,
      blockedImages: this.#blockedImages,
      links: this.#links,
      deceitful: this.#findDeceitful(),
    };
  }

  /** Keeps `node`, or takes it out; the node to look at after it. */
  #step(node: Node, walker: TreeWalker): Node | null {
    if (node.nodeType === 3) return walker.nextNode();
    const isKept =
      node.nodeType === 1 &&
      (node as Element).namespaceURI === 'http://www.w3.org/1999/xhtml' && // an element, by its type
      allowedElements.has((node as Element).localName);
    if (isKept) {
      this.#clean(node as HTMLElement); // of HTML, by its namespace
      return walker.nextNode();
    }
    const after = nextOutside(node, walker);
    node.parentNode?.removeChild(node);
    return after;
  }

  #clean(element: HTMLElement): void {
    const given = [...element.attributes].map(({ name, value }) => [name, value] as const);
    for (const [name, value] of given) {
      if (name === 'style') this.#cleanStyle(element, value);
      else if (name === 'href' && element.localName === 'a') this.#cleanLink(element, value);
      else if (name === 'src' && element.localName === 'img')
        this.#cleanImage(element as HTMLImageElement, value); // by its name
      else if (allowedValues.get(name)?.test(value) !== true) element.removeAttribute(name);
      else if (paintingAttributes.has(name)) this.#paints = true;
    }
  }

  #cleanStyle(element: HTMLElement, value: string): void {
    const { text, paints } = filterDeclarations(value);
    this.#paints ||= paints;
    if (text === '') element.removeAttribute('style');
    else element.setAttribute('style', text);
  }

  #cleanLink(element: HTMLElement, value: string): void {
    const target = readLink(value);
    if (target === undefined) {
      element.removeAttribute('href');
      return;
    }
    this.#links.set(element, target);
    element.setAttribute('href', printTarget(target));
    element.setAttribute('target', '_blank');
    element.setAttribute('rel', 'noopener noreferrer nofollow');
  }

  #cleanImage(element: HTMLImageElement, value: string): void {
    const source = readImage(value);
    element.removeAttribute('src');
    if (source === undefined) return;
    if (source.kind === 'inline') element.setAttribute('src', source.url);
    else if (source.kind === 'part') this.#partImages.push({ element, contentId: source.contentId });
    else if (!source.isSecure || isTracker(element)) return;
    else if (this.#asked.showsRemoteImages) {
      element.setAttribute('referrerpolicy', 'no-referrer');
      element.setAttribute('src', source.url);
    } else this.#blockedImages += 1;
  }

  #styleOfBody(body: Node): string {
    if (!('getAttribute' in body)) return '';
    const element = body as HTMLElement; // its name is BODY
    const { text, paints } = filterDeclarations(element.getAttribute('style') ?? '');
    const ground = element.getAttribute('bgcolor') ?? '';
    const isColour = allowedValues.get('bgcolor')?.test(ground) === true;
    this.#paints ||= paints || isColour;
    const { text: grounded } = filterDeclarations(isColour ? `background-color:${ground}` : '');
    return [grounded, text].filter((part) => part !== '').join(';');
  }

  #findDeceitful(): DeceitfulLink[] {
    return [...this.#links].flatMap(([element, target]) => {
      const shown = findDeceit(element.textContent ?? '', target);
      return shown === undefined ? [] : [{ element: element as HTMLAnchorElement, shown, target }]; // links are of `a` alone
    });
  }
}

/** A dot that is there to tell who reads: it shows nothing to anybody. */
function isTracker(element: Element): boolean {
  const sides = ['width', 'height'].map((name) => Number.parseFloat(element.getAttribute(name) ?? '9'));
  return sides.some((side) => side <= 2);
}

function nextOutside(node: Node, walker: TreeWalker): Node | null {
  walker.currentNode = node;
  const sibling = walker.nextSibling();
  if (sibling !== null) return sibling;
  walker.currentNode = node;
  for (let above = walker.parentNode(); above !== null; above = walker.parentNode()) {
    const next = walker.nextSibling();
    if (next !== null) return next;
  }
  return null;
}

export function printTarget(target: LinkTarget): string {
  switch (target.kind) {
    case 'web':
      return target.url;
    case 'mail':
      return `mailto:${encodeURIComponent(target.address).replace('%40', '@')}`;
    case 'phone':
      return `tel:${target.number}`;
  }
}
