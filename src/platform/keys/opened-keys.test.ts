import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keyLimits } from '../../base/limits.ts';
import type { DataKey } from './keys.ts';
import { createOpenedKeys } from './opened-keys.ts';

function setUp() {
  let nowMs = 0;
  const opened = createOpenedKeys({ now: () => new Date(0), monotonicMs: () => nowMs });
  return { opened, pass: (ms: number) => (nowMs += ms) };
}

function keyOf(version: number): DataKey {
  const unused = (): Buffer => assert.fail('a cache opens nothing');
  return { version, wrap: unused, unwrap: unused, seal: unused, unseal: unused, lookupHash: unused };
}

test('an opened key serves for its lifetime and not a millisecond more', () => {
  const { opened, pass } = setUp();
  opened.put('a', keyOf(1), { isLatest: true });
  pass(keyLimits.openKeyLifetimeMs - 1);
  assert.equal(opened.get('a', undefined)?.version, 1);
  pass(1);
  assert.equal(opened.get('a', undefined), undefined);
});

test('use does not lengthen the lifetime: a destruction elsewhere must come through', () => {
  const { opened, pass } = setUp();
  opened.put('a', keyOf(1), { isLatest: true });
  pass(keyLimits.openKeyLifetimeMs - 1);
  opened.put('a', keyOf(2), { isLatest: true });
  pass(1);
  assert.equal(opened.get('a', 2), undefined);
});

test('an earlier version does not pass for the latest', () => {
  const { opened } = setUp();
  opened.put('a', keyOf(1), { isLatest: false });
  assert.equal(opened.get('a', undefined), undefined);
  opened.put('a', keyOf(2), { isLatest: true });
  assert.equal(opened.get('a', 1)?.version, 1);
  assert.equal(opened.get('a', undefined)?.version, 2);
});

test('beyond the bound the least recently used leaves', () => {
  const { opened } = setUp();
  for (let i = 0; i < keyLimits.openKeys; i += 1) opened.put(`${i}`, keyOf(1), { isLatest: true });
  assert(opened.get('0', undefined), 'the bound itself fits');
  opened.put('one more', keyOf(1), { isLatest: true });
  assert.equal(opened.get('1', undefined), undefined);
  assert(opened.get('0', undefined));
  assert(opened.get('one more', undefined));
});

test('a suspended owner keeps nothing for one lifetime, then again', () => {
  const { opened, pass } = setUp();
  opened.put('a', keyOf(1), { isLatest: true });
  opened.suspend('a');
  assert.equal(opened.get('a', undefined), undefined);
  pass(keyLimits.openKeyLifetimeMs - 1);
  opened.put('a', keyOf(1), { isLatest: true });
  assert.equal(opened.get('a', undefined), undefined);
  pass(2);
  opened.put('a', keyOf(1), { isLatest: true });
  assert(opened.get('a', undefined));
});

test('forgetting one owner leaves the others, clearing leaves nobody', () => {
  const { opened } = setUp();
  opened.put('a', keyOf(1), { isLatest: true });
  opened.put('b', keyOf(1), { isLatest: true });
  opened.forget('a');
  assert.equal(opened.get('a', undefined), undefined);
  assert(opened.get('b', undefined));
  opened.clear();
  assert.equal(opened.get('b', undefined), undefined);
});
