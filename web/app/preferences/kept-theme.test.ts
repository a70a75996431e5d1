import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { runInNewContext } from 'node:vm';
import { keepTheme } from './kept-theme.ts';

const script = readFileSync(new URL('../../public/theme.js', import.meta.url), 'utf8');

function pageWith(kept: Map<string, string>): { theme?: string } {
  const dataset: { theme?: string } = {};
  const localStorage = { getItem: (key: string) => kept.get(key) ?? null };
  runInNewContext(script, { localStorage, document: { documentElement: { dataset } } });
  return dataset;
}

test('the theme chosen last is on the page before anything is drawn, and the system’s leaves nothing behind', () => {
  const kept = new Map<string, string>();
  const place = {
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
  keepTheme(place, 'dark');
  assert.deepEqual(pageWith(kept), { theme: 'dark' });
  keepTheme(place, 'system');
  assert.deepEqual(pageWith(kept), {});
  assert.equal(kept.size, 0);
});

test('a page that may keep nothing, or finds what it did not write, has the theme of the system', () => {
  const dataset = {};
  runInNewContext(script, { document: { documentElement: { dataset } } });
  assert.deepEqual(dataset, {});
  assert.deepEqual(pageWith(new Map([['hygie-theme', '"><script>']])), {});
});
