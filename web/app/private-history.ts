/**
 * The browser's history without what may name a patient: words that were searched, and addresses (a patient's holds the INS).
 * They stand in the state of the entry, which lives with the tab: back, forward and reload find them, while the address bar,
 * the browser's lists of visited pages and the links show an address without them.
 */
import { createBrowserHistory, type RouterHistory } from '@tanstack/react-router';

const hiddenKeys = ['q', 'de', 'a'];

/** `/messages/tous?q=durand&nonlus=true` -> `/messages/tous?nonlus=true` */
export function shownHref(href: string): string {
  const [, path = '', search = '', hash = ''] = /^([^?#]*)(\?[^#]*)?(#.*)?$/s.exec(href) ?? [];
  const left = search
    .slice(1)
    .split('&')
    .filter((pair) => pair !== '' && !hiddenKeys.includes(pair.split('=')[0] ?? ''));
  return `${path}${left.length === 0 ? '' : `?${left.join('&')}`}${hash}`;
}

/** What of a window a history stands on. */
export interface HistoryWindow {
  readonly history: Pick<History, 'state' | 'length' | 'back' | 'forward' | 'go' | 'pushState' | 'replaceState'>;
  readonly location: Pick<Location, 'pathname' | 'search' | 'hash'>;
  readonly addEventListener: (type: string, listener: () => void, options?: { capture: boolean }) => void;
  readonly removeEventListener: (type: string, listener: () => void) => void;
}

const wholeKey = 'hygie-whole';
const personKey = 'hygie-person';

/** The window as the router sees it: with whole addresses. */
function privateWindow(real: HistoryWindow, personId: string): HistoryWindow {
  const entry = (): Readonly<Record<string, unknown>> => real.history.state ?? {};
  const withWhole = (state: object | null, href: string) =>
    shownHref(href) === href ? state : { ...state, [wholeKey]: href, [personKey]: personId };
  const at = (): HistoryWindow['location'] => {
    const { pathname, search, hash } = real.location;
    const { [wholeKey]: whole, [personKey]: by } = entry();
    if (typeof whole !== 'string' || by !== personId) return real.location;
    if (shownHref(whole) !== `${pathname}${search}${hash}`) return real.location;
    const [, path = '', words = '', mark = ''] = /^([^?#]*)(\?[^#]*)?(#.*)?$/s.exec(whole) ?? [];
    return { pathname: path, search: words, hash: mark };
  };
  const whereItStands = (): string => {
    const { pathname, search, hash } = at();
    return `${pathname}${search}${hash}`;
  };
  return {
    history: {
      get state() {
        const { [wholeKey]: _whole, [personKey]: _person, ...state } = entry();
        return state;
      },
      get length() {
        return real.history.length;
      },
      back: () => real.history.back(),
      forward: () => real.history.forward(),
      go: (delta) => real.history.go(delta),
      pushState(state, unused, url) {
        const href = url === undefined || url === null ? whereItStands() : String(url);
        real.history.pushState(withWhole(state, href), unused, shownHref(href));
      },
      replaceState(state, unused, url) {
        const href = url === undefined || url === null ? whereItStands() : String(url);
        real.history.replaceState(withWhole(state, href), unused, shownHref(href));
      },
    },
    get location() {
      return at();
    },
    addEventListener: (type, listener, options) => real.addEventListener(type, listener, options),
    removeEventListener: (type, listener) => real.removeEventListener(type, listener),
  };
}

/** `personId`: whoever signs in after them in the same tab finds nothing of theirs by going back. */
export function createPrivateHistory(real: HistoryWindow, personId: string): RouterHistory {
  const history = createBrowserHistory({ window: privateWindow(real, personId) });
  history.createHref = shownHref;
  return history;
}
