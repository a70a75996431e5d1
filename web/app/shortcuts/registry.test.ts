import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Shortcuts } from './registry.ts';

function pressed(key: string, at = 0, held: { ctrlKey?: boolean } = {}) {
  return { key, ctrlKey: false, metaKey: false, altKey: false, at, ...held };
}

function declared() {
  const done: string[] = [];
  const shortcuts = new Shortcuts();
  const shortcut = (keys: string, name: string) => ({
    keys: [keys],
    label: name,
    group: 'all' as const,
    run: () => done.push(name),
  });
  return { done, shortcuts, shortcut };
}

test('a key does what was declared for it, and nothing once that is taken back', () => {
  const { done, shortcuts, shortcut } = declared();
  const takeBack = shortcuts.declare([shortcut('e', 'archive')]);
  assert.equal(shortcuts.press(pressed('e')), true);
  assert.equal(shortcuts.press(pressed('x')), false);
  takeBack();
  assert.equal(shortcuts.press(pressed('e')), false);
  assert.deepEqual(done, ['archive']);
});

test('with a modifier it is the browser’s', () => {
  const { done, shortcuts, shortcut } = declared();
  shortcuts.declare([shortcut('c', 'compose')]);
  assert.equal(shortcuts.press(pressed('c', 0, { ctrlKey: true })), false);
  assert.deepEqual(done, []);
});

test('two keys count as two only one soon after the other', () => {
  const { done, shortcuts, shortcut } = declared();
  shortcuts.declare([shortcut('g i', 'inbox'), shortcut('i', 'alone')]);
  shortcuts.press(pressed('g', 0));
  shortcuts.press(pressed('i', 1_199));
  shortcuts.press(pressed('g', 5_000));
  shortcuts.press(pressed('i', 6_200));
  assert.deepEqual(done, ['inbox', 'alone']);
});

test('what was declared last answers, the one before again after it', () => {
  const { done, shortcuts, shortcut } = declared();
  shortcuts.declare([shortcut('e', 'list')]);
  const takeBack = shortcuts.declare([shortcut('e', 'dialog')]);
  shortcuts.press(pressed('e'));
  takeBack();
  shortcuts.press(pressed('e'));
  assert.deepEqual(done, ['dialog', 'list']);
});

test('one that is only listed lets its key through', () => {
  const { shortcuts } = declared();
  shortcuts.declare([{ keys: ['/'], label: 'Chercher', group: 'all' }]);
  assert.equal(shortcuts.press(pressed('/')), false);
  assert.equal(shortcuts.list().length, 1);
});
