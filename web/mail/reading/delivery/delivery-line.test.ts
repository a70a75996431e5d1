import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countStates, isMoving, stepsOf } from './delivery-line.ts';

const nothing = {
  queuedAt: '2026-11-22T10:58:00Z',
  sentAt: null,
  acceptedAt: null,
  deliveredAt: null,
  readAt: null,
  answeredAt: null,
  failedAt: null,
  deletedUnreadAt: null,
  receiptRefusedAt: null,
  autoAnsweredAt: null,
};
const at = '2026-11-22T10:59:00Z';
const states = (line: Parameters<typeof stepsOf>[0]) => stepsOf(line).map(({ state }) => state);

test('a line goes from point to point, and waits at the next', () => {
  assert.deepEqual(states({ state: 'queued', steps: nothing, isLocal: false }), [
    'waiting',
    'later',
    'later',
    'later',
    'later',
  ]);
  const accepted = { ...nothing, sentAt: at, acceptedAt: at };
  assert.deepEqual(states({ state: 'accepted', steps: accepted, isLocal: false }), [
    'done',
    'done',
    'waiting',
    'later',
    'later',
  ]);
});

test('a later point says that those before it are done', () => {
  const answered = { ...nothing, sentAt: at, answeredAt: at };
  assert.deepEqual(states({ state: 'answered', steps: answered, isLocal: false }), [
    'done',
    'done',
    'done',
    'done',
    'done',
  ]);
  assert.deepEqual(states({ state: 'delivered', steps: nothing, isLocal: true }), [
    'done',
    'done',
    'done',
    'waiting',
    'later',
  ]);
});

test('what failed fails at the point that was not reached', () => {
  const steps = { ...nothing, failedAt: at };
  assert.deepEqual(states({ state: 'failed', steps, isLocal: false }), ['failed', 'later', 'later', 'later', 'later']);
  const late = { ...nothing, sentAt: at, acceptedAt: at, failedAt: at };
  assert.deepEqual(states({ state: 'failed', steps: late, isLocal: false })[2], 'failed');
});

test('a summary tells the worst first, and nothing of states that nobody is in', () => {
  const lines = [{ state: 'read' }, { state: 'failed' }, { state: 'read' }, { state: 'accepted' }] as const;
  assert.deepEqual(countStates(lines), [
    { state: 'failed', count: 1 },
    { state: 'accepted', count: 1 },
    { state: 'read', count: 2 },
  ]);
  assert.equal(isMoving(lines), true);
  assert.equal(isMoving([{ state: 'read' }, { state: 'delayed' }]), false);
});
