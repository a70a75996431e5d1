import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deviceBounds } from '../../contract/devices.ts';
import { deviceName } from './device-name.ts';
import { ageOf, contactMs, isOver } from './standing.ts';
import { isKeptFromStart, type Rule, ruleOf } from './sw-rules.ts';

const at = Date.UTC(2026, 10, 22);

test('a copy lasts until the last instant of a week without contact, and not beyond', () => {
  assert.equal(contactMs, deviceBounds.contactDays * 86_400_000);
  const times = { contactAt: at, seenAt: at };
  assert.deepEqual([isOver(times, at + contactMs - 1), isOver(times, at + contactMs)], [false, true]);
});

test('a clock that is put back makes no copy younger', () => {
  const times = { contactAt: at, seenAt: at + contactMs };
  assert.equal(isOver(times, at), true);
  assert.equal(ageOf({ contactAt: at, seenAt: at + 5 }, at - 10), 5);
});

test('the service worker answers the application’s own files and pages, never what the server says of anybody', () => {
  const origin = 'https://hygie.example';
  const rules: readonly (readonly [string, Rule, mode?: string, method?: string])[] = [
    ['/', 'page', 'navigate'],
    ['/messages/reception', 'page', 'navigate'],
    ['/messages/reception', 'pass'],
    ['/apiary', 'page', 'navigate'],
    ['/assets/index-a1.js', 'asset'],
    ['/frame.html', 'fallback', 'navigate'],
    ['/icon.svg', 'fallback'],
    ['/icons/icon-192.png', 'fallback'],
    ['/manifest.webmanifest', 'fallback'],
    ['/sw.js', 'pass'],
    ['/api/session', 'pass'],
    ['/api', 'pass', 'navigate'],
    ['/jmap/api', 'pass'],
    ['/jmap/download/a/b/c.png', 'pass', 'navigate'],
    ['/.well-known/jmap', 'pass'],
    ['/fhir/Practitioner', 'pass', 'navigate'],
    ['/', 'pass', 'navigate', 'POST'],
    ['https://other.example/assets/a.js', 'pass'],
  ];
  for (const [path, rule, mode = 'cors', method = 'GET'] of rules) {
    assert.equal(ruleOf({ method, mode, url: new URL(path, origin), origin }), rule, `${method} ${path} ${mode}`);
  }
});

test('what is large and seldom wanted is kept once it was fetched, not before', () => {
  assert.deepEqual(['/', '/assets/index-1.js', '/frame.html'].map(isKeptFromStart), [true, true, true]);
  assert.deepEqual(['/assets/pdf.worker-1.mjs', '/assets/zip-1.js'].map(isKeptFromStart), [false, false]);
});

test('a device is called by its browser and its system', () => {
  const chrome =
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0 Safari/537.36';
  const phone =
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile Safari/604.1';
  assert.deepEqual([chrome, `${chrome} Edg/141.0`, phone, ''].map(deviceName), [
    'Chrome sur Windows',
    'Edge sur Windows',
    'Safari sur iPhone',
    'Navigateur',
  ]);
});
