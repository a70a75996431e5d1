import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changedSearch, countFacets, facetsOf, quickPeriod, shownDay, withoutFacets } from './facets.ts';

const search = { compte: 'claire', q: 'lettre', nonlus: true, depuis: '2026-11-01', jusque: '2026-11-22' } as const;

test('words and account are no facets, and stay when facets go', () => {
  assert.deepEqual(facetsOf(search), { nonlus: true, depuis: '2026-11-01', jusque: '2026-11-22' });
  assert.deepEqual(withoutFacets(search), { compte: 'claire', q: 'lettre' });
});

test('a period counts once, with one bound or two', () => {
  assert.equal(countFacets(search), 2);
  assert.equal(countFacets({ jusque: '2026-11-22' }), 1);
  assert.equal(countFacets({ q: 'lettre' }), 0);
});

test('what is emptied leaves the address', () => {
  assert.deepEqual(changedSearch(search, { q: '', nonlus: undefined, de: 'meziane' }), {
    compte: 'claire',
    depuis: '2026-11-01',
    jusque: '2026-11-22',
    de: 'meziane',
  });
});

test('quick periods end today and count today', () => {
  assert.deepEqual(quickPeriod('today', '2026-11-22'), { depuis: '2026-11-22', jusque: '2026-11-22' });
  assert.deepEqual(quickPeriod('week', '2026-11-03'), { depuis: '2026-10-28', jusque: '2026-11-03' });
  assert.deepEqual(quickPeriod('month', '2026-01-10'), { depuis: '2025-12-12', jusque: '2026-01-10' });
  assert.deepEqual(quickPeriod('year', '2026-11-22'), { depuis: '2026-01-01', jusque: '2026-11-22' });
});

test('days are shown as they are written in France', () => {
  assert.equal(shownDay('2026-11-02'), '02/11/2026');
});
