import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Edition } from '../domain/directory/directory.ts';
import { ageOf } from './directory-age.ts';
import { dailyImport } from './worker/directory-jobs.ts';

const dayMs = 24 * 3_600_000;
const publishedAt = new Date('2026-11-01T03:00:00Z');
const edition: Edition = {
  editionId: 1,
  source: 'mailboxes',
  state: 'current',
  publishedAt,
  startedAt: publishedAt,
  finishedAt: publishedAt,
  fileName: 'Extraction_Correspondance_MSSante_202611010400.txt',
  rows: 1,
  oddRows: 0,
  created: 0,
  changed: 0,
  deleted: 0,
  reason: null,
};

test('the directory is old past each bound of the configuration, and not before', () => {
  const directory = { warnAfterDays: 4, alertAfterDays: 12 };
  const age = (current: readonly Edition[], days: number, moreMs = 0): string => {
    const clock = { now: () => new Date(publishedAt.getTime() + days * dayMs + moreMs), monotonicMs: () => 0 };
    // The rest of the configuration says nothing of ages.
    return ageOf({ current }, { clock, config: { directory } as Parameters<typeof ageOf>[1]['config'] });
  };
  assert.equal(age([], 0), 'none');
  assert.equal(age([{ ...edition, source: 'skills' }], 0), 'none', 'who can be written to is what counts');
  assert.equal(age([edition], 4), 'fresh');
  assert.equal(age([edition], 4, 1), 'old');
  assert.equal(age([edition], 12), 'old');
  assert.equal(age([edition], 12, 1), 'too-old');
});

test('the daily import has a minute of each operator, at the hour of the configuration', () => {
  const when = (domain: string): string =>
    dailyImport({
      // What the job does not read is left out.
      directory: { importHour: 5 } as Parameters<typeof dailyImport>[0]['directory'],
      operator: { domains: [domain] } as Parameters<typeof dailyImport>[0]['operator'],
    }).when;
  assert.match(when('cabinet.mssante.fr'), /^[1-5]?\d 5 \* \* \*$/);
  assert.equal(when('cabinet.mssante.fr'), when('cabinet.mssante.fr'));
  assert.notEqual(when('cabinet.mssante.fr'), when('hopital.mssante.fr'));
});
