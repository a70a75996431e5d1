import assert from 'node:assert/strict';
import { test } from 'node:test';
import { appearanceOf, defaultSettings, withoutChange } from './preferences.ts';

test('the system theme and the comfortable density leave no attribute on the page', () => {
  assert.deepEqual(appearanceOf({ theme: 'system', density: 'comfortable' }), { theme: undefined, density: undefined });
  assert.deepEqual(appearanceOf({ theme: 'dark', density: 'compact' }), { theme: 'dark', density: 'compact' });
});

test('a refused change is taken back alone: what was changed since stays', () => {
  const before = defaultSettings;
  const changed = { ...before, theme: 'dark' as const, undoSeconds: 30 as const };
  assert.deepEqual(withoutChange(changed, { theme: 'dark' }, before), { ...before, undoSeconds: 30 });
});

test('a refused change does not undo a later one of the same setting', () => {
  const before = defaultSettings;
  const later = { ...before, theme: 'light' as const };
  assert.equal(withoutChange(later, { theme: 'dark' }, before).theme, 'light');
});
