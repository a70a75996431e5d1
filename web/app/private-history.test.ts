import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createPrivateHistory, type HistoryWindow, shownHref } from './private-history.ts';

/** A tab: its entries, where it stands, who listens. */
function openTab(start: string) {
  const entries: { state: unknown; href: string }[] = [{ state: null, href: start }];
  let index = 0;
  const listeners: (() => void)[] = [];
  const current = () => entries[index] ?? { state: null, href: '/' };
  const go = (delta = 0): void => {
    index += delta;
    for (const listener of listeners) listener();
  };
  const tab: HistoryWindow = {
    history: {
      get state() {
        return current().state;
      },
      get length() {
        return entries.length;
      },
      back: () => go(-1),
      forward: () => go(1),
      go,
      pushState(state, _, url) {
        entries.splice(index + 1, entries.length, { state: structuredClone(state), href: String(url) });
        index += 1;
      },
      replaceState(state, _, url) {
        entries[index] = { state: structuredClone(state), href: String(url) };
      },
    },
    get location() {
      const { pathname, search, hash } = new URL(current().href, 'https://mail.example');
      return { pathname, search, hash };
    },
    addEventListener: (type, listener) => void (type === 'popstate' && listeners.push(listener)),
    removeEventListener: () => undefined,
  };
  return { tab, entries, go };
}

describe('the history of the browser', () => {
  it('shows no searched words and no address of a person', () => {
    assert.equal(shownHref('/messages/tous?q=durand&nonlus=true&de=a%40b#x'), '/messages/tous?nonlus=true#x');
    assert.equal(shownHref('/ecrire?a=279035121518989%40patient.example'), '/ecrire');
    assert.equal(shownHref('/ecrire?compte=7&mode=repondre'), '/ecrire?compte=7&mode=repondre');
  });

  it('finds them again by going back, and by a reload', async () => {
    const { tab, entries, go } = openTab('/messages/reception');
    const history = createPrivateHistory(tab, 'claire');
    history.push('/messages/tous?q=durand&compte=7');
    assert.equal(history.location.href, '/messages/tous?q=durand&compte=7');
    history.flush();
    history.push('/reglages');
    history.flush();
    assert.deepEqual(
      entries.map(({ href }) => href),
      ['/messages/reception', '/messages/tous?compte=7', '/reglages'],
    );
    go(-1);
    await Promise.resolve();
    assert.equal(history.location.search, '?q=durand&compte=7');
    assert.equal(createPrivateHistory(tab, 'claire').location.href, '/messages/tous?q=durand&compte=7');
    assert.equal(createPrivateHistory(tab, 'hugo').location.href, '/messages/tous?compte=7', 'whoever signs in next');
  });

  it('gives links without them', () => {
    const { tab } = openTab('/messages/reception');
    assert.equal(createPrivateHistory(tab, 'claire').createHref('/ecrire?a=b%40c.example'), '/ecrire');
  });
});
