import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createAutosave } from './autosave.ts';

/** Longer than any test: only `flush` saves. */
const never = 1_000_000;

test('what was typed last is saved, once, and told as saved', async () => {
  const sent: string[] = [];
  const autosave = createAutosave(async (value: string) => void sent.push(value), never);
  autosave.set('Dr');
  autosave.set('Dr Vasseur');
  assert.equal(autosave.state().kind, 'waiting');
  await autosave.flush();
  assert.deepEqual(sent, ['Dr Vasseur']);
  assert.equal(autosave.state().kind, 'saved');
});

test('what is typed while a save is on the way is saved after it, never beside it', async () => {
  const sent: string[] = [];
  const release: (() => void)[] = [];
  const autosave = createAutosave(async (value: string) => {
    sent.push(value);
    await new Promise<void>((resolve) => release.push(resolve));
  }, never);
  autosave.set('a');
  const saved = autosave.flush();
  autosave.set('b');
  void autosave.flush();
  assert.deepEqual(sent, ['a']);
  release[0]?.();
  while (release.length < 2) await Promise.resolve();
  assert.deepEqual(sent, ['a', 'b']);
  release[1]?.();
  await saved;
  assert.equal(autosave.state().kind, 'saved');
});

test('a save that failed keeps what was typed, tells the fault, and is tried again', async () => {
  const fault = new Error('away');
  let isAway = true;
  const sent: string[] = [];
  const autosave = createAutosave(async (value: string) => {
    if (isAway) throw fault;
    sent.push(value);
  }, never);
  autosave.set('Dr Vasseur');
  await autosave.flush();
  assert.deepEqual(autosave.state(), { kind: 'fault', fault });
  isAway = false;
  await autosave.flush();
  assert.deepEqual(sent, ['Dr Vasseur']);
});

test('with nothing to save nothing is sent', async () => {
  const sent: string[] = [];
  const autosave = createAutosave(async (value: string) => void sent.push(value), never);
  await autosave.flush();
  assert.deepEqual(sent, []);
  assert.equal(autosave.state().kind, 'clean');
});
