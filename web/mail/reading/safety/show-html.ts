/**
 * Shows the HTML of a message in a frame of its own: `/frame.html`, in a sandbox without scripts, whose policy (the server's answer) loads
 * nothing from anywhere. The page around it puts the nodes in, listens to clicks, and gives the frame its height.
 */
import { type LinkTarget, placeOf } from './addresses.ts';
import { readingBounds } from './bounds.ts';
import { frameSheet, messageClass, warningStyle } from './frame-style.ts';
import { type CleanHtml, type CreateDOMPurify, sanitise } from './sanitise.ts';

export const frameAddress = { closed: '/frame.html', images: '/frame-images.html' } as const;
/** No scripts, no forms, no windows, no leaving: the page around needs to reach in, nothing else. */
export const frameSandbox = 'allow-same-origin';

export interface ShowHtml {
  /** Loaded, in the page. */
  readonly frame: HTMLIFrameElement;
  readonly html: string;
  readonly showsRemoteImages: boolean;
  readonly texts: { deceit(shown: string, leadsTo: string): string; readonly quoted: string };
  onLink(target: LinkTarget, deceit: string | undefined): void;
  /** The link under the pointer or the focus. */
  onPoint(target: LinkTarget | undefined): void;
  onKey(event: KeyboardEvent): void;
}

export type ShownHtml =
  | { readonly kind: 'too-big' }
  /** The frame's page is not there. */
  | { readonly kind: 'no-frame' }
  | {
      readonly kind: 'shown';
      readonly blockedImages: number;
      readonly paints: boolean;
      /** The message's own pictures; `show` gives one its address. */
      readonly partImages: readonly { readonly contentId: string; show(url: string): void }[];
      stop(): void;
    };

export function showHtml(create: CreateDOMPurify, asked: ShowHtml): ShownHtml {
  const realm = asked.frame.contentWindow as (Window & typeof globalThis) | null; // the DOM's types do not say so
  const document = asked.frame.contentDocument;
  if (realm === null || document === null) return { kind: 'no-frame' };
  const { pathname, origin } = realm.location;
  const isOurs = Object.values<string>(frameAddress).includes(pathname) && origin === window.location.origin;
  if (!isOurs) return { kind: 'no-frame' };
  const { html, showsRemoteImages } = asked;
  const clean = sanitise(create, realm, { html, showsRemoteImages, scope: `.${messageClass}` });
  if (clean.kind === 'too-big') return clean;
  const stopListening = listen(document, clean, asked);
  const holder = place(document, clean, asked);
  const stopMeasuring = keepHeight(asked.frame, holder);
  return {
    kind: 'shown',
    blockedImages: clean.blockedImages,
    paints: clean.paints,
    partImages: clean.partImages.map(({ element, contentId }) => ({
      contentId,
      show: (url) => element.setAttribute('src', url),
    })),
    stop() {
      stopListening();
      stopMeasuring();
    },
  };
}

function place(document: Document, clean: CleanHtml, { texts }: ShowHtml): HTMLElement {
  const holder = document.createElement('div');
  holder.className = messageClass;
  if (clean.bodyStyle !== '') holder.setAttribute('style', clean.bodyStyle);
  const style = document.createElement('style');
  style.textContent = frameSheet(clean.sheet);
  document.head.replaceChildren(style);
  document.documentElement.toggleAttribute('data-own-colours', clean.paints);
  for (const { element, shown, target } of clean.deceitful) {
    element.after(warning(document, texts.deceit(shown, placeOf(target))));
  }
  foldQuotes(clean.content, document, texts.quoted);
  holder.append(clean.content);
  document.body.replaceChildren(holder);
  return holder;
}

function warning(document: Document, text: string): HTMLElement {
  const mark = document.createElement('strong');
  mark.textContent = text;
  for (const [name, value] of Object.entries(warningStyle)) mark.style.setProperty(name, value, 'important');
  return mark;
}

/** What answers an earlier message carries it along: there, and out of the way. */
function foldQuotes(content: DocumentFragment, document: Document, label: string): void {
  const hasOwnWords = [...content.childNodes].some(
    (node) => node.nodeName !== 'BLOCKQUOTE' && (node.textContent ?? '').trim() !== '',
  );
  const outermost = [...content.querySelectorAll('blockquote')].filter(
    (quote) => quote.parentElement?.closest('blockquote') == null && quote.closest('a, table') === null,
  );
  for (const quote of hasOwnWords ? outermost : []) {
    const details = document.createElement('details');
    const summary = document.createElement('summary');
    summary.textContent = label;
    quote.replaceWith(details);
    details.append(summary, quote);
  }
}

function listen(document: Document, clean: CleanHtml, { onLink, onPoint, onKey }: ShowHtml): () => void {
  const linkOf = (event: Event): Element | undefined => {
    const target = event.target as Partial<Element> | null; // of another realm: `instanceof` says nothing
    return target?.closest?.('a[href]') ?? undefined;
  };
  const deceits = new Map<Element, string>(clean.deceitful.map(({ element, shown }) => [element, shown]));
  const onPress = (event: Event): void => {
    const element = linkOf(event);
    if (element === undefined) return;
    event.preventDefault();
    const target = clean.links.get(element);
    const isPress = event.type === 'click' || ('button' in event && event.button === 1);
    if (target !== undefined && isPress) onLink(target, deceits.get(element));
  };
  const onOver = (event: Event): void => {
    const element = linkOf(event);
    onPoint(element === undefined ? undefined : clean.links.get(element));
  };
  const onOut = (): void => onPoint(undefined);
  const stops = [
    on(document, ['click', 'auxclick', 'dragstart'], onPress),
    on(document, ['mouseover', 'focusin'], onOver),
    on(document, ['mouseleave', 'focusout'], onOut),
    on(document, ['keydown'], (event) => onKey(event as KeyboardEvent)), // by its type
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

function on(document: Document, types: readonly string[], handle: (event: Event) => void): () => void {
  for (const type of types) document.addEventListener(type, handle);
  return () => {
    for (const type of types) document.removeEventListener(type, handle);
  };
}

/** The frame is as high as what it holds, up to the bound; past it, it scrolls. */
function keepHeight(frame: HTMLIFrameElement, holder: HTMLElement): () => void {
  const measure = (): void => {
    const wanted = Math.ceil(holder.getBoundingClientRect().height);
    const root = holder.ownerDocument.documentElement;
    root.style.overflow = wanted > readingBounds.frameHeight ? 'auto' : '';
    frame.style.height = `${Math.min(wanted, readingBounds.frameHeight)}px`;
  };
  const observer = new ResizeObserver(measure);
  observer.observe(holder);
  measure();
  return () => observer.disconnect();
}
