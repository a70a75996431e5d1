import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Mailbox } from '../../../contract/jmap/mail.ts';
import { isWithin, mailboxLines, ownLines } from './tree.ts';

function mailbox(id: string, parentId: string | null = null, role: Mailbox['role'] = null): Mailbox {
  const counts = { sortOrder: 0, totalEmails: 0, unreadEmails: 0, totalThreads: 0, unreadThreads: 0 };
  return { id, name: id, parentId, role, ...counts, myRights: {}, isSubscribed: true };
}

test('each mailbox stands under its parent, with the path to it', () => {
  const lines = mailboxLines([mailbox('in', null, 'inbox'), mailbox('B'), mailbox('A', 'B'), mailbox('C', 'A')]);
  assert.deepEqual(
    lines.map(({ path, depth }) => [path, depth]),
    [
      ['Réception', 0],
      ['B', 0],
      ['B / A', 1],
      ['B / A / C', 2],
    ],
  );
});

test('one without its parent, or in a circle, hides no other', () => {
  assert.deepEqual(
    ownLines([mailbox('a', 'gone')]).map(({ depth }) => depth),
    [0],
  );
  assert.deepEqual(
    ownLines([mailbox('x', 'y'), mailbox('y', 'x'), mailbox('z')]).map(({ path }) => path),
    ['z'],
  );
});

test('a mailbox is within itself and those above it', () => {
  const all = [mailbox('B'), mailbox('A', 'B'), mailbox('C', 'A'), mailbox('D')];
  assert.deepEqual(
    ['C', 'B', 'D'].map((id) => isWithin(all, id, 'B')),
    [true, true, false],
  );
  assert.equal(isWithin([mailbox('x', 'y'), mailbox('y', 'x')], 'x', 'z'), false);
});
