import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clock, dayNumbers, daysLeft, listDate, longDate } from './dates.ts';

/** Sunday, by the clock of where the test runs. */
const now = new Date(2026, 10, 22, 15, 0);
const at = (year: number, month: number, day: number, clock = '10:42'): Date => {
  const [hour = 0, minute = 0] = clock.split(':').map(Number);
  return new Date(year, month - 1, day, hour, minute);
};

test('a line of a list says the hour today, the day this week, the date before', () => {
  const said: [Date, string][] = [
    [at(2026, 11, 22), '10:42'],
    [at(2026, 11, 22, '00:00'), '00:00'],
    [at(2026, 11, 21, '23:59'), 'Hier'],
    [at(2026, 11, 20), 'ven.'],
    [at(2026, 11, 16), 'lun.'],
    [at(2026, 11, 15), '15 nov.'],
    [at(2026, 6, 1), '1 juin'],
    [at(2026, 3, 2), '02/03/2026'],
    [at(2024, 11, 12), '12/11/2024'],
  ];
  for (const [date, expected] of said) assert.equal(listDate(date, now), expected);
});

test('a clock that is ahead of ours does not say « Hier »', () => {
  assert.equal(listDate(at(2026, 11, 23), now), '23/11/2026');
});

test('what is read says its day in words', () => {
  assert.equal(longDate(at(2026, 11, 22), now), 'aujourd’hui à 10:42');
  assert.equal(longDate(at(2026, 11, 21), now), 'hier à 10:42');
  assert.equal(longDate(at(2026, 11, 23), now), 'demain à 10:42');
  assert.equal(longDate(at(2026, 11, 20), now), 'vendredi 20 novembre à 10:42');
  assert.equal(longDate(at(2024, 11, 12), now), '12 novembre 2024 à 10:42');
});

test('hours and days are two figures', () => {
  assert.equal(clock(at(2026, 1, 1, '09:05')), '09:05');
  assert.equal(dayNumbers(at(1958, 11, 26)), '26/11/1958');
});

test('days left are counted by the calendar', () => {
  assert.equal(daysLeft(at(2026, 11, 22, '23:42'), now), 'aujourd’hui');
  assert.equal(daysLeft(at(2026, 11, 23, '01:42'), now), 'demain');
  assert.equal(daysLeft(at(2026, 12, 1), now), 'dans 9 jours');
  assert.equal(daysLeft(at(2026, 11, 2), now), 'aujourd’hui');
});
