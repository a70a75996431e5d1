import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Mailbox, MailboxRole } from '../../../contract/jmap/mail.ts';
import { dayAfter, emailFilter, parisDay, startOfDay } from './query.ts';

const mailbox = (id: string, role: MailboxRole | null): Mailbox => ({
  id,
  name: id,
  parentId: null,
  role,
  sortOrder: 0,
  totalEmails: 0,
  unreadEmails: 0,
  totalThreads: 0,
  unreadThreads: 0,
  myRights: {},
  isSubscribed: true,
});

const account = {
  accountId: 'claire',
  mailboxes: [mailbox('in', 'inbox'), mailbox('bin', 'trash'), mailbox('spam', 'junk'), mailbox('own', null)],
  patientDomains: ['patient.mssante.fr'],
};

test('a list without a search asks for its mailbox alone (RFC 8621 §4.4.1)', () => {
  assert.deepEqual(emailFilter({ kind: 'role', role: 'inbox' }, {}, account), { inMailbox: 'in' });
  assert.deepEqual(emailFilter({ kind: 'mailbox', accountId: 'claire', mailboxId: 'own' }, {}, account), {
    inMailbox: 'own',
  });
});

test('all messages are those outside the trash and the unwanted; starred ones may be unwanted, not in the trash', () => {
  assert.deepEqual(emailFilter({ kind: 'all' }, {}, account), { inMailboxOtherThan: ['bin', 'spam'] });
  assert.deepEqual(emailFilter({ kind: 'starred' }, {}, account), {
    operator: 'AND',
    conditions: [{ hasKeyword: '$flagged' }, { inMailboxOtherThan: ['bin'] }],
  });
});

test('an account that has neither trash nor search is asked for everything', () => {
  assert.equal(emailFilter({ kind: 'all' }, {}, { ...account, mailboxes: [] }), null);
});

test('nothing is asked of an account without that mailbox, or that the address leaves out', () => {
  assert.equal(emailFilter({ kind: 'role', role: 'archive' }, {}, account), 'nothing');
  assert.equal(emailFilter({ kind: 'mailbox', accountId: 'hugo', mailboxId: 'own' }, {}, account), 'nothing');
  assert.equal(emailFilter({ kind: 'role', role: 'inbox' }, { compte: 'hugo' }, account), 'nothing');
});

test('every facet becomes its condition, and all must hold', () => {
  const search = {
    compte: 'claire',
    q: 'lettre',
    de: 'meziane',
    a: 'secretariat',
    depuis: '2026-11-01',
    jusque: '2026-11-22',
    nonlus: true,
    pieces: true,
  } as const;
  assert.deepEqual(emailFilter({ kind: 'role', role: 'inbox' }, search, account), {
    operator: 'AND',
    conditions: [
      { inMailbox: 'in' },
      { text: 'lettre' },
      { from: 'meziane' },
      { operator: 'OR', conditions: [{ to: 'secretariat' }, { cc: 'secretariat' }] },
      { after: '2026-10-31T23:00:00Z' },
      { before: '2026-11-22T23:00:00Z' },
      { notKeyword: '$seen' },
      { hasAttachment: true },
    ],
  });
});

test('patients are found by the whole words of their domain, professionals by not having them', () => {
  const everything = { ...account, mailboxes: [] };
  assert.deepEqual(emailFilter({ kind: 'all' }, { qui: 'patient' }, everything), { from: 'patient.mssante.fr ' });
  assert.deepEqual(emailFilter({ kind: 'all' }, { qui: 'pro' }, everything), {
    operator: 'NOT',
    conditions: [{ from: 'patient.mssante.fr ' }],
  });
});

test('without a citizens’ domain nobody is a patient and everybody a professional', () => {
  const none = { ...account, mailboxes: [], patientDomains: [] };
  assert.deepEqual(emailFilter({ kind: 'all' }, { qui: 'patient' }, none), { operator: 'OR', conditions: [] });
  assert.deepEqual(emailFilter({ kind: 'all' }, { qui: 'pro' }, none), { operator: 'NOT', conditions: [] });
});

test('a day begins at midnight in France, in winter, in summer and on the days when the clocks change', () => {
  assert.equal(startOfDay('2026-01-15'), '2026-01-14T23:00:00Z');
  assert.equal(startOfDay('2026-07-14'), '2026-07-13T22:00:00Z');
  assert.equal(startOfDay('2026-03-29'), '2026-03-28T23:00:00Z');
  assert.equal(startOfDay('2026-03-30'), '2026-03-29T22:00:00Z');
  assert.equal(startOfDay('2026-10-25'), '2026-10-24T22:00:00Z');
  assert.equal(startOfDay('2026-10-26'), '2026-10-25T23:00:00Z');
});

test('days are counted by the calendar, over months and leap days', () => {
  assert.equal(dayAfter('2026-12-31'), '2027-01-01');
  assert.equal(dayAfter('2028-02-28'), '2028-02-29');
  assert.equal(dayAfter('2026-11-22', -6), '2026-11-16');
  assert.equal(parisDay(new Date('2026-11-22T23:30:00Z')), '2026-11-23');
});
