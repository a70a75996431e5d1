import assert from 'node:assert/strict';
import { test } from 'node:test';
import { momentFault, printHoldUntil, printLocal, proposedMoments, readLocal } from './schedule.ts';

const ids = (now: Date): readonly string[] => proposedMoments(now).map(({ id }) => id);

test('this evening is proposed while it is not near, Monday when it is not tomorrow', () => {
  assert.deepEqual(ids(new Date(2026, 10, 25, 10)), ['tonight', 'tomorrow', 'monday']); // a Wednesday
  assert.deepEqual(ids(new Date(2026, 10, 25, 17, 45)), ['tomorrow', 'monday']);
  assert.deepEqual(ids(new Date(2026, 10, 22, 19)), ['tomorrow']); // a Sunday
  const [, , monday] = proposedMoments(new Date(2026, 10, 23, 10)); // a Monday
  assert.deepEqual(monday?.at, new Date(2026, 10, 30, 8));
});

test('what the field shows is read back', () => {
  const at = new Date(2026, 0, 5, 7, 3);
  assert.equal(printLocal(at), '2026-01-05T07:03');
  assert.deepEqual(readLocal(printLocal(at)), at);
  for (const bad of ['', '2026-01-05', '2026-13-45T99:99']) assert.equal(readLocal(bad), undefined);
});

test('an instant is told as RFC 4865 §4.1 asks, and only within what the server allows', () => {
  const now = new Date('2026-11-22T10:00:00Z');
  assert.equal(printHoldUntil(new Date('2026-11-23T07:00:00.250Z')), '2026-11-23T07:00:00Z');
  assert.equal(momentFault(new Date('2026-11-22T10:00:59Z'), now, 3_600), 'past');
  assert.equal(momentFault(new Date('2026-11-22T10:01:00Z'), now, 3_600), undefined);
  assert.equal(momentFault(new Date('2026-11-22T11:00:00Z'), now, 3_600), undefined);
  assert.equal(momentFault(new Date('2026-11-22T11:00:01Z'), now, 3_600), 'too-late');
});
